import ArgumentParser
import ControlAPI
import ControlClient
import FoundationEssentials

struct ProtocolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protocol",
        abstract: "The rules of care: read, check, compare, sign off, reload.",
        discussion: """
            A hospital's own files lie in /etc/sccd/protocols (setting protocolDirectory) and change, \
            sign, switch off or add to the built-in rules; docs/protocols.md says how. Every command \
            takes --json.

            EXAMPLES
              sccctl protocol show TURN-4
              sccctl protocol list --unsigned
              sccctl protocol lint /etc/sccd/protocols
              sccctl protocol diff
              sccctl protocol reload --by "Test Matron"
              sccctl protocol migrate 12A --dry-run
            """,
        subcommands: [
            ProtocolShowCommand.self, ProtocolListCommand.self, ProtocolDiffCommand.self,
            ProtocolLintCommand.self, ProtocolReloadCommand.self, ProtocolMigrateCommand.self,
        ])
}

/// Where descriptions come from: the running service, or files on the disk.
struct ProtocolSourceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read these files together with the built-in ones instead of asking the service.",
            valueName: "dir"), completion: .directory)
    var directory: String?

    @Flag(help: "The built-in protocols alone, without a service.")
    var builtIn = false

    func validate() throws {
        if directory != nil, builtIn {
            throw ValidationError("Say --directory or --built-in, not both.")
        }
    }

    func read(_ session: Session) async throws -> (value: ProtocolsAnswer, body: String) {
        guard directory != nil || builtIn else {
            let answer = try await session.client.get("/v1/protocols", as: ProtocolsAnswer.self)
            return (answer.value, answer.body)
        }
        let arguments = ["protocol", "describe"] + (directory.map { ["--directory", $0] } ?? [])
        let text = try ServiceProgram.find().answer(arguments, session.output)
        return (try decoded(text), text)
    }
}

private func decoded<Value: Decodable>(_ text: String) throws(ClientError) -> Value {
    do {
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
        throw .mistake(
            .internal,
            "The answer of sccd cannot be read; install the same version of both. (\(error))")
    }
}

// MARK: - Reading

struct ProtocolShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One rule, activity, finding or hold with all that it says; else a list.",
        discussion: """
            When it applies, its schedule and windows, what is recorded, what each finding does, its \
            source and status, where it stands, and who signed it.

            EXAMPLES
              sccctl protocol show
              sccctl protocol show TURN-4
              sccctl protocol show ESC-1 --directory /etc/sccd/protocols
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var source: ProtocolSourceOptions

    @Argument(help: "For example TURN-4, TURN, ESC-1 or absence.")
    var id: String?

    @Option(help: "Only entries of one kind: rule, activity, finding, hold, watch, …")
    var kind: String?

    func run(_ session: Session) async throws {
        let (answer, body) = try await source.read(session)
        let view = ProtocolView(session.output, answer)
        guard let id else {
            if session.output.json { return session.output.document(body) }
            return session.output.show(view.list(answer.parts.filter { matches($0) }))
        }
        let found = answer.parts.filter {
            $0.id.lowercased() == id.lowercased() && matches($0)
        }
        guard !found.isEmpty else {
            throw ClientError.mistake(
                .notFound,
                "There is no \(kind ?? "entry") \(id) in the protocols; \(hint(answer.parts))")
        }
        if session.output.json {
            session.output.document(ProtocolEntries(version: answer.version, parts: found))
        } else {
            session.output.show(view.whole(found))
        }
    }

    /// Ids that begin alike, or have the same letters.
    private func hint(_ parts: [ProtocolPartView]) -> String {
        let wanted = (id ?? "").uppercased()
        var near: [String] = []
        for part in parts where matches(part) && !near.contains(part.id) {
            let same =
                part.id.uppercased().hasPrefix(wanted.prefix(3))
                || part.id.uppercased().sorted() == wanted.sorted()
            if same { near.append(part.id) }
        }
        return near.isEmpty
            ? "`sccctl protocol show` lists what there is."
            : "there are \(near.prefix(8).joined(separator: ", "))."
    }

    private func matches(_ part: ProtocolPartView) -> Bool {
        kind == nil || part.kind == kind
    }
}

struct ProtocolListCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "All entries, or those that nobody of the hospital has signed yet.",
        discussion: """
            A rule whose source was not read (K) or that is a design default (D) needs the \
            hospital's signature; so does one that was signed in another version.

            EXAMPLES
              sccctl protocol list --unsigned
              sccctl protocol list --unsigned --directory /etc/sccd/protocols --json
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var source: ProtocolSourceOptions

    @Flag(help: "Only what still needs a signature.")
    var unsigned = false

    func run(_ session: Session) async throws {
        let (answer, body) = try await source.read(session)
        let view = ProtocolView(session.output, answer)
        guard unsigned else {
            if session.output.json { return session.output.document(body) }
            return session.output.show(view.list(answer.parts))
        }
        let parts = answer.parts.filter(\.needsSignOff)
        if session.output.json {
            let rules = parts.count { $0.kind == "rule" }
            session.output.document(
                UnsignedList(version: answer.version, rules: rules, all: parts.count, parts: parts))
        } else {
            session.output.show(view.unsigned(parts))
        }
    }
}

/// What `show ID --json` prints.
struct ProtocolEntries: Codable, Hashable {
    var schema = ControlAPI.schema
    let version: String
    let parts: [ProtocolPartView]
}

/// What `diff --json` prints.
struct ProtocolDifferences: Codable, Hashable {
    var schema = ControlAPI.schema
    let version: String
    let differences: [ProtocolDifferenceView]
}

/// What `list --unsigned --json` prints.
struct UnsignedList: Codable, Hashable {
    var schema = ControlAPI.schema
    let version: String
    /// How many rules are among them.
    let rules: Int
    let all: Int
    let parts: [ProtocolPartView]
}

struct ProtocolDiffCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What the hospital's files make of the built-in protocols, field by field.",
        discussion: """
            EXAMPLES
              sccctl protocol diff
              sccctl protocol diff --directory /etc/sccd/protocols
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var source: ProtocolSourceOptions

    func run(_ session: Session) async throws {
        let (answer, _) = try await source.read(session)
        if session.output.json {
            session.output.document(
                ProtocolDifferences(version: answer.version, differences: answer.differences))
        } else {
            session.output.show(ProtocolView(session.output, answer).differences())
        }
    }
}

// MARK: - Checking

struct ProtocolLintCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check a hospital's files together with the built-in ones, without a service.",
        discussion: """
            Names every fault with file and line and what would be right, else says what would be \
            effective and what still needs a signature. Nothing is put in force.

            EXIT CODES
              0   the files would be taken
              2   they have faults, or there is no such directory

            EXAMPLES
              sccctl protocol lint
              sccctl protocol lint ./our-rules
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Where the files lie.", completion: .directory)
    var directory = "/etc/sccd/protocols"

    func run(_ session: Session) async throws {
        let program = try ServiceProgram.find()
        let run = try program.run(["protocol", "lint", directory])
        guard run.exitCode == 0 || run.exitCode == 65, !run.output.isEmpty else {
            if !run.errors.isEmpty { session.output.note(run.errors.trimmed) }
            throw ExitCode(ServiceProgram.exitCode(from: run.exitCode))
        }
        let check: ProtocolCheckAnswer = try decoded(run.output)
        if session.output.json {
            session.output.document(run.output)
        } else if let protocols = check.protocols {
            session.output.show(ProtocolView(session.output, protocols).checked(check))
        } else {
            for fault in check.faults {
                session.output.note(
                    "\(fault.file):\(fault.line): \(fault.problem)"
                        + (fault.expected.map { "; \($0)" } ?? ""))
            }
            session.output.note(
                "\(count(check.faults.count, "fault")) in \(directory): it would not be taken.")
        }
        if check.protocols == nil { throw ExitCode(ProblemCode.invalid.exitCode) }
    }
}

// MARK: - Putting in force

struct ProtocolReloadCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the service read its protocol files anew: all of them, or none.",
        discussion: """
            Everything is checked first. With a fault nothing changes, and every fault is named. \
            Stays keep the protocols that they were planned with until they are migrated. It needs \
            the role admin; `systemctl reload sccd` does the same.

            EXAMPLES
              sccctl protocol reload --by "Test Matron"
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let answer = try await session.post(
            "/v1/protocols/reload", NamedRequest(by: try who.name), as: ReloadAnswer.self)
        session.output.show(answer) { value in
            guard value.changed else { return ["The protocols are the same as before."] }
            var lines = ["New stays follow \(value.version)."]
            if value.staysOnEarlier > 0 {
                lines.append(
                    "\(count(value.staysOnEarlier, "stay goes", "stays go")) on by earlier "
                        + "protocols; `sccctl protocol migrate --ward W --dry-run` shows what moving "
                        + "them would change.")
            }
            return lines
        }
    }
}

struct ProtocolMigrateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract:
            "Move a patient, or a ward, to the current protocols, after showing what changes.",
        discussion: """
            More care starts at once; less care is only proposed and waits for a named person. \
            Nothing is done before it was shown and agreed to.

            EXAMPLES
              sccctl protocol migrate 12A --dry-run
              sccctl protocol migrate --ward 7 --by "Test Nurse"
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "One patient: S12, 12A or 7/12A.")
    var stay: StayReference?

    @Option(help: "All patients of one ward.")
    var ward: String?

    @Flag(help: "Show what would change, and change nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    var actor: ActorOptions? { dryRun ? nil : who }

    func validate() throws {
        if (stay == nil) == (ward == nil) { throw ValidationError("Name a stay, or --ward.") }
        if dryRun, yes { throw ValidationError("Say --dry-run or --yes, not both.") }
    }

    func run(_ session: Session) async throws {
        var query: [(name: String, value: String)] = []
        if let stay { query.append(("stay", try await session.stayID(stay))) }
        if let ward { query.append(("ward", ward)) }
        let preview = try await session.client.get(
            "/v1/migrations", query: query, as: MigrationsAnswer.self)
        let output = session.output
        // Also with --json the person sees what would change before being asked.
        let lines = MigrationLines(output, preview.value).lines
        if dryRun { return output.show(preview) { _ in lines } }
        if output.json {
            output.note(lines.joined(separator: "\n"))
        } else {
            output.show(lines)
        }
        let stays = preview.value.stays
        guard !stays.isEmpty else {
            if output.json { output.document(MigratedStays(stays: [])) }
            return
        }
        try confirm(stays.count, output)
        var moved: [String] = []
        for stay in stays {
            // One request id each, so that a repetition with the same one settles each of them.
            let id = stays.count == 1 ? session.requestID : session.requestID + "-" + stay.stay
            _ = try await session.client.post(
                "/v1/stays/\(stay.stay)/migrate", NamedRequest(by: try who.name), requestID: id,
                as: CommandAnswer.self)
            moved.append(stay.stay)
        }
        if output.json {
            output.document(MigratedStays(stays: moved))
        } else {
            output.show(["\(moved.joined(separator: ", ")) moved."])
        }
    }

    private func confirm(_ number: Int, _ output: Output) throws(ClientError) {
        if yes { return }
        guard System.isTerminal(.input) else {
            throw .mistake(
                .invalid,
                "Nobody can be asked here: add --yes when what is shown is wanted. Nothing was "
                    + "changed.")
        }
        output.ask("Move \(count(number, "patient")) to these protocols? (yes or no): ")
        guard ["y", "yes"].contains((readLine() ?? "").trimmed.lowercased()) else {
            throw .mistake(.conflict, "Nothing was changed.")
        }
    }
}

/// What `migrate --json` prints.
struct MigratedStays: Codable, Hashable {
    var schema = ControlAPI.schema
    let stays: [String]
}
