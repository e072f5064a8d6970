import CareCore

/// The rule for the years after the last transition of a zone file, as POSIX writes it in `TZ`, with
/// the extensions of RFC 9636: `GMT0BST,M3.5.0/1,M10.5.0`, `<-02>2<-01>,M3.5.0/-1,M10.5.0/0`.
struct PosixZone {
    /// Seconds east of UTC.
    let standardOffset: Int
    private let daylight: Daylight?

    private struct Daylight {
        let offset: Int
        let start: Change
        let end: Change
    }

    /// The day and the seconds after local midnight at which the clock changes.
    fileprivate struct Change {
        let day: Day
        let seconds: Int
    }

    fileprivate enum Day {
        /// Day 1 to 365, never counting 29 February.
        case julian(Int)
        /// Day 0 to 365, counting it.
        case ordinal(Int)
        /// The `week`-th `weekday` (0 is Sunday) of the month; week 5 is the last one.
        case weekday(month: Int, week: Int, weekday: Int)
    }

    init?(_ text: String) {
        var scanner = Scanner(text)
        guard scanner.name(), let west = scanner.clock(limit: 24) else { return nil }
        standardOffset = -west
        if scanner.atEnd {
            daylight = nil
            return
        }
        guard scanner.name() else { return nil }
        var offset = standardOffset + 3_600
        if !scanner.sees(",") {
            guard let west = scanner.clock(limit: 24) else { return nil }
            offset = -west
        }
        // Without dates a rule would be the machine's default, which is no rule.
        guard scanner.takes(","), let start = scanner.change(), scanner.takes(","),
            let end = scanner.change(), scanner.atEnd
        else { return nil }
        daylight = Daylight(offset: offset, start: start, end: end)
    }

    /// The two changes that begin in a year; none without daylight saving.
    func transitions(year: Int) -> [ZoneRules.Transition] {
        guard let daylight else { return [] }
        return [
            ZoneRules.Transition(
                at: daylight.start.instant(year: year, offset: standardOffset),
                offset: daylight.offset),
            ZoneRules.Transition(
                at: daylight.end.instant(year: year, offset: daylight.offset),
                offset: standardOffset),
        ]
    }
}

extension PosixZone.Change {
    fileprivate func instant(year: Int, offset: Int) -> Instant {
        Instant(
            seconds: Int64(day.date(year: year).daysFromEpoch) * 86_400 + Int64(seconds - offset))
    }
}

extension PosixZone.Day {
    fileprivate func date(year: Int) -> LocalDate {
        let newYear = LocalDate(year: year, month: 1, day: 1)
        switch self {
        case .ordinal(let day):
            return newYear.adding(days: day)
        case .julian(let day):
            let isLeap = LocalDate(year: year, month: 2, day: 29).parts.month == 2
            return newYear.adding(days: day - 1 + (isLeap && day >= 60 ? 1 : 0))
        case .weekday(let month, let week, let weekday):
            let first = LocalDate(year: year, month: month, day: 1)
            let next =
                month == 12
                ? LocalDate(year: year + 1, month: 1, day: 1)
                : LocalDate(year: year, month: month + 1, day: 1)
            // 1970-01-01 was a Thursday.
            let firstWeekday = ((first.daysFromEpoch + 4) % 7 + 7) % 7
            var day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            while day >= next.daysFromEpoch - first.daysFromEpoch { day -= 7 }
            return first.adding(days: day)
        }
    }
}

extension PosixZone {
    /// Takes a rule apart from left to right.
    private struct Scanner {
        private var rest: ArraySlice<UInt8>

        init(_ text: String) {
            rest = ArraySlice(text.utf8)
        }

        var atEnd: Bool { rest.isEmpty }

        func sees(_ character: Unicode.Scalar) -> Bool {
            rest.first == UInt8(ascii: character)
        }

        mutating func takes(_ character: Unicode.Scalar) -> Bool {
            guard sees(character) else { return false }
            rest.removeFirst()
            return true
        }

        /// An abbreviation: letters, or anything between angle brackets.
        mutating func name() -> Bool {
            if takes("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
            rest = rest[letters.endIndex...]
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { (48...57).contains($0) }
            guard (1...3).contains(digits.count) else { return nil }
            rest = rest[digits.endIndex...]
            let value = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            return range.contains(value) ? value : nil
        }

        /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
        mutating func clock(limit: Int) -> Int? {
            let sign = takes("-") ? -1 : 1
            if sign == 1 { _ = takes("+") }
            guard let hours = number(0...limit) else { return nil }
            var seconds = hours * 3_600
            if takes(":") {
                guard let minutes = number(0...59) else { return nil }
                seconds += minutes * 60
                if takes(":") {
                    guard let last = number(0...59) else { return nil }
                    seconds += last
                }
            }
            return sign * seconds
        }

        mutating func change() -> Change? {
            guard let day = day() else { return nil }
            guard takes("/") else { return Change(day: day, seconds: 7_200) }
            return clock(limit: 167).map { Change(day: day, seconds: $0) }
        }

        private mutating func day() -> Day? {
            if takes("M") {
                guard let month = number(1...12), takes("."), let week = number(1...5), takes("."),
                    let weekday = number(0...6)
                else { return nil }
                return .weekday(month: month, week: week, weekday: weekday)
            }
            if takes("J") { return number(1...365).map(Day.julian) }
            return number(0...365).map(Day.ordinal)
        }
    }
}
