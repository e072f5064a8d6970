internal import CSystemd
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Wakes at an instant of the wall clock, and whenever the wall clock is set.
///
/// A sleep by elapsed time would come late after a step forwards or a suspend; this one is a timer
/// over `CLOCK_REALTIME` that the kernel also ends when the clock is stepped or the machine
/// resumes. Waiting costs no thread of Swift's pool.
///
/// ```swift
/// let timer = try WakeTimer()
/// timer.arm(atUnixSeconds: next)
/// for await _ in timer.wakes {
///     // Read the clocks, decide, arm again.
/// }
/// ```
package final class WakeTimer: Sendable {
    /// Why the timer woke.
    ///
    /// Either way the clock has to be read again: a wake is a hint, and one that was under way when
    /// the timer was armed anew still arrives.
    package enum Wake: Hashable, Sendable {
        /// The armed instant has come.
        case fired
        /// The wall clock was set, or the machine slept; the timer has to be armed again.
        case clockChanged
    }

    /// The wakes, for one reader; ends after ``cancel()``.
    package let wakes: AsyncStream<Wake>

    private let descriptor: CInt
    private let continuation: AsyncStream<Wake>.Continuation
    /// `nil` once cancelled.
    private let source: Mutex<(any DispatchSourceRead)?>

    /// - Throws: ``SystemError`` when the kernel has no descriptor left.
    package init() throws(SystemError) {
        let descriptor = scc_timer_create()
        guard descriptor >= 0 else {
            throw SystemError(operation: "making a timer", code: -descriptor)
        }
        let (wakes, continuation) = AsyncStream.makeStream(
            of: Wake.self, bufferingPolicy: .bufferingNewest(WakeTimer.bufferLimit))
        let queue = DispatchQueue(label: "wake-timer")
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { @Sendable in
            if let wake = WakeTimer.wake(forReadResult: scc_timer_read(descriptor)) {
                continuation.yield(wake)
            }
        }
        source.setCancelHandler { @Sendable in
            close(descriptor)
            continuation.finish()
        }
        source.activate()
        self.descriptor = descriptor
        self.wakes = wakes
        self.continuation = continuation
        self.source = Mutex(source)
    }

    deinit {
        cancel()
    }

    /// Arms the timer once, in place of any earlier instant.
    ///
    /// One that is past fires at once; after ``cancel()`` this does nothing.
    ///
    /// - Parameter instant: Seconds since 1970-01-01T00:00:00Z.
    package func arm(atUnixSeconds instant: Double) {
        precondition(!instant.isNaN, "a wake needs an instant")
        // Zero would disarm, and the kernel refuses what is negative.
        let clamped = min(max(instant, 1), WakeTimer.latestUnixSeconds)
        let seconds = clamped.rounded(.down)
        let nanoseconds = min(Int64((clamped - seconds) * 1e9), 999_999_999)
        // Under the lock, because a cancelled descriptor may already be somebody else's.
        source.withLock { source in
            guard source != nil else { return }
            let result = scc_timer_arm(descriptor, Int64(seconds), nanoseconds)
            if result == -ECANCELED {
                // The clock was set before this call; the kernel says so here instead of in a read.
                continuation.yield(.clockChanged)
            } else {
                precondition(result == 0, "arming a valid timer cannot fail: \(-result)")
            }
        }
    }

    /// Ends ``wakes`` and releases the timer.
    package func cancel() {
        source.withLock { source in
            source?.cancel()
            source = nil
        }
    }

    /// What the answer of a read means; `nil` when it means nothing.
    static func wake(forReadResult result: CInt) -> Wake? {
        switch result {
        case -ECANCELED: .clockChanged
        case 1...: .fired
        default: nil
        }
    }

    /// A reader that is this far behind learns nothing from older wakes.
    private static let bufferLimit = 8
    /// In the year 2255; the kernel counts nanoseconds in 63 bits.
    private static let latestUnixSeconds = 9_000_000_000.0
}
