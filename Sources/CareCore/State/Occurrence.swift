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
    /// What the instants were worked out from; `nil` for one from before it was kept.
    package var basis: Basis?
    package internal(set) var phase: Phase = .upcoming
    package internal(set) var priority: Priority = .info
    package internal(set) var raisedAt: Instant?

    /// What else the instants were worked out from, so that ``sum(in:)`` repeats the arithmetic and
    /// `explain` guesses nothing.
    package struct Basis: Hashable, Codable, Sendable {
        /// What gave the interval of elapsed care.
        package enum Interval: String, Codable, Sendable {
            /// The care item's own rule.
            case rule
            /// A finding, a changed assessment or a confirmed proposal.
            case changed
            /// A phase of a denser start.
            case ramp
            /// The documented interval of the night.
            case night
        }

        package var interval: Interval?
        /// The local day of ``Occurrence/slot``.
        package var slotDate: LocalDate?
        /// The waking hours outside of which it would have fallen.
        package var waking: ScheduleOptions.Waking?
        /// Minutes by which it was brought forward inside its early window.
        package var broughtForward: Int?
        /// When it was set, where its time had passed by then.
        package var notBefore: Instant?
        /// Minutes before it from which doing it counts.
        package var early: Int?
        /// Until when it is on time, and when it is raised further, counted from ``Occurrence/lateFrom``.
        package var onTime: Span = .minutes(0)
        package var steps: [Span] = []
        /// The zone of the ward, where a local time took part.
        package var zone: String?

        var isAllMinutes: Bool {
            ([onTime] + steps).allSatisfy { if case .minutes = $0 { true } else { false } }
        }
    }

    /// A span from the instant from which lateness counts, with what facts gave filled in.
    package enum Span: Hashable, Sendable {
        case minutes(Int)
        case endOfDay
        /// So many minutes after the next such local time.
        case time(TimeOfDay, plus: Int)

        package func end(from instant: Instant, in zone: ZoneRules) -> Instant {
            switch self {
            case .minutes(let minutes): instant.adding(minutes: minutes)
            case .endOfDay: zone.endOfDay(instant)
            case .time(let time, let plus):
                zone.next(of: [time], after: instant, inclusive: true).adding(minutes: plus)
            }
        }
    }

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

extension Occurrence.Span: Codable {
    // `30`, `day` or `18:00+60`: a ledger has many of these.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        if text == "day" {
            self = .endOfDay
        } else if let minutes = Int(text) {
            self = .minutes(minutes)
        } else if let time = TimeOfDay(String(text.prefix(5))), let plus = Int(text.dropFirst(5)) {
            self = .time(time, plus: plus)
        } else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no span"))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .minutes(let minutes): try container.encode("\(minutes)")
        case .endOfDay: try container.encode("day")
        case .time(let time, let plus):
            try container.encode("\(time)\(plus < 0 ? "" : "+")\(plus)")
        }
    }
}
