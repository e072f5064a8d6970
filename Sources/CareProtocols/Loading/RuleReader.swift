import CareCore
import Yams

/// A rule and where it stands, for checks that need the whole library.
struct ReadRule {
    let source: ProtocolSource
    let line: Int
    let rule: CareRule
}

/// Reads one entry of `rules`.
struct RuleReader {
    let source: ProtocolSource
    let names: ProtocolNames

    private var conditions: ConditionReader { ConditionReader(source: source) }
    private var alerts: AlertReader { AlertReader(source: source, conditions: conditions) }

    func read(_ node: Node) -> ReadRule? {
        guard
            let section = source.section(
                node, "a rule",
                required: ["id", "activity", "when", "schedule", "source", "status"],
                optional: ["unless", "order", "detail", "holds", "query"])
        else { return nil }
        // Read everything before giving up, so that one fault does not hide the next.
        let id = section["id"].flatMap { source.text($0, "id") }
        let activity = section["activity"].flatMap {
            source.activity($0, "the rule", among: names.activities)
        }
        let when = section["when"].map { conditions.read($0) }
        let schedule = section["schedule"].flatMap { readSchedule($0) }
        let unless = section["unless"].map { readUnless($0) } ?? []
        let order = section["order"].flatMap { readOrder($0) }
        let detail = section["detail"].flatMap { readDetail($0) }
        let holds = section["holds"].map { readHolds($0) } ?? []
        let query = section["query"].flatMap { readQuery($0) }
        let provenance = source.provenance(section)
        guard let id, let activity, let when, let schedule, let provenance else { return nil }
        return ReadRule(
            source: source, line: section.line,
            rule: CareRule(
                id: id, activity: activity, when: when, unless: unless, order: order,
                schedule: schedule, detail: detail, holds: holds, query: query,
                provenance: provenance))
    }

    // MARK: Schedule

    private static let schedules = ["every", "daily", "dailyAt", "everyDays", "with", "once"]

    private func readSchedule(_ node: Node) -> Schedule? {
        guard case .mapping(let mapping) = node,
            let kind = mapping.compactMap({ $0.key.scalar?.string })
                .first(where: Self.schedules.contains)
        else {
            let name = node.mapping?.first?.key.scalar?.string ?? ""
            source.fault(
                node, "the schedule is \(name.isEmpty ? node.shown : "\"\(name)\"")",
                source.suggestion(name, among: Self.schedules)
                    ?? "one of \(Self.schedules.joined(separator: ", "))")
            return nil
        }
        let (required, optional): ([String], [String]) =
            switch kind {
            case "every": ([kind, "first"], [])
            case "dailyAt": ([kind, "default"], ["plus"])
            case "everyDays": ([kind, "at", "first"], ["since"])
            default: ([kind], [])
            }
        guard
            let section = source.section(
                node, "schedule \(kind)", required: required, optional: optional),
            let value = section[kind]
        else { return nil }
        switch kind {
        case "every":
            guard let minutes = source.interval(value, "every"),
                let first = section["first"].flatMap({ readFirst($0) })
            else { return nil }
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
            return source.interval(value, "once").map(Schedule.once)
        }
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
            return source.section(node, "first", required: ["since"])?["since"]
                .flatMap { source.fact($0, "since", kind: .instant) }.map(Schedule.FirstDue.since)
        }
        switch node.scalar?.string {
        case "atOnce": return .atOnce
        case "afterInterval": return .afterInterval
        default:
            source.fault(node, "first is \(node.shown)", "atOnce, afterInterval or {since: fact}")
            return nil
        }
    }

    // MARK: Contraindications, orders, holds, queries

    private func readUnless(_ node: Node) -> [CareRule.Contraindication] {
        source.items(node, "unless").compactMap { node in
            guard
                let section = source.section(
                    node, "a contraindication", required: ["id", "when", "reason"]),
                let id = section["id"].flatMap({ source.text($0, "id") }),
                let when = section["when"].map({ conditions.read($0) }),
                let reason = section["reason"].flatMap({ source.text($0, "reason") })
            else { return nil }
            return CareRule.Contraindication(id: id, when: when, reason: reason)
        }
    }

    private func readOrder(_ node: Node) -> Fact? {
        guard let fact = source.fact(node, "order") else { return nil }
        switch fact.definition.kind {
        case .flag, .choice: return fact
        case .integer, .decimal, .level, .instant, .time, .course:
            source.fault(
                node, "order names \(fact.rawValue), which orders nothing", "a flag or choice")
            return nil
        }
    }

    /// Every `{…}` of a detail is a fact.
    private func readDetail(_ node: Node) -> String? {
        guard let text = source.text(node, "detail") else { return nil }
        for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            guard let end = part.firstIndex(of: "}") else {
                source.fault(node, "detail has a { without }", "{fact}")
                continue
            }
            let name = String(part[..<end])
            if Fact(rawValue: name) == nil {
                source.fault(
                    node, "detail names {\(name)}, which is no fact",
                    source.suggestion(name, among: Fact.allCases.map(\.rawValue))
                        ?? "a fact of the assessment")
            }
        }
        return text
    }

    private func readHolds(_ node: Node) -> [CareRule.ClinicalHoldRule] {
        var seen: Set<String> = []
        return source.items(node, "holds").compactMap { node in
            guard
                let section = source.section(
                    node, "a clinical hold", required: ["id", "when", "reason"],
                    optional: ["alert"]),
                let id = section["id"].flatMap({ source.text($0, "id") }),
                let when = section["when"].map({ conditions.read($0) }),
                let reason = section["reason"].flatMap({ source.text($0, "reason") })
            else { return nil }
            if !seen.insert(id).inserted {
                source.fault(node, "the rule has two holds \(id)", "one of each")
            }
            return CareRule.ClinicalHoldRule(
                id: id, when: when, reason: reason,
                alert: section["alert"].flatMap { alerts.read($0) })
        }
    }

    private func readQuery(_ node: Node) -> CareRule.Query? {
        guard let section = source.section(node, "a query", required: ["when", "alert"]),
            let when = section["when"].map({ conditions.read($0) }),
            let alert = section["alert"].flatMap({ alerts.read($0) })
        else { return nil }
        return CareRule.Query(when: when, alert: alert)
    }

    // MARK: Holds of the ward

    func readHold(_ node: Node) -> HoldRule? {
        guard
            let section = source.section(
                node, "a hold", required: ["reason", "meaning", "ceiling", "source", "status"]),
            let reason = section["reason"].flatMap({ source.text($0, "reason") }),
            let meaning = section["meaning"].flatMap({ source.text($0, "meaning") }),
            let ceiling = section["ceiling"].flatMap({ source.interval($0, "ceiling") }),
            let provenance = source.provenance(section)
        else { return nil }
        return HoldRule(
            reason: reason, meaning: meaning, ceilingMinutes: ceiling, provenance: provenance)
    }
}
