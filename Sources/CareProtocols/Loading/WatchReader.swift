import CareCore
import Yams

/// Reads what stands beside the rules of single activities: watches, standing pauses and exclusions,
/// transitions of a state.
struct WatchReader {
    let source: ProtocolSource
    let names: ProtocolNames

    private var conditions: ConditionReader { ConditionReader(source: source) }

    /// One entry of `watches`: what follows when a condition holds, or has held for a time.
    func readWatch(_ node: Node) -> Watch? {
        guard
            let section = source.section(
                node, "a watch", required: ["id", "when", "effects", "source", "status"],
                optional: ["since", "after"]),
            let id = section["id"].flatMap({ source.text($0, "id") }),
            let when = section["when"].map({ conditions.read($0) }),
            let provenance = source.provenance(section), let effectsNode = section["effects"]
        else { return nil }
        let since = section["since"].flatMap { readSince($0) } ?? .now
        let after = section["after"].flatMap { source.integer($0, "after", 0...525_600) } ?? 0
        let reader = FindingReader(source: source, names: names, conditions: conditions)
        return Watch(
            id: id, when: when, since: since, afterMinutes: after,
            effects: reader.effects(effectsNode, of: id), provenance: provenance)
    }

    private func readSince(_ node: Node) -> Watch.Since? {
        switch node.scalar?.string {
        case "now": return .now
        case "enrolment": return .enrolment
        default: return source.fact(node, "since", kind: .instant).map(Watch.Since.fact)
        }
    }

    /// One entry of `standing`: several activities paused or excluded while a condition holds.
    func readStanding(_ node: Node) -> StandingRule? {
        guard
            let section = source.section(
                node, "a standing rule",
                required: ["id", "kind", "when", "reason", "source", "status"],
                optional: ["only", "allExcept"]),
            let id = section["id"].flatMap({ source.text($0, "id") }),
            let kind = section["kind"].flatMap({
                source.choice($0, "kind", among: ["pause", "exclude"])
            }).flatMap(StandingRule.Kind.init),
            let when = section["when"].map({ conditions.read($0) }),
            let reason = section["reason"].flatMap({ source.text($0, "reason") }),
            let provenance = source.provenance(section)
        else { return nil }
        let scope: StandingRule.Scope
        switch (section["only"], section["allExcept"]) {
        case (let only?, nil): scope = .only(activities(only, "only"))
        case (nil, let except?): scope = .allExcept(activities(except, "allExcept"))
        default:
            source.fault(node, "\(id) does not say which activities", "one of only and allExcept")
            return nil
        }
        return StandingRule(
            id: id, kind: kind, when: when, scope: scope, reason: reason, provenance: provenance)
    }

    private func activities(_ node: Node, _ what: String) -> [ActivityCode] {
        let nodes = source.items(node, what)
        if nodes.isEmpty { source.fault(node, "\(what) names no activity", "at least one") }
        return nodes.compactMap { source.activity($0, what, among: names.activities) }
    }

    /// One entry of `transitions`: a step of a state, who may take it, what must be known.
    func readTransition(_ node: Node) -> Transition? {
        guard
            let section = source.section(
                node, "a transition",
                required: ["id", "fact", "to", "requires", "message", "source", "status"],
                optional: ["from", "stated"]),
            let id = section["id"].flatMap({ source.text($0, "id") }),
            let fact = section["fact"].flatMap({ source.fact($0, "fact") }),
            let requires = section["requires"].map({ conditions.read($0) }),
            let message = section["message"].flatMap({ source.text($0, "message") }),
            let provenance = source.provenance(section)
        else { return nil }
        guard case .choice(let choices) = fact.definition.kind else {
            source.fault(
                node, "\(fact.rawValue) has no states", "a fact that is one of several choices")
            return nil
        }
        func states(_ key: String, among choices: [String]) -> [String] {
            section[key].map { node in
                source.items(node, key).compactMap { source.choice($0, key, among: choices) }
            } ?? []
        }
        let stated = section["stated"].map { node in
            source.items(node, "stated").compactMap { source.fact($0, "stated") }
        }
        return Transition(
            id: id, fact: fact, from: states("from", among: choices + [Transition.unknown]),
            to: states("to", among: choices), requires: requires,
            stated: stated ?? [], message: message, provenance: provenance)
    }
}
