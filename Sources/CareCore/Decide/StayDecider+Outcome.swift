/// From what a person reports to the next due instant, the findings and what follows from them.
extension StayDecider {
    /// Records one outcome.
    ///
    /// - Throws: ``Rejection`` when the report is not possible; the caller then drops this decider.
    mutating func record(_ report: OutcomeReport) throws(Rejection) -> Receipt.Settled {
        let item = try target(of: report)
        guard let activity = library.activity(item.activity) else {
            throw Rejection(
                .conflict, "\(item.activity) is not in the protocols that are loaded now.")
        }
        let performedAt = report.performedAt ?? now
        let readings = try check(report, item, activity, performedAt)
        return settle(item, activity, report, performedAt, readings)
    }

    // MARK: Whether it is possible

    private func target(of report: OutcomeReport) throws(Rejection) -> CareItem {
        switch report.target {
        case .activity(let code):
            if let item = stay.activeItem(code) { return item }
            let active = stay.items.filter(\.isActive).map(\.activity.code)
            throw Rejection(
                .notFound, "\(stay.id) has no care item \(code).",
                faults: [
                    Fault(
                        report.path + "activity", value: code.code,
                        "is not a care item of this stay",
                        expected: "one of \(active.joined(separator: ", "))")
                ])
        case .reminder(let id):
            guard id.item.stay == stay.id, let item = stay.item(id.item),
                id.occurrence >= 1, id.occurrence <= item.occurrences
            else {
                throw Rejection(.notFound, "There is no reminder \(id).")
            }
            guard item.isActive else {
                let reason = item.ended?.reason.rawValue ?? ""
                throw Rejection(
                    .conflict, "The care item of reminder \(id) ended (\(reason)).")
            }
            guard item.occurrence?.number == id.occurrence else {
                var message = "Reminder \(id) is already settled"
                if let last = item.last {
                    message += ": \(last.outcome.rawValue) at \(last.performedAt) by \(last.person)"
                }
                if let next = item.occurrence, let reminder = item.reminder {
                    message += ". The next one is \(reminder), due \(next.due)"
                }
                throw Rejection(.conflict, message + ".")
            }
            return item
        }
    }

    private func check(
        _ report: OutcomeReport, _ item: CareItem, _ activity: Activity, _ performedAt: Instant
    ) throws(Rejection) -> Readings {
        var faults: [Fault] = []
        let path = report.path
        if performedAt > now {
            faults.append(
                Fault(
                    path + "performedAt", value: performedAt.description, "lies in the future",
                    expected: "no later than \(now)"))
        }
        if performedAt < stay.enrolledAt {
            faults.append(
                Fault(
                    path + "performedAt", value: performedAt.description,
                    "lies before the patient was enrolled",
                    expected: "no earlier than \(stay.enrolledAt)"))
        }
        let reason = report.reason?.isEmpty == false
        if report.outcome != .done, !reason {
            faults.append(
                Fault(
                    path + "reason", "is missing", expected: "why it was \(report.outcome.rawValue)"
                ))
        }
        if report.outcome == .done, let hold = item.clinicalHold, !reason {
            faults.append(
                Fault(
                    path + "reason",
                    "is missing: \(item.activity) is held, \(hold.reason) "
                        + "(\(hold.ruleID))", expected: "why it was done all the same"))
        }
        var readings: Readings = [:]
        for (name, raw) in report.readings {
            guard let field = activity.fields.first(where: { $0.name == name }) else {
                let known = activity.fields.map(\.name)
                let near = nearest(to: name, among: known)
                faults.append(
                    Fault(
                        path + "readings.\(name)", value: raw.shown,
                        "is not recorded with \(item.activity)",
                        expected: near.map { "did you mean \($0)?" }
                            ?? (known.isEmpty
                                ? "no reading" : "one of \(known.joined(separator: ", "))")))
                continue
            }
            guard let value = field.kind.value(raw) else {
                faults.append(
                    Fault(
                        path + "readings.\(name)", value: raw.shown, "is not possible",
                        expected: field.kind.expectation))
                continue
            }
            readings[name] = value
        }
        if report.outcome == .done, !report.isAssumed {
            for rule in activity.requirements
            where rule.when.holds(stay.assessment)
                && !rule.needs.holds(stay.assessment, readings, at: performedAt)
            {
                let given = report.readings.first { $0.name == rule.field }
                faults.append(
                    Fault(
                        path + "readings.\(rule.field)", value: given?.value.shown,
                        "\(given == nil ? "is missing" : "is not enough") (\(rule.id))",
                        expected: rule.message))
            }
            for field in activity.fields where field.required && readings[field.name] == nil {
                guard !faults.contains(where: { $0.field == path + "readings.\(field.name)" })
                else {
                    continue
                }
                faults.append(
                    Fault(
                        path + "readings.\(field.name)", "is missing (\(field.meaning))",
                        expected: field.kind.expectation))
            }
        }
        guard faults.isEmpty else {
            throw Rejection(.invalid, "\(item.activity) was not recorded.", faults: faults)
        }
        return readings
    }

    // MARK: What it brings about

    /// Records an outcome that was found possible.
    ///
    /// The projection calls it too.
    mutating func settle(
        _ item: CareItem, _ activity: Activity, _ report: OutcomeReport, _ performedAt: Instant,
        _ readings: Readings
    ) -> Receipt.Settled {
        let before = events.count
        let settles = settles(item, report, performedAt)
        let isLatest = performedAt >= item.lastDoneAt ?? performedAt
        let good = goodSince(item, activity, report.outcome, performedAt, readings)
        emit(
            .outcomeRecorded(
                OutcomeRecord(
                    item: item.id, activity: item.activity,
                    reminder: settles ? item.reminder : nil, outcome: report.outcome,
                    performedAt: performedAt, person: person ?? "", reason: report.reason,
                    readings: readings, counts: isLatest,
                    coveredSlots: settles ? coveredSlots(item, performedAt) : 0,
                    goodSince: good.since)))
        var cap: Cap?
        if report.outcome == .done {
            cap = follow(activity, item, readings, performedAt)
            if good.proves { proposeLonger(item.id, activity, performedAt) }
        } else {
            if report.outcome == .refused, let alert = activity.retries.refusedAlert {
                raise(
                    alert, ruleID: item.ruleID + "-refused", cause: .refused,
                    evidence: Alert.Evidence(
                        item: item.id, readings: readings, facts: [], at: performedAt))
            }
            let cause = EffectCause(
                ruleID: item.ruleID, item: item, readings: readings, at: performedAt, facts: [],
                kind: .notDone)
            for effect in activity.notDone.effects(of: report.outcome) { _ = apply(effect, cause) }
        }
        var note: String?
        if settles, isLatest || report.outcome != .done {
            setNext(item.id, activity, report.outcome, performedAt, cap: cap)
        } else if report.outcome == .done, isLatest, item.schedule == .every {
            setNext(item.id, activity, .done, performedAt, cap: cap)
        } else if let occurrence = item.occurrence {
            pullIn(item.id, .finding)
            note = "Recorded. \(item.activity) stays due at \(occurrence.due)"
            if let earliest = occurrence.earliest, performedAt < earliest {
                note? += ": doing it counts from \(earliest)"
            }
        }
        if needsPlan(before) { plan(.outcome(performedAt)) }
        if report.outcome == .done { alignCompanions(of: item.activity, performedAt) }
        return Receipt.Settled(
            item: item.id, activity: item.activity, outcome: report.outcome,
            reminder: settles ? item.reminder : nil,
            nextDue: stay.item(item.id)?.occurrence?.due, note: note)
    }

    /// Whether anything that rules look at has changed since so many events.
    private func needsPlan(_ before: Int) -> Bool {
        events[before...].contains { event in
            switch event {
            case .assessmentChanged, .itemEnded, .occurrenceSet(_, nil): true
            default: false
            }
        }
    }

    /// Whether the report is about the item's present occurrence: one that is not done yet always is,
    /// one that is done only when the act falls in its accepted window.
    private func settles(_ item: CareItem, _ report: OutcomeReport, _ performedAt: Instant) -> Bool
    {
        guard let occurrence = item.occurrence else { return false }
        guard report.outcome == .done else { return true }
        return occurrence.earliest.map { performedAt >= $0 } ?? true
    }

    /// Later slots of civil care that the act covers as well; they were never reminders of their own.
    private func coveredSlots(_ item: CareItem, _ performedAt: Instant) -> Int {
        guard case .daily(let times) = item.schedule, let occurrence = item.occurrence else {
            return 0
        }
        let limit = 99
        var slot = civilSlot(times, item.options, after: occurrence.due)
        var count = 0
        while slot <= performedAt, count < limit {
            count += 1
            slot = civilSlot(times, item.options, after: slot)
        }
        return count
    }

    private func goodSince(
        _ item: CareItem, _ activity: Activity, _ outcome: Outcome, _ performedAt: Instant,
        _ readings: Readings
    ) -> (since: Instant, proves: Bool) {
        guard outcome == .done, let rule = activity.lengthening,
            rule.good.fields.contains(where: { readings[$0] != nil })
        else { return (item.goodSince, false) }
        return rule.good.holds(stay.assessment, readings, at: performedAt)
            ? (item.goodSince, true) : (max(item.goodSince, performedAt), false)
    }

    private mutating func proposeLonger(
        _ id: ItemID, _ activity: Activity, _ performedAt: Instant
    ) {
        guard let rule = activity.lengthening, let item = stay.item(id), item.isActive,
            let inForce = item.intervalMinutes,
            performedAt.minutes(since: item.goodSince) >= rule.minutes,
            let longer = activity.ladder.last(where: { $0 > inForce })
        else { return }
        propose(
            item, toMinutes: longer, ruleID: rule.id, message: rule.message, cause: .lengthening,
            facts: stated(rule.good.facts))
    }

    // MARK: The next occurrence

    private mutating func setNext(
        _ id: ItemID, _ activity: Activity, _ outcome: Outcome, _ performedAt: Instant, cap: Cap?
    ) {
        guard let item = stay.item(id), item.isActive else { return }
        if outcome == .done {
            setNextAfterDone(item, performedAt, cap: cap)
            return
        }
        let retry: RetryRules.Retry =
            switch outcome {
            case .refused: activity.retries.refused
            case .unable: activity.retries.unable
            case .skipped, .done: activity.retries.skipped
            }
        let minutes: Int? =
            switch retry {
            case .minutes(let minutes): minutes
            case .percentOfInterval(let percent): item.intervalMinutes.map { $0 * percent / 100 }
            case .next: nil
            }
        guard let minutes else {
            setNextRegular(item)
            return
        }
        setRetry(item, minutes)
    }

    private mutating func setNextAfterDone(
        _ item: CareItem, _ performedAt: Instant, cap: Cap?
    ) {
        switch item.schedule {
        case .every:
            guard let interval = interval(of: item, from: performedAt) else { return }
            if let cap, cap.minutes < interval.minutes {
                setOccurrence(
                    item.id,
                    elapsed(
                        item, from: performedAt, minutes: cap.minutes, .finding, ruleID: cap.ruleID)
                )
            } else {
                setOccurrence(
                    item.id,
                    elapsed(
                        item, from: performedAt, minutes: interval.minutes, .interval,
                        interval: interval))
            }
        case .daily(let times):
            // Done within the accepted window of a slot counts for that slot: the next is the first
            // whose window had not opened yet.
            if let cap, let again = repeatOnce(item, performedAt, cap) {
                return setOccurrence(item.id, again)
            }
            let early = max(earlyMinutes(item), (item.options.spacingMinutes ?? 1) - 1)
            let after = max(item.occurrence?.due ?? performedAt, performedAt.adding(minutes: early))
            setOccurrence(
                item.id,
                occurrence(
                    item, due: civilSlot(times, item.options, after: after),
                    DueBasis(reason: .civilSlot)))
        case .everyDays(let days, let time):
            setOccurrence(
                item.id, self.days(item, days, from: performedAt, at: time, .interval))
        case .with(let parent):
            let settled = item.occurrence?.due ?? performedAt
            let next = stay.activeItem(parent)?.occurrence.flatMap { occurrence in
                occurrence.due > settled
                    ? self.occurrence(
                        item, due: occurrence.due,
                        DueBasis(reason: .accompanies, base: occurrence.due, plusMinutes: 0)) : nil
            }
            emit(.occurrenceSet(item.id, next))
        case .once:
            // Its rule may go on to apply; the item is over when it does not.
            emit(.occurrenceSet(item.id, nil))
        }
    }

    /// Civil care that a finding asks for once more, before its next time of day.
    private func repeatOnce(_ item: CareItem, _ performedAt: Instant, _ cap: Cap) -> Occurrence? {
        let due = performedAt.adding(minutes: cap.minutes)
        guard let slot = nextSlot(item, after: performedAt), due < slot else { return nil }
        return occurrence(
            item, due: due,
            DueBasis(
                reason: .finding, base: performedAt, plusMinutes: cap.minutes, ruleID: cap.ruleID))
    }

    private func earlyMinutes(_ item: CareItem) -> Int {
        guard let occurrence = item.occurrence, let earliest = occurrence.earliest else { return 0 }
        return occurrence.due.minutes(since: earliest)
    }

    /// As if this occurrence had been settled, although the care was not done.
    private mutating func setNextRegular(_ item: CareItem) {
        switch item.schedule {
        case .every:
            guard let interval = interval(of: item, from: now) else { return }
            setOccurrence(
                item.id,
                elapsed(
                    item, from: now, minutes: interval.minutes, .interval, interval: interval))
        case .daily(let times):
            let after = max(item.occurrence?.due ?? now, now)
            setOccurrence(
                item.id,
                occurrence(
                    item, due: civilSlot(times, item.options, after: after),
                    DueBasis(reason: .civilSlot)))
        case .everyDays(_, let time):
            // Not done is no reason to wait for another whole period: it comes back the next day.
            setOccurrence(
                item.id,
                days(
                    item, 1, from: now, at: time, .retry, lateFrom: item.occurrence?.lateFrom))
        case .with:
            emit(.occurrenceSet(item.id, nil))
            setNextAfterDone(item, now, cap: nil)
        case .once:
            // Its rule may go on to apply; the item is over when it does not.
            emit(.occurrenceSet(item.id, nil))
        }
    }

    /// Offers it again.
    ///
    /// Lateness goes on counting from the occurrence that was not done.
    private mutating func setRetry(_ item: CareItem, _ minutes: Int) {
        let due = now.adding(minutes: minutes)
        if case .daily(let times) = item.schedule {
            let slot = civilSlot(
                times, item.options, after: max(item.occurrence?.due ?? now, now))
            guard due < slot else { return setNextRegular(item) }
        }
        let lateFrom = item.occurrence.map { min($0.lateFrom, due) } ?? due
        setOccurrence(
            item.id,
            occurrence(
                item, due: due, lateFrom: lateFrom,
                DueBasis(reason: .retry, base: now, plusMinutes: minutes)))
    }

    /// Care that accompanies what was just done is due with it, unless it was done in the same visit.
    private mutating func alignCompanions(of parent: ActivityCode, _ performedAt: Instant) {
        guard let next = stay.activeItem(parent)?.occurrence else { return }
        for item in stay.items where item.isActive && item.schedule == .with(parent) {
            let inVisit =
                item.lastDoneAt.map {
                    abs(performedAt.minutes(since: $0)) <= Self.visitMinutes
                } ?? false
            if item.occurrence?.isRaised == true || item.occurrence?.phase == .held { continue }
            let due = inVisit ? next.due : performedAt
            guard item.occurrence?.due != due else { continue }
            emit(
                .occurrenceSet(
                    item.id,
                    occurrence(
                        item, due: due, DueBasis(reason: .accompanies, base: due, plusMinutes: 0))))
        }
    }

    // MARK: Findings

    /// The same care is due once more within so many minutes, because a finding says so.
    struct Cap {
        let minutes: Int
        let ruleID: String
    }

    /// Where an effect comes from.
    struct EffectCause {
        let ruleID: String
        /// The item whose record brought it about; it gets its next occurrence afterwards.
        let item: CareItem?
        let readings: Readings
        let at: Instant
        /// What the rule looked at.
        let facts: [Fact]
        let kind: Alert.Cause
    }

    /// Applies what was found while the care was done.
    ///
    /// - Returns: Within how long the same care is due once more, where a finding says so.
    private mutating func follow(
        _ activity: Activity, _ item: CareItem, _ readings: Readings, _ performedAt: Instant
    ) -> Cap? {
        var cap: Cap?
        // Conditions are judged on what was known before the first finding changed anything.
        let before = stay.assessment
        for finding in activity.findings
        where finding.when.holds(before, readings, at: performedAt) {
            let cause = EffectCause(
                ruleID: finding.id, item: item, readings: readings, at: performedAt,
                facts: finding.when.facts, kind: .finding)
            for effect in finding.effects {
                guard let minutes = apply(effect, cause) else { continue }
                if minutes < cap?.minutes ?? .max {
                    cap = Cap(minutes: minutes, ruleID: finding.id)
                }
            }
        }
        return cap
    }

    /// - Returns: Minutes within which the care that is being recorded is due once more.
    mutating func apply(_ effect: Effect, _ cause: EffectCause) -> Int? {
        switch effect {
        case .shorten(let code):
            guard let target = stay.activeItem(code), let inForce = target.intervalMinutes,
                let rung = library.activity(code)?.ladder.first(where: { $0 < inForce })
            else { return nil }
            shorten(target.id, to: rung, cause)
        case .shortenTo(let code, let minutes):
            guard let target = stay.activeItem(code), let inForce = target.intervalMinutes,
                minutes < inForce
            else { return nil }
            shorten(target.id, to: minutes, cause)
        case .nextWithin(let code, let minutes):
            if code == cause.item?.activity { return minutes }
            pullIn(code, within: minutes, cause)
        case .set(let fact, let value):
            change(fact, value, cause.ruleID)
        case .clear(let fact):
            change(fact, nil, cause.ruleID)
        case .setToPerformedAt(let fact):
            change(fact, .instant(cause.at), cause.ruleID)
        case .setToReading(let fact, let field):
            if let value = cause.readings[field] { change(fact, value, cause.ruleID) }
        case .copy(let source, let target):
            change(target, stay.assessment[source], cause.ruleID)
        case .increment(let fact):
            var number = 0
            if case .number(let known)? = stay.assessment[fact] { number = known }
            change(fact, .number(number + 1), cause.ruleID)
        case .alert(let template):
            raise(
                template, ruleID: cause.ruleID, cause: cause.kind,
                evidence: Alert.Evidence(
                    item: cause.item?.id, readings: cause.readings, facts: stated(cause.facts),
                    at: cause.at))
        case .resolve(let ruleID):
            resolve(ruleID: ruleID)
        }
        return nil
    }

    /// The item that is being recorded gets its next occurrence afterwards, from the new interval.
    private mutating func shorten(_ id: ItemID, to minutes: Int, _ cause: EffectCause) {
        emit(.intervalChanged(id, toMinutes: minutes, .finding, ruleID: cause.ruleID))
        if id != cause.item?.id { pullIn(id, .finding) }
    }

    private mutating func pullIn(
        _ code: ActivityCode, within minutes: Int, _ cause: EffectCause
    ) {
        guard let item = stay.activeItem(code), let occurrence = item.occurrence,
            occurrence.phase == .upcoming
        else { return }
        let wanted = cause.at.adding(minutes: minutes)
        let due = max(now, wanted)
        guard due < occurrence.due else { return }
        setOccurrence(
            item.id,
            self.occurrence(
                item, due: due,
                DueBasis(
                    reason: .finding, base: cause.at, plusMinutes: minutes, ruleID: cause.ruleID,
                    notBefore: wanted < now ? now : nil)))
    }

    private mutating func change(_ fact: Fact, _ value: Value?, _ ruleID: String) {
        guard stay.assessment.values[fact] != value else { return }
        emit(
            .assessmentChanged(
                stay.id, changes: [AssessmentChange(fact: fact, value: value)], reason: ruleID))
    }
}
