import CareCore
import CareEngine
import CareProtocols
import ControlAPI
import ControlClient
import Foundation
import Testing

@testable import ControlServer

/// The protocols as they ship, on a ward of four synthetic patients.
@Suite(.timeLimit(.minutes(1))) struct `A ward with the built-in protocols` {
    private static let patients = """
        {"ward":"A","bed":"1","admission":"SYN-ADM-1","name":"Synthetic Canary","recordNumber":"SYN-1",
        "assessment":{"braden":10,"cannotReposition":true,"lesionLevel":"T4"}},
        {"ward":"A","bed":"2","admission":"SYN-ADM-2","name":"Synthetic Finch","recordNumber":"SYN-2",
        "assessment":{"braden":14,"cannotReposition":true,"catheter":"urethral"}},
        {"ward":"A","bed":"3","admission":"SYN-ADM-3","name":"Synthetic Wren","recordNumber":"SYN-3",
        "assessment":{"braden":17,"stockingsOrdered":true,"cannotLiftLegs":true}},
        {"ward":"B","bed":"1","admission":"SYN-ADM-4","name":"Synthetic Robin","recordNumber":"SYN-4",
        "assessment":{"braden":12,"cannotReposition":true}}
        """

    private func run(_ body: (TestWard) async throws -> Void) async throws {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            let answer = try await ward.post(
                "/v1/stays", #"{"by":"n7","stays":[\#(Self.patients)]}"#)
            #expect(answer.status == 201, "\(answer.text)")
            try await body(ward)
        }
    }

    @Test func `the poll is in order of priority, then lateness`() async throws {
        try await run { ward in
            for _ in 0..<12 {
                ward.clock.advance(minutes: 30)
                await ward.engine.tick()
            }
            let reminders = try await ward.get("/v1/alerts").decode(AlertsAnswer.self).reminders
            let rank = ["INFO": 0, "LOW": 1, "MEDIUM": 2, "HIGH": 3]
            let keys = try reminders.map { (-(try #require(rank[$0.priority])), $0.lateFrom) }
            #expect(keys.elementsEqual(keys.sorted { $0 < $1 }, by: ==))
            #expect(Set(reminders.map(\.priority)).count > 1)
            #expect(Set(reminders.map(\.lateFrom)).count > 2)
            #expect(Set(reminders.map(\.ward)) == ["A", "B"])
        }
    }

    @Test func `two polls differ in their times and in nothing else`() async throws {
        try await run { ward in
            ward.clock.advance(minutes: 150)
            await ward.engine.tick()
            let first = try await ward.get("/v1/alerts?ward=A")
            ward.clock.advance(minutes: 1)
            var second = first
            // The engine's last sign of life dates an answer for half a second.
            while second.header(ControlAPI.Header.madeAt) == first.header(ControlAPI.Header.madeAt)
            {
                second = try await ward.get("/v1/alerts?ward=A")
            }
            #expect(second.header("ETag") == first.header("ETag"))
            var (before, after) = (
                try first.decode(AlertsAnswer.self), try second.decode(AlertsAnswer.self)
            )
            #expect(!before.reminders.isEmpty)
            #expect(after.madeAt == second.header(ControlAPI.Header.madeAt))
            #expect(after.validUntil == second.header(ControlAPI.Header.validUntil))
            #expect(before.madeAt != after.madeAt)
            let times = (after.madeAt, after.validUntil)
            #expect(
                first.text.replacing(before.madeAt, with: times.0)
                    .replacing(before.validUntil, with: times.1) == second.text)
            (before.madeAt, before.validUntil) = times
            after.schema = before.schema
            #expect(before == after)
        }
    }

    @Test func `no name, record or admission number is where boards and logs look`() async throws {
        try await run { ward in
            for _ in 0..<8 {
                ward.clock.advance(minutes: 45)
                await ward.engine.tick()
            }
            _ = try await ward.post("/v1/stays/S1/transfer", #"{"by":"n7","ward":"B","bed":"9"}"#)
            _ = try await ward.post("/v1/stays/S2/discharge", #"{"by":"n7","reason":"home"}"#)
            var texts: [String] = []
            for path in [
                "/v1/alerts", "/v1/alerts?ward=A", "/v1/plan?hours=168", "/v1/status",
                "/v1/stays/S1/history", "/v1/stays/S2/history", "/v1/catalogue",
            ] {
                let answer = try await ward.get(path)
                #expect(answer.status == 200, "\(path)")
                texts.append(answer.text)
            }
            var stream = try await StreamReader(ward, last: "0")
            for _ in 0..<ward.sequence {
                let event = try #require(try await stream.next())
                texts.append(event.data)
            }
            for text in texts {
                for word in ["Synthetic", "Canary", "Finch", "Wren", "Robin", "SYN-"] {
                    #expect(!text.contains(word), "\(word) is in \(text.prefix(300))")
                }
            }
            // Where a person asks for the patient, the name is.
            #expect(try await ward.get("/v1/stays/S1").text.contains("Synthetic Canary"))
        }
    }

    private static let batch = """
        {"ward":"A","bed":"20","admission":"SYN-ADM-20","name":"Synthetic Lark",
        "recordNumber":"SYN-20"},
        {"ward":"A","bed":"21","admission":"SYN-ADM-21","name":"Synthetic Kite",
        "recordNumber":"SYN-21",
        "assessment":{"braden":24,"lesionLevel":"T13","anklePressureIndex":"abc","bradn":9}},
        {"ward":"A","bed":"22","admission":"SYN-ADM-22","name":"Synthetic Crane",
        "recordNumber":"SYN-22"}
        """

    @Test func `a batch with one bad patient enrols none and names every fault`() async throws {
        try await run { ward in
            let before = try ward.ledger.lastSequence()
            let answer = try await ward.post(
                "/v1/stays", #"{"by":"n7","stays":[\#(Self.batch)]}"#)
            #expect(answer.status == 422)
            let problem = try answer.decode(Problem.self)
            #expect(problem.code == .invalid)
            #expect(
                problem.faults.map(\.field)
                    == ["braden", "lesionLevel", "anklePressureIndex", "bradn"]
                    .map { "stays[1].assessment.\($0)" })
            #expect(problem.faults.map(\.value) == ["24", #""T13""#, #""abc""#, "9"])
            #expect(problem.faults.allSatisfy { $0.expected != nil })
            #expect(try ward.ledger.lastSequence() == before)
            #expect(try await ward.get("/v1/stays").decode(StaysAnswer.self).stays.count == 4)
        }
    }

    @Test func `with keepGoing the others are enrolled`() async throws {
        try await run { ward in
            let taken = """
                {"ward":"A","bed":"1","admission":"SYN-ADM-30","name":"Synthetic Owl",\
                "recordNumber":"SYN-30"}
                """
            let answer = try await ward.post(
                "/v1/stays", #"{"by":"n7","keepGoing":true,"stays":[\#(Self.batch),\#(taken)]}"#)
            #expect(answer.status == 201)
            let done = try answer.decode(CommandAnswer.self)
            #expect(done.stays == ["S5", "S6"])
            #expect(
                done.refused?.map(\.field) == [
                    "braden", "lesionLevel", "anklePressureIndex", "bradn",
                ]
                .map { "stays[1].assessment.\($0)" } + ["stays[3].bed"])
            let stays = try await ward.get("/v1/stays?ward=A").decode(StaysAnswer.self).stays
            #expect(stays.map(\.bed) == ["1", "2", "3", "20", "22"])
            #expect(done.sequence == (try ward.ledger.lastSequence()))
        }
    }

    @Test func `a patient who goes to another ward leaves the board of the first`() async throws {
        try await run { ward in
            let poll = try await ward.get("/v1/alerts?ward=A")
            let tag = try #require(poll.header("ETag"))
            #expect(try poll.decode(AlertsAnswer.self).patients == 3)
            let moved = try await ward.post(
                "/v1/stays/S1/transfer", #"{"by":"n7","ward":"B","bed":"9"}"#)
            #expect(moved.status == 200)
            let there = try await ward.get("/v1/alerts?ward=B").decode(AlertsAnswer.self)
            #expect(there.patients == 2)
            let here = try await ward.get("/v1/alerts?ward=A", [("If-None-Match", tag)])
            try #require(here.status == 200)
            #expect(try here.decode(AlertsAnswer.self).patients == 2)
        }
    }
}
