import CareCore
import ControlAPI

/// Single fields: each is there or not, of the right kind or a fault.
extension CaseReader {
    mutating func add(
        _ node: DocumentNode, _ field: String, value: String? = nil, _ problem: String,
        expected: String?
    ) {
        faults.append(
            CaseFault(
                line: node.line, column: nil,
                fault: FieldFault(
                    field: field, value: value, problem: problem, expected: expected)))
    }

    func path(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    func quoted(_ text: String) -> String { "\"\(text)\"" }

    func shown(_ node: DocumentNode) -> String {
        switch node.value {
        case .object, .array: node.kind
        case .scalar(.bool(let flag)): "\(flag)"
        case .scalar(.number(let text)): text
        case .scalar(.string(let text)): quoted(text)
        case .scalar(.null): "null"
        }
    }

    /// The members of an object whose names are known.
    mutating func members(
        _ node: DocumentNode, at path: String, _ kind: String
    ) -> [DocumentNode.Member]? {
        let known = Self.names[kind] ?? []
        guard case .object(let members) = node.value else {
            add(
                node, path.isEmpty ? "document" : path, "is \(node.kind)",
                expected: "an object with \(known.prefix(6).joined(separator: ", ")) …")
            return nil
        }
        for member in members where !known.contains(member.name) {
            let near = nearest(to: member.name, among: known).map { "did you mean \($0)?" }
            add(
                member.node, self.path(path, member.name), "is not a field of this format",
                expected: near ?? "one of \(known.joined(separator: ", "))")
        }
        return members
    }

    mutating func word(_ node: DocumentNode, at path: String, _ expected: String) -> String? {
        if case .scalar(.string(let text)) = node.value, !text.isEmpty { return text }
        add(node, path, value: shown(node), "is not text", expected: expected)
        return nil
    }

    mutating func text(
        _ node: DocumentNode, _ name: String, at path: String, required: Bool = false
    ) -> String? {
        let field = self.path(path, name)
        guard let member = node.member(name) else {
            if required { add(node, field, "is missing", expected: "text in double quotes") }
            return nil
        }
        return word(member, at: field, "text in double quotes, not empty")
    }

    mutating func flag(_ node: DocumentNode, _ name: String, at path: String) -> Bool? {
        guard let member = node.member(name) else { return nil }
        if case .scalar(.bool(let flag)) = member.value { return flag }
        add(
            member, self.path(path, name), value: shown(member), "is not possible",
            expected: "true or false")
        return nil
    }

    mutating func whole(
        _ node: DocumentNode, at path: String, in range: ClosedRange<Int>
    ) -> Int? {
        if case .scalar(.number(let text)) = node.value, let number = Int(text),
            range.contains(number)
        {
            return number
        }
        add(
            node, path, value: shown(node), "is not possible",
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    static let instantWords = "a time with zone, for example \"2027-01-19T20:00Z\""

    /// RFC 3339; the seconds may be left out.
    static func instant(_ text: String) -> Instant? {
        var text = text
        let bytes = Array(text.utf8)
        if bytes.count > 16, "Zz+-".utf8.contains(bytes[16]) {
            text.insert(contentsOf: ":00", at: text.utf8.index(text.startIndex, offsetBy: 16))
        }
        guard let instant = Instant(rfc3339: text),
            (Instant.earliest...Instant.latest).contains(instant)
        else { return nil }
        return instant
    }

    mutating func instant(_ node: DocumentNode, at path: String) -> Instant? {
        if case .scalar(.string(let text)) = node.value, let instant = Self.instant(text) {
            return instant
        }
        add(node, path, value: shown(node), "is not possible", expected: Self.instantWords)
        return nil
    }

    mutating func instant(
        _ node: DocumentNode, _ name: String, at path: String, required: Bool = false
    ) -> Instant? {
        let field = self.path(path, name)
        guard let member = node.member(name) else {
            if required { add(node, field, "is missing", expected: Self.instantWords) }
            return nil
        }
        return instant(member, at: field)
    }

    mutating func instants(_ node: DocumentNode, at path: String) -> [Instant] {
        guard case .array(let nodes) = node.value else {
            add(node, path, "is \(node.kind)", expected: "a list of times, empty for none")
            return []
        }
        return nodes.enumerated().compactMap { instant($1, at: "\(path)[\($0)]") }
    }

    mutating func inHorizon(
        _ at: Instant, _ node: DocumentNode, _ field: String, of name: String = "enrolled"
    ) {
        guard plan.end > plan.start, at < plan.start || at >= plan.end else { return }
        add(
            node.member(name) ?? node, field, value: quoted(at.description),
            at < plan.start ? "lies before the start of the case" : "lies after its end",
            expected: "from \(plan.start) and before \(plan.end)")
    }

    /// The code of an activity that the protocols know.
    mutating func known(_ name: String, _ node: DocumentNode, at path: String) -> ActivityCode? {
        let code = ActivityCode(name)
        if library.activity(code) != nil { return code }
        let codes = library.activities.map(\.code.code)
        let near = nearest(to: name, among: codes).map { "did you mean \($0)?" }
        add(
            node, path, value: quoted(name), "is not an activity of the protocols",
            expected: near ?? "one of \(codes.sorted().joined(separator: ", "))")
        return nil
    }

    mutating func codes(_ node: DocumentNode, _ name: String, at path: String) -> [ActivityCode] {
        guard let member = node.member(name) else { return [] }
        let field = self.path(path, name)
        guard case .array(let nodes) = member.value else {
            add(
                member, field, "is \(member.kind)",
                expected: "a list of activities, for example [\"TURN\"]")
            return []
        }
        return nodes.enumerated().compactMap { index, node in
            word(node, at: "\(field)[\(index)]", "the code of an activity").flatMap {
                known($0, node, at: "\(field)[\(index)]")
            }
        }
    }

    mutating func priority(_ node: DocumentNode, at path: String) -> Priority? {
        guard let member = node.member("priority") else { return nil }
        if case .scalar(.string(let text)) = member.value, let priority = Priority(word: text) {
            return priority
        }
        add(
            member, "\(path).priority", value: shown(member), "is not possible",
            expected: "one of \(Priority.allCases.map(\.word).joined(separator: ", "))")
        return nil
    }

    mutating func timeOfDay(_ node: DocumentNode, _ name: String, at path: String) -> TimeOfDay? {
        guard let member = node.member(name) else { return nil }
        if case .scalar(.string(let text)) = member.value, let time = TimeOfDay(text) {
            return time
        }
        add(
            member, "\(path).\(name)", value: shown(member), "is not possible",
            expected: "a time of day from 00:00 to 23:59")
        return nil
    }

    /// A scalar as the core reads it; an instant may leave its seconds out.
    func raw(_ node: DocumentNode, _ kind: ValueKind?) -> RawValue {
        switch node.value {
        case .scalar(.bool(let flag)): return .flag(flag)
        case .scalar(.number(let text)): return .number(text)
        case .scalar(.string(let text)):
            if case .instant? = kind, let instant = Self.instant(text) {
                return .text(instant.description)
            }
            return .text(text)
        case .object(let members):
            return .object(members.map { RawMember($0.name, raw($0.node, nil)) })
        case .scalar(.null), .array: return .other(node.kind)
        }
    }
}
