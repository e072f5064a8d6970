import CareCore
import CareEngine
import CareProtocols
import ControlAPI
import Foundation
import Testing

@testable import ControlServer

@Suite struct `Explaining` {
    private func steps(_ ward: TestWard, _ id: String) async throws -> ExplainAnswer {
        let answer = try await ward.get("/v1/explain/\(id)")
        #expect(answer.status == 200, "\(id)")
        return try answer.decode(ExplainAnswer.self)
    }

    private func text(_ answer: ExplainAnswer, _ kind: String) -> String? {
        answer.steps.first { $0.kind == kind }?.text
    }

    @Test func `a present reminder is told from the guideline to the sum`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12", assessment: #"{"braden":12}"#)
            ward.clock.advance(minutes: 120)
            _ = try await ward.turn("S1")
            let answer = try await steps(ward, "S1.1.2")
            #expect(
                answer.conclusion
                    == "Due Tue 19 Jan 12:00, on time until 12:30, LOW from 12:30, MEDIUM from 13:00."
            )
            #expect(
                answer.steps.map(\.kind) == [
                    "source", "protocol", "rule", "values", "interval", "last-done", "window",
                    "due",
                ])
            #expect(text(answer, "source") == "test (confirmed).")
            #expect(text(answer, "protocol") == "test 1.")
            #expect(text(answer, "rule") == "Rule PI-3.")
            #expect(
                text(answer, "values")
                    == "Applies because of braden 12 (at most 12); as of 08:00.")
            #expect(text(answer, "last-done") == "Last done 10:00 by n7.")
            #expect(
                text(answer, "window")
                    == "Counts from 30 min before, on time until 30 min after, LOW 30 min after, "
                    + "MEDIUM 1 h after.")
            #expect(
                text(answer, "due")
                    == "One interval after it was done: 10:00 + 2 h = 12:00; so due 12:00.")
            let sum = try #require(answer.steps.last?.sum)
            #expect(sum.adds)
            #expect(sum.base == "2027-01-19T10:00:00Z")
            #expect(sum.plusMinutes == 120)
            #expect(sum.raises.map(\.at) == ["2027-01-19T12:30:00Z", "2027-01-19T13:00:00Z"])
        }
    }

    @Test func `a past reminder is found in the ledger, with what became of it`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12", assessment: #"{"braden":12}"#)
            ward.clock.advance(minutes: 155)
            await ward.engine.tick()
            _ = try await ward.turn("S1", skin: "red")
            ward.clock.advance(minutes: 300)
            let answer = try await steps(ward, "S1.1.1")
            #expect(text(answer, "due") == "For the first time: 08:00 + 2 h = 10:00; so due 10:00.")
            #expect(text(answer, "last-done") == "Not done yet since it was planned 08:00.")
            let became = answer.steps.filter { $0.kind == "became" }.map(\.text)
            #expect(
                became == [
                    "10:35 reminded, LOW.", "10:35 recorded by n7: done at 10:35.",
                ])
            // And once more after the discharge.
            _ = try await ward.post("/v1/stays/S1/discharge", #"{"by":"n7","reason":"home"}"#)
            let gone = try await steps(ward, "S1.1.2")
            #expect(
                text(gone, "due")?.hasPrefix(
                    "One interval after it was done, by ESC-1 (confirmed): ")
                    == true)
            #expect(gone.steps.last?.text.contains("ended: discharged") == true)
            let item = try await steps(ward, "S1.1")
            #expect(item.conclusion == "Nothing is due: it ended 15:35, discharged.")
        }
    }

    @Test func `an alert tells the finding, the readings, who and what ends it`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12", assessment: #"{"braden":12}"#)
            ward.clock.advance(minutes: 120)
            _ = try await ward.turn("S1", skin: "red")
            let answer = try await steps(ward, "S1.A1")
            #expect(answer.conclusion == "MEDIUM: Red skin. For registered nurse, by 11:00.")
            #expect(text(answer, "rule") == "Finding ESC-1 of TURN.")
            #expect(text(answer, "values") == "Seen: skin red; as of 10:00.")
            #expect(text(answer, "act") == "For registered nurse, by 11:00.")
            #expect(
                text(answer, "ends") == "Over when somebody says so: `sccctl ack --resolve`.")
            #expect(answer.subject.activity == "TURN")
        }
    }

    @Test func `a higher priority is told with what raised it, and a default needs a signature`()
        async throws
    {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            try await ward.enrol(
                bed: "12", assessment: #"{"newConfusion":true,"lesionLevel":"T4"}"#)
            let stay = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            let alert = try #require(stay.alerts.first { $0.rule == "ESC-18" })
            let answer = try await steps(ward, alert.id)
            #expect(text(answer, "rule") == "ESC-18, which the service watches.")
            #expect(text(answer, "source")?.contains("needs local sign-off") == true)
            #expect(text(answer, "values")?.contains("lesionLevel T4 (at or above T6)") == true)
            #expect(text(answer, "ends")?.hasPrefix("Over by itself") == true)
        }
    }

    @Test func `a held reminder names the hold and who placed it`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12", assessment: #"{"braden":12}"#)
            _ = try await ward.post(
                "/v1/stays/S1/holds", #"{"by":"n9","reason":"procedure","minutes":200}"#)
            ward.clock.advance(minutes: 130)
            await ward.engine.tick()
            let answer = try await steps(ward, "S1.1.1")
            #expect(
                text(answer, "hold")
                    == "On hold from 08:00 until 11:20: procedure; S1.H1, by n9 (D: a design "
                    + "default, needs local sign-off).")
            #expect(answer.conclusion.hasSuffix("; held, so nobody is reminded."))
        }
    }

    @Test(arguments: ["S1.9.1", "S1.1.9", "S1.1.0", "S1.A9", "S9.1", "T7", "S1", "x", "S1.1.1.1"])
    func `what is not there is not found`(_ id: String) async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12")
            let answer = try await ward.get("/v1/explain/\(id)")
            #expect(answer.status == 404)
            #expect(try answer.decode(Problem.self).detail.contains(id))
        }
    }
}

/// The words of a clock change: a slot that falls into it.
@Suite struct `Clock changes explained` {
    @Test(arguments: [
        (
            "2027-03-27T20:00:00Z",
            "Sun 28 Mar at 01:30. 01:30 does not exist on Sun 28 Mar, the clocks change: the first "
                + "valid time is 02:00 (UTC+1); so due 02:00.", "gap"
        ),
        (
            "2027-10-30T20:00:00Z",
            "Sun 31 Oct at 01:30. 01:30 comes twice on Sun 31 Oct, the clocks change: it counts "
                + "once, at the first (UTC+1); so due 01:30.", "twice"
        ),
        ("2027-06-01T20:00:00Z", "Wed 2 Jun at 01:30; so due 01:30.", nil),
    ]) func `a time that is left out or comes twice is said`(
        start: String, words: String, change: String?
    ) async throws {
        let library = CareLibrary(
            version: "test 2",
            activities: [
                Activity(
                    code: ActivityCode("DOSE"), term: "a dose", domain: "test",
                    windows: [WindowRule(early: 60, onTime: .minutes(60), steps: [])])
            ],
            rules: [
                CareRule(
                    id: "DOSE-1", activity: ActivityCode("DOSE"), when: .always,
                    schedule: .daily([TimeOfDay(hour: 1, minute: 30)]),
                    provenance: Provenance(source: "test", status: .confirmed))
            ], holds: [])
        let zone = ZoneRules(
            name: "Europe/London", initialOffset: 0,
            transitions: [
                .init(at: Instant(seconds: 1_806_195_600), offset: 3_600),
                .init(at: Instant(seconds: 1_824_944_400), offset: 0),
            ])
        let context = CareContext(library: library, wards: [Ward(id: "A", zone: zone)])
        let now = try #require(Instant(rfc3339: start))
        var state = CareState()
        let decision = try state.decide(
            .enroll(
                [
                    Admission(
                        ward: "A", bed: "1", admission: "SYN-1",
                        identity: Identity(name: "Synthetic", recordNumber: "SYN-1"),
                        assessment: Assessment())
                ], keepGoing: false), at: now, by: Actor(person: "n7"), in: context)
        for (index, event) in decision.events.enumerated() {
            state.apply(
                LedgerEntry(
                    sequence: Int64(index), at: now, actor: Actor(person: "n7"), event: event)
            )
        }
        let stay = try #require(state[StayID(1)])
        let reminder = ReminderID(item: ItemID(stay: stay.id, number: 1), occurrence: 1)
        let explanation = try #require(state.explain(.reminder(reminder), in: context))
        let step = try #require(
            ExplanationRenderer(explanation, of: stay, in: context, parts: nil, at: now).steps
                .first { $0.kind == "due" })
        #expect(step.text == "For the first time: " + words)
        #expect(step.sum?.clockChange == change)
    }
}
