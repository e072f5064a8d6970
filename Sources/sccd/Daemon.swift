import CareCore
import CareEngine
import CareProtocols
import CareStore
import ControlServer
import Foundation
import Logging
import ServiceLifecycle
import Systemd
import UnixSignals

/// Puts the parts together, in the order in which they may rely on each other.
///
/// Lock the state directory → open and migrate the ledger → load and rebuild → announce blind time →
/// listen → ready → first tick. Stopping is the reverse.
struct Daemon {
    let settings: Settings

    func run() async throws {
        // Before any other thread runs: taking inherited sockets changes the environment.
        let inherited = try exit(78) { () throws(InheritedSocketError) in
            try InheritedSockets.take()
        }
        try makeStateDirectory()
        let lock = try exit(75) { () throws(LockFileError) in
            try LockFile(path: settings.stateDirectory + "/sccd.lock")
        }
        defer { withExtendedLifetime(lock) {} }

        let journal = JournalWriter(fallback: .standardError)
        let logger = Self.logger(journal, settings.logLevel)
        let ledger = try exit(74) { () throws(LedgerFailure) in
            try SQLiteLedger.open(
                path: settings.stateDirectory + "/ledger.sqlite",
                clock: settings.isDemo ? .demo(rate: settings.clockRate) : .realTime)
        }
        let clock = try exit(74) { () throws(LedgerFailure) in try wardClock(ledger) }
        // From here on a request to reload waits for its turn instead of ending the process.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let start = try exit(78) { () throws(ProtocolError) in
            try ProtocolKeeper.start(directory: settings.protocolDirectory, ledger: ledger)
        }
        let notifier = ServiceNotifier()
        let timer = try exit(70) { () throws(SystemError) in try WakeTimer() }
        let ticker = Ticker(timer: timer, clock: clock, notifier: notifier, logger: logger)
        let announcer = JournalAnnouncer(
            writer: journal, demoClockRate: settings.isDemo ? settings.clockRate : nil)
        let context = CareContext(library: start.loaded.library, wards: settings.wards)
        let archive = ProtocolArchive(
            current: start.loaded.documents,
            read: { try ProtocolLoader.load($0.documents).library })
        let engine = try exit(74) { () throws(LedgerFailure) in
            try CareEngine(
                ledger: ledger, context: context, archive: archive, logger: logger,
                clock: clock.now,
                announce: announcer.announce, wakeChanged: ticker.wake(at:))
        }
        await engine.wakeUp()
        if let fault = start.fault { await warn(of: fault, engine, logger) }
        let keeper = ProtocolKeeper(
            start.loaded, directory: settings.protocolDirectory, engine: engine,
            notifier: notifier, writer: journal)

        let status = await engine.status()
        let server = ControlServer(
            engine: engine,
            configuration: serverConfiguration(inherited, ledger, keeper), logger: logger,
            clock: clock.now,
            onListening: {
                let watching =
                    "Watching over \(status.patients) patient\(status.patients == 1 ? "" : "s")"
                journal.write(
                    JournalEntry(
                        messageID: .serviceStarted, priority: .notice, message: watching,
                        fields: announcer.demoFields))
                if let info = try? ledger.info() { logger.info("\(info.summary)") }
                notifier.ready(status: watching)
            })
        ticker.drive(.init(engine: engine, serverAnswers: server.answers))
        let services = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: ticker, failureTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: ReloadOnHangup(signals: hangups, keeper: keeper)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        let result = await Result { try await services.run() }
        notifier.stopping()
        journal.write(
            JournalEntry(
                messageID: .serviceStopping, priority: .notice, message: "Stopped watching",
                fields: announcer.demoFields))
        try? ledger.close()
        _ = await journal.stop(within: .seconds(1))
        if case .failure(let error) = result {
            throw DaemonExit(code: 70, message: "sccd: \(error)")
        }
    }

    /// The files on the disk are faulty, and what was in force last goes on.
    private func warn(
        of fault: ProtocolError, _ engine: CareEngine, _ logger: Logger
    ) async {
        logger.critical("\(ProtocolKeeper.sentence(of: fault))")
        await engine.warn(
            AlertTemplate(
                priority: .high,
                message:
                    "The hospital's protocol files have \(ProtocolKeeper.count(fault)) and were "
                    + "not taken at the start: care goes on by the protocols that were in force "
                    + "before. `sccctl protocol lint` names the faults.",
                who: "nurse in charge"), ruleID: "PROTOCOL-FAULTY")
    }

    // MARK: Parts

    private func makeStateDirectory() throws(DaemonExit) {
        do {
            try FileManager.default.createDirectory(
                atPath: settings.stateDirectory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw DaemonExit(
                code: 74,
                message:
                    "sccd: \(settings.stateDirectory) cannot be made: \(error.localizedDescription)"
            )
        }
    }

    /// In a demonstration, ward time goes on from where the ledger last stood.
    private func wardClock(_ ledger: SQLiteLedger) throws(LedgerFailure) -> WardClock {
        guard settings.isDemo else { return .realTime }
        let real = WardClock.realSeconds()
        if let anchor = try ledger.demoAnchor() {
            return WardClock(
                rate: settings.clockRate, realAnchor: Double(anchor.realSeconds),
                wardAnchor: Double(anchor.ward.seconds))
        }
        let start = settings.clockStart ?? Instant(seconds: Int64(real))
        try ledger.setDemoAnchor(DemoAnchor(realSeconds: Int64(real), ward: start))
        return WardClock(
            rate: settings.clockRate, realAnchor: real.rounded(.down),
            wardAnchor: Double(start.seconds))
    }

    private func serverConfiguration(
        _ inherited: [InheritedSocket], _ ledger: SQLiteLedger, _ keeper: ProtocolKeeper
    ) -> ControlServer.Configuration {
        var roles = RoleTable.standard(ownUser: getuid())
        for user in settings.viewUsers { roles.users[UInt32(user)] = .view }
        for user in settings.adminUsers { roles.users[UInt32(user)] = .admin }
        var configuration = ControlServer.Configuration(roles: roles)
        configuration.sockets = inherited.map(\.descriptor)
        configuration.ownPath = inherited.isEmpty ? settings.socketPath : nil
        configuration.version = DaemonVersion.text
        configuration.ledgerPath = ledger.path
        configuration.protocols = keeper.desk
        configuration.demoClockRate = settings.isDemo ? settings.clockRate : nil
        configuration.validForSeconds = settings.pollValiditySeconds
        return configuration
    }

    private static func logger(_ journal: JournalWriter, _ level: Logger.Level) -> Logger {
        LoggingSystem.bootstrap { label in
            var handler = JournalLogHandler(label: label, writer: journal)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "sccd")
    }

    /// Turns a part's failure into the end of the process, with a documented code.
    private func exit<Value: ~Copyable, Failure: Error>(
        _ code: Int32, _ body: () throws(Failure) -> Value
    ) throws(DaemonExit) -> Value {
        do {
            return try body()
        } catch {
            throw DaemonExit(code: code, message: "sccd: \(error)")
        }
    }
}

extension JournalAnnouncer {
    var demoFields: [(name: String, value: String)] {
        demoClockRate.map { [("SCC_DEMO_CLOCK_RATE", "\($0)")] } ?? []
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
