/// When care is due next: intervals, ramps, nights, civil slots, limits, courses.
extension StayDecider {
    // MARK: Elapsed care

    /// The interval in force for care done at `base`: the shortest of all rules that apply (TM8), of the
    /// phase that each of them is in, and of what a finding made of it.
    func interval(of item: CareItem, from base: Instant) -> IntervalInForce? {
        guard let inForce = item.intervalMinutes else { return nil }
        let changed = item.intervalRuleID.map { $0 != item.ruleID || inForce != item.baseMinutes }
        var interval = IntervalInForce(
            minutes: inForce, source: changed == true ? .changed : .rule,
            ruleID: item.intervalRuleID ?? item.ruleID)
        let started = item.options.anchor ?? item.startedAt
        if let phase = Self.phase(item.options.ramp, at: base.minutes(since: started)),
            phase < interval.minutes
        {
            interval = IntervalInForce(minutes: phase, source: .ramp, ruleID: item.ruleID)
        }
        if let night = item.options.night, inForce >= item.baseMinutes ?? inForce,
            night.contains(zone.local(base).time), night.minutes > interval.minutes
        {
            interval = IntervalInForce(minutes: night.minutes, source: .night, ruleID: item.ruleID)
        }
        for rule in library.rules(for: item.activity)
        where rule.id != item.ruleID && !rule.options.ramp.isEmpty && applies(rule) {
            if let phase = Self.phase(rule.options.ramp, at: base.minutes(since: item.startedAt)),
                phase < interval.minutes
            {
                interval = IntervalInForce(minutes: phase, source: .ramp, ruleID: rule.id)
            }
        }
        return interval
    }

    /// An interval and what gave it.
    struct IntervalInForce {
        let minutes: Int
        let source: Occurrence.Basis.Interval
        let ruleID: String
    }

    private static func phase(
        _ ramp: [ScheduleOptions.RampPhase], at minutes: Int
    ) -> Int? {
        var rest = minutes
        for phase in ramp {
            if rest < phase.forMinutes { return phase.everyMinutes }
            rest -= phase.forMinutes
        }
        return nil
    }

    /// One interval after `base`; outside the waking window, where there is one, in the morning.
    func elapsed(
        _ item: CareItem, from base: Instant, minutes: Int, _ reason: DueReason,
        ruleID: String? = nil, interval: IntervalInForce? = nil
    ) -> Occurrence {
        let due = base.adding(minutes: minutes)
        let awake = item.options.waking.map { $0.next(due, in: zone) } ?? due
        return occurrence(
            item, due: awake,
            DueBasis(
                reason: reason, base: base, plusMinutes: minutes, ruleID: ruleID,
                interval: interval, waking: awake == due ? nil : item.options.waking))
    }

    /// So many local days after `base`, at a local time.
    func days(
        _ item: CareItem, _ days: Int, from base: Instant, at time: TimeOfDay, _ reason: DueReason,
        lateFrom: Instant? = nil
    ) -> Occurrence {
        let date = zone.local(base).date.adding(days: days)
        return occurrence(
            item, due: zone.instant(date, time), lateFrom: lateFrom,
            DueBasis(
                reason: reason, base: base, plusMinutes: days * 1_440,
                slot: Slot(date: date, time: time)))
    }

    // MARK: Civil care

    /// The first of the local times after `instant`, on the days that the schedule names.
    func civilSlot(
        _ times: [TimeOfDay], _ options: ScheduleOptions, after instant: Instant,
        inclusive: Bool = false
    ) -> Instant {
        var slot = zone.next(of: times, after: instant, inclusive: inclusive)
        // A week has every weekday; one more for a zone that skips a day.
        for _ in 0..<(8 * times.count) where !falls(slot, options) {
            slot = zone.next(of: times, after: slot)
        }
        return slot
    }

    /// The last of the local times at or before `instant`.
    func lastCivilSlot(
        _ times: [TimeOfDay], _ options: ScheduleOptions, atOrBefore instant: Instant
    ) -> Instant {
        var slot = zone.last(of: times, atOrBefore: instant)
        for _ in 0..<(8 * times.count) where !falls(slot, options) {
            slot = zone.last(of: times, atOrBefore: slot.adding(seconds: -1))
        }
        return slot
    }

    private func falls(_ slot: Instant, _ options: ScheduleOptions) -> Bool {
        guard !options.weekdays.isEmpty else { return true }
        let weekday = zone.local(slot).date.weekday
        return options.weekdays.contains(weekday)
    }

    /// The local time that a civil occurrence was asked for: the due instant shows another one only where
    /// a clock change swallows it.
    func slot(of item: CareItem, at due: Instant) -> Slot? {
        let times: [TimeOfDay]
        switch item.schedule {
        case .daily(let all): times = all
        case .everyDays(_, let time): times = [time]
        case .every, .with, .once: return nil
        }
        let date = zone.local(due).date
        for day in [0, -1, 1] {
            let date = date.adding(days: day)
            if let time = times.first(where: { zone.instant(date, $0) == due }) {
                return Slot(date: date, time: time)
            }
        }
        return nil
    }

    // MARK: Limits

    /// Whether an occurrence due then lies beyond what the care item is for.
    func isOver(_ item: CareItem, due: Instant) -> Bool {
        if let count = item.options.count, item.settled >= count { return true }
        if let end = item.options.endsAt, due > end { return true }
        return courseDose(item, due: due).isOver
    }

    /// A care item that has had all its occurrences; its rule may go on to apply.
    func isFinished(_ item: CareItem) -> Bool {
        guard item.occurrence == nil else { return false }
        if case .with = item.schedule { return false }
        return item.occurrences > 0
    }

    // MARK: Courses

    /// What a course gives on the day on which an occurrence is due.
    func courseDose(_ item: CareItem, due: Instant) -> (detail: String?, isOver: Bool) {
        guard let course = library.rule(item.ruleID)?.course,
            case .instant(let from)? = stay.assessment[course.from]
        else { return (nil, false) }
        let first = zone.local(from).date.daysFromEpoch + 1
        var day = zone.local(due).date.daysFromEpoch - first
        guard day >= 0 else { return (nil, false) }
        var steps = course.template
        if case .course(let prescribed)? = stay.assessment[course.steps] { steps = prescribed }
        for step in steps {
            if day < step.days {
                let amount = ValueKind.decimalText(step.tenths, digits: 1)
                return ("\(course.of) \(amount) \(course.unit)", false)
            }
            day -= step.days
        }
        return (nil, true)
    }
}

extension LocalDate {
    package var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let index = ((daysFromEpoch + 3) % 7 + 7) % 7
        return Weekday(rawValue: index + 1) ?? .monday
    }
}
