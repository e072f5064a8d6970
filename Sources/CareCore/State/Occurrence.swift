/// Why an occurrence is due when it is; `explain`, the ledger and the journal read the same case.
package enum DueReason: String, Codable, CaseIterable, Sendable {
    /// First due after the care item began.
    case firstDue = "first-due"
    /// One interval after the care was last done.
    case interval
    /// The next local time of civil care.
    case civilSlot = "civil-slot"
    /// A finding shortened the interval.
    case finding
    /// A changed assessment shortened the interval.
    case assessment
    /// Follows the occurrence of the activity it accompanies.
    case accompanies
    /// Offered again after a refusal or an attempt that could not be done.
    case retry
    /// Fell due during a hold that has ended.
    case holdEnded = "hold-ended"
    /// The confirmed proposal of a longer interval.
    case lengthened
    /// Brought forward, because the patient is off the ward when it would be due.
    case beforeAbsence = "before-absence"
    /// Due on return to the ward.
    case returned
    /// Brought forward inside its early window, so that a ward does not peak.
    case staggered
    /// One at the start of civil care, before its first slot.
    case startOfCare = "start-of-care"
}

/// One occurrence of a care item: the reminder and its timetable.
///
/// Every instant is worked out when the occurrence is set and never again, so that what is shown,
/// escalated and explained are the same numbers.
package struct Occurrence: Hashable, Codable, Sendable {
    package enum Phase: String, Codable, Sendable {
        case upcoming, due, overdue, escalated, held
    }

    package struct Step: Hashable, Codable, Sendable {
        package let at: Instant
        package let priority: Priority
    }

    package let number: Int
    package let due: Instant
    /// The instant from which lateness counts: earlier than `due` for care offered again.
    package let lateFrom: Instant
    package let reason: DueReason
    /// The arithmetic: `base` plus `plusMinutes` gives `due`; both absent for a civil slot.
    package let base: Instant?
    package let plusMinutes: Int?
    /// The local time that civil care asks for; the due instant is later where a clock change swallows it.
    package let slot: TimeOfDay?
    /// The rule or finding that gave the interval or time.
    package let ruleID: String
    /// What is to be done in particular, where that changes from one occurrence to the next.
    package let detail: String?
    /// From when doing it counts for this occurrence; `nil` is any time.
    package let earliest: Instant?
    package let onTimeUntil: Instant
    package let steps: [Step]
    /// The following local time of civil care; `nil` for elapsed care.
    package let nextSlot: Instant?
    /// When it lapses instead of piling up; `nil` for care that stays due until somebody acts.
    package let lapsesAt: Instant?
    package internal(set) var phase: Phase = .upcoming
    package internal(set) var priority: Priority = .info
    package internal(set) var raisedAt: Instant?

    /// The next instant at which this occurrence changes by itself; `nil` at the end of its steps.
    package var nextChange: Instant? {
        switch phase {
        case .upcoming: due
        case .held: lapsesAt ?? nextSlot
        case .due, .overdue, .escalated:
            [steps.first { $0.priority > priority }?.at, lapsesAt].compactMap { $0 }.min()
        }
    }

    /// Whether a nurse is being reminded of it.
    package var isRaised: Bool {
        switch phase {
        case .due, .overdue, .escalated: true
        case .upcoming, .held: false
        }
    }
}
