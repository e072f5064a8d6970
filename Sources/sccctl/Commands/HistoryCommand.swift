import ArgumentParser
import ControlAPI
import ControlClient

struct HistoryCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "What happened to one patient, when, by whom, and why.",
        discussion: """
            EXAMPLES
              sccctl history 12A
              sccctl history S12 --after 1042 --limit 50
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Option(help: "Only events behind this sequence number.")
    var after: Int64?

    @Option(help: "At most so many events.")
    var limit: Int?

    func run(_ session: Session) async throws {
        // The history itself names no zone, so the patient is looked up in any case.
        let (found, clock) = try await session.stay(stay)
        var query: [(name: String, value: String)] = []
        if let after { query.append(("after", "\(after)")) }
        if let limit { query.append(("limit", "\(limit)")) }
        let answer = try await session.client.get(
            "/v1/stays/\(found.id)/history", query: query, as: HistoryAnswer.self)
        session.output.show(answer) { value in
            guard !value.events.isEmpty else { return ["Nothing happened behind \(after ?? 0)."] }
            var table = Table(columns: [
                Column("AT", shortest: 9), Column("EVENT", shortest: 30),
                Column("BY", drop: 1, shortest: 8),
                Column("NO", drop: 2),
            ])
            for event in value.events {
                table.add([
                    Cell(clock.time(event.at, ward: event.ward ?? found.ward)),
                    Cell(event.summary), Cell(event.by ?? ""), Cell("\(event.sequence)", .dim),
                ])
            }
            return table.lines(width: session.output.width, coloured: session.output.coloured)
        }
    }
}
