/// One occurrence that lies ahead.
package struct ForecastEntry: Hashable, Sendable {
    package let due: Instant
    package let item: ItemID
    package let activity: ActivityCode
    package let detail: String?
    package let ruleID: String
    /// It will be held rather than due.
    package let held: Bool
    /// How many people it takes by then; `nil` where no rule says.
    package let people: Int?
}

extension CareState {
    /// No forecast lists more entries than this for one stay.
    package static let forecastLimit = 5_000

    /// What lies ahead for one stay until `end`, if everything is done exactly when it is due (TM5).
    ///
    /// Runs a copy of the stay through the very code that runs the ward.
    package func forecast(
        _ id: StayID, from now: Instant, until end: Instant, in context: CareContext
    ) -> [ForecastEntry] {
        guard let stay = self[id], stay.isActive else { return [] }
        var stayAhead = stay
        var entries: [ForecastEntry] = []
        while entries.count < Self.forecastLimit {
            guard let (at, wake) = Self.nextWake(of: stayAhead) else { break }
            let instant = max(at, now)
            guard instant < end else { break }
            var decider = StayDecider(
                stayAhead, library: context.library(for: stayAhead),
                zone: context.zone(of: stayAhead.ward),
                now: instant, person: "forecast")
            switch wake {
            case .hold(let hold):
                guard let found = stayAhead.holds.first(where: { $0.id == hold }) else { break }
                if found.begun {
                    decider.endHold(found, byTime: true)
                } else {
                    decider.clock(hold)
                }
            case .watch:
                decider.clockWatches()
            case .item(let item):
                if let entry = decider.project(item) { entries.append(entry) }
            }
            stayAhead = decider.stay
        }
        return entries.sorted { ($0.due, $0.item) < ($1.due, $1.item) }
    }

    private static func nextWake(of stay: Stay) -> (Instant, Wake)? {
        var best: (Instant, Wake)?
        for hold in stay.holds where hold.isActive {
            // The patient is supposed to come back when expected.
            let at = hold.begun ? hold.absence?.dueBack ?? hold.until : hold.from
            if at < best?.0 ?? .latest { best = (at, .hold(hold.id)) }
        }
        for watch in stay.watches where watch.isPending && watch.due < best?.0 ?? .latest {
            best = (watch.due, .watch(watch.id))
        }
        for item in stay.items where item.isActive {
            guard let occurrence = item.occurrence else { continue }
            let at = occurrence.isRaised ? occurrence.due : occurrence.nextChange
            if let at, at < best?.0 ?? .latest { best = (at, .item(item.id)) }
        }
        return best
    }
}

extension StayDecider {
    /// Lets time come to an item and does its care at once, as the projection assumes.
    fileprivate mutating func project(_ id: ItemID) -> ForecastEntry? {
        clock(id)
        guard let item = stay.item(id), let occurrence = item.occurrence,
            let activity = library.activity(item.activity), occurrence.phase != .upcoming
        else { return nil }
        let entry = ForecastEntry(
            due: occurrence.due, item: id, activity: item.activity,
            detail: occurrence.detail ?? item.detail,
            ruleID: item.ruleID, held: occurrence.phase == .held,
            people: stay.people(for: item.activity, in: library))
        if occurrence.isRaised {
            _ = settle(
                item, activity,
                OutcomeReport(target: .activity(item.activity), outcome: .done), now, [:])
        }
        return entry
    }
}
