/// What the core needs of durable storage; adapters implement it, the engine calls it.
///
/// The port is narrow on purpose: a ledger for several daemons can stand beside the one for SQLite.
package protocol CareLedger: Sendable {
    /// Everything needed to go on: current state and the last sequence number.
    func load() throws(LedgerFailure) -> LedgerSnapshot

    /// Makes a batch durable in one transaction: entries, the projection of the touched stays,
    /// identities and answers, all or nothing. Returns only when it would survive a power cut.
    func append(_ batch: LedgerBatch) throws(LedgerFailure)

    /// Entries after `sequence` in order, at most `limit`; of one stay when given.
    func entries(
        after sequence: Int64, stay: StayID?, limit: Int
    ) throws(LedgerFailure) -> [LedgerEntry]

    /// The answer that a request with this id was given.
    func answer(to request: String) throws(LedgerFailure) -> StoredAnswer?

    /// A discharged stay as it was at its end.
    func stay(_ id: StayID) throws(LedgerFailure) -> Stay?

    /// Keeps a version of the protocols, so that stays which follow it can go on after a restart.
    ///
    /// Keeping the same one again changes nothing.
    func keep(_ version: ProtocolVersion, at: Instant) throws(LedgerFailure)

    /// A version that was kept; `nil` where it never was.
    func protocolVersion(_ version: String) throws(LedgerFailure) -> ProtocolVersion?

    /// Notes that the service was watching at `instant`. Not an event.
    func noteAlive(_ instant: Instant) throws(LedgerFailure)
}

package struct LedgerSnapshot: Sendable {
    /// Active stays in the order of their numbers, identities attached.
    package var stays: [Stay]
    package var technicalAlerts: [Alert]
    /// The highest numbers ever given out.
    package var lastStayNumber: Int
    package var lastTechnicalAlertNumber: Int
    package var lastSequence: Int64
    /// When the service was last known to watch; `nil` on a new ledger.
    package var lastAlive: Instant?

    package init(
        stays: [Stay] = [], technicalAlerts: [Alert] = [], lastStayNumber: Int = 0,
        lastTechnicalAlertNumber: Int = 0, lastSequence: Int64 = 0, lastAlive: Instant? = nil
    ) {
        self.stays = stays
        self.technicalAlerts = technicalAlerts
        self.lastStayNumber = lastStayNumber
        self.lastTechnicalAlertNumber = lastTechnicalAlertNumber
        self.lastSequence = lastSequence
        self.lastAlive = lastAlive
    }
}

/// One transaction's worth of change.
package struct LedgerBatch: Sendable {
    package var entries: [LedgerEntry] = []
    /// The stays that the entries touched, as they are after the entries.
    package var stays: [Stay] = []
    package var technicalAlerts: [Alert] = []
    package var answers: [StoredAnswer] = []

    package init() {}
}

/// The answer to a request, kept so that the same request id settles an unknown outcome.
package struct StoredAnswer: Hashable, Codable, Sendable {
    package let request: String
    /// Of the request's method, path and body.
    package let fingerprint: String
    package let receipt: Receipt
    package let at: Instant

    package init(request: String, fingerprint: String, receipt: Receipt, at: Instant) {
        self.request = request
        self.fingerprint = fingerprint
        self.receipt = receipt
        self.at = at
    }
}

/// What a command brought about.
package struct Receipt: Hashable, Codable, Sendable {
    /// Sequence number of the last event of the command.
    package var sequence: Int64
    package var at: Instant
    package var stays: [StayID] = []
    package var settled: [Settled] = []
    package var alerts: [AlertID] = []
    package var holds: [HoldID] = []

    /// What became of one reported outcome.
    package struct Settled: Hashable, Codable, Sendable {
        package let item: ItemID
        package let activity: ActivityCode
        package let outcome: Outcome
        /// The occurrence it settled; `nil` for unscheduled care.
        package let reminder: ReminderID?
        package let nextDue: Instant?
        /// Anything that the person should know, for example that the due reminder stays.
        package let note: String?
    }

    package init(sequence: Int64 = 0, at: Instant) {
        self.sequence = sequence
        self.at = at
    }
}

/// Why the ledger did not do what it was asked.
package enum LedgerFailure: Error, Hashable, Sendable {
    /// Nothing was written.
    case refused(String)
    /// It may or may not be there after a restart; the request id settles it.
    case unknown(String)
    /// What is stored cannot be read.
    case corrupt(String)
}
