import CareCore
import Testing

/// First care of new patients avoids the peaks of the ward, and is never later than its rule allows.
@Suite struct StaggerTests {
    private func enrol(_ count: Int) throws -> [Stay] {
        let start = at("2027-01-19T08:10:00Z")
        var ward = WardRun(at: start, zone: Fixture.london, library: Fixture.library)
        let admissions = (1...count).map { number in
            Fixture.admission(
                [
                    ("braden", .number("11")), ("cannotReposition", .flag(true)),
                    ("lastTurnedAt", .text("2027-01-19T08:00:00Z")),
                ], bed: "\(number)", number: "SYN-\(number)")
        }
        try ward.submit(.enroll(admissions, keepGoing: false))
        return ward.core.state.activeStays
    }

    private func turns(_ stays: [Stay]) -> [Instant] {
        stays.compactMap { $0.activeItem(ActivityCode("TURN"))?.occurrence?.due }
    }

    @Test func `a few patients keep their times`() throws {
        let dues = turns(try enrol(3))
        #expect(Set(dues) == [at("2027-01-19T12:00:00Z")])
    }

    @Test func `many patients are spread, none of them later than the rule`() throws {
        let stays = try enrol(12)
        let dues = turns(stays)
        #expect(dues.count == 12)
        #expect(dues.allSatisfy { $0 <= at("2027-01-19T12:00:00Z") })
        #expect(dues.allSatisfy { $0 >= at("2027-01-19T11:30:00Z") })
        #expect(Set(dues).count >= 3)
        let most = Dictionary(grouping: dues, by: \.self).values.map(\.count).max() ?? 0
        #expect(most <= 6)
    }

    @Test func `what is brought forward takes its companions along and says why`() throws {
        for stay in try enrol(12) {
            let turn = try #require(stay.activeItem(ActivityCode("TURN"))?.occurrence)
            let skin = try #require(stay.activeItem(ActivityCode("SKIN"))?.occurrence)
            #expect(skin.due == turn.due)
            if turn.due < at("2027-01-19T12:00:00Z") { #expect(turn.reason == .staggered) }
            #expect(turn.base.map { $0.adding(minutes: turn.plusMinutes ?? 0) } == turn.due)
        }
    }
}
