extension CareState {
    /// Moves a stay to the current protocols and plans it anew.
    ///
    /// As after any change of the assessment, more care starts at once, and less is only proposed.
    func migrate(
        _ id: StayID, _ now: Instant, _ person: String, _ context: CareContext
    ) throws(Rejection) -> Decision {
        guard let stay = self[id], stay.isActive else {
            throw Rejection(.notFound, "There is no active stay \(id).")
        }
        let version = context.library.version
        guard stay.neededVersions.contains(where: { $0 != version }) || stay.protocolVersion == nil
        else {
            throw Rejection(.conflict, "\(id) follows the current protocols already.")
        }
        var decider = StayDecider(
            stay, library: context.library, zone: context.zone(of: stay.ward), now: now,
            person: person)
        decider.migrate()
        var decision = Decision()
        decision.events = decider.events
        return decision
    }

    /// What moving a stay would change, on a copy of it.
    ///
    /// - Throws: ``Rejection`` where it cannot be moved.
    package func migration(
        of id: StayID, at now: Instant, in context: CareContext
    ) throws(Rejection) -> MigrationPreview {
        let decision = try migrate(id, now, "preview", context)
        guard let before = self[id] else {
            preconditionFailure("a stay that can be moved is there")
        }
        var after = before
        for event in decision.events { after.apply(event, at: now, by: nil) }
        return MigrationPreview(
            before: before, after: after, from: before.followedVersion, to: context.library.version)
    }

    /// Raises an alert of the service itself, unless the same one stands.
    func warn(_ template: AlertTemplate, _ ruleID: String, _ now: Instant) -> Decision {
        var decision = Decision()
        let stands = technicalAlerts.contains { alert in
            alert.isActive && alert.ruleID == ruleID && alert.message == template.message
        }
        guard !stands else { return decision }
        decision.events = [
            .alertRaised(
                Alert(
                    id: AlertID(stay: nil, number: lastTechnicalAlertNumber + 1), ruleID: ruleID,
                    kind: .technical, priority: template.priority, message: template.message,
                    who: template.who, raisedAt: now,
                    actBy: template.withinMinutes.map { now.adding(minutes: $0) }, evidence: nil,
                    cause: .service))
        ]
        return decision
    }
}

extension StayDecider {
    fileprivate mutating func migrate() {
        plan(.assessment)
        // Nothing plans an activity that the protocols no longer have, so its end is asked for here.
        for item in stay.items where item.isActive && library.activity(item.activity) == nil {
            propose(
                item, toMinutes: nil, ruleID: item.ruleID,
                message: "\(item.activity) is no longer part of the protocols: stop it?",
                cause: .protocols, facts: item.because)
        }
        emit(
            .stayMigrated(
                stay.id, protocolVersion: library.version,
                items: stay.items.filter { follows($0) }.map(\.id)))
        for item in stay.items { clock(item.id) }
    }

    /// Whether nothing of an item still rests on the earlier protocols.
    private func follows(_ item: CareItem) -> Bool {
        guard item.isActive, library.rule(item.ruleID) != nil else { return false }
        return !stay.alerts.contains { alert in
            guard alert.isActive, case .proposal(item.id, _) = alert.kind else { return false }
            return true
        }
    }
}

/// A stay before and after it would be moved to the current protocols.
package struct MigrationPreview: Hashable, Sendable {
    package let before: Stay
    package let after: Stay
    /// `nil` where the version is not known.
    package let from: String?
    package let to: String

    /// A care item that would be another one; `nil` where there was, or would be, none.
    package struct Change: Hashable, Sendable {
        package let before: CareItem?
        package let after: CareItem?
    }

    /// Care items that would start, end, or be due by other rules or at other times.
    package var changes: [Change] {
        after.items.compactMap { item in
            let old = before.item(item.id).flatMap { $0.isActive ? $0 : nil }
            let new = item.isActive ? item : nil
            guard old != nil || new != nil, !isSame(old, new) else { return nil }
            return Change(before: old, after: new)
        }
    }

    /// Proposals and other alerts that it would raise.
    package var alerts: [Alert] {
        after.alerts.filter { alert in
            alert.isActive && !before.alerts.contains { $0.id == alert.id }
        }
    }

    private func isSame(_ old: CareItem?, _ new: CareItem?) -> Bool {
        guard let old, let new else { return false }
        return old.ruleID == new.ruleID && old.schedule == new.schedule
            && old.options == new.options && old.detail == new.detail
            && old.intervalMinutes == new.intervalMinutes && old.clinicalHold == new.clinicalHold
            && old.occurrence?.due == new.occurrence?.due
    }
}
