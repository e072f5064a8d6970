/// One protocol file as it was read: its name for faults, its text, and whose it is.
package struct ProtocolDocument: Hashable, Codable, Sendable {
    package let name: String
    package let text: String
    /// Part of the program; otherwise it is the hospital's own.
    package let isBuiltIn: Bool

    package init(name: String, text: String, isBuiltIn: Bool) {
        self.name = name
        self.text = text
        self.isBuiltIn = isBuiltIn
    }
}

/// A version of the protocols with everything that is needed to read it again.
///
/// A stay keeps the version that it was planned with, also when the files on the disk are others by
/// then, so the ledger keeps the texts.
package struct ProtocolVersion: Hashable, Codable, Sendable {
    /// ``CareLibrary/version``.
    package let version: String
    /// In the order in which they were read.
    package let documents: [ProtocolDocument]

    package init(version: String, documents: [ProtocolDocument]) {
        self.version = version
        self.documents = documents
    }
}
