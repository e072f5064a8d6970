/// When a ward is busy: the visits that its patients have coming, so that the first care of a new
/// patient can avoid the peaks.
struct WardLoad {
    /// So many visits within nine minutes either way are a peak.
    static let peak = 3
    private static let nearMinutes = 9

    private var visits: [Instant] = []

    /// Adds one patient's visits: what is due within 20 minutes is one (TM9).
    mutating func add(_ stay: Stay) {
        let dues = stay.items.compactMap { $0.isActive ? $0.occurrence?.due : nil }.sorted()
        var last: Instant?
        for due in dues {
            if let last, due.minutes(since: last) <= StayDecider.visitMinutes { continue }
            visits.append(due)
            last = due
        }
    }

    /// Visits of other patients near an instant.
    func visits(near instant: Instant) -> Int {
        visits.count { abs($0.minutes(since: instant)) <= Self.nearMinutes }
    }
}

extension StayDecider {
    private static let staggerStep = 10
    private static let longestStagger = 30

    /// Brings first elapsed care forward inside its early window where the ward would peak.
    ///
    /// Never later than the rule says, and by a quarter of the interval at most.
    mutating func stagger(besides load: WardLoad) {
        for item in stay.items where item.isActive && item.schedule == .every {
            guard let occurrence = item.occurrence, occurrence.phase == .upcoming,
                occurrence.due > now, occurrence.reason == .firstDue,
                let base = occurrence.base, let plus = occurrence.plusMinutes
            else { continue }
            let early = occurrence.earliest.map { occurrence.due.minutes(since: $0) } ?? plus
            let most = min(early, plus / 4, Self.longestStagger)
            var best = (load: load.visits(near: occurrence.due), minutes: 0)
            guard best.load >= WardLoad.peak else { continue }
            for minutes in stride(from: Self.staggerStep, through: most, by: Self.staggerStep) {
                let due = occurrence.due.adding(minutes: -minutes)
                let near = load.visits(near: due)
                if due > now, near < best.load { best = (near, minutes) }
            }
            guard best.minutes > 0 else { continue }
            setOccurrence(
                item.id,
                self.occurrence(
                    item, due: occurrence.due.adding(minutes: -best.minutes),
                    staggered(occurrence, base, plus, by: best.minutes)))
        }
    }

    /// The arithmetic of a first occurrence that is brought forward.
    private func staggered(
        _ occurrence: Occurrence, _ base: Instant, _ plus: Int, by minutes: Int
    ) -> DueBasis {
        DueBasis(
            reason: .staggered, base: base, plusMinutes: plus - minutes, ruleID: occurrence.ruleID,
            interval: occurrence.basis?.interval.map {
                IntervalInForce(minutes: plus, source: $0, ruleID: occurrence.ruleID)
            }, waking: occurrence.basis?.waking, broughtForward: minutes)
    }
}
