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
                optional: [
                    "unless", "order", "detail", "holds", "query", "until", "course", "night",
                    "timeHolds", "episode",
                ])
        else { return nil }
        // Read everything before giving up, so that one fault does not hide the next.
        let id = section["id"].flatMap { source.text($0, "id") }
        let activity = section["activity"].flatMap {
            source.activity($0, "the rule", among: names.activities)
        }
        let when = section["when"].map { conditions.read($0) }
        let isEpisode = section["episode"].flatMap { source.flag($0, "episode") } ?? false
        let schedules = ScheduleReader(source: source, names: names, isEpisode: isEpisode)
        let schedule = section["schedule"].flatMap { schedules.read($0) }
        let unless = section["unless"].map { readUnless($0) } ?? []
        let order = section["order"].flatMap { readOrder($0) }
        let detail = section["detail"].flatMap { readDetail($0) }
        let holds = section["holds"].map { readHolds($0) } ?? []
        let query = section["query"].flatMap { readQuery($0) }
        let until = section["until"].map { conditions.read($0) }
        let course = section["course"].flatMap { schedules.readCourse($0) }
        let night = section["night"].flatMap { schedules.readNight($0) }
        let timeHolds = section["timeHolds"].map { readTimeHolds($0) } ?? []
        let provenance = source.provenance(section)
        guard let id, let activity, let when, let schedule, let provenance else { return nil }
        var rule = CareRule(
            id: id, activity: activity, when: when, unless: unless, order: order,
            schedule: schedule.schedule, detail: detail, holds: holds, query: query,
            provenance: provenance)
        rule.options = schedule.options
        rule.limit = schedule.limit
        rule.until = until
        rule.course = course
        rule.night = night
        rule.timeHolds = timeHolds
        rule.isEpisode = isEpisode
        return ReadRule(source: source, line: section.line, rule: rule)
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

    /// Holds by the time of a fact, for example before a puncture.
    private func readTimeHolds(_ node: Node) -> [CareRule.TimeHold] {
        source.items(node, "timeHolds").compactMap { node in
            guard
                let section = source.section(
                    node, "a hold by time",
                    required: ["id", "fact", "from", "to", "reason", "source", "status"],
                    optional: ["when", "orUntil", "alert"]),
                let id = section["id"].flatMap({ source.text($0, "id") }),
                let fact = section["fact"].flatMap({ source.fact($0, "fact", kind: .instant) }),
                let from = section["from"].flatMap({ source.integer($0, "from", -43_200...43_200) }
                ),
                let toNode = section["to"],
                let to = source.integer(toNode, "to", -43_200...43_200),
                let reason = section["reason"].flatMap({ source.text($0, "reason") }),
                let provenance = source.provenance(section)
            else { return nil }
            if to <= from {
                source.fault(toNode, "the hold \(id) ends before it begins", "more than \(from)")
            }
            return CareRule.TimeHold(
                id: id, when: section["when"].map { conditions.read($0) } ?? .always, fact: fact,
                fromMinutes: from, toMinutes: to,
                orUntil: section["orUntil"].map { conditions.read($0) }, reason: reason,
                alert: section["alert"].flatMap { alerts.read($0) }, provenance: provenance)
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
