import ControlAPI

/// Stays to enrol as a file lists them, with the line of everything in it.
///
/// The document is one stay, a list of stays, or `{ "stays": [...] }`.
struct WardFile {
    let stays: [AdmissionRequest]
    private let nodes: [DocumentNode]

    /// What is wrong with a file before anybody is asked.
    struct Faults: Error {
        let faults: [(line: Int, column: Int?, fault: FieldFault)]
    }

    init(_ text: String) throws(Faults) {
        let document: DocumentNode
        do {
            document = try DocumentScanner.scan(text)
        } catch {
            throw Faults(faults: [
                (
                    error.line, error.column,
                    FieldFault(
                        field: "document", value: nil, problem: error.problem, expected: nil)
                )
            ])
        }
        var reader = Reader()
        nodes = reader.list(document)
        stays = nodes.enumerated().map { reader.stay($1, at: "stays[\($0)]") }
        if nodes.isEmpty, reader.faults.isEmpty {
            reader.add(document, "stays", nil, "there is no stay in the file", "at least one stay")
        }
        if !reader.faults.isEmpty { throw Faults(faults: reader.faults) }
    }

    /// The line of a field as the daemon names it, `stays[3].assessment.braden`.
    ///
    /// For a field that is missing it is the line of what should contain it.
    func line(_ path: String) -> Int? {
        guard let match = path.prefixMatch(of: #/stays\[(\d+)\]/#), let index = Int(match.1),
            nodes.indices.contains(index)
        else { return nil }
        var node = nodes[index]
        for name in path[match.range.upperBound...].split(separator: ".") {
            guard let inner = node.member(String(name)) else { break }
            node = inner
        }
        return node.line
    }

    private struct Reader {
        var faults: [(line: Int, column: Int?, fault: FieldFault)] = []

        mutating func add(
            _ node: DocumentNode, _ field: String, _ value: String?, _ problem: String,
            _ expected: String?
        ) {
            faults.append(
                (
                    node.line, nil,
                    FieldFault(field: field, value: value, problem: problem, expected: expected)
                ))
        }

        mutating func list(_ document: DocumentNode) -> [DocumentNode] {
            switch document.value {
            case .array(let nodes): return nodes
            case .object(let members) where document.member("stays") != nil:
                for member in members where !["stays", "schema"].contains(member.name) {
                    add(
                        member.node, member.name, nil, "there is no such key",
                        "stays, beside nothing but schema")
                }
                guard let node = document.member("stays"), case .array(let nodes) = node.value
                else {
                    add(document, "stays", nil, "it is no list", "a list of stays")
                    return []
                }
                return nodes
            case .object: return [document]
            case .scalar:
                add(
                    document, "document", nil, "it is \(document.kind)",
                    "a stay, a list of stays, or {\"stays\": [...]}")
                return []
            }
        }

        mutating func stay(_ node: DocumentNode, at path: String) -> AdmissionRequest {
            let known = ["ward", "bed", "admission", "name", "recordNumber", "assessment"]
            var request = AdmissionRequest(
                ward: "", bed: "", admission: "", name: "", recordNumber: "")
            guard case .object(let members) = node.value else {
                add(node, path, nil, "it is \(node.kind)", "an object with \(known[0...4])")
                return request
            }
            for member in members where !known.contains(member.name) {
                add(
                    member.node, "\(path).\(member.name)", nil, "there is no such field",
                    "one of \(known.joined(separator: ", "))")
            }
            request.ward = text(node, "ward", at: path)
            request.bed = text(node, "bed", at: path)
            request.admission = text(node, "admission", at: path)
            request.name = text(node, "name", at: path)
            request.recordNumber = text(node, "recordNumber", at: path)
            if let assessment = node.member("assessment") {
                request.assessment = facts(assessment, at: "\(path).assessment")
            }
            return request
        }

        private mutating func text(_ node: DocumentNode, _ name: String, at path: String) -> String
        {
            guard let member = node.member(name) else {
                add(node, "\(path).\(name)", nil, "it is missing", "text in double quotes")
                return ""
            }
            guard case .scalar(.string(let text)) = member.value else {
                add(member, "\(path).\(name)", nil, "it is \(member.kind)", "text in double quotes")
                return ""
            }
            return text
        }

        private mutating func facts(_ node: DocumentNode, at path: String) -> [String: FactValue] {
            guard case .object(let members) = node.value else {
                add(node, path, nil, "it is \(node.kind)", "an object of facts")
                return [:]
            }
            var facts: [String: FactValue] = [:]
            for member in members {
                switch member.node.value {
                case .scalar(let scalar): facts[member.name] = .value(scalar)
                case .object(let items):
                    facts[member.name] = .items(answers(items, at: "\(path).\(member.name)"))
                case .array:
                    add(
                        member.node, "\(path).\(member.name)", nil, "it is \(member.node.kind)",
                        "a number, text, true or false, or the items of a scale")
                }
            }
            return facts
        }

        /// The answers to the items of a scale.
        private mutating func answers(
            _ members: [DocumentNode.Member], at path: String
        ) -> [String: JSONScalar] {
            var answers: [String: JSONScalar] = [:]
            for member in members {
                if case .scalar(let scalar) = member.node.value {
                    answers[member.name] = scalar
                } else {
                    add(
                        member.node, "\(path).\(member.name)", nil, "it is \(member.node.kind)",
                        "a number, text, true or false")
                }
            }
            return answers
        }
    }
}
