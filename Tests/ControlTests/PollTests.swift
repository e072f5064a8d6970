import CareCore
import CareEngine
import ControlAPI
import Testing

@testable import ControlServer

@Suite(.timeLimit(.minutes(1))) struct `The poll` {
    @Test func `an unchanged view is 304 with new times, a changed one is sent`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let first = try await ward.get("/v1/alerts?ward=A")
            let tag = try #require(first.header("ETag"))
            #expect(first.status == 200)
            #expect(first.header(ControlAPI.Header.validUntil) == "2027-01-19T08:00:45Z")
            let same = try await ward.get("/v1/alerts?ward=A", [("If-None-Match", tag)])
            #expect(same.status == 304)
            #expect(same.isEmpty)
            #expect(same.header("ETag") == tag)
            #expect(same.header(ControlAPI.Header.madeAt) != nil)
            #expect(same.header(ControlAPI.Header.validUntil) != nil)
            ward.clock.advance(minutes: 240)
            await ward.engine.tick()
            let changed = try await ward.get("/v1/alerts?ward=A", [("If-None-Match", tag)])
            #expect(changed.status == 200)
            #expect(try changed.decode(AlertsAnswer.self).reminders.count == 1)
        }
    }

    @Test func `a tag of another run, and a cursor from the future, are answered in full`()
        async throws
    {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let other = ("If-None-Match", "\"another-\(ward.sequence)\"")
            #expect(try await ward.get("/v1/alerts", [other]).status == 200)
            #expect(try await ward.get("/v1/alerts?since=999999&wait=55").status == 200)
            #expect(try await ward.get("/v1/alerts?since=\(ward.sequence)").status == 304)
        }
    }

    @Test func `a change elsewhere is no change here`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(ward: "A", bed: "1")
            let tag = try #require(try await ward.get("/v1/alerts?ward=A").header("ETag"))
            try await ward.enrol(ward: "B", bed: "1")
            let same = try await ward.get("/v1/alerts?ward=A", [("If-None-Match", tag)])
            #expect(same.status == 304)
            let all = try await ward.get("/v1/alerts").decode(AlertsAnswer.self)
            #expect(all.patients == 2)
            #expect(all.wards.map(\.id) == ["A", "B"])
        }
    }

    @Test func `the body is encoded once for each change, however many ask`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let polls = ward.server.service.polls
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<100 {
                    tasks.addTask {
                        let answer = try await ward.get("/v1/alerts?ward=A")
                        #expect(answer.status == 200)
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(polls.madeCount == 1)
            _ = try await ward.turn("S1")
            _ = try await ward.get("/v1/alerts?ward=A")
            _ = try await ward.get("/v1/alerts?ward=A")
            #expect(polls.madeCount == 2)
        }
    }

    @Test func `reminders stand highest priority first, then longest late, and nobody is named`()
        async throws
    {
        try await TestWard.run { ward in
            for bed in 1...3 {
                try await ward.enrol(bed: "\(bed)", name: "Canary \(bed)")
                ward.clock.advance(minutes: 20)
            }
            // Due at 12:00, 12:20 and 12:40; at 12:50 the first two are late.
            ward.clock.advance(minutes: 230)
            await ward.engine.tick()
            let answer = try await ward.get("/v1/alerts")
            let reminders = try answer.decode(AlertsAnswer.self).reminders
            #expect(reminders.map(\.bed) == ["1", "2", "3"])
            #expect(reminders.map(\.priority) == ["LOW", "LOW", "INFO"])
            let text = answer.text
            #expect(!text.contains("Canary"))
            #expect(!text.contains("943-476"))
        }
    }

    @Test func `a long poll wakes on a change of its ward`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let since = ward.sequence
            async let waiting = ward.get("/v1/alerts?ward=A&since=\(since)&wait=55")
            try await ward.untilWaiting()
            _ = try await ward.turn("S1")
            let answer = try await waiting
            #expect(answer.status == 200)
            #expect(try answer.decode(AlertsAnswer.self).cursor > since)
        }
    }

    @Test func `a long poll without news is 304 in the end`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let answer = try await ward.get("/v1/alerts?since=\(ward.sequence)&wait=1")
            #expect(answer.status == 304)
        }
    }

    @Test func `a long poll ends at once when the server stops`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            async let waiting = ward.get("/v1/alerts?since=\(ward.sequence)&wait=55")
            try await ward.untilWaiting()
            let start = ContinuousClock.now
            await ward.stop()
            #expect(try await waiting.status == 304)
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }

    @Test func `a view is never called fresh when the engine hangs`() async throws {
        try await TestWard.run({ $0.enginePatienceSeconds = 0 }) { ward in
            ward.ledger.shut()
            async let enrolled = ward.enrol(bed: "1")
            await ward.untilBusy()
            let answer = try await ward.get("/v1/alerts")
            #expect(answer.status == 503)
            #expect(try answer.decode(Problem.self).detail.contains("does not answer"))
            ward.ledger.open()
            #expect(try await enrolled == "S1")
        }
    }

    @Test func `a demonstration clock is named everywhere and stretches validity`() async throws {
        try await TestWard.run({ $0.demoClockRate = 60 }) { ward in
            for path in ["/v1/status", "/v1/alerts", "/v1/nowhere"] {
                #expect(try await ward.get(path).header(ControlAPI.Header.demo) == "60.0")
            }
            let answer = try await ward.get("/v1/alerts").decode(AlertsAnswer.self)
            #expect(answer.demoClockRate == 60)
            #expect(answer.validUntil == "2027-01-19T08:45:00Z")
        }
    }
}

extension TestWard {
    /// Returns once somebody waits for a change.
    func untilWaiting() async throws {
        while server.service.stopping.waiterCount == 0 { await Task.yield() }
    }

    /// Returns once the engine holds an append.
    func untilBusy() async {
        while !ledger.isHolding { await Task.yield() }
    }
}
