/// The code of a recurring activity, for example `TURN` or `AC-DOSE` (facts, section 4).
package struct ActivityCode: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let code: String

    package init(_ code: String) {
        self.code = code
    }

    package init(from decoder: any Decoder) throws {
        code = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }

    package static func < (left: ActivityCode, right: ActivityCode) -> Bool {
        left.code < right.code
    }

    package var description: String { code }
}

/// Where a rule or a number comes from and how far that was confirmed.
package struct Provenance: Hashable, Codable, Sendable {
    package enum Status: String, Codable, Sendable {
        /// Read in the named source.
        case confirmed
        /// K: from knowledge, the text not seen. Needs local sign-off.
        case knowledge = "K"
        /// D: a design default that no guideline gives. Needs local sign-off.
        case designDefault = "D"
    }

    package let source: String
    package let status: Status

    package init(source: String, status: Status) {
        self.source = source
        self.status = status
    }

    package var needsSignOff: Bool { status != .confirmed }
}

/// Priorities of IEC 60601-1-8; `info` is an information signal, no alarm condition.
package enum Priority: Int, Comparable, Codable, CaseIterable, Sendable {
    case info, low, medium, high

    package static func < (left: Priority, right: Priority) -> Bool {
        left.rawValue < right.rawValue
    }

    package var word: String {
        switch self {
        case .info: "INFO"
        case .low: "LOW"
        case .medium: "MEDIUM"
        case .high: "HIGH"
        }
    }

    package init?(word: String) {
        guard let match = Priority.allCases.first(where: { $0.word == word }) else { return nil }
        self = match
    }
}

/// An activity of the catalogue: what is recorded, when it counts as late, what findings do.
package struct Activity: Hashable, Sendable {
    package let code: ActivityCode
    /// The field term, for people.
    package let term: String
    package let domain: String
    package let fields: [RecordedField]
    /// The first window that fits is in force.
    package let windows: [WindowRule]
    package let retries: RetryRules
    package let findings: [Finding]
    /// Rungs of interval in minutes, longest first; empty where no finding shifts the interval.
    package let ladder: [Int]
    package let lengthening: LengtheningRule?
    package let ending: Ending
    /// So many lapsed in a row raise an alert.
    package let lapseAlert: LapseAlert?
    /// How many people it takes; the first that holds counts.
    package var staffing: [Staffing] = []
    /// Without these it cannot be recorded as done.
    package var requirements: [Requirement] = []
    /// What follows when it was not done.
    package var notDone: NotDone = NotDone()
    package var absence: AbsenceRule = .usual

    /// What happens when no rule asks for the activity any more.
    package enum Ending: String, Codable, Sendable {
        /// The device is gone or the order stopped: the care item ends.
        case immediate
        /// Less care is a lengthening: only proposed until a named person confirms it (TM7).
        case proposed
    }

    package struct LapseAlert: Hashable, Sendable {
        package let count: Int
        package let alert: AlertTemplate

        package init(count: Int, alert: AlertTemplate) {
            self.count = count
            self.alert = alert
        }
    }

    package init(
        code: ActivityCode, term: String, domain: String, fields: [RecordedField] = [],
        windows: [WindowRule], retries: RetryRules = RetryRules(), findings: [Finding] = [],
        ladder: [Int] = [], lengthening: LengtheningRule? = nil, ending: Ending = .immediate,
        lapseAlert: LapseAlert? = nil
    ) {
        self.code = code
        self.term = term
        self.domain = domain
        self.fields = fields
        self.windows = windows
        self.retries = retries
        self.findings = findings
        self.ladder = ladder
        self.lengthening = lengthening
        self.ending = ending
        self.lapseAlert = lapseAlert
    }
}

/// How many people an activity takes, and how it is done.
package struct Staffing: Hashable, Sendable {
    package let id: String
    package let when: Condition
    package let people: Int
    /// For people, for example `log-roll, 4 people`.
    package let detail: String
    package let provenance: Provenance

    package init(
        id: String, when: Condition, people: Int, detail: String, provenance: Provenance
    ) {
        self.id = id
        self.when = when
        self.people = people
        self.detail = detail
        self.provenance = provenance
    }
}

/// What must have been recorded for an activity to count as done.
package struct Requirement: Hashable, Sendable {
    package let id: String
    /// On the assessment.
    package let when: Condition
    /// On what was recorded.
    package let needs: Condition
    /// The field that a fault names.
    package let field: String
    package let message: String
    package let provenance: Provenance

    package init(
        id: String, when: Condition, needs: Condition, field: String, message: String,
        provenance: Provenance
    ) {
        self.id = id
        self.when = when
        self.needs = needs
        self.field = field
        self.message = message
        self.provenance = provenance
    }
}

/// What follows when an activity was offered and not done.
package struct NotDone: Hashable, Sendable {
    package var refused: [Effect] = []
    package var unable: [Effect] = []
    package var skipped: [Effect] = []

    package init(refused: [Effect] = [], unable: [Effect] = [], skipped: [Effect] = []) {
        self.refused = refused
        self.unable = unable
        self.skipped = skipped
    }

    package func effects(of outcome: Outcome) -> [Effect] {
        switch outcome {
        case .done: []
        case .refused: refused
        case .unable: unable
        case .skipped: skipped
        }
    }
}

/// What becomes of an activity that falls due while the patient is off the ward (facts ABS-1 to ABS-4).
package enum AbsenceRule: String, Codable, CaseIterable, Sendable {
    /// Done before leaving where that is soon enough, else due on return.
    case usual
    /// Never before leaving: due on return where it fell due meanwhile.
    case onReturn
    /// Always due on return, and its clock begins there.
    case restart
}

/// A field that is recorded with an outcome.
package struct RecordedField: Hashable, Sendable {
    package let name: String
    package let kind: ValueKind
    package let meaning: String
    /// Without it the activity cannot be recorded as done.
    package let required: Bool

    package init(name: String, kind: ValueKind, meaning: String, required: Bool = false) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
        self.required = required
    }
}

/// An offset from a due instant.
package enum Offset: Hashable, Sendable {
    case minutes(Int)
    /// The end of the local day on which the reminder is due.
    case endOfDay
    /// So many minutes after the time of day that a fact states (or its default), counted on from the
    /// due time: "at dose time".
    case clock(Fact, default: TimeOfDay, plus: Int)
}

/// When a reminder may be done early, until when it is on time, and how it escalates (facts 2.1).
package struct WindowRule: Hashable, Sendable {
    /// Fits intervals of at least so many minutes; `nil` fits all.
    package let intervalAtLeast: Int?
    package let when: Condition
    /// Minutes before the due instant from which doing it counts; `nil` is any time.
    package let early: Int?
    package let onTime: Offset
    package let steps: [Step]
    /// A set that was not done lapses at the next one instead of piling up.
    package let lapses: Bool

    package struct Step: Hashable, Sendable {
        package let after: Offset
        package let priority: Priority

        package init(after: Offset, priority: Priority) {
            self.after = after
            self.priority = priority
        }
    }

    package init(
        intervalAtLeast: Int? = nil, when: Condition = .always, early: Int?, onTime: Offset,
        steps: [Step], lapses: Bool = false
    ) {
        self.intervalAtLeast = intervalAtLeast
        self.when = when
        self.early = early
        self.onTime = onTime
        self.steps = steps
        self.lapses = lapses
    }
}

/// When care that was not done is offered again.
package struct RetryRules: Hashable, Sendable {
    package enum Retry: Hashable, Sendable {
        case minutes(Int)
        /// A percentage of the interval in force, in whole minutes.
        case percentOfInterval(Int)
        /// As if done: elapsed care one interval from now, civil care at its next slot.
        case next
    }

    package let refused: Retry
    package let unable: Retry
    package let skipped: Retry
    /// Raised at once when the outcome is recorded.
    package let refusedAlert: AlertTemplate?

    package init(
        refused: Retry = .next, unable: Retry = .next, skipped: Retry = .next,
        refusedAlert: AlertTemplate? = nil
    ) {
        self.refused = refused
        self.unable = unable
        self.skipped = skipped
        self.refusedAlert = refusedAlert
    }
}

/// When one longer rung is proposed: every recorded value was good for so long (TM7, TURN-L, ICA-3).
package struct LengtheningRule: Hashable, Sendable {
    package let id: String
    /// A value that breaks the run; what counts as good is the opposite of it.
    package let good: Condition
    package let minutes: Int
    package let message: String

    package init(id: String, good: Condition, minutes: Int, message: String) {
        self.id = id
        self.good = good
        self.minutes = minutes
        self.message = message
    }
}

/// What was seen while doing care, and what follows from it (facts, section 11).
package struct Finding: Hashable, Sendable {
    package let id: String
    package let when: Condition
    package let effects: [Effect]
    package let provenance: Provenance

    package init(id: String, when: Condition, effects: [Effect], provenance: Provenance) {
        self.id = id
        self.when = when
        self.effects = effects
        self.provenance = provenance
    }
}

/// A consequence of a finding.
///
/// None of them ever lengthens an interval.
package enum Effect: Hashable, Sendable {
    /// One rung shorter, from now.
    case shorten(ActivityCode)
    /// No longer than so many minutes, from now.
    case shortenTo(ActivityCode, minutes: Int)
    /// The coming occurrence alone is due within so many minutes of the care just done.
    case nextWithin(ActivityCode, minutes: Int)
    case set(Fact, Value)
    case clear(Fact)
    /// The fact becomes the instant at which the care was done.
    case setToPerformedAt(Fact)
    /// The fact becomes what was recorded in the field, which has the same kind.
    case setToReading(Fact, field: String)
    /// The second fact becomes what the first is, or unknown.
    case copy(Fact, to: Fact)
    /// The number goes up by one, from nought where it is unknown.
    case increment(Fact)
    case alert(AlertTemplate)
    /// Alerts that the named finding raised are over.
    case resolve(String)
}

/// An alert as a rule describes it: priority, reason, who, by when.
package struct AlertTemplate: Hashable, Sendable {
    package let priority: Priority
    /// A higher priority where the condition holds; the highest that fits counts.
    package let raised: [Raise]
    package let message: String
    package let who: String
    package let withinMinutes: Int?

    package struct Raise: Hashable, Sendable {
        package let to: Priority
        package let when: Condition

        package init(to: Priority, when: Condition) {
            self.to = to
            self.when = when
        }
    }

    package init(
        priority: Priority, raised: [Raise] = [], message: String, who: String,
        withinMinutes: Int? = nil
    ) {
        self.priority = priority
        self.raised = raised
        self.message = message
        self.who = who
        self.withinMinutes = withinMinutes
    }

    package func priority(_ assessment: Assessment, _ readings: Readings) -> Priority {
        raised.filter { $0.when.holds(assessment, readings) }.map(\.to)
            .reduce(priority) { max($0, $1) }
    }
}
