extension CareState {
    /// Explains a care item, the present reminder of one, or an alert of an active stay or of the service.
    ///
    /// - Returns: `nil` where there is no such thing, or where only the ledger knows it: see
    ///   ``PastReminder``.
    package func explain(
        _ subject: Explanation.Subject, in context: CareContext
    ) -> Explanation? {
        switch subject {
        case .item(let id): self[id.stay]?.explain(subject, in: context)
        case .reminder(let id): self[id.item.stay]?.explain(subject, in: context)
        case .alert(let id):
            if let stay = id.stay {
                self[stay]?.explain(subject, in: context)
            } else {
                technicalAlerts.first { $0.id == id }.map { alert in
                    Explanation(
                        subject: subject, item: nil, occurrence: nil, alert: alert, zone: .utc,
                        steps: [
                            .rule(
                                RuleOrigin(
                                    id: alert.ruleID, kind: .program, activity: nil,
                                    provenance: nil, version: context.library.version)),
                            .act(who: alert.who, by: alert.actBy), .ends(.byPerson),
                        ])
                }
            }
        }
    }
}

extension Stay {
    /// Explains a care item, the present reminder of one, or an alert; also of a discharged stay.
    package func explain(
        _ subject: Explanation.Subject, in context: CareContext
    ) -> Explanation? {
        switch subject {
        case .item(let id):
            return item(id).map { item in
                Explainer(self, context).explain(subject, item, item.occurrence)
            }
        case .reminder(let id):
            guard let item = item(id.item), let occurrence = item.occurrence,
                occurrence.number == id.occurrence
            else { return nil }
            return Explainer(self, context).explain(subject, item, occurrence)
        case .alert(let id):
            return alerts.first { $0.id == id }.map { Explainer(self, context).explain($0) }
        }
    }
}

/// Puts the steps together from what was kept.
struct Explainer {
    let stay: Stay
    let context: CareContext

    init(_ stay: Stay, _ context: CareContext) {
        self.stay = stay
        self.context = context
    }

    // MARK: Reminders and care items

    func explain(
        _ subject: Explanation.Subject, _ item: CareItem, _ occurrence: Occurrence?,
        became: [Explanation.Became] = []
    ) -> Explanation {
        let library = context.library(for: item, of: stay)
        let zone = zone(of: occurrence)
        var steps: [Explanation.Step] = [.rule(library.origin(of: item.ruleID, item.activity))]
        if !item.because.isEmpty {
            steps.append(
                .values(
                    seen(item.because, library.rule(item.ruleID)?.when),
                    at: item.becauseAt ?? item.startedAt))
        }
        if item.schedule == .every, let minutes = item.intervalMinutes {
            let other = item.intervalRuleID.flatMap { $0 == item.ruleID ? nil : $0 }
            steps.append(
                .interval(
                    minutes: minutes, base: item.baseMinutes,
                    by: other.map { library.origin(of: $0, item.activity, cause: .finding) }))
        }
        if let last = item.last {
            steps.append(.last(last, doneAt: item.lastDoneAt))
        } else {
            steps.append(.neverDone(since: item.startedAt))
        }
        if item.isActive { steps += holds(item, library) }
        if let occurrence {
            steps.append(.window(occurrence.basis))
            let isOwn = occurrence.ruleID == item.ruleID
            steps.append(
                .due(
                    occurrence.sum(in: zone),
                    by: library.origin(
                        of: occurrence.ruleID, item.activity, cause: isOwn ? nil : .finding)))
        } else if let end = item.ended {
            steps.append(.ended(end))
        } else if case .with(let parent) = item.schedule {
            steps.append(.waits(for: parent))
        } else {
            steps.append(.nothingDue)
        }
        if became.isEmpty, let occurrence, let raised = occurrence.raisedAt {
            steps.append(.raised(since: raised, occurrence.phase, occurrence.priority))
        }
        steps += became.map { .became($0) }
        return Explanation(
            subject: subject, item: item, occurrence: occurrence, alert: nil, zone: zone,
            steps: steps)
    }

    private func holds(_ item: CareItem, _ library: CareLibrary) -> [Explanation.Step] {
        var steps: [Explanation.Step] = []
        if let hold = item.clinicalHold {
            steps.append(.clinicalHold(hold, library.origin(of: hold.ruleID, item.activity)))
        }
        for hold in stay.holds(on: item.activity) {
            let rule = hold.absence == nil ? library.hold(hold.reason) : nil
            steps.append(
                .hold(
                    hold,
                    rule.map {
                        RuleOrigin(
                            id: $0.reason, kind: .hold, activity: nil, provenance: $0.provenance,
                            version: library.version)
                    }))
        }
        return steps
    }

    /// The zone in which the occurrence was set: a patient may have been moved to another one since.
    private func zone(of occurrence: Occurrence?) -> ZoneRules {
        let own = context.zone(of: stay.ward)
        guard let name = occurrence?.basis?.zone, name != own.name else { return own }
        return context.wards.first { $0.zone.name == name }?.zone ?? own
    }

    private func seen(_ changes: [AssessmentChange], _ condition: Condition?) -> [SeenValue] {
        changes.map { change in
            SeenValue(
                name: .fact(change.fact), value: change.value,
                tests: (condition?.tests(of: change.fact) ?? []).filter { $0.holds(change.value) })
        }
    }

    private func seen(
        _ readings: Readings, of activity: Activity?, _ condition: Condition?, all: Bool
    ) -> [SeenValue] {
        // In the order of the activity's fields: readings have none of their own.
        (activity?.fields ?? []).compactMap { field in
            guard let value = readings[field.name] else { return nil }
            let tests = (condition?.tests(ofField: field.name) ?? []).filter { $0.holds(value) }
            guard all || condition?.fields.contains(field.name) == true else { return nil }
            return SeenValue(name: .field(field), value: value, tests: tests)
        }
    }

    // MARK: Alerts

    func explain(_ alert: Alert) -> Explanation {
        let item = alert.evidence?.item.flatMap { stay.item($0) } ?? proposed(alert)
        let library = context.library(for: stay)
        let activity = item.flatMap { library.activity($0.activity) }
        let origin = library.origin(of: alert.ruleID, item?.activity, cause: alert.cause)
        var steps: [Explanation.Step] = [.rule(origin)]
        if let evidence = alert.evidence {
            let condition = library.condition(of: origin)
            let values =
                seen(evidence.readings, of: activity, condition, all: condition == nil)
                + seen(evidence.facts, condition)
            if !values.isEmpty { steps.append(.values(values, at: evidence.at)) }
            if let since = evidence.goodSince { steps.append(.goodSince(since)) }
        }
        if let escalation = alert.escalation {
            // Several may lead to one priority: it is the one that looked at just these values.
            let condition = library.templates(of: origin).flatMap(\.raised).first {
                $0.to == alert.priority && $0.when.facts == escalation.facts.map(\.fact)
                    && escalation.readings.keys.allSatisfy($0.when.fields.contains)
            }?.when
            steps.append(
                .escalated(
                    from: escalation.from,
                    because: seen(escalation.facts, condition)
                        + seen(escalation.readings, of: activity, condition, all: true)))
        }
        if case .proposal(let id, let minutes) = alert.kind {
            let item = stay.item(id)
            steps.append(
                .proposes(
                    id, activity: item?.activity, fromMinutes: item?.intervalMinutes,
                    toMinutes: minutes))
        }
        steps.append(.act(who: alert.who, by: alert.actBy))
        if let mark = alert.acknowledged { steps.append(.acknowledged(mark)) }
        if let mark = alert.resolved {
            steps.append(.resolved(mark))
        } else {
            steps.append(.ends(end(of: alert, library)))
        }
        return Explanation(
            subject: .alert(alert.id), item: item, occurrence: nil, alert: alert,
            zone: context.zone(of: stay.ward), steps: steps)
    }

    private func proposed(_ alert: Alert) -> CareItem? {
        if case .proposal(let id, _) = alert.kind { stay.item(id) } else { nil }
    }

    private func end(of alert: Alert, _ library: CareLibrary) -> Explanation.AlertEnd {
        if case .proposal = alert.kind { return .byDecision }
        switch alert.cause {
        case .watch: return .withItsCondition
        case .hold: return .withItsHold
        default: break
        }
        let findings = library.resolving(alert.ruleID)
        return findings.isEmpty ? .byPerson : .byFindings(findings)
    }
}

// MARK: Looking rules up

extension CareLibrary {
    /// Where the rule, finding or hold of an id comes from.
    ///
    /// - Parameter activity: Whose finding is meant where several have one of that id.
    func origin(
        of id: String, _ activity: ActivityCode?, cause: Alert.Cause? = nil
    ) -> RuleOrigin {
        func origin(
            _ kind: RuleOrigin.Kind, _ provenance: Provenance?, _ activity: ActivityCode? = nil
        ) -> RuleOrigin {
            RuleOrigin(
                id: id, kind: kind, activity: activity, provenance: provenance, version: version)
        }
        if cause == .service { return origin(.program, nil) }
        // A rule, a finding and a watch may share an id: an alert says which of them it was.
        if cause != .finding, cause != .watch, let rule = rule(id) {
            return origin(.rule, rule.provenance)
        }
        let own = activity.flatMap { self.activity($0) }
        for candidate in [own].compactMap({ $0 }) + activities where cause != .watch {
            if let finding = candidate.findings.first(where: { $0.id == id }) {
                return origin(.finding, finding.provenance, candidate.code)
            }
        }
        if let watch = watches.first(where: { $0.id == id }) {
            return origin(.watch, watch.provenance)
        }
        if let rule = rule(id) { return origin(.rule, rule.provenance) }
        if let pause = standing.first(where: { $0.id == id }) {
            return origin(.standing, pause.provenance)
        }
        for rule in rules {
            if let hold = rule.timeHolds.first(where: { $0.id == id }) {
                return origin(.hold, hold.provenance)
            }
            if rule.holds.contains(where: { $0.id == id }) {
                return origin(.hold, rule.provenance)
            }
            if rule.unless.contains(where: { $0.id == id }) {
                return origin(.contraindication, rule.provenance)
            }
        }
        for candidate in activities where candidate.lengthening?.id == id {
            return origin(.lengthening, nil, candidate.code)
        }
        if id.hasSuffix("-refused"), let rule = rule(String(id.dropLast("-refused".count))) {
            return origin(.refusal, rule.provenance)
        }
        if id.hasPrefix("ABS-") {
            return origin(.program, Provenance(source: "design default", status: .designDefault))
        }
        return origin(.gone, nil)
    }

    /// What the rule of an origin looks at.
    func condition(of origin: RuleOrigin) -> Condition? {
        switch origin.kind {
        case .rule: rule(origin.id)?.when
        case .finding:
            origin.activity.flatMap { activity($0) }?.findings.first { $0.id == origin.id }?.when
        case .watch: watches.first { $0.id == origin.id }?.when
        case .standing: standing.first { $0.id == origin.id }?.when
        case .hold:
            rules.lazy.compactMap { rule in
                rule.timeHolds.first { $0.id == origin.id }?.when
                    ?? rule.holds.first { $0.id == origin.id }?.when
            }.first
        case .contraindication:
            rules.lazy.compactMap { $0.unless.first { $0.id == origin.id }?.when }.first
        case .lengthening:
            origin.activity.flatMap { activity($0) }?.lengthening?.good
        case .refusal, .other, .program, .gone: nil
        }
    }

    /// The alerts that the rule of an origin may raise.
    func templates(of origin: RuleOrigin) -> [AlertTemplate] {
        func alerts(_ effects: [Effect]) -> [AlertTemplate] {
            effects.compactMap { if case .alert(let template) = $0 { template } else { nil } }
        }
        switch origin.kind {
        case .finding:
            return alerts(
                origin.activity.flatMap { activity($0) }?.findings.first { $0.id == origin.id }?
                    .effects ?? [])
        case .watch: return alerts(watches.first { $0.id == origin.id }?.effects ?? [])
        case .rule:
            guard let rule = rule(origin.id) else { return [] }
            let activity = activity(rule.activity)
            return [rule.query?.alert, activity?.lapseAlert?.alert].compactMap { $0 }
                + alerts(activity?.notDone.refused ?? []) + alerts(activity?.notDone.unable ?? [])
                + alerts(activity?.notDone.skipped ?? [])
        case .hold:
            return rules.flatMap { rule in
                rule.holds.filter { $0.id == origin.id }.compactMap(\.alert)
                    + rule.timeHolds.filter { $0.id == origin.id }.compactMap(\.alert)
            }
        case .refusal:
            return activities.compactMap(\.retries.refusedAlert)
        case .standing, .contraindication, .lengthening, .other, .program, .gone: return []
        }
    }

    /// Findings and watches that end the alerts of a rule, each once, in the order of their files.
    func resolving(_ ruleID: String) -> [String] {
        var found: [String] = []
        func note(_ id: String, _ effects: [Effect]) {
            if effects.contains(.resolve(ruleID)), !found.contains(id) { found.append(id) }
        }
        for activity in activities {
            for finding in activity.findings { note(finding.id, finding.effects) }
        }
        for watch in watches { note(watch.id, watch.effects) }
        return found
    }
}
