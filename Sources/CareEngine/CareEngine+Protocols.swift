package import CareCore

/// How the engine keeps and reads versions of the protocols.
package struct ProtocolArchive: Sendable {
    /// The texts of the protocols that are current at the start.
    package let current: ProtocolVersion
    /// Reads a version that the ledger kept.
    package let read: @Sendable (ProtocolVersion) throws -> CareLibrary

    package init(
        current: ProtocolVersion,
        read: @escaping @Sendable (ProtocolVersion) throws -> CareLibrary
    ) {
        self.current = current
        self.read = read
    }
}

extension CareEngine {
    /// The context together with the earlier protocols that stays still follow, and what of them
    /// cannot be had any more.
    static func withEarlier(
        _ context: CareContext, of stays: [Stay], _ ledger: any CareLedger,
        _ archive: ProtocolArchive
    ) -> (CareContext, lost: [(version: String, stays: [StayID], reason: String)]) {
        var order: [String] = []
        var followers: [String: [StayID]] = [:]
        for stay in stays {
            for version in stay.neededVersions where version != context.library.version {
                if followers[version] == nil { order.append(version) }
                followers[version, default: []].append(stay.id)
            }
        }
        var earlier: [String: CareLibrary] = [:]
        var lost: [(version: String, stays: [StayID], reason: String)] = []
        for version in order {
            do {
                guard let kept = try ledger.protocolVersion(version) else {
                    lost.append(
                        (version, followers[version] ?? [], "the ledger has no texts of it"))
                    continue
                }
                earlier[version] = try archive.read(kept)
            } catch {
                lost.append((version, followers[version] ?? [], "\(error)"))
            }
        }
        let whole = CareContext(library: context.library, wards: context.wards, earlier: earlier)
        return (whole, lost)
    }
}
