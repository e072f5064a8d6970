/// One step of a course as it falls on the calendar.
package struct CourseRow: Hashable, Sendable {
    package let from: LocalDate
    /// The last day of the step.
    package let to: LocalDate
    /// For example `dexamethasone 12 mg`.
    package let dose: String
}

extension CareRule.Course {
    /// The steps with their days; empty until it is known when the course begins.
    package func table(_ assessment: Assessment, in zone: ZoneRules) -> [CourseRow] {
        guard case .instant(let start)? = assessment[from] else { return [] }
        var steps = template
        if case .course(let prescribed)? = assessment[self.steps] { steps = prescribed }
        var day = zone.local(start).date.adding(days: 1)
        return steps.map { step in
            let row = CourseRow(
                from: day, to: day.adding(days: step.days - 1),
                dose: "\(of) \(ValueKind.decimalText(step.tenths, digits: 1)) \(unit)")
            day = day.adding(days: step.days)
            return row
        }
    }
}

/// A discharged stay as it was just before, found in its entries: the discharge ends all its care.
package struct StayBeforeDischarge: Sendable {
    package private(set) var stay: Stay?
    /// The discharge has come: nothing of what follows counts.
    package private(set) var isComplete = false

    package init() {}

    /// Reads the next entry of the stay; the first one is that of the enrolment.
    package mutating func read(_ entry: LedgerEntry) {
        guard !isComplete else { return }
        switch entry.event {
        case .stayEnrolled(let enrolled): stay = enrolled
        case .itemEnded(_, .discharged), .stayDischarged: isComplete = true
        default: stay?.apply(entry.event, at: entry.at, by: entry.actor.person)
        }
    }
}
