import ArgumentParser
import ControlAPI
import ControlClient

struct HandoverCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "handover",
        abstract: "What a receiving ward has to know about a patient.",
        discussion: """
            Every care item with when it was last done and is next due, catheter and bag dates, \
            bowel day, anticoagulant and steroid with its taper, surface, ulcers, open alerts and \
            holds. Also of a patient who was discharged, by the number of the stay: as it was just \
            before. `sccctl discharge` and a transfer to another ward print it.

            EXAMPLES
              sccctl handover 12A
              sccctl handover S12 --json
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    func run(_ session: Session) async throws {
        let id = try await session.stayID(stay)
        let answer = try await session.client.get(
            "/v1/stays/\(id)/handover", as: HandoverAnswer.self)
        session.output.show(answer) { value in HandoverView(session.output, value).lines }
    }
}

extension Session {
    /// The hand-over list below what a command says; the command is done whether or not it is there.
    func handoverLines(_ id: String) async -> [String] {
        guard !output.json,
            let answer = try? await client.get(
                "/v1/stays/\(id)/handover", as: HandoverAnswer.self)
        else { return [] }
        return [""] + HandoverView(output, answer.value).lines
    }
}

struct HandoverView {
    let view: View
    let answer: HandoverAnswer

    init(_ output: Output, _ answer: HandoverAnswer) {
        view = View(
            output, madeAt: answer.madeAt, wards: [answer.ward],
            demoClockRate: answer.demoClockRate)
        self.answer = answer
    }

    var lines: [String] {
        let stay = answer.stay
        let ward = answer.ward.id
        var lines = view.heading(
            "Hand-over · \(ward)/\(stay.bed) · \(stay.id) · \(stay.name ?? "name removed")",
            "made at \(view.time(answer.madeAt, ward))")
        var about = "Record \(stay.recordNumber ?? "removed"), admission \(stay.admission)"
        if let left = stay.dischargedAt {
            about += ", discharged \(view.time(left, ward)); as it was just before"
        }
        lines += view.paragraph(about + ".")
        if !answer.topics.isEmpty {
            lines += view.section("To know")
            for topic in answer.topics { lines += view.paragraph(topic.text, indent: "  ") }
        }
        if !answer.taper.isEmpty {
            lines += view.section("Taper") + view.table(taper)
        }
        if !answer.alerts.isEmpty {
            lines +=
                view.section("Open alerts and proposals")
                + alertLines(answer.alerts, view: view)
        }
        if !answer.holds.isEmpty {
            lines += view.section("Holds")
            for hold in answer.holds {
                let what =
                    hold.activities.isEmpty
                    ? "everything" : hold.activities.joined(separator: ", ")
                lines += view.paragraph(
                    "\(hold.absence ?? hold.reason), \(what), until "
                        + view.time(hold.dueBack ?? hold.until, ward), indent: "  ")
            }
        }
        lines += view.section("Care")
        lines += answer.care.isEmpty ? ["No care was planned."] : view.table(care)
        return lines
    }

    private var taper: Table {
        var table = Table(columns: [Column("FROM"), Column("TO"), Column("DOSE", shortest: 10)])
        for row in answer.taper { table.add([Cell(row.from), Cell(row.to), Cell(row.dose)]) }
        return table
    }

    private var care: Table {
        let ward = answer.ward.id
        var table = Table(columns: [
            Column("ACTIVITY"), Column("WHAT", shortest: 16), Column("SCHEDULE", shortest: 10),
            Column("LAST DONE", shortest: 9), Column("NEXT DUE", shortest: 9),
        ])
        for item in answer.care {
            table.add(
                [
                    Cell(item.activity, .bold), Cell(what(item.term, item.detail)),
                    Cell(item.schedule), Cell(view.time(item.lastDoneAt, ward)),
                    Cell(view.time(item.nextDue, ward)),
                ], below: item.heldBecause.map { ["held: \($0)"] } ?? [])
        }
        return table
    }
}
