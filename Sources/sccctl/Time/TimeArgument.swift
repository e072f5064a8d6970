/// A time as typed: `14:05` on the ward's clock, `10m` ago, or RFC 3339.
enum TimeArgument: Hashable {
    case clock(minutes: Int)
    /// So many seconds ago, or from now where a time to come is wanted.
    case span(seconds: Int)
    case instant(UTCTime)

    static let expectation =
        "a time on the ward's clock such as 14:05, a span such as 10m or 1h30m, "
        + "or a time with zone such as 2027-01-19T20:00:00Z"

    init?(_ text: String) {
        if let match = text.wholeMatch(of: #/(\d{1,2}):(\d\d)/#),
            let hour = Int(match.1), let minute = Int(match.2), hour < 24, minute < 60
        {
            self = .clock(minutes: hour * 60 + minute)
        } else if let seconds = Self.spanSeconds(text) {
            self = .span(seconds: seconds)
        } else if let instant = UTCTime(rfc3339: text) {
            self = .instant(instant)
        } else {
            return nil
        }
    }

    /// `90m`, `2h`, `1h30m`, `1d`, also with a space, `min` for `m`, and `ago` behind it.
    static func spanSeconds(_ text: String) -> Int? {
        let pattern = #/(?:(\d{1,3}) ?d)? ?(?:(\d{1,4}) ?h)? ?(?:(\d{1,5}) ?m(?:in)?)?(?: ago)?/#
        guard let match = text.wholeMatch(of: pattern),
            match.1 != nil || match.2 != nil || match.3 != nil
        else { return nil }
        let days = match.1.flatMap { Int($0) } ?? 0
        let hours = match.2.flatMap { Int($0) } ?? 0
        let minutes = match.3.flatMap { Int($0) } ?? 0
        return ((days * 24 + hours) * 60 + minutes) * 60
    }

    /// The latest such instant that is not after `now`: a clock time is today's or yesterday's.
    func past(now: UTCTime, zone: String) -> UTCTime? {
        switch self {
        case .instant(let instant): instant
        case .span(let seconds): now.adding(-seconds)
        case .clock(let minutes):
            Self.candidates(minutes: minutes, around: now, zone: zone).last { $0 <= now }
        }
    }

    /// The first such instant after `now`.
    func coming(now: UTCTime, zone: String) -> UTCTime? {
        switch self {
        case .instant(let instant): instant
        case .span(let seconds): now.adding(seconds)
        case .clock(let minutes):
            Self.candidates(minutes: minutes, around: now, zone: zone).first { $0 > now }
        }
    }

    /// The nearest such instant, before or after `now`; a span is past.
    func nearest(now: UTCTime, zone: String) -> UTCTime? {
        switch self {
        case .instant, .span: past(now: now, zone: zone)
        case .clock(let minutes):
            Self.candidates(minutes: minutes, around: now, zone: zone).min {
                (abs($0.seconds - now.seconds), $0.seconds)
                    < (abs($1.seconds - now.seconds), $1.seconds)
            }
        }
    }

    /// Every instant within two days of `now` at which the ward's clock shows the time.
    ///
    /// A time that a change of clocks leaves out has none on that day, one that comes twice two.
    private static func candidates(minutes: Int, around now: UTCTime, zone: String) -> [UTCTime] {
        guard let today = LocalTime(now, zone: zone)?.date.daysSinceEpoch else { return [] }
        var found: Set<UTCTime> = []
        for day in (today - 2)...(today + 2) {
            let wall = Int64(day) * 86_400 + Int64(minutes) * 60
            // The offsets in force a day before and after are all that can apply.
            for nearby in [wall - 86_400, wall + 86_400] {
                guard let offset = System.utcOffset(zone: zone, at: nearby) else { continue }
                let instant = UTCTime(seconds: wall - Int64(offset))
                guard let local = LocalTime(instant, zone: zone), local.minutes == minutes,
                    local.date.daysSinceEpoch == day
                else { continue }
                found.insert(instant)
            }
        }
        return found.sorted()
    }
}
