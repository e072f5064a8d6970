import Foundation
import TimerWheel

/// The phases of `scripts/bench.d/common.h`, with the same numbers from the same seed.
struct WheelWorkload {
    static let day: UInt64 = 86_400

    let deadlines: [UInt32]
    let order: [UInt32]
    let victims: [UInt32]
    let fresh: [UInt32]

    init(timers: Int) {
        var random = WheelRandom(state: 12_345)
        let count = UInt32(timers)
        deadlines = (0..<timers).map { _ in 1 + random.below(UInt32(Self.day)) }
        var order = Array(0..<count)
        for last in stride(from: timers - 1, to: 0, by: -1) {
            order.swapAt(last, Int(random.below(UInt32(last + 1))))
        }
        self.order = order
        var victims: [UInt32] = []
        var fresh: [UInt32] = []
        let churns = max(timers, 1_000_000)
        victims.reserveCapacity(churns)
        fresh.reserveCapacity(churns)
        for _ in 0..<churns {
            victims.append(random.below(count))
            fresh.append(1 + random.below(UInt32(Self.day)))
        }
        self.victims = victims
        self.fresh = fresh
    }

    func run<Wheel: MeasuredWheel & ~Copyable>(_: Wheel.Type) -> WheelRound {
        let timers = deadlines.count
        var result = WheelRound()
        let empty = residentBytes()
        var wheel = Wheel(timers: timers)
        func bytesPerTimer() -> Double { (residentBytes() - empty) / Double(timers) }
        func note(_ phase: String, _ begin: clock_t, _ operations: Int) {
            // Processor time in microseconds, so that what else the machine does counts less.
            result.phases.append((phase, Double(clock() - begin) * 1_000 / Double(operations)))
        }

        var begin = clock()
        wheel.schedule(at: deadlines)
        note("cold", begin, timers)
        result.freshBytes = bytesPerTimer()

        begin = clock()
        var refused = wheel.cancel(order)
        note("cancel", begin, timers)

        begin = clock()
        wheel.schedule(at: deadlines)
        note("warm", begin, timers)

        begin = clock()
        refused += wheel.churn(victims, to: fresh)
        note("churn", begin, victims.count)

        begin = clock()
        refused += wheel.move(victims, to: fresh)
        note("move", begin, victims.count)
        result.worstBytes = bytesPerTimer()
        precondition(refused == 0, "a timer could not be cancelled")

        begin = clock()
        wheel.fire(to: Self.day, into: &result.sink)
        note("fire", begin, timers)
        return result
    }

    /// The longest single calls in microseconds of processor time, each the least of several rounds:
    /// what the machine adds by doing something else differs between rounds.
    func longestCalls(rounds: Int) -> [(name: String, microseconds: Int)] {
        let names = ["schedule", "cancel", "advance", "next-due", "catch-up"]
        var best = names.map { _ in Int.max }
        for _ in 0..<rounds {
            let longest = longestCallsOfRound()
            for place in best.indices { best[place] = min(best[place], longest[place]) }
        }
        return Array(zip(names, best))
    }

    private func longestCallsOfRound() -> [Int] {
        let timers = deadlines.count
        var longest = [0, 0, 0, 0, 0]
        var wheel = TimerWheel(now: 0, capacity: timers)
        var handles = (0..<timers).map { timer in
            wheel.schedule(at: UInt64(deadlines[timer]), payload: UInt64(timer))
        }
        for (victim, due) in zip(victims, fresh) {
            let timer = Int(victim)
            let start = clock()
            _ = wheel.cancel(handles[timer])
            let middle = clock()
            handles[timer] = wheel.schedule(at: UInt64(due), payload: UInt64(victim))
            longest[0] = max(longest[0], clock() - middle)
            longest[1] = max(longest[1], middle - start)
        }
        var due: [DueTimer] = []
        for tick in 1...Self.day {
            let start = clock()
            let next = wheel.nextDue
            let middle = clock()
            if let next, next <= tick { _ = wheel.advance(to: tick, into: &due) }
            longest[2] = max(longest[2], clock() - middle)
            longest[3] = max(longest[3], middle - start)
            due.removeAll(keepingCapacity: true)
        }
        // All timers in one slot far ahead, and one jump beyond them in pages.
        var crowd = TimerWheel(now: 0, capacity: timers)
        for timer in 0..<timers {
            _ = crowd.schedule(at: 1 << 24 + UInt64(deadlines[timer]), payload: UInt64(timer))
        }
        var more = true
        while more {
            let start = clock()
            more = crowd.advance(to: 1 << 30, limit: 1_024, into: &due)
            longest[4] = max(longest[4], clock() - start)
            due.removeAll(keepingCapacity: true)
        }
        return longest
    }
}

/// SplitMix64, as the peers have it.
struct WheelRandom {
    var state: UInt64

    mutating func below(_ bound: UInt32) -> UInt32 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return UInt32(truncatingIfNeeded: ((mixed >> 32) * UInt64(bound)) >> 32)
    }
}

/// The outcome of one run of all phases.
struct WheelRound {
    /// Nanoseconds per operation.
    var phases: [(name: String, nanoseconds: Double)] = []
    /// Bytes per timer, without the 8 of the payload, of which the peers keep none.
    var freshBytes = 0.0
    var worstBytes = 0.0
    var sink = WheelSink()
}

/// What receives the timers, and can show afterwards that they were the right ones.
struct WheelSink {
    private(set) var fired: UInt64 = 0
    private(set) var sum: UInt64 = 0
    private(set) var early: UInt64 = 0
    private(set) var disorder: UInt64 = 0
    private var lastDue: UInt64 = 0

    @inline(__always)
    mutating func receive(_ timer: UInt64, due: UInt64, now: UInt64) {
        fired += 1
        sum &+= timer &* 2_654_435_761 &+ due
        if due > now { early += 1 }
        if due < lastDue { disorder += 1 }
        lastDue = due
    }
}
