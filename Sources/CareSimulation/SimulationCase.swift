package import CareCore

/// Patients, a span of time and what happens in it: the input of a simulation.
///
/// What no event mentions is done exactly when it is due (TM5).
package struct SimulationCase: Sendable {
    package var title: String?
    package var wards: [Ward] = []
    package var start: Instant = .earliest
    /// The horizon is half-open: `[start, end)`.
    package var end: Instant = .earliest
    package var stays: [CaseStay] = []
    /// The activities under test; empty for all.
    package var only: [ActivityCode] = []
    /// In the order of their instants, those of one instant as they were written.
    package var events: [CaseEvent] = []

    package var statesExpectations: Bool {
        stays.contains { $0.expectation != nil } || events.contains { $0.refused != nil }
    }
}

package struct CaseStay: Sendable {
    package var ward = ""
    package var bed = ""
    package var admission = ""
    package var enrolledAt: Instant = .earliest
    package var assessment = Assessment()
    /// What is recorded at each completion that no event reports, in order; the last goes on for ever.
    package var readings: [ActivityCode: [[CaseReading]]] = [:]
    /// Nobody does anything, except what events report.
    package var neverPerforms = false
    /// Nobody does these.
    package var neverPerformed: Set<ActivityCode> = []
    package var expectation: CaseExpectation?
}

package struct CaseReading: Hashable, Sendable {
    package let name: String
    package let value: RawValue
}

package struct CaseEvent: Sendable {
    package enum Action: Sendable {
        case report(
            ActivityCode, Outcome, performedAt: Instant?, reason: String?, [CaseReading])
        /// Nobody does it from now on until an event reports on it; all activities when `nil`.
        case omit(ActivityCode?)
        case assess([AssessmentChange])
        case hold(HoldRequest)
        case resume
        case leave(LeaveRequest)
        case comeBack(at: Instant?)
        case transfer(ward: String, bed: String)
        case discharge(Stay.DischargeReason)
        /// The proposal that the rule made.
        case decide(rule: String, accept: Bool)
        case acknowledge(rule: String, resolve: Bool, note: String?)
    }

    package let at: Instant
    /// The place of the stay in the case.
    package let stay: Int
    package let action: Action
    package let person: String
    /// The engine must refuse it with this code.
    package let refused: Rejection.Code?
    /// Its place in the file, from 0, and its line.
    package let number: Int
    package let line: Int
    /// For people, for example `done TURN`.
    package let words: String
}

/// What a case says must come of it.
package struct CaseExpectation: Sendable {
    /// Activities with exactly the due instants that are not held.
    package var due: [(activity: ActivityCode, instants: [Instant], line: Int)] = []
    /// Activities with exactly the held instants.
    package var held: [(activity: ActivityCode, instants: [Instant], line: Int)] = []
    package var alerts: [ExpectedAlert] = []
    /// There may be no alert but those that are named.
    package var noOtherAlerts = false
    package var proposals: [ExpectedProposal] = []
    /// Steps of a reminder that must have been reached.
    package var steps: [ExpectedStep] = []
    package var mustNot: [Forbidden] = []

    package struct ExpectedAlert: Sendable {
        package let rule: String
        package let priority: Priority?
        package let at: Instant?
        package let resolvedAt: Instant?
        package let line: Int
    }

    package struct ExpectedProposal: Sendable {
        package let rule: String
        package let activity: ActivityCode?
        package let toMinutes: Int?
        package let at: Instant?
        package let line: Int
    }

    package struct ExpectedStep: Sendable {
        package let activity: ActivityCode
        package let priority: Priority
        package let at: Instant
        package let line: Int
    }

    /// Something that may not be: a reminder, one of its steps, or an alert, where the rest says.
    package struct Forbidden: Sendable {
        /// A code, or its beginning and `*`.
        package var activity: String?
        package var domain: String?
        package var detail: String?
        package var alert: String?
        /// Of an alert or a step: this one or a higher one.
        package var priority: Priority?
        package var from: Instant?
        /// Inclusive.
        package var until: Instant?
        /// Wall times of the ward, from the first up to but not including the second; may pass midnight.
        package var localFrom: TimeOfDay?
        package var localUntil: TimeOfDay?
        /// Reminders whose interval is longer than this.
        package var intervalOver: Int?
        /// Held ones count too, unless this says otherwise.
        package var held: Bool?
        /// So many may be.
        package var moreThan = 0
        package var note: String?
        package var line = 0
    }
}

/// Everything that is wrong with a case, at once.
package struct CaseFaults: Error, Sendable {
    package let faults: [CaseFault]
}
