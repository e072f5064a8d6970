import CareCore
import CareEngine
import ControlAPI
import Foundation
import NIOHTTP1
import Testing

@Suite struct `Commands` {
    @Test func `a patient is enrolled, turned and discharged, and the ledger names who did it`()
        async throws
    {
        try await TestWard.run { ward in
            let stay = try await ward.enrol(bed: "12")
            #expect(stay == "S1")
            ward.clock.advance(minutes: 240)
            await ward.engine.tick()
            let alerts = try await ward.get("/v1/alerts?ward=A").decode(AlertsAnswer.self)
            #expect(alerts.patients == 1)
            let reminder = try #require(alerts.reminders.first)
            #expect(reminder.id == "S1.1.1")
            #expect(reminder.state == "due")
            #expect(reminder.due == "2027-01-19T12:00:00Z")

            let answer = try await ward.turn(stay).decode(CommandAnswer.self)
            #expect(answer.settled.first?.reminder == "S1.1.1")
            #expect(answer.settled.first?.nextDue == "2027-01-19T16:00:00Z")

            let gone = try await ward.post(
                "/v1/stays/S1/discharge", #"{"by":"n8","reason":"home"}"#)
            #expect(gone.status == 200)
            let history = try await ward.get("/v1/stays/S1/history").decode(HistoryAnswer.self)
            let done = try #require(history.events.first { $0.kind == "outcome-recorded" })
            #expect(done.by == "n7")
            #expect(done.uid == getuid())
            #expect(done.summary == "TURN done at 2027-01-19 12:00")
            #expect(history.events.last?.kind == "stay-discharged")
            #expect(history.events.last?.by == "n8")
            #expect(try await ward.get("/v1/stays").decode(StaysAnswer.self).stays.isEmpty)
            let all = try await ward.get("/v1/stays?discharged=true").decode(StaysAnswer.self)
            #expect(all.stays.map(\.id) == ["S1"])
        }
    }

    @Test func `a finding shortens, is said in the history and raises an alert to be acknowledged`()
        async throws
    {
        try await TestWard.run { ward in
            let stay = try await ward.enrol(bed: "12")
            ward.clock.advance(minutes: 240)
            let answer = try await ward.turn(stay, skin: "red").decode(CommandAnswer.self)
            #expect(answer.alerts == ["S1.A1"])
            let view = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(view.items.first?.schedule == "every 3 h")
            let history = try await ward.get("/v1/stays/S1/history").decode(HistoryAnswer.self)
            let sentences = history.events.map(\.summary)
            #expect(sentences.contains("TURN every 3 h instead of every 4 h because of ESC-1"))
            let settled = try await ward.post(
                "/v1/alerts/S1.A1/acknowledge", #"{"by":"n7","resolve":true,"note":"seen"}"#)
            #expect(settled.status == 200)
            #expect(try await ward.get("/v1/alerts").decode(AlertsAnswer.self).alerts.isEmpty)
        }
    }

    @Test func `a hold quietens, resuming ends it`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12")
            let held = try await ward.post(
                "/v1/stays/S1/holds", #"{"by":"n7","reason":"procedure","minutes":60}"#)
            #expect(try held.decode(CommandAnswer.self).holds == ["S1.H1"])
            let view = try await ward.get("/v1/stays/S1").decode(StayAnswer.self)
            #expect(view.holds.first?.until == "2027-01-19T09:00:00Z")
            #expect(view.stay.onHold)
            let resumed = try await ward.post(
                "/v1/stays/S1/resume", #"{"by":"n7","hold":"S1.H1"}"#)
            #expect(resumed.status == 200)
        }
    }

    @Test func `with keepGoing one wrong stay is left out and told`() async throws {
        try await TestWard.run { ward in
            let answer = try await ward.post(
                "/v1/stays",
                """
                {"by":"n7","keepGoing":true,"stays":[
                {"ward":"A","bed":"1","admission":"A1","name":"Ada","recordNumber":"1",
                 "assessment":{"braden":24}},
                {"ward":"A","bed":"2","admission":"A2","name":"Bea","recordNumber":"2"},
                {"ward":"Z","bed":"3","admission":"A3","name":"Cyd","recordNumber":"3"}]}
                """)
            #expect(answer.status == 201)
            let done = try answer.decode(CommandAnswer.self)
            #expect(done.stays == ["S1"])
            #expect(done.refused?.map(\.field) == ["stays[0].assessment.braden", "stays[2].ward"])
        }
    }

    @Test func `the same request id does one thing, however often and at once`() async throws {
        try await TestWard.run { ward in
            let stay = try await ward.enrol(bed: "12")
            ward.clock.advance(minutes: 240)
            let before = ward.sequence
            let answers = try await withThrowingTaskGroup(of: Received.self) { tasks in
                for _ in 0..<50 {
                    tasks.addTask { try await ward.turn(stay, id: "the-same-request") }
                }
                return try await tasks.reduce(into: [Received]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(answers.count { $0.header(ControlAPI.Header.replayed) == nil } == 1)
            let history = try await ward.get("/v1/stays/S1/history?after=\(before)")
                .decode(HistoryAnswer.self)
            #expect(history.events.count { $0.kind == "outcome-recorded" } == 1)

            let other = try await ward.turn(stay, skin: "red", id: "the-same-request")
            #expect(other.status == 422)
            #expect(try other.decode(Problem.self).code == .requestReused)
        }
    }

    @Test func `the plan, the catalogue, the status and the document are there`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "12")
            let plan = try await ward.get("/v1/plan?stay=S1&hours=24").decode(PlanAnswer.self)
            #expect(plan.entries.count == 5)
            #expect(plan.entries.first?.term == "reposition")
            let catalogue = try await ward.get("/v1/catalogue").decode(CatalogueAnswer.self)
            #expect(catalogue.activities.map(\.code) == ["TURN", "AES-SKIN"])
            #expect(catalogue.facts.count == Fact.allCases.count)
            let status = try await ward.get("/v1/status").decode(StatusAnswer.self)
            #expect(status.patients == 1)
            #expect(status.health == "ok")
            let document = try await ward.get("/v1/openapi.yaml")
            #expect(document.text.hasPrefix("openapi: 3.1.0"))
        }
    }

    @Test func `HEAD answers like GET without a body`() async throws {
        try await TestWard.run { ward in
            for path in ["/v1/status", "/v1/alerts", "/v1/openapi.yaml"] {
                let answer = try await ward.send(ward.request(.HEAD, path))
                #expect(answer.status == 200)
                #expect(answer.isEmpty)
                #expect(answer.header("Content-Length").flatMap { Int($0) } ?? 0 > 0)
            }
        }
    }
}
