/// What came of one case: everything that fell due, was done, raised, proposed and refused.
package struct SimulationAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var title: String?
    /// The file of the case; `nil` for what lies ahead of a real stay.
    package var file: String?
    /// The horizon is half-open: `end` is no part of it.
    package var start: String
    package var end: String
    package var protocolVersion: String
    /// The activities that are listed; empty for all.
    package var only: [String] = []
    package var stays: [SimulatedStay] = []
    package var refused: [SimulatedRefusal] = []
    /// Present when the case states what it expects.
    package var check: SimulationCheck?

    package init(start: String, end: String, protocolVersion: String) {
        self.start = start
        self.end = end
        self.protocolVersion = protocolVersion
    }
}

package struct SimulatedStay: Codable, Hashable, Sendable {
    package var stay: String
    package var admission: String
    package var enrolledAt: String
    package var dischargedAt: String?
    /// Where the patient lay, from when; more than one after a transfer.
    package var places: [SimulatedPlace]
    /// When the wall clock of the ward jumps inside the horizon.
    package var clockChanges: [SimulatedClockChange] = []
    package var items: [SimulatedItem] = []
    package var alerts: [SimulatedAlert] = []
    package var holds: [HoldView] = []
    package var changes: [SimulatedChange] = []

    package init(stay: String, admission: String, enrolledAt: String, places: [SimulatedPlace]) {
        self.stay = stay
        self.admission = admission
        self.enrolledAt = enrolledAt
        self.places = places
    }
}

package struct SimulatedPlace: Codable, Hashable, Sendable {
    package var from: String
    package var ward: String
    package var bed: String
    package var zone: String

    package init(from: String, ward: String, bed: String, zone: String) {
        self.from = from
        self.ward = ward
        self.bed = bed
        self.zone = zone
    }
}

package struct SimulatedClockChange: Codable, Hashable, Sendable {
    package var at: String
    /// What the wall clock shows from then on.
    package var local: String
    /// Positive when the clock is put forward.
    package var minutes: Int

    package init(at: String, local: String, minutes: Int) {
        self.at = at
        self.local = local
        self.minutes = minutes
    }
}

/// One activity of a stay, over all its care items.
package struct SimulatedItem: Codable, Hashable, Sendable {
    package var activity: String
    package var term: String
    package var domain: String
    /// In due order.
    package var rows: [SimulatedRow] = []
    /// Care that was done without a reminder being due.
    package var unscheduled: [SimulatedOutcome] = []
    /// Intervals that changed, with the reason.
    package var intervals: [SimulatedInterval] = []
    package var endedAt: String?
    package var endReason: String?
    /// The first due instant after the horizon, as it stands at its end.
    package var nextDue: String?
    package var nextDueLocal: String?

    package init(activity: String, term: String, domain: String) {
        self.activity = activity
        self.term = term
        self.domain = domain
    }
}

/// One occurrence: due or held, what became of it, and the arithmetic behind it.
package struct SimulatedRow: Codable, Hashable, Sendable {
    package var reminder: String
    package var due: String
    /// The same instant on the wall clock of the ward, with its offset from UTC.
    package var dueLocal: String
    package var rule: String
    package var detail: String?
    /// It came due during a hold: nobody was reminded.
    package var held: Bool
    package var heldBecause: String?
    /// Why it is due then: `base` plus `plusMinutes`, or a civil slot.
    package var reason: String
    package var base: String?
    package var plusMinutes: Int?
    /// The wall time that civil care asks for; a clock change can move the instant.
    package var slot: String?
    /// The rule or finding that gave the time, when it is not `rule`.
    package var timedBy: String?
    /// Where lateness counts from, when that is not `due`.
    package var lateFrom: String?
    package var onTimeUntil: String?
    /// What reminded further because nobody had acted.
    package var steps: [SimulatedStep] = []
    package var outcome: SimulatedOutcome?
    package var missedAt: String?
    package var missedReason: String?
    /// The care item ended while this was open.
    package var endedAt: String?

    package init(
        reminder: String, due: String, dueLocal: String, rule: String, detail: String?, held: Bool,
        reason: String, base: String?, plusMinutes: Int?
    ) {
        self.reminder = reminder
        self.due = due
        self.dueLocal = dueLocal
        self.rule = rule
        self.detail = detail
        self.held = held
        self.reason = reason
        self.base = base
        self.plusMinutes = plusMinutes
    }
}

package struct SimulatedStep: Codable, Hashable, Sendable {
    package var at: String
    package var local: String
    package var priority: String

    package init(at: String, local: String, priority: String) {
        self.at = at
        self.local = local
        self.priority = priority
    }
}

package struct SimulatedOutcome: Codable, Hashable, Sendable {
    /// `done`, `refused`, `unable` or `skipped`.
    package var outcome: String
    package var at: String
    package var local: String
    package var reason: String?
    /// An event of the case said so; otherwise the projection did it when it was due.
    package var byEvent: Bool
    package var readings: [String: JSONScalar]

    package init(
        outcome: String, at: String, local: String, reason: String?, byEvent: Bool,
        readings: [String: JSONScalar]
    ) {
        self.outcome = outcome
        self.at = at
        self.local = local
        self.reason = reason
        self.byEvent = byEvent
        self.readings = readings
    }
}

package struct SimulatedInterval: Codable, Hashable, Sendable {
    package var at: String
    package var local: String
    package var minutes: Int
    /// `finding`, `assessment` or `confirmed`.
    package var why: String
    package var rule: String

    package init(at: String, local: String, minutes: Int, why: String, rule: String) {
        self.at = at
        self.local = local
        self.minutes = minutes
        self.why = why
        self.rule = rule
    }
}

package struct SimulatedAlert: Codable, Hashable, Sendable {
    package var id: String
    package var rule: String
    /// `finding`, `proposal`, `query` or `technical`.
    package var kind: String
    package var priority: String
    package var message: String
    package var who: String
    package var raisedAt: String
    package var raisedLocal: String
    package var actBy: String?
    package var acknowledgedAt: String?
    package var resolvedAt: String?
    package var resolvedLocal: String?
    package var resolvedBecause: String?
    /// Of a proposal: the activity, and the interval in minutes (absent: that it ends).
    package var activity: String?
    package var toMinutes: Int?
    /// Of a proposal that was decided.
    package var accepted: Bool?

    package init(
        id: String, rule: String, kind: String, priority: String, message: String, who: String,
        raisedAt: String, raisedLocal: String, actBy: String?
    ) {
        self.id = id
        self.rule = rule
        self.kind = kind
        self.priority = priority
        self.message = message
        self.who = who
        self.raisedAt = raisedAt
        self.raisedLocal = raisedLocal
        self.actBy = actBy
    }
}

/// What became known about the patient, by an event or a finding.
package struct SimulatedChange: Codable, Hashable, Sendable {
    package var at: String
    package var local: String
    /// `assessment`, or the finding.
    package var because: String
    /// Null: unknown from then on.
    package var facts: [String: JSONScalar]

    package init(at: String, local: String, because: String, facts: [String: JSONScalar]) {
        self.at = at
        self.local = local
        self.because = because
        self.facts = facts
    }
}

/// An event that the engine refused; nothing of it was done.
package struct SimulatedRefusal: Codable, Hashable, Sendable {
    /// Of the event in its case, from 0.
    package var event: Int
    package var line: Int
    package var stay: String
    package var at: String
    package var local: String
    package var what: String
    package var code: String
    package var message: String
    package var faults: [FieldFault]
    /// The case says that it must be refused.
    package var expected: Bool

    package init(
        event: Int, line: Int, stay: String, at: String, local: String, what: String, code: String,
        message: String, faults: [FieldFault], expected: Bool
    ) {
        self.event = event
        self.line = line
        self.stay = stay
        self.at = at
        self.local = local
        self.what = what
        self.code = code
        self.message = message
        self.faults = faults
        self.expected = expected
    }
}

/// The case's expectations against what came of it.
package struct SimulationCheck: Codable, Hashable, Sendable {
    package var passed: Bool
    /// How many things were compared.
    package var compared: Int
    package var differences: [SimulationDifference]

    package init(compared: Int, differences: [SimulationDifference]) {
        passed = differences.isEmpty
        self.compared = compared
        self.differences = differences
    }
}

package struct SimulationDifference: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable {
        /// Expected, but not there.
        case missing
        /// There, but not expected.
        case extra
        /// There, and it must not be.
        case forbidden
        /// An event was refused that should not be, or the other way round.
        case refusal
    }

    package var kind: Kind
    package var stay: String
    /// An activity, or the rule of an alert.
    package var subject: String
    package var at: String?
    package var line: Int
    package var sentence: String

    package init(
        kind: Kind, stay: String, subject: String, at: String?, line: Int, sentence: String
    ) {
        self.kind = kind
        self.stay = stay
        self.subject = subject
        self.at = at
        self.line = line
        self.sentence = sentence
    }
}
