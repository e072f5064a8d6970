import Testing
import TimerWheel

/// Many timers: what they cost in memory, and that it stays so.
@Suite struct SteadyStateTests {
    static let day: UInt64 = 86_400

    @Test func `a million timers take 13 bytes each, and their handles 16`() {
        let wheel = WheelUnderTest(now: 0, capacity: 1_000_000)
        var random = SeededGenerator(seed: 1)
        for timer: UInt64 in 0..<1_000_000 {
            _ = wheel.schedule(at: 1 + random.next() % Self.day, payload: timer)
        }
        #expect(wheel.count == 1_000_000)
        #expect(wheel.bytesInUse < 29_000_000)
        var due: [DueTimer] = []
        while wheel.advance(to: Self.day / 10, limit: 10_000, into: &due) {}
        #expect((99_000...101_000).contains(due.count))
        #expect(due.allSatisfy { $0.due <= Self.day / 10 })
    }

    @Test func `churn does not make the wheel grow`() {
        let timers = 20_000
        let wheel = WheelUnderTest(now: 0)
        var random = SeededGenerator(seed: 2)
        var handles = (0..<timers).map {
            wheel.schedule(at: 1 + random.next() % Self.day, payload: UInt64($0))
        }
        var most = 0
        for round in 0..<200_000 {
            let timer = Int.random(in: 0..<timers, using: &random)
            let due = wheel.now + 1 + random.next() % Self.day
            if round % 2 == 0 {
                #expect(wheel.reschedule(handles[timer], at: due))
            } else {
                #expect(wheel.cancel(handles[timer]))
                handles[timer] = wheel.schedule(at: due, payload: UInt64(timer))
            }
            if round == 100_000 { most = wheel.bytesInUse }
        }
        #expect(wheel.brokenInvariant() == nil)
        // How full the chunks are varies by chance.
        #expect(wheel.bytesInUse <= most + most / 50)
        #expect(wheel.bytesInUse < timers * (16 + 24) + 30_000)
        #expect(wheel.count == timers)
    }

    @Test func `reminders that recur for a month do not make the wheel grow`() {
        let timers: UInt64 = 500
        let wheel = WheelUnderTest(now: 1_790_000_000)
        var random = SeededGenerator(seed: 3)
        for timer in 0..<timers {
            _ = wheel.schedule(at: wheel.now + 1 + random.next() % 7_200, payload: timer)
        }
        var most = 0
        var handedOut = 0
        for minute in 0..<(30 * 1_440) {
            var due: [DueTimer] = []
            _ = wheel.advance(to: wheel.now + 60, into: &due)
            handedOut += due.count
            for timer in due { _ = wheel.schedule(at: timer.due + 7_200, payload: timer.payload) }
            if minute == 1_440 { most = wheel.bytesInUse }
        }
        #expect(handedOut == Int(timers) * 360)
        #expect(wheel.bytesInUse <= most + 4_096)
        #expect(wheel.brokenInvariant() == nil)
    }
}
