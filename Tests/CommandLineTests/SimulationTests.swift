import ControlAPI
import Foundation
import FoundationXML
import Testing

@testable import sccctl

private let plain = Output(json: false, coloured: false, width: 100)

private func row(
    _ due: String, held: Bool = false, done: String? = nil, byEvent: Bool = false,
    steps: [(String, String)] = []
) -> SimulatedRow {
    var row = SimulatedRow(
        reminder: "S1.1.1", due: "\(due):00Z", dueLocal: "\(due):00+00:00", rule: "TURN-4",
        detail: nil, held: held, reason: "interval", base: "2027-01-19T04:00:00Z",
        plusMinutes: 240)
    row.steps = steps.map {
        SimulatedStep(at: "\($0.0):00Z", local: "\($0.0):00+00:00", priority: $0.1)
    }
    row.outcome = done.map {
        SimulatedOutcome(
            outcome: "done", at: "\($0):00Z", local: "\($0):00+00:00", reason: nil,
            byEvent: byEvent, readings: [:])
    }
    return row
}

/// A day on which everything happens that can be shown.
private func answer(title: String = "A day") -> SimulationAnswer {
    var answer = SimulationAnswer(
        start: "2027-01-19T08:00:00Z", end: "2027-01-20T08:00:00Z", protocolVersion: "test 1")
    answer.title = title
    answer.file = "case.json"
    var stay = SimulatedStay(
        stay: "S1", admission: "SYN-1", enrolledAt: "2027-01-19T08:00:00Z",
        places: [
            SimulatedPlace(
                from: "2027-01-19T08:00:00Z", ward: "7", bed: "12A", zone: "Europe/London")
        ])
    var item = SimulatedItem(
        activity: "TURN", term: "repositioning in bed", domain: "pressure-ulcer")
    item.rows = [
        row("2027-01-19T08:00", done: "2027-01-19T08:00"),
        row(
            "2027-01-19T12:00", done: "2027-01-19T13:10", byEvent: true,
            steps: [("2027-01-19T12:30", "LOW")]),
        row("2027-01-19T17:00", held: true),
        row(
            "2027-01-20T02:00",
            steps: [("2027-01-20T02:30", "LOW"), ("2027-01-20T04:00", "MEDIUM")]),
    ]
    item.nextDueLocal = "2027-01-20T09:00:00+00:00"
    stay.items = [item]
    var alert = SimulatedAlert(
        id: "S1.A1", rule: "ESC-1", kind: "finding", priority: "LOW", message: "Erythema",
        who: "nurse in charge", raisedAt: "2027-01-19T12:00:00Z",
        raisedLocal: "2027-01-19T12:00:00+00:00", actBy: nil)
    alert.resolvedAt = "2027-01-19T18:00:00Z"
    alert.resolvedLocal = "2027-01-19T18:00:00+00:00"
    var proposal = SimulatedAlert(
        id: "S1.A2", rule: "TURN-L", kind: "proposal", priority: "INFO", message: "Less often?",
        who: "nurse", raisedAt: "2027-01-19T20:00:00Z", raisedLocal: "2027-01-19T20:00:00+00:00",
        actBy: nil)
    proposal.activity = "TURN"
    stay.alerts = [alert, proposal]
    stay.holds = [
        HoldView(
            id: "S1.H1", reason: "absence", activities: [], from: "2027-01-19T16:30:00Z",
            until: "2027-01-19T19:00:00Z", placedBy: "case", note: "imaging", endedAt: nil)
    ]
    answer.stays = [stay]
    return answer
}

@Suite struct SimulationViewTests {
    @Test func `each activity by day, with what became of it where that is not simply done`() {
        let lines = SimulationView(plain, answer(), long: false).lines
        #expect(
            lines == [
                "A day",
                "7/12A · SYN-1 · Europe/London · Tue 19 Jan 08:00 to Wed 20 Jan 08:00, 2027",
                "",
                "ACTIVITY  DAY         DUE                                    WHAT",
                "TURN      Tue 19 Jan  08:00 12:00●→13:10* 17:00[held]        repositioning in bed",
                "          Wed 20 Jan  02:00●◆[open] (next Wed 20 Jan 09:00)",
                "",
                "* reported by an event of the case · → done then · ● became LOW · ◆ became MEDIUM",
                "",
                "Alerts",
                "RAISED            PRIORITY  RULE   WHAT      WHO              OVER",
                "Tue 19 Jan 12:00  ● LOW     ESC-1  Erythema  nurse in charge  Tue 19 Jan 18:00",
                "",
                "Proposals, which wait for a named person",
                "RAISED            RULE    ACTIVITY  WHAT         DECIDED",
                "Tue 19 Jan 20:00  TURN-L  TURN      Less often?  open",
                "",
                "Holds",
                "HELD FROM         UNTIL             WHAT  WHY",
                "Tue 19 Jan 16:30  Tue 19 Jan 19:00  all   absence: imaging",
            ])
    }

    @Test func `the long form gives the rule and the arithmetic of each time`() {
        let lines = SimulationView(plain, answer(), long: true).lines
        let line = lines.first { $0.hasPrefix("TURN      Tue 19 Jan 12:00") }
        #expect(line?.contains("12:00Z  TURN-4  interval: Tue 19 Jan 04:00") == true, "\(lines)")
        #expect(lines.contains { $0.contains("done 13:10") })
    }

    @Test func `a time that the clock shows twice is told with its offset`() {
        var autumn = answer()
        autumn.stays[0].clockChanges = [
            SimulatedClockChange(
                at: "2027-10-31T01:00:00Z", local: "2027-10-31T01:00:00+00:00", minutes: -60)
        ]
        autumn.stays[0].items[0].rows = [
            row("2027-10-31T01:30", done: "2027-10-31T01:30"),
            row("2027-10-31T02:00", done: "2027-10-31T02:00"),
        ]
        let lines = SimulationView(plain, autumn, long: false).lines
        #expect(lines.contains { $0.contains("01:30+00:00 02:00 ") })
        #expect(lines.contains { $0.hasPrefix("The clock goes back by 1 h, to Sun 31 Oct 01:00") })
    }

    @Test(arguments: [40, 60, 80, 100])
    func `nothing is wider than the terminal`(_ width: Int) {
        let output = Output(json: false, coloured: false, width: width)
        for long in [false, true] {
            for line in SimulationView(output, answer(), long: long).lines {
                #expect(displayWidth(line) <= width, "\(line)")
            }
        }
    }
}

@Suite struct TimelinePictureTests {
    /// Names of the elements, or nothing when the text is no XML.
    private final class Elements: NSObject, XMLParserDelegate {
        var names: [String] = []
        var texts = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            names.append(name)
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { texts += string }
    }

    private func elements(_ svg: String) -> (names: [String], texts: String)? {
        let parser = XMLParser(data: Data(svg.utf8))
        let elements = Elements()
        parser.delegate = elements
        return parser.parse() ? (elements.names, elements.texts) : nil
    }

    @Test func `it is well formed and has only what every viewer shows`() throws {
        let found = try #require(elements(TimelinePicture(answer()).text))
        let allowed: Set = [
            "svg", "title", "desc", "defs", "pattern", "rect", "line", "text", "circle", "path",
        ]
        #expect(Set(found.names).subtracting(allowed).isEmpty)
        #expect(found.names.first == "svg")
        for word in ["TURN", "12:00", "ESC-1", "Tue 19 Jan", "Wed 20 Jan", "MEDIUM", "held"] {
            #expect(found.texts.contains(word), "\(word)")
        }
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "a & b", "\"quoted\" 'twice'", "]]>", "\u{202E}turned",
        "\u{0}\u{1B}[31m",
    ])
    func `texts are escaped`(_ title: String) throws {
        var nasty = answer(title: title)
        nasty.stays[0].items[0].term = title
        nasty.stays[0].alerts[0].message = title
        nasty.stays[0].holds[0].note = title
        let found = try #require(elements(TimelinePicture(nasty).text))
        #expect(!found.names.contains("script"))
        #expect(found.texts.contains(printable(title)))
    }

    @Test func `priorities have their own colour and shape`() {
        let svg = TimelinePicture(answer()).text
        #expect(svg.contains(##"fill="#00b3c4""##) && svg.contains(##"fill="#f5c400""##))
        #expect(!svg.contains(##"fill="#d3222a""##), "nothing here is HIGH")
    }

    @Test func `the same answer gives the same picture`() {
        #expect(TimelinePicture(answer()).text == TimelinePicture(answer()).text)
    }

    @Test func `an empty case is a picture too`() throws {
        var empty = answer()
        empty.stays[0].items = []
        empty.stays[0].alerts = []
        let found = try #require(elements(TimelinePicture(empty).text))
        #expect(found.texts.contains("Nothing falls due."))
    }
}

@Suite struct SimulateProgramTests {
    private static let cases = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "CareSimulationTests/Resources/cases").path

    private static let files: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: cases)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().map { "\(cases)/\($0)" }
    }()

    private func temporaryFile(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "case-\(UUID().uuidString).json").path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func `every acceptance case comes out as expected through the real program`() async throws
    {
        #expect(Self.files.count >= 20)
        let run = try await sccctl(["simulate", "--check"] + Self.files)
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let verdicts = run.output.split(separator: "\n")
        #expect(verdicts.count == Self.files.count)
        #expect(verdicts.allSatisfy { $0.contains(": as expected, ") })
    }

    @Test func `a case that comes out otherwise ends with 8 and says what is different`()
        async throws
    {
        let file = try temporaryFile(
            """
            {"zone": "Europe/London", "start": "2027-01-19T08:00Z", "hours": 12,
             "stay": {"assessment": {"braden": 11}},
             "expect": {"due": {"TURN": ["2027-01-19T08:00Z", "2027-01-19T13:00Z"]}}}
            """)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let run = try await sccctl(["simulate", "--check", file])
        #expect(run.exitCode == 8)
        #expect(run.output.contains("\(file):3: TURN due at 2027-01-19T13:00:00Z is missing"))
        #expect(
            run.output.contains(
                "TURN due at 2027-01-19T12:00:00Z (2027-01-19T12:00:00+00:00) is not expected"))
        #expect(run.output.contains("3 differences, 2 things compared"))
    }

    @Test func `a wrong case prints nothing on standard output and ends with 2`() async throws {
        let file = try temporaryFile(
            """
            {"zone": "Europe/London", "start": "2027-01-19T08:00Z", "hours": 12,
             "stay": {"assessment": {"braden": 44}},
             "events": [{"at": "2027-01-19T07:00Z", "done": "TURN"}]}
            """)
        defer { try? FileManager.default.removeItem(atPath: file) }
        for more in [[], ["--json"], ["--check"]] {
            let run = try await sccctl(["simulate", file] + more + Self.files.prefix(1))
            #expect(run.exitCode == 2)
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("\(file) has 2 faults; nothing was run."))
            #expect(run.errors.contains("\(file):2: stay.assessment.braden 44: is not possible"))
            #expect(run.errors.contains("\(file):3: events[0].at \"2027-01-19T07:00:00Z\""))
        }
    }

    @Test func `a file that is not there is named`() async throws {
        let run = try await sccctl(["simulate", "/nowhere/case.json"])
        #expect(run.exitCode == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("/nowhere/case.json: cannot be read"))
    }

    @Test func `an event that the engine refuses ends with 4, and the rest is shown`() async throws
    {
        let text = """
            {"zone": "Europe/London", "start": "2027-01-19T08:00Z", "hours": 6,
             "stay": {"assessment": {"braden": 11}},
             "events": [{"at": "2027-01-19T09:00Z", "confirm": "TURN-L"}]}
            """
        let run = try await sccctl(["simulate", "-"], input: text)
        #expect(run.exitCode == 4)
        #expect(run.output.contains("Refused"))
        #expect(run.output.contains("There is no open proposal of rule TURN-L for S1."))
        #expect(run.output.contains("TURN "))
    }

    @Test func `json is the document alone, the same each time, and only what was asked for`()
        async throws
    {
        let file = try #require(Self.files.first { $0.hasSuffix("/V07.json") })
        let first = try await sccctl(["simulate", "--json", file])
        let second = try await sccctl(["simulate", "--json", file])
        #expect(first.exitCode == 0)
        #expect(first.output == second.output)
        let document = try #require(first.documents.first)
        #expect(document["end"] as? String == "2027-02-19T06:00:00Z")
        let other = try await sccctl(["simulate", "--json", "--only", "TURN", file])
        let stays = try #require(other.documents.first?["stays"] as? [[String: Any]])
        let items = try #require(stays.first?["items"] as? [[String: Any]])
        #expect(items.allSatisfy { $0["activity"] as? String == "TURN" })
    }

    @Test func `the picture is written`() async throws {
        let file = try #require(Self.files.first { $0.hasSuffix("/V02.json") })
        let svg = FileManager.default.temporaryDirectory
            .appending(path: "case-\(UUID().uuidString).svg").path
        defer { try? FileManager.default.removeItem(atPath: svg) }
        let run = try await sccctl(["simulate", file, "--svg", svg])
        #expect(run.exitCode == 0)
        #expect(try String(contentsOfFile: svg, encoding: .utf8).hasPrefix("<svg "))
        let lost = try await sccctl(["simulate", file, "--svg", "/nowhere/case.svg"])
        #expect(lost.exitCode == 2)
        #expect(lost.errors.contains("/nowhere/case.svg cannot be written."))
    }

    @Test func `another program than sccd is named when it is missing`() async throws {
        let run = try await sccctl(
            ["simulate", "case.json"], environment: ["SCCD_PROGRAM": "/nowhere/sccd"])
        #expect(run.exitCode == 6)
        #expect(run.errors.contains("$SCCD_PROGRAM is /nowhere/sccd, which is no program"))
    }

    @Test(arguments: [
        ["simulate"], ["simulate", "--stay", "S1", "case.json"],
        ["simulate", "--hours", "3", "case.json"], ["simulate", "--stay", "S1", "--hours", "0"],
        ["simulate", "--stay", "S1", "--check"], ["simulate", "--svg", "x.svg", "a", "b"],
    ])
    func `a wrong command line ends with 64`(_ arguments: [String]) async throws {
        let run = try await sccctl(arguments)
        #expect(run.exitCode == 64)
        #expect(run.output.isEmpty)
    }

    @Test func `the format is printed as a schema`() async throws {
        let run = try await sccctl(["simulate", "--schema"])
        #expect(run.exitCode == 0)
        #expect(run.output.contains("urn:sccd:schema:case"))
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    @Test func `what lies ahead of a real stay goes through the change of clocks`() async throws {
        let ward = WardView(id: "7", zone: "Europe/London")
        let stay = StaySummary(
            id: "S12", ward: "7", bed: "12A", admission: "SYN-12", name: nil, recordNumber: nil,
            enrolledAt: "2027-10-29T09:00:00Z", dischargedAt: nil, raisedReminders: 0,
            activeAlerts: 0, priority: "INFO", nextDue: nil, nextActivity: nil, onHold: false)
        let entries = ["2027-10-30T23:00:00Z", "2027-10-31T01:30:00Z"].map {
            PlanEntry(
                due: $0, stay: "S12", ward: "7", bed: "12A", activity: "TURN",
                term: "repositioning", detail: nil, rule: "TURN-4", held: false)
        }
        let replies = try [
            "/v1/plan": json(
                PlanAnswer(
                    madeAt: "2027-10-30T20:00:00Z", until: "2027-10-31T20:00:00Z", wards: [ward],
                    entries: entries)),
            "/v1/stays/S12": json(
                StayAnswer(
                    madeAt: "2027-10-30T20:00:00Z", ward: ward, stay: stay, assessment: [:],
                    items: [], alerts: [], holds: [])),
            "/v1/catalogue": json(
                CatalogueAnswer(
                    facts: [],
                    activities: [
                        ActivityView(
                            code: "TURN", term: "repositioning", domain: "pressure-ulcer",
                            fields: [])
                    ], holdReasons: [])),
        ]
        let run = try await TestDaemon.with { request in
            let path = request.path.prefix { $0 != "?" }
            return replies[String(path)].map(TestDaemon.Reply.ok) ?? .hangUp
        } run: { daemon in
            let run = try await sccctl([
                "simulate", "--socket", daemon.socketPath, "--stay", "S12", "--hours", "24",
            ])
            #expect(
                daemon.requests.contains {
                    $0.path.contains("hours=24") && $0.path.contains("stay=S12")
                })
            return run
        }
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains("What lies ahead of S12"))
        #expect(run.output.contains("The clock goes back by 1 h, to Sun 31 Oct 01:00"))
        #expect(run.output.contains("Sun 31 Oct  00:00 01:30+00:00"))
    }
}
