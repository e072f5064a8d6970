import ArgumentParser
import ControlAPI

struct AckCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Say that an alert was seen, and with --resolve that it is over.",
        discussion: """
            An alert that was seen stays until somebody says that it is over.

            EXAMPLES
              sccctl ack S12.A1
              sccctl ack S12.A1 --resolve --note "stocking changed, skin intact"
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "The alert's number from `sccctl alerts`.")
    var alert: String

    @Flag(help: "What it was about is over.")
    var resolve = false

    @Option(help: ArgumentHelp("What was done about it.", valueName: "words"))
    var note: String?

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let answer = try await session.post(
            try alertPath(alert, "acknowledge"),
            AcknowledgeRequest(by: try who.name, resolve: resolve ? true : nil, note: note),
            as: CommandAnswer.self)
        let state = resolve ? "resolved" : "acknowledged; it stays until it is resolved"
        session.output.show(answer) { _ in ["Alert \(alert.uppercased()) is \(state)."] }
    }
}
