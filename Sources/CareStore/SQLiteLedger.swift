import CSQLiteShim
package import CareCore
import Foundation
import GRDB
import Synchronization

/// The ledger in one SQLite file.
///
/// One connection writes and checkpoints; the other only reads. All methods block and may be called
/// from any thread; writes follow each other.
package final class SQLiteLedger: CareLedger {
    package let path: String
    package let clock: LedgerClock

    let writer: DatabaseQueue
    private let reader: DatabaseQueue
    private let coder: BodyCoder
    private let memory = Mutex(Memory())

    private struct Memory {
        var written = Written()
        /// Frames in the WAL that the next checkpoint has to move, about.
        var walFrames = 0
        /// Why nothing more is written before a restart.
        var fault: String?
    }

    /// A commit that leaves more frames than this in the WAL checkpoints at once (8 MiB).
    static let walFramesLimit = 2_000
    /// From so many frames on, a quiet moment is used for a checkpoint.
    static let walFramesIdle = 200
    package static let entriesLimit = 10_000
    package static let answerLifetimeSeconds: Int64 = 7 * 86_400
    static let pruneBatchLimit = 500

    private init(
        path: String, clock: LedgerClock, writer: DatabaseQueue, reader: DatabaseQueue
    ) {
        self.path = path
        self.clock = clock
        self.writer = writer
        self.reader = reader
        coder = BodyCoder(path: path)
    }

    /// Opens the ledger at `path`, creates it when there is none, and brings it to this format.
    ///
    /// - Parameter busySeconds: How long to wait for another program that is writing.
    /// - Throws: ``LedgerFailure/refused(_:)`` for a file that must not be used like this: a link,
    ///   a network disk, a newer format, another program's file, the other kind of clock.
    ///   ``LedgerFailure/corrupt(_:)`` when the current state is damaged.
    package static func open(
        path: String, clock: LedgerClock, busySeconds: Double = 1
    ) throws(LedgerFailure) -> SQLiteLedger {
        try LedgerFile.prepare(path)
        do {
            let writer = try Connection.writer(path: path, busySeconds: busySeconds)
            try writer.writeWithoutTransaction { database in
                try Migration.run(database, path: path)
                try check(database)
                try settle(clock, in: database, path: path)
            }
            let reader = try Connection.reader(path: path, busySeconds: busySeconds)
            return SQLiteLedger(path: path, clock: clock, writer: writer, reader: reader)
        } catch {
            throw LedgerFailure(error, at: .open, path: path)
        }
    }

    /// Moves the log into the file and closes it; nothing can be asked of the ledger afterwards.
    package func close() throws(LedgerFailure) {
        do {
            try reader.close()
            try writer.close()
        } catch {
            throw LedgerFailure(error, at: .write, path: path)
        }
    }

    // The tables that a start reads. The record itself grows without bound and is read row by row.
    private static func check(_ database: Database) throws {
        for table in ["stay", "care_item", "alert", "hold", "technical_alert", "identity", "meta"] {
            let finding = try String.fetchOne(database, sql: "PRAGMA quick_check('\(table)')")
            guard finding == "ok" else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
        }
    }

    private static func settle(
        _ clock: LedgerClock, in database: Database, path: String
    ) throws {
        let before = try meta("clock", in: database)
        guard let before else {
            return try setMeta("clock", to: clock.word, in: database)
        }
        guard before == clock.word else {
            throw LedgerFailure.refused(
                clock == .realTime
                    ? "The ledger \(path) was kept in demo time and cannot go on in real time. "
                        + "Name another path for real patients."
                    : "The ledger \(path) was kept in real time: a demo must not write to it. Name "
                        + "another path for the demo.")
        }
    }
}

// MARK: - The port

extension SQLiteLedger {
    package func load() throws(LedgerFailure) -> LedgerSnapshot {
        let snapshot = try read(load)
        memory.withLock { memory in
            memory.written = Written()
            for stay in snapshot.stays { memory.written.stays[stay.id] = stay }
            for alert in snapshot.technicalAlerts {
                memory.written.technicalAlerts[alert.id] = alert
            }
        }
        return snapshot
    }

    package func append(_ batch: LedgerBatch) throws(LedgerFailure) {
        try memory.withLock { memory throws(LedgerFailure) in
            try commit(&memory) { database, written in
                try BatchWriter(database: database, coder: coder).write(batch, over: written)
            }
            memory.written.take(batch)
            if memory.walFrames > Self.walFramesLimit { checkpoint(&memory) }
        }
    }

    package func entries(
        after sequence: Int64, stay: StayID?, limit: Int
    ) throws(LedgerFailure) -> [LedgerEntry] {
        let columns = "SELECT seq, at, person, uid, pid, body FROM event"
        // A long read would keep the WAL from starting over.
        let limit = max(0, min(limit, Self.entriesLimit))
        return try read { database in
            let rows =
                if let stay {
                    try Row.fetchAll(
                        database.cachedStatement(
                            sql: columns + " WHERE stay = ? AND seq > ? ORDER BY seq LIMIT ?"),
                        arguments: [stay.number, sequence, limit])
                } else {
                    try Row.fetchAll(
                        database.cachedStatement(
                            sql: columns + " WHERE seq > ? ORDER BY seq LIMIT ?"),
                        arguments: [sequence, limit])
                }
            return try rows.map(coder.entry)
        }
    }

    package func answer(to request: String) throws(LedgerFailure) -> StoredAnswer? {
        try read { database in
            let row = try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT fingerprint, receipt, at FROM answer WHERE request = ?"),
                arguments: [request])
            return try row.map { row in
                StoredAnswer(
                    request: request, fingerprint: row[0],
                    receipt: try coder.value(
                        Receipt.self, from: row[1], table: "answer", key: request),
                    at: Instant(seconds: row[2]))
            }
        }
    }

    package func stay(_ id: StayID) throws(LedgerFailure) -> Stay? {
        try read { try coder.stay(id, in: $0) }
    }

    package func keep(_ version: ProtocolVersion, at: Instant) throws(LedgerFailure) {
        try memory.withLock { memory throws(LedgerFailure) in
            try commit(&memory) { database, _ in
                try database.cachedStatement(
                    sql: """
                        INSERT INTO protocol_version (version, at, body) VALUES (?, ?, ?)
                        ON CONFLICT (version) DO NOTHING
                        """
                ).execute(arguments: [version.version, at.seconds, try coder.text(version)])
                try Self.setMeta("protocols", to: version.version, in: database)
            }
        }
    }

    package func protocolVersion(
        _ version: String
    ) throws(LedgerFailure) -> ProtocolVersion? {
        try read { database in
            let body = try String.fetchOne(
                database.cachedStatement(
                    sql: "SELECT body FROM protocol_version WHERE version = ?"),
                arguments: [version])
            return try body.map {
                try coder.value(
                    ProtocolVersion.self, from: $0, table: "protocol_version", key: version)
            }
        }
    }

    /// Notes that the service was watching.
    ///
    /// The quiet moment is also used to drop old answers and to move the log into the file.
    package func noteAlive(_ instant: Instant) throws(LedgerFailure) {
        try memory.withLock { memory throws(LedgerFailure) in
            try commit(&memory) { database, _ in
                try database.cachedStatement(
                    sql: """
                        INSERT INTO alive (one, at) VALUES (1, ?)
                        ON CONFLICT (one) DO UPDATE SET at = excluded.at
                        """
                ).execute(arguments: [instant.seconds])
                try database.cachedStatement(
                    sql: """
                        DELETE FROM answer WHERE at < ? AND rowid IN
                            (SELECT rowid FROM answer ORDER BY rowid LIMIT ?)
                        """
                ).execute(arguments: [
                    instant.seconds - Self.answerLifetimeSeconds, Self.pruneBatchLimit,
                ])
            }
            if memory.walFrames > Self.walFramesIdle { checkpoint(&memory) }
        }
    }
}

// MARK: - For the service's wiring

extension SQLiteLedger {
    package func info() throws(LedgerFailure) -> LedgerInfo {
        let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        let walBytes = (log?[.size] as? NSNumber)?.intValue ?? 0
        return try read { database in
            func number(_ pragma: String) throws -> Int {
                try Int.fetchOne(database, sql: "PRAGMA \(pragma)") ?? 0
            }
            return LedgerInfo(
                path: path, format: try number("user_version"),
                sqliteVersion: try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? "",
                pageSize: try number("page_size"), pageCount: try number("page_count"),
                freePages: try number("freelist_count"), walBytes: walBytes,
                hasWALResetRace: LedgerInfo.hasWALResetRace(sqlite3_libversion_number()))
        }
    }

    /// The version of the protocols that was in force last; `nil` on a new ledger.
    package func lastProtocolVersion() throws(LedgerFailure) -> ProtocolVersion? {
        guard let version = try read({ try Self.meta("protocols", in: $0) }) else { return nil }
        return try protocolVersion(version)
    }

    /// Where the clocks of a demo stood last; `nil` on a new ledger or in real time.
    package func demoAnchor() throws(LedgerFailure) -> DemoAnchor? {
        try read { database in
            guard let real = try Self.meta("demo-real-seconds", in: database).flatMap(Int64.init),
                let ward = try Self.meta("demo-ward-seconds", in: database).flatMap(Int64.init)
            else { return nil }
            return DemoAnchor(realSeconds: real, ward: Instant(seconds: ward))
        }
    }

    package func setDemoAnchor(_ anchor: DemoAnchor) throws(LedgerFailure) {
        precondition(clock != .realTime, "only a ledger in demo time has an anchor")
        try memory.withLock { memory throws(LedgerFailure) in
            try commit(&memory) { database, _ in
                try Self.setMeta("demo-real-seconds", to: "\(anchor.realSeconds)", in: database)
                try Self.setMeta("demo-ward-seconds", to: "\(anchor.ward.seconds)", in: database)
            }
        }
    }
}

// MARK: - Transactions

extension SQLiteLedger {
    private func read<Value>(
        _ body: (Database) throws -> Value
    ) throws(LedgerFailure) -> Value {
        do {
            return try reader.read(body)
        } catch {
            throw LedgerFailure(error, at: .read, path: path)
        }
    }

    private func commit(
        _ memory: inout Memory, _ body: (Database, Written) throws -> Void
    ) throws(LedgerFailure) {
        if let fault = memory.fault { throw .refused(fault) }
        var step = LedgerStep.write
        do {
            let frames = try writer.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    try body(database, memory.written)
                    step = .commit
                    return .commit
                }
                return Connection.takeFramesWritten(database)
            }
            memory.walFrames += frames
        } catch {
            let failure = LedgerFailure(error, at: step, path: path)
            if case .unknown = failure { distrustDisk(&memory) }
            throw failure
        }
    }

    /// Moves what it can from the WAL into the file; what committed stays durable either way.
    private func checkpoint(_ memory: inout Memory) {
        do {
            let (frames, moved) = try writer.writeWithoutTransaction { try $0.checkpoint(.passive) }
            // When all were moved, the next commit starts the WAL over.
            memory.walFrames = frames == moved ? 0 : frames
        } catch let error as DatabaseError
            where [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL].contains(error.resultCode)
        {
            // Nothing is lost; the next occasion tries again, and a full disk fails the commits.
        } catch {
            distrustDisk(&memory)
        }
    }

    // After a failed fsync the kernel may have dropped the data and report success next time, so
    // nothing that this process says about the file can be believed any more.
    private func distrustDisk(_ memory: inout Memory) {
        memory.fault =
            "The disk of the ledger \(path) failed earlier: nothing was saved. Check the disk and "
            + "restart sccd."
        // The log stays for the next start, which reads it from the disk anew.
        writer.writeWithoutTransaction { _ = Connection.leaveLogOnClose($0) }
    }

    private func load(_ database: Database) throws -> LedgerSnapshot {
        let numbers = try Int.fetchAll(
            database, sql: "SELECT id FROM stay WHERE active = 1 ORDER BY id")
        let stays = try numbers.compactMap { try coder.stay(StayID($0), in: database) }
        let alerts = try Row.fetchAll(
            database,
            sql: "SELECT number, body FROM technical_alert WHERE active = 1 ORDER BY number"
        ).map { row in
            try coder.value(
                Alert.self, from: row[1], table: "technical_alert", key: "T\(row[0] as Int)")
        }
        let last = try Row.fetchOne(database, sql: "SELECT seq, at FROM event ORDER BY seq DESC")
        let alive = try Int64.fetchOne(database, sql: "SELECT at FROM alive")
        // Whoever committed an event was watching.
        let lastAlive = [alive, last?[1]].compactMap { $0 }.max()
        return LedgerSnapshot(
            stays: stays, technicalAlerts: alerts,
            lastStayNumber: try Int.fetchOne(database, sql: "SELECT max(id) FROM stay") ?? 0,
            lastTechnicalAlertNumber: try Int.fetchOne(
                database, sql: "SELECT max(number) FROM technical_alert") ?? 0,
            lastSequence: last?[0] ?? 0, lastAlive: lastAlive.map(Instant.init(seconds:)))
    }

    private static func meta(_ key: String, in database: Database) throws -> String? {
        try String.fetchOne(
            database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
    }

    private static func setMeta(_ key: String, to value: String, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO meta (key, value) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """,
            arguments: [key, value])
    }
}
