import ArgumentParser
import ControlAPI
import ControlClient

struct PatientsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "patients",
        abstract: "Who is enrolled, bed by bed.",
        discussion: """
            EXAMPLES
              sccctl patients --ward 7
              sccctl patients --discharged
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "Only this ward.")
    var ward: String?

    @Flag(help: "Also those who were discharged.")
    var discharged = false

    func run(_ session: Session) async throws {
        var query = ward.map { [(name: "ward", value: $0)] } ?? []
        if discharged { query.append(("discharged", "true")) }
        let answer = try await session.client.get(
            "/v1/stays", query: query, as: StaysAnswer.self)
        session.output.show(answer) { value in
            PatientsView(session.output, value, ward: ward).lines
        }
    }
}

struct PatientsView {
    let view: View
    let answer: StaysAnswer
    let ward: String?

    init(_ output: Output, _ answer: StaysAnswer, ward: String?) {
        view = View(
            output, madeAt: answer.madeAt, wards: answer.wards,
            demoClockRate: answer.demoClockRate)
        self.answer = answer
        self.ward = ward
    }

    var lines: [String] {
        let made = view.time(answer.madeAt, ward ?? answer.wards.first?.id)
        let head = view.heading(
            ward.map { "Ward \($0)" } ?? "All wards",
            "\(count(answer.stays.count, "patient")) · made at \(made)")
        guard !answer.stays.isEmpty else {
            return head + ["Nobody is enrolled. `sccctl enroll` does it."]
        }
        var table = Table(columns: [
            Column("BED"), Column("STAY"), Column("NAME", shortest: 16),
            Column("RECORD", drop: 3, shortest: 8), Column("ADMISSION", drop: 4, shortest: 12),
            Column("PRIORITY"), Column("TO DO"), Column("ALERTS"), Column("NEXT", drop: 1),
            Column("", drop: 2),
        ])
        for stay in answer.stays {
            let next = [stay.nextActivity ?? "", view.time(stay.nextDue, stay.ward)]
            let state =
                stay.dischargedAt.map { "left \(view.time($0, stay.ward))" }
                ?? (stay.onHold && stay.absence?.away != true ? "on hold" : "")
            table.add(
                [
                    Cell("\(stay.ward)/\(stay.bed)", .bold), Cell(stay.id), Cell(stay.name ?? ""),
                    Cell(stay.recordNumber ?? ""), Cell(stay.admission),
                    Priority.cell(stay.priority), Cell(todo(stay)),
                    Cell("\(stay.activeAlerts)"),
                    Cell(next.filter { !$0.isEmpty }.joined(separator: " ")), Cell(state),
                ], below: stay.absence.map { [words($0, view.clock)] } ?? [])
        }
        return head + view.table(table)
    }

    /// `5 in 3 visits`, where that is fewer.
    private func todo(_ stay: StaySummary) -> String {
        stay.raisedVisits < stay.raisedReminders
            ? "\(stay.raisedReminders) in \(count(stay.raisedVisits, "visit"))"
            : "\(stay.raisedReminders)"
    }
}
