import ControlAPI
import Foundation
import Testing

/// What one run of the program left behind.
struct Run {
    let exitCode: Int32
    let output: String
    let errors: String

    /// Standard output as JSON documents, one a line.
    var documents: [[String: Any]] {
        output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}

/// The built program, beside the test bundle.
let program: URL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "sccctl")

func sccctl(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
) async throws -> Run {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    // Into files: a pipe holds 64 KB, and a program that writes more waits for a reader.
    let typed = Pipe()
    let (output, errors) = (try ProgramOutput(), try ProgramOutput())
    defer {
        output.remove()
        errors.remove()
    }
    process.standardOutput = output.handle
    process.standardError = errors.handle
    process.standardInput = typed
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
        process.terminationHandler = { _ in done.resume() }
        do {
            try process.run()
            try typed.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try typed.fileHandleForWriting.close()
        } catch {
            done.resume(throwing: error)
        }
    }
    return Run(
        exitCode: process.terminationStatus, output: try output.text(), errors: try errors.text())
}

/// What a program writes, in a file of its own.
private struct ProgramOutput {
    private let file: URL
    let handle: FileHandle

    init() throws {
        file = FileManager.default.temporaryDirectory.appending(path: "sccctl-\(UUID().uuidString)")
        try Data().write(to: file)
        handle = try FileHandle(forWritingTo: file)
    }

    func text() throws -> String {
        String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    func remove() {
        try? handle.close()
        try? FileManager.default.removeItem(at: file)
    }
}

private let zones = #""wards":[{"id":"7","zone":"Europe/Berlin"}]"#

private let stays = """
    {"schema":1,"madeAt":"2027-01-19T14:00:00Z",\(zones),"stays":[{"id":"S12","ward":"7",\
    "bed":"12A","admission":"A-0001","name":"Test Patient","recordNumber":"TEST-0001",\
    "enrolledAt":"2027-01-18T09:00:00Z","raisedReminders":0,"raisedVisits":0,"activeAlerts":0,\
    "priority":"INFO","onHold":false}]}
    """

private let alerts = """
    {"schema":1,"madeAt":"2027-01-19T14:00:00Z","validUntil":"2027-01-19T14:00:45Z","cursor":5,\
    \(zones),"patients":1,"reminders":[],"held":[],"alerts":[],"visits":[],"absences":[]}
    """

private let status = """
    {"schema":1,"version":"\(ControlAPI.version)","pid":1,"startedAt":"2027-01-19T08:00:00Z",\
    "now":"2027-01-19T14:00:00Z","health":"ok","patients":0,"careItems":0,"raisedReminders":0,\
    "activeAlerts":0,"lastSequence":0,"watchers":0,"protocolVersion":"1","ledgerPath":"/x",\
    \(zones)}
    """

private let settled = """
    {"schema":1,"sequence":7,"at":"2027-01-19T14:00:00Z","stays":["S12"],"settled":\
    [{"activity":"TURN","outcome":"done","nextDue":"2027-01-19T15:05:00Z"}],"alerts":[],"holds":[]}
    """

private let faulty = """
    {"type":"urn:sccd:problem:invalid","title":"t","status":422,"detail":"Nobody was enrolled.",\
    "code":"invalid","faults":[{"field":"stays[1].assessment.braden","value":"44",\
    "problem":"out of range","expected":"a whole number from 6 to 23"}]}
    """

private let twoStays = """
    { "stays": [
      { "ward": "7", "bed": "12A", "admission": "A-0001", "name": "Test Patient One",
        "recordNumber": "TEST-0001", "assessment": { "braden": 12 } },
      { "ward": "7", "bed": "12B", "admission": "A-0002", "name": "Test Patient Two",
        "recordNumber": "TEST-0002",
        "assessment": {
          "braden": 44 } } ] }
    """

@Sendable private func usual(_ request: TestDaemon.Request) -> TestDaemon.Reply {
    switch (request.method, request.path.prefix { $0 != "?" }) {
    case ("GET", "/v1/alerts"): .ok(alerts)
    case ("GET", "/v1/stays"): .ok(stays)
    case ("GET", "/v1/status"): .ok(status)
    case ("POST", "/v1/stays"): .json(422, faulty)
    case ("POST", _): .json(201, settled)
    default:
        .json(
            404,
            #"{"type":"x","title":"t","status":404,"detail":"No.","code":"not-found","faults":[]}"#)
    }
}

@Suite struct ProgramTests {
    /// Every command that records something, complete but for the person.
    private static let writes: [[String]] = [
        ["done", "12A", "TURN"], ["refuse", "12A", "TURN", "--reason", "in pain"],
        ["unable", "12A", "TURN", "--reason", "too few staff"],
        ["skip", "12A", "DBE", "--reason", "asleep"], ["ack", "A5"], ["confirm", "A5"],
        ["decline", "A5"], ["hold", "12A", "--reason", "absence", "--for", "90m"],
        ["resume", "12A"], ["back", "12A"],
        ["leave", "12A", "--for", "imaging", "--due-back", "45m"],
        ["assess", "12A", "--braden", "12"], ["transfer", "12A", "--bed", "1"],
        ["discharge", "12A", "--reason", "home"],
        [
            "enroll", "--ward", "7", "--bed", "1", "--admission", "A-1", "--name", "Test",
            "--record", "TEST-1",
        ],
        ["enroll", "--file", "-"],
    ]

    @Test(arguments: writes) func `nothing is recorded without a named person`(
        arguments: [String]
    ) async throws {
        try await TestDaemon.with(usual) { daemon in
            for nobody in [[:], ["SCC_STAFF": ""], ["SCC_STAFF": "  "]] {
                let run = try await sccctl(
                    arguments + ["--socket", daemon.socketPath], environment: nobody)
                #expect(run.exitCode == 2)
                #expect(run.errors.contains("--by NAME") && run.errors.contains("SCC_STAFF"))
                #expect(run.output.isEmpty)
            }
            #expect(daemon.requests.isEmpty, "nobody may be asked before somebody is named")
        }
    }

    @Test func `the person comes from --by, else from the environment`() async throws {
        try await TestDaemon.with(usual) { daemon in
            let environment = ["SCC_STAFF": "Test Nurse One", "SCC_SOCKET": daemon.socketPath]
            _ = try await sccctl(["ack", "A5"], environment: environment)
            _ = try await sccctl(["ack", "A5", "--by", "Test Nurse Two"], environment: environment)
            let bodies = daemon.writes.map(\.body)
            #expect(bodies == [#"{"by":"Test Nurse One"}"#, #"{"by":"Test Nurse Two"}"#])
        }
    }

    @Test func `done says which time it records and when it is due again`() async throws {
        try await TestDaemon.with(usual) { daemon in
            let run = try await sccctl([
                "done", "12A", "TURN", "--at", "14:05", "--by", "Test Nurse", "--socket",
                daemon.socketPath, "--set", "staff=2",
            ])
            #expect(run.exitCode == 0)
            #expect(
                run.output
                    == "7/12A TURN done at 14:05. Next due 16:05 (in 65 min).\n")
            #expect(
                daemon.writes.map(\.body) == [
                    #"{"by":"Test Nurse","outcomes":[{"activity":"TURN","outcome":"done","#
                        + #""performedAt":"2027-01-19T13:05:00Z","readings":{"staff":2}}]}"#
                ])
            #expect(daemon.writes.first?.path == "/v1/stays/S12/outcomes")
        }
    }

    @Test func `a time to come is not recorded as done`() async throws {
        try await TestDaemon.with(usual) { daemon in
            let run = try await sccctl([
                "done", "12A", "TURN", "--at", "2027-01-19T14:00:01Z", "--by", "Test Nurse",
                "--socket", daemon.socketPath,
            ])
            #expect(run.exitCode == 2)
            #expect(daemon.writes.isEmpty)
        }
    }

    @Test(arguments: [["alerts"], ["patients"], ["status"], ["show", "S99"], ["show", "99"]])
    func `with --json standard output is JSON alone, also for failures`(
        arguments: [String]
    ) async throws {
        try await TestDaemon.with(usual) { daemon in
            let run = try await sccctl(arguments + ["--json", "--socket", daemon.socketPath])
            #expect(run.output.split(separator: "\n").count == 1)
            #expect(run.documents.count == 1)
            #expect((run.exitCode == 0) == run.errors.isEmpty)
            #expect((run.exitCode == 0) == (run.documents.first?["schema"] != nil))
            if run.exitCode != 0 { #expect(run.documents.first?["code"] as? String == "not-found") }
        }
    }

    @Test func `a missing daemon is told in words and as a document`() async throws {
        let path = temporarySocketPath()
        let run = try await sccctl(["alerts", "--json", "--socket", path])
        #expect(run.exitCode == 6)
        #expect(run.documents.first?["code"] as? String == "unavailable")
        #expect(run.errors.contains("no socket at \(path)"))
    }

    @Test func `nothing to do is no failure`() async throws {
        try await TestDaemon.with(usual) { daemon in
            let run = try await sccctl(["alerts"], environment: ["SCC_SOCKET": daemon.socketPath])
            #expect(run.exitCode == 0)
            #expect(run.output.contains("Nothing needs doing. Known until 15:00:45."))
            #expect(!run.output.contains("\u{1B}"))
        }
    }

    @Test(arguments: [
        [], ["nonsense"], ["done"], ["done", "12A"], ["refuse", "12A", "TURN"],
        ["hold", "12A", "--reason", "absence"], ["plan", "12A", "--ward", "7"],
        ["plan", "--hours", "0"], ["discharge", "12A", "--reason", "bored"], ["show", "7/"],
        ["done", "12A", "TURN", "--at", "later"], ["assess", "12A"],
        ["enroll", "--file", "-", "--bed", "1"], ["alerts", "--request-id", "../x"],
    ]) func `a wrong command line is exit code 64`(arguments: [String]) async throws {
        let run = try await sccctl(arguments, environment: ["SCC_STAFF": "Test Nurse"])
        // Without any command the help is what was wanted.
        #expect(run.exitCode == (arguments.isEmpty ? 0 : 64))
    }

    @Test func `a fault in a file is shown with its line`() async throws {
        try await TestDaemon.with(usual) { daemon in
            let run = try await sccctl(
                ["enroll", "--file", "-", "--by", "Test Nurse", "--socket", daemon.socketPath],
                input: twoStays)
            #expect(run.exitCode == 2)
            #expect(
                run.errors.contains(
                    "standard input:7: stays[1].assessment.braden 44: out of range; "
                        + "expected a whole number from 6 to 23"))
            #expect(daemon.writes.count == 1)
        }
    }

    @Test func `half a file is never sent`() async throws {
        try await TestDaemon.with(usual) { daemon in
            let run = try await sccctl(
                ["enroll", "--file", "-", "--by", "Test Nurse", "--socket", daemon.socketPath],
                input: String(twoStays.dropLast(4)))
            #expect(run.exitCode == 2)
            #expect(run.errors.contains("standard input:7:23: "))
            #expect(daemon.requests.isEmpty)
        }
    }

    @Test func `what keep-going leaves out is listed and is no success`() async throws {
        let partly = """
            {"schema":1,"sequence":7,"at":"2027-01-19T14:00:00Z","stays":["S12"],"settled":[],\
            "alerts":[],"holds":[],"refused":[{"field":"stays[1].assessment.braden",\
            "value":"44","problem":"out of range"}]}
            """
        try await TestDaemon.with({ _ in .json(201, partly) }) { daemon in
            let run = try await sccctl(
                [
                    "enroll", "--file", "-", "--keep-going", "--by", "Test Nurse", "--socket",
                    daemon.socketPath,
                ], input: twoStays)
            #expect(run.exitCode == 2)
            #expect(run.output == "1 stay enrolled: S12.\n")
            #expect(run.errors.contains("standard input:7: stays[1].assessment.braden"))
            #expect(daemon.writes.first?.body.contains(#""keepGoing":true"#) == true)
        }
    }

    @Test func `without a terminal nothing is asked`() async throws {
        try await TestDaemon.with(usual) { daemon in
            let run = try await sccctl(
                ["enroll", "--ward", "7", "--by", "Test Nurse", "--socket", daemon.socketPath],
                input: "12A\nA-0001\n")
            #expect(run.exitCode == 2)
            #expect(run.errors.contains("Add --bed, --admission, --name, --record."))
            #expect(daemon.requests.isEmpty)
        }
    }

    @Test func `an unknown outcome is exit code 7, and its id settles it`() async throws {
        try await TestDaemon.with({ request in
            request.method == "POST" ? .hangUp : usual(request)
        }) { daemon in
            let arguments = ["ack", "A5", "--by", "Test Nurse", "--socket", daemon.socketPath]
            let run = try await sccctl(arguments)
            #expect(run.exitCode == 7)
            let id = try #require(daemon.writes.first?.header("Idempotency-Key"))
            #expect(run.errors.contains("--request-id \(id)"))
            _ = try await sccctl(arguments + ["--request-id", id])
            #expect(Set(daemon.writes.map { $0.header("Idempotency-Key") }) == [id])
        }
    }

    @Test func `each change of a watch is one document, and losing the daemon is told`()
        async throws
    {
        let polls = Counter()
        try await TestDaemon.with({ request in
            switch polls.next() {
            case 1, 3: .ok(alerts)
            case 2: .json(304, "", headers: ["SCC-Made-At": "2027-01-19T14:00:30Z"])
            // Nothing that a daemon gone for a while would say, so the watch ends.
            default: usual(TestDaemon.Request(head: "GET /v1/nowhere HTTP/1.1", body: ""))
            }
        }) { daemon in
            let run = try await sccctl([
                "alerts", "--watch", "--json", "--socket", daemon.socketPath,
            ])
            #expect(run.exitCode == 3)
            #expect(run.documents.compactMap { $0["cursor"] as? Int } == [5, 5])
            #expect(run.documents.last?["code"] as? String == "not-found")
            let paths = daemon.requests.map(\.path)
            #expect(paths.first == "/v1/alerts")
            #expect(paths.dropFirst().allSatisfy { $0.hasPrefix("/v1/alerts?since=5&wait=") })
        }
    }

    @Test func `an alert's number cannot lead to another route`() async throws {
        try await TestDaemon.with(usual) { daemon in
            for alert in ["../stays/S1", "..", "A5?x=1", "A5/x"] {
                let run = try await sccctl([
                    "ack", alert, "--by", "Test Nurse", "--socket", daemon.socketPath,
                ])
                #expect(run.exitCode == 2)
            }
            #expect(daemon.requests.isEmpty)
        }
    }

    @Test func `every command explains itself with an example`() async throws {
        let help = try await sccctl(["--help"])
        #expect(help.output.contains("not for\nsituations that need immediate action"))
        let commands = help.output.matches(of: #/(?m)^  ([a-z][a-z-]{2,}) {2,}[A-Z]/#).map { $0.1 }
        #expect(commands.count >= 22)
        for command in commands {
            let text = try await sccctl([String(command), "--help"]).output
            #expect(text.contains("EXAMPLES\n  ") || text.contains("EXAMPLES\n"), "\(command)")
            #expect(text.contains("--json"), "\(command)")
            #expect(!text.contains("request-id"), "\(command)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion scripts are made`(shell: String) async throws {
        let run = try await sccctl(["--generate-completion-script", shell])
        #expect(run.exitCode == 0)
        #expect(run.output.contains("enroll"))
    }
}

@Suite struct ScaleCommandTests {
    @Test func `answers are reckoned by the daemon, and its faults name the items as typed`()
        async throws
    {
        let wrong = """
            {"type":"x","title":"t","status":422,"detail":"Nothing was done.","code":"invalid",\
            "faults":[{"field":"items.sensory","value":"5","problem":"is not possible",\
            "expected":"a whole number from 1 to 4"}]}
            """
        try await TestDaemon.with({ _ in .json(422, wrong) }) { daemon in
            let run = try await sccctl(
                ["scale", "PURPOSE-T", "sensory=5", "x=yes", "--socket", daemon.socketPath])
            #expect(run.exitCode == 2)
            #expect(
                run.errors.contains(
                    "  sensory 5: is not possible; expected a whole number from 1 to 4"))
            let request = try #require(daemon.requests.first)
            #expect(request.method == "POST" && request.path == "/v1/scales/PURPOSE-T")
            #expect(request.body == #"{"items":{"sensory":5,"x":true}}"#)
        }
    }

    @Test func `a scale of the assessment is sent with its items`() async throws {
        let stays = """
            {"schema":1,"madeAt":"2027-01-19T14:00:00Z","wards":[{"id":"7","zone":"Europe/London"}],\
            "stays":[{"id":"S12","ward":"7","bed":"12A","admission":"A","enrolledAt":\
            "2027-01-19T08:00:00Z","raisedReminders":0,"raisedVisits":0,"activeAlerts":0,\
            "priority":"INFO",\
            "onHold":false}]}
            """
        let done = """
            {"schema":1,"sequence":7,"at":"2027-01-19T14:00:00Z","stays":["S12"],"settled":[],\
            "alerts":[],"holds":[]}
            """
        let reply: @Sendable (TestDaemon.Request) -> TestDaemon.Reply = {
            $0.method == "GET" ? .ok(stays) : .ok(done)
        }
        try await TestDaemon.with(reply) { daemon in
            for (words, exitCode) in [
                (["--braden", "sensory=2,moisture=3"], 0),
                (["--set", "padua=activeCancer=yes"], 0), (["--braden", "11"], 0),
                (["--purpose-t", "amber"], 0), (["--braden", "sensory=2,moisture"], 2),
            ] {
                let run = try await sccctl(
                    ["assess", "12A"] + words + ["--by", "N", "--socket", daemon.socketPath])
                #expect(run.exitCode == exitCode, "\(words): \(run.errors)")
            }
            #expect(
                daemon.writes.map(\.body) == [
                    #"{"by":"N","set":{"braden":{"moisture":3,"sensory":2}}}"#,
                    #"{"by":"N","set":{"padua":{"activeCancer":true}}}"#,
                    #"{"by":"N","set":{"braden":11}}"#,
                    #"{"by":"N","set":{"purposeT":"amber"}}"#,
                ])
        }
    }
}
