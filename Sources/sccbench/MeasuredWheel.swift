import TimerWheel

/// What the workload does to a wheel; the timers are numbered from 0.
protocol MeasuredWheel: ~Copyable {
    /// How the wheel is called in the figures.
    static var name: String { get }

    init(timers: Int)
    /// Schedules every timer.
    mutating func schedule(at deadlines: [UInt32])
    /// Returns how many calls the wheel refused, as do those below.
    mutating func cancel(_ timers: [UInt32]) -> Int
    /// Cancels and schedules anew.
    mutating func churn(_ timers: [UInt32], to deadlines: [UInt32]) -> Int
    mutating func move(_ timers: [UInt32], to deadlines: [UInt32]) -> Int
    mutating func fire(to tick: UInt64, into sink: inout WheelSink)
}

/// The wheel by the timers' own numbers, as the peer in C has it.
struct NumberedWheel: MeasuredWheel, ~Copyable {
    static var name: String { "sccd" }
    private var wheel: IndexWheel

    init(timers: Int) { wheel = IndexWheel(now: 0, capacity: timers) }

    mutating func schedule(at deadlines: [UInt32]) {
        for timer in 0..<deadlines.count {
            wheel.arm(UInt32(timer), at: UInt64(deadlines[timer]))
        }
    }

    mutating func cancel(_ timers: [UInt32]) -> Int {
        var refused = 0
        for timer in timers where !wheel.disarm(timer) { refused += 1 }
        return refused
    }

    mutating func churn(_ timers: [UInt32], to deadlines: [UInt32]) -> Int {
        var refused = 0
        for place in 0..<timers.count {
            let timer = timers[place]
            if !wheel.disarm(timer) { refused += 1 }
            wheel.arm(timer, at: UInt64(deadlines[place]))
        }
        return refused
    }

    mutating func move(_ timers: [UInt32], to deadlines: [UInt32]) -> Int {
        for place in 0..<timers.count { wheel.arm(timers[place], at: UInt64(deadlines[place])) }
        return 0
    }

    mutating func fire(to tick: UInt64, into sink: inout WheelSink) {
        var due: [DueIndex] = []
        var more = true
        while more {
            more = wheel.advance(to: tick, limit: 1_024, into: &due)
            for timer in due { sink.receive(UInt64(timer.index), due: timer.due, now: tick) }
            due.removeAll(keepingCapacity: true)
        }
    }
}

/// The wheel by handles, which the workload keeps.
struct HandledWheel: MeasuredWheel, ~Copyable {
    static var name: String { "sccd_handles" }
    private var wheel: TimerWheel
    private var handles: [TimerHandle]

    init(timers: Int) {
        wheel = TimerWheel(now: 0, capacity: timers)
        handles = Array(repeating: TimerHandle(index: 0, generation: 0), count: timers)
    }

    mutating func schedule(at deadlines: [UInt32]) {
        for timer in 0..<deadlines.count {
            handles[timer] = wheel.schedule(at: UInt64(deadlines[timer]), payload: UInt64(timer))
        }
    }

    mutating func cancel(_ timers: [UInt32]) -> Int {
        var refused = 0
        for timer in timers where !wheel.cancel(handles[Int(timer)]) { refused += 1 }
        return refused
    }

    mutating func churn(_ timers: [UInt32], to deadlines: [UInt32]) -> Int {
        var refused = 0
        for place in 0..<timers.count {
            let timer = timers[place]
            if !wheel.cancel(handles[Int(timer)]) { refused += 1 }
            handles[Int(timer)] = wheel.schedule(
                at: UInt64(deadlines[place]), payload: UInt64(timer))
        }
        return refused
    }

    mutating func move(_ timers: [UInt32], to deadlines: [UInt32]) -> Int {
        var refused = 0
        for place in 0..<timers.count
        where !wheel.reschedule(handles[Int(timers[place])], at: UInt64(deadlines[place])) {
            refused += 1
        }
        return refused
    }

    mutating func fire(to tick: UInt64, into sink: inout WheelSink) {
        var due: [DueTimer] = []
        var more = true
        while more {
            more = wheel.advance(to: tick, limit: 1_024, into: &due)
            for timer in due { sink.receive(timer.payload, due: timer.due, now: tick) }
            due.removeAll(keepingCapacity: true)
        }
    }
}
