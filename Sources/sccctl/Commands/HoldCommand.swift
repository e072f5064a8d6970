import ArgumentParser
import ControlAPI
import ControlClient

struct HoldCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Pause reminders for a reason and a time.",
        discussion: """
            Every hold ends by itself. `sccctl facts` lists the reasons and how long each may last.
            For a patient who leaves the ward, `sccctl leave` also brings care forward and watches \
            for the return.

            EXAMPLES
              sccctl hold 12A --reason procedure --for 90m --note "chest drain"
              sccctl hold 12A --reason sleep --until 06:00 --activity DBE --activity IS
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Option(help: ArgumentHelp("Why, one of the reasons in `sccctl facts`.", valueName: "reason"))
    var reason: String

    @Option(
        name: .customLong("for"), help: ArgumentHelp("How long, e.g. 90m or 2h.", valueName: "span")
    )
    var span: String?

    @Option(help: ArgumentHelp("Until when, e.g. 06:00 on the ward.", valueName: "time"))
    var until: TimeArgument?

    @Option(help: ArgumentHelp("Only this activity; may be repeated.", valueName: "code"))
    var activity: [String] = []

    @Option(help: ArgumentHelp("A word about it.", valueName: "words"))
    var note: String?

    var actor: ActorOptions? { who }

    func validate() throws {
        if (span == nil) == (until == nil) {
            throw ValidationError("Say how long with --for 90m, or until when with --until 16:00.")
        }
        if let span, (TimeArgument.spanSeconds(span) ?? 0) < 60 {
            throw ValidationError("--for takes a span such as 90m or 1h30m.")
        }
    }

    func run(_ session: Session) async throws {
        let (stay, clock) = try await session.stay(stay)
        var request = HoldPlaceRequest(
            by: try who.name, reason: reason,
            activities: activity.isEmpty ? nil : activity.map { $0.uppercased() }, note: note)
        request.minutes = span.flatMap(TimeArgument.spanSeconds).map { $0 / 60 }
        request.until = try until.map {
            try session.coming($0, ward: stay.ward, clock: clock).rfc3339
        }
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/holds", request, as: CommandAnswer.self)
        session.output.show(answer) { value in
            let end =
                request.until.flatMap(UTCTime.init(rfc3339:))
                ?? clock.now.adding((request.minutes ?? 0) * 60)
            let what = activity.isEmpty ? "all care" : activity.joined(separator: ", ")
            let hold = value.holds.first.map { " (hold \($0))" } ?? ""
            return [
                "\(stay.ward)/\(stay.bed): nobody is reminded of \(what) until "
                    + "\(clock.time(end, ward: stay.ward))\(hold).",
                "`sccctl resume \(stay.id)` ends it earlier.",
            ]
        }
    }
}
