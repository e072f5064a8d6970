import ArgumentParser
import ControlAPI
import ControlClient
import FoundationEssentials

struct SimulateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Try care out: what falls due, when and why, in a case or for a patient ahead.",
        discussion: """
            Runs a case file through the same engine that watches the ward, without touching the \
            ward: everything is done exactly when it is due, except what the events of the case say. \
            With --stay it shows what lies ahead of a real patient, if everything is done on time.

            EXAMPLES
              sccctl simulate case.json
              sccctl simulate --only TURN,SKIN-NB --svg case.svg case.json
              sccctl simulate --check cases/*.json
              sccctl simulate --stay S12 --hours 72

            A CASE
              { "zone": "Europe/London", "start": "2027-01-19T08:00Z", "hours": 48,
                "stay": { "bed": "12A", "assessment": { "braden": 11 },
                          "readings": { "TURN": { "skin": "intact" } } },
                "events": [ { "at": "2027-01-19T20:00Z", "done": "TURN",
                              "readings": { "skin": "cat1", "site": "sacrum" } } ],
                "expect": { "due": { "TURN": ["2027-01-19T08:00Z", "2027-01-19T12:00Z"] },
                            "alerts": [ { "rule": "ESC-1", "priority": "LOW" } ],
                            "mustNot": [ { "activity": "STK-*" } ] } }

            zone      the ward's; or "wards": { "7": "Europe/London" } for several
            start     with hours or end; the end is no part of the horizon
            stay      or "stays": [...]: ward, bed, admission, enrolled, assessment (the facts of \
            `sccctl enroll --file`), readings (what is recorded each time: one for all, or a list in \
            order), perform ("never", or by activity: nobody does it), expect
            only      the activities to list; all others run too
            events    each has at (a time with zone), stay (place from 0, bed or admission; needed \
            with several) and exactly one of
                        done, refuse, unable, skip: CODE, with readings, reason, performedAt
                        omit: CODE or "*": nobody does it until an event reports on it
                        assess: facts (null: unknown from now on)
                        hold: reason, until or hours or minutes, activities, note; resume: true
                        absence: kind, leaveAt, dueBack or hours or minutes; back: true or when
                        transfer: ward, bed; discharge: home, hospice, …
                        confirm, decline: RULE of a proposal; acknowledge: RULE, with resolve
                      "refused": "contraindicated" says that the engine must refuse it.
            expect    due and held (exactly these times by activity), alerts, proposals, steps \
            (overdue steps that must be reached), mustNot (activity, domain, detail, alert, priority, \
            at or from and until, localFrom and localUntil, intervalOver, held, moreThan)

            At one instant time comes first, then the events in their order, then everything that \
            reminds is done. --schema prints all of this as JSON Schema. Every fault of a case is \
            named with its line; nothing is printed on standard output then, and the exit code is 2. \
            It is 4 when the engine refused an event that the case does not say it must, and 8 when \
            --check finds a difference.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(
        help: ArgumentHelp("Case files; - reads standard input.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var files: [String] = []

    @Option(help: "What lies ahead of this patient instead: S12, 12A or 7/12A.")
    var stay: StayReference?

    @Option(help: "With --stay: how far to look ahead, 1 to 168.")
    var hours: Int?

    @Option(
        help: ArgumentHelp(
            "List these activities only, for example TURN,IC.", valueName: "codes"))
    var only: String?

    @Option(
        help: ArgumentHelp("Write a timeline picture, too.", valueName: "file"),
        completion: .file(extensions: ["svg"]))
    var svg: String?

    @Flag(help: "Compare with what each case expects, and say only what is different.")
    var check = false

    @Flag(help: "Each time on a line of its own, with the rule and the arithmetic.")
    var long = false

    @Option(
        help: ArgumentHelp(
            "A hospital's own protocols, which change the built-in ones.", valueName: "dir"),
        completion: .directory)
    var protocols: String?

    @Flag(help: "Print the JSON Schema of a case and stop.")
    var schema = false

    func validate() throws {
        if schema { return }
        if files.isEmpty == (stay == nil) {
            throw ValidationError("Name a case file, or a patient with --stay.")
        }
        if stay != nil, check || protocols != nil {
            throw ValidationError("--check and --protocols go with a case file.")
        }
        if stay == nil, hours != nil {
            throw ValidationError("--hours goes with --stay; a case states its own.")
        }
        if let hours, !(1...168).contains(hours) {
            throw ValidationError("--hours takes a whole number from 1 to 168.")
        }
        if svg != nil, files.count > 1 {
            throw ValidationError("--svg draws one case.")
        }
    }

    func run(_ session: Session) async throws {
        let output = session.output
        if schema {
            let text = try ServiceProgram.find().answer(["simulate", "--schema"], output)
            output.show([text.trimmed])
            return
        }
        if let stay {
            let answer = try await ahead(of: stay, session)
            try draw(answer)
            if output.json {
                output.document(answer)
            } else {
                output.show(SimulationView(output, answer, long: long).lines)
            }
            return
        }
        var arguments = ["simulate", "--json"]
        if let protocols { arguments += ["--protocols", protocols] }
        if let only { arguments += ["--only", only] }
        // Behind the terminator a file may have any name.
        let text = try ServiceProgram.find().answer(arguments + ["--"] + files, output)
        let answers = try text.split(separator: "\n").map { line in
            (document: String(line), answer: try decoded(String(line)))
        }
        for (index, (document, answer)) in answers.enumerated() {
            if output.json {
                output.document(document)
            } else if check {
                output.show(verdict(answer))
            } else {
                let view = SimulationView(output, answer, long: long).lines
                output.show(index == 0 ? view : [""] + view)
            }
        }
        if let first = answers.first { try draw(first.answer) }
        try finish(answers.map(\.answer))
    }

    private func decoded(_ line: String) throws(ClientError) -> SimulationAnswer {
        do {
            return try JSONDecoder().decode(SimulationAnswer.self, from: Data(line.utf8))
        } catch {
            throw .mistake(
                .internal,
                "The answer of sccd cannot be read; install the same version of both. (\(error))")
        }
    }

    private func draw(_ answer: SimulationAnswer) throws(ClientError) {
        guard let svg else { return }
        let picture = TimelinePicture(answer).text
        do {
            try Data(picture.utf8).write(to: URL(filePath: svg))
        } catch {
            throw .mistake(.invalid, "\(svg) cannot be written.")
        }
    }

    private func verdict(_ answer: SimulationAnswer) -> [String] {
        let name = answer.file ?? "case"
        guard let check = answer.check else {
            return ["\(name): states nothing that it expects; add \"expect\""]
        }
        guard !check.passed else {
            return ["\(name): as expected, \(count(check.compared, "thing")) compared"]
        }
        return check.differences.map { "\(name):\($0.line): \($0.sentence)" } + [
            "\(name): \(count(check.differences.count, "difference")), "
                + "\(count(check.compared, "thing")) compared"
        ]
    }

    /// The exit code says it, too.
    private func finish(_ answers: [SimulationAnswer]) throws {
        if check {
            if answers.contains(where: { $0.check?.passed != true }) { throw ExitCode(8) }
        } else if answers.contains(where: { $0.refused.contains { !$0.expected } }) {
            throw ExitCode(ProblemCode.conflict.exitCode)
        }
    }

    // MARK: A real stay

    private func ahead(
        of reference: StayReference, _ session: Session
    ) async throws -> SimulationAnswer {
        let id = try await session.stayID(reference)
        let query = [(name: "hours", value: "\(hours ?? 48)"), (name: "stay", value: id)]
        let client = session.client
        let plan = try await client.get("/v1/plan", query: query, as: PlanAnswer.self).value
        let stay = try await client.get("/v1/stays/\(id)", as: StayAnswer.self).value
        let catalogue = try await client.get("/v1/catalogue", as: CatalogueAnswer.self).value
        let codes = only.map { $0.split(separator: ",").map(String.init) } ?? []
        for code in codes where !catalogue.activities.contains(where: { $0.code == code }) {
            throw ClientError.mistake(
                .invalid, "--only \(code): there is no such activity; `sccctl facts` lists them.")
        }
        return SimulationAnswer(plan: plan, of: stay, catalogue, only: codes)
    }
}
