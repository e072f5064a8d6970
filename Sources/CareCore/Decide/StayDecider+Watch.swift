/// Conditions that the service watches by itself.
extension StayDecider {
    /// Looks at every watch rule: what holds begins its time, what has come to its time takes effect, what
    /// no longer holds is over, and its alert with it.
    ///
    /// - Returns: Whether an effect changed the assessment.
    mutating func reviewWatches() -> Bool {
        let before = stay.assessment
        for rule in library.watches {
            let state = stay.watches.first { $0.ruleID == rule.id && !$0.over }
            guard rule.when.holds(stay.assessment, at: now), let since = since(rule, state) else {
                if var state {
                    state.over = true
                    emit(.watchChanged(state))
                    resolve(ruleID: rule.id)
                }
                continue
            }
            var current: WatchState
            if let state, state.since == since {
                current = state
            } else {
                if state != nil { resolve(ruleID: rule.id) }
                let known = stay.watches.first { $0.ruleID == rule.id }?.id
                current = WatchState(
                    id: known ?? WatchID(stay: stay.id, number: stay.watches.count + 1),
                    ruleID: rule.id, since: since, due: since.adding(minutes: rule.afterMinutes),
                    fired: false, over: false)
                emit(.watchChanged(current))
            }
            if current.fired {
                heighten(rule)
                continue
            }
            guard current.due <= now else { continue }
            current.fired = true
            emit(.watchChanged(current))
            for effect in rule.effects { _ = apply(effect, cause(of: rule)) }
        }
        return stay.assessment != before
    }

    private func cause(of rule: Watch) -> EffectCause {
        EffectCause(
            ruleID: rule.id, item: nil, readings: [:], at: now, facts: rule.when.facts,
            kind: .watch)
    }

    /// What the watch saw has become graver since: its alert is raised again, higher.
    private mutating func heighten(_ rule: Watch) {
        for effect in rule.effects {
            guard case .alert(let template) = effect,
                let last = stay.alerts.last(where: { $0.ruleID == rule.id }),
                template.priority(stay.assessment, [:]) > last.priority
            else { continue }
            _ = apply(effect, cause(of: rule))
        }
    }

    /// Lets time come to the watches.
    mutating func clockWatches() {
        if reviewWatches() { plan(.outcome(now)) }
    }

    private func since(_ rule: Watch, _ state: WatchState?) -> Instant? {
        switch rule.since {
        case .now: return state?.since ?? now
        case .enrolment: return stay.enrolledAt
        case .fact(let fact):
            guard case .instant(let since)? = stay.assessment[fact] else { return nil }
            return since
        }
    }
}
