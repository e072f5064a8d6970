/// Finds a reminder that was settled in the entries of its stay: how it was set, and what became of it.
package struct PastReminder: Sendable {
    private let reminder: ReminderID
    /// The stay as it was when the reminder was set.
    private var stay: Stay?
    private var occurrence: Occurrence?
    private var became: [Explanation.Became] = []
    /// Nothing more can become of it.
    package private(set) var isSettled = false

    package init(_ reminder: ReminderID) {
        self.reminder = reminder
    }

    /// Reads the next entry of the stay; the first one is that of the enrolment.
    package mutating func read(_ entry: LedgerEntry) {
        guard !isSettled else { return }
        guard occurrence != nil else {
            if case .stayEnrolled(let enrolled) = entry.event {
                stay = enrolled
                return
            }
            stay?.apply(entry.event, at: entry.at, by: entry.actor.person)
            if case .occurrenceSet(reminder.item, let set?) = entry.event,
                set.number == reminder.occurrence
            {
                occurrence = set
            }
            return
        }
        guard let what = what(entry.event) else { return }
        became.append(
            Explanation.Became(at: entry.at, person: entry.actor.person, what: what))
        switch what {
        case .raised, .held: break
        case .outcome, .missed, .moved, .ended: isSettled = true
        }
    }

    private func what(_ event: Event) -> Explanation.Became.What? {
        switch event {
        case .reminderChanged(reminder, .held, _, _): return .held
        case .reminderChanged(reminder, _, let priority, let reason):
            return .raised(priority, reason)
        case .outcomeRecorded(let record) where record.reminder == reminder:
            return .outcome(record.outcome, performedAt: record.performedAt)
        case .reminderMissed(reminder, let reason): return .missed(reason)
        case .occurrenceSet(reminder.item, let next?):
            return .moved(
                to: next.due, ReminderID(item: reminder.item, occurrence: next.number), next.reason)
        case .itemEnded(reminder.item, let reason): return .ended(reason)
        default: return nil
        }
    }

    /// - Returns: `nil` when no entry set such a reminder.
    package func explain(in context: CareContext) -> Explanation? {
        guard let stay, let occurrence, let item = stay.item(reminder.item) else { return nil }
        return Explainer(stay, context).explain(
            .reminder(reminder), item, occurrence, became: became)
    }
}
