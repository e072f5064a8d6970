/// Who acted, as the named person and as the kernel saw the caller.
package struct Actor: Hashable, Codable, Sendable {
    /// The named person; `nil` for the service's own acts.
    package let person: String?
    /// User id at the other end of the socket; `nil` for the service's own acts.
    package let uid: UInt32?
    package let pid: Int32?

    package init(person: String?, uid: UInt32? = nil, pid: Int32? = nil) {
        self.person = person
        self.uid = uid
        self.pid = pid
    }

    package static let service = Actor(person: nil)
}

/// A patient's name and record number.
///
/// Never part of an event: the ledger keeps them in a table of their own, so that they can be
/// removed without breaking the record.
package struct Identity: Hashable, Codable, Sendable {
    package let name: String
    package let recordNumber: String

    package init(name: String, recordNumber: String) {
        self.name = name
        self.recordNumber = recordNumber
    }
}

/// How a care item recurs, with everything that depended on the assessment filled in.
package enum ItemSchedule: Hashable, Codable, Sendable {
    case every
    case daily([TimeOfDay])
    case everyDays(Int, at: TimeOfDay)
    case with(ActivityCode)
    case once

    /// Schedules of one kind can follow each other; another kind is a new care item.
    enum Kind: Hashable {
        case elapsed, civil, days, accompanying, once
    }

    var kind: Kind {
        switch self {
        case .every: .elapsed
        case .daily: .civil
        case .everyDays: .days
        case .with: .accompanying
        case .once: .once
        }
    }
}

package enum Outcome: String, Codable, CaseIterable, Sendable {
    case done, refused, unable, skipped
}

package struct LastOutcome: Hashable, Codable, Sendable {
    package let outcome: Outcome
    package let performedAt: Instant
    package let recordedAt: Instant
    package let person: String
    package let reason: String?
}

/// One recurring activity of one stay.
package struct CareItem: Hashable, Codable, Sendable {
    package let id: ItemID
    package let activity: ActivityCode
    package internal(set) var ruleID: String
    /// The protocols that the item was planned with.
    package internal(set) var protocolVersion: String
    package internal(set) var schedule: ItemSchedule
    package internal(set) var options = ScheduleOptions()
    package internal(set) var detail: String?
    package let startedAt: Instant
    /// The facts that made the rule apply, as they were then.
    package internal(set) var because: [AssessmentChange] = []
    /// When another rule, or the same one with other facts, took over; `nil` since the start.
    package internal(set) var becauseAt: Instant?
    /// The interval that the rule gives, in minutes; `nil` for civil care.
    package internal(set) var baseMinutes: Int?
    /// The interval in force, in minutes: shorter after a finding, longer only after confirmation.
    package internal(set) var intervalMinutes: Int?
    /// The rule or finding that gave the interval in force, when it is not the care item's own rule.
    package internal(set) var intervalRuleID: String?
    /// Why occurrences are held rather than due, by the rule that says so.
    package internal(set) var clinicalHold: ClinicalHold?
    /// The next occurrence; `nil` while it waits for the activity it accompanies, or when it ended.
    package internal(set) var occurrence: Occurrence?
    package internal(set) var occurrences: Int = 0
    /// Occurrences that count towards a limited number: done, skipped, lapsed.
    package internal(set) var settled: Int = 0
    package internal(set) var lastDoneAt: Instant?
    package internal(set) var last: LastOutcome?
    package internal(set) var lapsedInARow: Int = 0
    /// Since when every recorded value was good, for a proposal of a longer interval.
    package internal(set) var goodSince: Instant
    package internal(set) var ended: End?

    /// What a rule makes of a care item.
    package struct Plan: Hashable, Codable, Sendable {
        package let ruleID: String
        package let protocolVersion: String
        package let schedule: ItemSchedule
        package let options: ScheduleOptions
        package let detail: String?
        package let baseMinutes: Int?
        package let because: [AssessmentChange]
    }

    package struct ClinicalHold: Hashable, Codable, Sendable {
        package let ruleID: String
        package let reason: String
    }

    package struct End: Hashable, Codable, Sendable {
        package let at: Instant
        package let reason: EndReason
    }

    package enum EndReason: String, Codable, Sendable {
        /// No rule of the protocol asks for it any more.
        case noLongerApplies = "no-longer-applies"
        case contraindicated
        /// It was to be done once, or so often, and was.
        case completed
        /// What the series was for is over.
        case resolved
        /// Another rule asks for it, in another way.
        case replaced
        case discharged
    }

    package var isActive: Bool { ended == nil }

    package var reminder: ReminderID? {
        occurrence.map { ReminderID(item: id, occurrence: $0.number) }
    }
}

/// A condition that needs a person.
///
/// Acknowledged is not resolved.
package struct Alert: Hashable, Codable, Sendable {
    package let id: AlertID
    /// The finding or rule that raised it, for example `ESC-1`.
    package let ruleID: String
    package let kind: Kind
    package let priority: Priority
    package let message: String
    package let who: String
    package let raisedAt: Instant
    /// By when somebody is to have acted.
    package let actBy: Instant?
    package let evidence: Evidence?
    /// What kind of rule raised it; `nil` for one from before it was kept.
    package internal(set) var cause: Cause?
    /// Why its priority is higher than the rule's own.
    package internal(set) var escalation: Escalation?
    package internal(set) var acknowledged: Mark?
    package internal(set) var resolved: Mark?

    package enum Kind: Hashable, Codable, Sendable {
        case finding
        /// A longer interval (minutes), or the end of the care item (`nil`), for a named person to
        /// decide.
        case proposal(ItemID, toMinutes: Int?)
        /// An order that was put aside or changed, for the prescriber.
        case query
        case technical
    }

    package enum Cause: String, Codable, CaseIterable, Sendable {
        /// A finding while care was done.
        case finding
        /// A condition that the service watches.
        case watch
        /// A rule asks the prescriber when it comes into force.
        case query
        /// An order that is contraindicated.
        case order
        case refused
        case notDone = "not-done"
        /// So many sets in a row were missed.
        case lapsed
        /// Care is held by a rule.
        case hold
        /// Every recorded value was good for so long.
        case lengthening
        /// The assessment now asks for less care.
        case lessCare = "less-care"
        /// The protocols no longer have the activity.
        case protocols
        /// Something about the service itself.
        case service
    }

    /// A priority above the rule's own, and what was seen that raised it.
    package struct Escalation: Hashable, Codable, Sendable {
        package let from: Priority
        package let facts: [AssessmentChange]
        package let readings: Readings
    }

    /// What made the rule raise it.
    package struct Evidence: Hashable, Codable, Sendable {
        /// The care item whose record showed it; `nil` where no care was recorded.
        package let item: ItemID?
        package let readings: Readings
        package let facts: [AssessmentChange]
        /// When it was found, or when the time that a rule allows was over.
        package let at: Instant
        /// Since when every recorded value was good, for a proposal that rests on it.
        package var goodSince: Instant?
    }

    package struct Mark: Hashable, Codable, Sendable {
        package let at: Instant
        package let person: String?
        package let note: String?
    }

    package var isActive: Bool { resolved == nil }
}

/// A reasoned, bounded pause of a stay or of some of its activities.
package struct Hold: Hashable, Codable, Sendable {
    package let id: HoldID
    /// Empty for the whole stay.
    package let activities: [ActivityCode]
    package let reason: String
    package let note: String?
    package let from: Instant
    package let until: Instant
    package let placedBy: String
    /// Where the hold is a time off the ward.
    package let absence: Absence?
    /// Whether `from` has come.
    package internal(set) var begun: Bool
    package internal(set) var endedAt: Instant?

    package struct Absence: Hashable, Codable, Sendable {
        package enum Kind: String, Codable, CaseIterable, Sendable {
            case radiotherapy, theatre, imaging, dialysis, therapy, other
        }

        package let kind: Kind
        package let dueBack: Instant
    }

    /// Placed or planned, and not ended.
    package var isActive: Bool { endedAt == nil }
    /// Holding now.
    package var isInForce: Bool { begun && isActive }

    package func covers(_ activity: ActivityCode) -> Bool {
        activities.isEmpty || activities.contains(activity)
    }
}

/// One admission of one patient.
package struct Stay: Hashable, Codable, Sendable {
    package let id: StayID
    /// The hospital's number of this admission; two active stays never share one.
    package let admission: String
    package internal(set) var ward: String
    package internal(set) var bed: String
    package let enrolledAt: Instant
    package internal(set) var assessment: Assessment
    package internal(set) var items: [CareItem] = []
    package internal(set) var alerts: [Alert] = []
    package internal(set) var holds: [Hold] = []
    package internal(set) var watches: [WatchState] = []
    package internal(set) var discharged: Discharge?
    /// The protocols that the stay follows until somebody moves it, by ``CareLibrary/version``.
    ///
    /// `nil` for a stay that was enrolled before versions were kept.
    package internal(set) var protocolVersion: String?
    /// Sequence number of the last event of this stay.
    package internal(set) var sequence: Int64 = 0
    /// Kept apart by the ledger; `nil` once it was removed there.
    package var identity: Identity?

    package struct Discharge: Hashable, Codable, Sendable {
        package let at: Instant
        package let reason: DischargeReason
    }

    package enum DischargeReason: String, Codable, CaseIterable, Sendable {
        case home, hospice, otherHospital = "other-hospital", otherWard = "other-ward", death, other
    }

    private enum CodingKeys: String, CodingKey {
        case id, admission, ward, bed, enrolledAt, assessment, items, alerts, holds, watches
        case discharged, protocolVersion, sequence
    }

    package var isActive: Bool { discharged == nil }

    package func item(_ id: ItemID) -> CareItem? {
        id.stay == self.id && items.indices.contains(id.number - 1) ? items[id.number - 1] : nil
    }

    /// The active care item of an activity; there is at most one.
    package func activeItem(_ activity: ActivityCode) -> CareItem? {
        items.first { $0.isActive && $0.activity == activity }
    }

    /// The holds in force that cover an activity.
    package func holds(on activity: ActivityCode) -> [Hold] {
        holds.filter { $0.isInForce && $0.covers(activity) }
    }

    /// The time off the ward that is planned or going on; there is at most one.
    package var absence: Hold? {
        holds.first { $0.isActive && $0.absence != nil }
    }
}

/// A watch rule whose condition holds, or held, for a stay; there is at most one for each rule.
package struct WatchState: Hashable, Codable, Sendable {
    package let id: WatchID
    package let ruleID: String
    /// Where its time counts from.
    package let since: Instant
    package let due: Instant
    package internal(set) var fired: Bool
    /// Its condition no longer holds, or its time began anew.
    package internal(set) var over: Bool

    package var isPending: Bool { !fired && !over }
}
