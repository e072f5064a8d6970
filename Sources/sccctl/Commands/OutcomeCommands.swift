import ArgumentParser
import ControlAPI
import ControlClient

/// What a person says about care that was or was not done.
struct OutcomeOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @OptionGroup var who: ActorOptions

    @Argument(
        help: ArgumentHelp(
            "A patient (S12, 12A, 7/12A) and activities, e.g. TURN; or reminders, e.g. S12.3.45.",
            valueName: "stay-activity-or-reminder"))
    var targets: [String]

    @Option(
        help: ArgumentHelp(
            "When: 14:05 on the ward, 10m (ago), or with zone 2027-01-19T20:00:00Z. Else now.",
            valueName: "time"))
    var at: TimeArgument?

    @Option(
        help: ArgumentHelp(
            "What was found, e.g. volumeMl=620; with several activities SKIN.skin=cat1.",
            valueName: "field=value"))
    var set: [Assignment] = []

    func validate() throws { _ = try subject }

    /// The patient, and which care of theirs.
    struct Subject: Hashable {
        let stay: StayReference
        let care: [Care]

        enum Care: Hashable {
            case reminder(String)
            case activity(String)
        }
    }

    var subject: Subject {
        get throws {
            let reminders = targets.compactMap(ReminderReference.init)
            if let first = reminders.first, reminders.count == targets.count {
                guard reminders.allSatisfy({ $0.stay == first.stay }) else {
                    throw ValidationError("The reminders are of several patients: one at a time.")
                }
                return Subject(
                    stay: .stay(first.stay), care: reminders.map { .reminder($0.id) })
            }
            guard let stay = targets.first.flatMap({ StayReference($0) }), targets.count > 1 else {
                throw ValidationError(
                    "Say what, for example `12A TURN`, or a reminder such as S12.3.45 from "
                        + "`sccctl alerts`.")
            }
            let care: [Subject.Care] = targets.dropFirst().map { text in
                ReminderReference(text).map { .reminder($0.id) } ?? .activity(text.uppercased())
            }
            guard Set(care).count == care.count else {
                throw ValidationError("The same care is named twice.")
            }
            return Subject(stay: stay, care: care)
        }
    }

    func record(_ outcome: String, reason: String?, _ session: Session) async throws {
        let subject = try subject
        let (stay, clock) = try await session.stay(subject.stay)
        for case .reminder(let id) in subject.care where !id.hasPrefix(stay.id + ".") {
            throw ClientError.mistake(
                .invalid, "Reminder \(id) is not of \(subject.stay), which is stay \(stay.id).")
        }
        let at = try at.map { try session.past($0, ward: stay.ward, clock: clock) }
        let readings = try readings(subject.care)
        let outcomes = try subject.care.map { care in
            var request = OutcomeRequest(
                outcome: outcome, performedAt: at?.rfc3339, reason: reason)
            var mine = readings[nil] ?? []
            switch care {
            case .reminder(let id): request.reminder = id
            case .activity(let code):
                request.activity = code
                mine += readings[code] ?? []
            }
            let values = try session.values(mine, ward: stay.ward, clock: clock)
            request.readings = values.isEmpty ? nil : values
            return request
        }
        let answer = try await session.post(
            "/v1/stays/\(stay.id)/outcomes",
            RecordRequest(by: try who.name, outcomes: outcomes), as: CommandAnswer.self)
        session.output.show(answer) { value in
            let performed = clock.time(at ?? clock.now, ward: stay.ward)
            return outcomeLines(value, stay: stay, performed: performed, clock: clock)
        }
    }

    /// The readings of each activity; those of the only care there is need no name in front.
    private func readings(
        _ care: [Subject.Care]
    ) throws(ClientError) -> [String?: [Assignment]] {
        var readings: [String?: [Assignment]] = [:]
        for assignment in set {
            let (activity, field) = assignment.qualified
            if let activity = activity?.uppercased() {
                guard care.contains(.activity(activity)) else {
                    throw .mistake(
                        .invalid,
                        "--set \(assignment.name): \(activity) is not among what is recorded.")
                }
                readings[activity, default: []].append(
                    Assignment(name: field, value: assignment.value))
            } else {
                guard care.count == 1 else {
                    throw .mistake(
                        .invalid,
                        "--set \(assignment.name): with several activities say which, for example "
                            + "--set SKIN.\(assignment.name)=….")
                }
                readings[nil, default: []].append(assignment)
            }
        }
        return readings
    }
}

/// What was recorded, with the time that it was recorded for, and what comes next.
private func outcomeLines(
    _ answer: CommandAnswer, stay: StaySummary, performed: String, clock: WardClock
) -> [String] {
    var lines: [String] = []
    for settled in answer.settled {
        var line =
            "\(stay.ward)/\(stay.bed) \(settled.activity) \(settled.outcome) at \(performed)."
        if let next = settled.nextDue {
            line += " Next due \(clock.time(next, ward: stay.ward))"
            line += " (\(clock.lateness(due: next)))."
        }
        if let note = settled.note { line += " \(note)" }
        lines += wrapped(line, width: Output.widest)
    }
    if answer.settled.isEmpty { lines.append("Recorded for \(stay.ward)/\(stay.bed).") }
    if !answer.alerts.isEmpty {
        lines.append(
            "▲ Alerts follow: \(answer.alerts.joined(separator: ", ")); see `sccctl alerts`.")
    }
    return lines
}

struct DoneCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "done",
        abstract: "Record care that was done.",
        discussion: """
            Records the time of --at, or now. Care that is late is recorded in the same way; the \
            next time counts from when it was really done.

            EXAMPLES
              sccctl done 12A TURN --by "Test Nurse"
              sccctl done 12A TURN SKIN --at 14:05 --set SKIN.skin=cat1
              sccctl done 7/12A IC --at 10m --set volumeMl=620
              sccctl done S12.3.45
            """)

    @OptionGroup var outcome: OutcomeOptions

    var global: GlobalOptions { outcome.global }
    var actor: ActorOptions? { outcome.who }

    func run(_ session: Session) async throws {
        try await outcome.record("done", reason: nil, session)
    }
}

/// Why it was not done.
struct ReasonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why, in a few words.", valueName: "words"))
    var reason: String

    func validate() throws {
        if reason.trimmed.isEmpty { throw ValidationError("--reason cannot be empty.") }
    }
}

struct RefuseCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse",
        abstract: "Record care that the patient refused.",
        discussion: """
            EXAMPLES
              sccctl refuse 12A TURN --reason "in pain"
            """)

    @OptionGroup var outcome: OutcomeOptions
    @OptionGroup var why: ReasonOptions

    var global: GlobalOptions { outcome.global }
    var actor: ActorOptions? { outcome.who }

    func run(_ session: Session) async throws {
        try await outcome.record("refused", reason: why.reason, session)
    }
}

struct UnableCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "unable",
        abstract: "Record care that could not be done.",
        discussion: """
            EXAMPLES
              sccctl unable 12A TURN --reason "too few staff for a log-roll"
            """)

    @OptionGroup var outcome: OutcomeOptions
    @OptionGroup var why: ReasonOptions

    var global: GlobalOptions { outcome.global }
    var actor: ActorOptions? { outcome.who }

    func run(_ session: Session) async throws {
        try await outcome.record("unable", reason: why.reason, session)
    }
}

struct SkipCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Record care that was left out on purpose.",
        discussion: """
            The next time it is due is always in the future; the answer says when.

            EXAMPLES
              sccctl skip 12A DBE --reason "asleep"
            """)

    @OptionGroup var outcome: OutcomeOptions
    @OptionGroup var why: ReasonOptions

    var global: GlobalOptions { outcome.global }
    var actor: ActorOptions? { outcome.who }

    func run(_ session: Session) async throws {
        try await outcome.record("skipped", reason: why.reason, session)
    }
}
