import CareCore
import Yams

/// Reads how a care item recurs, and what narrows that down.
///
///     schedule: {every: 240, first: atOnce}
///     schedule: {ramp: [{every: 15, for: 120}], then: 60, first: atOnce}
///     schedule: {daily: ["08:00", "20:00"], weekdays: [mon, thu]}
///     schedule: {everyDays: 7, at: "10:00", since: drainageBagChangedAt, first: afterInterval}
struct ScheduleReader {
    let source: ProtocolSource
    let names: ProtocolNames
    /// Inside an episode intervals under five minutes are allowed.
    let isEpisode: Bool

    struct Read {
        var schedule: Schedule
        var options = ScheduleOptions()
        var limit: CareRule.Limit?
    }

    private static let kinds = [
        "every", "ramp", "daily", "dailyAt", "everyDays", "with", "once",
    ]

    func read(_ node: Node) -> Read? {
        guard case .mapping(let mapping) = node,
            let kind = mapping.compactMap({ $0.key.scalar?.string }).first(
                where: Self.kinds.contains)
        else {
            let name = node.mapping?.first?.key.scalar?.string ?? ""
            source.fault(
                node, "the schedule is \(name.isEmpty ? node.shown : "\"\(name)\"")",
                source.suggestion(name, among: Self.kinds)
                    ?? "one of \(Self.kinds.joined(separator: ", "))")
            return nil
        }
        let (required, optional): ([String], [String]) =
            switch kind {
            case "every": ([kind, "first"], ["waking", "count", "limit"])
            case "ramp": ([kind, "first"], ["then", "ends", "waking", "count", "limit"])
            case "daily":
                ([kind], ["weekdays", "startsAtOnce", "spacing", "count", "limit"])
            case "dailyAt": ([kind, "default"], ["plus", "spacing", "count", "limit"])
            case "everyDays": ([kind, "at", "first"], ["since", "count", "limit"])
            default: ([kind], [])
            }
        guard
            let section = source.section(
                node, "schedule \(kind)", required: required, optional: optional),
            let value = section[kind], let schedule = schedule(kind, value, section, node)
        else { return nil }
        var read = Read(schedule: schedule)
        if kind == "ramp" {
            read.options.ramp = phases(value)
            if section["then"] == nil {
                let minutes = read.options.ramp.reduce(0) { $0 + $1.forMinutes }
                read.limit = CareRule.Limit(minutes: minutes, since: nil)
            }
        }
        read.options.waking = section["waking"].flatMap { waking($0) }
        read.options.weekdays = section["weekdays"].map { weekdays($0) } ?? []
        read.options.startsAtOnce =
            section["startsAtOnce"].flatMap { source.flag($0, "startsAtOnce") } ?? false
        read.options.spacingMinutes = section["spacing"].flatMap {
            source.integer($0, "spacing", 5...1_439)
        }
        read.options.count = section["count"].flatMap { source.integer($0, "count", 1...1_000) }
        if let node = section["limit"] { read.limit = limit(node) }
        return read
    }

    private func schedule(
        _ kind: String, _ value: Node, _ section: Section, _ node: Node
    ) -> Schedule? {
        switch kind {
        case "every":
            guard let minutes = interval(value, "every"),
                let first = section["first"].flatMap({ readFirst($0) })
            else { return nil }
            return .every(minutes: minutes, first: first)
        case "ramp":
            let phases = phases(value)
            guard let last = phases.last, let first = section["first"].flatMap({ readFirst($0) })
            else { return nil }
            guard let then = section["then"] else {
                if section["ends"].flatMap({ source.flag($0, "ends") }) != true {
                    source.fault(
                        node, "the ramp has no end: nothing says how often after its last phase",
                        "then: minutes, or ends: true")
                }
                return .every(minutes: last.everyMinutes, first: first)
            }
            guard let minutes = interval(then, "then") else { return nil }
            if let tighter = phases.first(where: { $0.everyMinutes >= minutes }) {
                source.fault(
                    then, "a phase every \(tighter.everyMinutes) minutes is no denser than then",
                    "phases denser than then")
            }
            return .every(minutes: minutes, first: first)
        case "daily": return daily(value)
        case "dailyAt":
            guard let fact = source.fact(value, "dailyAt", kind: .time),
                let time = section["default"].flatMap({ source.time($0, "default") })
            else { return nil }
            let plus = section["plus"].flatMap { source.integer($0, "plus", -1_439...1_439) } ?? 0
            return .dailyAt(fact, default: time, plus: plus)
        case "everyDays":
            guard let days = source.integer(value, "everyDays", 1...366),
                let time = section["at"].flatMap({ source.time($0, "at") }),
                let first = section["first"].flatMap({ readFirst($0) })
            else { return nil }
            let since = section["since"].flatMap { source.fact($0, "since", kind: .instant) }
            return .everyDays(days, at: time, since: since, first: first)
        case "with":
            return source.activity(value, "with", among: names.activities).map(Schedule.with)
        default:
            return interval(value, "once").map(Schedule.once)
        }
    }

    private func interval(_ node: Node, _ what: String) -> Int? {
        source.interval(node, what, least: isEpisode ? 1 : 5)
    }

    private func daily(_ node: Node) -> Schedule? {
        let times = source.items(node, "daily").compactMap { source.time($0, "a time") }
        guard !times.isEmpty else {
            source.fault(node, "daily names no time", "daily: [\"08:00\", \"20:00\"]")
            return nil
        }
        if zip(times, times.dropFirst()).contains(where: { $1.minutes - $0.minutes < 5 }) {
            source.fault(node, "the times do not ascend by at least 5 minutes", "ascending times")
        }
        return .daily(times)
    }

    private func readFirst(_ node: Node) -> Schedule.FirstDue? {
        if case .mapping = node {
            guard
                let section = source.section(
                    node, "first", required: ["since"], optional: ["after"]),
                let fact = section["since"].flatMap({ source.fact($0, "since", kind: .instant) })
            else { return nil }
            guard let after = section["after"] else { return .since(fact) }
            return source.integer(after, "after", 0...525_600).map { .after($0, since: fact) }
        }
        switch node.scalar?.string {
        case "atOnce": return .atOnce
        case "afterInterval": return .afterInterval
        default:
            source.fault(
                node, "first is \(node.shown)",
                "atOnce, afterInterval, {since: fact} or {since: fact, after: minutes}")
            return nil
        }
    }

    private func phases(_ node: Node) -> [ScheduleOptions.RampPhase] {
        let nodes = source.items(node, "ramp")
        if nodes.isEmpty { source.fault(node, "the ramp has no phase", "[{every: 15, for: 120}]") }
        return nodes.compactMap { node in
            guard
                let section = source.section(
                    node, "a phase of a ramp", required: ["every", "for"]),
                let every = section["every"].flatMap({ interval($0, "every") }),
                let span = section["for"].flatMap({ interval($0, "for") })
            else { return nil }
            if span < every {
                source.fault(
                    node, "the phase is shorter than its interval", "for: \(every) or more")
            }
            return ScheduleOptions.RampPhase(everyMinutes: every, forMinutes: span)
        }
    }

    private func waking(_ node: Node) -> ScheduleOptions.Waking? {
        guard let section = source.section(node, "waking", required: ["from", "to"]),
            let from = section["from"].flatMap({ source.time($0, "from") }),
            let to = section["to"].flatMap({ source.time($0, "to") })
        else { return nil }
        if from >= to { source.fault(node, "waking ends before it begins", "from before to") }
        return ScheduleOptions.Waking(from: from, to: to)
    }

    private func weekdays(_ node: Node) -> [Weekday] {
        let words = Weekday.allCases.map(\.word)
        let days = source.items(node, "weekdays").compactMap {
            source.choice($0, "a weekday", among: words).flatMap(Weekday.init(word:))
        }
        if days.isEmpty || Set(days).count != days.count {
            source.fault(node, "weekdays names no day, or one twice", "for example [mon, thu]")
        }
        return days.sorted { $0.rawValue < $1.rawValue }
    }

    private func limit(_ node: Node) -> CareRule.Limit? {
        guard
            let section = source.section(
                node, "limit", required: ["minutes"], optional: ["since"]),
            let minutes = section["minutes"].flatMap({ source.interval($0, "minutes") })
        else { return nil }
        return CareRule.Limit(
            minutes: minutes,
            since: section["since"].flatMap { source.fact($0, "since", kind: .instant) })
    }

    // MARK: What belongs to a rule

    /// A dose that changes by the day.
    func readCourse(_ node: Node) -> CareRule.Course? {
        guard
            let section = source.section(
                node, "course", required: ["steps", "template", "from", "of"]),
            let steps = section["steps"].flatMap({ source.fact($0, "steps") }),
            let from = section["from"].flatMap({ source.fact($0, "from", kind: .instant) }),
            let of = section["of"].flatMap({ source.text($0, "of") }),
            let templateNode = section["template"]
        else { return nil }
        guard case .course(let unit) = steps.definition.kind else {
            source.fault(node, "\(steps.rawValue) is no course of doses", "a fact like 12x3 8x3")
            return nil
        }
        guard
            case .course(let template)? = source.value(
                templateNode, of: steps.definition.kind, "template")
        else { return nil }
        return CareRule.Course(steps: steps, template: template, from: from, of: of, unit: unit)
    }

    /// Where a fact gives the interval of the night.
    func readNight(_ node: Node) -> CareRule.NightRule? {
        guard
            let section = source.section(
                node, "night", required: ["minutes", "from", "to", "when"]),
            let minutes = section["minutes"].flatMap({ source.fact($0, "minutes") }),
            let from = section["from"].flatMap({ source.time($0, "from") }),
            let to = section["to"].flatMap({ source.time($0, "to") }),
            let when = section["when"].map({ ConditionReader(source: source).read($0) })
        else { return nil }
        guard case .integer = minutes.definition.kind else {
            source.fault(node, "\(minutes.rawValue) is no number of minutes", "a whole number")
            return nil
        }
        return CareRule.NightRule(minutes: minutes, from: from, to: to, when: when)
    }
}
