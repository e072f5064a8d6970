import ArgumentParser
import ControlAPI
import ControlClient

struct ShowCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One patient: care, alerts, holds, assessment, and why.",
        discussion: """
            EXAMPLES
              sccctl show 12A
              sccctl show S12 --json
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    func run(_ session: Session) async throws {
        let id = try await session.stayID(stay)
        let answer = try await session.client.get("/v1/stays/\(id)", as: StayAnswer.self)
        session.output.show(answer) { value in StayView(session.output, value).lines }
    }
}

struct StayView {
    let view: View
    let answer: StayAnswer

    init(_ output: Output, _ answer: StayAnswer) {
        view = View(
            output, madeAt: answer.madeAt, wards: [answer.ward],
            demoClockRate: answer.demoClockRate)
        self.answer = answer
    }

    var lines: [String] {
        let stay = answer.stay
        let ward = stay.ward
        var lines = view.heading(
            "\(ward)/\(stay.bed) · \(stay.id) · \(stay.name ?? "name removed")",
            "made at \(view.time(answer.madeAt, ward))")
        var about = "Record \(stay.recordNumber ?? "removed"), admission \(stay.admission), "
        about += "enrolled \(view.time(stay.enrolledAt, ward))"
        if let left = stay.dischargedAt { about += ", discharged \(view.time(left, ward))" }
        lines += view.paragraph(about + ".")

        if let absence = stay.absence {
            lines += view.paragraph(sentence(words(absence, view.clock)))
        }
        let holds = answer.holds.filter { $0.endedAt == nil && $0.absence == nil }
        if !holds.isEmpty {
            lines += view.section("Holds")
            for hold in holds {
                let scope =
                    hold.activities.isEmpty
                    ? "everything" : hold.activities.joined(separator: ", ")
                let note = hold.note.map { ": \($0)" } ?? ""
                lines += view.paragraph(
                    "\(hold.id)  \(hold.reason), \(scope), until "
                        + "\(view.time(hold.until, ward)), by \(hold.placedBy)\(note)",
                    indent: "  ")
            }
        }
        let alerts = answer.alerts.filter { $0.resolvedAt == nil }
        if !alerts.isEmpty {
            lines += view.section("Alerts") + alertLines(alerts, view: view)
        }
        let items = answer.items.filter { $0.endedAt == nil }
        if items.isEmpty {
            lines += view.section("Care")
            lines.append("No care is planned for this patient.")
        } else {
            lines += view.section("Care") + view.table(care(items))
            if items.contains(where: { $0.sourceStatus != "confirmed" }) {
                lines += view.paragraph(
                    "K: from knowledge, D: a default. Both need the hospital's sign-off.",
                    indent: "")
            }
        }
        if !answer.assessment.isEmpty {
            lines += view.section("Assessment")
            let facts = answer.assessment.sorted { $0.key < $1.key }.map { name, value in
                "\(name)=\(shown(value))"
            }
            lines += view.paragraph(facts.joined(separator: ", "))
        }
        let scores = answer.scores ?? []
        if !scores.isEmpty {
            lines += view.section("Scales")
            for score in scores { lines += view.paragraph(scoreText(score)) }
        }
        return lines
    }

    private func care(_ items: [CareItemView]) -> Table {
        var table = Table(columns: [
            Column("ACTIVITY"), Column("WHAT", shortest: 16), Column("SCHEDULE", shortest: 10),
            Column("DUE", shortest: 9), Column("STATE", shortest: 12),
        ])
        for item in items {
            let due = view.time(item.reminder?.due, answer.stay.ward)
            table.add(
                [
                    Cell(item.activity, .bold), Cell(what(item.term, item.detail)),
                    Cell(item.schedule), Cell(due), state(item),
                ], below: [below(item)])
        }
        return table
    }

    /// When it counts, what was last done, and which rule asks for it.
    private func below(_ item: CareItemView) -> String {
        var parts: [String] = []
        if let reminder = item.reminder { parts.append("in time \(window(reminder))") }
        if let done = item.lastDoneAt {
            let by = item.lastBy.map { " by \($0)" } ?? ""
            parts.append("last done \(view.time(done, answer.stay.ward))\(by)")
        }
        if let outcome = item.lastOutcome, outcome != "done" { parts.append("then \(outcome)") }
        parts.append(
            "because of \(item.rule), \(item.source)"
                + (item.sourceStatus == "confirmed" ? "" : " (\(item.sourceStatus))"))
        return parts.joined(separator: " · ")
    }

    private func state(_ item: CareItemView) -> Cell {
        if let why = item.heldBecause ?? item.reminder?.heldBecause { return Cell("held: \(why)") }
        guard let reminder = item.reminder else { return Cell("") }
        let late = view.clock.lateness(due: reminder.due, lateFrom: reminder.lateFrom)
        if reminder.state == "upcoming" { return Cell(late) }
        let mark = Priority.cell(reminder.priority)
        return Cell("\(mark.text) \(late)", mark.style)
    }

    /// From when and until when it counts as in time; "due" alone was read as the only moment.
    private func window(_ reminder: ReminderView) -> String {
        let until = view.time(reminder.onTimeUntil, reminder.ward)
        return reminder.earliest.map { "\(view.time($0, reminder.ward))–\(until)" }
            ?? "until \(until)"
    }

    private func shown(_ value: JSONScalar) -> String {
        if case .string(let text) = value, UTCTime(rfc3339: text) != nil {
            return view.time(text, answer.stay.ward)
        }
        return value.shown
    }
}
