import Foundation
import GRDB
import Schemas
import Testing

@testable import CareStore

@Suite struct SchemaTests {
    /// `SCC_UPDATE_SCHEMAS=1 swift test --filter SchemaTests` writes the file anew.
    @Test func `Schemas/store.sql is the schema of a new ledger`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Schemas/store.sql")
        let dump = try Scratch().open().writer.read { database in
            let statements = try String.fetchAll(
                database, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
            let header = """
                -- The schema of a new ledger, for reading. It comes from Schemas/store; to write it
                -- anew: SCC_UPDATE_SCHEMAS=1 swift test --filter SchemaTests
                PRAGMA application_id = \(Connection.applicationID);
                PRAGMA user_version = \(Migration.newest);

                """
            return header + statements.map { "\n\($0);\n" }.joined()
        }
        if ProcessInfo.processInfo.environment["SCC_UPDATE_SCHEMAS"] == "1" {
            try Data(dump.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == dump)
    }

    @Test func `every migration file is applied, in order`() throws {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Schemas/store")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        let texts = try files.map {
            try String(contentsOf: directory.appendingPathComponent($0), encoding: .utf8)
        }
        #expect(texts == StoreSchema.migrations)
        #expect(files == (1...files.count).map { String(format: "migration-%03d.sql", $0) })
    }

    @Test func `opening again changes nothing`() throws {
        let scratch = try Scratch()
        try scratch.open().close()
        let before = try scratch.bytes()
        try scratch.open().close()
        #expect(try scratch.bytes() == before)
    }
}
