/// The instants of an occurrence, worked out once more from what was kept with it.
package struct OccurrenceSum: Hashable, Sendable {
    package let due: Instant
    package let earliest: Instant?
    package let onTimeUntil: Instant
    package let steps: [Instant]
    /// Before waking hours, an early window or the present moment moved it; `nil` for a civil slot.
    package let plain: Instant?
    /// After waking hours moved it.
    package let awake: Instant?
}

extension Occurrence {
    /// Repeats the arithmetic from the stored parts alone: never from the instants that it gives.
    ///
    /// - Parameter zone: Of the name that ``Basis/zone`` gives, where it gives one.
    /// - Returns: `nil` for an occurrence of a ledger from before the parts were kept.
    package func sum(in zone: ZoneRules) -> OccurrenceSum? {
        guard let basis else { return nil }
        let due: Instant
        var (plain, awake) = (Instant?.none, Instant?.none)
        if let slot {
            guard let date = basis.slotDate else { return nil }
            due = zone.instant(date, slot)
        } else {
            guard let base, let plusMinutes else { return nil }
            let brought = basis.broughtForward ?? 0
            let whole = base.adding(minutes: plusMinutes + brought)
            let moved = basis.waking?.next(whole, in: zone) ?? whole
            due = max(moved.adding(minutes: -brought), basis.notBefore ?? .earliest)
            (plain, awake) = (whole, moved)
        }
        return OccurrenceSum(
            due: due, earliest: basis.early.map { due.adding(minutes: -$0) },
            onTimeUntil: basis.onTime.end(from: lateFrom, in: zone),
            steps: basis.steps.map { $0.end(from: lateFrom, in: zone) }, plain: plain, awake: awake)
    }
}

extension ZoneRules {
    /// The second instant at which the wall clock shows what it shows at `instant`; `nil` where the
    /// time comes once.
    package func repetition(of instant: Instant) -> Instant? {
        guard let next = transitions.first(where: { $0.at > instant }) else { return nil }
        let back = offset(at: instant) - next.offset
        guard back > 0 else { return nil }
        let second = instant.adding(seconds: Int64(back))
        return second >= next.at && local(second) == local(instant) ? second : nil
    }
}
