import CareCore
import Yams

/// The entries of all files together, as a hospital's own rules leave them.
struct ProtocolParts {
    private(set) var entries: [ProtocolEntry] = []
    /// What a hospital does without.
    private(set) var switchedOff: [ProtocolEntry] = []
    private let list: FaultList

    init(_ files: [OpenFile], _ list: FaultList) {
        self.list = list
        for file in files {
            for kind in PartKind.allCases {
                for node in file.list(kind.section) { add(node, kind, file) }
            }
        }
    }

    private mutating func add(_ node: Node, _ kind: PartKind, _ file: OpenFile) {
        let id = node.mapping?[kind.idKey]?.scalar?.string ?? ""
        if id.isEmpty, kind == .finding {
            // Other entries are read in any case, and their readers say what is missing.
            return file.source.fault(node, "a finding lacks id", "id: is required")
        }
        if !id.isEmpty, let first = entries.first(where: { $0.kind == kind && $0.id == id }) {
            if first.file.isBuiltIn, !file.isBuiltIn {
                file.source.fault(
                    node, "\(kind.rawValue) \(id) is built in (\(first.source.place(first.line)))",
                    "another \(kind.idKey), or under overrides "
                        + "{\(kind.rawValue): \(id), …} to change it")
            } else {
                file.source.fault(
                    node, "\(kind.rawValue) \(id) is defined twice",
                    "one of each; the first is \(first.source.place(first.line))")
            }
        }
        entries.append(
            ProtocolEntry(
                kind: kind, id: id, node: node, source: file.source, file: file, line: node.line))
        guard kind == .activity else { return }
        // A finding of one activity alone is signed and changed like any other.
        for finding in node.mapping?["findings"]?.sequence ?? [] {
            guard let own = finding.mapping?["id"]?.scalar?.string else { continue }
            entries.append(
                ProtocolEntry(
                    kind: .finding, id: own, of: id, node: finding, source: file.source, file: file,
                    line: finding.line))
        }
    }

    func entries(_ kind: PartKind) -> [ProtocolEntry] {
        entries.filter { $0.kind == kind }
    }

    /// Findings that activities attach by name.
    var sharedFindings: [ProtocolEntry] {
        entries.filter { $0.kind == .finding && $0.of == nil }
    }

    func ids(_ kind: PartKind) -> [String] {
        entries.filter { $0.kind == kind }.map(\.id)
    }

    // MARK: What a hospital does with them

    /// Finds what a hospital's file names.
    ///
    /// - Parameter node: Where it names it, for faults.
    func find(
        _ kind: PartKind, _ id: String, of activity: String?, _ node: Node,
        _ source: ProtocolSource
    ) -> Int? {
        let named = entries.indices.filter { entries[$0].kind == kind && entries[$0].id == id }
        // Without its activity a finding is the shared one, where there is one.
        let shared = named.filter { entries[$0].of == nil }
        let found =
            activity.map { activity in named.filter { entries[$0].of == activity } }
            ?? (shared.isEmpty ? named : shared)
        if found.count > 1, kind == .finding, activity == nil {
            let homes = found.map { entries[$0].of ?? "" }
            source.fault(
                node, "finding \(id) belongs to \(homes.joined(separator: " and to "))",
                "of: \(homes.last ?? "")")
            return nil
        }
        guard let first = found.first else {
            if switchedOff.contains(where: { $0.kind == kind && $0.id == id }) {
                source.fault(node, "\(kind.rawValue) \(id) is switched off", "one or the other")
                return nil
            }
            let place = activity.map { " of \($0)" } ?? ""
            source.fault(
                node, "there is no \(kind.rawValue) \(id)\(place)",
                source.suggestion(id, among: ids(kind))
                    ?? "the \(kind.idKey) of one that is defined; new ones stand under "
                    + kind.section)
            return nil
        }
        return first
    }

    mutating func change(_ index: Int, _ change: HospitalChange, pairs: [(Node, Node)]) {
        entries[index].change = change
        entries[index].node = entries[index].node.replacing(pairs)
        embed(index)
    }

    mutating func sign(_ index: Int, _ signature: HospitalSignature) {
        entries[index].signature = signature
    }

    mutating func switchOff(_ index: Int, _ change: HospitalChange) {
        var entry = entries.remove(at: index)
        entry.change = change
        switchedOff.append(entry)
        guard entry.kind == .finding else { return }
        for index in entries.indices where entries[index].kind == .activity {
            guard entry.of == nil || entry.of == entries[index].id else { continue }
            entries[index].node = entries[index].node.changingFindings { finding in
                finding.findingID == entry.id ? nil : finding
            }
        }
    }

    /// Puts a changed finding back into its activity, and takes over the findings of a changed activity.
    private mutating func embed(_ index: Int) {
        let entry = entries[index]
        if entry.kind == .finding, let activity = entry.of,
            let home = entries.firstIndex(where: { $0.kind == .activity && $0.id == activity })
        {
            entries[home].node = entries[home].node.changingFindings { finding in
                finding.mapping != nil && finding.findingID == entry.id ? entry.node : finding
            }
        }
        guard entry.kind == .activity, let change = entry.change, change.keys.contains("findings")
        else { return }
        entries.removeAll { $0.kind == .finding && $0.of == entry.id }
        for finding in entry.node.mapping?["findings"]?.sequence ?? [] {
            guard let own = finding.mapping?["id"]?.scalar?.string else { continue }
            var part = ProtocolEntry(
                kind: .finding, id: own, of: entry.id, node: finding, source: entry.source,
                file: entry.file, line: finding.line)
            part.change = change
            entries.append(part)
        }
    }
}

extension Node {
    /// The id of a finding among those of an activity, where it is named or defined.
    fileprivate var findingID: String? {
        scalar?.string ?? mapping?["id"]?.scalar?.string
    }

    /// The same mapping with other values for some keys; a null takes the key away.
    fileprivate func replacing(_ pairs: [(Node, Node)]) -> Node {
        guard case .mapping(let mapping) = self else { return self }
        var kept = mapping.map { ($0.key, $0.value) }
        for (key, value) in pairs {
            let place = kept.firstIndex { $0.0.scalar?.string == key.scalar?.string }
            switch (place, value.isNull) {
            case (let place?, true): kept.remove(at: place)
            case (let place?, false): kept[place] = (key, value)
            case (nil, true): break
            case (nil, false): kept.append((key, value))
            }
        }
        return .mapping(Mapping(kept, mapping.tag, mapping.style, mapping.mark))
    }

    var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["~", "null", ""].contains(scalar.string)
    }

    fileprivate func changingFindings(_ change: (Node) -> Node?) -> Node {
        guard case .mapping(let mapping) = self,
            case .sequence(let sequence)? = mapping["findings"]
        else { return self }
        let findings = Node.sequence(
            Sequence(sequence.compactMap(change), sequence.tag, sequence.style, sequence.mark))
        let kept = mapping.map { key, value in
            (key, key.scalar?.string == "findings" ? findings : value)
        }
        return .mapping(Mapping(kept, mapping.tag, mapping.style, mapping.mark))
    }
}
