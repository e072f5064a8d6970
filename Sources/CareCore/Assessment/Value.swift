/// A level of the spinal cord or spine, C1 to S5, ordered from the head down.
package struct SpinalLevel: Hashable, Comparable, Sendable {
    /// 1 for C1 to 30 for S5.
    package let ordinal: Int

    private static let regions: [(letter: String, count: Int)] = [
        ("C", 8), ("T", 12), ("L", 5), ("S", 5),
    ]

    package init?(ordinal: Int) {
        guard (1...30).contains(ordinal) else { return nil }
        self.ordinal = ordinal
    }

    /// Parses `C1`–`C8`, `T1`–`T12`, `L1`–`L5`, `S1`–`S5`.
    package init?(_ text: String) {
        var before = 0
        for (letter, count) in Self.regions {
            if text.hasPrefix(letter), let number = digitsValue(Array(text.utf8.dropFirst())),
                (1...count).contains(number), text == "\(letter)\(number)"
            {
                ordinal = before + number
                return
            }
            before += count
        }
        return nil
    }

    package static func < (left: SpinalLevel, right: SpinalLevel) -> Bool {
        left.ordinal < right.ordinal
    }
}

extension SpinalLevel: CustomStringConvertible {
    package var description: String {
        var rest = ordinal
        for (letter, count) in Self.regions {
            if rest <= count { return "\(letter)\(rest)" }
            rest -= count
        }
        preconditionFailure("a spinal level lies between C1 and S5")
    }
}

/// What kind of value a fact or a recorded field takes, with its range and unit.
package enum ValueKind: Hashable, Sendable {
    case flag
    /// A whole number in `range`.
    case integer(ClosedRange<Int>, unit: String)
    /// A number with `digits` decimal places, kept as an integer scaled by ten to that power.
    case decimal(digits: Int, range: ClosedRange<Int>, unit: String)
    case choice([String])
    case level
    case instant
    case time
    /// A dose that changes by the day, written `12x3 8x3 4x3`: amount times days.
    case course(unit: String)
}

/// One step of a ``ValueKind/course(unit:)``.
package struct CourseStep: Hashable, Sendable {
    /// In tenths of the course's unit.
    package let tenths: Int
    /// 1 to 366.
    package let days: Int

    package init(tenths: Int, days: Int) {
        self.tenths = tenths
        self.days = days
    }

    /// Parses `12x3 8x3`: amounts above 0 and up to 999 with at most one decimal, 1 to 366 days, at
    /// most 40 steps.
    package static func parse(_ text: String) -> [CourseStep]? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        let amount = ValueKind.decimal(digits: 1, range: 1...9_990, unit: "")
        var steps: [CourseStep] = []
        for part in parts {
            let halves = part.split(separator: "x", omittingEmptySubsequences: false)
            guard halves.count == 2,
                case .number(let tenths)? = amount.value(.number("\(halves[0])")),
                let days = digitsValue(Array(halves[1].utf8)), (1...366).contains(days)
            else { return nil }
            steps.append(CourseStep(tenths: tenths, days: days))
        }
        return (1...40).contains(steps.count) ? steps : nil
    }

    package static func text(_ steps: [CourseStep]) -> String {
        steps.map { "\(ValueKind.decimalText($0.tenths, digits: 1))x\($0.days)" }
            .joined(separator: " ")
    }
}

/// A value of an assessment or of what was recorded while care was done.
package enum Value: Hashable, Sendable {
    case flag(Bool)
    /// Scaled as its ``ValueKind`` says.
    case number(Int)
    case choice(String)
    case level(SpinalLevel)
    case instant(Instant)
    case time(TimeOfDay)
    case course([CourseStep])

    /// The value as a number for comparisons; `nil` for flags and choices.
    package var ordinal: Int? {
        switch self {
        case .number(let number): number
        case .level(let level): level.ordinal
        case .instant(let instant): Int(instant.seconds)
        case .time(let time): time.minutes
        case .flag, .choice, .course: nil
        }
    }
}

/// A value as it arrives at an edge, before its kind is known.
package enum RawValue: Hashable, Sendable {
    case flag(Bool)
    /// A number in plain decimal notation, as it was written.
    case number(String)
    case text(String)
    /// Named values in the order in which they were written.
    case object([RawMember])
    case other(String)

    package var shown: String {
        switch self {
        case .flag(let flag): "\(flag)"
        case .number(let text): text
        case .text(let text): "\"\(text)\""
        case .object: "an object"
        case .other(let what): what
        }
    }
}

/// One named value of a ``RawValue/object(_:)``.
package struct RawMember: Hashable, Sendable {
    package let name: String
    package let value: RawValue

    package init(_ name: String, _ value: RawValue) {
        self.name = name
        self.value = value
    }
}

extension ValueKind {
    /// What a right value looks like, for error messages and the catalogue.
    package var expectation: String {
        switch self {
        case .flag:
            return "true or false"
        case .integer(let range, let unit):
            return
                "a whole number from \(range.lowerBound) to \(range.upperBound)\(Self.after(unit))"
        case .decimal(let digits, let range, let unit):
            let low = Self.decimalText(range.lowerBound, digits: digits)
            let high = Self.decimalText(range.upperBound, digits: digits)
            return "a number from \(low) to \(high) with at most \(digits) decimal"
                + (digits == 1 ? "" : "s") + Self.after(unit)
        case .choice(let choices):
            return "one of \(choices.joined(separator: ", "))"
        case .level:
            return "a spinal level from C1 to S5 (C1-C8, T1-T12, L1-L5, S1-S5)"
        case .instant:
            return "a time with zone, for example 2027-01-19T20:00:00Z, between 2000 and 2100"
        case .time:
            return "a time of day from 00:00 to 23:59"
        case .course(let unit):
            return "\(unit) times days for each step, for example \"12x3 8x3 4x3\""
        }
    }

    /// The unit with a space before it; empty for kinds without a unit.
    var unitSuffix: String {
        switch self {
        case .integer(_, let unit), .decimal(_, _, let unit): Self.after(unit)
        case .flag, .choice, .level, .instant, .time, .course: ""
        }
    }

    private static func after(_ unit: String) -> String {
        unit.isEmpty ? "" : " \(unit)"
    }

    /// Turns a raw value into a value of this kind; `nil` when it is not one.
    package func value(_ raw: RawValue) -> Value? {
        switch (self, raw) {
        case (.flag, .flag(let flag)):
            return .flag(flag)
        case (.integer(let range, _), .number(let text)):
            return Self.scaled(text, digits: 0, range: range)
        case (.decimal(let digits, let range, _), .number(let text)):
            return Self.scaled(text, digits: digits, range: range)
        case (.choice(let choices), .text(let text)):
            return choices.contains(text) ? .choice(text) : nil
        case (.level, .text(let text)):
            return SpinalLevel(text).map(Value.level)
        case (.instant, .text(let text)):
            guard let instant = Instant(rfc3339: text),
                (Instant.earliest...Instant.latest).contains(instant)
            else { return nil }
            return .instant(instant)
        case (.time, .text(let text)):
            return TimeOfDay(text).map(Value.time)
        case (.course, .text(let text)):
            return CourseStep.parse(text).map(Value.course)
        default:
            return nil
        }
    }

    /// The way back: a value of this kind as raw text, number or flag.
    package func raw(_ value: Value) -> RawValue {
        switch value {
        case .flag(let flag): .flag(flag)
        case .number(let number):
            if case .decimal(let digits, _, _) = self {
                .number(Self.decimalText(number, digits: digits))
            } else {
                .number("\(number)")
            }
        case .choice(let text): .text(text)
        case .level(let level): .text(level.description)
        case .instant(let instant): .text(instant.description)
        case .time(let time): .text(time.description)
        case .course(let steps): .text(CourseStep.text(steps))
        }
    }

    private static func scaled(_ text: String, digits: Int, range: ClosedRange<Int>) -> Value? {
        let negative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = digitsValue(Array(first.utf8)) else {
            return nil
        }
        var fraction = parts.count > 1 ? Array(parts[1].utf8) : []
        while fraction.last == UInt8(ascii: "0"), fraction.count > digits { fraction.removeLast() }
        guard fraction.count <= digits else { return nil }
        fraction += Array(repeating: UInt8(ascii: "0"), count: digits - fraction.count)
        var scaled = whole
        for _ in 0..<digits { scaled *= 10 }
        if !fraction.isEmpty {
            guard let part = digitsValue(fraction) else { return nil }
            scaled += part
        }
        if negative { scaled = -scaled }
        return range.contains(scaled) ? .number(scaled) : nil
    }

    package static func decimalText(_ scaled: Int, digits: Int) -> String {
        guard digits > 0 else { return "\(scaled)" }
        var power = 1
        for _ in 0..<digits { power *= 10 }
        var fraction = "\(scaled.magnitude % UInt(power))"
        while fraction.utf8.count < digits { fraction = "0" + fraction }
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = "\(scaled < 0 ? "-" : "")\(scaled.magnitude / UInt(power))"
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }
}

extension Value: Codable {
    // One letter and the value, so that rows stay short and the kind is never guessed.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        let rest = String(text.dropFirst(2))
        let value: Value? =
            switch text.prefix(2) {
            case "f:": rest == "1" ? .flag(true) : rest == "0" ? .flag(false) : nil
            case "n:": Int(rest).map(Value.number)
            case "c:": .choice(rest)
            case "l:": SpinalLevel(rest).map(Value.level)
            case "i:": Int64(rest).map { .instant(Instant(seconds: $0)) }
            case "t:": TimeOfDay(rest).map(Value.time)
            case "d:": CourseStep.parse(rest).map(Value.course)
            default: nil
            }
        guard let value else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no value"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .flag(let flag): try container.encode(flag ? "f:1" : "f:0")
        case .number(let number): try container.encode("n:\(number)")
        case .choice(let text): try container.encode("c:\(text)")
        case .level(let level): try container.encode("l:\(level)")
        case .instant(let instant): try container.encode("i:\(instant.seconds)")
        case .time(let time): try container.encode("t:\(time)")
        case .course(let steps): try container.encode("d:\(CourseStep.text(steps))")
        }
    }
}
