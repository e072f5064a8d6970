import CareCore
import CareEngine
import CareProtocols
import ControlAPI
import Foundation
import Testing

/// A patient goes to radiotherapy at 12:30 and is due back at 14:30; it is 08:00.
@Suite struct `Off the ward` {
    private func plan(_ ward: TestWard) async throws -> CommandAnswer {
        try await ward.enrol(
            bed: "12", assessment: #"{"braden":14,"lastTurnedAt":"2027-01-19T08:00:00Z"}"#)
        return try await ward.post(
            "/v1/stays/S1/absence",
            """
            {"by":"n7","at":"2027-01-19T11:30:00Z","dueBack":"2027-01-19T14:30:00Z",
            "kind":"radiotherapy","note":"first fraction"}
            """
        ).decode(CommandAnswer.self)
    }

    @Test
    func `a planned absence brings care forward, then nobody is reminded, then it is late back`()
        async throws
    {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            #expect(try await plan(ward).holds == ["S1.H1"])
            var stay = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(stay.stay.absence?.away == false)
            #expect(stay.stay.onHold == false)
            #expect(stay.holds.first?.absence == "radiotherapy")
            #expect(stay.holds.first?.dueBack == "2027-01-19T14:30:00Z")
            let turn = try #require(stay.items.first { $0.activity == "TURN" }?.reminder)
            #expect(turn.reason == "before-absence")
            #expect(turn.due == "2027-01-19T11:15:00Z")

            ward.clock.advance(minutes: 215)
            await ward.engine.tick()
            var board = try await ward.get("/v1/alerts").decode(AlertsAnswer.self)
            #expect(board.absences.map(\.away) == [true])
            #expect(board.absences.first?.from == "2027-01-19T11:30:00Z")
            #expect(board.reminders.isEmpty)
            #expect(board.held.map(\.activity).contains("TURN"))

            ward.clock.advance(minutes: 206)
            await ward.engine.tick()
            board = try await ward.get("/v1/alerts").decode(AlertsAnswer.self)
            #expect(board.alerts.contains { $0.rule == "ABS-4" && $0.priority == "LOW" })

            let back = try await ward.post("/v1/stays/S1/return", #"{"by":"n7"}"#)
            #expect(back.status == 200)
            board = try await ward.get("/v1/alerts").decode(AlertsAnswer.self)
            #expect(board.absences.isEmpty)
            #expect(board.alerts.isEmpty)
            #expect(board.reminders.contains { $0.activity == "TURN" && $0.reason == "returned" })
            stay = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(stay.stay.absence == nil)
            let history = try await ward.get("/v1/stays/S1/history").decode(HistoryAnswer.self)
            let kinds = history.events.map(\.kind)
            #expect(kinds.contains("hold-began") && kinds.contains("watch-changed"))
            #expect(history.events.map(\.summary).contains("S1 has left the ward"))
        }
    }

    @Test func `a planned absence can be called off`() async throws {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            _ = try await plan(ward)
            #expect(try await ward.post("/v1/stays/S1/return", #"{"by":"n7"}"#).status == 200)
            let board = try await ward.get("/v1/alerts").decode(AlertsAnswer.self)
            #expect(board.absences.isEmpty)
        }
    }

    @Test(arguments: [
        (#"{"by":"n7","kind":"imaging"}"#, "dueBack", "is missing"),
        (#"{"by":"n7","dueBack":"2027-01-19T10:00:00Z"}"#, "kind", "is missing"),
        (
            #"{"by":"n7","kind":"holiday","dueBack":"2027-01-19T10:00:00Z"}"#, "kind",
            "is not possible"
        ),
        (#"{"by":"n7","kind":"other","dueBack":"soon"}"#, "dueBack", "is not a time"),
        (
            #"{"by":"n7","kind":"other","dueBack":"2027-01-19T07:59:00Z"}"#, "dueBack",
            "is not after"
        ),
        (#"{"by":"n7","kind":"other","dueBack":"2027-01-21T08:00:00Z"}"#, "dueBack", "is too long"),
        (
            #"{"by":"n7","kind":"other","at":"2027-01-18T08:00:00Z","dueBack":"2027-01-19T10:00:00Z"}"#,
            "at", "lies too far back"
        ),
    ]) func `what cannot be is said, and nobody leaves`(
        body: String, field: String, problem: String
    ) async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12")
            let before = ward.sequence
            let answer = try await ward.post("/v1/stays/S1/absence", body)
            #expect(answer.status == 422)
            let faults = try answer.decode(Problem.self).faults
            #expect(faults.contains { $0.field == field && $0.problem.hasPrefix(problem) })
            #expect(ward.sequence == before)
        }
    }

    @Test func `nobody leaves twice, and nobody comes back who is here`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12")
            #expect(try await ward.post("/v1/stays/S1/return", #"{"by":"n7"}"#).status == 409)
            let body = #"{"by":"n7","kind":"other","dueBack":"2027-01-19T10:00:00Z"}"#
            #expect(try await ward.post("/v1/stays/S1/absence", body).status == 200)
            let twice = try await ward.post("/v1/stays/S1/absence", body)
            #expect(twice.status == 409)
            #expect(try twice.decode(Problem.self).detail.contains("S1.H1"))
            let early = #"{"by":"n7","at":"2027-01-19T07:00:00Z"}"#
            #expect(try await ward.post("/v1/stays/S1/return", early).status == 422)
        }
    }
}
