import ArgumentParser
import ControlAPI

struct DischargeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "discharge",
        abstract: "End a stay; its open reminders are cancelled.",
        discussion: """
            Prints the hand-over list, as `sccctl handover` does.

            EXAMPLES
              sccctl discharge 12A --reason home
            """)

    enum Reason: String, ExpressibleByArgument, CaseIterable {
        case home, hospice
        case otherHospital = "other-hospital"
        case otherWard = "other-ward"
        case death, other
    }

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Option(help: "Where to, or why.")
    var reason: Reason

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let (stay, _) = try await session.stay(stay)
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/discharge",
            DischargeRequest(by: try who.name, reason: reason.rawValue), as: CommandAnswer.self)
        let handover = reason == .death ? [] : await session.handoverLines(stay.id)
        session.output.show(answer) { _ in
            [
                "\(stay.id) left \(stay.ward)/\(stay.bed) (\(reason.rawValue)); the bed is free, "
                    + "nobody is reminded any more."
            ] + handover
        }
    }
}
