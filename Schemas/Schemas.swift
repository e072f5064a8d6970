/// The schema of the ledger's file.
package enum StoreSchema {
    /// SQL that leads from an empty file to the newest format, oldest first.
    ///
    /// The file's `user_version` says how many were applied. A released one is never edited.
    package static let migrations: [String] = [
        text(PackageResources.migration_001_sql),
        text(PackageResources.migration_002_sql),
    ]

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
