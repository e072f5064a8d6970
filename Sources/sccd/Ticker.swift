import CareCore
import CareEngine
import Logging
import ServiceLifecycle
import Synchronization
import Systemd

/// Turns the engine when something is due, and at least every 30 s.
///
/// The watchdog is fed only here, after the engine has turned and the server has answered a round
/// trip: a keep-alive of its own would live on while the service is stuck.
final class Ticker: Service {
    private let timer: WakeTimer
    private let clock: WardClock
    private let notifier: ServiceNotifier
    private let logger: Logger
    /// The longest sleep, in real seconds.
    private let longestSleep: Double
    /// The ward instant that somebody changed the plan to; `nil` when nothing is armed.
    private let wanted = Mutex<Instant?>(nil)

    /// Signs of life in the ledger are at most so many real seconds apart.
    static let aliveSeconds = 15.0

    init(timer: WakeTimer, clock: WardClock, notifier: ServiceNotifier, logger: Logger) {
        self.timer = timer
        self.clock = clock
        self.notifier = notifier
        self.logger = logger
        let limit = Double(EngineLimits.longestSleepSeconds)
        longestSleep = notifier.watchdogInterval.map { min(limit, $0 / .seconds(1) / 3) } ?? limit
    }

    /// Called by the engine after each commit, from its own thread.
    func wake(at instant: Instant?) {
        wanted.withLock { $0 = instant }
        arm()
    }

    private func arm() {
        let latest = WardClock.realSeconds() + longestSleep
        let due = wanted.withLock { $0 }.map(clock.realSeconds(at:)) ?? latest
        timer.arm(atUnixSeconds: min(due, latest))
    }

    /// What the ticker drives; known only once the engine stands.
    struct Driven: Sendable {
        let engine: CareEngine
        /// Returns when the server has answered; throws when it cannot.
        let serverAnswers: @Sendable () async throws -> Void
    }

    private let driven = Mutex<Driven?>(nil)

    func drive(_ driven: Driven) {
        self.driven.withLock { $0 = driven }
    }

    func run() async throws {
        guard let driven = driven.withLock({ $0 }) else {
            preconditionFailure("the ticker is given its engine before it runs")
        }
        var lastAlive = 0.0
        await turn(driven, &lastAlive)
        for await wake in timer.wakes.cancelOnGracefulShutdown() {
            if wake == .clockChanged { logger.notice("the wall clock was set") }
            await turn(driven, &lastAlive)
        }
        timer.cancel()
        await driven.engine.noteAlive()
    }

    private func turn(_ driven: Driven, _ lastAlive: inout Double) async {
        let next = await driven.engine.tick()
        wanted.withLock { $0 = next }
        let now = WardClock.realSeconds()
        if abs(now - lastAlive) >= Self.aliveSeconds {
            await driven.engine.noteAlive()
            lastAlive = now
        }
        do {
            try await driven.serverAnswers()
            notifier.watchdog()
        } catch {
            logger.error("the server does not answer; the watchdog is not fed")
        }
        arm()
    }
}
