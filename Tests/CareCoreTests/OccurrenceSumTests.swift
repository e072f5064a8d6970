import CareCore
import Testing

/// The arithmetic that `explain` shows gives the instants that the engine set, whatever happened.
@Suite struct OccurrenceSumTests {
    /// Lets a ward live: care on time, late, refused, findings, holds, absences, assessments.
    private func live(
        _ place: PropertyTests.Place, seed: UInt64, steps: Int
    ) throws -> WardRun {
        var numbers = SeededNumbers(seed: seed)
        let start = at(place.start)
        var ward = WardRun(at: start, zone: Fixture.zone(place.zone), library: Fixture.library)
        let assessment = RandomPatient.assessment(
            around: start, except: [.awayUntil, .absenceLimitAt], using: &numbers)
        try ward.submit(
            .enroll(
                [
                    Admission(
                        ward: "7", bed: "1", admission: "SYN-\(seed)",
                        identity: Identity(name: "Synthetic \(seed)", recordNumber: "SYN-\(seed)"),
                        assessment: assessment)
                ], keepGoing: false))
        let id = ward.stay.id
        for _ in 0..<steps {
            guard let next = ward.nextWake else { break }
            // Odd seconds, so that nothing rests on whole minutes.
            ward.advance(
                to: max(ward.now, next).adding(
                    seconds: Int64.random(in: 0...2_500, using: &numbers))
            )
            for item in ward.raised where Int.random(in: 0..<10, using: &numbers) < 8 {
                guard let activity = ward.context.library.activity(item.activity) else { continue }
                let outcome = Outcome.allCases[
                    Int.random(in: 0..<12, using: &numbers) < 8
                        ? 0 : Int.random(in: 0...3, using: &numbers)]
                let performed = ward.now.adding(
                    seconds: -Int64.random(in: 0...900, using: &numbers))
                _ = try? ward.submit(
                    .record(
                        id,
                        [
                            OutcomeReport(
                                target: .activity(item.activity), outcome: outcome,
                                performedAt: max(start, performed), reason: "synthetic",
                                readings: RandomPatient.readings(
                                    for: activity, around: ward.now, using: &numbers))
                        ]))
            }
            switch Int.random(in: 0..<12, using: &numbers) {
            case 0:
                let until = ward.now.adding(minutes: Int.random(in: 10...200, using: &numbers))
                _ = try? ward.submit(
                    .hold(
                        id,
                        HoldRequest(reason: "other", activities: [], until: until, note: "x")))
            case 1:
                let leaves = ward.now.adding(minutes: Int.random(in: 0...300, using: &numbers))
                _ = try? ward.submit(
                    .leave(
                        id,
                        LeaveRequest(
                            at: leaves,
                            dueBack: leaves.adding(
                                minutes: Int.random(in: 20...300, using: &numbers)),
                            kind: .imaging)))
            case 2: _ = try? ward.submit(.comeBack(id, at: nil))
            case 3:
                guard let fact = Fact.allCases.randomElement(using: &numbers) else { break }
                let value = RandomPatient.value(
                    fact.definition.kind, around: ward.now, using: &numbers)
                _ = try? ward.submit(.assess(id, [AssessmentChange(fact: fact, value: value)]))
            case 4:
                for alert in ward.stay.alerts where alert.isActive {
                    _ = try? ward.submit(.decide(alert.id, accept: true))
                }
            default: break
            }
        }
        return ward
    }

    @Test(arguments: PropertyTests.places)
    func `the parts that are kept give the instants that were set`(
        _ place: PropertyTests.Place
    ) throws {
        let zone = Fixture.zone(place.zone)
        var seen: Set<DueReason> = []
        for seed in UInt64(1)...5 {
            let ward = try live(place, seed: seed, steps: 120)
            for entry in ward.entries {
                guard case .occurrenceSet(let item, let occurrence?) = entry.event else { continue }
                seen.insert(occurrence.reason)
                let id = "seed \(seed) \(item).\(occurrence.number) \(occurrence.reason)"
                let sum = try #require(occurrence.sum(in: zone), "\(id)")
                #expect(sum.due == occurrence.due, "\(id)")
                #expect(sum.earliest == occurrence.earliest, "\(id)")
                #expect(sum.onTimeUntil == occurrence.onTimeUntil, "\(id)")
                #expect(sum.steps == occurrence.steps.map(\.at), "\(id)")
            }
        }
        #expect(seen.count >= 8, "\(seen)")
    }

    @Test(arguments: [
        ("Europe/London", "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"),
        ("Europe/London", "2027-10-31T01:30:00Z", nil),
        ("Europe/London", "2027-10-30T23:30:00Z", nil),
        ("Europe/London", "2027-03-28T01:30:00Z", nil),
        ("Australia/Lord_Howe", "2027-04-03T14:40:00Z", "2027-04-03T15:10:00Z"),
        ("UTC", "2027-10-31T00:30:00Z", nil),
    ]) func `a time that comes twice is known`(
        zone: String, first: String, second: String?
    ) {
        #expect(Fixture.zone(zone).repetition(of: at(first)) == second.map(at))
    }
}
