import CareCore
import GRDB
import Schemas

/// Brings a ledger's file to the format that this version writes.
enum Migration {
    static var newest: Int { StoreSchema.migrations.count }

    /// Refuses a file that is not a ledger or was written by a newer version.
    static func run(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let format = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        let isNew = application == 0 && format == 0 && tables == 0
        guard isNew || application == Connection.applicationID else {
            throw LedgerFailure.refused(
                "\(path) is the file of another program, not a ledger of sccd. It was not touched. "
                    + "Name another path.")
        }
        guard format <= newest else {
            throw LedgerFailure.refused(
                "The ledger \(path) has format \(format), written by a newer sccd; this one knows "
                    + "formats up to \(newest). It was not touched. Install the newer sccd again, "
                    + "or stop sccd, set the file aside and restore the backup that was made "
                    + "before the upgrade.")
        }
        try Connection.useWAL(database, path: path)
        guard format < newest else { return }
        try database.inTransaction(.immediate) {
            for migration in StoreSchema.migrations[format...] {
                try database.execute(sql: migration)
            }
            try Connection.set("application_id", to: Connection.applicationID, in: database)
            try Connection.set("user_version", to: newest, in: database)
            return .commit
        }
    }
}
