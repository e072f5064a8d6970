import TimerWheel

/// State and timers together: the one thing that the engine owns.
///
/// The wheel holds one timer for each care item and hold that will change by itself. It is derived
/// from the state and may be thrown away at any time.
package struct CareCore: ~Copyable {
    package private(set) var state: CareState
    private var wheel: TimerWheel
    /// Looked up by what the timer stands for; never iterated.
    private var handles: [Wake: TimerHandle] = [:]

    /// Ticks are seconds since this instant, so that they fit the wheel's narrow fields.
    private static let epoch = Instant.earliest

    package init(_ state: consuming CareState, now: Instant) {
        self.state = state
        wheel = Self.wheel(for: self.state.activeStays, at: now)
        for stay in self.state.activeStays { arm(stay) }
    }

    /// An empty wheel with room for all timers of these stays, so that it need not grow while they
    /// are armed.
    private static func wheel(for stays: [Stay], at now: Instant) -> TimerWheel {
        let timers = stays.reduce(0) { $0 + $1.items.count + $1.holds.count }
        return TimerWheel(now: tick(now), capacity: timers)
    }

    private mutating func rebuildWheel(at now: Instant) {
        wheel = Self.wheel(for: state.activeStays, at: now)
        handles = [:]
        for stay in state.activeStays { arm(stay) }
    }

    /// The earliest instant at which anything changes by itself.
    package mutating func nextWake() -> Instant? {
        wheel.nextDue.map { Self.epoch.adding(seconds: Int64($0)) }
    }

    /// Timers that a core with this state must have; the tests compare them with a rebuilt one.
    package var armedTimers: Int { handles.count }

    /// Applies entries that were committed, or that will be undone if they are not.
    package mutating func apply(_ entries: [LedgerEntry]) {
        var touched: Set<StayID> = []
        var order: [StayID] = []
        for entry in entries {
            state.apply(entry)
            if let stay = entry.event.stay, touched.insert(stay).inserted { order.append(stay) }
        }
        for id in order {
            if let stay = state[id] { arm(stay) }
        }
    }

    /// Takes out what is due up to `now`, at most `limit`, in due order with ties by number.
    ///
    /// Each is armed again by the entries that it leads to; if those do not commit, ``rearm(_:)``.
    package mutating func takeDue(upTo now: Instant, limit: Int) -> (wakes: [Wake], more: Bool) {
        // The wall clock was set back: a wheel only turns forwards, so it is made anew. What was raised
        // stays raised, since that is in the state.
        if Self.tick(now) < wheel.now { rebuildWheel(at: now) }
        var due: [DueTimer] = []
        let more = wheel.advance(to: Self.tick(now), limit: limit, into: &due)
        var wakes: [(due: UInt64, payload: UInt64, wake: Wake)] = []
        for timer in due {
            let wake = Wake(payload: timer.payload)
            handles[wake] = nil
            wakes.append((timer.due, timer.payload, wake))
        }
        wakes.sort { ($0.due, $0.payload) < ($1.due, $1.payload) }
        return (wakes.map(\.wake), more)
    }

    /// Arms the timers of these stays afresh.
    package mutating func rearm(_ wakes: [Wake]) {
        var seen: Set<StayID> = []
        for wake in wakes where seen.insert(wake.stay).inserted {
            if let stay = state[wake.stay] { arm(stay) }
        }
    }

    /// Undoes entries that did not commit: puts stays back as they were.
    package mutating func restore(_ stays: [StayID: Stay?], service: CareState.Service) {
        for id in stays.keys.sorted() {
            if let now = state[id] { disarm(now) }
            state.restore(id, to: stays[id] ?? nil)
            if let stay = state[id] { arm(stay) }
        }
        state.service = service
    }

    package mutating func forget(_ id: StayID) {
        if let stay = state[id] { disarm(stay) }
        state.forget(id)
    }

    package mutating func attach(_ identity: Identity, to id: StayID) {
        state.attach(identity, to: id)
    }

    private mutating func arm(_ stay: Stay) {
        for item in stay.items {
            let due = stay.isActive && item.isActive ? item.occurrence?.nextChange : nil
            set(.item(item.id), due)
        }
        for hold in stay.holds {
            let due = hold.begun ? hold.until : hold.from
            set(.hold(hold.id), stay.isActive && hold.isActive ? due : nil)
        }
        for watch in stay.watches {
            set(.watch(watch.id), stay.isActive && watch.isPending ? watch.due : nil)
        }
    }

    private mutating func disarm(_ stay: Stay) {
        for item in stay.items { set(.item(item.id), nil) }
        for hold in stay.holds { set(.hold(hold.id), nil) }
        for watch in stay.watches { set(.watch(watch.id), nil) }
    }

    private mutating func set(_ wake: Wake, _ due: Instant?) {
        switch (handles[wake], due) {
        case (nil, nil): break
        case (let handle?, nil):
            _ = wheel.cancel(handle)
            handles[wake] = nil
        case (nil, let due?):
            handles[wake] = wheel.schedule(at: Self.tick(due), payload: wake.payload)
        case (let handle?, let due?):
            if wheel.due(of: handle) != Self.tick(due) {
                _ = wheel.reschedule(handle, at: Self.tick(due))
            }
        }
    }

    private static func tick(_ instant: Instant) -> UInt64 {
        UInt64(max(0, instant.seconds - epoch.seconds))
    }
}

extension Wake {
    // Stay number, kind and number within the stay in one word: the wheel carries nothing else.
    fileprivate var payload: UInt64 {
        switch self {
        case .item(let item): UInt64(item.stay.number) << 32 | UInt64(item.number)
        case .hold(let hold): UInt64(hold.stay.number) << 32 | 1 << 31 | UInt64(hold.number)
        case .watch(let watch): UInt64(watch.stay.number) << 32 | 1 << 30 | UInt64(watch.number)
        }
    }

    fileprivate init(payload: UInt64) {
        let stay = StayID(Int(payload >> 32))
        let number = Int(payload & 0x3fff_ffff)
        self =
            switch payload >> 30 & 3 {
            case 0: .item(ItemID(stay: stay, number: number))
            case 1: .watch(WatchID(stay: stay, number: number))
            default: .hold(HoldID(stay: stay, number: number))
            }
    }
}
