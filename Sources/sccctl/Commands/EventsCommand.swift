import ArgumentParser
import ControlAPI
import ControlClient
import FoundationEssentials

struct EventsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Follow what happens, as it is recorded.",
        discussion: """
            Ends when the daemon stops. With --json each message is its document on one line; the \
            first is a snapshot.

            EXAMPLES
              sccctl events --ward 7
              sccctl events --json >> ward7.jsonl
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "Only this ward.")
    var ward: String?

    func run(_ session: Session) async throws {
        let status = try await session.client.get("/v1/status", as: StatusAnswer.self).value
        let query = ward.map { [(name: "ward", value: $0)] } ?? []
        try await session.client.events(query: query) { message in
            if session.output.json {
                session.output.document(message.data)
                return true
            }
            switch message.event {
            case "resync", "dropped":
                session.output.note("Some events were missed; `sccctl history` has them all.")
            default: break
            }
            guard
                let event = try? JSONDecoder().decode(
                    EventView.self, from: Data(message.data.utf8))
            else { return true }
            // Each event is told as of its own time: there is no later answer to compare with.
            let clock = WardClock(madeAt: event.at, wards: status.wards)
            let place = [event.ward, event.bed].compactMap { $0 }.joined(separator: "/")
            let line = [clock.time(event.at, ward: event.ward), place, event.summary]
            session.output.show([printable(line.filter { !$0.isEmpty }.joined(separator: "  "))])
            return true
        }
        session.output.note("The stream ended: the daemon stopped.")
    }
}
