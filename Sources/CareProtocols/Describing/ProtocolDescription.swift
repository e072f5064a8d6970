package import CareCore

/// The effective protocols for people: every entry in words, where it comes from, who signed it.
package struct ProtocolDescription: Hashable, Sendable {
    package var version = ""
    package var files: [File] = []
    package var parts: [Part] = []

    /// A protocol file, as its head says.
    package struct File: Hashable, Sendable {
        package let name: String
        package let isBuiltIn: Bool
        package let id: String
        package let version: String
        package let owner: String
        package let reviewDate: String
    }

    /// A rule, activity, finding or any other entry.
    package struct Part: Hashable, Sendable {
        package let kind: PartKind
        package let id: String
        /// The activity that a finding belongs to alone.
        package let of: String?
        /// What it is, in one line.
        package let title: String
        /// What it says, in the order in which it is read.
        package let lines: [Line]
        /// Entries that belong to it and are worth reading with it, for example the activity of a rule.
        package let related: [String]
        package let sources: [String]
        /// The worst of all that stand in it.
        package let status: Provenance.Status
        package let origin: Origin
        package let change: Change?
        package let signature: Signature?
        /// A hospital does without it.
        package let isSwitchedOff: Bool

        /// Whether somebody of the hospital still has to sign it.
        package var needsSignOff: Bool {
            guard !isSwitchedOff else { return false }
            if change?.signature.isCurrent == true || signature?.isCurrent == true { return false }
            return change != nil || status != .confirmed
        }

        /// `rule TURN-4`, `finding SEA-1 of TURN`.
        package var name: String { "\(kind.rawValue) \(id)" + (of.map { " of \($0)" } ?? "") }
    }

    package struct Line: Hashable, Sendable {
        /// For example `applies when`.
        package let label: String
        package let texts: [String]
    }

    package struct Origin: Hashable, Sendable {
        package let file: String
        package let line: Int
        package let isBuiltIn: Bool
        package let protocolID: String
        package let version: String
    }

    /// What a hospital changed.
    package struct Change: Hashable, Sendable {
        /// Empty when it was switched off.
        package let keys: [String]
        package let reason: String
        package let file: String
        package let line: Int
        package let signature: Signature
    }

    package struct Signature: Hashable, Sendable {
        package let by: String
        /// `2027-01-05`.
        package let on: String
        /// The version that was read.
        package let version: String?
        package let file: String
        package let line: Int
        /// Whether it was given for the version that is in force.
        package let isCurrent: Bool
    }

    /// Entries that somebody of the hospital still has to sign.
    package var unsigned: [Part] { parts.filter(\.needsSignOff) }

    package func part(_ kind: PartKind, _ id: String, of activity: String? = nil) -> Part? {
        parts.first { $0.kind == kind && $0.id == id && (activity == nil || $0.of == activity) }
    }
}

// MARK: - What is different

extension ProtocolDescription {
    /// How an entry differs from the built-in one.
    package struct Difference: Hashable, Sendable {
        package enum Kind: String, Sendable {
            case added, changed, switchedOff = "switched off", signed
        }

        package let kind: Kind
        package let part: Part
        package let fields: [Field]

        /// One thing before and after; empty where it was not there.
        package struct Field: Hashable, Sendable {
            package let label: String
            package let before: [String]
            package let after: [String]
        }
    }

    /// What a hospital's files make of the built-in protocols, entry by entry.
    package func differences(from builtIn: ProtocolDescription) -> [Difference] {
        parts.compactMap { part in
            let before = builtIn.part(part.kind, part.id, of: part.of)
            guard let before else {
                return Difference(
                    kind: .added, part: part,
                    fields: part.lines.map { .init(label: $0.label, before: [], after: $0.texts) })
            }
            if part.isSwitchedOff {
                return Difference(
                    kind: .switchedOff, part: part,
                    fields: before.lines.map { .init(label: $0.label, before: $0.texts, after: []) }
                )
            }
            let fields = Self.fields(before, part)
            if part.change != nil || !fields.isEmpty {
                return Difference(kind: .changed, part: part, fields: fields)
            }
            return part.signature == nil ? nil : Difference(kind: .signed, part: part, fields: [])
        }
    }

    private static func fields(_ before: Part, _ after: Part) -> [Difference.Field] {
        var labels = before.lines.map(\.label)
        labels += after.lines.map(\.label).filter { !labels.contains($0) }
        return labels.compactMap { label in
            let old = before.lines.first { $0.label == label }?.texts ?? []
            let new = after.lines.first { $0.label == label }?.texts ?? []
            return old == new ? nil : Difference.Field(label: label, before: old, after: new)
        }
    }
}
