import CareCore

/// Checks that need the whole library: ids, and windows against the intervals they stand in.
struct LibraryCheck {
    let activities: [ReadActivity]
    let rules: [ReadRule]

    func run() {
        checkRuleIDs()
        checkScheduleKinds()
        checkAccompanied()
        for activity in activities { checkWindows(activity) }
    }

    private func checkRuleIDs() {
        var seen: [String: ReadRule] = [:]
        for rule in rules {
            if let first = seen[rule.rule.id] {
                rule.source.fault(
                    line: rule.line, "rule \(rule.rule.id) is defined twice",
                    "one of each; the first is \(first.source.file):\(first.line)")
            } else {
                seen[rule.rule.id] = rule
            }
        }
    }

    /// The shortest rule wins, which only means something among schedules of one kind.
    private func checkScheduleKinds() {
        var seen: [ActivityCode: ReadRule] = [:]
        for rule in rules {
            guard let first = seen[rule.rule.activity] else {
                seen[rule.rule.activity] = rule
                continue
            }
            if first.rule.schedule.kind != rule.rule.schedule.kind {
                rule.source.fault(
                    line: rule.line,
                    "\(rule.rule.activity) recurs by \(rule.rule.schedule.kind) here but by "
                        + "\(first.rule.schedule.kind) in \(first.rule.id)",
                    "one kind of schedule for each activity")
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
