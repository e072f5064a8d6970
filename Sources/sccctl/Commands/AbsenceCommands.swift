import ArgumentParser
import ControlAPI
import ControlClient

struct LeaveCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "leave",
        abstract: "Note that a patient is, or will be, off the ward.",
        discussion: """
            While the patient is away nobody is reminded. What would fall due meanwhile is due a \
            quarter of an hour before leaving, if it is far enough on by then; the rest is due on \
            return. `sccctl back` says that the patient is there again. Whoever is not back half \
            an hour after the time of return raises an alert.

            A time of day in --at is the nearest one: at 08:00, 08:30 is to come, 07:50 is past. A \
            span is past, 10m is ten minutes ago. --due-back counts from leaving.

            EXAMPLES
              sccctl leave 12A --for imaging --due-back 45m
              sccctl leave 12A --at 08:30 --due-back 14:00 --for radiotherapy
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case radiotherapy, theatre, imaging, dialysis, therapy, other
    }

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Option(name: .customLong("for"), help: "What for.")
    var kind: Kind

    @Option(
        help: ArgumentHelp("When the patient is to be back, e.g. 14:00 or 90m.", valueName: "time"))
    var dueBack: TimeArgument

    @Option(
        help: ArgumentHelp("When the patient left, or will leave; else now.", valueName: "time"))
    var at: TimeArgument?

    @Option(help: ArgumentHelp("A word about it.", valueName: "words"))
    var note: String?

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let (stay, clock) = try await session.stay(stay)
        let leaves = try at.map { try session.nearest($0, ward: stay.ward, clock: clock) }
        let back = try session.following(
            dueBack, after: leaves ?? clock.now, ward: stay.ward, clock: clock)
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/absence",
            AbsenceRequest(
                by: try who.name, at: leaves?.rfc3339, dueBack: back.rfc3339, kind: kind.rawValue,
                note: note), as: CommandAnswer.self)
        let isPlanned = leaves.map { $0 > clock.now } ?? false
        var first: [String] = []
        if isPlanned, !session.output.json {
            let now = try await session.client.get("/v1/stays/\(stay.id)", as: StayAnswer.self)
            first = beforeLeaving(now.value, clock)
        }
        session.output.show(answer) { _ in
            let absence = AbsenceView(
                hold: "", stay: stay.id, ward: stay.ward, bed: stay.bed, kind: kind.rawValue,
                from: (leaves ?? clock.now).rfc3339, dueBack: back.rfc3339, away: !isPlanned)
            return ["\(stay.ward)/\(stay.bed): \(words(absence, clock))."] + first
                + ["`sccctl back \(stay.bed)` when the patient is there again."]
        }
    }

    private func beforeLeaving(_ stay: StayAnswer, _ clock: WardClock) -> [String] {
        let first = stay.items.compactMap(\.reminder).filter { $0.reason == "before-absence" }
        guard !first.isEmpty else { return [] }
        let what = first.map { "\($0.activity) \(clock.time($0.due, ward: $0.ward))" }
        return ["Before leaving: \(what.joined(separator: ", "))."]
    }
}

struct BackCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "back",
        abstract: "Note that a patient is back on the ward.",
        discussion: """
            Turning and the skin check are due at once, since a trolley is hard. An absence that was \
            only planned is called off.

            EXAMPLES
              sccctl back 12A
              sccctl back 12A --at 13:45
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(help: "S12, 12A or 7/12A.")
    var stay: StayReference

    @Option(help: ArgumentHelp("When, e.g. 13:45 or 10m ago; else now.", valueName: "time"))
    var at: TimeArgument?

    var actor: ActorOptions? { who }

    func run(_ session: Session) async throws {
        let (stay, clock) = try await session.stay(stay)
        let returned = try at.map { try session.past($0, ward: stay.ward, clock: clock) }
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/return",
            ReturnRequest(by: try who.name, at: returned?.rfc3339), as: CommandAnswer.self)
        let wasAway = stay.absence?.away ?? true
        session.output.show(answer) { _ in
            let time = clock.time(returned ?? clock.now, ward: stay.ward)
            return [
                "\(stay.ward)/\(stay.bed): "
                    + (wasAway
                        ? "back on the ward since \(time); reminders go on."
                        : "the planned absence is called off.")
            ]
        }
    }
}

/// Where a patient is, for example `off the ward since 08:30 (radiotherapy), due back 14:00`.
func words(_ absence: AbsenceView, _ clock: WardClock) -> String {
    let from = clock.time(absence.from, ward: absence.ward)
    let back = clock.time(absence.dueBack, ward: absence.ward)
    guard absence.away else { return "leaves at \(from) (\(absence.kind)), due back \(back)" }
    let text = "off the ward since \(from) (\(absence.kind)), due back \(back)"
    guard let due = UTCTime(rfc3339: absence.dueBack), clock.now.seconds - due.seconds >= 60 else {
        return text
    }
    return "\(text), late back by \(clock.span(clock.now.seconds - due.seconds))"
}
