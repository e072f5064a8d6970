import CareCore
import Yams

/// Reads declarative conditions.
///
///     when:
///       any:
///         - braden: {atMost: 9}
///         - all: [motorDeficit, sensationImpaired]
///         - not: {catheter: [urethral, suprapubic]}
///         - {field: volumeMl, above: 500}
///         - {difference: [leftCalfCm, rightCalfCm], atLeast: 3}
///
/// A bare name is a flag of the assessment; what was recorded with the care is named by `field`.
struct ConditionReader {
    let source: ProtocolSource
    /// What the activity records, by name; empty where only the assessment is at hand.
    let fields: [RecordedField]
    /// Said in faults, for example `STK-SKIN`; `nil` where no field may be named.
    let activity: String?

    private static let tests = ["atMost", "below", "atLeast", "above", "is", "oneOf", "known"]
    private static let forms = [
        "all", "any", "not", "field", "difference", "rise", "fallPercent", "minutesBetween",
        "recent", "outputBelow",
    ]
    private static let limits = ["atMost", "below", "atLeast", "above"]

    init(source: ProtocolSource, fields: [RecordedField] = [], activity: String? = nil) {
        self.source = source
        self.fields = fields
        self.activity = activity
    }

    /// After a fault the answer is `.always`, which never leaves the loader.
    func read(_ node: Node, depth: Int = 0) -> Condition {
        guard depth < 12 else {
            source.fault(node, "the condition is nested too deeply", "at most 12 levels")
            return .always
        }
        switch node {
        case .scalar(let scalar):
            if scalar.string == "always" { return .always }
            guard let fact = source.fact(node, "the condition") else { return .always }
            guard fact.definition.kind == .flag else {
                source.fault(
                    node, "\(fact.rawValue) alone says nothing",
                    "a test, for example {\(fact.rawValue): known}; it is "
                        + fact.definition.kind.expectation)
                return .always
            }
            return .fact(fact, .isTrue)
        case .mapping(let mapping):
            guard let first = mapping.first else { break }
            switch first.key.scalar?.string {
            case "all", "any", "not": return combination(mapping, node, depth: depth)
            case "field": return field(node)
            case "difference", "rise", "fallPercent", "minutesBetween":
                return pair(node, first.key.scalar?.string ?? "")
            case "recent": return recent(node)
            case "outputBelow": return outputBelow(node)
            default: return fact(mapping, node)
            }
        case .sequence, .alias: break
        }
        source.fault(
            node, "the condition is \(node.shown)",
            "a flag, {fact: test}, or all, any, not, field, difference")
        return .always
    }

    private func combination(_ mapping: Node.Mapping, _ node: Node, depth: Int) -> Condition {
        guard mapping.count == 1, let (key, value) = mapping.first else {
            source.fault(
                node, "the condition has several keys", "one key; join conditions with all or any")
            return .always
        }
        if key.scalar?.string == "not" { return .not(read(value, depth: depth + 1)) }
        let nodes = source.items(value, "\(key.shown) of a condition")
        if nodes.isEmpty {
            source.fault(
                value, "\(key.shown) of a condition has no parts", "at least one condition")
        }
        let parts = nodes.map { read($0, depth: depth + 1) }
        return key.scalar?.string == "all" ? .all(parts) : .any(parts)
    }

    private func fact(_ mapping: Node.Mapping, _ node: Node) -> Condition {
        guard mapping.count == 1, let (key, value) = mapping.first else {
            source.fault(
                node, "the condition has several keys", "one key; join conditions with all or any")
            return .always
        }
        guard let name = key.scalar?.string, let fact = Fact(rawValue: name) else {
            let known = Fact.allCases.map(\.rawValue) + Self.forms
            source.fault(
                key, "the condition names \(key.shown), which is no fact",
                source.suggestion(key.scalar?.string ?? "", among: known)
                    ?? "a fact of the assessment")
            return .always
        }
        let kind = fact.definition.kind
        let tests: [Condition.Test]
        switch value {
        case .scalar(let scalar):
            tests = shorthand(scalar.string, value, name, kind)
        case .sequence:
            tests = oneOf(value, name, kind).map { [$0] } ?? []
        case .mapping, .alias:
            guard let section = source.section(value, "the test of \(name)", optional: Self.tests)
            else { return .always }
            tests = readTests(section, value, name, kind)
            if Self.tests.allSatisfy({ section[$0] == nil }) {
                source.fault(
                    value, "\(name) has no test", "one of \(Self.tests.joined(separator: ", "))")
            }
        }
        return join(tests.map { .fact(fact, $0) })
    }

    private func field(_ node: Node) -> Condition {
        guard
            let section = source.section(
                node, "a condition on a field", required: ["field"], optional: Self.tests),
            let nameNode = section["field"], let field = recorded(nameNode)
        else { return .always }
        if Self.tests.allSatisfy({ section[$0] == nil }) {
            guard field.kind == .flag else {
                source.fault(
                    node, "field \(field.name) alone says nothing",
                    "a test, for example atLeast; it is \(field.kind.expectation)")
                return .always
            }
            return .field(field.name, .isTrue)
        }
        return join(
            readTests(section, node, field.name, field.kind).map { .field(field.name, $0) })
    }

    /// Two numbers, or two instants, and a test of what lies between them.
    private func pair(_ node: Node, _ form: String) -> Condition {
        guard
            let section = source.section(
                node, "a condition by \(form)", required: [form], optional: Self.limits),
            let pair = section[form]
        else { return .always }
        let names = source.items(pair, form)
        guard names.count == 2 else {
            source.fault(pair, "\(form) has \(names.count) parts", "two")
            return .always
        }
        if Self.limits.allSatisfy({ section[$0] == nil }) {
            source.fault(node, "\(form) has no test", "for example atLeast: 3")
        }
        if form == "minutesBetween" {
            guard let from = source.fact(names[0], form, kind: .instant),
                let to = source.fact(names[1], form, kind: .instant)
            else { return .always }
            let minutes = ValueKind.integer(-525_600...525_600, unit: "min")
            return join(
                readTests(section, node, form, minutes).map { .minutesBetween(from, to, $0) })
        }
        guard let left = operand(names[0]), let right = operand(names[1]) else { return .always }
        guard left.kind.hasSameScale(as: right.kind), let span = left.kind.span else {
            source.fault(
                pair, "\(names[0].shown) and \(names[1].shown) cannot be subtracted",
                "two numbers of the same kind")
            return .always
        }
        switch form {
        case "rise":
            return join(
                readTests(section, node, form, span).map {
                    .rise(from: left.operand, to: right.operand, $0)
                })
        case "fallPercent":
            let percent = ValueKind.integer(0...100, unit: "%")
            return join(
                readTests(section, node, form, percent).map {
                    .fallPercent(from: left.operand, to: right.operand, $0)
                })
        default:
            return join(
                readTests(section, node, form, span).map {
                    .difference(left.operand, right.operand, $0)
                })
        }
    }

    /// A recorded field where there is one of that name, else a fact.
    private func operand(_ node: Node) -> (operand: Condition.Operand, kind: ValueKind)? {
        let name = node.scalar?.string ?? ""
        if let field = fields.first(where: { $0.name == name }) {
            return (.field(name), field.kind)
        }
        guard let fact = Fact(rawValue: name) else {
            let known = fields.map(\.name) + Fact.allCases.map(\.rawValue)
            source.fault(
                node, "the condition names \(node.shown), which is neither recorded nor a fact",
                source.suggestion(name, among: known) ?? "a recorded field or a fact")
            return nil
        }
        return (.fact(fact), fact.definition.kind)
    }

    private func recent(_ node: Node) -> Condition {
        guard
            let section = source.section(
                node, "a condition by recent", required: ["recent", "within"]),
            let fact = section["recent"].flatMap({ source.fact($0, "recent", kind: .instant) }),
            let minutes = section["within"].flatMap({ source.integer($0, "within", 1...525_600) })
        else { return .always }
        return .recent(fact, minutes: minutes)
    }

    private func outputBelow(_ node: Node) -> Condition {
        let rate = ValueKind.decimal(digits: 1, range: 1...1_000, unit: "ml/kg/h")
        guard
            let section = source.section(
                node, "a condition by outputBelow", required: ["outputBelow", "volume", "hours"]),
            let tenths = section["outputBelow"].flatMap({
                source.value($0, of: rate, "outputBelow")
            })?.ordinal,
            let volume = section["volume"].flatMap({ recorded($0) }),
            let hours = section["hours"].flatMap({ recorded($0) })
        else { return .always }
        return .outputBelow(volume: volume.name, hours: hours.name, tenths: tenths)
    }

    private func recorded(_ node: Node) -> RecordedField? {
        guard let activity else {
            source.fault(
                node, "a condition on field \(node.shown) stands where nothing is recorded",
                "a condition on facts; fields belong into findings and lengthening")
            return nil
        }
        guard let field = fields.first(where: { $0.name == node.scalar?.string }) else {
            source.fault(
                node, "\(activity) records no field \(node.shown)",
                source.suggestion(node.scalar?.string ?? "", among: fields.map(\.name))
                    ?? "one of \(fields.map(\.name).joined(separator: ", "))")
            return nil
        }
        return field
    }

    private func shorthand(
        _ text: String, _ node: Node, _ name: String, _ kind: ValueKind
    ) -> [Condition.Test] {
        if text == "known" { return [.isKnown] }
        switch kind {
        case .flag:
            if text == "true" { return [.isTrue] }
            source.fault(
                node, "the test of \(name) is \(node.shown)",
                text == "false"
                    ? "{not: \(name)}, which also holds while it is unknown" : "true or known")
        case .choice:
            if let value = source.value(node, of: kind, name), case .choice(let choice) = value {
                return [.oneOf([choice])]
            }
        case .integer, .decimal, .level, .instant, .time, .course:
            source.fault(
                node, "the test of \(name) is \(node.shown)",
                "known, or atMost, below, atLeast, above with \(kind.expectation)")
        }
        return []
    }

    private func readTests(
        _ section: Section, _ node: Node, _ name: String, _ kind: ValueKind
    ) -> [Condition.Test] {
        var tests: [Condition.Test] = []
        for key in Self.tests {
            guard let value = section[key] else { continue }
            switch key {
            case "known":
                if source.flag(value, "known") == true {
                    tests.append(.isKnown)
                } else {
                    source.fault(value, "known says nothing but true", "known: true, or not")
                }
            case "is": tests += shorthand(value.scalar?.string ?? "", value, name, kind)
            case "oneOf":
                if let test = oneOf(value, name, kind) { tests.append(test) }
            default:
                if let limit = limit(value, key, name, kind) { tests.append(limit) }
            }
        }
        return tests
    }

    private func oneOf(_ node: Node, _ name: String, _ kind: ValueKind) -> Condition.Test? {
        guard case .choice(let choices) = kind else {
            source.fault(
                node, "\(name) has no choices", "a test that fits \(kind.expectation)")
            return nil
        }
        let values = source.items(node, "oneOf").compactMap {
            source.choice($0, name, among: choices)
        }
        if values.isEmpty { source.fault(node, "oneOf names no choice", kind.expectation) }
        return .oneOf(values)
    }

    private func limit(
        _ node: Node, _ key: String, _ name: String, _ kind: ValueKind
    ) -> Condition.Test? {
        switch kind {
        case .flag, .choice, .instant, .course:
            source.fault(
                node, "\(name) cannot be compared by \(key)", "a test that fits \(kind.expectation)"
            )
            return nil
        case .integer, .decimal, .level, .time: break
        }
        guard let limit = source.value(node, of: kind, "\(key) of \(name)")?.ordinal else {
            return nil
        }
        switch key {
        case "atMost": return .atMost(limit)
        case "below": return .below(limit)
        case "atLeast": return .atLeast(limit)
        default: return .above(limit)
        }
    }

    private func join(_ conditions: [Condition]) -> Condition {
        switch conditions.count {
        case 0: .always
        case 1: conditions[0]
        default: .all(conditions)
        }
    }
}

extension ValueKind {
    /// Whether numbers of both kinds can be subtracted as they are kept.
    fileprivate func hasSameScale(as other: ValueKind) -> Bool {
        switch (self, other) {
        case (.integer(_, let unit), .integer(_, let otherUnit)): unit == otherUnit
        case (.decimal(let digits, _, let unit), .decimal(let otherDigits, _, let otherUnit)):
            digits == otherDigits && unit == otherUnit
        default: false
        }
    }

    /// The kind of the difference of two numbers of this kind; `nil` for anything but numbers.
    fileprivate var span: ValueKind? {
        switch self {
        case .integer(let range, let unit):
            .integer(0...(range.upperBound - range.lowerBound), unit: unit)
        case .decimal(let digits, let range, let unit):
            .decimal(digits: digits, range: 0...(range.upperBound - range.lowerBound), unit: unit)
        case .flag, .choice, .level, .instant, .time, .course: nil
        }
    }
}
