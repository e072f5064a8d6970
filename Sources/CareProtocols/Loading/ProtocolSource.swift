import CareCore
import Yams

/// Collects faults while files are read, so that all of them are reported together.
///
/// Every file is read as if it followed the one before, so that a line alone says in which file it
/// stands: an entry may be put together from several.
final class FaultList {
    private(set) var faults: [ProtocolFault] = []
    private var seen: Set<ProtocolFault> = []
    private var files: [(name: String, firstLine: Int)] = []

    func open(_ name: String, firstLine: Int) {
        files.append((name, firstLine))
    }

    /// The file of a line, and its number there.
    func place(_ line: Int) -> (file: String, line: Int) {
        let file = files.last { $0.firstLine <= line } ?? ("", 1)
        return (file.name, line - file.firstLine + 1)
    }

    /// A fault behind a YAML alias is met once for each use and reported once.
    func add(_ fault: ProtocolFault) {
        if seen.insert(fault).inserted { faults.append(fault) }
    }
}

/// A protocol file while it is read: its name for faults, and readers for single values.
///
/// The readers answer `nil` after they have recorded a fault; nothing half-read leaves the loader.
struct ProtocolSource {
    let file: String
    /// Lines count on through all files; the file's first one is this.
    let firstLine: Int
    let list: FaultList

    func fault(_ node: Node, _ problem: String, _ expected: String? = nil) {
        fault(line: node.line, problem, expected)
    }

    func fault(line: Int, _ problem: String, _ expected: String? = nil) {
        let place = list.place(line)
        list.add(
            ProtocolFault(
                file: place.file, line: place.line, problem: problem, expected: expected))
    }

    /// `file:line`, for a fault that names another place.
    func place(_ line: Int) -> String {
        let place = place(line: line)
        return "\(place.file):\(place.line)"
    }

    func place(line: Int) -> (file: String, line: Int) {
        list.place(line)
    }

    /// Opens a mapping and reports keys that are missing or that nobody would read.
    func section(
        _ node: Node, _ what: String, required: [String] = [], optional: [String] = []
    ) -> Section? {
        guard case .mapping(let mapping) = node else {
            fault(
                node, "\(what) is \(node.shown)",
                "a mapping with \(required.joined(separator: ", "))")
            return nil
        }
        let allowed = required + optional
        var nodes: [String: Node] = [:]
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key, allowed.contains(scalar.string) else {
                let name = key.shown
                fault(
                    key, "\(what) has no key \(name)",
                    suggestion(key.scalar?.string ?? "", among: allowed)
                        ?? "one of \(allowed.joined(separator: ", "))")
                continue
            }
            nodes[scalar.string] = value
        }
        for key in required where nodes[key] == nil {
            fault(node, "\(what) lacks \(key)", "\(key): \(Self.meaning(of: key))")
        }
        return Section(line: node.line, nodes: nodes)
    }

    func items(_ node: Node, _ what: String) -> [Node] {
        guard case .sequence(let sequence) = node else {
            fault(node, "\(what) is \(node.shown)", "a list")
            return []
        }
        return Array(sequence)
    }

    func text(_ node: Node, _ what: String) -> String? {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            fault(node, "\(what) is \(node.shown)", "a text")
            return nil
        }
        return scalar.string
    }

    func integer(_ node: Node, _ what: String, _ range: ClosedRange<Int>) -> Int? {
        guard case .scalar(let scalar) = node, let number = Int(scalar.string),
            range.contains(number)
        else {
            fault(
                node, "\(what) is \(node.shown)",
                "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// An interval: care that recurs within five minutes is observation, not a reminder, but in an
    /// episode.
    func interval(_ node: Node, _ what: String, least: Int = 5) -> Int? {
        guard case .scalar(let scalar) = node, let number = Int(scalar.string),
            (least...525_600).contains(number)
        else {
            let unit = least == 1 ? "minute" : "minutes"
            fault(node, "\(what) is \(node.shown)", "at least \(least) \(unit), as a whole number")
            return nil
        }
        return number
    }

    func flag(_ node: Node, _ what: String) -> Bool? {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            fault(node, "\(what) is \(node.shown)", "true or false")
            return nil
        }
    }

    func time(_ node: Node, _ what: String) -> TimeOfDay? {
        guard let text = node.scalar?.string, let time = TimeOfDay(text) else {
            fault(node, "\(what) is \(node.shown)", "a time of day from \"00:00\" to \"23:59\"")
            return nil
        }
        return time
    }

    func date(_ node: Node, _ what: String) -> LocalDate? {
        guard let date = LocalDate(node.scalar?.string ?? "") else {
            fault(node, "\(what) is \(node.shown)", "a date like 2027-11-01")
            return nil
        }
        return date
    }

    func choice(_ node: Node, _ what: String, among choices: [String]) -> String? {
        guard let text = node.scalar?.string, choices.contains(text) else {
            let near = suggestion(node.scalar?.string ?? "", among: choices)
            fault(
                node, "\(what) is \(node.shown)",
                near ?? "one of \(choices.joined(separator: ", "))")
            return nil
        }
        return text
    }

    func activity(_ node: Node, _ what: String, among codes: [String]) -> ActivityCode? {
        guard let code = node.scalar?.string, codes.contains(code) else {
            fault(
                node, "\(what) names \(node.shown), which is no activity",
                suggestion(node.scalar?.string ?? "", among: codes)
                    ?? "the code of an activity of these protocols")
            return nil
        }
        return ActivityCode(code)
    }

    func fact(_ node: Node, _ what: String) -> Fact? {
        guard let name = node.scalar?.string, let fact = Fact(rawValue: name) else {
            fault(
                node, "\(what) names \(node.shown), which is no fact",
                suggestion(node.scalar?.string ?? "", among: Fact.allCases.map(\.rawValue))
                    ?? "a fact of the assessment")
            return nil
        }
        return fact
    }

    /// A fact of a certain kind, for example one that holds an instant.
    func fact(_ node: Node, _ what: String, kind: ValueKind) -> Fact? {
        guard let fact = fact(node, what) else { return nil }
        guard fact.definition.kind == kind else {
            fault(
                node,
                "\(what) names \(fact.rawValue), which is \(fact.definition.kind.expectation)",
                "a fact that is \(kind.expectation)")
            return nil
        }
        return fact
    }

    /// A value of a known kind; numbers are written in the kind's own unit and scaled here.
    func value(_ node: Node, of kind: ValueKind, _ what: String) -> Value? {
        guard case .scalar(let scalar) = node, let value = kind.value(raw(scalar.string, for: kind))
        else {
            fault(node, "\(what) is \(node.shown)", kind.expectation)
            return nil
        }
        return value
    }

    // YAML would read 17:00 as 1020 and T6 as a text; the kind decides, not the notation.
    private func raw(_ text: String, for kind: ValueKind) -> RawValue {
        switch kind {
        case .flag:
            text == "true" ? .flag(true) : text == "false" ? .flag(false) : .text(text)
        case .integer, .decimal: .number(text)
        case .choice, .level, .instant, .time, .course: .text(text)
        }
    }

    func provenance(_ section: Section) -> Provenance? {
        let origin = section["source"].flatMap { text($0, "source") }
        let confirmed = section["status"].flatMap { status($0) }
        guard let origin, let confirmed else { return nil }
        return Provenance(source: origin, status: confirmed)
    }

    @discardableResult
    func status(_ node: Node) -> Provenance.Status? {
        guard let text = node.scalar?.string, let status = Provenance.Status(rawValue: text) else {
            fault(node, "status is \(node.shown)", Self.meaning(of: "status"))
            return nil
        }
        return status
    }

    func suggestion(_ name: String, among candidates: [String]) -> String? {
        nearest(to: name, among: candidates).map { "did you mean \($0)?" }
    }

    private static func meaning(of key: String) -> String {
        switch key {
        case "status":
            "confirmed (read in the source), K (from knowledge) or D (a design default)"
        case "source": "where the rule or number comes from"
        case "owner": "who answers for this file"
        case "version": "for example \"2026.1\""
        case "reviewDate": "a date like 2027-11-01"
        case "reason": "why the hospital does so"
        case "signedBy": "the person who answers for it"
        case "signedOn": "a date like 2027-01-05"
        case "when": "the condition under which it applies"
        default: "is required"
        }
    }
}

/// A mapping whose keys have been checked.
struct Section {
    let line: Int
    /// Looked up by key only.
    private let nodes: [String: Node]

    init(line: Int, nodes: [String: Node]) {
        self.line = line
        self.nodes = nodes
    }

    subscript(key: String) -> Node? { nodes[key] }
}

extension Node {
    var line: Int { mark?.line ?? 1 }

    /// What stands there, short enough for a fault.
    var shown: String {
        switch self {
        case .scalar(let scalar): scalar.string.isEmpty ? "empty" : "\"\(scalar.string)\""
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}
