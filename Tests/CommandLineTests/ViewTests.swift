import ControlAPI
import ControlClient
import Testing

@testable import sccctl

private let plain = Output(json: false, coloured: false, width: 100)

private func reminder(
    bed: String = "12A", priority: String = "MEDIUM", detail: String? = nil,
    due: String = "2027-01-19T13:48:00Z"
) -> ReminderView {
    ReminderView(
        id: "S12.3.45", stay: "S12", ward: "7", bed: bed, activity: "TURN",
        term: "repositioning in bed", detail: detail, state: "overdue", priority: priority,
        due: due, lateFrom: due, earliest: nil, onTimeUntil: "2027-01-19T14:03:00Z",
        reason: "interval", rule: "TURN-2", heldBecause: nil, sequence: 9)
}

private func alert(_ message: String, proposes: ProposalView? = nil) -> AlertView {
    AlertView(
        id: "A5", stay: "S12", ward: "7", bed: "12A", kind: "finding", priority: "HIGH",
        rule: "ESC-1", message: message, who: "nurse in charge",
        raisedAt: "2027-01-19T13:50:00Z", actBy: nil, acknowledgedBy: nil, acknowledgedAt: nil,
        resolvedAt: nil, proposes: proposes)
}

private func answer(
    _ reminders: [ReminderView] = [], alerts: [AlertView] = [], demo: Double? = nil
) -> AlertsAnswer {
    AlertsAnswer(
        madeAt: "2027-01-19T14:00:00Z", validUntil: "2027-01-19T14:00:45Z", cursor: 5,
        wards: [WardView(id: "7", zone: "Europe/Berlin")], patients: 3, reminders: reminders,
        held: [], alerts: alerts, demoClockRate: demo)
}

@Suite struct ViewTests {
    @Test func `when nothing needs doing it says so and until when`() {
        let lines = AlertsView(plain, answer(), ward: "7").lines
        #expect(
            lines == [
                "Ward 7 · 3 patients · made at 15:00:00 · trust until 15:00:45",
                "Nothing needs doing. Known until 15:00:45.",
            ])
    }

    @Test func `a stale view never says that nothing needs doing`() {
        let lines = AlertsView(plain, answer(), ward: nil, stale: "It does not answer.").lines
        #expect(lines.contains { $0.hasPrefix("▲ STALE: this is how it was at 15:00:00") })
        #expect(lines.contains { $0.contains("It does not answer.") })
        #expect(!lines.contains { $0.contains("Nothing needs doing") })
    }

    @Test func `the demonstration clock is the first thing that is read`() {
        let first = AlertsView(plain, answer(demo: 60), ward: nil).lines.first
        #expect(first?.hasPrefix("[DEMO ×60] ") == true)
        let slow = AlertsView(plain, answer(demo: 1.5), ward: nil).lines.first
        #expect(slow?.hasPrefix("[DEMO ×1.5] ") == true)
    }

    @Test(arguments: [
        ("HIGH", "▲ HIGH"), ("MEDIUM", "◆ MEDIUM"), ("LOW", "● LOW"), ("INFO", "· INFO"),
    ])
    func `a priority is a word and a shape without any colour`(word: String, shown: String) {
        let lines = AlertsView(plain, answer([reminder(priority: word)]), ward: nil).lines
        #expect(lines.contains { $0.hasPrefix(shown) && $0.contains("12 min late") })
        #expect(!lines.joined().contains("\u{1B}"))
    }

    @Test func `colours appear only when they are wanted`() {
        let output = Output(json: false, coloured: true, width: 100)
        let lines = AlertsView(output, answer([reminder(priority: "HIGH")]), ward: nil).lines
        #expect(lines.joined().contains("\u{1B}[1;31m▲ HIGH\u{1B}[0m"))
    }

    @Test(arguments: [100, 80, 60, 40, 24]) func `no view is wider than the terminal`(width: Int) {
        let output = Output(json: false, coloured: false, width: width)
        let long =
            "Stop at once when the patient is dizzy; never lift the legs before the doctor came."
        let lines = AlertsView(
            output,
            answer(
                [reminder(detail: "log-roll with 4 staff"), reminder(due: "2027-01-17T13:00:00Z")],
                alerts: [alert(long)]), ward: nil
        ).lines
        for line in lines {
            #expect(displayWidth(line) <= width, "\(line)")
        }
        // Whatever goes, no word of what is to be done does.
        let words = Set(lines.joined(separator: " ").split(separator: " "))
        #expect(words.isSuperset(of: long.split(separator: " ")))
        #expect(words.isSuperset(of: ["log-roll", "with", "4", "staff"]))
    }

    @Test func `a live view keeps its top and says what does not fit`() {
        let lines = (1...9).map { "\($0)" }
        #expect(Output.page(lines, rows: 9) == lines)
        #expect(
            Output.page(lines, rows: 4)
                == ["1", "2", "3", "▼ 6 more lines: make the window taller."])
    }

    @Test func `a name cannot move the cursor or turn the line around`() {
        let lines = AlertsView(
            plain, answer(alerts: [alert("\u{1B}[2Jgone \u{202E}txet\n\u{7}")]), ward: nil
        ).lines
        #expect(lines.joined().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
    }

    @Test func `a proposal says what would change and that nothing has yet`() {
        var proposal = alert("Skin good for 72 h.")
        proposal.kind = "proposal"
        proposal.proposes = ProposalView(activity: "TURN", fromMinutes: 120, toMinutes: 180)
        let text = AlertsView(plain, answer(alerts: [proposal]), ward: nil).lines
            .joined(separator: "\n")
        #expect(text.contains("TURN every 180 min instead of every 120 min"))
        #expect(text.contains("changes nothing until"))
    }

    @Test func `a plan without care says until when`() {
        let plan = PlanAnswer(
            madeAt: "2027-01-19T14:00:00Z", until: "2027-01-20T02:00:00Z",
            wards: [WardView(id: "7", zone: "Europe/Berlin")], entries: [])
        #expect(
            planLines(plan, title: "Plan", output: plain).last
                == "Nothing is planned until Wed 20 Jan 03:00.")
    }
}

@Suite struct TableTests {
    private func table() -> Table {
        var table = Table(columns: [
            Column("A"), Column("TEXT", shortest: 6), Column("GONE", drop: 2), Column("B", drop: 1),
        ])
        table.add([Cell("1"), Cell("one two three"), Cell("xxxx"), Cell("b")])
        table.add([Cell("22"), Cell("ünï 日本"), Cell(""), Cell("bb")], below: ["a note on it"])
        return table
    }

    @Test(arguments: [
        (
            100,
            [
                "A   TEXT           GONE  B", "1   one two three  xxxx  b",
                "22  ünï 日本             bb",
                "    a note on it",
            ]
        ),
        (
            20,
            [
                "A   TEXT        GONE  B", "1   one two     xxxx  b", "    three",
                "22  ünï 日本          bb", "    a note on it",
            ].map { $0.replacing("GONE  ", with: "").replacing("xxxx  ", with: "") }
        ),
    ]) func `columns are aligned and texts broken, not cut`(width: Int, lines: [String]) {
        let made = table().lines(width: width, coloured: false)
        if width == 100 { #expect(made == lines) }
        #expect(made.allSatisfy { displayWidth($0) <= width })
        #expect(made.joined(separator: " ").split(separator: " ").contains("three"))
    }

    @Test func `the columns that matter least go first`() {
        let narrow = table().lines(width: 16, coloured: false)
        #expect(narrow.first == "A   TEXT      B")
        let narrower = table().lines(width: 10, coloured: false)
        #expect(narrower.first == "A   TEXT")
    }

    @Test func `an empty table has no header`() {
        #expect(Table(columns: [Column("A")]).lines(width: 80, coloured: false).isEmpty)
    }

    @Test func `a word longer than the line is broken`() {
        #expect(wrapped("abcdef gh", width: 4) == ["abcd", "ef", "gh"])
        #expect(wrapped("one two three", width: 9, indent: "  ") == ["  one two", "  three"])
        #expect(wrapped("", width: 9) == [])
    }
}

@Suite struct InterviewTests {
    private let catalogue = CatalogueAnswer(
        facts: [
            ("braden", "a whole number from 6 to 23"), ("cannotReposition", "true or false"),
            ("lastTurnedAt", "a time with zone"), ("catheter", "one of none, urethral"),
            ("catheterChangedAt", "a time with zone"), ("anticoagulant", "one of none, enoxaparin"),
            ("anticoagulantDoseMg", "a number"),
        ].map { FieldView(name: $0.0, meaning: "about \($0.0)", expects: $0.1, required: false) },
        activities: [], holdReasons: [])

    private func interview(_ answers: [String]) -> Interview {
        let typed = Typed(answers)
        var interview = Interview(output: plain, catalogue: catalogue)
        interview.readAnswer = { typed.next() }
        return interview
    }

    @Test func `facts are asked in turn, skipped with Enter, and only where they matter`() throws {
        // No catheter: its date is not asked. An anticoagulant: its dose is.
        let stated = try interview(["12", "maybe", "y", "", "none", "enoxaparin", "40"])
            .facts(besides: [])
        #expect(
            stated == [
                Assignment(name: "braden", value: .number("12")),
                Assignment(name: "cannotReposition", value: .bool(true)),
                Assignment(name: "catheter", value: .string("none")),
                Assignment(name: "anticoagulant", value: .string("enoxaparin")),
                Assignment(name: "anticoagulantDoseMg", value: .number("40")),
            ])
    }

    @Test func `what was given on the command line is not asked again`() throws {
        let known = ["braden", "cannotReposition", "lastTurnedAt", "anticoagulant"].map {
            Assignment(name: $0, value: .null)
        }
        let stated = try interview(["urethral", "later", "14:05"]).facts(besides: known)
        #expect(
            stated == [
                Assignment(name: "catheter", value: .string("urethral")),
                Assignment(name: "catheterChangedAt", value: .string("14:05")),
            ])
    }

    @Test func `closing the input enrols nobody`() {
        #expect(throws: ClientError.self) { try interview(["12"]).facts(besides: []) }
        #expect(throws: ClientError.self) { try interview(["", ""]).text("Bed", example: "12A") }
    }
}
