/// Names one armed timer of one wheel, from the call that schedules it until it fires or is
/// cancelled.
///
/// After that the handle is stale for good: the wheel may use the index for another timer, and tells
/// the two apart by the generation.
public struct TimerHandle: Hashable, Sendable {
    /// The timer's record in the wheel.
    public let index: UInt32
    /// How often the record has changed hands, always odd for a timer that was scheduled.
    public let generation: UInt32

    /// Names a timer; only the wheel's own handles mean anything to it.
    @inlinable
    public init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }
}

/// A timer that came due, as ``TimerWheel/advance(to:limit:into:)`` hands it out.
package struct DueTimer: Equatable, Sendable {
    /// What the caller attached to the timer.
    package let payload: UInt64
    /// The tick the timer was scheduled for.
    ///
    /// It is earlier than the wheel's tick when the timer was scheduled late or time jumped.
    package let due: UInt64
    /// The handle by which the timer was known.
    ///
    /// It is stale by now.
    package let handle: TimerHandle

    package init(payload: UInt64, due: UInt64, handle: TimerHandle) {
        self.payload = payload
        self.due = due
        self.handle = handle
    }
}
