import CareCore
import CareProtocols
import Testing

/// Every form in which a protocol says how often, on a ward of its own.
@Suite struct ScheduleFormTests {
    /// A protocol with one activity and one rule of that schedule.
    private static func library(_ schedule: String, more: String = "") throws -> CareLibrary {
        try ProtocolLoader.load(files: [
            (
                "sample.yaml",
                """
                protocol: sample
                version: "1"
                owner: ward
                reviewDate: 2027-11-01
                activities:
                  - code: CARE
                    term: care
                    domain: sample
                    windows:
                      - {early: 4, onTime: 4, status: D}
                rules:
                  - id: R-1
                    activity: CARE
                    when: cannotReposition
                    schedule: \(schedule)
                \(more)
                    source: s
                    status: D
                """
            )
        ])
    }

    struct Form: Sendable, CustomTestStringConvertible {
        let name: String
        let schedule: String
        var more = ""
        var facts: [(String, RawValue)] = []
        /// `day hour:minute`, London time, from Tuesday 19 January 2027, 07:00, for two days.
        let due: [String]

        var testDescription: String { name }
    }

    static let forms: [Form] = [
        Form(
            name: "interval since the last completion", schedule: "{every: 600, first: atOnce}",
            due: ["19 07:00", "19 17:00", "20 03:00", "20 13:00", "20 23:00"]),
        Form(
            name: "ramp, then hourly would be too much: every ten hours",
            schedule: "{ramp: [{every: 15, for: 45}], then: 600, first: atOnce}",
            due: [
                "19 07:00", "19 07:15", "19 07:30", "19 07:45", "19 17:45", "20 03:45", "20 13:45",
                "20 23:45",
            ]),
        Form(
            name: "ramp that ends",
            schedule: "{ramp: [{every: 15, for: 60}], ends: true, first: afterInterval}",
            due: ["19 07:15", "19 07:30", "19 07:45", "19 08:00"]),
        Form(
            name: "waking window",
            schedule:
                "{every: 360, first: atOnce, waking: {from: \"08:00\", to: \"21:00\"}}",
            due: ["19 07:00", "19 13:00", "19 19:00", "20 08:00", "20 14:00", "20 20:00"]),
        Form(
            name: "civil times", schedule: "{daily: [\"06:00\", \"20:00\"]}",
            due: ["19 20:00", "20 06:00", "20 20:00", "21 06:00"]),
        Form(
            name: "civil times from the start",
            schedule: "{daily: [\"08:00\"], startsAtOnce: true, spacing: 480}",
            due: ["19 07:00", "20 08:00"]),
        Form(
            name: "weekdays", schedule: "{daily: [\"08:00\"], weekdays: [wed, sun]}",
            due: ["20 08:00"]),
        Form(
            name: "every two days from an anchor",
            schedule:
                "{everyDays: 2, at: \"10:00\", since: drainageBagChangedAt, first: afterInterval}",
            facts: [("drainageBagChangedAt", .text("2027-01-18T15:00:00Z"))],
            due: ["20 10:00"]),
        Form(
            name: "once", schedule: "{once: 90}", due: ["19 08:30"]),
        Form(
            name: "so many times", schedule: "{every: 60, first: atOnce, count: 3}",
            due: ["19 07:00", "19 08:00", "19 09:00"]),
        Form(
            name: "until an end that a fact gives",
            schedule:
                "{every: 300, first: atOnce, limit: {minutes: 720, since: procedureEndedAt}}",
            facts: [("procedureEndedAt", .text("2027-01-19T06:00:00Z"))],
            due: ["19 07:00", "19 12:00", "19 17:00"]),
        Form(
            name: "until a condition, which does not hold yet",
            schedule: "{every: 1200, first: atOnce}", more: "    until: acuteStroke",
            due: ["19 07:00", "20 03:00", "20 23:00"]),
        Form(
            name: "until a condition, which holds already",
            schedule: "{every: 1200, first: atOnce}", more: "    until: acuteStroke",
            facts: [("acuteStroke", .flag(true))], due: []),
    ]

    @Test(arguments: forms)
    func `falls due as written`(_ form: Form) throws {
        let start = at("2027-01-19T07:00:00Z")
        var ward = WardRun(
            at: start, zone: Fixture.london,
            library: try Self.library(form.schedule, more: form.more))
        try ward.submit(
            .enroll(
                [Fixture.admission([("cannotReposition", .flag(true))] + form.facts)],
                keepGoing: false))
        let end = start.adding(minutes: 2_880)
        while true {
            while let item = ward.raised.first {
                try ward.submit(
                    .record(
                        ward.stay.id,
                        [OutcomeReport(target: .activity(item.activity), outcome: .done)]))
            }
            guard let next = ward.nextWake, next < end else { break }
            ward.jump(to: max(ward.now, next))
            ward.tick()
        }
        let due = ward.rows.map { row in
            let local = Fixture.london.local(row.due)
            return "\(local.date.parts.day) \(local.time)"
        }
        #expect(due == form.due)
    }

    @Test func `a series is over as soon as its reason is`() throws {
        var ward = WardRun(
            at: at("2027-01-19T07:00:00Z"), zone: Fixture.london,
            library: try Self.library(
                "{every: 60, first: atOnce}", more: "    until: acuteStroke"))
        try ward.submit(
            .enroll([Fixture.admission([("cannotReposition", .flag(true))])], keepGoing: false))
        try ward.submit(
            .assess(
                ward.stay.id, [AssessmentChange(fact: .acuteStroke, value: .flag(true))]))
        #expect(ward.stay.items.map { $0.ended?.reason } == [.resolved])
    }
}
