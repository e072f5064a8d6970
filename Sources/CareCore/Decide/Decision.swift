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
    package let library: CareLibrary
    /// In the order of the configuration.
    package let wards: [Ward]

    package init(library: CareLibrary, wards: [Ward]) {
        self.library = library
        self.wards = wards
    }

    package func ward(_ id: String) -> Ward? {
        wards.first { $0.id == id }
    }

    /// The zone of a ward; UTC for one that the configuration no longer names, so that care goes on.
    package func zone(of ward: String) -> ZoneRules {
        self.ward(ward)?.zone ?? .utc
    }
}
