/// An instant in whole seconds of UTC, and the way from and to RFC 3339.
struct UTCTime: Hashable, Comparable {
    let seconds: Int64

    static func < (left: UTCTime, right: UTCTime) -> Bool { left.seconds < right.seconds }

    init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Parses `2027-01-19T20:00:00Z`, with an offset instead of `Z`, with or without fractions.
    init?(rfc3339 text: String) {
        // By hand, not with a pattern: a ward's plan has thousands of these.
        let bytes = Array(text.utf8)
        func number(_ start: Int, _ count: Int) -> Int? {
            guard start + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[start..<(start + count)] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func character(_ index: Int) -> Character? {
            index < bytes.count ? Character(Unicode.Scalar(bytes[index])) : nil
        }
        guard let year = number(0, 4), character(4) == "-", let month = number(5, 2),
            character(7) == "-", let day = number(8, 2),
            let separator = character(10), "Tt ".contains(separator),
            let hour = number(11, 2), character(13) == ":", let minute = number(14, 2),
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60
        else { return nil }
        var index = 16
        var second = 0
        if character(index) == ":" {
            guard let digits = number(17, 2), digits <= 60 else { return nil }
            second = digits
            index = 19
            if character(index) == "." {
                index += 1
                guard number(index, 1) != nil else { return nil }
                while number(index, 1) != nil { index += 1 }
            }
        }
        var offset = 0
        switch character(index) {
        case "Z", "z":
            index += 1
        case "+", "-":
            guard let hours = number(index + 1, 2), hours < 24, character(index + 3) == ":",
                let minutes = number(index + 4, 2), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (character(index) == "-" ? -60 : 60)
            index += 6
        default:
            return nil
        }
        guard index == bytes.count else { return nil }
        let ofDay = hour * 3600 + minute * 60 + second - offset
        self.init(seconds: Int64(date.daysSinceEpoch) * 86_400 + Int64(ofDay))
    }

    var rfc3339: String {
        let local = LocalTime(secondsSinceEpoch: seconds)
        return "\(local.date)T\(local.clock):\(padded(second))Z"
    }

    /// The seconds of the minute; no zone in use is off by less than a minute.
    var second: Int { Int((seconds % 60 + 60) % 60) }

    func adding(_ seconds: Int) -> UTCTime { UTCTime(seconds: self.seconds + Int64(seconds)) }
}

/// A day of the Gregorian calendar.
struct CivilDate: Hashable, CustomStringConvertible {
    let year: Int
    let month: Int
    let day: Int

    init?(year: Int, month: Int, day: Int) {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...9999).contains(year) else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)
        guard (1...length).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    // Both ways as in Howard Hinnant's "chrono-compatible low-level date algorithms": years begin
    // in March, so that the leap day comes last.
    init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    var weekday: String {
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        return names[((daysSinceEpoch + 3) % 7 + 7) % 7]
    }

    var monthName: String {
        [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][month - 1]
    }

    var description: String {
        let digits = "\(year)"
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            + "-\(padded(month))-\(padded(day))"
    }
}

/// A wall time, to the minute.
struct LocalTime: Hashable {
    let date: CivilDate
    let minutes: Int

    /// The wall time of a clock that shows so many seconds since 1970 in its own zone.
    init(secondsSinceEpoch seconds: Int64) {
        let days = Int((seconds >= 0 ? seconds : seconds - 86_399) / 86_400)
        date = CivilDate(daysSinceEpoch: days)
        minutes = Int(seconds - Int64(days) * 86_400) / 60
    }

    var clock: String { "\(padded(minutes / 60)):\(padded(minutes % 60))" }
}

func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
}
