/// The answer to every command: what it brought about.
package struct CommandAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    /// The ledger's sequence number of the last event; quote it to support.
    package var sequence: Int64
    package var at: String
    package var stays: [String]
    package var settled: [SettledOutcome]
    package var alerts: [String]
    package var holds: [String]
    /// With `keepGoing`: what was not enrolled, and why.
    package var refused: [FieldFault]?

    package init(
        sequence: Int64, at: String, stays: [String] = [], settled: [SettledOutcome] = [],
        alerts: [String] = [], holds: [String] = [], refused: [FieldFault]? = nil
    ) {
        self.sequence = sequence
        self.at = at
        self.stays = stays
        self.settled = settled
        self.alerts = alerts
        self.holds = holds
        self.refused = refused
    }
}

package struct SettledOutcome: Codable, Hashable, Sendable {
    package var activity: String
    package var outcome: String
    package var reminder: String?
    package var nextDue: String?
    package var note: String?

    package init(
        activity: String, outcome: String, reminder: String?, nextDue: String?, note: String?
    ) {
        self.activity = activity
        self.outcome = outcome
        self.reminder = reminder
        self.nextDue = nextDue
        self.note = note
    }
}

/// One raised or held reminder, or a coming one in a plan.
package struct ReminderView: Codable, Hashable, Sendable {
    package var id: String
    package var stay: String
    package var ward: String
    package var bed: String
    package var activity: String
    package var term: String
    package var detail: String?
    /// `upcoming`, `due`, `overdue`, `escalated` or `held`.
    package var state: String
    /// `INFO`, `LOW`, `MEDIUM` or `HIGH`.
    package var priority: String
    package var due: String
    /// From when lateness counts.
    package var lateFrom: String
    package var earliest: String?
    package var onTimeUntil: String
    /// Why it is due when it is, for example `interval` or `civil-slot`.
    package var reason: String
    package var rule: String
    /// Why it is held.
    package var heldBecause: String?
    /// Sequence number of the last event of its stay.
    package var sequence: Int64
    /// The visit in which it is done: `S12@` and the instant of the first that is due in it.
    package var visit: String?
    /// How many people it takes, where a rule says.
    package var staff: Int?

    package init(
        id: String, stay: String, ward: String, bed: String, activity: String, term: String,
        detail: String?, state: String, priority: String, due: String, lateFrom: String,
        earliest: String?, onTimeUntil: String, reason: String, rule: String,
        heldBecause: String?, sequence: Int64, visit: String? = nil, staff: Int? = nil
    ) {
        self.id = id
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.activity = activity
        self.term = term
        self.detail = detail
        self.state = state
        self.priority = priority
        self.due = due
        self.lateFrom = lateFrom
        self.earliest = earliest
        self.onTimeUntil = onTimeUntil
        self.reason = reason
        self.rule = rule
        self.heldBecause = heldBecause
        self.sequence = sequence
        self.visit = visit
        self.staff = staff
    }
}

/// What of one patient is due within twenty minutes, and so done in one visit.
package struct VisitView: Codable, Hashable, Sendable {
    /// `S12@` and the instant of the first that is due in it.
    package var id: String
    package var stay: String
    package var ward: String
    package var bed: String
    /// When the first is due.
    package var due: String
    package var activities: [String]
    /// The most people that any of it takes, where a rule says.
    package var staff: Int?

    package init(
        id: String, stay: String, ward: String, bed: String, due: String, activities: [String],
        staff: Int?
    ) {
        self.id = id
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.due = due
        self.activities = activities
        self.staff = staff
    }
}

package struct AlertView: Codable, Hashable, Sendable {
    package var id: String
    /// Absent for a technical alert of the service.
    package var stay: String?
    package var ward: String?
    package var bed: String?
    /// `finding`, `proposal`, `query` or `technical`.
    package var kind: String
    package var priority: String
    package var rule: String
    package var message: String
    package var who: String
    package var raisedAt: String
    package var actBy: String?
    package var acknowledgedBy: String?
    package var acknowledgedAt: String?
    package var resolvedAt: String?
    /// For a proposal: the activity and the interval it proposes, in minutes; 0 proposes to stop.
    package var proposes: ProposalView?

    package init(
        id: String, stay: String?, ward: String?, bed: String?, kind: String, priority: String,
        rule: String, message: String, who: String, raisedAt: String, actBy: String?,
        acknowledgedBy: String?, acknowledgedAt: String?, resolvedAt: String?,
        proposes: ProposalView?
    ) {
        self.id = id
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.kind = kind
        self.priority = priority
        self.rule = rule
        self.message = message
        self.who = who
        self.raisedAt = raisedAt
        self.actBy = actBy
        self.acknowledgedBy = acknowledgedBy
        self.acknowledgedAt = acknowledgedAt
        self.resolvedAt = resolvedAt
        self.proposes = proposes
    }
}

package struct ProposalView: Codable, Hashable, Sendable {
    package var activity: String
    package var fromMinutes: Int?
    package var toMinutes: Int

    package init(activity: String, fromMinutes: Int?, toMinutes: Int) {
        self.activity = activity
        self.fromMinutes = fromMinutes
        self.toMinutes = toMinutes
    }
}

/// `GET /v1/alerts`: what needs somebody, as of `madeAt`, to be trusted until `validUntil`.
package struct AlertsAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var madeAt: String
    package var validUntil: String
    /// Pass it as `since` (and `wait`) to be answered when something changed.
    package var cursor: Int64
    /// The wards it speaks of; local times are in their zones.
    package var wards: [WardView]
    package var patients: Int
    /// Raised reminders, highest priority first, then longest late.
    package var reminders: [ReminderView]
    /// Held reminders whose time has come; nobody is reminded of them.
    package var held: [ReminderView]
    package var alerts: [AlertView]
    /// The visits in which the raised reminders are done, in the order of the reminders.
    package var visits: [VisitView]
    /// Who is off the ward, or is to leave it.
    package var absences: [AbsenceView]
    /// The rate of a demonstration clock; absent in real time.
    package var demoClockRate: Double?

    package init(
        madeAt: String, validUntil: String, cursor: Int64, wards: [WardView], patients: Int,
        reminders: [ReminderView], held: [ReminderView], alerts: [AlertView],
        visits: [VisitView] = [], absences: [AbsenceView] = [], demoClockRate: Double? = nil
    ) {
        self.madeAt = madeAt
        self.validUntil = validUntil
        self.cursor = cursor
        self.wards = wards
        self.patients = patients
        self.reminders = reminders
        self.held = held
        self.alerts = alerts
        self.visits = visits
        self.absences = absences
        self.demoClockRate = demoClockRate
    }
}

/// A time off the ward, planned or going on.
package struct AbsenceView: Codable, Hashable, Sendable {
    /// The hold that it is; `sccctl resume` ends it as `sccctl back` does.
    package var hold: String
    package var stay: String
    package var ward: String
    package var bed: String
    /// `radiotherapy`, `theatre`, `imaging`, `dialysis`, `therapy` or `other`.
    package var kind: String
    /// When the patient left, or is to leave.
    package var from: String
    package var dueBack: String
    /// Whether the patient has left.
    package var away: Bool

    package init(
        hold: String, stay: String, ward: String, bed: String, kind: String, from: String,
        dueBack: String, away: Bool
    ) {
        self.hold = hold
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.kind = kind
        self.from = from
        self.dueBack = dueBack
        self.away = away
    }
}

package struct WardView: Codable, Hashable, Sendable {
    package var id: String
    package var zone: String

    package init(id: String, zone: String) {
        self.id = id
        self.zone = zone
    }
}

/// One line of `GET /v1/stays`.
package struct StaySummary: Codable, Hashable, Sendable {
    package var id: String
    package var ward: String
    package var bed: String
    package var admission: String
    package var name: String?
    package var recordNumber: String?
    package var enrolledAt: String
    package var dischargedAt: String?
    package var raisedReminders: Int
    /// The visits in which they are done.
    package var raisedVisits: Int
    package var activeAlerts: Int
    /// The highest priority of anything raised; `INFO` when nothing is late.
    package var priority: String
    package var nextDue: String?
    package var nextActivity: String?
    package var onHold: Bool
    package var absence: AbsenceView?

    package init(
        id: String, ward: String, bed: String, admission: String, name: String?,
        recordNumber: String?, enrolledAt: String, dischargedAt: String?, raisedReminders: Int,
        activeAlerts: Int, priority: String, nextDue: String?, nextActivity: String?, onHold: Bool,
        absence: AbsenceView? = nil, raisedVisits: Int? = nil
    ) {
        self.id = id
        self.ward = ward
        self.bed = bed
        self.admission = admission
        self.name = name
        self.recordNumber = recordNumber
        self.enrolledAt = enrolledAt
        self.dischargedAt = dischargedAt
        self.raisedReminders = raisedReminders
        self.activeAlerts = activeAlerts
        self.priority = priority
        self.nextDue = nextDue
        self.nextActivity = nextActivity
        self.onHold = onHold
        self.absence = absence
        self.raisedVisits = raisedVisits ?? raisedReminders
    }
}

/// `GET /v1/stays`.
package struct StaysAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var madeAt: String
    package var wards: [WardView]
    package var stays: [StaySummary]
    package var demoClockRate: Double?

    package init(
        madeAt: String, wards: [WardView], stays: [StaySummary], demoClockRate: Double? = nil
    ) {
        self.madeAt = madeAt
        self.wards = wards
        self.stays = stays
        self.demoClockRate = demoClockRate
    }
}

package struct CareItemView: Codable, Hashable, Sendable {
    package var id: String
    package var activity: String
    package var term: String
    package var detail: String?
    package var rule: String
    package var source: String
    /// `confirmed`, `K` or `D`; K and D need local sign-off.
    package var sourceStatus: String
    package var protocolVersion: String
    /// In words, for example `every 2 h` or `08:00, 14:00, 20:00`.
    package var schedule: String
    package var intervalMinutes: Int?
    package var lastDoneAt: String?
    package var lastOutcome: String?
    package var lastBy: String?
    package var heldBecause: String?
    package var reminder: ReminderView?
    package var endedAt: String?
    package var endReason: String?

    package init(
        id: String, activity: String, term: String, detail: String?, rule: String,
        source: String, sourceStatus: String, protocolVersion: String, schedule: String,
        intervalMinutes: Int?, lastDoneAt: String?, lastOutcome: String?, lastBy: String?,
        heldBecause: String?, reminder: ReminderView?, endedAt: String?, endReason: String?
    ) {
        self.id = id
        self.activity = activity
        self.term = term
        self.detail = detail
        self.rule = rule
        self.source = source
        self.sourceStatus = sourceStatus
        self.protocolVersion = protocolVersion
        self.schedule = schedule
        self.intervalMinutes = intervalMinutes
        self.lastDoneAt = lastDoneAt
        self.lastOutcome = lastOutcome
        self.lastBy = lastBy
        self.heldBecause = heldBecause
        self.reminder = reminder
        self.endedAt = endedAt
        self.endReason = endReason
    }
}

package struct HoldView: Codable, Hashable, Sendable {
    package var id: String
    package var reason: String
    /// Empty for the whole stay.
    package var activities: [String]
    package var from: String
    package var until: String
    package var placedBy: String
    package var note: String?
    package var endedAt: String?
    /// What for, where it is a time off the ward.
    package var absence: String?
    package var dueBack: String?

    package init(
        id: String, reason: String, activities: [String], from: String, until: String,
        placedBy: String, note: String?, endedAt: String?, absence: String? = nil,
        dueBack: String? = nil
    ) {
        self.id = id
        self.reason = reason
        self.activities = activities
        self.from = from
        self.until = until
        self.placedBy = placedBy
        self.note = note
        self.endedAt = endedAt
        self.absence = absence
        self.dueBack = dueBack
    }
}

/// `GET /v1/stays/{stay}`.
package struct StayAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var madeAt: String
    package var ward: WardView
    package var stay: StaySummary
    package var assessment: [String: JSONScalar]
    /// The results of scales with their bands, in the order of `GET /v1/scales`.
    package var scores: [ScoreView]?
    package var items: [CareItemView]
    package var alerts: [AlertView]
    package var holds: [HoldView]
    package var demoClockRate: Double?

    package init(
        madeAt: String, ward: WardView, stay: StaySummary, assessment: [String: JSONScalar],
        scores: [ScoreView]? = nil, items: [CareItemView], alerts: [AlertView], holds: [HoldView],
        demoClockRate: Double? = nil
    ) {
        self.madeAt = madeAt
        self.ward = ward
        self.stay = stay
        self.assessment = assessment
        self.scores = scores
        self.items = items
        self.alerts = alerts
        self.holds = holds
        self.demoClockRate = demoClockRate
    }
}

/// `GET /v1/plan`: what lies ahead, if everything is done exactly when due.
package struct PlanAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var madeAt: String
    package var until: String
    package var wards: [WardView]
    /// In due order.
    package var entries: [PlanEntry]
    /// The visits in which they are done, in due order; nobody comes for what is held.
    package var visits: [VisitView]
    package var demoClockRate: Double?

    package init(
        madeAt: String, until: String, wards: [WardView], entries: [PlanEntry],
        visits: [VisitView] = [], demoClockRate: Double? = nil
    ) {
        self.madeAt = madeAt
        self.until = until
        self.wards = wards
        self.entries = entries
        self.visits = visits
        self.demoClockRate = demoClockRate
    }
}

package struct PlanEntry: Codable, Hashable, Sendable {
    package var due: String
    package var stay: String
    package var ward: String
    package var bed: String
    package var activity: String
    package var term: String
    package var detail: String?
    package var rule: String
    package var held: Bool
    package var visit: String?
    /// How many people it takes, where a rule says.
    package var staff: Int?

    package init(
        due: String, stay: String, ward: String, bed: String, activity: String, term: String,
        detail: String?, rule: String, held: Bool, visit: String? = nil, staff: Int? = nil
    ) {
        self.due = due
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.activity = activity
        self.term = term
        self.detail = detail
        self.rule = rule
        self.held = held
        self.visit = visit
        self.staff = staff
    }
}

/// `GET /v1/status`.
package struct StatusAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var version: String
    package var pid: Int
    package var startedAt: String
    package var now: String
    /// `ok` or `degraded`.
    package var health: String
    package var healthReason: String?
    package var patients: Int
    package var careItems: Int
    package var raisedReminders: Int
    package var activeAlerts: Int
    package var nextDue: String?
    package var lastSequence: Int64
    package var watchers: Int
    package var protocolVersion: String
    package var ledgerPath: String
    package var wards: [WardView]
    package var blindTime: BlindTimeView?
    package var demoClockRate: Double?

    package init(
        version: String, pid: Int, startedAt: String, now: String, health: String,
        healthReason: String?, patients: Int, careItems: Int, raisedReminders: Int,
        activeAlerts: Int, nextDue: String?, lastSequence: Int64, watchers: Int,
        protocolVersion: String, ledgerPath: String, wards: [WardView],
        blindTime: BlindTimeView?, demoClockRate: Double?
    ) {
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.now = now
        self.health = health
        self.healthReason = healthReason
        self.patients = patients
        self.careItems = careItems
        self.raisedReminders = raisedReminders
        self.activeAlerts = activeAlerts
        self.nextDue = nextDue
        self.lastSequence = lastSequence
        self.watchers = watchers
        self.protocolVersion = protocolVersion
        self.ledgerPath = ledgerPath
        self.wards = wards
        self.blindTime = blindTime
        self.demoClockRate = demoClockRate
    }
}

/// The last span in which nobody was watching.
package struct BlindTimeView: Codable, Hashable, Sendable {
    package var from: String
    package var to: String
    /// Reminders that came due unannounced, one for each care item.
    package var fellDue: [String]

    package init(from: String, to: String, fellDue: [String]) {
        self.from = from
        self.to = to
        self.fellDue = fellDue
    }
}

/// `GET /v1/facts` and `GET /v1/activities`: what may be stated, and what may be recorded.
package struct CatalogueAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var facts: [FieldView]
    package var activities: [ActivityView]
    package var holdReasons: [HoldReasonView]

    package init(
        facts: [FieldView], activities: [ActivityView], holdReasons: [HoldReasonView]
    ) {
        self.facts = facts
        self.activities = activities
        self.holdReasons = holdReasons
    }
}

package struct FieldView: Codable, Hashable, Sendable {
    package var name: String
    package var meaning: String
    /// What a right value looks like.
    package var expects: String
    package var required: Bool

    package init(name: String, meaning: String, expects: String, required: Bool) {
        self.name = name
        self.meaning = meaning
        self.expects = expects
        self.required = required
    }
}

package struct ActivityView: Codable, Hashable, Sendable {
    package var code: String
    package var term: String
    package var domain: String
    package var fields: [FieldView]

    package init(code: String, term: String, domain: String, fields: [FieldView]) {
        self.code = code
        self.term = term
        self.domain = domain
        self.fields = fields
    }
}

package struct HoldReasonView: Codable, Hashable, Sendable {
    package var reason: String
    package var meaning: String
    package var ceilingMinutes: Int
    package var sourceStatus: String

    package init(reason: String, meaning: String, ceilingMinutes: Int, sourceStatus: String) {
        self.reason = reason
        self.meaning = meaning
        self.ceilingMinutes = ceilingMinutes
        self.sourceStatus = sourceStatus
    }
}

/// `GET /v1/stays/{stay}/history`, and each message of the event stream.
package struct EventView: Codable, Hashable, Sendable {
    package var sequence: Int64
    package var at: String
    /// For example `outcome-recorded`.
    package var kind: String
    package var stay: String?
    package var ward: String?
    package var bed: String?
    package var activity: String?
    package var reminder: String?
    package var by: String?
    package var uid: UInt32?
    /// One sentence, without a name.
    package var summary: String

    package init(
        sequence: Int64, at: String, kind: String, stay: String?, ward: String?, bed: String?,
        activity: String?, reminder: String?, by: String?, uid: UInt32?, summary: String
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.activity = activity
        self.reminder = reminder
        self.by = by
        self.uid = uid
        self.summary = summary
    }
}

package struct HistoryAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var events: [EventView]

    package init(events: [EventView]) {
        self.events = events
    }
}
