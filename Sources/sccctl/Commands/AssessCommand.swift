import ArgumentParser
import ControlAPI
import ControlClient

struct AssessCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess",
        abstract: "State what was found about a patient; the plan follows.",
        discussion: """
            What makes care more frequent takes effect at once; what would make it rarer is only \
            proposed. `sccctl facts` lists all facts and what their values look like.

            EXAMPLES
              sccctl assess 12A --set braden=11 --set skinNonBlanching=true
              sccctl assess 12A --set padua=activeCancer=yes,reducedMobility=yes
              sccctl assess 12A --clear catheter
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions
    @OptionGroup(title: "Facts") var facts: FactOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Option(help: ArgumentHelp("A fact that is not known any more.", valueName: "fact"))
    var clear: [String] = []

    var actor: ActorOptions? { who }

    func validate() throws {
        if facts.assignments.isEmpty, clear.isEmpty {
            throw ValidationError("Say what was found, for example --set braden=11.")
        }
    }

    func run(_ session: Session) async throws {
        let (stay, clock) = try await session.stay(stay)
        var values = try session.facts(facts.assignments, ward: stay.ward, clock: clock)
        for name in clear {
            guard values[name] == nil else {
                throw ClientError.mistake(.invalid, "\(name) is both set and cleared.")
            }
            values[name] = .null
        }
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/assessment", AssessRequest(by: try who.name, set: values),
            as: CommandAnswer.self)
        session.output.show(answer) { value in
            var lines = ["\(stay.ward)/\(stay.bed): the assessment is recorded."]
            if !value.alerts.isEmpty {
                lines.append("Alerts follow: \(value.alerts.joined(separator: ", ")).")
            }
            return lines + ["`sccctl show \(stay.id)` shows what it changed."]
        }
    }
}
