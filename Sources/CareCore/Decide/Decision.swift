/// What a command brings about: events to be made durable and then applied, and what to answer.
package struct Decision: Sendable {
    package internal(set) var events: [Event] = []
    /// Kept apart from the events by the ledger.
    package internal(set) var identities: [StayID: Identity] = [:]
    package internal(set) var settled: [Receipt.Settled] = []
    /// With `keepGoing`: what was left out, and why.
    package internal(set) var refused: [Fault] = []

    init() {}

    /// The answer, once the events have their place in the ledger.
    package func receipt(sequence: Int64, at: Instant) -> Receipt {
        var receipt = Receipt(sequence: sequence, at: at)
        receipt.settled = settled
        for event in events {
            switch event {
            case .alertRaised(let alert): receipt.alerts.append(alert.id)
            case .holdPlaced(let hold): receipt.holds.append(hold.id)
            default: break
            }
            if let stay = event.stay, !receipt.stays.contains(stay) { receipt.stays.append(stay) }
        }
        return receipt
    }
}

/// What the core is handed besides the state: protocols and wards.
///
/// Both come from files.
package struct CareContext: Sendable {
    /// The protocols that new stays follow.
    package private(set) var library: CareLibrary
    /// In the order of the configuration.
    package let wards: [Ward]
    /// Earlier versions that stays still follow, by ``CareLibrary/version``; looked up only.
    private var earlier: [String: CareLibrary] = [:]

    package init(library: CareLibrary, wards: [Ward], earlier: [String: CareLibrary] = [:]) {
        self.library = library
        self.wards = wards
        self.earlier = earlier
    }

    /// Makes other protocols the current ones.
    ///
    /// - Parameter needed: Versions that stays follow; others are let go.
    package mutating func adopt(_ library: CareLibrary, needed: Set<String>) {
        earlier[self.library.version] = self.library
        earlier = earlier.filter { needed.contains($0.key) && $0.key != library.version }
        self.library = library
    }

    package func library(version: String) -> CareLibrary? {
        version == library.version ? library : earlier[version]
    }

    /// The protocols that a stay was planned with.
    ///
    /// The current ones where that version cannot be had any more: no patient is left without care.
    package func library(for stay: Stay) -> CareLibrary {
        stay.followedVersion.flatMap(library(version:)) ?? library
    }

    /// The protocols that a care item was planned with, else those of its stay.
    package func library(for item: CareItem, of stay: Stay) -> CareLibrary {
        library(version: item.protocolVersion) ?? library(for: stay)
    }

    package func ward(_ id: String) -> Ward? {
        wards.first { $0.id == id }
    }

    /// The zone of a ward; UTC for one that the configuration no longer names, so that care goes on.
    package func zone(of ward: String) -> ZoneRules {
        self.ward(ward)?.zone ?? .utc
    }
}

extension Stay {
    /// The version of the protocols that the stay follows.
    ///
    /// A stay from before versions were kept follows what its care was planned with.
    package var followedVersion: String? {
        protocolVersion ?? items.last { $0.isActive }?.protocolVersion
    }

    /// Every version that is needed to go on: the stay's own, and those of care items that wait for a
    /// decision.
    package var neededVersions: [String] {
        var seen: Set<String> = []
        let all = [followedVersion] + items.filter(\.isActive).map(\.protocolVersion)
        return all.compactMap { $0 }.filter { seen.insert($0).inserted }
    }
}
