import CareCore

/// Checks that need the whole library: what links care to other care, and windows against the intervals they stand in.
struct LibraryCheck {
    let activities: [ReadActivity]
    let rules: [ReadRule]

    func run() {
        checkScheduleKinds()
        checkAccompanied()
        checkRings()
        for activity in activities { checkWindows(activity) }
    }

    /// The shortest rule wins, which means nothing where one of them has no time of its own.
    private func checkScheduleKinds() {
        var seen: [ActivityCode: ReadRule] = [:]
        for rule in rules {
            guard let first = seen[rule.rule.activity] else {
                seen[rule.rule.activity] = rule
                continue
            }
            let kinds = [first.rule.schedule.kind, rule.rule.schedule.kind]
            if kinds[0] != kinds[1], kinds.contains("with") || kinds.contains("once") {
                rule.source.fault(
                    line: rule.line,
                    "\(rule.rule.activity) recurs by \(rule.rule.schedule.kind) here but by "
                        + "\(first.rule.schedule.kind) in \(first.rule.id)",
                    "an interval or times of its own in every rule of \(rule.rule.activity)")
            }
        }
    }

    private func checkAccompanied() {
        for rule in rules {
            guard case .with(let other) = rule.rule.schedule else { continue }
            let others = rules.filter { $0.rule.activity == other }
            if others.isEmpty {
                rule.source.fault(
                    line: rule.line, "\(rule.rule.id) goes with \(other), which no rule schedules",
                    "an activity with a rule")
            }
            if others.contains(where: { $0.rule.schedule.kind == "with" }) {
                rule.source.fault(
                    line: rule.line, "\(rule.rule.id) goes with \(other), which itself accompanies",
                    "an activity with a schedule of its own")
            }
        }
    }

    // MARK: Linked checks

    /// A finding of one activity may ask for another at once; if that leads back, two people could be
    /// sent to and fro without end.
    private func checkRings() {
        var links: [ActivityCode: [ActivityCode]] = [:]
        for read in activities {
            links[read.activity.code] = read.activity.findings.flatMap(\.effects).compactMap {
                if case .nextWithin(let other, _) = $0, other != read.activity.code {
                    other
                } else {
                    nil
                }
            }
        }
        var told: Set<Set<ActivityCode>> = []
        for read in activities {
            guard let ring = ring(from: read.activity.code, links),
                told.insert(Set(ring)).inserted
            else { continue }
            read.source.fault(
                line: read.line,
                "findings ask for each other in a ring: "
                    + (ring + [read.activity.code]).map(\.code).joined(separator: " → "),
                "nextWithin that does not lead back")
        }
    }

    /// The shortest way from an activity back to itself.
    private func ring(
        from start: ActivityCode, _ links: [ActivityCode: [ActivityCode]]
    ) -> [ActivityCode]? {
        var ways = [[start]]
        var seen: Set<ActivityCode> = []
        while !ways.isEmpty {
            let way = ways.removeFirst()
            for next in way.last.flatMap({ links[$0] }) ?? [] {
                if next == start { return way }
                if seen.insert(next).inserted { ways.append(way + [next]) }
            }
        }
        return nil
    }

    // MARK: Windows

    private func checkWindows(_ read: ReadActivity) {
        for interval in intervals(read.activity.code, ladder: read.activity.ladder) {
            for (index, window) in read.activity.windows.enumerated() {
                if let least = window.intervalAtLeast, interval.minutes < least || interval.civil {
                    continue
                }
                check(window, line: read.windowLines[index], interval, read)
                // The first window that fits is in force; later ones do not meet this interval.
                if window.when == .always { break }
            }
        }
    }

    private struct Interval {
        let minutes: Int
        let civil: Bool
        let origin: String
    }

    private func check(
        _ window: WindowRule, line: Int, _ interval: Interval, _ read: ReadActivity
    ) {
        var spans: [(what: String, minutes: Int)] = []
        if let early = window.early { spans.append(("early", early)) }
        if case .minutes(let minutes) = window.onTime { spans.append(("onTime", minutes)) }
        for step in window.steps {
            if case .minutes(let minutes) = step.after {
                spans.append((step.priority.word, minutes))
            }
        }
        for span in spans where span.minutes >= interval.minutes {
            read.source.fault(
                line: line,
                "\(span.what) of \(read.activity.code) is \(span.minutes) minutes, as long as the "
                    + "interval of \(interval.minutes) (\(interval.origin))",
                "less than the interval")
        }
    }

    /// The intervals that an activity can have; civil care by its smallest gap.
    private func intervals(_ code: ActivityCode, ladder: [Int]) -> [Interval] {
        var intervals = ladder.map { Interval(minutes: $0, civil: false, origin: "ladder") }
        for read in rules where read.rule.activity == code {
            let id = read.rule.id
            switch read.rule.schedule {
            case .every(let minutes, _), .once(let minutes):
                intervals.append(Interval(minutes: minutes, civil: false, origin: id))
            case .daily(let times):
                let all = times.map(\.minutes) + [times[0].minutes + 1_440]
                let gap = zip(all, all.dropFirst()).map { $1 - $0 }.min() ?? 1_440
                intervals.append(Interval(minutes: gap, civil: true, origin: id))
            case .dailyAt:
                intervals.append(Interval(minutes: 1_440, civil: true, origin: id))
            case .everyDays(let days, _, _, _):
                intervals.append(Interval(minutes: days * 1_440, civil: true, origin: id))
            case .with(let other):
                guard other != code, !follows(other) else { continue }
                let ladder = activities.first { $0.activity.code == other }?.activity.ladder ?? []
                intervals += self.intervals(other, ladder: ladder)
            }
        }
        return intervals
    }

    private func follows(_ code: ActivityCode) -> Bool {
        rules.contains { $0.rule.activity == code && $0.rule.schedule.kind == "with" }
    }
}

extension Schedule {
    fileprivate var kind: String {
        switch self {
        case .every: "every"
        case .daily, .dailyAt: "daily"
        case .everyDays: "everyDays"
        case .with: "with"
        case .once: "once"
        }
    }
}
