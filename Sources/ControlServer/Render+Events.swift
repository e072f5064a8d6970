package import CareCore
package import CareEngine
import ControlAPI

/// One plain sentence for each event, the same in the stream, the history and the journal.
///
/// There is never a name, a record number or free text of a person in it.
package enum EventSentence {
    /// - Parameter zone: For local times; without it times are in UTC.
    package static func text(for published: PublishedEntry, zone: ZoneRules? = nil) -> String {
        text(published.entry.event, published.item, zone)
    }

    static func text(_ event: Event, _ item: CareItem?, _ zone: ZoneRules?) -> String {
        /// What a sentence calls the care item.
        func name(_ id: ItemID) -> String { item?.activity.code ?? id.description }
        func time(_ instant: Instant) -> String {
            guard let zone else { return instant.description }
            let local = zone.local(instant)
            return "\(local.date) \(local.time)"
        }
        switch event {
        case .stayEnrolled(let stay):
            return "\(stay.id) enrolled in bed \(stay.bed) on ward \(stay.ward)"
        case .itemPlanned(let item):
            return "\(item.activity) planned "
                + "\(item.schedule.words(intervalMinutes: item.intervalMinutes)) by rule \(item.ruleID)"
        case .itemReplanned(let id, let plan):
            return "\(name(id)) now "
                + "\(plan.schedule.words(intervalMinutes: plan.baseMinutes)) by rule \(plan.ruleID)"
        case .itemEnded(let id, let reason):
            return "\(name(id)) ended: \(words(reason))"
        case .intervalChanged(let id, let minutes, let reason, let rule):
            return interval(name(id), item, minutes, reason, rule)
        case .clinicalHoldChanged(let id, let hold):
            return hold.map { "\(name(id)) is held by rule \($0.ruleID): \($0.reason)" }
                ?? "\(name(id)) is no longer held by a rule"
        case .occurrenceSet(let id, let occurrence):
            return occurrence.map { "\(name(id)) due at \(time($0.due)), \(words($0.reason))" }
                ?? "\(name(id)) has nothing due: it waits for the care that it accompanies, or is done"
        case .reminderChanged(let id, let phase, let priority, let reason):
            return reminder(name(id.item), phase, priority, reason)
        case .reminderMissed(let id, let reason):
            return switch reason {
            case .lapsed: "\(name(id.item)) was missed: the next set takes its place"
            case .held: "\(name(id.item)) was missed: it was on hold until its time was over"
            }
        case .outcomeRecorded(let record):
            return outcome(record, time(record.performedAt))
        case .assessmentChanged(let id, let changes, _):
            return "Assessment of \(id) changed: "
                + changes.map(\.fact.rawValue).joined(separator: ", ")
        case .alertRaised(let alert):
            return "\(alert.priority.word) alert \(alert.id) by \(alert.ruleID): \(alert.message)"
        case .alertAcknowledged(let id, _):
            return "Alert \(id) acknowledged"
        case .alertResolved(let id, _):
            return "Alert \(id) resolved"
        case .proposalDecided(let id, let accepted):
            return "Proposal \(id) \(accepted ? "confirmed" : "declined")"
        case .holdPlaced(let hold):
            if let absence = hold.absence {
                return "\(hold.id.stay) off the ward from \(time(hold.from)), "
                    + "due back \(time(absence.dueBack)): \(absence.kind.rawValue)"
            }
            let what =
                hold.activities.isEmpty
                ? "All care of \(hold.id.stay)"
                : hold.activities.map(\.code).joined(separator: ", ")
            return "\(what) on hold until \(time(hold.until)): \(hold.reason)"
        case .holdBegan(let id):
            return "\(id.stay) has left the ward"
        case .watchChanged(let watch):
            if watch.over { return "Rule \(watch.ruleID) no longer applies" }
            return watch.fired
                ? "Rule \(watch.ruleID) took effect"
                : "Rule \(watch.ruleID) takes effect at \(time(watch.due)) unless its reason ends"
        case .holdEnded(let id, let byTime):
            return byTime ? "Hold \(id) is over" : "Hold \(id) was ended"
        case .stayTransferred(let id, let ward, let bed):
            return "\(id) transferred to bed \(bed) on ward \(ward)"
        case .stayDischarged(let id, let reason):
            return "\(id) discharged: \(reason.rawValue)"
        case .stayMigrated(let id, let version, _):
            // The sum at its end tells versions apart; the names before it would fill the line.
            let sum = version.lastIndex(of: "#").map { version[$0...] } ?? version[...]
            return "\(id) follows protocols \(sum) from now on"
        case .blindTime(let from, let to, let fellDue):
            return "Nobody was watching from \(time(from)) to \(time(to)): \(fellDue.count) "
                + "reminder\(fellDue.count == 1 ? "" : "s") came due unannounced"
        }
    }

    private static func interval(
        _ name: String, _ item: CareItem?, _ minutes: Int, _ reason: Event.IntervalReason,
        _ rule: String
    ) -> String {
        var text = "\(name) every \(spoken(minutes: minutes))"
        // The event does not carry the interval before, but the item carries that of its rule.
        if let base = item?.baseMinutes, base != minutes {
            text += " instead of every \(spoken(minutes: base))"
        }
        return switch reason {
        case .finding: text + " because of \(rule)"
        case .assessment: text + " because the assessment changed (\(rule))"
        case .confirmed: text + " as confirmed (\(rule))"
        }
    }

    private static func reminder(
        _ name: String, _ phase: Occurrence.Phase, _ priority: Priority, _ reason: ReminderReason
    ) -> String {
        let state =
            switch phase {
            case .upcoming: "\(name) is coming up"
            case .due: "\(name) is due"
            case .overdue: "\(name) is overdue, \(priority.word)"
            case .escalated: "\(name) is escalated to \(priority.word)"
            case .held: "\(name) is held"
            }
        return switch reason {
        case .due, .late, .escalation: state
        case .blindTime: state + "; it came due while nobody was watching"
        case .held: state + "; it came due during a hold"
        case .holdEnded: state + "; its hold is over"
        }
    }

    private static func outcome(_ record: OutcomeRecord, _ time: String) -> String {
        let what =
            switch record.outcome {
            case .done: "done"
            case .refused: "refused"
            case .unable: "could not be done"
            case .skipped: "skipped"
            }
        let text = "\(record.activity) \(what) at \(time)"
        return record.reminder == nil ? text + ", outside of a reminder" : text
    }

    static func words(_ reason: CareItem.EndReason) -> String {
        switch reason {
        case .noLongerApplies: "no rule asks for it any more"
        case .contraindicated: "contraindicated"
        case .completed: "it was to be done so often, and was"
        case .resolved: "what it was for is over"
        case .replaced: "another rule asks for it in another way"
        case .discharged: "discharged"
        }
    }

    static func words(_ reason: DueReason) -> String {
        switch reason {
        case .firstDue: "for the first time"
        case .interval: "one interval after it was done"
        case .civilSlot: "its next time of day"
        case .finding: "sooner because of a finding"
        case .assessment: "sooner because the assessment changed"
        case .accompanies: "with the care that it accompanies"
        case .retry: "to be tried again"
        case .holdEnded: "after a hold"
        case .lengthened: "by the longer interval that was confirmed"
        case .beforeAbsence: "before leaving the ward"
        case .returned: "on return to the ward"
        case .staggered: "a little earlier, so that the ward does not peak"
        case .startOfCare: "once at the start, before its first time of day"
        }
    }
}

extension EventView {
    /// - Parameters:
    ///   - stay: Where the stay is known otherwise than from the published entry.
    init(_ published: PublishedEntry, stay: Stay? = nil, in context: CareContext) {
        let (entry, event) = (published.entry, published.entry.event)
        let ward = published.ward ?? stay?.ward
        let item = published.item ?? event.item.flatMap { stay?.item($0) }
        self.init(
            sequence: entry.sequence, at: entry.at.description, kind: event.kind,
            stay: event.stay?.description, ward: ward, bed: published.bed ?? stay?.bed,
            activity: event.activity?.code ?? item?.activity.code,
            reminder: event.reminder?.description, by: entry.actor.person, uid: entry.actor.uid,
            summary: EventSentence.text(event, item, ward.map(context.zone(of:))))
    }
}

extension Event {
    /// The activity, where the event itself says it.
    fileprivate var activity: ActivityCode? {
        switch self {
        case .itemPlanned(let item): item.activity
        case .outcomeRecorded(let record): record.activity
        default: nil
        }
    }

    fileprivate var reminder: ReminderID? {
        switch self {
        case .reminderChanged(let id, _, _, _), .reminderMissed(let id, _): id
        case .outcomeRecorded(let record): record.reminder
        case .occurrenceSet(let item, let occurrence):
            occurrence.map { ReminderID(item: item, occurrence: $0.number) }
        default: nil
        }
    }
}
