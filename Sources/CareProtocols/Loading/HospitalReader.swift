import CareCore
import Yams

/// Applies what a hospital's file says about entries of other files: changes, signatures, what it
/// does without.
///
///     overrides:
///       - rule: TURN-4
///         schedule: {every: 180, first: {since: lastTurnedAt}}
///         reason: three-hourly rounds of this ward
///         signedBy: Synthetic Matron
///         signedOn: 2027-01-05
///     switchedOff:
///       - {rule: SEA-1, reason: no chairs, signedBy: Synthetic Matron, signedOn: 2027-01-05}
///     signatures:
///       - protocol: pressure-ulcer
///         version: "2026.1"
///         rules: [TURN-2]
///         signedBy: Synthetic Matron
///         signedOn: 2027-01-05
///
/// Only the named keys of an entry change. All of it happens before the entries are read, so that a
/// changed entry is checked like one that was written so.
struct HospitalReader {
    let files: [OpenFile]

    static let sections = ["overrides", "switchedOff", "signatures"]

    private static let marks = ["reason", "signedBy", "signedOn", "version", "of"]

    func apply(to parts: inout ProtocolParts) {
        let own = files.filter { !$0.isBuiltIn }
        // What is switched off is gone before anything is changed, so that doing both is a fault.
        for file in own {
            for node in file.list("switchedOff") { switchOff(node, file, &parts) }
        }
        // An activity may get other findings, so its own are changed after it.
        for findings in [false, true] {
            for file in own {
                for node in file.list("overrides")
                where (node.mapping?[PartKind.finding.rawValue] != nil) == findings {
                    override(node, file, &parts)
                }
            }
        }
        for file in own {
            for node in file.list("signatures") { sign(node, file, &parts) }
        }
    }

    // MARK: Changes

    private func override(_ node: Node, _ file: OpenFile, _ parts: inout ProtocolParts) {
        let source = file.source
        guard let (kind, idNode) = target(node, "an override", PartKind.allCases, source) else {
            return
        }
        let mapping = node.mapping ?? Node.Mapping([])
        var marks: [String: Node] = [:]
        var pairs: [(Node, Node)] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            if name == kind.rawValue { continue }
            if Self.marks.contains(name) {
                marks[name] = value
            } else if name == kind.idKey {
                source.fault(
                    key, "an override cannot give another \(name)",
                    "a new \(kind.rawValue) under \(kind.section), and this one switched off")
            } else {
                pairs.append((key, value))
            }
        }
        guard let signature = signature(node, marks, "an override", source),
            let reason = reason(node, marks, "an override", source),
            let index = find(kind, idNode, marks["of"], source, parts)
        else { return }
        guard !pairs.isEmpty else {
            return source.fault(
                node, "the override of \(kind.rawValue) \(parts.entries[index].id) changes nothing",
                "the keys that change; to sign without a change use signatures")
        }
        if let before = parts.entries[index].change {
            return source.fault(
                node, "\(kind.rawValue) \(parts.entries[index].id) is changed twice",
                "one override; the first is \(source.place(before.line))")
        }
        parts.change(
            index,
            HospitalChange(
                line: node.line, keys: pairs.compactMap { $0.0.scalar?.string }, reason: reason,
                signature: signature), pairs: pairs)
    }

    private func switchOff(_ node: Node, _ file: OpenFile, _ parts: inout ProtocolParts) {
        let source = file.source
        let kinds = PartKind.allCases.filter(\.canBeSwitchedOff)
        guard let (kind, idNode) = target(node, "what is switched off", kinds, source),
            let section = source.section(
                node, "what is switched off",
                required: [kind.rawValue, "reason", "signedBy", "signedOn"],
                optional: ["version", "of"])
        else { return }
        let marks = Dictionary(
            Self.marks.compactMap { key in section[key].map { (key, $0) } },
            uniquingKeysWith: { first, _ in first })
        guard let signature = signature(node, marks, nil, source),
            let reason = reason(node, marks, nil, source),
            let index = find(kind, idNode, marks["of"], source, parts)
        else { return }
        parts.switchOff(
            index,
            HospitalChange(line: node.line, keys: [], reason: reason, signature: signature))
    }

    // MARK: Signatures

    private func sign(_ node: Node, _ file: OpenFile, _ parts: inout ProtocolParts) {
        let source = file.source
        let lists = PartKind.sections
        guard
            let section = source.section(
                node, "a signature", required: ["protocol", "version", "signedBy", "signedOn"],
                optional: lists + ["note"])
        else { return }
        let marks = Dictionary(
            ["version", "signedBy", "signedOn"].compactMap { key in section[key].map { (key, $0) }
            },
            uniquingKeysWith: { first, _ in first })
        guard let signature = signature(node, marks, nil, source),
            let protocolNode = section["protocol"],
            let name = source.choice(protocolNode, "protocol", among: files.map(\.id))
        else { return }
        if PartKind.allCases.allSatisfy({ section[$0.section] == nil }) {
            source.fault(
                node, "the signature signs nothing", "one of \(lists.joined(separator: ", "))")
        }
        for kind in PartKind.allCases {
            guard let listNode = section[kind.section] else { continue }
            for idNode in source.items(listNode, kind.section) {
                sign(kind, idNode, name, signature, source, &parts)
            }
        }
    }

    private func sign(
        _ kind: PartKind, _ idNode: Node, _ name: String, _ signature: HospitalSignature,
        _ source: ProtocolSource, _ parts: inout ProtocolParts
    ) {
        guard let id = source.text(idNode, "a signed \(kind.rawValue)") else { return }
        // A finding that several activities define for themselves is signed in all of them.
        let found = parts.entries.indices.filter {
            parts.entries[$0].kind == kind && parts.entries[$0].id == id
        }
        guard !found.isEmpty else {
            _ = parts.find(kind, id, of: nil, idNode, source)
            return
        }
        let own = found.filter { parts.entries[$0].file.id == name }
        if own.isEmpty, let other = found.first {
            source.fault(
                idNode, "\(kind.rawValue) \(id) is not part of protocol \(name)",
                "protocol: \(parts.entries[other].file.id)")
        }
        for index in own {
            let entry = parts.entries[index]
            if let before = entry.signature {
                source.fault(
                    idNode, "\(kind.rawValue) \(id) is signed twice",
                    "one signature; the first is \(source.place(before.line))")
            }
            parts.sign(index, signature)
        }
    }

    // MARK: Common parts

    /// The one key that says what the item is about.
    private func target(
        _ node: Node, _ what: String, _ kinds: [PartKind], _ source: ProtocolSource
    ) -> (PartKind, Node)? {
        let words = kinds.map(\.rawValue)
        guard case .mapping(let mapping) = node else {
            source.fault(
                node, "\(what) is \(node.shown)",
                "a mapping with one of "
                    + words.joined(separator: ", "))
            return nil
        }
        let named = kinds.compactMap { kind in mapping[kind.rawValue].map { (kind, $0) } }
        // The activity of a rule can change, so `activity` beside `rule` is one of its keys.
        guard let first = named.first else {
            let keys = mapping.compactMap { $0.key.scalar?.string }
            let near = keys.lazy.compactMap { source.suggestion($0, among: words) }.first
            source.fault(
                node, "\(what) does not say which entry it is about",
                near ?? "one of \(words.joined(separator: ", ")) with its id")
            return nil
        }
        return first
    }

    private func find(
        _ kind: PartKind, _ node: Node, _ of: Node?, _ source: ProtocolSource,
        _ parts: ProtocolParts
    ) -> Int? {
        guard let id = source.text(node, kind.rawValue) else { return nil }
        var activity: String?
        if let of {
            guard kind == .finding else {
                source.fault(of, "of stands beside \(kind.rawValue)", "of only beside finding")
                return nil
            }
            activity = source.text(of, "of")
        }
        return parts.find(kind, id, of: activity, node, source)
    }

    private func reason(
        _ node: Node, _ marks: [String: Node], _ what: String?, _ source: ProtocolSource
    ) -> String? {
        guard let reason = marks["reason"] else {
            if let what { source.fault(node, "\(what) lacks reason", "why the hospital does so") }
            return nil
        }
        return source.text(reason, "reason")
    }

    /// - Parameter what: For a missing key; `nil` where that was reported before.
    private func signature(
        _ node: Node, _ marks: [String: Node], _ what: String?, _ source: ProtocolSource
    ) -> HospitalSignature? {
        if let what {
            let meanings = [
                ("signedBy", "the person who answers for it"),
                ("signedOn", "a date like 2027-01-05"),
            ]
            for (key, meaning) in meanings where marks[key] == nil {
                source.fault(node, "\(what) lacks \(key)", "\(key): \(meaning)")
            }
        }
        let by = marks["signedBy"].flatMap { source.text($0, "signedBy") }
        let on = marks["signedOn"].flatMap { source.date($0, "signedOn") }
        let version = marks["version"].flatMap { source.text($0, "version") }
        guard let by, let on else { return nil }
        return HospitalSignature(line: node.line, by: by, on: on, version: version)
    }
}
