/// Decides for one stay at one instant: works on a copy, to which every event that it gives out is
/// applied at once, so that a later step sees what an earlier one brought about.
struct StayDecider {
    private(set) var stay: Stay
    private(set) var events: [Event] = []
    let library: CareLibrary
    let zone: ZoneRules
    let now: Instant
    let person: String?

    /// Care of one patient within so many minutes is one visit (TM9).
    static let visitMinutes = Visits.minutes

    init(_ stay: Stay, library: CareLibrary, zone: ZoneRules, now: Instant, person: String?) {
        self.stay = stay
        self.library = library
        self.zone = zone
        self.now = now
        self.person = person
    }

    mutating func emit(_ event: Event) {
        stay.apply(event, at: now, by: person)
        events.append(event)
    }

    // MARK: Occurrences

    /// What brings an occurrence about: the arithmetic that `explain` repeats.
    struct DueBasis {
        let reason: DueReason
        var base: Instant?
        var plusMinutes: Int?
        /// What asks for it, when it is not the care item's own rule or interval.
        var ruleID: String?
        /// The interval, where it is that which is in force.
        var interval: IntervalInForce?
        /// The day and time of civil care; looked up among its times where there is no `base` either.
        var slot: Slot?
        var waking: ScheduleOptions.Waking?
        var broughtForward: Int?
        var notBefore: Instant?
    }

    struct Slot {
        let date: LocalDate
        let time: TimeOfDay
    }

    /// The next occurrence of an item with its whole timetable.
    func occurrence(
        _ item: CareItem, due: Instant, lateFrom: Instant? = nil, _ basis: DueBasis
    ) -> Occurrence {
        let lateFrom = lateFrom ?? due
        let window = window(for: item)
        let slot = basis.slot ?? (basis.base == nil ? slot(of: item, at: due) : nil)
        var kept = Occurrence.Basis(
            interval: basis.interval?.source, slotDate: slot?.date, waking: basis.waking,
            broughtForward: basis.broughtForward, notBefore: basis.notBefore,
            early: window?.early)
        if case .with = item.schedule { kept.early = Self.visitMinutes }
        if let window {
            kept.onTime = span(window.onTime)
            kept.steps = window.steps.map { span($0.after) }
        }
        let isLocal = slot != nil || basis.waking != nil || !kept.isAllMinutes
        kept.zone = isLocal ? zone.name : nil
        let ends = kept.steps.map { $0.end(from: lateFrom, in: zone) }
        return Occurrence(
            number: item.occurrences + 1, due: due, lateFrom: lateFrom, reason: basis.reason,
            base: basis.base, plusMinutes: basis.plusMinutes, slot: slot?.time,
            ruleID: basis.ruleID ?? basis.interval?.ruleID
                ?? (basis.plusMinutes == item.intervalMinutes ? item.intervalRuleID : nil)
                    ?? item.ruleID,
            detail: courseDose(item, due: due).detail,
            earliest: kept.early.map { due.adding(minutes: -$0) },
            onTimeUntil: kept.onTime.end(from: lateFrom, in: zone),
            steps: zip(ends, window?.steps ?? []).map {
                Occurrence.Step(at: $0, priority: $1.priority)
            },
            nextSlot: nextSlot(item, after: due),
            lapsesAt: window?.lapses == true ? lapse(item, due: due) : nil, basis: kept)
    }

    /// The same occurrence once more, with whatever changes from day to day looked up anew.
    func again(_ occurrence: Occurrence, of item: CareItem) -> Occurrence {
        let kept = occurrence.basis
        var basis = DueBasis(
            reason: occurrence.reason, base: occurrence.base, plusMinutes: occurrence.plusMinutes,
            ruleID: occurrence.ruleID)
        basis.interval = kept?.interval.flatMap { source in
            occurrence.plusMinutes.map {
                IntervalInForce(minutes: $0, source: source, ruleID: occurrence.ruleID)
            }
        }
        if let date = kept?.slotDate, let time = occurrence.slot {
            basis.slot = Slot(date: date, time: time)
        }
        basis.waking = kept?.waking
        basis.broughtForward = kept?.broughtForward
        basis.notBefore = kept?.notBefore
        return self.occurrence(item, due: occurrence.due, lateFrom: occurrence.lateFrom, basis)
    }

    /// A set lapses when the next one comes, but the last of the day no later than that: sets must not
    /// stay up through the night (CHE-7).
    private func lapse(_ item: CareItem, due: Instant) -> Instant? {
        guard case .daily(let times) = item.schedule else { return nextSlot(item, after: due) }
        let sorted = times.sorted()
        let spacing = zip(sorted, sorted.dropFirst()).map { $1.minutes - $0.minutes }.min() ?? 1_440
        return min(
            civilSlot(times, item.options, after: due), due.adding(minutes: spacing))
    }

    private func window(for item: CareItem) -> WindowRule? {
        library.activity(item.activity)?.windows.first { window in
            (window.intervalAtLeast.map { (interval(of: item) ?? 0) >= $0 } ?? true)
                && window.when.holds(stay.assessment)
        }
    }

    /// The interval that counts for windows: of the activity it accompanies for accompanying care.
    private func interval(of item: CareItem) -> Int? {
        if case .with(let parent) = item.schedule {
            return stay.activeItem(parent)?.intervalMinutes
        }
        return item.intervalMinutes
    }

    private func span(_ offset: Offset) -> Occurrence.Span {
        switch offset {
        case .minutes(let minutes): .minutes(minutes)
        case .endOfDay: .endOfDay
        case .clock(let fact, let fallback, let plus):
            .time(timeOfDay(fact, default: fallback), plus: plus)
        }
    }

    func timeOfDay(_ fact: Fact, default fallback: TimeOfDay) -> TimeOfDay {
        if case .time(let time)? = stay.assessment[fact] { time } else { fallback }
    }

    /// The local time of civil care that follows `instant`; `nil` for elapsed care.
    func nextSlot(_ item: CareItem, after instant: Instant) -> Instant? {
        switch item.schedule {
        case .daily(let times):
            civilSlot(times, item.options, after: instant)
        case .everyDays(let days, let time):
            zone.instant(zone.local(instant).date.adding(days: days), time)
        case .every, .with, .once:
            nil
        }
    }

    // MARK: Alerts

    /// Raises an alert unless the same rule already has one of that priority or a higher one.
    mutating func raise(
        _ template: AlertTemplate, ruleID: String, kind: Alert.Kind = .finding,
        cause: Alert.Cause, evidence: Alert.Evidence? = nil
    ) {
        let priority = template.priority(stay.assessment, evidence?.readings ?? [:])
        for alert in stay.alerts where alert.isActive && alert.ruleID == ruleID {
            if alert.priority >= priority { return }
            emit(.alertResolved(alert.id, note: "raised to \(priority.word)"))
        }
        emit(
            .alertRaised(
                Alert(
                    id: AlertID(stay: stay.id, number: stay.alerts.count + 1), ruleID: ruleID,
                    kind: kind, priority: priority, message: template.message,
                    who: template.who, raisedAt: now,
                    actBy: template.withinMinutes.map { now.adding(minutes: $0) },
                    evidence: evidence ?? self.evidence(ruleID), cause: cause,
                    escalation: escalation(template, to: priority, evidence?.readings ?? [:]))))
    }

    /// What made the priority higher than the rule's own.
    private func escalation(
        _ template: AlertTemplate, to priority: Priority, _ readings: Readings
    ) -> Alert.Escalation? {
        guard priority > template.priority,
            let raise = template.raised.first(where: {
                $0.to == priority && $0.when.holds(stay.assessment, readings)
            })
        else { return nil }
        var seen: Readings = [:]
        for field in raise.when.fields { seen[field] = readings[field] }
        return Alert.Escalation(
            from: template.priority,
            // An unknown fact may be the very reason, under a `not`.
            facts: raise.when.facts.map {
                AssessmentChange(fact: $0, value: stay.assessment[$0])
            }, readings: seen)
    }

    /// What a standing rule saw when it raised an alert.
    private func evidence(_ ruleID: String) -> Alert.Evidence? {
        let condition =
            library.rule(ruleID)?.when ?? library.watches.first { $0.id == ruleID }?.when
        return condition.map {
            Alert.Evidence(item: nil, readings: [:], facts: stated($0.facts), at: now)
        }
    }

    /// The known ones among some facts, with their values.
    func stated(_ facts: [Fact]) -> [AssessmentChange] {
        facts.compactMap { fact in
            stay.assessment[fact].map { AssessmentChange(fact: fact, value: $0) }
        }
    }

    mutating func resolve(ruleID: String) {
        for alert in stay.alerts where alert.isActive && alert.ruleID == ruleID {
            emit(.alertResolved(alert.id, note: nil))
        }
    }

    /// Proposes a longer interval, or (`nil`) the end of the item, to a named person; once.
    mutating func propose(
        _ item: CareItem, toMinutes: Int?, ruleID: String, message: String, cause: Alert.Cause,
        facts: [AssessmentChange]
    ) {
        let pending = stay.alerts.contains { alert in
            guard alert.isActive, case .proposal(let id, let minutes) = alert.kind else {
                return false
            }
            return id == item.id && minutes == toMinutes
        }
        guard !pending else { return }
        emit(
            .alertRaised(
                Alert(
                    id: AlertID(stay: stay.id, number: stay.alerts.count + 1), ruleID: ruleID,
                    kind: .proposal(item.id, toMinutes: toMinutes), priority: .info,
                    message: message, who: "registered nurse or doctor", raisedAt: now,
                    actBy: nil,
                    evidence: Alert.Evidence(
                        item: item.id, readings: [:], facts: facts, at: now,
                        goodSince: cause == .lengthening ? item.goodSince : nil),
                    cause: cause)))
    }
}

/// Minutes in the words of a ward, for example `4 h`, `90 min`, `7 days`.
package func spoken(minutes: Int) -> String {
    if minutes >= 2_880, minutes % 1_440 == 0 { return "\(minutes / 1_440) days" }
    return minutes % 60 == 0 && minutes > 0 ? "\(minutes / 60) h" : "\(minutes) min"
}
