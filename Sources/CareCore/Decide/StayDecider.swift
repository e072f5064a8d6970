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
    static let visitMinutes = 20

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
    }

    /// The next occurrence of an item with its whole timetable.
    func occurrence(
        _ item: CareItem, due: Instant, lateFrom: Instant? = nil, _ basis: DueBasis
    ) -> Occurrence {
        let lateFrom = lateFrom ?? due
        let window = window(for: item)
        var earliest = window?.early.map { due.adding(minutes: -$0) }
        if case .with = item.schedule { earliest = due.adding(minutes: -Self.visitMinutes) }
        return Occurrence(
            number: item.occurrences + 1, due: due, lateFrom: lateFrom, reason: basis.reason,
            base: basis.base, plusMinutes: basis.plusMinutes, slot: slot(of: item, at: due),
            ruleID: basis.ruleID
                ?? (basis.plusMinutes == item.intervalMinutes ? item.intervalRuleID : nil)
                    ?? item.ruleID,
            detail: courseDose(item, due: due).detail, earliest: earliest,
            onTimeUntil: window.map { resolve($0.onTime, from: lateFrom) } ?? lateFrom,
            steps: window.map { rule in
                rule.steps.map {
                    Occurrence.Step(at: resolve($0.after, from: lateFrom), priority: $0.priority)
                }
            } ?? [],
            nextSlot: nextSlot(item, after: due),
            lapsesAt: window?.lapses == true ? lapse(item, due: due) : nil)
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

    private func resolve(_ offset: Offset, from due: Instant) -> Instant {
        switch offset {
        case .minutes(let minutes):
            return due.adding(minutes: minutes)
        case .endOfDay:
            return zone.endOfDay(due)
        case .clock(let fact, let fallback, let plus):
            let time = timeOfDay(fact, default: fallback)
            return zone.next(of: [time], after: due, inclusive: true).adding(minutes: plus)
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
        evidence: Alert.Evidence? = nil
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
                    evidence: evidence ?? self.evidence(ruleID))))
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
    mutating func propose(_ item: CareItem, toMinutes: Int?, ruleID: String, message: String) {
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
                        item: item.id, readings: [:], facts: item.because, at: now))))
    }
}

/// Minutes in the words of a ward, for example `4 h`, `90 min`, `7 days`.
package func spoken(minutes: Int) -> String {
    if minutes >= 2_880, minutes % 1_440 == 0 { return "\(minutes / 1_440) days" }
    return minutes % 60 == 0 && minutes > 0 ? "\(minutes / 60) h" : "\(minutes) min"
}
