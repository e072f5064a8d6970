/// What somebody, or the clock, asks of the core.
package enum Command: Sendable {
    case enroll([Admission], keepGoing: Bool)
    case assess(StayID, [AssessmentChange])
    case record(StayID, [OutcomeReport])
    case acknowledge(AlertID, resolve: Bool, note: String?)
    case decide(AlertID, accept: Bool)
    case hold(StayID, HoldRequest)
    case resume(StayID, HoldID?)
    /// Off the ward, now or at a planned time.
    case leave(StayID, LeaveRequest)
    /// Back on the ward; `nil` means now.
    case comeBack(StayID, at: Instant?)
    case transfer(StayID, ward: String, bed: String)
    case discharge(StayID, Stay.DischargeReason)
    /// Moves a stay to the current protocols.
    case migrate(StayID)
    /// Time has come for these, in due order.
    case clock([Wake])
    /// The service starts; it last watched at `lastAlive`.
    case wakeUp(lastAlive: Instant)
    /// Something is wrong with the service itself, by the name of what found it.
    case warn(AlertTemplate, ruleID: String)
}

/// A patient to put under care.
package struct Admission: Hashable, Sendable {
    package let ward: String
    package let bed: String
    package let admission: String
    package let identity: Identity
    package let assessment: Assessment
    /// Where the admission stood in its input, for faults, for example `stays[3].`.
    package let path: String

    package init(
        ward: String, bed: String, admission: String, identity: Identity, assessment: Assessment,
        path: String = ""
    ) {
        self.ward = ward
        self.bed = bed
        self.admission = admission
        self.identity = identity
        self.assessment = assessment
        self.path = path
    }
}

/// What a person reports about one activity.
package struct OutcomeReport: Sendable {
    package enum Target: Hashable, Sendable {
        case reminder(ReminderID)
        case activity(ActivityCode)
    }

    package let target: Target
    package let outcome: Outcome
    /// `nil` means now.
    package let performedAt: Instant?
    package let reason: String?
    package let readings: [(name: String, value: RawValue)]
    /// Where the report stood in its input, for faults, for example `outcomes[0].`.
    package let path: String
    /// A projection supposes it done without saying what was found; nobody reports such a thing.
    package var isAssumed = false

    package init(
        target: Target, outcome: Outcome, performedAt: Instant? = nil, reason: String? = nil,
        readings: [(name: String, value: RawValue)] = [], path: String = ""
    ) {
        self.target = target
        self.outcome = outcome
        self.performedAt = performedAt
        self.reason = reason
        self.readings = readings
        self.path = path
    }
}

package struct HoldRequest: Hashable, Sendable {
    package let reason: String
    package let activities: [ActivityCode]
    package let until: Instant
    package let note: String?

    package init(reason: String, activities: [ActivityCode], until: Instant, note: String?) {
        self.reason = reason
        self.activities = activities
        self.until = until
        self.note = note
    }
}

/// A time off the ward.
package struct LeaveRequest: Hashable, Sendable {
    /// `nil` means now.
    package let at: Instant?
    package let dueBack: Instant
    package let kind: Hold.Absence.Kind
    package let note: String?

    package init(at: Instant?, dueBack: Instant, kind: Hold.Absence.Kind, note: String? = nil) {
        self.at = at
        self.dueBack = dueBack
        self.kind = kind
        self.note = note
    }
}

/// What a timer of the wheel stands for.
package enum Wake: Hashable, Sendable {
    case item(ItemID)
    case hold(HoldID)
    case watch(WatchID)
}

/// Why a command was refused.
///
/// The state is as it was.
package struct Rejection: Error, Hashable, Sendable {
    /// Stable words for machines; one table maps them to HTTP status and exit code.
    package enum Code: String, CaseIterable, Sendable {
        /// A value is not possible; ``faults`` say which.
        case invalid
        case notFound = "not-found"
        /// It contradicts what is there: an occupied bed, a duplicate admission.
        case conflict
        /// A protocol rule forbids it.
        case contraindicated
        /// Nobody was named.
        case unnamed
    }

    package let code: Code
    /// A sentence for people.
    package let message: String
    package let faults: [Fault]

    package init(_ code: Code, _ message: String, faults: [Fault] = []) {
        self.code = code
        self.message = message
        self.faults = faults
    }
}
