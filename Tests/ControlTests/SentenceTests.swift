import CareCore
import Testing

@testable import ControlServer

@Suite struct `Words` {
    @Test(
        arguments: [
            (ItemSchedule.every, 120, "every 2 h"),
            (.every, 90, "every 90 min"),
            (.daily([TimeOfDay(hour: 18)]), nil, "daily at 18:00"),
            (.daily([8, 14, 20].map { TimeOfDay(hour: $0) }), nil, "08:00, 14:00, 20:00"),
            (.daily((8...21).map { TimeOfDay(hour: $0) }), nil, "hourly 08:00–21:00"),
            (
                .daily([8, 10, 12, 14, 16].map { TimeOfDay(hour: $0) }), nil,
                "every 2 h 08:00–16:00"
            ),
            (
                .daily([8, 10, 12, 14, 20].map { TimeOfDay(hour: $0) }), nil,
                "08:00, 10:00, 12:00, 14:00, 20:00"
            ),
            (.everyDays(7, at: TimeOfDay(hour: 10)), nil, "every 7 days at 10:00"),
            (.everyDays(1, at: TimeOfDay(hour: 10)), nil, "daily at 10:00"),
            (.with(ActivityCode("TURN")), nil, "with TURN"),
            (.once, nil, "once"),
        ] as [(ItemSchedule, Int?, String)])
    func `a schedule is said in words`(schedule: ItemSchedule, minutes: Int?, words: String) {
        #expect(schedule.words(intervalMinutes: minutes) == words)
    }

    @Test func `times are of the ward where its zone is known`() {
        let event = Event.blindTime(
            from: .earliest, to: Instant.earliest.adding(minutes: 60), fellDue: [])
        let berlin = ZoneRules(name: "Europe/Berlin", initialOffset: 3_600, transitions: [])
        #expect(
            EventSentence.text(event, nil, berlin)
                == "Nobody was watching from 2000-01-01 01:00 to 2000-01-01 02:00: "
                + "0 reminders came due unannounced")
        #expect(
            EventSentence.text(event, nil, nil).hasPrefix(
                "Nobody was watching from 2000-01-01T00:00:00Z to 2000-01-01T01:00:00Z"))
    }
}
