import ArgumentParser
import ControlAPI
import ControlClient

struct PlanCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "What lies ahead, if everything is done when it is due.",
        discussion: """
            EXAMPLES
              sccctl plan --ward 7 --hours 8
              sccctl plan 12A
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "One patient: S12, 12A or 7/12A.")
    var stay: StayReference?

    @Option(help: "One ward.")
    var ward: String?

    @Option(help: "How far to look ahead.")
    var hours = 12

    func validate() throws {
        if stay != nil, ward != nil { throw ValidationError("Say a stay or --ward, not both.") }
        if hours < 1 { throw ValidationError("--hours takes a whole number from 1.") }
    }

    func run(_ session: Session) async throws {
        var query = [(name: "hours", value: "\(hours)")]
        if let stay { query.append(("stay", try await session.stayID(stay))) }
        if let ward { query.append(("ward", ward)) }
        let answer = try await session.client.get("/v1/plan", query: query, as: PlanAnswer.self)
        let title = stay.map { "Plan for \($0)" } ?? ward.map { "Plan for ward \($0)" } ?? "Plan"
        session.output.show(answer) { value in
            planLines(value, title: title, output: session.output)
        }
    }
}

func planLines(_ answer: PlanAnswer, title: String, output: Output) -> [String] {
    let view = View(
        output, madeAt: answer.madeAt, wards: answer.wards, demoClockRate: answer.demoClockRate)
    let ward = answer.entries.first?.ward ?? answer.wards.first?.id
    let until = view.time(answer.until, ward)
    let head = view.heading(
        title,
        "made at \(view.time(answer.madeAt, ward)) · until \(until) · "
            + "\(count(answer.entries.count, "reminder")) in \(count(answer.visits.count, "visit"))"
    )
    guard !answer.entries.isEmpty else { return head + ["Nothing is planned until \(until)."] }
    var table = Table(columns: [
        Column("DUE", shortest: 9), Column("", drop: 1), Column("BED"), Column("ACTIVITY"),
        Column("WHAT", shortest: 14), Column("HELD"), Column("WHY", drop: 3),
    ])
    for (entry, place) in inVisits(answer.entries, { $0.visit }) {
        table.add(
            [
                Cell(view.time(entry.due, entry.ward)), Cell(view.clock.lateness(due: entry.due)),
                Cell(place.mark + "\(entry.ward)/\(entry.bed)", .bold), Cell(entry.activity),
                Cell(what(entry.term, entry.detail)), Cell(entry.held ? "held" : ""),
                Cell(entry.rule, .dim),
            ], below: visitLine(entry.visit, place, answer.visits))
    }
    return head + view.table(table)
}
