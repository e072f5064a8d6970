import CareCore
import CareEngine
import CareProtocols
import ControlAPI
import Testing

@Suite struct `Visits of a patient` {
    @Test(arguments: [
        (["10:00", "10:20", "10:21"], ["10:00", "10:00", "10:21"]),
        // They do not chain on: 10:30 is within twenty minutes of 10:15 but not of the first.
        (["10:15", "10:00", "10:30"], ["10:00", "10:00", "10:30"]),
        (["10:00", "10:00"], ["10:00", "10:00"]), ([], []),
    ]) func `a visit takes in twenty minutes from its first`(
        dues: [String], starts: [String]
    )
        throws
    {
        func instant(_ time: String) throws -> Instant {
            try #require(Instant(rfc3339: "2027-01-19T\(time):00Z"))
        }
        let visits = Visits(try dues.map(instant))
        #expect(try dues.sorted().map { visits.start(of: try instant($0)) } == starts.map(instant))
        #expect(visits.count == Set(starts).count)
    }

    @Test func `the board, the list, the patient and the plan count visits alike`() async throws {
        try await TestWard.run(library: try BuiltInProtocols.library()) { ward in
            try await ward.enrol(
                bed: "12",
                assessment: #"{"braden":9,"cannotReposition":true,"spineState":"SPN-1","#
                    + #""catheter":"urethral","lesionLevel":"T8"}"#)
            ward.clock.advance(minutes: 90)
            await ward.engine.tick()
            let board = try await ward.get("/v1/alerts").decode(AlertsAnswer.self)
            #expect(board.reminders.count > board.visits.count)
            let ids = board.reminders.compactMap(\.visit)
            #expect(ids.count == board.reminders.count)
            #expect(Set(ids) == Set(board.visits.map(\.id)))
            for visit in board.visits {
                let members = board.reminders.filter { $0.visit == visit.id }
                #expect(visit.activities == members.map(\.activity))
                #expect(visit.staff == members.compactMap(\.staff).max())
                #expect(visit.due == members.map(\.due).min())
            }
            let turning = try #require(board.reminders.first { $0.activity == "TURN" })
            #expect(turning.staff ?? 0 >= 4)
            let stays = try await ward.get("/v1/stays").decode(StaysAnswer.self)
            #expect(stays.stays.first?.raisedReminders == board.reminders.count)
            #expect(stays.stays.first?.raisedVisits == board.visits.count)
            let plan = try await ward.get("/v1/plan?hours=24").decode(PlanAnswer.self)
            let planned = plan.entries.filter { !$0.held }
            #expect(Set(planned.compactMap(\.visit)) == Set(plan.visits.map(\.id)))
            #expect(planned.count > plan.visits.count)
            #expect(plan.entries.allSatisfy { $0.held == ($0.visit == nil) })
            // What is raised is in the same visit in the plan.
            #expect(planned.contains { $0.visit == turning.visit && $0.activity == "TURN" })
            // Deterministic.
            #expect(
                try await ward.get("/v1/plan?hours=24").decode(PlanAnswer.self).visits
                    == plan.visits)
        }
    }
}
