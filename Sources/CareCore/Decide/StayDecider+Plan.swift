/// From assessment to care items: which rules apply, what they change, what they only propose.
extension StayDecider {
    /// What makes the plan be looked at again.
    enum PlanCause {
        case enrolment
        case assessment
        /// A finding, or the end of a care item, at the instant the care was done.
        case outcome(Instant)

        var reason: DueReason {
            switch self {
            case .enrolment: .firstDue
            case .assessment: .assessment
            case .outcome: .finding
            }
        }
    }

    /// A rule that applies, with everything that depends on the assessment filled in.
    private struct Wanted {
        let rule: CareRule
        let schedule: ItemSchedule
        let options: ScheduleOptions
        /// How often it asks, in minutes: the smallest wins (TM8).
        let rank: Int
        /// The interval of elapsed care.
        let minutes: Int?
        let detail: String?
        /// The known facts that the rule looked at.
        let because: [AssessmentChange]
    }

    /// Brings the care items in line with the assessment.
    ///
    /// More care starts at once. Less care, where the activity says so, is only proposed (TM7).
    mutating func plan(_ cause: PlanCause) {
        planItems(cause)
        queryOrders(cause)
        // What a watch brings about may ask for other care, and that for another look.
        for _ in 0..<Self.planRounds where reviewWatches() { planItems(cause) }
    }

    /// Effects that feed each other must not keep the service busy; the loader refuses cycles.
    private static let planRounds = 8

    private mutating func planItems(_ cause: PlanCause) {
        // Accompanying care comes last, since it needs the item that it accompanies.
        let ordered =
            library.activities.filter { !accompanies($0.code) }
            + library.activities.filter { accompanies($0.code) }
        for activity in ordered {
            let present = stay.activeItem(activity.code)
            let wanted = wanted(activity.code, start: present?.startedAt ?? start(cause))
            switch (present, wanted) {
            case (nil, nil): break
            case (nil, let wanted?): start(activity, wanted, cause)
            case (let item?, nil): stop(item, activity)
            case (let item?, let wanted?):
                // A series that is over makes room at once for what follows it.
                if library.rule(item.ruleID)?.until?.holds(stay.assessment) == true {
                    emit(.itemEnded(item.id, .resolved))
                    start(activity, wanted, cause)
                } else {
                    change(item, to: wanted, activity, cause)
                }
            }
        }
    }

    private func start(_ cause: PlanCause) -> Instant {
        switch cause {
        case .enrolment, .assessment: now
        case .outcome(let performedAt): performedAt
        }
    }

    private func accompanies(_ code: ActivityCode) -> Bool {
        library.rules(for: code).contains { rule in
            if case .with = rule.schedule { true } else { false }
        }
    }

    // MARK: Which rule

    private func wanted(_ code: ActivityCode, start: Instant) -> Wanted? {
        var best: Wanted?
        for rule in library.rules(for: code) where applies(rule) {
            guard let candidate = resolve(rule, start: start) else { continue }
            if best.map({ candidate.rank < $0.rank }) ?? true { best = candidate }
        }
        return best
    }

    func applies(_ rule: CareRule) -> Bool {
        rule.when.holds(stay.assessment) && rule.until?.holds(stay.assessment) != true
            && contraindication(of: rule) == nil
    }

    private func contraindication(of rule: CareRule) -> CareRule.Contraindication? {
        if let own = rule.unless.first(where: { $0.when.holds(stay.assessment) }) { return own }
        let standing = library.standing.first {
            $0.kind == .exclude && $0.covers(rule.activity) && $0.when.holds(stay.assessment)
        }
        return standing.map {
            CareRule.Contraindication(id: $0.id, when: $0.when, reason: $0.reason)
        }
    }

    private func resolve(_ rule: CareRule, start: Instant) -> Wanted? {
        let schedule: ItemSchedule
        var minutes: Int?
        let rank: Int
        switch rule.schedule {
        case .every(let every, _):
            (schedule, minutes) = (.every, every)
            rank = min(every, rule.options.ramp.map(\.everyMinutes).min() ?? every)
        case .daily(let times):
            let days = rule.options.weekdays.isEmpty ? 7 : rule.options.weekdays.count
            (schedule, rank) = (.daily(times), 10_080 / (times.count * days))
        case .dailyAt(let fact, let fallback, let plus):
            let time = timeOfDay(fact, default: fallback).minutes + plus
            (schedule, rank) = (.daily([TimeOfDay(minutes: (time + 1_440) % 1_440)]), 1_440)
        case .everyDays(let days, let time, _, _):
            (schedule, rank) = (.everyDays(days, at: time), days * 1_440)
        case .with(let parent):
            guard stay.activeItem(parent) != nil else { return nil }
            (schedule, rank) = (.with(parent), 0)
        case .once:
            (schedule, rank) = (.once, 0)
        }
        let staffing = library.activity(rule.activity)?.staffing.first {
            $0.when.holds(stay.assessment)
        }
        let detail = [rule.detail.map(filledIn), staffing?.detail].compactMap { $0 }
        return Wanted(
            rule: rule, schedule: schedule, options: options(rule, start: start), rank: rank,
            minutes: minutes, detail: detail.isEmpty ? nil : detail.joined(separator: ", "),
            because: stated(rule.when.facts))
    }

    /// The options of a rule with the instants and intervals that the assessment gives them.
    private func options(_ rule: CareRule, start: Instant) -> ScheduleOptions {
        var options = rule.options
        if let limit = rule.limit {
            if let fact = limit.since {
                guard case .instant(let since)? = stay.assessment[fact] else { return options }
                options.anchor = since
                options.endsAt = since.adding(minutes: limit.minutes)
            } else {
                options.endsAt = start.adding(minutes: limit.minutes)
            }
        }
        if let night = rule.night, night.when.holds(stay.assessment),
            case .number(let minutes)? = stay.assessment[night.minutes]
        {
            options.night = ScheduleOptions.Night(minutes: minutes, from: night.from, to: night.to)
        }
        return options
    }

    // MARK: Holds by rule

    /// Why occurrences of a rule's activity, or the one due then, are HELD rather than due.
    private func hold(
        of rule: CareRule, due: Instant?
    ) -> (hold: CareItem.ClinicalHold, alert: AlertTemplate?, facts: [AssessmentChange])? {
        if let own = rule.holds.first(where: { $0.when.holds(stay.assessment) }) {
            return (
                CareItem.ClinicalHold(ruleID: own.id, reason: own.reason), own.alert,
                stated(own.when.facts)
            )
        }
        if let pause = library.standing.first(where: {
            $0.kind == .pause && $0.covers(rule.activity) && $0.when.holds(stay.assessment)
        }) {
            return (CareItem.ClinicalHold(ruleID: pause.id, reason: pause.reason), nil, [])
        }
        guard let due else { return nil }
        for window in rule.timeHolds where window.when.holds(stay.assessment) {
            guard case .instant(let fact)? = stay.assessment[window.fact],
                due >= fact.adding(minutes: window.fromMinutes)
            else { continue }
            let waits = window.orUntil.map { !$0.holds(stay.assessment) } ?? false
            if due < fact.adding(minutes: window.toMinutes) || waits {
                return (
                    CareItem.ClinicalHold(ruleID: window.id, reason: window.reason), window.alert,
                    stated(window.when.facts + [window.fact])
                )
            }
        }
        return nil
    }

    /// Whether the reason of a hold is still there, although another one comes first.
    private func stands(_ hold: CareItem.ClinicalHold, _ item: CareItem) -> Bool {
        library.rule(item.ruleID)?.holds.contains {
            $0.id == hold.ruleID && $0.when.holds(stay.assessment)
        } ?? false
    }

    /// Brings an item's hold by rule in line with the assessment and with its coming occurrence.
    mutating func refreshHold(_ id: ItemID) {
        guard let item = stay.item(id), item.isActive else { return }
        let found = library.rule(item.ruleID).flatMap { hold(of: $0, due: item.occurrence?.due) }
        guard item.clinicalHold != found?.hold else { return }
        emit(.clinicalHoldChanged(id, found?.hold))
        if let before = item.clinicalHold, !stands(before, item) { resolve(ruleID: before.ruleID) }
        guard let found else { return release(id) }
        if let alert = found.alert {
            raise(
                alert, ruleID: found.hold.ruleID, cause: .hold,
                evidence: Alert.Evidence(item: id, readings: [:], facts: found.facts, at: now))
        }
        hush(id)
    }

    /// Replaces `{fact}` by what the assessment states, with its unit; an unknown fact leaves "as
    /// prescribed".
    private func filledIn(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            result += Fact(rawValue: name).flatMap(shown) ?? "(as prescribed)"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func shown(_ fact: Fact) -> String? {
        guard let value = stay.assessment[fact] else { return nil }
        let kind = fact.definition.kind
        switch kind.raw(value) {
        case .flag(let flag): return "\(flag)"
        case .number(let text), .text(let text), .other(let text): return text + kind.unitSuffix
        case .object: return nil
        }
    }

    // MARK: What changes

    private mutating func start(_ activity: Activity, _ wanted: Wanted, _ cause: PlanCause) {
        let base = start(cause)
        let item = CareItem(
            id: ItemID(stay: stay.id, number: stay.items.count + 1), activity: activity.code,
            ruleID: wanted.rule.id, protocolVersion: library.version, schedule: wanted.schedule,
            options: wanted.options, detail: wanted.detail, startedAt: base,
            because: wanted.because, baseMinutes: wanted.minutes, intervalMinutes: wanted.minutes,
            goodSince: base)
        emit(.itemPlanned(item))
        if let query = wanted.rule.query, query.when.holds(stay.assessment) {
            raise(
                query.alert, ruleID: wanted.rule.id, kind: .query, cause: .query,
                evidence: Alert.Evidence(
                    item: item.id, readings: [:], facts: stated(query.when.facts), at: now))
        }
        setOccurrence(item.id, firstOccurrence(item, wanted.rule, base: base, cause))
    }

    private func firstOccurrence(
        _ item: CareItem, _ rule: CareRule, base: Instant, _ cause: PlanCause
    ) -> Occurrence {
        let reason: DueReason =
            if case .with = rule.schedule { .accompanies } else { cause.reason }
        func after(_ base: Instant, _ minutes: Int) -> Occurrence {
            let interval = interval(of: item, from: base)
            return elapsed(
                item, from: base, minutes: interval?.minutes ?? minutes, reason, interval: interval)
        }
        let atOnce = occurrence(
            item, due: base, DueBasis(reason: reason, base: base, plusMinutes: 0))
        switch rule.schedule {
        case .every(let minutes, let first):
            switch first {
            case .atOnce: return atOnce
            case .afterInterval: return after(base, minutes)
            case .since(let fact):
                guard case .instant(let last)? = stay.assessment[fact] else { return atOnce }
                return after(last, minutes)
            case .after(let delay, let fact):
                guard case .instant(let last)? = stay.assessment[fact] else { return atOnce }
                return elapsed(item, from: last, minutes: delay, reason)
            }
        case .daily, .dailyAt:
            guard case .daily(let times) = item.schedule else { return atOnce }
            // Care that starts with a finding was just done; otherwise a slot of this very minute counts.
            let inclusive = if case .outcome = cause { false } else { true }
            if item.options.startsAtOnce {
                return occurrence(
                    item, due: base,
                    DueBasis(reason: .startOfCare, base: base, plusMinutes: 0))
            }
            return occurrence(
                item,
                due: civilSlot(times, item.options, after: max(base, now), inclusive: inclusive),
                DueBasis(reason: reason))
        case .everyDays(let days, let time, let since, let first):
            if let since, case .instant(let anchor)? = stay.assessment[since] {
                return self.days(item, days, from: anchor, at: time, reason)
            }
            guard case .afterInterval = first else { return atOnce }
            return self.days(item, days, from: base, at: time, reason)
        case .with(let parent):
            let due = stay.activeItem(parent)?.occurrence?.due ?? base
            return occurrence(item, due: due, DueBasis(reason: reason, base: due, plusMinutes: 0))
        case .once(let minutes):
            return elapsed(item, from: base, minutes: minutes, reason)
        }
    }

    private mutating func stop(_ item: CareItem, _ activity: Activity) {
        let rule = library.rule(item.ruleID)
        if isFinished(item) {
            emit(.itemEnded(item.id, .completed))
        } else if case .with(let parent) = item.schedule, stay.activeItem(parent) == nil {
            emit(.itemEnded(item.id, .noLongerApplies))
        } else if rule?.until?.holds(stay.assessment) == true {
            emit(.itemEnded(item.id, .resolved))
        } else if rule.flatMap(contraindication) != nil {
            emit(.itemEnded(item.id, .contraindicated))
        } else if activity.ending == .proposed {
            propose(
                item, toMinutes: nil, ruleID: item.ruleID,
                message: "\(item.activity) is no longer asked for by any rule: stop it?",
                cause: .lessCare, facts: stated(rule?.when.facts ?? []))
        } else {
            emit(.itemEnded(item.id, .noLongerApplies))
        }
    }

    private mutating func change(
        _ item: CareItem, to wanted: Wanted, _ activity: Activity, _ cause: PlanCause
    ) {
        if isFinished(item) {
            guard item.ruleID != wanted.rule.id || item.options != wanted.options else { return }
            emit(.itemEnded(item.id, .completed))
            return start(activity, wanted, cause)
        }
        defer { refreshHold(item.id) }
        if item.schedule == .every, let minutes = wanted.minutes, let inForce = item.intervalMinutes
        {
            if minutes > inForce {
                // A finding may have shortened it: what the rule would allow is proposed only where
                // the rule itself allows more than before.
                guard minutes > item.baseMinutes ?? minutes else { return }
                propose(
                    item, toMinutes: minutes, ruleID: wanted.rule.id,
                    message: "\(item.activity) every \(spoken(minutes: minutes)) instead of every "
                        + "\(spoken(minutes: inForce)) by rule \(wanted.rule.id)",
                    cause: .lessCare, facts: wanted.because)
                return
            }
            let tightened = minutes < item.baseMinutes ?? .max && minutes < inForce
            replan(item, to: wanted)
            guard tightened else { return }
            emit(.intervalChanged(item.id, toMinutes: minutes, .assessment, ruleID: wanted.rule.id))
            pullIn(item.id, .assessment)
            return
        }
        refreshDose(item.id)
        guard differs(item, wanted) else { return }
        if wanted.rank > rank(of: item), activity.ending == .proposed {
            propose(
                item, toMinutes: wanted.rank, ruleID: wanted.rule.id,
                message: "\(item.activity) less often by rule \(wanted.rule.id)",
                cause: .lessCare, facts: wanted.because)
            return
        }
        guard item.schedule.kind == wanted.schedule.kind else {
            emit(.itemEnded(item.id, .replaced))
            return start(activity, wanted, cause)
        }
        let moved =
            item.schedule != wanted.schedule || item.options.weekdays != wanted.options.weekdays
        replan(item, to: wanted)
        if moved { resetSlot(item.id, cause.reason) }
        refreshDose(item.id)
    }

    /// The coming occurrence tells the dose that the course gives on its day.
    private mutating func refreshDose(_ id: ItemID) {
        guard let item = stay.item(id), let occurrence = item.occurrence,
            occurrence.phase == .upcoming, library.rule(item.ruleID)?.course != nil,
            occurrence.detail != courseDose(item, due: occurrence.due).detail
                || isOver(item, due: occurrence.due)
        else { return }
        setOccurrence(id, again(occurrence, of: item))
    }

    private func differs(_ item: CareItem, _ wanted: Wanted) -> Bool {
        item.ruleID != wanted.rule.id || item.schedule != wanted.schedule
            || item.detail != wanted.detail || item.options != wanted.options
    }

    private func rank(of item: CareItem) -> Int {
        switch item.schedule {
        case .every: item.intervalMinutes ?? 0
        case .daily(let times): 1_440 / max(times.count, 1)
        case .everyDays(let days, _): days * 1_440
        case .with, .once: 0
        }
    }

    private mutating func replan(_ item: CareItem, to wanted: Wanted) {
        defer {
            // Without the night's longer interval the next one is due sooner.
            if item.options.night != wanted.options.night { pullIn(item.id, .assessment) }
        }
        guard differs(item, wanted) || item.baseMinutes != wanted.minutes else { return }
        emit(
            .itemReplanned(
                item.id,
                CareItem.Plan(
                    ruleID: wanted.rule.id, protocolVersion: library.version,
                    schedule: wanted.schedule, options: wanted.options, detail: wanted.detail,
                    baseMinutes: wanted.minutes, because: wanted.because)))
        if let query = wanted.rule.query, query.when.holds(stay.assessment) {
            raise(
                query.alert, ruleID: wanted.rule.id, kind: .query, cause: .query,
                evidence: Alert.Evidence(
                    item: item.id, readings: [:], facts: stated(query.when.facts), at: now))
        }
    }

    /// Follows a confirmed proposal to the rule that now asks least of this item.
    mutating func adoptWantedRule(of id: ItemID) {
        guard let item = stay.item(id), item.isActive,
            let wanted = wanted(item.activity, start: item.startedAt)
        else { return }
        guard item.schedule.kind == wanted.schedule.kind else {
            emit(.itemEnded(id, .replaced))
            return plan(.assessment)
        }
        replan(item, to: wanted)
    }

    /// Moves the occurrence of an item to what a shorter interval asks, never to later.
    mutating func pullIn(_ id: ItemID, _ reason: DueReason) {
        guard let item = stay.item(id), let occurrence = item.occurrence,
            occurrence.phase == .upcoming
        else { return }
        let base = item.lastDoneAt ?? item.startedAt
        guard let interval = interval(of: item, from: base) else { return }
        let wanted = base.adding(minutes: interval.minutes)
        let due = max(now, wanted)
        guard due < occurrence.due else { return }
        setOccurrence(
            id,
            self.occurrence(
                item, due: due,
                DueBasis(
                    reason: reason, base: base, plusMinutes: interval.minutes, interval: interval,
                    notBefore: wanted < now ? now : nil)))
    }

    /// The coming slot of civil care whose times changed; what is already due stays due.
    private mutating func resetSlot(_ id: ItemID, _ reason: DueReason) {
        guard let item = stay.item(id), let occurrence = item.occurrence,
            occurrence.phase == .upcoming
        else { return }
        switch item.schedule {
        case .daily(let times):
            // A slot of this very minute counts, unless the care that was just done was for it.
            let early = occurrence.earliest.map { occurrence.due.minutes(since: $0) } ?? 0
            let covered = item.lastDoneAt.map { $0.adding(minutes: early) }
            let after = max(now, covered ?? now)
            let due = civilSlot(
                times, item.options, after: after, inclusive: covered.map { $0 < now } ?? true)
            setOccurrence(id, self.occurrence(item, due: due, DueBasis(reason: reason)))
        case .everyDays(let days, let time):
            let base = item.lastDoneAt ?? item.startedAt
            let wanted = self.days(item, days, from: base, at: time, reason)
            guard wanted.due < occurrence.due else { return }
            setOccurrence(id, wanted)
        case .every, .with, .once: return
        }
    }

    /// After a transfer to another zone: local times are those of the new ward.
    mutating func resetSlots() {
        for item in stay.items where item.isActive { resetSlot(item.id, .civilSlot) }
    }

    // MARK: Orders that must not be carried out

    /// The contraindication that stands against an ordered activity.
    func contraindication(against order: Fact) -> (rule: CareRule, CareRule.Contraindication)? {
        for rule in library.rules where rule.order == order {
            if let found = contraindication(of: rule) { return (rule, found) }
        }
        return nil
    }

    private mutating func queryOrders(_ cause: PlanCause) {
        // A finding raises its own alert; only an admission or assessment can bring a bad order.
        if case .outcome = cause { return }
        var asked: Set<Fact> = []
        for rule in library.rules {
            guard let order = rule.order, stay.assessment.isTrue(order),
                asked.insert(order).inserted, let found = contraindication(of: rule)
            else { continue }
            let template = AlertTemplate(
                priority: .medium,
                message: "Not carried out: \(order.definition.meaning). Reason: \(found.reason) "
                    + "(\(found.id))",
                who: "prescriber")
            raise(
                template, ruleID: found.id, kind: .query, cause: .order,
                evidence: Alert.Evidence(
                    item: nil, readings: [:], facts: stated([order] + found.when.facts), at: now))
        }
    }
}
