/// The offsets of one IANA time zone, as a value: zone rules come from files, so they are input.
///
/// Civil care (drugs, skin checks, bowel programme) falls at local wall times; this type turns a wall
/// time into an instant by two rules (facts TM3 and TM4): a time in a spring gap moves to the first
/// valid instant after the gap; a time that occurs twice in autumn happens once, at the first.
package struct ZoneRules: Hashable, Sendable {
    /// A change of the offset: from `at` on, local time is UTC plus `offset` seconds.
    package struct Transition: Hashable, Sendable {
        package let at: Instant
        package let offset: Int

        package init(at: Instant, offset: Int) {
            self.at = at
            self.offset = offset
        }
    }

    /// The IANA name, for example `Europe/London`.
    package let name: String
    /// Seconds east of UTC before the first transition.
    package let initialOffset: Int
    /// In ascending order; neighbours have different offsets.
    package let transitions: [Transition]

    package init(name: String, initialOffset: Int, transitions: [Transition]) {
        self.name = name
        self.initialOffset = initialOffset
        var kept: [Transition] = []
        var offset = initialOffset
        for transition in transitions.sorted(by: { $0.at < $1.at })
        where transition.offset != offset {
            kept.append(transition)
            offset = transition.offset
        }
        self.transitions = kept
    }

    package static let utc = ZoneRules(name: "UTC", initialOffset: 0, transitions: [])

    /// Seconds east of UTC in force at `instant`.
    package func offset(at instant: Instant) -> Int {
        let next = firstTransition(after: instant)
        return next == 0 ? initialOffset : transitions[next - 1].offset
    }

    /// What the ward's wall clock shows at `instant`.
    package func local(_ instant: Instant) -> LocalDateTime {
        LocalDateTime(secondsFromEpoch: instant.seconds + Int64(offset(at: instant)))
    }

    /// The instant at which the wall clock first shows `time` on `date`, or, where it never does
    /// because of a gap, the first instant after the gap.
    package func instant(_ date: LocalDate, _ time: TimeOfDay) -> Instant {
        let wall = Int64(date.daysFromEpoch) * 86_400 + Int64(time.minutes) * 60
        // Offsets lie within a day of UTC, so only transitions within a day of the wall time matter.
        var index = firstTransition(after: Instant(seconds: wall - 90_000))
        var offset = index == 0 ? initialOffset : transitions[index - 1].offset
        while index < transitions.count {
            let transition = transitions[index]
            let candidate = Instant(seconds: wall - Int64(offset))
            if candidate < transition.at { return candidate }
            if wall < transition.at.seconds + Int64(transition.offset) { return transition.at }
            offset = transition.offset
            index += 1
            if transition.at.seconds > wall + 90_000 { break }
        }
        return Instant(seconds: wall - Int64(offset))
    }

    /// The earliest instant after `instant` (or at it, when `inclusive`) at which one of `times` falls.
    ///
    /// - Parameter times: Not empty.
    package func next(
        of times: [TimeOfDay], after instant: Instant, inclusive: Bool = false
    ) -> Instant {
        around(instant, times).filter { inclusive ? $0 >= instant : $0 > instant }.min()
            ?? instant.adding(minutes: 1_440)
    }

    /// The latest instant at or before `instant` at which one of `times` falls.
    package func last(of times: [TimeOfDay], atOrBefore instant: Instant) -> Instant {
        around(instant, times).filter { $0 <= instant }.max() ?? instant.adding(minutes: -1_440)
    }

    /// Every fall of `times` in the two days around; a zone may skip one whole day, so that both
    /// neighbours of any instant are among them.
    private func around(_ instant: Instant, _ times: [TimeOfDay]) -> [Instant] {
        precondition(!times.isEmpty, "civil care names at least one time of day")
        let today = local(instant).date
        return (-2...2).flatMap { day in times.map { self.instant(today.adding(days: day), $0) } }
    }

    /// The last whole second of the local day on which `instant` falls.
    package func endOfDay(_ instant: Instant) -> Instant {
        self.instant(local(instant).date.adding(days: 1), TimeOfDay(minutes: 0))
            .adding(seconds: -1)
    }

    private func firstTransition(after instant: Instant) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
