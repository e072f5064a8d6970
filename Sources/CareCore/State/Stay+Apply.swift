extension Stay {
    /// Applies an event of this stay.
    ///
    /// Cannot fail: whatever could be wrong was decided before.
    package mutating func apply(_ event: Event, at: Instant, by person: String?) {
        switch event {
        case .stayEnrolled(let stay):
            self = stay
        case .itemPlanned(let item):
            items.append(item)
        case .itemReplanned(let id, let plan):
            change(id) {
                $0.ruleID = plan.ruleID
                $0.protocolVersion = plan.protocolVersion
                $0.schedule = plan.schedule
                $0.options = plan.options
                $0.detail = plan.detail
                $0.baseMinutes = plan.baseMinutes
                $0.because = plan.because
                $0.becauseAt = at
            }
        case .itemEnded(let id, let reason):
            change(id) {
                $0.ended = CareItem.End(at: at, reason: reason)
                $0.occurrence = nil
            }
        case .intervalChanged(let id, let minutes, _, let ruleID):
            change(id) {
                $0.intervalMinutes = minutes
                $0.intervalRuleID = ruleID
            }
        case .clinicalHoldChanged(let id, let hold):
            change(id) { $0.clinicalHold = hold }
        case .occurrenceSet(let id, let occurrence):
            change(id) {
                $0.occurrence = occurrence
                $0.occurrences = max($0.occurrences, occurrence?.number ?? 0)
            }
        case .reminderChanged(let reminder, let phase, let priority, _):
            change(reminder.item) {
                guard $0.occurrence?.number == reminder.occurrence else { return }
                $0.occurrence?.phase = phase
                $0.occurrence?.priority = priority
                if $0.occurrence?.isRaised == true, $0.occurrence?.raisedAt == nil {
                    $0.occurrence?.raisedAt = at
                }
            }
        case .reminderMissed(let reminder, let reason):
            change(reminder.item) {
                if reason == .lapsed { $0.lapsedInARow += 1 }
                $0.settled += 1
            }
        case .outcomeRecorded(let record):
            apply(record, at: at)
        case .assessmentChanged(_, let changes, _):
            for change in changes {
                assessment.set(change.fact, change.value, subScores: change.subScores)
            }
        case .alertRaised(let alert):
            alerts.append(alert)
        case .alertAcknowledged(let id, let note):
            change(id) { $0.acknowledged = Alert.Mark(at: at, person: person, note: note) }
        case .alertResolved(let id, let note):
            change(id) { $0.resolved = Alert.Mark(at: at, person: person, note: note) }
        case .proposalDecided(let id, _):
            change(id) { $0.resolved = Alert.Mark(at: at, person: person, note: nil) }
            if case .proposal(let item, _)? = alerts.first(where: { $0.id == id })?.kind {
                // Declined or not, the next proposal needs a new run of good values.
                change(item) { $0.goodSince = at }
            }
        case .holdPlaced(let hold):
            holds.append(hold)
        case .holdBegan(let id):
            if let index = holds.firstIndex(where: { $0.id == id }) { holds[index].begun = true }
        case .watchChanged(let watch):
            if let index = watches.firstIndex(where: { $0.id == watch.id }) {
                watches[index] = watch
            } else {
                watches.append(watch)
            }
        case .holdEnded(let id, _):
            if let index = holds.firstIndex(where: { $0.id == id }) { holds[index].endedAt = at }
        case .stayTransferred(_, let ward, let bed):
            self.ward = ward
            self.bed = bed
        case .stayDischarged(_, let reason):
            discharged = Discharge(at: at, reason: reason)
        case .stayMigrated(_, let version, let items):
            protocolVersion = version
            for id in items { change(id) { $0.protocolVersion = version } }
        case .blindTime:
            break
        }
    }

    private mutating func apply(_ record: OutcomeRecord, at: Instant) {
        change(record.item) {
            $0.last = LastOutcome(
                outcome: record.outcome, performedAt: record.performedAt, recordedAt: at,
                person: record.person, reason: record.reason)
            $0.goodSince = record.goodSince
            if record.reminder != nil, record.outcome == .done || record.outcome == .skipped {
                $0.settled += 1
            }
            if record.outcome == .done {
                $0.lastDoneAt = max($0.lastDoneAt ?? record.performedAt, record.performedAt)
                $0.lapsedInARow = 0
            }
        }
    }

    private mutating func change(_ id: ItemID, _ body: (inout CareItem) -> Void) {
        precondition(
            items.indices.contains(id.number - 1), "an event names a care item of its own stay")
        body(&items[id.number - 1])
    }

    private mutating func change(_ id: AlertID, _ body: (inout Alert) -> Void) {
        if let index = alerts.firstIndex(where: { $0.id == id }) { body(&alerts[index]) }
    }
}
