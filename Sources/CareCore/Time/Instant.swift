/// A point in time: whole seconds since 1970-01-01T00:00:00Z.
///
/// All arithmetic on care that recurs by elapsed time is done on instants and never passes through
/// a calendar. The edges accept 2000-01-01 to 2100-01-01 only.
package struct Instant: Hashable, Comparable, Sendable {
    package let seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// The first and last instants that the edges accept.
    package static let earliest = Instant(seconds: 946_684_800)
    package static let latest = Instant(seconds: 4_102_444_800)

    package static func < (left: Instant, right: Instant) -> Bool {
        left.seconds < right.seconds
    }

    package func adding(minutes: Int) -> Instant {
        Instant(seconds: seconds + Int64(minutes) * 60)
    }

    package func adding(seconds more: Int64) -> Instant {
        Instant(seconds: seconds + more)
    }

    /// Whole minutes from `other` to here, rounded towards zero.
    package func minutes(since other: Instant) -> Int {
        Int((seconds - other.seconds) / 60)
    }
}

extension Instant: Codable {
    package init(from decoder: any Decoder) throws {
        seconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, for example `2027-01-19T20:00:00Z`.
    package var description: String {
        let local = LocalDateTime(secondsFromEpoch: seconds)
        return "\(local.date)T\(local.time):\(twoDigits(local.second))Z"
    }

    /// Parses RFC 3339 with a zone designator (`Z` or `±HH:MM`); a leap second counts as `:59`.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t")
        else { return nil }
        guard let date = LocalDate(String(decoding: bytes[0..<10], as: UTF8.self)),
            let time = TimeOfDay(String(decoding: bytes[11..<16], as: UTF8.self)),
            bytes[16] == UInt8(ascii: ":"),
            let second = digitsValue(bytes[17..<19]), second <= 60
        else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { (48...57).contains($0) }
            guard (1...9).contains(fraction.count) else { return nil }
            rest = rest[fraction.endIndex...]
        }
        guard let offset = Instant.zoneOffset(rest) else { return nil }
        let day = Int64(date.daysFromEpoch) * 86_400
        self.init(
            seconds: day + Int64(time.minutes) * 60 + Int64(min(second, 59)) - Int64(offset))
    }

    private static func zoneOffset(_ text: ArraySlice<UInt8>) -> Int? {
        if text.count == 1, let letter = text.first {
            return letter == UInt8(ascii: "Z") || letter == UInt8(ascii: "z") ? 0 : nil
        }
        guard text.count == 6, let sign = text.first,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let time = TimeOfDay(String(decoding: text.dropFirst(), as: UTF8.self))
        else { return nil }
        return time.minutes * (sign == UInt8(ascii: "-") ? -60 : 60)
    }
}

/// The value of ASCII digits, or `nil` when anything else stands there.
func digitsValue(_ digits: some Collection<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 9 else { return nil }
    var value = 0
    for digit in digits {
        guard (48...57).contains(digit) else { return nil }
        value = value * 10 + Int(digit - 48)
    }
    return value
}

func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
}
