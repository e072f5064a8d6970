package import CareCore
import Yams

/// Turns protocol files into a value of the core.
///
/// All files are checked before any is taken, and every fault is reported: a ward must not find out
/// at night, one restart at a time, what is wrong with its protocols.
package enum ProtocolLoader {
    /// Far above any real protocol; keeps a wrong file from being read for minutes.
    static let largestFile = 1_000_000

    /// - Parameter files: Names for faults, and contents; the library keeps this order.
    /// - Returns: The library whose ``CareLibrary/version`` names every protocol, in alphabetical
    ///   order, so that the order of files does not change it.
    package static func load(
        files: [(name: String, text: String)]
    ) throws(ProtocolError) -> CareLibrary {
        let list = FaultList()
        let opened = files.compactMap { open(ProtocolSource(file: $0.name, list: list), $0.text) }
        let names = collectNames(opened)

        var activities: [ReadActivity] = []
        var rules: [ReadRule] = []
        var holds: [HoldRule] = []
        for file in opened {
            let reader = ActivityReader(source: file.source, names: names)
            activities += file.activities.compactMap { reader.read($0) }
        }
        for file in opened {
            let reader = RuleReader(source: file.source, names: names)
            rules += file.rules.compactMap { reader.read($0) }
            for node in file.holds {
                guard let hold = reader.readHold(node) else { continue }
                if holds.contains(where: { $0.reason == hold.reason }) {
                    file.source.fault(node, "hold \(hold.reason) is defined twice", "one of each")
                }
                holds.append(hold)
            }
        }
        checkAttached(opened, activities)
        LibraryCheck(activities: activities, rules: rules).run()
        guard list.faults.isEmpty else { throw ProtocolError(faults: ordered(list.faults, files)) }
        let version = opened.map { "\($0.id) \($0.version)" }.sorted().joined(separator: ", ")
        return CareLibrary(
            version: version, activities: activities.map(\.activity), rules: rules.map(\.rule),
            holds: holds)
    }

    private struct OpenFile {
        let source: ProtocolSource
        let id: String
        let version: String
        let activities: [Node]
        let findings: [Node]
        let rules: [Node]
        let holds: [Node]
    }

    private static func open(_ source: ProtocolSource, _ text: String) -> OpenFile? {
        guard text.utf8.count <= largestFile else {
            source.fault(line: 1, "the file has \(text.utf8.count) bytes", "at most \(largestFile)")
            return nil
        }
        guard let root = compose(source, text) else { return nil }
        guard
            let section = source.section(
                root, "a protocol file", required: ["protocol", "version", "owner", "reviewDate"],
                optional: ["findings", "activities", "rules", "holds"])
        else { return nil }
        func list(_ key: String) -> [Node] {
            section[key].map { source.items($0, key) } ?? []
        }
        _ = section["owner"].flatMap { source.text($0, "owner") }
        if let node = section["reviewDate"], LocalDate(node.scalar?.string ?? "") == nil {
            source.fault(node, "reviewDate is \(node.shown)", "a date like 2027-11-01")
        }
        return OpenFile(
            source: source, id: section["protocol"].flatMap { source.text($0, "protocol") } ?? "",
            version: section["version"].flatMap { source.text($0, "version") } ?? "",
            activities: list("activities"), findings: list("findings"), rules: list("rules"),
            holds: list("holds"))
    }

    private static func compose(_ source: ProtocolSource, _ text: String) -> Node? {
        do {
            guard let root = try Yams.compose(yaml: text) else {
                source.fault(line: 1, "the file is empty", "a protocol")
                return nil
            }
            return root
        } catch let error as YamlError {
            report(error, source)
        } catch {
            source.fault(line: 1, "the file is not YAML: \(error)")
        }
        return nil
    }

    private static func report(_ error: YamlError, _ source: ProtocolSource) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            source.fault(line: mark.line, "the file is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            source.fault(
                line: context.mark.line,
                "a mapping that begins here has the same key twice: "
                    + duplicates.joined(separator: ", "), "each key once")
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem),
            .representer(let problem):
            source.fault(line: 1, "the file is not YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            source.fault(line: 1, "the file is not YAML: \(error)")
        }
    }

    private static func collectNames(_ files: [OpenFile]) -> ProtocolNames {
        var names = ProtocolNames()
        var protocols: Set<String> = []
        for file in files {
            if !protocols.insert(file.id).inserted {
                file.source.fault(line: 1, "protocol \(file.id) is in two files", "one of each")
            }
            for node in file.findings {
                guard let id = node.mapping?["id"]?.scalar?.string else {
                    file.source.fault(node, "a finding lacks id", "id: is required")
                    continue
                }
                if names.sharedFindings[id] != nil {
                    file.source.fault(node, "finding \(id) is defined twice", "one of each")
                }
                names.sharedFindings[id] = .init(source: file.source, node: node)
                names.findings.append(id)
            }
            for node in file.activities {
                guard let code = node.mapping?["code"]?.scalar?.string else { continue }
                if names.activities.contains(code) {
                    file.source.fault(node, "activity \(code) is defined twice", "one of each")
                }
                names.activities.append(code)
                if node.mapping?["ladder"] != nil { names.ladders.insert(code) }
                names.findings += (node.mapping?["findings"]?.sequence ?? []).compactMap {
                    $0.mapping?["id"]?.scalar?.string
                }
            }
        }
        return names
    }

    /// A finding that no activity attaches would never be seen.
    private static func checkAttached(_ files: [OpenFile], _ activities: [ReadActivity]) {
        let attached = Set(activities.flatMap(\.attached))
        for file in files {
            for node in file.findings {
                guard let id = node.mapping?["id"]?.scalar?.string, !attached.contains(id) else {
                    continue
                }
                file.source.fault(
                    node, "no activity attaches finding \(id)", "\(id) among an activity's findings"
                )
            }
        }
    }

    private static func ordered(
        _ faults: [ProtocolFault], _ files: [(name: String, text: String)]
    ) -> [ProtocolFault] {
        let order = Dictionary(
            files.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        return faults.sorted {
            ((order[$0.file] ?? 0), $0.line, $0.problem) < (
                (order[$1.file] ?? 0), $1.line, $1.problem
            )
        }
    }
}
