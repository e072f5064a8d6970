import CareCore
import Yams

/// Reads an alert as a rule describes it.
struct AlertReader {
    let source: ProtocolSource
    let conditions: ConditionReader

    func read(_ node: Node) -> AlertTemplate? {
        guard
            let section = source.section(
                node, "an alert", required: ["priority", "message", "who"],
                optional: ["raised", "within"]),
            let priority = section["priority"].flatMap({ priority($0) }),
            let message = section["message"].flatMap({ source.text($0, "message") }),
            let who = section["who"].flatMap({ source.text($0, "who") })
        else { return nil }
        let raised = section["raised"].map { raises($0, above: priority) } ?? []
        let within = section["within"].flatMap { source.integer($0, "within", 0...10_080) }
        return AlertTemplate(
            priority: priority, raised: raised, message: message, who: who, withinMinutes: within)
    }

    private func raises(_ node: Node, above base: Priority) -> [AlertTemplate.Raise] {
        source.items(node, "raised").compactMap { node in
            guard
                let section = source.section(node, "a raise", required: ["to", "when"]),
                let toNode = section["to"], let to = priority(toNode),
                let when = section["when"].map({ conditions.read($0) })
            else { return nil }
            if to <= base {
                source.fault(
                    toNode, "the alert is raised to \(to.word) but is \(base.word) already",
                    "a higher priority")
            }
            return AlertTemplate.Raise(to: to, when: when)
        }
    }

    private func priority(_ node: Node) -> Priority? {
        source.choice(node, "priority", among: Priority.allCases.map(\.word))
            .flatMap { Priority(word: $0) }
    }
}

/// Reads a finding and its effects, seen from one activity that records it.
struct FindingReader {
    let source: ProtocolSource
    let names: ProtocolNames
    let conditions: ConditionReader

    private static let verbs = [
        "shorten", "shortenTo", "nextWithin", "set", "clear", "setToPerformedAt", "setToReading",
        "copy", "increment", "alert", "resolve",
    ]

    func read(_ node: Node) -> Finding? {
        guard
            let section = source.section(
                node, "a finding", required: ["id", "when", "effects", "source", "status"]),
            let id = section["id"].flatMap({ source.text($0, "id") }),
            let when = section["when"].map({ conditions.read($0) }),
            let effectsNode = section["effects"]
        else { return nil }
        let provenance = source.provenance(section)
        let effects = effects(effectsNode, of: id)
        guard let provenance else { return nil }
        return Finding(id: id, when: when, effects: effects, provenance: provenance)
    }

    /// A list of effects; what records nothing has conditions on facts alone.
    func effects(_ node: Node, of id: String) -> [Effect] {
        let nodes = source.items(node, "effects")
        if nodes.isEmpty { source.fault(node, "\(id) has no effect", "at least one") }
        return nodes.compactMap { effect($0) }
    }

    private func effect(_ node: Node) -> Effect? {
        guard case .mapping(let mapping) = node,
            let verb = mapping.compactMap({ $0.key.scalar?.string }).first(
                where: Self.verbs.contains)
        else {
            let name = node.mapping?.first?.key.scalar?.string ?? ""
            source.fault(
                node, "the effect is \(name.isEmpty ? node.shown : "\"\(name)\"")",
                source.suggestion(name, among: Self.verbs)
                    ?? "one of \(Self.verbs.joined(separator: ", "))")
            return nil
        }
        let (required, optional): ([String], [String]) =
            switch verb {
            case "shortenTo", "nextWithin": ([verb, "minutes"], [])
            case "set": ([verb], ["to"])
            case "setToReading": ([verb, "field"], [])
            case "copy": ([verb, "to"], [])
            default: ([verb], [])
            }
        guard
            let section = source.section(
                node, "effect \(verb)", required: required, optional: optional),
            let target = section[verb]
        else { return nil }
        switch verb {
        case "shorten": return ladder(target).map(Effect.shorten)
        case "shortenTo":
            guard let activity = ladder(target),
                let minutes = section["minutes"].flatMap({ source.interval($0, "minutes") })
            else { return nil }
            return .shortenTo(activity, minutes: minutes)
        case "nextWithin":
            guard
                let activity = source.activity(target, "nextWithin", among: names.activities),
                let minutes = section["minutes"].flatMap({
                    source.integer($0, "minutes", 0...525_600)
                })
            else { return nil }
            return .nextWithin(activity, minutes: minutes)
        case "set": return set(target, to: section["to"])
        case "clear": return source.fact(target, "clear").map(Effect.clear)
        case "setToPerformedAt":
            return source.fact(target, verb, kind: .instant).map(Effect.setToPerformedAt)
        case "setToReading": return setToReading(target, from: section["field"])
        case "copy":
            guard let from = source.fact(target, "copy"),
                let to = section["to"].flatMap({ source.fact($0, "to", kind: from.definition.kind) }
                )
            else { return nil }
            return .copy(from, to: to)
        case "increment":
            guard let fact = source.fact(target, "increment") else { return nil }
            guard case .integer = fact.definition.kind else {
                source.fault(target, "\(fact.rawValue) does not count", "a whole number")
                return nil
            }
            return .increment(fact)
        case "alert":
            return AlertReader(source: source, conditions: conditions).read(target)
                .map(Effect.alert)
        default:
            return source.choice(target, "resolve", among: names.findings).map(Effect.resolve)
        }
    }

    private func set(_ node: Node, to valueNode: Node?) -> Effect? {
        guard let fact = source.fact(node, "set") else { return nil }
        guard let valueNode else {
            if fact.definition.kind == .flag { return .set(fact, .flag(true)) }
            source.fault(node, "set \(fact.rawValue) lacks to", fact.definition.kind.expectation)
            return nil
        }
        return source.value(valueNode, of: fact.definition.kind, "set \(fact.rawValue)")
            .map { .set(fact, $0) }
    }

    private func setToReading(_ node: Node, from fieldNode: Node?) -> Effect? {
        guard let fact = source.fact(node, "setToReading"), let fieldNode,
            let name = source.choice(
                fieldNode, "field", among: conditions.fields.map(\.name)),
            let field = conditions.fields.first(where: { $0.name == name })
        else { return nil }
        guard field.kind == fact.definition.kind else {
            source.fault(
                fieldNode, "\(name) is \(field.kind.expectation)",
                "a field like \(fact.rawValue): \(fact.definition.kind.expectation)")
            return nil
        }
        return .setToReading(fact, field: name)
    }

    private func ladder(_ node: Node) -> ActivityCode? {
        guard let activity = source.activity(node, "the effect", among: names.activities) else {
            return nil
        }
        guard names.ladders.contains(activity.code) else {
            source.fault(
                node, "\(activity) has no ladder, so it cannot be shortened",
                "an activity with a ladder")
            return nil
        }
        return activity
    }
}
