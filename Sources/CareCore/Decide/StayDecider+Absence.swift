/// Off the ward and back (facts ABS-1 to ABS-4).
extension StayDecider {
    /// Care before leaving is due so many minutes before.
    private static let readyMinutes = 15

    /// An occurrence that would fall due off the ward, brought forward to before leaving; `nil` where it
    /// stays as it is.
    ///
    /// Elapsed care with half its interval behind it, and civil care whose early window is open by then,
    /// is done before leaving (ABS-1, ABS-2). The rest is held and due on return.
    func beforeLeaving(_ item: CareItem, _ occurrence: Occurrence) -> Occurrence? {
        guard let hold = stay.absence, !hold.begun, let absence = hold.absence,
            hold.covers(item.activity), occurrence.due > hold.from,
            occurrence.due <= absence.dueBack,
            library.activity(item.activity)?.absence != .onReturn, occurrence.lapsesAt == nil
        else { return nil }
        let ready = hold.from.adding(minutes: -Self.readyMinutes)
        switch item.schedule {
        case .every:
            guard let base = occurrence.base, let plus = occurrence.plusMinutes,
                2 * ready.minutes(since: base) >= plus
            else { return nil }
        case .daily, .everyDays:
            // Without an early limit its window is always open.
            guard occurrence.earliest.map({ $0 <= ready }) ?? true else { return nil }
        case .with, .once:
            return nil
        }
        return self.occurrence(
            item, due: max(now, ready),
            DueBasis(
                reason: .beforeAbsence, base: hold.from, plusMinutes: -Self.readyMinutes,
                ruleID: "ABS-1", notBefore: ready < now ? now : nil))
    }

    /// Brings forward what would fall due during an absence that was just planned.
    mutating func prepareToLeave() {
        for item in stay.items where item.isActive {
            guard let occurrence = item.occurrence, occurrence.phase == .upcoming,
                beforeLeaving(item, occurrence) != nil
            else { continue }
            setOccurrence(item.id, occurrence)
        }
    }

    /// The patient leaves the ward: nothing reminds until the return, but two watches begin, one for the
    /// time of return and one for the first care that is a whole interval late (ABS-4).
    mutating func leave(_ hold: Hold) {
        guard let absence = hold.absence else { return }
        if !hold.begun { emit(.holdBegan(hold.id)) }
        var changes = [AssessmentChange(fact: .awayUntil, value: .instant(absence.dueBack))]
        if let limit = latestForElapsedCare() {
            changes.append(AssessmentChange(fact: .absenceLimitAt, value: .instant(limit)))
        }
        emit(.assessmentChanged(stay.id, changes: changes, reason: "ABS-4"))
        for item in stay.items where item.isActive && hold.covers(item.activity) { hush(item.id) }
        plan(.outcome(now))
    }

    private func latestForElapsedCare() -> Instant? {
        stay.items.compactMap { item in
            guard item.isActive, item.schedule == .every, let occurrence = item.occurrence,
                let minutes = item.intervalMinutes
            else { return nil }
            return occurrence.lateFrom.adding(minutes: minutes)
        }.min()
    }

    /// The patient is back: what must begin anew is due now, the rest as after any hold (ABS-3).
    mutating func comeBack(_ hold: Hold, at returned: Instant) {
        emit(
            .assessmentChanged(
                stay.id,
                changes: [
                    AssessmentChange(fact: .awayUntil, value: nil),
                    AssessmentChange(fact: .absenceLimitAt, value: nil),
                ], reason: "ABS-3"))
        for item in stay.items where item.isActive && hold.covers(item.activity) {
            let rule = library.activity(item.activity)?.absence
            if hold.begun, rule == .restart, item.occurrence != nil {
                setOccurrence(
                    item.id,
                    occurrence(
                        item, due: returned,
                        DueBasis(
                            reason: .returned, base: returned, plusMinutes: 0, ruleID: "ABS-3")))
                clock(item.id)
            } else {
                release(item.id)
            }
        }
        plan(.outcome(now))
    }
}
