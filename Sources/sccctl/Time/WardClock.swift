import ControlAPI

/// Times as people on a ward read them, relative to the instant at which an answer was made.
///
/// The clock of this machine is never read: it may be wrong, and the daemon's clock is the one that
/// decides what is late.
struct WardClock {
    let now: UTCTime
    private let zones: [String: String]
    private let onlyZone: String?

    init(madeAt: String, wards: [WardView]) {
        now = UTCTime(rfc3339: madeAt) ?? UTCTime(seconds: 0)
        zones = Dictionary(wards.map { ($0.id, $0.zone) }) { first, _ in first }
        let all = Set(wards.map(\.zone))
        onlyZone = all.count == 1 ? all.first : nil
    }

    /// The zone of a ward, or the one zone that all wards share.
    func zone(_ ward: String?) -> String? {
        ward.flatMap { zones[$0] } ?? onlyZone
    }

    /// The wall time in the ward; the day is told unless it is today.
    func time(_ text: String, ward: String?) -> String {
        guard let instant = UTCTime(rfc3339: text) else { return text }
        return time(instant, ward: ward)
    }

    /// The wall time with seconds, for times that are minutes apart or less.
    func exact(_ text: String, ward: String?) -> String {
        guard let instant = UTCTime(rfc3339: text), zone(ward) != nil else { return text }
        return "\(time(instant, ward: ward)):\(padded(instant.second))"
    }

    func time(_ instant: UTCTime, ward: String?) -> String {
        guard let zone = zone(ward), let then = LocalTime(instant, zone: zone),
            let today = LocalTime(now, zone: zone)?.date
        else { return instant.rfc3339 }
        if then.date == today { return then.clock }
        let day = "\(then.date.weekday) \(then.date.day) \(then.date.monthName)"
        return then.date.year == today.year
            ? "\(day) \(then.clock)" : "\(day) \(then.date.year) \(then.clock)"
    }

    /// `in 35 min`, `now` or `12 min late`.
    func lateness(due: String, lateFrom: String? = nil) -> String {
        guard let due = UTCTime(rfc3339: due) else { return "" }
        let from = lateFrom.flatMap(UTCTime.init(rfc3339:)) ?? due
        if due > now { return "in \(span(due.seconds - now.seconds))" }
        let late = now.seconds - from.seconds
        return late < 60 ? "now" : "\(span(late)) late"
    }

    /// `12 min ago`, `just now` or `in 3 min`.
    func ago(_ text: String) -> String {
        guard let then = UTCTime(rfc3339: text) else { return "" }
        let seconds = now.seconds - then.seconds
        if seconds < 0 { return "in \(span(-seconds))" }
        return seconds < 60 ? "just now" : "\(span(seconds)) ago"
    }

    /// A length of time in the two largest units that matter.
    func span(_ seconds: Int64) -> String {
        let minutes = seconds / 60
        switch minutes {
        case ..<1: return "under 1 min"
        case ..<100: return "\(minutes) min"
        case ..<(48 * 60):
            let rest = Int(minutes % 60)
            return rest == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(padded(rest)) min"
        default: return "\(minutes / 1_440) d \(minutes % 1_440 / 60) h"
        }
    }
}

extension LocalTime {
    /// The wall time of an instant in an IANA zone; `nil` when the machine does not know the zone.
    init?(_ instant: UTCTime, zone: String) {
        guard let offset = System.utcOffset(zone: zone, at: instant.seconds) else { return nil }
        self.init(secondsSinceEpoch: instant.seconds + Int64(offset))
    }
}
