import Testing
import TimerWheel

/// What the wheel promises, one promise at a time.
@Suite struct TimerWheelTests {
    /// All timers due by a tick, in one call.
    static func payloads(_ wheel: WheelUnderTest, to tick: UInt64) -> [UInt64] {
        var due: [DueTimer] = []
        let more = wheel.advance(to: tick, into: &due)
        #expect(!more)
        #expect(wheel.brokenInvariant() == nil)
        return due.map(\.payload)
    }

    @Test func `an empty wheel has nothing due`() {
        let wheel = WheelUnderTest(now: 5)
        #expect(wheel.count == 0)
        #expect(wheel.nextDue == nil)
        #expect(Self.payloads(wheel, to: .max) == [])
        #expect(wheel.now == UInt64.max - 1)
    }

    @Test(arguments: [
        1, 63, 64, 65, 4_095, 4_096, 86_400, 1 << 18, 1 << 30, 1 << 31 - 1, 1 << 31, 1 << 35,
        1 << 50,
    ])
    func `a timer is handed out at its tick and not before`(delay: UInt64) {
        for start: UInt64 in [0, 1, 63, 1_790_000_000, 1 << 31 - 2, .max / 2 - 7] {
            let wheel = WheelUnderTest(now: start)
            let handle = wheel.schedule(at: start + delay, payload: 7)
            #expect(wheel.nextDue == start + delay)
            #expect(Self.payloads(wheel, to: start + delay - 1) == [])
            #expect(wheel.due(of: handle) == start + delay)
            var due: [DueTimer] = []
            #expect(!wheel.advance(to: start + delay, into: &due))
            #expect(due == [DueTimer(payload: 7, due: start + delay, handle: handle)])
            #expect(wheel.due(of: handle) == nil)
        }
    }

    @Test func `a tick stepped through a year of hours hands each reminder out once`() {
        let hour: UInt64 = 3_600
        let wheel = WheelUnderTest(now: 1_790_000_000)
        let start = wheel.now
        var handedOut = 0
        _ = wheel.schedule(at: start + 2 * hour, payload: 0)
        for tick in 1...(365 * 24) as ClosedRange<UInt64> {
            var due: [DueTimer] = []
            _ = wheel.advance(to: start + tick * hour, into: &due)
            for timer in due {
                handedOut += 1
                #expect(timer.due == start + tick * hour)
                _ = wheel.schedule(at: timer.due + 2 * hour, payload: timer.payload + 1)
            }
        }
        #expect(handedOut == 365 * 12)
        #expect(wheel.count == 1)
    }

    @Test func `one call years ahead hands everything out in order`() {
        let wheel = WheelUnderTest(now: 0)
        let year: UInt64 = 31_557_600
        for timer: UInt64 in 0..<500 {
            _ = wheel.schedule(at: 1 + timer * 7_919 % 500 * (year / 100), payload: timer)
        }
        var due: [DueTimer] = []
        #expect(!wheel.advance(to: 3_000 * year, into: &due))
        #expect(due.count == 500)
        #expect(due.map(\.due) == due.map(\.due).sorted())
    }

    @Test func `time does not move backwards`() {
        let wheel = WheelUnderTest(now: 100)
        _ = wheel.schedule(at: 100, payload: 1)
        _ = wheel.schedule(at: 101, payload: 2)
        #expect(Self.payloads(wheel, to: 3) == [1])
        #expect(wheel.now == 100)
        #expect(Self.payloads(wheel, to: 101) == [2])
    }

    @Test func `overdue timers come first, in due order, with the tick they were meant for`() {
        let wheel = WheelUnderTest(now: 1_000)
        for due: UInt64 in [1_001, 999, 1_000, 3, 999] {
            _ = wheel.schedule(at: due, payload: due)
        }
        #expect(wheel.nextDue == 3)
        #expect(Self.payloads(wheel, to: 1_000) == [3, 999, 999, 1_000])
        #expect(Self.payloads(wheel, to: 1_001) == [1_001])
    }

    @Test func `a timer at the last tick never comes`() {
        let wheel = WheelUnderTest(now: 0)
        let never = wheel.schedule(at: .max, payload: 1)
        _ = wheel.schedule(at: .max - 1, payload: 2)
        #expect(Self.payloads(wheel, to: .max) == [2])
        #expect(wheel.nextDue == .max)
        #expect(wheel.due(of: never) == .max)
        #expect(wheel.cancel(never))
        #expect(wheel.nextDue == nil)
    }

    @Test func `the next due tick is exact when whole slots were cancelled`() {
        let wheel = WheelUnderTest(now: 0)
        var handles: [TimerHandle] = []
        for due: UInt64 in 1...20_000 { handles.append(wheel.schedule(at: due, payload: due)) }
        for (place, handle) in handles.enumerated() where place != 17_000 {
            #expect(wheel.cancel(handle))
            if place % 1_000 == 0 { #expect(wheel.nextDue == UInt64(min(place + 2, 17_001))) }
        }
        #expect(wheel.nextDue == 17_001)
        #expect(Self.payloads(wheel, to: 1) == [])
        #expect(wheel.nextDue == 17_001)
        #expect(Self.payloads(wheel, to: 17_001) == [17_001])
        #expect(wheel.nextDue == nil)
    }

    @Test func `a wheel that was emptied takes no more memory the second time`() {
        let wheel = WheelUnderTest(now: 0)
        var before = 0
        for _ in 0..<4 {
            let handles = (1...10_000 as ClosedRange<UInt64>).map {
                wheel.schedule(at: $0 * 7, payload: $0)
            }
            if before == 0 { before = wheel.bytesInUse }
            for handle in handles { #expect(wheel.cancel(handle)) }
            #expect(wheel.count == 0)
            #expect(wheel.nextDue == nil)
            #expect(wheel.brokenInvariant() == nil)
        }
        #expect(wheel.bytesInUse == before)
    }

    // MARK: Ties

    @Test(arguments: [64, 4_096, 300_000, 1 << 31 + 5] as [UInt64])
    func `ties go by the order of scheduling, from however far ahead`(due: UInt64) {
        let wheel = WheelUnderTest(now: 0)
        var expected: [UInt64] = []
        var distance = due
        // From far ahead, through each level, to one tick before.
        while distance > 0 {
            #expect(Self.payloads(wheel, to: due - distance) == [])
            for _ in 0..<40 {
                _ = wheel.schedule(at: due, payload: UInt64(expected.count))
                expected.append(UInt64(expected.count))
            }
            distance /= 3
        }
        #expect(Self.payloads(wheel, to: due) == expected)
    }

    @Test func `rescheduling to the same tick goes to the end of the queue`() {
        let wheel = WheelUnderTest(now: 0)
        let first = wheel.schedule(at: 70, payload: 1)
        _ = wheel.schedule(at: 70, payload: 2)
        #expect(wheel.reschedule(first, at: 70))
        #expect(wheel.reschedule(first, at: 900))
        #expect(wheel.reschedule(first, at: 70))
        _ = wheel.schedule(at: 70, payload: 3)
        #expect(wheel.count == 3)
        #expect(Self.payloads(wheel, to: 70) == [2, 1, 3])
    }

    @Test func `a timer rescheduled to the same tick again and again stays one timer`() {
        let wheel = WheelUnderTest(now: 0)
        let handle = wheel.schedule(at: 5_000, payload: 1)
        _ = wheel.schedule(at: 5_000, payload: 2)
        for _ in 0..<100_000 { _ = wheel.reschedule(handle, at: 5_000) }
        #expect(wheel.count == 2)
        #expect(wheel.bytesInUse < 30_000)
        #expect(Self.payloads(wheel, to: 5_000) == [2, 1])
    }

    // MARK: Handles

    @Test func `a handle is stale once its timer was cancelled or handed out`() {
        let wheel = WheelUnderTest(now: 0)
        let cancelled = wheel.schedule(at: 10, payload: 1)
        #expect(wheel.cancel(cancelled))
        let firing = wheel.schedule(at: 10, payload: 2)
        #expect(cancelled != firing)
        for _ in 0..<2 {
            #expect(!wheel.cancel(cancelled))
            #expect(!wheel.reschedule(cancelled, at: 20))
            #expect(wheel.due(of: cancelled) == nil)
        }
        #expect(Self.payloads(wheel, to: 10) == [2])
        #expect(!wheel.cancel(firing))
        let third = wheel.schedule(at: 30, payload: 3)
        #expect(!wheel.reschedule(firing, at: 40))
        #expect(wheel.due(of: third) == 30)
    }

    @Test func `a handle outlives any number of reschedulings`() {
        let wheel = WheelUnderTest(now: 0)
        let handle = wheel.schedule(at: 1, payload: 9)
        for due: UInt64 in [500, 2, 1 << 40, 0, 64, 1 << 60, 77] {
            #expect(wheel.reschedule(handle, at: due))
            #expect(wheel.due(of: handle) == due)
            #expect(wheel.nextDue == due)
            #expect(wheel.brokenInvariant() == nil)
        }
        #expect(Self.payloads(wheel, to: 77) == [9])
        #expect(!wheel.reschedule(handle, at: 100))
    }

    @Test func `a handle of another wheel does no harm`() {
        let other = WheelUnderTest(now: 0)
        var handles: [TimerHandle] = []
        for due: UInt64 in 1...9 { handles.append(other.schedule(at: due, payload: due)) }
        let wheel = WheelUnderTest(now: 0)
        for handle in handles { #expect(!wheel.cancel(handle)) }
        let own = wheel.schedule(at: 5, payload: 1)
        #expect(wheel.cancel(own))
        for handle in handles { #expect(!wheel.cancel(handle)) }
        #expect(wheel.brokenInvariant() == nil)
    }

    @Test func `a copy goes its own way`() {
        let wheel = WheelUnderTest(now: 0)
        let handle = wheel.schedule(at: 100, payload: 1)
        let copy = wheel.copy()
        #expect(copy.reschedule(handle, at: 50))
        #expect(Self.payloads(copy, to: 60) == [1])
        #expect(wheel.due(of: handle) == 100)
        #expect(Self.payloads(wheel, to: 100) == [1])
    }

    // MARK: Paging

    @Test(arguments: [1, 2, 7, 31, 32, 33, 1_000])
    func `pages join to what one call hands out`(limit: Int) {
        let whole = WheelUnderTest(now: 0)
        let paged = WheelUnderTest(now: 0)
        for timer: UInt64 in 0..<500 {
            let due = timer * timer % 97 * 50
            _ = whole.schedule(at: due, payload: timer)
            _ = paged.schedule(at: due, payload: timer)
        }
        var due: [DueTimer] = []
        var pages = 0
        while paged.advance(to: 5_000, limit: limit, into: &due) {
            pages += 1
            #expect(due.count == pages * limit)
            #expect(paged.brokenInvariant() == nil)
        }
        #expect(due.map(\.payload) == Self.payloads(whole, to: 5_000))
    }

    @Test func `no room hands nothing out and says whether anything is due`() {
        let wheel = WheelUnderTest(now: 0)
        _ = wheel.schedule(at: 100, payload: 1)
        var due: [DueTimer] = []
        #expect(!wheel.advance(to: 99, limit: 0, into: &due))
        #expect(wheel.advance(to: 200, limit: 0, into: &due))
        #expect(due.isEmpty)
        #expect(wheel.now == 99)
    }

    @Test func `what is scheduled and cancelled between pages takes part`() {
        let wheel = WheelUnderTest(now: 0)
        var handles: [TimerHandle] = []
        for timer: UInt64 in 0..<4 { handles.append(wheel.schedule(at: 100, payload: timer)) }
        var due: [DueTimer] = []
        #expect(wheel.advance(to: 300, limit: 2, into: &due))
        #expect(wheel.now == 99)
        #expect(wheel.cancel(handles[2]))
        _ = wheel.schedule(at: 100, payload: 4)
        _ = wheel.schedule(at: 200, payload: 6)
        _ = wheel.schedule(at: 40, payload: 5)
        #expect(!wheel.advance(to: 300, limit: 9, into: &due))
        #expect(due.map(\.payload) == [0, 1, 5, 3, 4, 6])
    }

    @Test func `a call with a limit bounds its work, and stopping halfway keeps the order`() {
        let wheel = WheelUnderTest(now: 1)
        let due: UInt64 = 1 << 20
        for timer: UInt64 in 0..<90_000 { _ = wheel.schedule(at: due, payload: timer) }
        var timers: [DueTimer] = []
        #expect(wheel.advance(to: due, limit: 10, into: &timers))
        #expect(timers.isEmpty)
        #expect(wheel.now < due)
        #expect(wheel.nextDue == due)
        #expect(wheel.brokenInvariant() == nil)
        // Behind the others, and not where a part of them is by now.
        let last = wheel.schedule(at: due, payload: 90_000)
        #expect(wheel.due(of: last) == due)
        let first = wheel.schedule(at: due - 1, payload: 0)
        #expect(wheel.nextDue == due - 1)
        #expect(wheel.cancel(first))
        while wheel.advance(to: due, limit: 50_000, into: &timers) {}
        #expect(timers.map(\.payload) == Array(0...90_000))
        #expect(wheel.brokenInvariant() == nil)
    }

    @Test func `cancelling all that a stopped call was moving lets it go on`() {
        let wheel = WheelUnderTest(now: 1)
        var handles: [TimerHandle] = []
        for timer: UInt64 in 0..<70_000 {
            handles.append(wheel.schedule(at: 1 << 20, payload: timer))
        }
        var timers: [DueTimer] = []
        #expect(wheel.advance(to: 1 << 21, limit: 1, into: &timers))
        for handle in handles.reversed() { _ = wheel.cancel(handle) }
        #expect(wheel.count == 0)
        #expect(wheel.nextDue == nil)
        #expect(wheel.brokenInvariant() == nil)
        #expect(!wheel.advance(to: 1 << 21, limit: 1, into: &timers))
        #expect(timers.isEmpty)
    }
}
