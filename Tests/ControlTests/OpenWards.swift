/// How many wards may be open at once in this process.
///
/// Each has eleven descriptors or so, and all tests begin together. Foundation's `Process`, which other tests
/// use, reads past the end of a directory listing when a process has about 1,360 of them.
actor OpenWards {
    static let shared = OpenWards(16)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(_ places: Int) {
        free = places
    }

    /// Waits for a place; each is given back by ``leave()``.
    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        // First come, first served, so that none waits beyond its test's time limit.
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
