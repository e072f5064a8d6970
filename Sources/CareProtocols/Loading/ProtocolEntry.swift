import CareCore
import Yams

/// One entry of a protocol file as it is in force: its own text, or with what a hospital changed.
struct ProtocolEntry {
    let kind: PartKind
    let id: String
    /// The activity of a finding that belongs to that one alone.
    var of: String?
    /// What the readers read.
    var node: Node
    let source: ProtocolSource
    let file: OpenFile
    /// Where it stands, in lines of all files together.
    let line: Int
    var change: HospitalChange?
    var signature: HospitalSignature?
}

/// A protocol file that was opened: its head was read, its lists were not.
struct OpenFile {
    let source: ProtocolSource
    let isBuiltIn: Bool
    let id: String
    let version: String
    let owner: String
    let reviewDate: String
    let section: Section

    func list(_ key: String) -> [Node] {
        section[key].map { source.items($0, key) } ?? []
    }
}

/// What a hospital changed in an entry, or that it switched it off, and who answers for it.
struct HospitalChange {
    let line: Int
    /// The keys whose values were replaced; empty when it was switched off.
    let keys: [String]
    let reason: String
    let signature: HospitalSignature
}

/// Who signed, when, and for which version of the protocol.
struct HospitalSignature {
    let line: Int
    let by: String
    let on: LocalDate
    /// The version that was read; `nil` where an override does not say.
    let version: String?
}
