import CareCore
import Testing

/// What `explain` tells of the shipped protocols, as typed steps.
@Suite struct ExplainTests {
    private func ward(_ facts: [(String, RawValue)]) throws -> WardRun {
        var ward = WardRun(
            at: at("2027-01-19T08:00:00Z"), zone: Fixture.london, library: Fixture.library)
        try ward.submit(.enroll([Fixture.admission(facts)], keepGoing: false))
        return ward
    }

    private func steps(
        _ ward: borrowing WardRun, _ subject: Explanation.Subject
    ) throws
        -> [Explanation.Step]
    {
        try #require(ward.core.state.explain(subject, in: ward.context)).steps
    }

    @Test func `a proposal tells since when every value was good, and waits for a person`() throws {
        var ward = try ward([
            ("braden", .number("12")), ("lastTurnedAt", .text("2027-01-19T07:00:00Z")),
        ])
        let end = ward.now.adding(minutes: 6_000)
        while ward.now < end, !ward.stay.alerts.contains(where: { $0.ruleID == "TURN-L" }) {
            guard let next = ward.nextWake else { break }
            ward.advance(to: next)
            for item in ward.raised {
                var report = OutcomeReport(
                    target: .activity(item.activity), outcome: .done,
                    readings: item.activity.code == "TURN" ? [("skin", .text("intact"))] : [])
                report.isAssumed = true
                try ward.submit(.record(ward.stay.id, [report]))
            }
        }
        let alert = try #require(ward.stay.alerts.first { $0.ruleID == "TURN-L" })
        let steps = try steps(ward, .alert(alert.id))
        #expect(alert.cause == .lengthening)
        #expect(steps.contains { if case .goodSince = $0 { true } else { false } })
        #expect(steps.contains(.ends(.byDecision)))
        #expect(
            steps.contains {
                if case .proposes(_, let activity, _, _) = $0 {
                    activity?.code == "TURN"
                } else {
                    false
                }
            })
    }

    @Test func `an alert above its rule's own priority tells what raised it`() throws {
        var seen = 0
        for seed in UInt64(1)...60 {
            var numbers = SeededNumbers(seed: seed)
            var ward = WardRun(
                at: at("2027-01-19T08:00:00Z"), zone: Fixture.london, library: Fixture.library)
            try ward.submit(
                .enroll(
                    [
                        Admission(
                            ward: "7", bed: "1", admission: "SYN-\(seed)",
                            identity: Identity(name: "Synthetic", recordNumber: "SYN"),
                            assessment: RandomPatient.assessment(
                                around: ward.now, except: [.awayUntil, .absenceLimitAt],
                                using: &numbers))
                    ], keepGoing: false))
            ward.advance(to: ward.now.adding(minutes: 4_320))
            for item in ward.stay.items where item.isActive {
                guard let activity = ward.context.library.activity(item.activity) else { continue }
                _ = try? ward.submit(
                    .record(
                        ward.stay.id,
                        [
                            OutcomeReport(
                                target: .activity(item.activity), outcome: .done,
                                reason: "synthetic",
                                readings: RandomPatient.readings(
                                    for: activity, around: ward.now, using: &numbers))
                        ]))
            }
            for alert in ward.stay.alerts {
                #expect(alert.cause != nil, "\(alert.ruleID)")
                let steps = try steps(ward, .alert(alert.id))
                guard case .rule(let origin)? = steps.first else {
                    Issue.record("\(alert.ruleID) names no rule")
                    continue
                }
                #expect(origin.kind != .gone, "\(alert.ruleID)")
                // Some ids are those of a rule, a finding and a watch at once.
                if alert.cause == .finding { #expect(origin.kind == .finding, "\(alert.ruleID)") }
                if alert.cause == .watch { #expect(origin.kind == .watch, "\(alert.ruleID)") }
                guard let escalation = alert.escalation else { continue }
                seen += 1
                #expect(escalation.from < alert.priority, "\(alert.ruleID)")
                let told = steps.contains {
                    if case .escalated(escalation.from, let because) = $0 {
                        !because.isEmpty
                    } else {
                        false
                    }
                }
                #expect(told, "\(alert.ruleID) \(escalation)")
            }
            // Every reminder's rule is known too.
            for entry in ward.entries {
                guard case .occurrenceSet(let item, let occurrence?) = entry.event,
                    ward.stay.item(item)?.occurrence?.number == occurrence.number
                else { continue }
                let reminder = ReminderID(item: item, occurrence: occurrence.number)
                for step in try steps(ward, .reminder(reminder)) {
                    if case .due(_, let origin) = step { #expect(origin.kind != .gone) }
                }
            }
        }
        #expect(seen > 0, "no random patient had a raised priority")
    }
}
