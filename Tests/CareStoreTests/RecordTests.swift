import GRDB
import Testing

@testable import CareCore
@testable import CareStore

/// The record is only ever added to, whoever writes SQL on the connection.
@Suite struct RecordTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(
        arguments: [
            "UPDATE event SET person = 'somebody else' WHERE seq = 2",
            "UPDATE event SET seq = 99 WHERE seq = 5",
            "UPDATE OR REPLACE event SET seq = 4 WHERE seq = 5",
            "DELETE FROM event WHERE seq = 5",
            "DELETE FROM event",
            "INSERT OR REPLACE INTO event (seq, at, kind, body) VALUES (2, 0, 'x', '{}')",
            "REPLACE INTO event (seq, at, kind, body) VALUES (5, 0, 'x', '{}')",
            "INSERT OR IGNORE INTO event (seq, at, kind, body) VALUES (5, 0, 'x', '{}')",
            "INSERT INTO event (seq, at, kind, body) VALUES (7, 0, 'x', '{}')",
            "INSERT INTO event (seq, at, kind, body) VALUES (0, 0, 'x', '{}')",
            "INSERT INTO event (at, kind, body) VALUES (0, 'x', '{}')",
            "INSERT INTO event (seq, at, kind, body) VALUES (2, 0, 'x', '{}') "
                + "ON CONFLICT (seq) DO UPDATE SET body = '{}'",
            "INSERT INTO event (seq, at, kind, body) VALUES (6, 0, 'x', 'not JSON')",
            "INSERT INTO event (seq, at, kind, body) VALUES (6, 'noon', 'x', '{}')",
            "INSERT INTO event (seq, at, kind, body, stay) VALUES (6, 0, 'x', '{}', 77)",
        ])
    func `the record refuses`(sql: String) throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        let before = try ledger.entries(after: 0, stay: nil, limit: 10)
        #expect(throws: DatabaseError.self) {
            try ledger.writer.write { try $0.execute(sql: sql) }
        }
        #expect(try ledger.entries(after: 0, stay: nil, limit: 10) == before)
    }

    @Test func `the next event is taken`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        try ledger.writer.write {
            try $0.execute(
                sql: "INSERT INTO event (seq, at, kind, body) VALUES (6, 0, 'x', '{}')")
        }
    }

    @Test(arguments: [Int64(1), 3, 4, 7])
    func `a batch that does not follow the last event is refused whole`(first: Int64) throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch([.stayEnrolled(Sample.stay(1))]))
        var batch = world.batch([.stayEnrolled(Sample.stay(2, bed: "2"))])
        batch.entries = batch.entries.map {
            LedgerEntry(sequence: first, at: $0.at, actor: $0.actor, event: $0.event)
        }
        let failure = #expect(throws: LedgerFailure.self) { try ledger.append(batch) }
        #expect(failure?.isRefused == true)
        #expect(failure?.text.contains("another program wrote") == true)
        #expect(try ledger.load().stays.map(\.id) == [StayID(1)])
    }

    @Test func `SQL cannot turn the protection off`() throws {
        let ledger = try scratch.open()
        try ledger.writer.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA writable_schema = ON")
            #expect(throws: DatabaseError.self) {
                try database.execute(sql: "DELETE FROM sqlite_schema WHERE type = 'trigger'")
            }
            try database.execute(sql: "PRAGMA journal_mode = OFF")
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
        }
    }

    @Test func `every setting of the writing connection stands`() throws {
        let wanted = [
            "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "secure_delete": 1,
            "wal_autocheckpoint": 0, "cell_size_check": 1, "mmap_size": 0, "temp_store": 2,
            "trusted_schema": 0, "application_id": Connection.applicationID,
            "user_version": Migration.newest,
        ]
        try scratch.open().writer.writeWithoutTransaction { database in
            for (pragma, value) in wanted {
                #expect(try Int.fetchOne(database, sql: "PRAGMA \(pragma)") == value, "\(pragma)")
            }
            let strict = try Int.fetchAll(
                database,
                sql: "SELECT strict FROM pragma_table_list WHERE schema = 'main' "
                    + "AND type = 'table' AND name NOT LIKE 'sqlite_%'")
            #expect(strict.count == 11 && strict.allSatisfy { $0 == 1 })
        }
    }
}

extension LedgerFailure {
    var text: String {
        switch self {
        case .refused(let text), .unknown(let text), .corrupt(let text): text
        }
    }

    var isRefused: Bool { if case .refused = self { true } else { false } }
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
    var isCorrupt: Bool { if case .corrupt = self { true } else { false } }
}
