import CareCore
import CareProtocols
import CareStore
import Foundation
import Testing

@testable import sccd

/// A ward must not lose its reminders because a protocol file was spoilt before a restart.
@Suite struct `Protocols at the start` {
    /// A state directory and a hospital's own files.
    private final class Scratch {
        let url = FileManager.default.temporaryDirectory.appending(
            path: "sccd-\(UUID().uuidString)")

        var protocols: String { url.appending(path: "protocols").path }

        init() throws {
            try FileManager.default.createDirectory(
                atPath: protocols, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func ledger() throws -> SQLiteLedger {
            try SQLiteLedger.open(path: url.appending(path: "ledger").path, clock: .realTime)
        }

        func write(_ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: protocols).appending(path: "50.yaml"))
        }
    }

    private static let sound = """
        protocol: syn
        version: "1"
        owner: SYN
        reviewDate: 2027-11-01
        """

    @Test func `are those of the disk`() throws {
        let scratch = try Scratch()
        try scratch.write(Self.sound)
        let start = try ProtocolKeeper.start(
            directory: scratch.protocols, ledger: try scratch.ledger())
        #expect(start.fault == nil)
        #expect(start.loaded.library.version.contains("syn 1"))
    }

    @Test func `are those that were in force last when a file is faulty`() throws {
        let scratch = try Scratch()
        let ledger = try scratch.ledger()
        try scratch.write(Self.sound)
        let before = try ProtocolKeeper.start(directory: scratch.protocols, ledger: ledger).loaded
        try ledger.keep(before.documents, at: .earliest)
        try scratch.write("protocol: [")
        let start = try ProtocolKeeper.start(directory: scratch.protocols, ledger: ledger)
        #expect(start.fault?.faults.isEmpty == false)
        #expect(start.loaded.library.version == before.library.version)
    }

    @Test func `are refused where there never were any`() throws {
        let scratch = try Scratch()
        try scratch.write("protocol: [")
        let ledger = try scratch.ledger()
        #expect(throws: ProtocolError.self) {
            try ProtocolKeeper.start(directory: scratch.protocols, ledger: ledger)
        }
    }
}
