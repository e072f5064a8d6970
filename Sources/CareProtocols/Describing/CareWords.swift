import CareCore

/// Puts schedules, windows and consequences into the words of a ward.
struct CareWords {
    var conditions = ConditionWords()

    init(fields: [RecordedField] = []) {
        conditions.fields = fields
    }

    // MARK: Schedules

    static func text(_ schedule: Schedule) -> String {
        switch schedule {
        case .every(let minutes, let first):
            "every \(spoken(minutes: minutes)) after it was done, \(text(first))"
        case .daily(let times): "daily at \(ConditionWords.list(times.map(\.description), "and"))"
        case .dailyAt(let fact, let time, let plus):
            "daily at \(ConditionWords.name(fact))\(shift(plus)), \(time) where it is not known"
        case .everyDays(let days, let time, let since, let first):
            "every \(days) day\(days == 1 ? "" : "s") at \(time)"
                + (since.map { " counted from \(ConditionWords.name($0))" } ?? "")
                + ", \(text(first))"
        case .with(let activity): "together with \(activity)"
        case .once(let minutes): "once, \(spoken(minutes: minutes)) after the start"
        }
    }

    private static func text(_ first: Schedule.FirstDue) -> String {
        switch first {
        case .atOnce: "the first at once"
        case .afterInterval: "the first after one interval"
        case .since(let fact): "the first counted from \(ConditionWords.name(fact))"
        case .after(let minutes, let fact):
            "the first \(spoken(minutes: minutes)) after \(ConditionWords.name(fact))"
        }
    }

    /// What narrows a schedule down, one text each.
    static func texts(_ options: ScheduleOptions) -> [String] {
        var texts: [String] = []
        if !options.ramp.isEmpty {
            let phases = options.ramp.map {
                "every \(spoken(minutes: $0.everyMinutes)) for \(spoken(minutes: $0.forMinutes))"
            }
            texts.append("at first \(phases.joined(separator: ", then "))")
        }
        if !options.weekdays.isEmpty {
            texts.append("only on \(ConditionWords.list(options.weekdays.map(\.word), "and"))")
        }
        if let waking = options.waking {
            texts.append("only from \(waking.from) to \(waking.to)")
        }
        if let night = options.night {
            texts.append(
                "every \(spoken(minutes: night.minutes)) from \(night.from) to \(night.to)")
        }
        if options.startsAtOnce { texts.append("the first at once, then at its times") }
        if let spacing = options.spacingMinutes {
            texts.append("not within \(spoken(minutes: spacing)) after it was done")
        }
        if let count = options.count { texts.append("\(count) times in all") }
        return texts
    }

    private static func shift(_ minutes: Int) -> String {
        minutes == 0
            ? "" : " \(minutes > 0 ? "plus" : "minus") \(spoken(minutes: abs(minutes)))"
    }

    // MARK: Windows and retries

    func text(_ window: WindowRule) -> String {
        var parts: [String] = []
        if let least = window.intervalAtLeast {
            parts.append("from an interval of \(spoken(minutes: least))")
        }
        if window.when != .always { parts.append("when \(conditions.text(window.when))") }
        let cases = parts.isEmpty ? "" : parts.joined(separator: ", ") + ": "
        var spans = [
            window.early.map { "early from \(spoken(minutes: $0)) before" } ?? "early any time"
        ]
        spans.append("on time until \(text(window.onTime))")
        spans += window.steps.map { "\($0.priority.word) \(text($0.after))" }
        if window.lapses { spans.append("lapses when the next is due") }
        return cases + spans.joined(separator: ", ")
    }

    private func text(_ offset: Offset) -> String {
        switch offset {
        case .minutes(let minutes): "\(spoken(minutes: minutes)) after"
        case .endOfDay: "the end of the day"
        case .clock(let fact, let time, let plus):
            "\(ConditionWords.name(fact))\(Self.shift(plus)) (\(time) where it is not known)"
        }
    }

    static func text(_ retry: RetryRules.Retry) -> String {
        switch retry {
        case .minutes(let minutes): "offered again after \(spoken(minutes: minutes))"
        case .percentOfInterval(let part): "offered again after \(part) % of the interval"
        case .next: "next when it would be due had it been done"
        }
    }

    // MARK: Consequences

    func text(_ effect: Effect) -> String {
        switch effect {
        case .shorten(let activity): "\(activity) one step more often, from now"
        case .shortenTo(let activity, let minutes):
            "\(activity) at least every \(spoken(minutes: minutes)), from now"
        case .nextWithin(let activity, let minutes):
            minutes == 0
                ? "the next \(activity) at once"
                : "the next \(activity) within \(spoken(minutes: minutes))"
        case .set(let fact, let value):
            value == .flag(true)
                ? "notes: \(ConditionWords.name(fact))"
                : "notes: \(ConditionWords.name(fact)) \(shown(value, fact))"
        case .clear(let fact): "no longer notes: \(ConditionWords.name(fact))"
        case .setToPerformedAt(let fact): "notes the time as \(ConditionWords.name(fact))"
        case .setToReading(let fact, let field):
            "notes \(ConditionWords.spaced(field)) as \(ConditionWords.name(fact))"
        case .copy(let fact, let other):
            "notes \(ConditionWords.name(fact)) as \(ConditionWords.name(other))"
        case .increment(let fact): "counts \(ConditionWords.name(fact)) up by one"
        case .alert(let alert): text(alert)
        case .resolve(let finding): "alerts of \(finding) are over"
        }
    }

    func text(_ alert: AlertTemplate) -> String {
        let raised = alert.raised.map {
            ", \($0.to.word) when \(conditions.text($0.when))"
        }.joined()
        let within =
            alert.withinMinutes.map {
                $0 == 0 ? " at once" : " within \(spoken(minutes: $0))"
            } ?? ""
        return "alert \(alert.priority.word)\(raised) for \(alert.who)\(within): \(alert.message)"
    }

    private func shown(_ value: Value, _ fact: Fact) -> String {
        switch fact.definition.kind.raw(value) {
        case .number(let text), .text(let text): text
        case let other: other.shown
        }
    }

    static func text(_ field: RecordedField) -> String {
        "\(field.name): \(field.meaning), \(field.kind.expectation)"
            + (field.required ? ", required" : "")
    }
}
