import CareCore
import CareEngine
import ControlAPI
import NIOCore

/// Everything that is wrong with one request; all of it is told at once.
final class FaultList {
    var faults: [FieldFault] = []
    var nobodyNamed = false

    func add(_ field: String, _ value: String?, _ problem: String, expected: String?) {
        faults.append(
            FieldFault(
                field: quoted(field), value: value, problem: problem, expected: expected))
    }

    func add(_ more: [Fault]) {
        faults += more.map(FieldFault.init)
    }

    /// - Throws: ``Problem`` when anything is wrong.
    func check() throws(Problem) {
        guard !faults.isEmpty else { return }
        let count = faults.count
        // The rest follows from the first, or is no honest request.
        let faults = Array(faults.prefix(ServerLimits.faults))
        if nobodyNamed {
            throw Problem(
                .unnamed, "Nobody was named: an act needs the person who answers for it.",
                faults: faults)
        }
        throw Problem(
            .invalid,
            "Nothing was done: \(count) value\(count == 1 ? " is" : "s are") "
                + "not possible.", faults: faults)
    }
}

/// Reads the fields of one JSON object and notes whatever does not fit.
struct ObjectReader {
    /// What stands before a field's name in a fault, for example `stays[3].`.
    let path: String
    let faults: FaultList
    private let members: [(name: String, value: JSONNode)]
    /// Something that is no object has no missing fields either.
    private let isObject: Bool

    init(_ node: JSONNode, _ field: String, known: [String], _ faults: FaultList) {
        path = field.isEmpty ? "" : field + "."
        self.faults = faults
        guard case .object(let members) = node else {
            faults.add(
                field.isEmpty ? "body" : field, node.shown, "is \(node.kind)",
                expected: "an object with \(known.joined(separator: ", "))")
            self.members = []
            isObject = false
            return
        }
        self.members = members
        isObject = true
        for (name, value) in members where !known.contains(name) {
            faults.add(
                path + name, value.shown, "is not a known field",
                expected: expectation(for: name, among: known))
        }
    }

    /// The value; `nil` when it is absent or null.
    func node(_ name: String) -> JSONNode? {
        let node = members.first { $0.name == name }?.value
        if case .null? = node { return nil }
        return node
    }

    func has(_ name: String) -> Bool { node(name) != nil }

    func missing(_ name: String, expected: String) {
        if isObject { faults.add(path + name, nil, "is missing", expected: expected) }
    }

    private func wrong(_ name: String, _ node: JSONNode, expected: String) {
        faults.add(path + name, node.shown, "is \(node.kind)", expected: expected)
    }

    func text(_ name: String, expected: String = "text") -> String? {
        guard let node = node(name) else {
            missing(name, expected: expected)
            return nil
        }
        guard case .string(let text) = node else {
            wrong(name, node, expected: expected)
            return nil
        }
        return text
    }

    /// Text that a person wrote to be read by others.
    func note(_ name: String) -> String? {
        guard has(name), let text = text(name) else { return nil }
        return isFit(text, path + name, limit: ServerLimits.noteCharacters) ? text : nil
    }

    func flag(_ name: String) -> Bool? {
        guard let node = node(name) else { return nil }
        guard case .flag(let flag) = node else {
            wrong(name, node, expected: "true or false")
            return nil
        }
        return flag
    }

    func requiredFlag(_ name: String) -> Bool? {
        guard has(name) else {
            missing(name, expected: "true or false")
            return nil
        }
        return flag(name)
    }

    func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(name) else { return nil }
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .number(let text) = node else {
            wrong(name, node, expected: expected)
            return nil
        }
        guard let value = Int(text), range.contains(value) else {
            faults.add(path + name, quoted(text), "is not possible", expected: expected)
            return nil
        }
        return value
    }

    func list(_ name: String, expected: String) -> [JSONNode]? {
        guard let node = node(name) else { return nil }
        guard case .array(let elements) = node else {
            wrong(name, node, expected: expected)
            return nil
        }
        return elements
    }

    /// A list that must be there and not be empty.
    func fullList(_ name: String, expected: String) -> [JSONNode]? {
        guard has(name) else {
            missing(name, expected: expected)
            return nil
        }
        guard let elements = list(name, expected: expected) else { return nil }
        if elements.isEmpty { faults.add(path + name, nil, "is empty", expected: expected) }
        return elements
    }

    func texts(_ name: String, expected: String) -> [String]? {
        list(name, expected: expected)?.enumerated().compactMap { index, node in
            guard case .string(let text) = node else {
                wrong("\(name)[\(index)]", node, expected: "text")
                return nil
            }
            return text
        }
    }

    /// The fields of an object whose names are data, in the order they were written.
    func fields(_ name: String) -> [(name: String, value: JSONNode)]? {
        guard let node = node(name) else { return nil }
        guard case .object(let members) = node else {
            wrong(name, node, expected: "an object")
            return nil
        }
        return members
    }

    /// One of some words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, as type: Word.Type = Word.self
    ) -> Word? where Word.RawValue == String {
        let known = Word.allCases.map(\.rawValue)
        let list = known.joined(separator: ", ")
        guard let text = text(name, expected: "one of \(list)") else { return nil }
        if let word = Word(rawValue: text) { return word }
        let near = nearest(to: text, among: known)
        faults.add(
            path + name, quoted(text), "is not possible",
            expected: "one of \(list)" + (near.map { "; did you mean \($0)?" } ?? ""))
        return nil
    }

    func instant(_ name: String) -> Instant? {
        let expected = "a time with zone, for example 2027-01-19T20:00:00Z"
        guard has(name), let text = text(name, expected: expected) else { return nil }
        guard let instant = Instant(rfc3339: text),
            (Instant.earliest...Instant.latest).contains(instant)
        else {
            faults.add(
                path + name, quoted(text), "is not a time between 2000 and 2100",
                expected: expected)
            return nil
        }
        return instant
    }

    func requiredInstant(_ name: String) -> Instant? {
        guard has(name) else {
            missing(name, expected: "a time with zone, for example 2027-01-19T20:00:00Z")
            return nil
        }
        return instant(name)
    }

    /// The named person who acts.
    func person() -> String? {
        let expected = "the name or staff number of the person who acts"
        guard let node = node("by") else {
            faults.nobodyNamed = isObject
            missing("by", expected: expected)
            return nil
        }
        guard case .string(let text) = node else {
            wrong("by", node, expected: expected)
            return nil
        }
        guard !text.allSatisfy(\.isWhitespace) else {
            faults.nobodyNamed = true
            faults.add("by", node.shown, "is blank", expected: expected)
            return nil
        }
        return isFit(text, "by", limit: ServerLimits.personCharacters) ? text : nil
    }

    private func isFit(_ text: String, _ field: String, limit: Int) -> Bool {
        if text.count > limit {
            faults.add(
                field, nil, "has \(text.count) characters", expected: "at most \(limit) characters")
            return false
        }
        guard let scalar = text.unicodeScalars.first(where: { !isVisible($0) }) else { return true }
        faults.add(
            field, quoted(text),
            "contains the character U+" + String(scalar.value, radix: 16, uppercase: true),
            expected: "visible characters only, in one line")
        return false
    }
}

extension RawValue {
    init(_ node: JSONNode) {
        switch node {
        case .string(let text): self = .text(text)
        case .number(let text): self = .number(text)
        case .flag(let flag): self = .flag(flag)
        case .object(let members):
            self = .object(members.map { RawMember($0.name, RawValue($0.value)) })
        case .null, .array: self = .other(node.shown)
        }
    }
}

/// The body of a command: who acts, the fields, and what is wrong with them.
struct Form {
    let root: ObjectReader
    let faults: FaultList
    private let person: String?
    private let request: String?
    private let fingerprint: String
    private let caller: Caller

    /// - Throws: ``Problem`` or ``JSONFault`` when the body is no JSON document.
    init(_ exchange: Exchange, known: [String]) throws {
        let node = try Self.document(exchange)
        faults = FaultList()
        root = ObjectReader(node, "", known: ["by"] + known, faults)
        person = root.person()
        request = exchange.header(ControlAPI.Header.requestID)
        if let request, !Self.isRequestID(request) {
            faults.add(
                ControlAPI.Header.requestID, quoted(request), "is not a request id",
                expected: "8 to 64 visible ASCII characters, other ones for each request")
        }
        let bytes = Array(exchange.body.readableBytesView)
        fingerprint = "\(exchange.method) \(exchange.path) \(Self.hash(bytes))"
        caller = exchange.caller
    }

    /// Who acts, for what is no command of the engine.
    ///
    /// - Throws: ``Problem`` when anything is wrong.
    func actor() throws -> Actor {
        try faults.check()
        return Actor(person: person, uid: caller.uid, pid: caller.pid)
    }

    /// The body of a request as a document.
    ///
    /// - Throws: ``Problem`` or ``JSONFault`` when the body is no JSON document.
    static func document(_ exchange: Exchange) throws -> JSONNode {
        try exchange.query.check([])
        let type = exchange.header("Content-Type")?
            .prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard type == "application/json" else {
            throw Problem(
                .malformed,
                "The body must be JSON, named so by the header "
                    + "Content-Type: application/json.")
        }
        return try StrictJSON.read(Array(exchange.body.readableBytesView))
    }

    /// - Throws: ``Problem`` when anything is wrong.
    func submission(_ command: Command) throws -> Submission {
        try faults.check()
        return Submission(
            command, by: Actor(person: person, uid: caller.uid, pid: caller.pid),
            request: request, fingerprint: fingerprint)
    }

    private static func isRequestID(_ text: String) -> Bool {
        ServerLimits.requestIDCharacters.contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    /// FNV-1a with 128 bits: it tells an honest repetition from another request, no more.
    private static func hash(_ bytes: [UInt8]) -> String {
        let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in bytes { hash = (hash ^ UInt128(byte)) &* prime }
        return String(hash, radix: 16)
    }
}
