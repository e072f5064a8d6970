/// What happened, as the ledger keeps it.
///
/// An event carries every instant it brought about, so that applying it needs neither protocols nor
/// zones nor a clock, and cannot fail.
package enum Event: Hashable, Codable, Sendable {
    case stayEnrolled(Stay)
    case itemPlanned(CareItem)
    /// The rule behind a care item changed; interval and occurrence as given from now on.
    case itemReplanned(ItemID, CareItem.Plan)
    case itemEnded(ItemID, CareItem.EndReason)
    case intervalChanged(ItemID, toMinutes: Int, IntervalReason, ruleID: String)
    case clinicalHoldChanged(ItemID, CareItem.ClinicalHold?)
    /// The item's next occurrence; `nil` while it waits for the activity it accompanies.
    case occurrenceSet(ItemID, Occurrence?)
    case reminderChanged(ReminderID, Occurrence.Phase, Priority, ReminderReason)
    /// It was not done and the next set takes its place.
    case reminderMissed(ReminderID, MissedReason)
    case outcomeRecorded(OutcomeRecord)
    case assessmentChanged(StayID, changes: [AssessmentChange], reason: String)
    case alertRaised(Alert)
    case alertAcknowledged(AlertID, note: String?)
    case alertResolved(AlertID, note: String?)
    case proposalDecided(AlertID, accepted: Bool)
    case holdPlaced(Hold)
    /// A planned absence has begun.
    case holdBegan(HoldID)
    case holdEnded(HoldID, byTime: Bool)
    /// A condition that the service watches holds, has come to its time, or is over.
    case watchChanged(WatchState)
    case stayTransferred(StayID, ward: String, bed: String)
    case stayDischarged(StayID, Stay.DischargeReason)
    /// The stay follows other protocols from now on, and so do these of its care items; others wait for
    /// a proposal to be decided.
    case stayMigrated(StayID, protocolVersion: String, items: [ItemID])
    /// The service was not watching in [from, to); `fellDue` reminders came due unannounced.
    case blindTime(from: Instant, to: Instant, fellDue: [ReminderID])

    package enum IntervalReason: String, Codable, Sendable {
        case finding, assessment, confirmed
    }
}

/// Why a reminder was raised or raised further.
package enum ReminderReason: String, Codable, Sendable {
    case due, late, escalation
    /// It came due while nobody watched, and is announced now, once.
    case blindTime = "blind-time"
    /// It came due during a hold.
    case held
    case holdEnded = "hold-ended"
}

package enum MissedReason: String, Codable, Sendable {
    /// The next set took its place.
    case lapsed
    /// A hold covered it until its time was over.
    case held
}

package struct AssessmentChange: Hashable, Codable, Sendable {
    package let fact: Fact
    /// `nil` when the fact became unknown.
    package let value: Value?
    /// Of a scale: what the result was made of; `nil` when only the result was stated.
    package let subScores: Scale.SubScores?

    package init(fact: Fact, value: Value?, subScores: Scale.SubScores? = nil) {
        self.fact = fact
        self.value = value
        self.subScores = subScores
    }
}

/// What was done, or why it was not, by whom and when.
package struct OutcomeRecord: Hashable, Codable, Sendable {
    package let item: ItemID
    package let activity: ActivityCode
    /// The occurrence that it settled; `nil` for unscheduled care.
    package let reminder: ReminderID?
    package let outcome: Outcome
    package let performedAt: Instant
    package let person: String
    package let reason: String?
    package let readings: Readings
    /// Whether elapsed care counts from here.
    package let counts: Bool
    /// Civil times between the settled occurrence and the act, which it covers too.
    package let coveredSlots: Int
    /// Since when every recorded value was good.
    package let goodSince: Instant
}

/// An event with its place in the ledger.
package struct LedgerEntry: Hashable, Codable, Sendable {
    /// 1 for the first event; order is by sequence only.
    package let sequence: Int64
    package let at: Instant
    package let actor: Actor
    package let event: Event

    package init(sequence: Int64, at: Instant, actor: Actor, event: Event) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.event = event
    }
}

extension Event {
    /// The stay that the event belongs to; `nil` for events of the service.
    package var stay: StayID? {
        switch self {
        case .stayEnrolled(let stay): stay.id
        case .itemPlanned(let item): item.id.stay
        case .itemReplanned(let item, _), .itemEnded(let item, _),
            .intervalChanged(let item, _, _, _), .clinicalHoldChanged(let item, _),
            .occurrenceSet(let item, _):
            item.stay
        case .reminderChanged(let reminder, _, _, _), .reminderMissed(let reminder, _):
            reminder.item.stay
        case .outcomeRecorded(let record): record.item.stay
        case .assessmentChanged(let stay, _, _), .stayTransferred(let stay, _, _),
            .stayDischarged(let stay, _), .stayMigrated(let stay, _, _):
            stay
        case .alertRaised(let alert): alert.id.stay
        case .alertAcknowledged(let alert, _), .alertResolved(let alert, _),
            .proposalDecided(let alert, _):
            alert.stay
        case .holdPlaced(let hold): hold.id.stay
        case .holdBegan(let hold), .holdEnded(let hold, _): hold.stay
        case .watchChanged(let watch): watch.id.stay
        case .blindTime: nil
        }
    }

    /// One word for the ledger's column, the stream and the journal.
    package var kind: String {
        switch self {
        case .stayEnrolled: "stay-enrolled"
        case .itemPlanned: "item-planned"
        case .itemReplanned: "item-replanned"
        case .itemEnded: "item-ended"
        case .intervalChanged: "interval-changed"
        case .clinicalHoldChanged: "clinical-hold-changed"
        case .occurrenceSet: "occurrence-set"
        case .reminderChanged: "reminder-changed"
        case .reminderMissed: "reminder-missed"
        case .outcomeRecorded: "outcome-recorded"
        case .assessmentChanged: "assessment-changed"
        case .alertRaised: "alert-raised"
        case .alertAcknowledged: "alert-acknowledged"
        case .alertResolved: "alert-resolved"
        case .proposalDecided: "proposal-decided"
        case .holdPlaced: "hold-placed"
        case .holdBegan: "hold-began"
        case .holdEnded: "hold-ended"
        case .watchChanged: "watch-changed"
        case .stayTransferred: "stay-transferred"
        case .stayDischarged: "stay-discharged"
        case .stayMigrated: "stay-migrated"
        case .blindTime: "blind-time"
        }
    }
}
