import CareCore
import CareEngine
import ControlAPI
import NIOCore
import Synchronization

/// The last instant at which the engine is known to have turned.
///
/// An answer from a cache shows what the engine last published. If the engine hangs, nothing new is
/// published and the cache would look fresh for ever; so an answer is dated by the engine's last sign
/// of life, never by the moment of asking.
final class EnginePulse: Sendable {
    private struct State {
        var last: (instant: Instant, at: ContinuousClock.Instant)?
        /// The round trip under way.
        var asking: Latch?
    }

    private let engine: CareEngine
    private let patienceSeconds: Int64
    private let clock: @Sendable () -> Instant
    private let state = Mutex(State())

    init(
        engine: CareEngine, patienceSeconds: Int64, clock: @escaping @Sendable () -> Instant
    ) {
        self.engine = engine
        self.patienceSeconds = patienceSeconds
        self.clock = clock
    }

    /// The ward's time at the engine's last sign of life, at most a moment ago.
    ///
    /// - Throws: ``Problem`` when the engine does not answer.
    func confirm(on connection: Connection) async throws -> Instant {
        if let instant = recent() { return instant }
        let asking = ask()
        let race = Race(on: connection)
        race.finish(with: .changed, when: asking)
        race.finish(after: .seconds(patienceSeconds))
        let outcome = await race.first()
        let answered = state.withLock { $0.last?.instant }
        guard case .changed = outcome, let instant = answered else {
            throw Problem(
                .unavailable,
                "The engine of sccd does not answer: what was shown before may be out "
                    + "of date. `systemctl status sccd` says more.")
        }
        return instant
    }

    private func recent() -> Instant? {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard let last = state.last,
                now - last.at <= .milliseconds(ServerLimits.pulseMilliseconds)
            else { return nil }
            return last.instant
        }
    }

    /// Starts a round trip unless there is one.
    private func ask() -> Latch {
        let (latch, isNew) = state.withLock { state -> (Latch, Bool) in
            if let asking = state.asking { return (asking, false) }
            let latch = Latch()
            state.asking = latch
            return (latch, true)
        }
        guard isNew else { return latch }
        // Read before the question: the answer is at least as new.
        let (instant, asked) = (clock(), ContinuousClock.now)
        // Nobody may wait for it longer than they want to: a hanging engine must not hang pollers.
        Task { [self] in
            if await engine.isTurning() {
                state.withLock { state in
                    state.last = (instant, asked)
                    state.asking = nil
                }
            }
            latch.set()
        }
        return latch
    }
}

/// The first of several things that may happen to a request that waits.
struct Race: Sendable {
    enum Outcome: Sendable {
        case changed, timedOut, stopped, gone
    }

    private let connection: Connection
    private let outcomes: AsyncStream<Outcome>
    private let continuation: AsyncStream<Outcome>.Continuation

    /// Ends at the latest when the connection does.
    init(on connection: Connection) {
        self.connection = connection
        (outcomes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
        finish(with: .gone, when: connection.closed)
    }

    func finish(with outcome: Outcome, when latch: Latch) {
        let token = latch.onSet { [continuation] in continuation.yield(outcome) }
        let former = continuation.onTermination
        continuation.onTermination = { [latch] reason in
            latch.forget(token)
            former?(reason)
        }
    }

    func finish(after time: TimeAmount) {
        let timer = connection.eventLoop.scheduleTask(in: time) { [continuation] in
            _ = continuation.yield(.timedOut)
        }
        let former = continuation.onTermination
        continuation.onTermination = { reason in
            timer.cancel()
            former?(reason)
        }
    }

    /// Waits, and lets everything go.
    ///
    /// - Parameter work: Runs meanwhile; its end counts as a change.
    func first(of work: @escaping @Sendable () async -> Void) async -> Outcome {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [continuation] in
                await work()
                continuation.yield(.changed)
            }
            let outcome = await first()
            group.cancelAll()
            return outcome
        }
    }

    func first() async -> Outcome {
        defer { continuation.finish() }
        for await outcome in outcomes { return outcome }
        return .stopped
    }
}
