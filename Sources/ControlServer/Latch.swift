import Synchronization

/// Something that happens once; whoever is interested is called, at once when it has happened.
final class Latch: Sendable {
    private struct State {
        var isSet = false
        var lastToken = 0
        var callbacks: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    var isSet: Bool { state.withLock { $0.isSet } }

    /// How many want to be called.
    var waiterCount: Int { state.withLock { $0.callbacks.count } }

    func set() {
        let callbacks = state.withLock { state in
            defer { state.callbacks = [:] }
            state.isSet = true
            return state.callbacks
        }
        // Outside of the lock: they may come back here.
        for callback in callbacks.values { callback() }
    }

    /// - Returns: What ``forget(_:)`` takes.
    func onSet(_ callback: @escaping @Sendable () -> Void) -> Int {
        let token = state.withLock { state -> Int? in
            guard !state.isSet else { return nil }
            state.lastToken += 1
            state.callbacks[state.lastToken] = callback
            return state.lastToken
        }
        guard let token else {
            callback()
            return 0
        }
        return token
    }

    func forget(_ token: Int) {
        state.withLock { $0.callbacks[token] = nil }
    }
}
