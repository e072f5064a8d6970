/// What an administrator may want to know about a ledger's file.
package struct LedgerInfo: Hashable, Sendable {
    package let path: String
    package let format: Int
    package let sqliteVersion: String
    package let pageSize: Int
    package let pageCount: Int
    package let freePages: Int
    /// Size of the write-ahead log, which is kept while the service runs, so that commits overwrite.
    package let walBytes: Int
    /// Whether this SQLite can lose commits when two connections write and checkpoint at once.
    package let hasWALResetRace: Bool

    package var bytes: Int { pageSize * pageCount }

    /// For the start-up log.
    package var summary: String {
        let race =
            hasWALResetRace
            ? "; this SQLite has the WAL-reset race (fixed in 3.51.3), kept out by one writing "
                + "connection"
            : ""
        return "ledger \(path), format \(format), \(bytes) bytes, log \(walBytes) bytes, SQLite "
            + sqliteVersion + race
    }

    /// Fixed in 3.51.3, and in the older series from 3.50.7 and 3.44.6 on.
    static func hasWALResetRace(_ version: Int32) -> Bool {
        switch version {
        case 3_051_003...: false
        case 3_050_007..<3_051_000: false
        case 3_044_006..<3_045_000: false
        default: true
        }
    }
}
