import ControlAPI
import Testing

@testable import sccctl

/// It is 14:12 in Berlin.
private let clock = WardClock(
    madeAt: "2027-01-19T13:12:00Z", wards: [WardView(id: "7", zone: "Europe/Berlin")])

@Suite struct AbsenceViewTests {
    @Test(arguments: [
        (
            "2027-01-19T07:30:00Z", "2027-01-19T14:00:00Z", true,
            "off the ward since 08:30 (radiotherapy), due back 15:00"
        ),
        (
            "2027-01-19T07:30:00Z", "2027-01-19T13:00:00Z", true,
            "off the ward since 08:30 (radiotherapy), due back 14:00, late back by 12 min"
        ),
        (
            "2027-01-20T07:30:00Z", "2027-01-20T13:00:00Z", false,
            "leaves at Wed 20 Jan 08:30 (radiotherapy), due back Wed 20 Jan 14:00"
        ),
    ]) func `it says since when, till when, and how late`(
        from: String, back: String, away: Bool, expected: String
    ) {
        let absence = AbsenceView(
            hold: "S1.H1", stay: "S1", ward: "7", bed: "12A", kind: "radiotherapy", from: from,
            dueBack: back, away: away)
        #expect(words(absence, clock) == expected)
    }

    @Test(arguments: [
        ("14:00", "2027-01-19T13:00:00Z"), ("15:30", "2027-01-19T14:30:00Z"),
        ("03:00", "2027-01-19T02:00:00Z"), ("01:00", "2027-01-20T00:00:00Z"),
        ("10m", "2027-01-19T13:02:00Z"),
    ]) func `the time of leaving is the nearest of that name`(text: String, expected: String) throws
    {
        let time = try #require(TimeArgument(text))
        #expect(time.nearest(now: clock.now, zone: "Europe/Berlin")?.rfc3339 == expected)
    }
}
