/// A day of the proleptic Gregorian calendar, without a zone.
package struct LocalDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let daysFromEpoch: Int

    package init(daysFromEpoch: Int) {
        self.daysFromEpoch = daysFromEpoch
    }

    package static func < (left: LocalDate, right: LocalDate) -> Bool {
        left.daysFromEpoch < right.daysFromEpoch
    }

    package func adding(days: Int) -> LocalDate {
        LocalDate(daysFromEpoch: daysFromEpoch + days)
    }

    // Civil date arithmetic with years that begin in March, so that the leap day is the last one.
    package init(year: Int, month: Int, day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(daysFromEpoch: era * 146_097 + dayOfEra - 719_468)
    }

    package var parts: (year: Int, month: Int, day: Int) {
        let shifted = daysFromEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension LocalDate: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    package var description: String {
        let (year, month, day) = parts
        return "\(year)-\(twoDigits(month))-\(twoDigits(day))"
    }

    /// Parses `YYYY-MM-DD`; a day that the month does not have is refused.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = digitsValue(bytes[0..<4]), let month = digitsValue(bytes[5..<7]),
            let day = digitsValue(bytes[8..<10]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard parts == (year, month, day) else { return nil }
    }
}

extension LocalDate: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = LocalDate(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no date"))
        }
        self = date
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A time on the wall clock of a ward, to the minute: 00:00 to 23:59.
package struct TimeOfDay: Hashable, Comparable, Sendable {
    /// Minutes since local midnight, 0 to 1439.
    package let minutes: Int

    package init(minutes: Int) {
        precondition((0..<1_440).contains(minutes), "a time of day lies within one day")
        self.minutes = minutes
    }

    package init(hour: Int, minute: Int = 0) {
        self.init(minutes: hour * 60 + minute)
    }

    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.minutes < right.minutes
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// `HH:MM`.
    package var description: String {
        "\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    }

    /// Parses `HH:MM`, 00:00 to 23:59.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            let hour = digitsValue(bytes[0..<2]), let minute = digitsValue(bytes[3..<5]),
            hour < 24, minute < 60
        else { return nil }
        self.init(hour: hour, minute: minute)
    }
}

extension TimeOfDay: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let time = TimeOfDay(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is not HH:MM"))
        }
        self = time
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A date and a time of day with seconds, without a zone.
package struct LocalDateTime: Hashable, Sendable {
    package let date: LocalDate
    package let time: TimeOfDay
    package let second: Int

    /// Splits seconds counted from 1970-01-01 00:00 on the same wall clock.
    package init(secondsFromEpoch: Int64) {
        let day = secondsFromEpoch.flooredQuotient(by: 86_400)
        let rest = Int(secondsFromEpoch - day * 86_400)
        date = LocalDate(daysFromEpoch: Int(day))
        time = TimeOfDay(minutes: rest / 60)
        second = rest % 60
    }
}

extension Int64 {
    /// Division that rounds down, so that instants before 1970 fall on the right day.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
