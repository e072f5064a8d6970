import CareCore

/// Times, values and tests in the words of a ward, in its own zone.
struct LocalWords {
    let zone: ZoneRules
    /// Times of this day are told without it.
    let today: LocalDate?
    /// Whether odd seconds matter: they do in a sum.
    var withSeconds = true

    func time(_ instant: Instant) -> String {
        let local = zone.local(instant)
        let isWhole = local.second == 0 || !withSeconds
        let second = isWhole ? "" : (local.second < 10 ? ":0" : ":") + "\(local.second)"
        let time = "\(local.time)\(second)"
        return local.date == today ? time : "\(day(local.date)) \(time)"
    }

    /// `Tue 19 Jan`.
    func day(_ date: LocalDate) -> String {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let word = date.weekday.word
        let (year, month, day) = date.parts
        let text = "\(word.prefix(1).uppercased())\(word.dropFirst()) \(day) \(months[month - 1])"
        return year == today?.parts.year ?? year ? text : "\(text) \(year)"
    }

    /// `2 h`, `1 h 30 min` or `15 min`; the sign is left to the sentence.
    static func span(_ minutes: Int) -> String {
        let minutes = abs(minutes)
        if minutes >= 2_880, minutes % 1_440 == 0 { return "\(minutes / 1_440) days" }
        if minutes < 60 || minutes % 60 == 0 && minutes > 0 { return spoken(minutes: minutes) }
        return "\(minutes / 60) h \(minutes % 60) min"
    }

    static func list(_ items: [String], _ joint: String = "and") -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(joint) \(last)"
    }

    // MARK: Values

    /// `Braden total, low is bad: 12 (at most 12)`.
    func sentence(_ seen: SeenValue) -> String {
        let tests = seen.tests.compactMap { text($0, seen.name.kind) }
        return "\(seen.name.text) \(value(seen))"
            + (tests.isEmpty ? "" : " (\(tests.joined(separator: ", ")))")
    }

    func value(_ seen: SeenValue) -> String {
        switch seen.value {
        case nil: return "unknown"
        case .flag(let flag): return flag ? "yes" : "no"
        case .instant(let instant): return time(instant)
        case let value?:
            switch seen.name.kind.raw(value) {
            case .number(let text), .text(let text), .other(let text):
                return text + seen.name.kind.unitText
            case .flag(let flag): return "\(flag)"
            case .object: return ""
            }
        }
    }

    /// `nil` for a test that says no more than the value.
    func text(_ test: Condition.Test, _ kind: ValueKind) -> String? {
        switch test {
        case .isTrue, .isKnown: nil
        case .oneOf(let choices): choices.count == 1 ? nil : "one of \(Self.list(choices, "or"))"
        case .atMost(let limit):
            kind == .level ? "at or above \(number(limit, kind))" : "at most \(number(limit, kind))"
        case .below(let limit):
            kind == .level ? "above \(number(limit, kind))" : "below \(number(limit, kind))"
        case .atLeast(let limit):
            kind == .level
                ? "at or below \(number(limit, kind))" : "at least \(number(limit, kind))"
        case .above(let limit):
            kind == .level ? "below \(number(limit, kind))" : "above \(number(limit, kind))"
        }
    }

    private func number(_ number: Int, _ kind: ValueKind) -> String {
        switch kind {
        case .level: SpinalLevel(ordinal: number)?.description ?? "\(number)"
        case .decimal(let digits, _, _):
            ValueKind.decimalText(number, digits: digits) + kind.unitText
        case .time: number < 1_440 ? TimeOfDay(minutes: max(0, number)).description : "\(number)"
        case .instant: time(Instant(seconds: Int64(number)))
        case .flag, .integer, .choice, .course: "\(number)" + kind.unitText
        }
    }
}

extension ValueKind {
    /// The unit with a space before it.
    fileprivate var unitText: String {
        switch self {
        case .integer(_, let unit), .decimal(_, _, let unit): unit.isEmpty ? "" : " \(unit)"
        case .flag, .choice, .level, .instant, .time, .course: ""
        }
    }
}
