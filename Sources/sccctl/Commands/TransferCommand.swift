import ArgumentParser
import ControlAPI

struct TransferCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Move a patient to another bed or ward; care goes on.",
        discussion: """
            To another ward it prints the hand-over list, as `sccctl handover` does.

            EXAMPLES
              sccctl transfer 12A --bed 14B
              sccctl transfer 7/12A --ward 8 --bed 2A
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Option(help: "The new ward; else the same.")
    var ward: String?

    @Option(help: "The new bed.")
    var bed: String

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let (stay, _) = try await session.stay(stay)
        let ward = ward ?? stay.ward
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/transfer",
            TransferRequest(by: try who.name, ward: ward, bed: bed), as: CommandAnswer.self)
        let handover = ward == stay.ward ? [] : await session.handoverLines(stay.id)
        session.output.show(answer) { _ in
            ["\(stay.id) moved from \(stay.ward)/\(stay.bed) to \(ward)/\(bed)."] + handover
        }
    }
}
