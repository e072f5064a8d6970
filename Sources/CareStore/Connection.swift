import CSQLiteShim
import CareCore
import GRDB

/// The two connections to a ledger's file and their settings.
///
/// Before 3.51.3 SQLite can lose commits when two connections write and checkpoint at once. Here
/// one connection writes and checkpoints, and the other can do neither.
enum Connection {
    /// `sccd` in ASCII, in the file's header.
    static let applicationID = 0x7363_6364

    static func writer(path: String, busySeconds: Double) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "ledger.writer"
        configuration.busyMode = .timeout(busySeconds)
        configuration.prepareDatabase { database in
            try defend(database)
            try set("synchronous", to: 2, in: database)
            try set("foreign_keys", to: 1, in: database)
            // Without it, INSERT OR REPLACE would remove a row past its triggers.
            try set("recursive_triggers", to: 1, in: database)
            // Removed names leave no traces in free space.
            try set("secure_delete", to: 1, in: database)
            try set("wal_autocheckpoint", to: 0, in: database)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    static func reader(path: String, busySeconds: Double) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "ledger.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(busySeconds)
        configuration.prepareDatabase { database in
            try defend(database)
            try check(leaveLogOnClose(database), "no checkpoint on close")
            try set("query_only", to: 1, in: database)
            try set("wal_autocheckpoint", to: 0, in: database)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Changes the file, so it comes after the check that the file is a ledger.
    static func useWAL(_ database: Database, path: String) throws {
        guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw LedgerFailure.refused(
                "The ledger \(path) cannot have a write-ahead log there. Put it on a local disk.")
        }
    }

    /// Sets a pragma and reads it back: SQLite ignores what it does not know.
    static func set(_ pragma: String, to value: Int, in database: Database) throws {
        try database.execute(sql: "PRAGMA \(pragma) = \(value)")
        let now = try Int.fetchOne(database, sql: "PRAGMA \(pragma)")
        guard now == value else {
            throw LedgerFailure.refused(
                "SQLite did not take the setting \(pragma) = \(value). Use the packaged SQLite.")
        }
    }

    /// Frames that went to the WAL since the last call.
    static func takeFramesWritten(_ database: Database) -> Int {
        Int(unsafe scc_sqlite_take_pages_written(database.sqliteConnection))
    }

    /// Closing this connection moves nothing from the WAL into the file.
    static func leaveLogOnClose(_ database: Database) -> Int32 {
        unsafe scc_sqlite_never_checkpoint_on_close(database.sqliteConnection)
    }

    private static func defend(_ database: Database) throws {
        try check(unsafe scc_sqlite_defend(database.sqliteConnection), "defensive mode")
        try check(unsafe scc_sqlite_distrust_schema(database.sqliteConnection), "untrusted schema")
        try set("cell_size_check", to: 1, in: database)
        // A stray write of the process must not reach the file.
        try set("mmap_size", to: 0, in: database)
        // Nothing about patients in files under /tmp.
        try set("temp_store", to: 2, in: database)
    }

    private static func check(_ code: Int32, _ setting: String) throws {
        guard code == SQLITE_OK else {
            throw LedgerFailure.refused(
                "SQLite did not take the setting \(setting). Use the packaged SQLite.")
        }
    }
}
