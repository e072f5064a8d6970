package import CareCore

/// A command on its way to the engine.
package struct Submission: Sendable {
    package let command: Command
    package let actor: Actor
    /// The caller's request id: the same id is answered the same and acted on once.
    package let request: String?
    /// Of method, path and body: the same id with another fingerprint is refused.
    package let fingerprint: String

    package init(
        _ command: Command, by actor: Actor, request: String? = nil, fingerprint: String = ""
    ) {
        self.command = command
        self.actor = actor
        self.request = request
        self.fingerprint = fingerprint
    }
}

/// A command that was done and is durable.
package struct CommandResult: Sendable {
    package let receipt: Receipt
    /// The request was answered before; nothing was done again.
    package let replayed: Bool
    /// With `keepGoing`: what was left out, and why.
    package let refused: [Fault]
}

/// Why a command was not done.
package enum EngineFailure: Error, Sendable {
    /// Refused by a rule; the state is as it was.
    case rejected(Rejection)
    /// The request id was used for something else.
    case requestReused
    /// The ledger did not take it; nothing was changed.
    case unavailable(String)
    /// It may or may not be there after a restart; the same request id settles it.
    case unknownOutcome(String)
}

/// An entry as watchers see it: with the place of its stay, without any name.
package struct PublishedEntry: Sendable {
    package let entry: LedgerEntry
    package let ward: String?
    package let bed: String?
    /// The ward that a transferred patient left: its view changes too.
    package var formerWard: String?
    /// The care item that the event is about, as it is after the event.
    package let item: CareItem?
}

/// One consistent look at a ward, or at all of them.
package struct WardSnapshot: Sendable {
    package let at: Instant
    /// Sequence number of the last change of what the snapshot shows.
    package let sequence: Int64
    package let stays: [Stay]
    package let technicalAlerts: [Alert]
}

package struct EngineStatus: Sendable {
    package let now: Instant
    package let patients: Int
    package let careItems: Int
    package let raisedReminders: Int
    package let activeAlerts: Int
    package let nextDue: Instant?
    package let lastSequence: Int64
    package let blindTime: CareState.BlindTime?
    /// Why the ledger could not take the last batch; `nil` when it did.
    package let trouble: String?
}

/// Named limits of the engine.
package enum EngineLimits {
    /// Commands that share one commit.
    package static let batchCommands = 256
    /// Timers that one turn of the clock takes.
    package static let tickBatch = 512
    /// The longest sleep, in seconds: one lost wake-up costs no more.
    package static let longestSleepSeconds: Int64 = 30
    /// Entries that a watcher may fall behind before it is dropped.
    package static let watchBuffer = 1_024
    package static let watchers = 256
    /// Entries that are read at once in search of a past reminder.
    package static let explainedEntries = 1_000
    /// Requests that may wait for one commit; more are turned away.
    package static let pendingCommands = 10_000
}
