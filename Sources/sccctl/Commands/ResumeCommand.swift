import ArgumentParser
import ControlAPI

struct ResumeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "End a hold, or all holds of a patient.",
        discussion: """
            EXAMPLES
              sccctl resume 12A
              sccctl resume 12A H3
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Argument(help: "One hold, as `sccctl show` numbers it; else all.")
    var hold: String?

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let (stay, _) = try await session.stay(stay)
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/resume", ResumeRequest(by: try who.name, hold: hold),
            as: CommandAnswer.self)
        session.output.show(answer) { value in
            let which = value.holds.isEmpty ? "" : " (\(value.holds.joined(separator: ", ")))"
            return ["\(stay.ward)/\(stay.bed): reminders go on\(which)."]
        }
    }
}
