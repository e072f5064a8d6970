import TimerWheel

/// A model of the wheel too simple to be wrong: the armed timers, sorted.
struct SortedTimers {
    struct Timer: Equatable {
        var due: UInt64
        var sequence: Int
        var id: UInt64
    }

    private(set) var now: UInt64
    private(set) var armed: [Timer] = []
    private var lastSequence = 0

    init(now: UInt64) { self.now = now }

    var count: Int { armed.count }
    var nextDue: UInt64? { armed.first?.due }

    func due(of id: UInt64) -> UInt64? { armed.first { $0.id == id }?.due }

    /// Arms the timer, or moves it if it is armed already.
    mutating func arm(_ id: UInt64, at due: UInt64) {
        disarm(id)
        lastSequence += 1
        // Behind all that are due at the same tick, because those came earlier.
        var low = 0
        var high = armed.count
        while low < high {
            let middle = (low + high) / 2
            if armed[middle].due <= due { low = middle + 1 } else { high = middle }
        }
        armed.insert(Timer(due: due, sequence: lastSequence, id: id), at: low)
    }

    mutating func disarm(_ id: UInt64) {
        if let place = armed.firstIndex(where: { $0.id == id }) { armed.remove(at: place) }
    }

    mutating func advance(to tick: UInt64, limit: Int) -> (due: [Timer], more: Bool) {
        let target = max(tick, now)
        let dueCount = armed.firstIndex { $0.due > target } ?? armed.count
        let handedOut = Array(armed.prefix(min(dueCount, limit)))
        armed.removeFirst(handedOut.count)
        let more = dueCount > limit
        now = more ? max(now, (armed[0].due == 0 ? 0 : armed[0].due - 1)) : target
        return (handedOut, more)
    }
}

/// A wheel and a model of it, driven together.
///
/// Each function returns what differs, or `nil`.
struct Pair: ~Copyable {
    private(set) var wheel: TimerWheel
    private(set) var model: SortedTimers
    private(set) var handles: [UInt64: TimerHandle]
    private var stale: [TimerHandle]

    init(now: UInt64) {
        wheel = TimerWheel(now: now)
        model = SortedTimers(now: now)
        handles = [:]
        stale = []
    }

    private init(wheel: consuming TimerWheel, like other: borrowing Pair) {
        self.wheel = wheel
        model = other.model
        handles = other.handles
        stale = other.stale
    }

    func copy() -> Pair { Pair(wheel: wheel.copy(), like: self) }

    mutating func arm(_ id: UInt64, at due: UInt64) -> String? {
        model.arm(id, at: due)
        if let handle = handles[id] {
            guard wheel.reschedule(handle, at: due) else { return "cannot reschedule \(id)" }
        } else {
            handles[id] = wheel.schedule(at: due, payload: id)
        }
        return difference(at: id)
    }

    mutating func cancel(_ id: UInt64) -> String? {
        model.disarm(id)
        guard let handle = handles.removeValue(forKey: id) else { return nil }
        guard wheel.cancel(handle) else { return "cannot cancel \(id)" }
        retire(handle)
        return difference(at: id)
    }

    mutating func advance(to tick: UInt64, limit: Int = .max) -> String? {
        let expected = model.advance(to: tick, limit: limit)
        var due: [DueTimer] = []
        let more = wheel.advance(to: tick, limit: limit, into: &due)
        guard due.map(\.payload) == expected.due.map(\.id),
            due.map(\.due) == expected.due.map(\.due)
        else { return "advance to \(tick): \(due), not \(expected.due)" }
        guard more == expected.more else { return "advance to \(tick): more is \(more)" }
        guard wheel.now == model.now else { return "now is \(wheel.now), not \(model.now)" }
        for timer in due {
            guard handles.removeValue(forKey: timer.payload) == timer.handle else {
                return "timer \(timer.payload) is handed out with another handle"
            }
            retire(timer.handle)
        }
        return difference(at: nil)
    }

    private mutating func retire(_ handle: TimerHandle) {
        if stale.count >= 8 { stale.removeFirst() }
        stale.append(handle)
    }

    private mutating func difference(at id: UInt64?) -> String? {
        guard wheel.count == model.count else { return "\(wheel.count) timers, not \(model.count)" }
        let nextDue = wheel.nextDue
        guard nextDue == model.nextDue else {
            return
                "next due \(String(describing: nextDue)), not \(String(describing: model.nextDue))"
        }
        if let id, let handle = handles[id] {
            let due = wheel.due(of: handle)
            guard due == model.due(of: id) else {
                return "timer \(id) is due at \(String(describing: due))"
            }
        }
        for handle in stale {
            guard wheel.due(of: handle) == nil, !wheel.cancel(handle),
                !wheel.reschedule(handle, at: 1)
            else { return "\(handle) is stale and still taken" }
        }
        return nil
    }

    /// Hands out all that is left, a few at a time.
    mutating func drain() -> String? {
        if let broken = wheel.brokenInvariant() { return broken }
        var rounds = 0
        while let last = model.armed.last {
            guard rounds < 100_000 else { return "the wheel never gets empty" }
            rounds += 1
            let tick = rounds % 2 == 0 ? last.due : model.armed[model.count / 2].due
            if let difference = advance(to: tick, limit: 2) { return difference }
        }
        return wheel.brokenInvariant()
    }
}
