import CareCore
import CareEngine
import CareProtocols
import CareStore
import ControlAPI
import ControlServer
import Logging
import ServiceLifecycle
import Systemd
import UnixSignals

/// The protocols of a running service, and how they are read anew.
///
/// A reload takes all files or none: everything is read and checked first, then the ledger keeps the
/// texts, then the engine takes them, and only then are they in force.
actor ProtocolKeeper {
    private let directory: String
    private let engine: CareEngine
    private let notifier: ServiceNotifier
    private let writer: JournalWriter
    private var loaded: LoadedProtocols
    /// Made when somebody first asks: most services are never asked.
    private var described: ProtocolsAnswer?

    init(
        _ loaded: LoadedProtocols, directory: String, engine: CareEngine,
        notifier: ServiceNotifier, writer: JournalWriter
    ) {
        self.loaded = loaded
        self.directory = directory
        self.engine = engine
        self.notifier = notifier
        self.writer = writer
    }

    nonisolated var desk: ProtocolDesk {
        ProtocolDesk(
            describe: { () async throws(Problem) in try await self.answer() },
            reload: { (actor) async throws(Problem) in try await self.reload(by: actor) })
    }

    private func answer() throws(Problem) -> ProtocolsAnswer {
        if let described { return described }
        do {
            let answer = ProtocolsAnswer(
                try ProtocolLoader.describe(loaded.documents.documents),
                builtIn: try ProtocolLoader.describe(BuiltInProtocols.documents),
                directory: directory)
            described = answer
            return answer
        } catch {
            throw Problem(.internal, "The protocols in force cannot be described: \(error)")
        }
    }

    // MARK: Reading anew

    /// Why a reload was not taken.
    private enum Refusal: Error {
        case faults(ProtocolError)
        case ledger(LedgerFailure)
    }

    /// - Throws: ``Problem`` with every fault; nothing has changed then.
    func reload(by actor: Actor) async throws(Problem) -> ReloadAnswer {
        do throws(Refusal) {
            let answer = try await take()
            note(
                .protocolsReloaded, .notice, answer.sentence, actor,
                [
                    ("SCC_PROTOCOLS", answer.version), ("SCC_EARLIER", "\(answer.staysOnEarlier)"),
                ])
            return answer
        } catch {
            throw refused(error, actor)
        }
    }

    private func refused(_ refusal: Refusal, _ actor: Actor) -> Problem {
        switch refusal {
        case .faults(let error):
            note(
                .protocolsRefused, .error, Self.sentence(of: error), actor,
                [
                    ("SCC_FAULTS", "\(error.faults.count)"),
                    ("SCC_REASON", error.faults.first?.description ?? ""),
                ])
            return Problem(
                .invalid,
                "The protocols were not taken: \(Self.count(error)). Those in force stay in force.",
                faults: error.faults.map {
                    FieldFault(
                        field: "\($0.file):\($0.line)", value: nil, problem: $0.problem,
                        expected: $0.expected)
                })
        case .ledger(let failure):
            note(
                .protocolsRefused, .error, "The ledger does not keep the protocols: \(failure)",
                actor, [("SCC_FAULTS", "0"), ("SCC_REASON", "\(failure)")])
            return Problem(
                .unavailable,
                "The protocols were not taken, since the ledger cannot keep them: \(failure)")
        }
    }

    private func take() async throws(Refusal) -> ReloadAnswer {
        let before = loaded.library.version
        let new: LoadedProtocols
        do {
            new = try ProtocolDirectory.load(directory)
        } catch {
            throw .faults(error)
        }
        do {
            let earlier = try await engine.adopt(new.library, new.documents)
            loaded = new
            described = nil
            return ReloadAnswer(
                before: before, version: new.library.version,
                changed: before != new.library.version, staysOnEarlier: earlier)
        } catch {
            throw .ledger(error)
        }
    }

    /// As the service manager asks for it; it is told when it begins and ends.
    func reloadOnSignal() async {
        notifier.reloading()
        do {
            let answer = try await reload(by: .service)
            notifier.ready(status: answer.sentence)
        } catch {
            notifier.ready(
                status: "Protocols not taken: \(error.faults.count) faults; see the journal")
        }
    }

    private func note(
        _ id: MessageID, _ priority: JournalPriority, _ message: String, _ actor: Actor,
        _ fields: [(name: String, value: String)]
    ) {
        var fields = fields
        if let uid = actor.uid { fields.append(("SCC_UID", "\(uid)")) }
        writer.write(
            JournalEntry(messageID: id, priority: priority, message: message, fields: fields))
    }

    // MARK: At the start

    /// The protocols to start with.
    struct Start {
        let loaded: LoadedProtocols
        /// Why the files on the disk were not taken.
        let fault: ProtocolError?
    }

    /// The files on the disk; if they are faulty, what was in force last: a ward must not lose its
    /// reminders because a file was spoilt before a restart.
    static func start(
        directory: String, ledger: SQLiteLedger
    ) throws(ProtocolError) -> Start {
        do {
            return Start(loaded: try ProtocolDirectory.load(directory), fault: nil)
        } catch {
            guard let last = try? ledger.lastProtocolVersion(),
                let loaded = try? ProtocolLoader.load(last.documents)
            else { throw error }
            return Start(loaded: loaded, fault: error)
        }
    }

    static func sentence(of error: ProtocolError) -> String {
        "The protocols have \(count(error)).\n\(error)"
    }

    static func count(_ error: ProtocolError) -> String {
        "\(error.faults.count) fault\(error.faults.count == 1 ? "" : "s")"
    }
}

/// Reads the protocols anew when the service manager says so.
struct ReloadOnHangup: Service {
    let signals: UnixSignalsSequence
    let keeper: ProtocolKeeper

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() { await keeper.reloadOnSignal() }
    }
}

extension ReloadAnswer {
    var sentence: String {
        guard changed else { return "The protocols are the same as before" }
        let stays = staysOnEarlier == 1 ? "1 stay goes" : "\(staysOnEarlier) stays go"
        return "Protocols read anew; \(stays) on by earlier ones"
    }
}
