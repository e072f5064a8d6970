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
        try read(
            files.map { ProtocolDocument(name: $0.name, text: $0.text, isBuiltIn: true) }
        ).library
    }

    /// Reads the built-in files and a hospital's own, which may change, sign, switch off and add.
    ///
    /// - Parameter documents: The built-in ones first, the hospital's in the order of their names.
    package static func load(
        _ documents: [ProtocolDocument]
    ) throws(ProtocolError) -> LoadedProtocols {
        let library = try read(documents).library
        return LoadedProtocols(
            library: library,
            documents: ProtocolVersion(version: library.version, documents: documents))
    }

    /// What every part of some files says, in words: worked out when somebody asks, and not kept.
    ///
    /// - Throws: ``ProtocolError`` as for reading them.
    package static func describe(
        _ documents: [ProtocolDocument]
    ) throws(ProtocolError) -> ProtocolDescription {
        let (library, parts, files) = try read(documents)
        return PartDescriber(library: library, parts: parts, files: files).describe()
    }

    private static func read(
        _ documents: [ProtocolDocument]
    ) throws(ProtocolError) -> (library: CareLibrary, parts: ProtocolParts, files: [OpenFile]) {
        let list = FaultList()
        let files = open(documents, list)
        var parts = ProtocolParts(files, list)
        HospitalReader(files: files).apply(to: &parts)
        let names = names(of: parts)

        let activities = parts.entries(.activity).compactMap {
            ActivityReader(source: $0.source, names: names).read($0.node)
        }
        let rules = parts.entries(.rule).compactMap {
            RuleReader(source: $0.source, names: names).read($0.node)
        }
        let holds = parts.entries(.hold).compactMap {
            RuleReader(source: $0.source, names: names).readHold($0.node)
        }
        let watches = parts.entries(.watch).compactMap {
            WatchReader(source: $0.source, names: names).readWatch($0.node)
        }
        let standing = parts.entries(.standing).compactMap {
            WatchReader(source: $0.source, names: names).readStanding($0.node)
        }
        let transitions = parts.entries(.transition).compactMap {
            WatchReader(source: $0.source, names: names).readTransition($0.node)
        }
        checkAttached(parts, activities)
        LibraryCheck(activities: activities, rules: rules).run()
        guard list.faults.isEmpty else {
            throw ProtocolError(faults: ordered(list.faults, documents))
        }
        var library = CareLibrary(
            version: version(of: files, documents), activities: activities.map(\.activity),
            rules: rules.map(\.rule), holds: holds)
        library.watches = watches
        library.standing = standing
        library.transitions = transitions
        return (library, parts, files)
    }

    /// Every protocol with its version, and a short sum of all texts: a file that was edited without a
    /// new version is a new version all the same.
    private static func version(of files: [OpenFile], _ documents: [ProtocolDocument]) -> String {
        let names = files.map { "\($0.id) \($0.version)" }.sorted().joined(separator: ", ")
        // FNV-1a with 64 bits: it tells an edit, no more.
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        // Where a file lies is no part of it.
        for text in documents.map(\.text).sorted() {
            for byte in text.utf8 { sum = (sum ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            // Never part of UTF-8, so that moving text from one file to the next changes the sum.
            sum = (sum ^ 0xff) &* 0x0000_0100_0000_01b3
        }
        let digits = String(sum, radix: 16)
        return "\(names) #\(String(repeating: "0", count: 16 - digits.utf8.count))\(digits)"
    }

    // MARK: Opening

    private static func open(_ documents: [ProtocolDocument], _ list: FaultList) -> [OpenFile] {
        var firstLine = 1
        var files: [OpenFile] = []
        for document in documents {
            list.open(document.name, firstLine: firstLine)
            let source = ProtocolSource(file: document.name, firstLine: firstLine, list: list)
            if let file = open(document, source) {
                if files.contains(where: { $0.id == file.id }) {
                    source.fault(
                        line: firstLine, "protocol \(file.id) is in two files", "one of each")
                }
                files.append(file)
            }
            firstLine += document.text.utf8.count { $0 == UInt8(ascii: "\n") } + 2
        }
        return files
    }

    private static func open(_ document: ProtocolDocument, _ source: ProtocolSource) -> OpenFile? {
        let size = document.text.utf8.count
        guard size <= largestFile else {
            source.fault(
                line: source.firstLine, "the file has \(size) bytes", "at most \(largestFile)")
            return nil
        }
        guard let root = compose(source, document.text) else { return nil }
        guard
            let section = source.section(
                root, "a protocol file", required: ["protocol", "version", "owner", "reviewDate"],
                optional: PartKind.sections
                    + (document.isBuiltIn ? [] : HospitalReader.sections))
        else { return nil }
        return OpenFile(
            source: source, isBuiltIn: document.isBuiltIn,
            id: section["protocol"].flatMap { source.text($0, "protocol") } ?? "",
            version: section["version"].flatMap { source.text($0, "version") } ?? "",
            owner: section["owner"].flatMap { source.text($0, "owner") } ?? "",
            reviewDate: section["reviewDate"].flatMap { source.date($0, "reviewDate") }?.description
                ?? "", section: section)
    }

    private static func compose(_ source: ProtocolSource, _ text: String) -> Node? {
        do {
            // As if it followed the files before it: see ``FaultList``.
            let before = String(repeating: "\n", count: source.firstLine - 1)
            let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
            // The kind that is asked for decides what a scalar is; guessing it from its look costs more
            // than the rest of the reading.
            guard let root = try Yams.compose(yaml: before + text, .basic) else {
                source.fault(line: source.firstLine, "the file is empty", "a protocol")
                return nil
            }
            return root
        } catch let error as YamlError {
            report(error, source)
        } catch {
            source.fault(line: source.firstLine, "the file is not YAML: \(error)")
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
            source.fault(line: source.firstLine, "the file is not YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            source.fault(line: source.firstLine, "the file is not YAML: \(error)")
        }
    }

    // MARK: What needs all files

    private static func names(of parts: ProtocolParts) -> ProtocolNames {
        var names = ProtocolNames()
        for entry in parts.entries {
            switch entry.kind {
            case .finding:
                names.findings.append(entry.id)
                if entry.of == nil {
                    names.sharedFindings[entry.id] = .init(source: entry.source, node: entry.node)
                }
            case .activity:
                names.activities.append(entry.id)
                if entry.node.mapping?["ladder"] != nil { names.ladders.insert(entry.id) }
            case .watch: names.findings.append(entry.id)
            case .rule, .hold, .standing, .transition: break
            }
        }
        // What resolves the alerts of a finding still may where the hospital does without it.
        names.findings += parts.switchedOff.filter { $0.kind == .finding || $0.kind == .watch }
            .map(\.id)
        return names
    }

    /// A finding that no activity attaches would never be seen.
    private static func checkAttached(_ parts: ProtocolParts, _ activities: [ReadActivity]) {
        let attached = Set(activities.flatMap(\.attached))
        for entry in parts.sharedFindings where !attached.contains(entry.id) {
            entry.source.fault(
                entry.node, "no activity attaches finding \(entry.id)",
                "\(entry.id) among an activity's findings")
        }
    }

    private static func ordered(
        _ faults: [ProtocolFault], _ documents: [ProtocolDocument]
    ) -> [ProtocolFault] {
        let order = Dictionary(
            documents.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        return faults.sorted {
            ((order[$0.file] ?? 0), $0.line, $0.problem) < (
                (order[$1.file] ?? 0), $1.line, $1.problem
            )
        }
    }
}

/// Protocols that were read, and the texts that they were read from.
package struct LoadedProtocols: Sendable {
    package let library: CareLibrary
    package let documents: ProtocolVersion
}
