import CareCore
import Testing

/// What must hold for every patient, whatever the combination of facts, zone and season.
///
/// The seeds are fixed: a failing one names the patient that fails.
@Suite struct PropertyTests {
    /// A zone, and an instant a day before one of its odd changes.
    struct Place: Sendable, CustomTestStringConvertible {
        let zone: String
        let start: String

        var testDescription: String { "\(zone) from \(start)" }
    }

    static let places: [Place] = [
        Place(zone: "Europe/London", start: "2027-03-27T09:10:00Z"),
        Place(zone: "Europe/London", start: "2027-10-30T09:10:00Z"),
        Place(zone: "Australia/Lord_Howe", start: "2027-04-02T20:00:00Z"),
        Place(zone: "Australia/Lord_Howe", start: "2027-10-01T20:00:00Z"),
        Place(zone: "Africa/Casablanca", start: "2027-02-06T00:00:00Z"),
        Place(zone: "Africa/Casablanca", start: "2027-03-13T00:00:00Z"),
        Place(zone: "America/St_Johns", start: "2027-03-13T06:00:00Z"),
        Place(zone: "America/Havana", start: "2027-11-06T06:00:00Z"),
        Place(zone: "Asia/Gaza", start: "2027-10-29T06:00:00Z"),
        Place(zone: "Africa/Cairo", start: "2027-04-29T06:00:00Z"),
        Place(zone: "Pacific/Chatham", start: "2027-04-02T12:00:00Z"),
        Place(zone: "Antarctica/Troll", start: "2027-03-27T12:00:00Z"),
        Place(zone: "America/Sao_Paulo", start: "2018-11-03T12:00:00Z"),
        Place(zone: "Pacific/Apia", start: "2011-12-29T02:00:00Z"),
        Place(zone: "Asia/Kathmandu", start: "2027-06-01T00:00:00Z"),
    ]

    /// Facts that make the service act by itself in a way that has its own tests, or that would end the
    /// run early.
    private static let excluded: Set<Fact> = [.awayUntil, .absenceLimitAt]

    private func ward(
        _ place: Place, seed: UInt64, numbers: inout SeededNumbers
    ) throws -> WardRun {
        let start = at(place.start)
        var ward = WardRun(at: start, zone: Fixture.zone(place.zone), library: Fixture.library)
        let assessment = RandomPatient.assessment(
            around: start, except: Self.excluded, using: &numbers)
        try ward.submit(
            .enroll(
                [
                    Admission(
                        ward: "7", bed: "1", admission: "SYN-\(seed)",
                        identity: Identity(name: "Synthetic \(seed)", recordNumber: "SYN-\(seed)"),
                        assessment: assessment)
                ], keepGoing: false))
        return ward
    }

    /// Lets the ward run, doing everything exactly when it is due.
    private func runOnTime(_ ward: inout WardRun, until end: Instant) throws {
        while true {
            while let item = ward.raised.first {
                var report = OutcomeReport(target: .activity(item.activity), outcome: .done)
                report.isAssumed = true
                try ward.submit(.record(ward.stay.id, [report]))
            }
            guard let next = ward.nextWake, next < end else { return }
            ward.jump(to: max(ward.now, next))
            ward.tick()
        }
    }

    @Test(arguments: places)
    func `a projection is what happens when everything is done on time`(_ place: Place) throws {
        for seed in UInt64(1)...6 {
            var numbers = SeededNumbers(seed: seed)
            var ward = try ward(place, seed: seed, numbers: &numbers)
            let end = ward.now.adding(minutes: 2_880)
            let forecast = ward.core.state.forecast(
                ward.stay.id, from: ward.now, until: end, in: ward.context
            ).filter { !$0.held }.map { "\($0.activity) \($0.due)" }.sorted()
            try runOnTime(&ward, until: end)
            let happened = ward.rows.filter { !$0.held }.map(\.description).sorted()
            #expect(forecast == happened, "seed \(seed)")
        }
    }

    @Test(arguments: places)
    func `civil care falls exactly once in each local slot`(_ place: Place) throws {
        let zone = Fixture.zone(place.zone)
        for seed in UInt64(1)...4 {
            var numbers = SeededNumbers(seed: seed)
            var ward = try ward(place, seed: seed, numbers: &numbers)
            let (start, end) = (ward.now, ward.now.adding(minutes: 4_320))
            let items = ward.stay.items.filter {
                if case .daily = $0.schedule {
                    $0.isActive && $0.options == ScheduleOptions() && $0.clinicalHold == nil
                } else {
                    false
                }
            }
            try runOnTime(&ward, until: end)
            for item in items {
                guard case .daily(let times) = item.schedule,
                    let after = ward.stay.item(item.id), after.isActive,
                    after.schedule == item.schedule, after.clinicalHold == nil
                else { continue }
                let first = zone.local(start).date
                let expected = Set(
                    (-1...5).flatMap { day in
                        times.map { zone.instant(first.adding(days: day), $0) }
                    }
                ).filter { $0 >= start && $0 < end }.sorted()
                let found = ward.rows.filter {
                    $0.activity == item.activity.code && $0.due < end
                }.map(\.due).sorted()
                // A skipped day brings two slots so close together that one act covers both.
                let early =
                    ward.context.library.activity(item.activity)?.windows.compactMap(\.early).max()
                    ?? 0
                guard
                    zip(expected, expected.dropFirst()).allSatisfy({
                        $1.minutes(since: $0) > early
                    })
                else { continue }
                let pulled = ward.entries.contains {
                    if case .occurrenceSet(item.id, let occurrence?) = $0.event {
                        occurrence.reason == .finding
                    } else {
                        false
                    }
                }
                if !pulled { #expect(found == expected, "seed \(seed) \(item.activity)") }
            }
        }
    }

    /// Whatever is recorded, at whatever time: no interval gets longer by it, and no other care is due
    /// later than before.
    @Test(arguments: UInt64(1)...40)
    func `a finding never lengthens`(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var ward = try ward(Self.places[0], seed: seed, numbers: &numbers)
        for _ in 0..<25 {
            guard let next = ward.nextWake else { break }
            let late = Int.random(in: 0...40, using: &numbers)
            ward.advance(to: max(ward.now, next).adding(minutes: late))
            let before = ward.stay
            guard
                let item = before.items.filter(\.isActive).randomElement(using: &numbers),
                let activity = ward.context.library.activity(item.activity)
            else { break }
            let report = OutcomeReport(
                target: .activity(item.activity), outcome: .done, reason: "synthetic",
                readings: RandomPatient.readings(
                    for: activity, around: ward.now, using: &numbers))
            guard (try? ward.submit(.record(before.id, [report]))) != nil else { continue }
            for (old, new) in zip(before.items, ward.stay.items) where old.isActive && new.isActive
            {
                if let one = old.intervalMinutes, let other = new.intervalMinutes {
                    #expect(other <= one, "seed \(seed): \(item.activity) on \(old.activity)")
                }
                guard old.id != item.id, new.clinicalHold == nil, old.schedule == new.schedule,
                    case .every = old.schedule, let due = old.occurrence?.due,
                    old.occurrence?.isRaised == false, old.occurrence?.phase != .held,
                    let later = new.occurrence?.due
                else { continue }
                #expect(later <= due, "seed \(seed): \(item.activity) moved \(old.activity)")
            }
        }
    }

    /// Elapsed care that is done is due again within the interval in force, whenever it was done.
    @Test(arguments: UInt64(1)...40)
    func `no gap of elapsed care is longer than the rule in force`(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var ward = try ward(Self.places[1], seed: seed, numbers: &numbers)
        for _ in 0..<30 {
            guard let next = ward.nextWake else { break }
            ward.advance(
                to: max(ward.now, next).adding(minutes: Int.random(in: 0...25, using: &numbers)))
            for item in ward.raised {
                var report = OutcomeReport(
                    target: .activity(item.activity), outcome: .done,
                    performedAt: max(
                        ward.stay.enrolledAt,
                        ward.now.adding(minutes: -Int.random(in: 0...5, using: &numbers))))
                report.isAssumed = true
                try ward.submit(.record(ward.stay.id, [report]))
                guard let after = ward.stay.item(item.id), after.isActive,
                    after.schedule == .every, after.options.waking == nil,
                    after.options.night == nil, let interval = after.intervalMinutes,
                    let done = after.lastDoneAt, let due = after.occurrence?.due
                else { continue }
                #expect(due.minutes(since: done) <= interval, "seed \(seed) \(item.activity)")
                #expect(due > done, "seed \(seed) \(item.activity)")
            }
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `any hold holds`(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var ward = try ward(Self.places[0], seed: seed, numbers: &numbers)
        ward.advance(to: ward.now.adding(minutes: Int.random(in: 1...600, using: &numbers)))
        let until = ward.now.adding(minutes: Int.random(in: 30...240, using: &numbers))
        try ward.submit(
            .hold(
                ward.stay.id,
                HoldRequest(reason: "other", activities: [], until: until, note: "synthetic")))
        #expect(ward.raised.isEmpty, "seed \(seed)")
        while let next = ward.nextWake, next < until {
            ward.advance(to: next)
            #expect(ward.raised.isEmpty, "seed \(seed) at \(ward.now)")
        }
        ward.advance(to: until)
        for item in ward.stay.items where item.isActive && item.schedule == .every {
            guard item.clinicalHold == nil else { continue }
            #expect(item.occurrence?.phase != .held, "seed \(seed) \(item.activity)")
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `the timers are those of the state`(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var ward = try ward(
            Self.places[seed == 1 ? 0 : Int(seed) % 10], seed: seed, numbers: &numbers)
        ward.advance(to: ward.now.adding(minutes: 2_000))
        let rebuilt = CareCore(ward.core.state, now: ward.now)
        #expect(ward.core.armedTimers == rebuilt.armedTimers, "seed \(seed)")
    }
}
