import TimerWheel

/// A wheel in a class, because `#expect` copies what it calls a method of.
final class WheelUnderTest {
    private var wheel: TimerWheel

    init(now: UInt64, capacity: Int = 0) { wheel = TimerWheel(now: now, capacity: capacity) }
    init(_ wheel: consuming TimerWheel) { self.wheel = wheel }

    var now: UInt64 { wheel.now }
    var count: Int { wheel.count }
    var nextDue: UInt64? { wheel.nextDue }
    var bytesInUse: Int { wheel.bytesInUse }

    func schedule(at due: UInt64, payload: UInt64) -> TimerHandle {
        wheel.schedule(at: due, payload: payload)
    }
    func cancel(_ handle: TimerHandle) -> Bool { wheel.cancel(handle) }
    func reschedule(_ handle: TimerHandle, at due: UInt64) -> Bool {
        wheel.reschedule(handle, at: due)
    }
    func due(of handle: TimerHandle) -> UInt64? { wheel.due(of: handle) }
    func advance(to tick: UInt64, limit: Int = .max, into due: inout [DueTimer]) -> Bool {
        wheel.advance(to: tick, limit: limit, into: &due)
    }
    func brokenInvariant() -> String? { wheel.brokenInvariant() }
    func copy() -> WheelUnderTest { WheelUnderTest(wheel.copy()) }
}
