/// What time alone brings about: due, late, escalated, lapsed, held, and the end of a hold.
extension StayDecider {
    /// Brings one item up to `now`.
    ///
    /// - Parameter blind: Whether it came due while nobody watched.
    mutating func clock(_ id: ItemID, blind: Bool = false) {
        guard let item = stay.item(id), item.isActive, let occurrence = item.occurrence,
            let change = occurrence.nextChange, change <= now
        else { return }
        let reminder = ReminderID(item: id, occurrence: occurrence.number)
        let held = occurrence.phase == .held
        if let over = occurrence.lapsesAt ?? (held ? occurrence.nextSlot : nil), over <= now {
            emit(.reminderMissed(reminder, held ? .held : .lapsed))
            lapse(item)
            setLatestSlot(item, after: occurrence.due)
            clock(id, blind: blind)
            return
        }
        if occurrence.phase == .upcoming, isHeld(item) {
            emit(.reminderChanged(reminder, .held, .info, .held))
            return
        }
        let reached = occurrence.steps.filter { $0.at <= now }.map(\.priority).max() ?? .info
        let reason: ReminderReason =
            blind ? .blindTime : reached == .info ? .due : reached == .low ? .late : .escalation
        emit(.reminderChanged(reminder, phase(of: reached), reached, reason))
    }

    private func phase(of priority: Priority) -> Occurrence.Phase {
        switch priority {
        case .info: .due
        case .low: .overdue
        case .medium, .high: .escalated
        }
    }

    func isHeld(_ item: CareItem) -> Bool {
        item.clinicalHold != nil || !stay.holds(on: item.activity).isEmpty
    }

    private mutating func lapse(_ item: CareItem) {
        guard let rule = library.activity(item.activity)?.lapseAlert,
            let lapsed = stay.item(item.id)?.lapsedInARow, lapsed > 0, lapsed % rule.count == 0
        else { return }
        raise(
            rule.alert, ruleID: item.ruleID, cause: .lapsed,
            evidence: Alert.Evidence(item: item.id, readings: [:], facts: [], at: now))
    }

    /// The slot that counts now: the latest that has come, however many went by, else the next.
    private mutating func setLatestSlot(_ item: CareItem, after due: Instant) {
        guard let next = nextSlot(item, after: due) else { return }
        var slot = next
        if case .daily(let times) = item.schedule {
            slot = max(next, lastCivilSlot(times, item.options, atOrBefore: now))
        }
        guard let fresh = stay.item(item.id) else { return }
        setOccurrence(item.id, occurrence(fresh, due: slot, DueBasis(reason: .civilSlot)))
    }

    /// Sets an item's occurrence, unless it has had all of them, and takes along the care that
    /// accompanies it.
    ///
    /// The one way to an occurrence: what an absence, a limit or a hold of the coming time makes of it
    /// is decided here.
    mutating func setOccurrence(_ id: ItemID, _ wanted: Occurrence) {
        guard let parent = stay.item(id) else { return }
        guard !isOver(parent, due: wanted.due) else { return emit(.occurrenceSet(id, nil)) }
        let occurrence = beforeLeaving(parent, wanted) ?? wanted
        emit(.occurrenceSet(id, occurrence))
        refreshHold(id)
        let due = occurrence.due
        for item in stay.items where item.isActive && item.schedule == .with(parent.activity) {
            guard item.occurrence == nil || item.occurrence?.phase == .upcoming,
                item.occurrence?.due != due
            else { continue }
            emit(
                .occurrenceSet(
                    item.id,
                    self.occurrence(
                        item, due: due, DueBasis(reason: .accompanies, base: due, plusMinutes: 0))))
            refreshHold(item.id)
        }
    }

    // MARK: Holds

    /// Stops reminding of what a new hold covers.
    mutating func hush(_ id: ItemID) {
        guard let item = stay.item(id), let occurrence = item.occurrence, occurrence.isRaised,
            isHeld(item)
        else { return }
        emit(
            .reminderChanged(
                ReminderID(item: id, occurrence: occurrence.number), .held, .info, .held))
    }

    mutating func endHold(_ hold: Hold, byTime: Bool, at ended: Instant? = nil) {
        emit(.holdEnded(hold.id, byTime: byTime))
        if hold.absence != nil { return comeBack(hold, at: ended ?? now) }
        for item in stay.items where item.isActive && hold.covers(item.activity) {
            release(item.id)
        }
    }

    /// What the time of a hold brings: the start of a planned one, or the end of its ceiling.
    mutating func clock(_ hold: HoldID) {
        guard let found = stay.holds.first(where: { $0.id == hold }), found.isActive else { return }
        if !found.begun, found.from <= now {
            leave(found)
        } else if found.begun, found.until <= now {
            endHold(found, byTime: true)
        }
    }

    /// Looks again at an item that was held, unless another hold still holds it.
    ///
    /// Elapsed care that came due meanwhile is due now. Civil care is due now while its window is
    /// still open; otherwise its time is over and the next slot comes.
    mutating func release(_ id: ItemID) {
        guard let item = stay.item(id), item.isActive, !isHeld(item),
            let occurrence = item.occurrence, occurrence.phase == .held
        else { return }
        let isCivil = occurrence.nextSlot != nil
        if isCivil, occurrence.lapsesAt != nil || now > occurrence.onTimeUntil {
            emit(
                .reminderMissed(ReminderID(item: id, occurrence: occurrence.number), .held))
            setLatestSlot(item, after: occurrence.due)
        } else {
            setOccurrence(
                id,
                self.occurrence(
                    item, due: now, DueBasis(reason: .holdEnded, base: now, plusMinutes: 0)))
        }
        clock(id)
    }
}
