import CareCore
import CareEngine
import ControlAPI
import Foundation
import NIOCore
import Testing

@testable import ControlServer

@Suite(.timeLimit(.minutes(1))) struct `When the ledger fails` {
    @Test(arguments: [
        (GatedLedger.Fate.refused, ProblemCode.unavailable),
        (.corrupt, .unavailable), (.unknown, .unknownOutcome),
    ])
    func `the caller is told, nothing has changed, and a repetition is done`(
        fate: GatedLedger.Fate, code: ProblemCode
    ) async throws {
        try await TestWard.run { ward in
            let stay = try await ward.enrol(bed: "1")
            ward.clock.advance(minutes: 240)
            await ward.engine.tick()
            let before = try await ward.get("/v1/stays/S1").text
            let poll = try await ward.get("/v1/alerts?ward=A")
            let sequence = ward.sequence

            ward.ledger.fail(fate)
            let answer = try await ward.turn(stay, skin: "red", id: "request-1")
            #expect(answer.status == code.status)
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(answer.header("Retry-After") == (code == .unavailable ? "1" : nil))
            let problem = try answer.decode(Problem.self)
            #expect(problem.code == code)
            #expect(problem.faults.isEmpty)

            #expect(try await ward.get("/v1/stays/S1").text == before)
            let tag = try #require(poll.header("ETag"))
            #expect(
                try await ward.get("/v1/alerts?ward=A", [("If-None-Match", tag)]).status == 304)
            #expect(ward.sequence == sequence)
            #expect(try ward.ledger.lastSequence() == sequence)
            let status = try await ward.get("/v1/status").decode(StatusAnswer.self)
            #expect(status.health == "degraded")

            let again = try await ward.turn(stay, skin: "red", id: "request-1")
            #expect(again.status == 200)
            #expect(again.header(ControlAPI.Header.replayed) == nil)
            #expect(try ward.ledger.lastSequence() > sequence)
            #expect(try await ward.get("/v1/status").decode(StatusAnswer.self).health == "ok")
        }
    }

    @Test func `what was saved although nobody could tell is not done twice`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let before = ward.sequence
            ward.ledger.fail(.writtenUnknown)
            #expect(try await ward.turn("S1", id: "request-1").status == 504)
            let after = try ward.ledger.lastSequence()
            #expect(after > before)
            let again = try await ward.turn("S1", id: "request-1")
            #expect(again.status == 200)
            #expect(again.header(ControlAPI.Header.replayed) == "true")
            #expect(try again.decode(CommandAnswer.self).sequence == after)
            #expect(try ward.ledger.lastSequence() == after)
        }
    }

    @Test func `an enrolment that was not saved leaves bed and number free`() async throws {
        try await TestWard.run { ward in
            ward.ledger.fail(.refused)
            #expect(try await ward.post("/v1/stays", BadInput.admission()).status == 503)
            #expect(try await ward.get("/v1/stays").decode(StaysAnswer.self).stays.isEmpty)
            #expect(try await ward.get("/v1/stays/S1").status == 404)
            let again = try await ward.post("/v1/stays", BadInput.admission())
            #expect(try again.decode(CommandAnswer.self).stays == ["S1"])
        }
    }

    @Test func `of fifty at once, none is done while nothing can be saved`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let before = ward.sequence
            ward.ledger.fail(.refused, times: .max)
            let answers = try await withThrowingTaskGroup(of: Received.self) { tasks in
                for _ in 0..<50 { tasks.addTask { try await ward.turn("S1") } }
                return try await tasks.reduce(into: [Received]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 503 })
            #expect(try ward.ledger.lastSequence() == before)
            ward.ledger.recover()
            #expect(try await ward.turn("S1").status == 200)
            let history = try await ward.get("/v1/stays/S1/history?after=\(before)")
                .decode(HistoryAnswer.self)
            #expect(history.events.count { $0.kind == "outcome-recorded" } == 1)
        }
    }

    @Test(arguments: ["/v1/stays/S9", "/v1/stays/S1/history", "/v1/stays?discharged=true"])
    func `what cannot be read is unavailable, not missing`(path: String) async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            ward.ledger.failReads(.refused("The ledger could not be read."))
            let answer = try await ward.get(path)
            #expect(answer.status == 503)
            #expect(try answer.decode(Problem.self).code == .unavailable)
            ward.ledger.failReads(nil)
            #expect(try await ward.get(path).status != 503)
        }
    }

    @Test func `an error that nobody foresaw says nothing of itself`() throws {
        struct Secret: Error { let words = "Synthetic Canary, SYN-12, /var/lib/sccd, SELECT" }
        let problem = Problem(Secret())
        #expect(problem.code == .internal)
        #expect(problem.status == 500)
        #expect(problem.faults.isEmpty)
        let text = String(buffer: try JSON.encode(problem))
        for word in ["Canary", "SYN-", "/var", "SELECT", "Secret"] {
            #expect(!text.contains(word))
        }
    }
}
