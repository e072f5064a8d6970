import ControlAPI

extension SimulationAnswer {
    /// What lies ahead of a real stay, in the form of a simulated one.
    init(plan: PlanAnswer, of stay: StayAnswer, _ catalogue: CatalogueAnswer, only: [String]) {
        self.init(start: plan.madeAt, end: plan.until, protocolVersion: "")
        let versions = stay.items.filter { $0.endedAt == nil }.map(\.protocolVersion)
        protocolVersion = versions.last ?? ""
        title = "What lies ahead of \(stay.stay.id), if everything is done when it is due"
        self.only = only
        let zone = stay.ward.zone
        var ahead = SimulatedStay(
            stay: stay.stay.id, admission: stay.stay.admission, enrolledAt: plan.madeAt,
            places: [
                SimulatedPlace(
                    from: plan.madeAt, ward: stay.stay.ward, bed: stay.stay.bed, zone: zone)
            ])
        ahead.clockChanges = Self.clockChanges(from: plan.madeAt, to: plan.until, zone)
        for activity in catalogue.activities where only.isEmpty || only.contains(activity.code) {
            var item = SimulatedItem(
                activity: activity.code, term: activity.term, domain: activity.domain)
            for entry in plan.entries where entry.activity == activity.code {
                var row = SimulatedRow(
                    reminder: "", due: entry.due, dueLocal: Self.local(entry.due, zone),
                    rule: entry.rule, detail: entry.detail, held: entry.held, reason: "",
                    base: nil, plusMinutes: nil)
                if entry.held {
                    row.heldBecause =
                        stay.items.first {
                            $0.activity == activity.code && $0.endedAt == nil
                        }?.heldBecause
                }
                item.rows.append(row)
            }
            if !item.rows.isEmpty { ahead.items.append(item) }
        }
        ahead.holds = stay.holds.filter { $0.endedAt == nil }
        ahead.alerts = stay.alerts.filter { $0.resolvedAt == nil }.map { alert in
            var shown = SimulatedAlert(
                id: alert.id, rule: alert.rule, kind: alert.kind, priority: alert.priority,
                message: alert.message, who: alert.who, raisedAt: alert.raisedAt,
                raisedLocal: Self.local(alert.raisedAt, zone), actBy: alert.actBy)
            shown.activity = alert.proposes?.activity
            shown.toMinutes = alert.proposes?.toMinutes
            return shown
        }
        stays = [ahead]
    }

    /// The instant on the wall clock of a zone, with its offset; the text itself where that fails.
    private static func local(_ text: String, _ zone: String) -> String {
        guard let instant = UTCTime(rfc3339: text),
            let offset = System.utcOffset(zone: zone, at: instant.seconds)
        else { return text }
        let wall = UTCTime(seconds: instant.seconds + Int64(offset)).rfc3339
        let minutes = abs(offset) / 60
        return wall.dropLast() + (offset < 0 ? "-" : "+")
            + "\(padded(minutes / 60)):\(padded(minutes % 60))"
    }

    /// Finds the minute in which the offset changes, in steps of an hour and then by halves.
    private static func clockChanges(
        from start: String, to end: String, _ zone: String
    ) -> [SimulatedClockChange] {
        guard let start = UTCTime(rfc3339: start), let end = UTCTime(rfc3339: end) else {
            return []
        }
        func offset(_ seconds: Int64) -> Int { System.utcOffset(zone: zone, at: seconds) ?? 0 }
        var changes: [SimulatedClockChange] = []
        var at = start.seconds
        while at < end.seconds {
            let next = min(at + 3_600, end.seconds)
            let (before, after) = (offset(at), offset(next))
            if before != after {
                var (low, high) = (at, next)
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if offset(middle) == before { low = middle } else { high = middle }
                }
                let instant = UTCTime(seconds: high).rfc3339
                changes.append(
                    SimulatedClockChange(
                        at: instant, local: local(instant, zone), minutes: (after - before) / 60))
            }
            at = next
        }
        return changes
    }
}
