import ArgumentParser
import ControlAPI
import ControlClient

/// The route of an alert; the number is checked so that it cannot become another route.
func alertPath(_ alert: String, _ verb: String) throws(ClientError) -> String {
    guard alert.wholeMatch(of: #/[A-Za-z0-9.-]{1,40}/#) != nil, alert != "..", alert != "." else {
        throw .mistake(
            .invalid, "\(alert) is no number of an alert; `sccctl alerts` lists them.")
    }
    return "/v1/alerts/\(alert.uppercased())/\(verb)"
}

struct ConfirmCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Accept what a proposal says, for example a longer interval.",
        discussion: """
            EXAMPLES
              sccctl confirm S12.A1 --by "Test Nurse"
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "The proposal's number from `sccctl alerts`.")
    var alert: String

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let answer = try await session.post(
            try alertPath(alert, "decision"), DecisionRequest(by: try who.name, accept: true),
            as: CommandAnswer.self)
        session.output.show(answer) { _ in ["Proposal \(alert.uppercased()) is in force."] }
    }
}

struct DeclineCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline",
        abstract: "Turn a proposal down; nothing changes.",
        discussion: """
            EXAMPLES
              sccctl decline S12.A1 --by "Test Nurse"
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "The proposal's number from `sccctl alerts`.")
    var alert: String

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let answer = try await session.post(
            try alertPath(alert, "decision"), DecisionRequest(by: try who.name, accept: false),
            as: CommandAnswer.self)
        session.output.show(answer) { _ in
            ["Proposal \(alert.uppercased()) is declined; nothing changes."]
        }
    }
}
