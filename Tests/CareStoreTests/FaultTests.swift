import Foundation
import GRDB
import Synchronization
import Testing

@testable import CareCore
@testable import CareStore

/// Whatever fails, a batch is there whole or not at all, and the ledger says which.
@Suite struct FaultTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let tables = [
        "event", "stay", "care_item", "alert", "hold", "technical_alert", "identity", "answer",
    ]

    @Test func `when the n-th write fails, nothing of the batch is there`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1, bed: "1")))
        let before = try ledger.load()
        let countdown = try Countdown(on: ledger.writer, tables: Self.tables)

        let events =
            Sample.completion(1) + Sample.admission(2, bed: "2")
            + [
                .alertRaised(Sample.alert(nil, 1)),
                .alertResolved(AlertID(stay: StayID(1), number: 1), note: nil),
            ]
        let batch = world.batch(events, answers: [Sample.answer("a")])
        var failures = 0
        var isDone = false
        while !isDone, failures < 50 {
            countdown.failAfter(failures)
            do throws(LedgerFailure) {
                try ledger.append(batch)
                isDone = true
            } catch {
                failures += 1
                #expect(error.isRefused)
                #expect(try dump(ledger) == dump(before))
                #expect(try ledger.answer(to: "a") == nil)
            }
        }
        // 9 events, 2 + 1 care items, 1 + 1 alerts, stay, identity, hold, technical alert, answer.
        #expect(failures == 19)
        #expect(try scratch.open().load().stays == world.state.activeStays)
    }

    @Test func `when the commit itself is vetoed, nothing of the batch is there`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1, bed: "1")))
        let before = try ledger.load()
        let veto = Veto(CancellationError())
        ledger.writer.add(transactionObserver: veto, extent: .observerLifetime)
        let batch = world.batch(Sample.completion(1))
        #expect(throws: LedgerFailure.self) { try ledger.append(batch) }
        #expect(try dump(ledger) == dump(before))
        ledger.writer.remove(transactionObserver: veto)
        try ledger.append(batch)
        #expect(try ledger.load().stays == world.state.activeStays)
    }

    @Test func `after a commit with unknown outcome nothing is written before a restart`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1, bed: "1")))
        let veto = Veto(DatabaseError(resultCode: .SQLITE_IOERR_FSYNC))
        ledger.writer.add(transactionObserver: veto, extent: .observerLifetime)
        let batch = world.batch(Sample.completion(1))
        var failure = #expect(throws: LedgerFailure.self) { try ledger.append(batch) }
        #expect(failure?.isUnknown == true)
        ledger.writer.remove(transactionObserver: veto)

        for _ in 1...2 {
            failure = #expect(throws: LedgerFailure.self) { try ledger.append(batch) }
            #expect(failure?.isRefused == true)
            #expect(failure?.text.contains("failed earlier") == true)
        }
        failure = #expect(throws: LedgerFailure.self) { try ledger.noteAlive(Sample.start) }
        #expect(failure?.isRefused == true)
        // What is left on the disk is for the next start to read.
        try ledger.close()
        #expect(FileManager.default.fileExists(atPath: scratch.path + "-wal"))
        let reopened = try scratch.open()
        try reopened.append(batch)
        #expect(try reopened.load().stays == world.state.activeStays)
    }

    @Test func `a full disk refuses, and the ledger is whole and writable afterwards`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        let limit = try ledger.writer.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        #expect(limit != nil)
        var committed = 0
        var pending: LedgerBatch?
        var failure: LedgerFailure?
        for occurrence in 1...1_000 where failure == nil {
            let batch = world.batch(Sample.completion(1, occurrence: occurrence))
            do throws(LedgerFailure) {
                try ledger.append(batch)
                committed += 1
            } catch {
                failure = error
                pending = batch
            }
        }
        #expect(failure?.isRefused == true)
        #expect(failure?.text.contains("disk of the ledger \(scratch.path) is full") == true)
        #expect(committed > 0)

        let reopened = try scratch.open()
        #expect(try reopened.load().lastSequence == Int64(5 + 2 * committed))
        #expect(
            try reopened.writer.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
                == ["ok"])
        try reopened.append(try #require(pending))
        #expect(try reopened.load().stays == world.state.activeStays)
    }

    @Test func `while another program writes, a batch is refused and later taken`() throws {
        var world = World()
        let ledger = try scratch.open()
        let batch = world.batch(Sample.admission(1))
        let intruder = try DatabaseQueue(path: scratch.path)
        try intruder.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            let failure = #expect(throws: LedgerFailure.self) { try ledger.append(batch) }
            #expect(failure?.isRefused == true)
            #expect(
                failure?.text.hasPrefix("Another program is writing to the ledger \(scratch.path)")
                    == true)
            try database.execute(sql: "ROLLBACK")
        }
        try ledger.append(batch)
        #expect(try ledger.load().stays == world.state.activeStays)
    }

    @Test func `what another program slipped in stops the next batch`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        try DatabaseQueue(path: scratch.path).write {
            try $0.execute(
                sql: "INSERT INTO event (seq, at, kind, body) VALUES (6, 0, 'x', '{}')")
        }
        let failure = #expect(throws: LedgerFailure.self) {
            try ledger.append(world.batch(Sample.completion(1)))
        }
        #expect(failure?.isRefused == true)
    }

    @Test(arguments: ["stay", "care_item", "alert", "hold", "identity", "meta"])
    func `a damaged page of the state is found on opening`(table: String) throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        try ledger.close()
        try damage(table)
        let failure = #expect(throws: LedgerFailure.self) { try scratch.open() }
        #expect(failure?.isCorrupt == true)
        #expect(failure?.text.contains(scratch.path) == true)
    }

    @Test func `a damaged page of the record is found on reading`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        try ledger.close()
        try damage("event")
        let failure = #expect(throws: LedgerFailure.self) {
            try scratch.open().entries(after: 0, stay: nil, limit: 10)
        }
        #expect(failure?.isCorrupt == true)
    }

    @Test func `a file that is no database is corrupt, not new`() throws {
        try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: scratch.path))
        let failure = #expect(throws: LedgerFailure.self) { try scratch.open() }
        #expect(failure?.isCorrupt == true)
        #expect(try scratch.bytes() == Data(repeating: 0x41, count: 8_192))
    }

    @Test(
        arguments: [
            ("stay", "S1"), ("care_item", "S1.1"), ("alert", "S1.A1"), ("hold", "S1.H1"),
            ("technical_alert", "T1"),
        ])
    func `a body that cannot be read names its table and row`(table: String, key: String) throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(
            world.batch(Sample.admission(1) + [.alertRaised(Sample.alert(nil, 1))]))
        try ledger.writer.write {
            try $0.execute(sql: "UPDATE \(table) SET body = '{\"unknown\":1}'")
        }
        let failure = #expect(throws: LedgerFailure.self) { try ledger.load() }
        #expect(failure?.isCorrupt == true)
        #expect(failure?.text.contains("row \(key) of table \(table)") == true)
    }

    @Test func `a care item that is missing is noticed`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        try ledger.writer.write { try $0.execute(sql: "DELETE FROM care_item WHERE number = 1") }
        let failure = #expect(throws: LedgerFailure.self) { try ledger.load() }
        #expect(failure?.isCorrupt == true)
    }

    @Test func `an event or answer that cannot be read is corrupt`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1), answers: [Sample.answer("a")]))
        try ledger.writer.write {
            try $0.execute(sql: "UPDATE answer SET receipt = '{}'")
            try $0.execute(
                sql: "INSERT INTO event (seq, at, kind, body) VALUES (6, 0, 'x', '{\"x\":{}}')")
        }
        var failure = #expect(throws: LedgerFailure.self) { try ledger.answer(to: "a") }
        #expect(failure?.text.contains("row a of table answer") == true)
        failure = #expect(throws: LedgerFailure.self) {
            try ledger.entries(after: 5, stay: nil, limit: 10)
        }
        #expect(failure?.text.contains("row 6 of table event") == true)
        #expect(failure?.isCorrupt == true)
    }

    @Test func `errors of SQLite say what is certain`() {
        func failure(_ code: ResultCode, _ step: LedgerStep) -> LedgerFailure {
            LedgerFailure(DatabaseError(resultCode: code), at: step, path: "/x/ledger.db")
        }
        #expect(failure(.SQLITE_IOERR_FSYNC, .commit).isUnknown)
        #expect(failure(.SQLITE_IOERR_WRITE, .commit).isUnknown)
        #expect(failure(.SQLITE_NOMEM, .commit).isUnknown)
        #expect(failure(.SQLITE_IOERR_READ, .write).isRefused)
        #expect(failure(.SQLITE_FULL, .commit).isRefused)
        #expect(failure(.SQLITE_BUSY, .write).isRefused)
        #expect(failure(.SQLITE_READONLY_DBMOVED, .write).isRefused)
        #expect(failure(.SQLITE_CONSTRAINT_TRIGGER, .write).isRefused)
        #expect(failure(.SQLITE_CORRUPT_INDEX, .read).isCorrupt)
        #expect(failure(.SQLITE_NOTADB, .open).isCorrupt)
        #expect(failure(.SQLITE_IOERR_FSYNC, .commit).text.contains("(SQLite code 1034)"))
    }

    private func damage(_ table: String) throws {
        let queue = try DatabaseQueue(path: scratch.path)
        let (page, size) = try queue.read { database in
            (
                try Int.fetchOne(
                    database, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?",
                    arguments: [table]) ?? 0,
                try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
            )
        }
        try queue.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: scratch.path))
        try file.seek(toOffset: UInt64((page - 1) * size))
        try file.write(contentsOf: Data(repeating: 0xFF, count: 64))
        try file.close()
    }

    private func dump(_ ledger: SQLiteLedger) throws -> [Stay] {
        let snapshot = try ledger.load()
        #expect(snapshot.technicalAlerts.isEmpty)
        #expect(
            try ledger.entries(after: 0, stay: nil, limit: 100).last?.sequence
                == snapshot.lastSequence)
        return snapshot.stays
    }

    private func dump(_ snapshot: LedgerSnapshot) -> [Stay] { snapshot.stays }
}

/// Lets so many row changes pass and fails the next one, by triggers of the connection.
private final class Countdown: Sendable {
    private let left = Mutex(Int.max)

    func failAfter(_ count: Int) { left.withLock { $0 = count } }

    init(on queue: DatabaseQueue, tables: [String]) throws {
        let fault = DatabaseFunction("fault", argumentCount: 0) { [self] _ in
            try left.withLock { left in
                guard left > 0 else { throw DatabaseError(resultCode: .SQLITE_IOERR_WRITE) }
                left -= 1
            }
            return nil
        }
        try queue.writeWithoutTransaction { database in
            database.add(function: fault)
            for table in tables {
                for change in ["INSERT", "UPDATE"] {
                    try database.execute(
                        sql: """
                            CREATE TEMP TRIGGER fault_\(table)_\(change) AFTER \(change)
                            ON main.\(table) BEGIN SELECT fault(); END
                            """)
                }
            }
        }
    }
}

/// Rolls every transaction back at its commit.
private final class Veto: TransactionObserver {
    private let reason: any Error

    init(_ reason: any Error) { self.reason = reason }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws { throw reason }
    func databaseDidCommit(_ database: Database) {}
    func databaseDidRollback(_ database: Database) {}
}
