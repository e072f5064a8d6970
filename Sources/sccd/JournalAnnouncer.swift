import CareCore
import CareEngine
import ControlServer
import Systemd

/// Mirrors committed events to the journal: which of them, with what priority and fields.
///
/// A journal record never carries a name, a record number or free text; the ledger is the record and
/// `SCC_SEQ` shows gaps.
struct JournalAnnouncer: Sendable {
    let writer: JournalWriter
    /// The rate of a demonstration clock, which marks every record.
    let demoClockRate: Double?

    func announce(_ published: [PublishedEntry]) {
        for entry in published {
            if let record = record(of: entry) { writer.write(record) }
        }
    }

    private func record(of published: PublishedEntry) -> JournalEntry? {
        guard let (message, priority) = kind(of: published.entry.event) else { return nil }
        return JournalEntry(
            messageID: message, priority: priority,
            message: (demoClockRate == nil ? "" : "[DEMO] ") + place(published)
                + EventSentence.text(for: published),
            fields: fields(of: published))
    }

    private func place(_ published: PublishedEntry) -> String {
        guard let ward = published.ward, let bed = published.bed else { return "" }
        return "Ward \(ward) bed \(bed): "
    }

    private func kind(of event: Event) -> (MessageID, JournalPriority)? {
        switch event {
        case .stayEnrolled: (.stayEnrolled, .notice)
        case .stayTransferred: (.stayTransferred, .notice)
        case .stayDischarged: (.stayDischarged, .notice)
        case .assessmentChanged: (.stayAssessed, .informational)
        case .stayMigrated: (.planChanged, .notice)
        case .itemPlanned, .itemReplanned, .itemEnded, .intervalChanged, .clinicalHoldChanged:
            (.planChanged, .informational)
        case .occurrenceSet: nil
        case .reminderChanged(_, let phase, let priority, _):
            switch phase {
            case .due: (.reminderDue, .notice)
            case .overdue: (.reminderOverdue, .warning)
            case .escalated: (.reminderEscalated, priority == .high ? .critical : .error)
            case .held: (.reminderHeld, .notice)
            case .upcoming: nil
            }
        case .reminderMissed: (.reminderMissed, .notice)
        case .outcomeRecorded: (.outcomeRecorded, .informational)
        case .alertRaised(let alert): (.alertRaised, Self.priority(alert.priority))
        case .alertAcknowledged: (.alertAcknowledged, .notice)
        case .alertResolved, .proposalDecided: (.alertResolved, .notice)
        case .holdPlaced: (.holdPlaced, .notice)
        case .holdBegan: (.holdPlaced, .notice)
        case .watchChanged: nil
        case .holdEnded: (.holdEnded, .notice)
        case .blindTime: (.blindTime, .error)
        }
    }

    private static func priority(_ priority: Priority) -> JournalPriority {
        switch priority {
        case .info: .notice
        case .low: .warning
        case .medium: .error
        case .high: .critical
        }
    }

    private func fields(of published: PublishedEntry) -> [(name: String, value: String)] {
        let entry = published.entry
        var fields: [(name: String, value: String)] = [
            ("SCC_SEQ", "\(entry.sequence)"), ("SCC_EVENT", entry.event.kind),
            ("SCC_AT", entry.at.description),
        ]
        if let ward = published.ward { fields.append(("SCC_WARD", ward)) }
        if let bed = published.bed { fields.append(("SCC_BED", bed)) }
        if let stay = entry.event.stay { fields.append(("SCC_STAY", stay.description)) }
        if let item = published.item {
            fields.append(("SCC_ACTIVITY", item.activity.code))
            fields.append(("SCC_RULE", item.ruleID))
            if let occurrence = item.occurrence {
                fields.append(("SCC_DUE", occurrence.due.description))
            }
        }
        switch entry.event {
        case .reminderChanged(let reminder, let phase, let priority, let reason):
            fields.append(("SCC_REMINDER", reminder.description))
            fields.append(("SCC_STATE", phase.rawValue))
            fields.append(("SCC_PRIORITY", priority.word))
            fields.append(("SCC_REASON", reason.rawValue))
        case .reminderMissed(let reminder, let reason):
            fields.append(("SCC_REMINDER", reminder.description))
            fields.append(("SCC_STATE", "missed"))
            fields.append(("SCC_REASON", reason.rawValue))
        case .outcomeRecorded(let record):
            if let reminder = record.reminder {
                fields.append(("SCC_REMINDER", reminder.description))
            }
            fields.append(("SCC_STATE", record.outcome.rawValue))
        case .alertRaised(let alert):
            fields.append(("SCC_ALERT", alert.id.description))
            fields.append(("SCC_RULE", alert.ruleID))
            fields.append(("SCC_PRIORITY", alert.priority.word))
        case .alertAcknowledged(let alert, _), .alertResolved(let alert, _),
            .proposalDecided(let alert, _):
            fields.append(("SCC_ALERT", alert.description))
        case .holdPlaced(let hold):
            fields.append(("SCC_HOLD", hold.id.description))
            fields.append(("SCC_REASON", hold.absence?.kind.rawValue ?? hold.reason))
            if let absence = hold.absence {
                fields.append(("SCC_DUE_BACK", absence.dueBack.description))
            }
        case .holdBegan(let hold):
            fields.append(("SCC_HOLD", hold.description))
        case .holdEnded(let hold, let byTime):
            fields.append(("SCC_HOLD", hold.description))
            fields.append(("SCC_REASON", byTime ? "time" : "person"))
        default:
            break
        }
        if let uid = entry.actor.uid { fields.append(("SCC_UID", "\(uid)")) }
        if let demoClockRate { fields.append(("SCC_DEMO_CLOCK_RATE", "\(demoClockRate)")) }
        return fields
    }
}
