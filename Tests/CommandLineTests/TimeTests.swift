import ControlAPI
import Testing

@testable import sccctl

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("2027-01-19T20:00:00Z", 1_800_388_800),
        ("2027-01-19T20:00Z", 1_800_388_800),
        ("2027-01-19T21:00:00+01:00", 1_800_388_800),
        ("2027-01-19T14:30:00.250-05:30", 1_800_388_800),
        ("2028-02-29T00:00:00Z", 1_835_395_200),
    ]) func `RFC 3339 is read`(text: String, seconds: Int64) {
        #expect(UTCTime(rfc3339: text)?.seconds == seconds)
    }

    @Test(arguments: [
        "", "2027-01-19", "2027-01-19T20:00:00", "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z",
        "2027-01-19T24:00:00Z", "2027-01-19T20:00:00Z ", "2027-01-19T20:00:00.Z",
        "2027-01-19T20:00:00+1:00", "2027-01-1９T20:00:00Z", "x",
    ]) func `what is no RFC 3339 is refused`(text: String) {
        #expect(UTCTime(rfc3339: text) == nil)
    }

    @Test func `every day of four centuries comes back as it was`() {
        var last = CivilDate(daysSinceEpoch: -146_097)
        for day in -146_096..<146_097 {
            let date = CivilDate(daysSinceEpoch: day)
            #expect(date.daysSinceEpoch == day)
            #expect(date != last)
            last = date
        }
    }

    @Test(arguments: [
        ("14:05", TimeArgument.clock(minutes: 845)), ("9:05", .clock(minutes: 545)),
        ("10m", .span(seconds: 600)), ("10 min ago", .span(seconds: 600)),
        ("1h30m", .span(seconds: 5_400)), ("2h", .span(seconds: 7_200)),
        ("1d", .span(seconds: 86_400)),
        ("2027-01-19T20:00:00Z", .instant(UTCTime(seconds: 1_800_388_800))),
    ]) func `a time as people type it is understood`(text: String, time: TimeArgument) {
        #expect(TimeArgument(text) == time)
    }

    @Test(arguments: ["", "24:00", "14:60", "1405", "m", "ago", "-10m", "soon", "14:05:00", "14:5"])
    func `a time that nobody can mean is refused`(text: String) {
        #expect(TimeArgument(text) == nil)
    }

    // Columns: now, what was typed, the instant meant when it is past, and when it is to come.
    @Test(arguments: [
        // Winter in Berlin is one hour ahead.
        ("2027-01-19T14:00:00Z", "14:30", "2027-01-19T13:30:00Z", "2027-01-20T13:30:00Z"),
        ("2027-01-19T14:00:00Z", "15:00", "2027-01-19T14:00:00Z", "2027-01-20T14:00:00Z"),
        ("2027-01-19T14:00:00Z", "15:01", "2027-01-18T14:01:00Z", "2027-01-19T14:01:00Z"),
        // Ten past midnight: yesterday evening, this morning.
        ("2027-01-19T23:10:00Z", "23:50", "2027-01-19T22:50:00Z", "2027-01-20T22:50:00Z"),
        // 28 March 2027: 02:30 does not exist, so it was the day before or is the day after.
        ("2027-03-28T06:00:00Z", "02:30", "2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z"),
        // 31 October 2027: 02:30 comes twice; the later one that is past, the first to come.
        ("2027-10-31T06:00:00Z", "02:30", "2027-10-31T01:30:00Z", "2027-11-01T01:30:00Z"),
        ("2027-10-31T01:00:00Z", "02:30", "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"),
        ("2027-01-19T14:00:00Z", "90m", "2027-01-19T12:30:00Z", "2027-01-19T15:30:00Z"),
    ]) func `a time of day is the nearest on the ward's clock`(
        now: String, typed: String, past: String, coming: String
    ) throws {
        let now = try #require(UTCTime(rfc3339: now))
        let time = try #require(TimeArgument(typed))
        #expect(time.past(now: now, zone: "Europe/Berlin")?.rfc3339 == past)
        #expect(time.coming(now: now, zone: "Europe/Berlin")?.rfc3339 == coming)
    }

    private static let wards = [
        WardView(id: "7", zone: "Europe/Berlin"), WardView(id: "8", zone: "America/New_York"),
    ]

    @Test(arguments: [
        ("2027-01-19T13:48:00Z", "7", "14:48"),
        ("2027-01-19T22:59:59Z", "7", "23:59"),
        ("2027-01-19T23:00:00Z", "7", "Wed 20 Jan 00:00"),
        ("2027-01-18T13:00:00Z", "7", "Mon 18 Jan 14:00"),
        ("2026-12-31T12:00:00Z", "7", "Thu 31 Dec 2026 13:00"),
        ("2027-01-19T13:48:00Z", "8", "08:48"),
        // Nobody knows where ward 9 is, so nothing is made up.
        ("2027-01-19T13:48:00Z", "9", "2027-01-19T13:48:00Z"),
        ("rubbish", "7", "rubbish"),
    ]) func `times are those of the ward, with the day unless it is today`(
        instant: String, ward: String, shown: String
    ) {
        let clock = WardClock(madeAt: "2027-01-19T14:00:00Z", wards: Self.wards)
        #expect(clock.time(instant, ward: ward) == shown)
    }

    @Test(arguments: [
        ("2027-01-19T14:35:00Z", "2027-01-19T14:35:00Z", "in 35 min"),
        ("2027-01-19T14:00:30Z", "2027-01-19T14:00:30Z", "in under 1 min"),
        ("2027-01-19T14:00:00Z", "2027-01-19T14:00:00Z", "now"),
        ("2027-01-19T13:48:00Z", "2027-01-19T13:48:00Z", "12 min late"),
        ("2027-01-19T13:48:00Z", "2027-01-19T14:30:00Z", "now"),
        ("2027-01-19T11:55:00Z", "2027-01-19T11:55:00Z", "2 h 05 min late"),
        ("2027-01-16T13:00:00Z", "2027-01-16T13:00:00Z", "3 d 1 h late"),
    ]) func `lateness counts from where the daemon says`(
        due: String, lateFrom: String, shown: String
    ) {
        let clock = WardClock(madeAt: "2027-01-19T14:00:00Z", wards: Self.wards)
        #expect(clock.lateness(due: due, lateFrom: lateFrom) == shown)
    }

    @Test(arguments: ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime"])
    func `a zone that the machine does not know is no zone`(zone: String) {
        #expect(System.utcOffset(zone: zone, at: 0) == nil)
    }
}
