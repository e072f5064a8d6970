import CareCore
import ControlAPI
import Foundation
import Testing

/// The rules by which a case runs.
@Suite struct SimulatorTests {
    private func run(
        _ stay: String, events: String = "", hours: Int = 12, expect: String? = nil
    ) throws -> SimulationAnswer {
        try Shipped.answer(
            """
            {"zone": "Europe/London", "start": "2027-01-19T08:00Z", "hours": \(hours),
             "stay": \(stay), "events": [\(events)]
             \(expect.map { ", \"expect\": \($0)" } ?? "")}
            """)
    }

    private let high = #"{"assessment": {"braden": 11}}"#

    /// `12:00 done`, `12:00 held`, one a row.
    private func rows(_ answer: SimulationAnswer, _ code: String) -> [String] {
        let item = answer.stays.first?.items.first { $0.activity == code }
        return (item?.rows ?? []).map { row in
            var words = String(row.due.dropFirst(11).prefix(5))
            if row.held { words += " held" }
            for step in row.steps { words += " \(step.priority)" }
            if let outcome = row.outcome {
                words += " \(outcome.outcome)"
                if outcome.at != row.due { words += " \(outcome.at.dropFirst(11).prefix(5))" }
                if outcome.byEvent { words += " by event" }
            }
            return words
        }
    }

    @Test func `what no event mentions is done when it is due, and the end is no part of it`()
        throws
    {
        #expect(try rows(run(high), "TURN") == ["08:00 done", "12:00 done", "16:00 done"])
    }

    @Test func `an event takes the place of what would be done at that instant`() throws {
        let answer = try run(
            high,
            events: #"{"at": "2027-01-19T12:00Z", "done": "TURN", "readings": {"skin": "cat1"}}"#)
        #expect(
            rows(answer, "TURN") == [
                "08:00 done", "12:00 done by event", "15:00 done", "18:00 done",
            ])
    }

    @Test func `what is omitted stays up until an event reports on it`() throws {
        let answer = try run(
            high,
            events: """
                {"at": "2027-01-19T10:00Z", "omit": "TURN"},
                {"at": "2027-01-19T12:40Z", "done": "TURN"}
                """)
        #expect(
            rows(answer, "TURN") == [
                "08:00 done", "12:00 LOW done 12:40 by event", "16:40 done",
            ])
    }

    @Test func `omitting all leaves everything but what events report`() throws {
        let answer = try run(
            high,
            events: """
                {"at": "2027-01-19T08:00Z", "omit": "*"},
                {"at": "2027-01-19T09:00Z", "done": "TURN"}
                """)
        #expect(rows(answer, "TURN").first == "08:00 LOW done 09:00 by event")
        #expect(rows(answer, "TURN").dropFirst() == ["13:00 done", "17:00 done"])
        #expect(rows(answer, "PURA").allSatisfy { !$0.contains("done") })
    }

    @Test func `nobody does what is never performed`() throws {
        let answer = try run(#"{"assessment": {"braden": 11}, "perform": {"TURN": "never"}}"#)
        #expect(rows(answer, "TURN") == ["08:00 LOW MEDIUM"])
        let all = try run(#"{"assessment": {"braden": 11}, "perform": "never"}"#)
        #expect(all.stays[0].items.flatMap(\.rows).allSatisfy { $0.outcome == nil })
    }

    @Test func `readings are taken in order and the last goes on`() throws {
        let answer = try run(
            """
            {"assessment": {"intermittentCatheterisation": true},
             "readings": {"IC": [{"volumeMl": 300}, {"volumeMl": 620}, {"volumeMl": 310}]}}
            """, hours: 24)
        #expect(
            rows(answer, "IC") == [
                "08:00 done", "14:00 done", "18:00 done", "22:00 done", "02:00 done", "06:00 done",
            ])
    }

    @Test func `the answer to a proposal of the same instant comes after it`() throws {
        let answer = try run(
            """
            {"assessment": {"intermittentCatheterisation": true},
             "readings": {"IC": [{"volumeMl": 620}, {"volumeMl": 310}]}}
            """, events: #"{"at": "2027-01-20T08:00Z", "confirm": "ICA-3"}"#, hours: 36)
        #expect(answer.refused.isEmpty)
        let proposal = try #require(answer.stays[0].alerts.first { $0.kind == "proposal" })
        #expect(proposal.raisedAt == "2027-01-20T08:00:00Z")
        #expect(proposal.accepted == true)
    }

    @Test func `what the engine refuses is told, and nothing of it is done`() throws {
        let answer = try run(
            high, events: #"{"at": "2027-01-19T09:00Z", "acknowledge": "ESC-1"}"#)
        #expect(answer.refused.map(\.code) == ["not-found"])
        #expect(answer.refused.map(\.expected) == [false])
        #expect(answer.refused.first?.line == 2)
    }

    @Test func `every due instant carries its arithmetic`() throws {
        let answer = try run(high)
        let rows = try #require(answer.stays[0].items.first { $0.activity == "TURN" }?.rows)
        for row in rows {
            let base = try #require(row.base.flatMap(Instant.init(rfc3339:)))
            #expect(base.adding(minutes: row.plusMinutes ?? 0).description == row.due)
            #expect(row.rule == "TURN-4")
        }
    }

    // MARK: The check can fail

    @Test(arguments: [
        (#"{"due": {"TURN": ["2027-01-19T08:00Z"]}}"#, 2, "is not expected"),
        (
            #"{"due": {"TURN": ["2027-01-19T08:00Z", "2027-01-19T12:00Z", "2027-01-19T16:00Z", "2027-01-19T19:00Z"]}}"#,
            1, "TURN due at 2027-01-19T19:00:00Z is missing"
        ),
        (#"{"held": {"TURN": ["2027-01-19T12:00Z"]}}"#, 1, "TURN held at"),
        (#"{"alerts": [{"rule": "ESC-1"}]}"#, 1, "alert ESC-1 is missing"),
        (#"{"proposals": [{"rule": "TURN-L"}]}"#, 1, "proposal TURN-L is missing"),
        (
            #"{"steps": [{"activity": "TURN", "priority": "LOW", "at": "2027-01-19T12:30Z"}]}"#, 1,
            "does not become LOW"
        ),
        (#"{"mustNot": [{"activity": "TURN", "at": "2027-01-19T12:00Z"}]}"#, 1, "must not be"),
        (#"{"mustNot": [{"activity": "TU*"}]}"#, 3, "must not be"),
        (#"{"mustNot": [{"activity": "TURN", "moreThan": 2}]}"#, 3, "must not be"),
        (#"{"mustNot": [{"activity": "TURN", "intervalOver": 239}]}"#, 2, "must not be"),
        (
            #"{"mustNot": [{"activity": "TURN", "localFrom": "15:00", "localUntil": "09:00"}]}"#, 2,
            "must not be"
        ),
    ])
    func `a difference is found`(_ expect: String, _ count: Int, _ words: String) throws {
        let check = try #require(try run(high, expect: expect).check)
        #expect(!check.passed)
        #expect(check.differences.count == count, "\(check.differences)")
        #expect(check.differences.allSatisfy { $0.sentence.contains(words) })
    }

    @Test(arguments: [
        #"{"mustNot": [{"activity": "TURN", "moreThan": 3}]}"#,
        #"{"mustNot": [{"activity": "TURN", "intervalOver": 240}]}"#,
        #"{"mustNot": [{"activity": "TURN", "held": true}]}"#,
        #"{"mustNot": [{"activity": "TURN", "localFrom": "12:01", "localUntil": "16:00"}]}"#,
        #"{"mustNot": [{"activity": "TURN", "from": "2027-01-19T16:01Z"}]}"#,
        #"{"mustNot": [{"priority": "LOW"}, {"alert": "*", "priority": "LOW"}]}"#,
    ])
    func `what is not there is not forbidden`(_ expect: String) throws {
        #expect(try run(high, expect: expect).check?.passed == true)
    }

    @Test func `an event that should be refused and is not is a difference`() throws {
        let answer = try run(
            high, events: #"{"at": "2027-01-19T12:00Z", "done": "TURN", "refused": "invalid"}"#)
        #expect(answer.check?.differences.map(\.kind) == [.refusal])
    }

    @Test func `an alert that nobody named is found when there may be no other`() throws {
        let event = #"{"at": "2027-01-19T12:00Z", "done": "TURN", "readings": {"skin": "cat1"}}"#
        #expect(try run(high, events: event, expect: #"{"alerts": []}"#).check?.passed == true)
        let strict = try run(high, events: event, expect: #"{"noOtherAlerts": true}"#)
        #expect(strict.check?.differences.contains { $0.subject == "ESC-1" } == true)
    }
}
