/// A declarative condition of a protocol: on facts of the assessment, and, inside a finding, on
/// what was recorded while the care was done.
///
/// Unknown facts and absent fields satisfy no test.
package indirect enum Condition: Hashable, Sendable {
    case always
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case fact(Fact, Test)
    case field(String, Test)
    /// The absolute difference of two numbers of one kind, for example left and right calf.
    case difference(Operand, Operand, Test)
    /// By how much the second number lies above the first, for example the systolic pressure above the
    /// patient's own.
    case rise(from: Operand, to: Operand, Test)
    /// By how many per cent the second number lies below the first, for example platelets.
    case fallPercent(from: Operand, to: Operand, Test)
    /// Minutes from one stated instant to another, for example from the last dose to the operation.
    case minutesBetween(Fact, Fact, Test)
    /// A stated instant that lies at most so many minutes back when the care was done.
    case recent(Fact, minutes: Int)
    /// A volume below so many tenths of ml per kilogram of body weight and hour.
    case outputBelow(volume: String, hours: String, tenths: Int)

    /// A number of a condition: recorded with the care, or a fact of the assessment.
    package enum Operand: Hashable, Sendable {
        case field(String)
        case fact(Fact)

        func number(_ assessment: Assessment, _ readings: Readings) -> Int? {
            let value: Value? =
                switch self {
                case .field(let name): readings[name]
                case .fact(let fact): assessment[fact]
                }
            guard case .number(let number)? = value else { return nil }
            return number
        }
    }

    package enum Test: Hashable, Sendable {
        case isTrue
        case isKnown
        case atMost(Int)
        case below(Int)
        case atLeast(Int)
        case above(Int)
        case oneOf([String])

        func holds(_ value: Value?) -> Bool {
            guard let value else { return false }
            switch self {
            case .isTrue: return value == .flag(true)
            case .isKnown: return true
            case .atMost(let limit): return value.ordinal.map { $0 <= limit } ?? false
            case .below(let limit): return value.ordinal.map { $0 < limit } ?? false
            case .atLeast(let limit): return value.ordinal.map { $0 >= limit } ?? false
            case .above(let limit): return value.ordinal.map { $0 > limit } ?? false
            case .oneOf(let choices):
                guard case .choice(let choice) = value else { return false }
                return choices.contains(choice)
            }
        }
    }

    /// Whether the condition holds for an assessment and, inside a finding, for what was recorded.
    ///
    /// - Parameter instant: When the care was done; without it nothing counts as recent.
    package func holds(
        _ assessment: Assessment, _ readings: Readings = [:], at instant: Instant? = nil
    ) -> Bool {
        switch self {
        case .always: return true
        case .all(let parts):
            return parts.allSatisfy { $0.holds(assessment, readings, at: instant) }
        case .any(let parts): return parts.contains { $0.holds(assessment, readings, at: instant) }
        case .not(let part): return !part.holds(assessment, readings, at: instant)
        case .fact(let fact, let test): return test.holds(assessment[fact])
        case .field(let name, let test): return test.holds(readings[name])
        case .difference(let left, let right, let test):
            guard let one = left.number(assessment, readings),
                let other = right.number(assessment, readings)
            else { return false }
            return test.holds(.number(abs(one - other)))
        case .rise(let from, let to, let test):
            guard let low = from.number(assessment, readings),
                let high = to.number(assessment, readings)
            else { return false }
            return test.holds(.number(high - low))
        case .fallPercent(let from, let to, let test):
            guard let high = from.number(assessment, readings), high > 0,
                let low = to.number(assessment, readings)
            else { return false }
            return test.holds(.number((high - low) * 100 / high))
        case .minutesBetween(let from, let to, let test):
            guard case .instant(let first)? = assessment[from],
                case .instant(let second)? = assessment[to]
            else { return false }
            return test.holds(.number(second.minutes(since: first)))
        case .recent(let fact, let minutes):
            guard let instant, case .instant(let stated)? = assessment[fact] else { return false }
            return stated <= instant && instant.minutes(since: stated) <= minutes
        case .outputBelow(let volume, let hours, let tenths):
            guard case .number(let millilitres)? = readings[volume],
                case .number(let span)? = readings[hours], span > 0,
                case .number(let tenthsOfKilogram)? = assessment[.weightKg]
            else { return false }
            return millilitres * 100 < tenths * span * tenthsOfKilogram
        }
    }

    /// The facts that the condition looks at, each once, in the order in which they stand.
    package var facts: [Fact] {
        var seen: Set<Fact> = []
        return everyFact.filter { seen.insert($0).inserted }
    }

    private var everyFact: [Fact] {
        switch self {
        case .always, .field: []
        case .all(let parts), .any(let parts): parts.flatMap(\.everyFact)
        case .not(let part): part.everyFact
        case .fact(let fact, _), .recent(let fact, _): [fact]
        case .difference(let left, let right, _), .rise(let left, let right, _),
            .fallPercent(let left, let right, _):
            [left, right].compactMap { if case .fact(let fact) = $0 { fact } else { nil } }
        case .minutesBetween(let from, let to, _): [from, to]
        case .outputBelow: [.weightKg]
        }
    }

    /// The recorded fields that the condition looks at.
    package var fields: [String] {
        switch self {
        case .always, .fact, .minutesBetween, .recent: []
        case .all(let parts), .any(let parts): parts.flatMap(\.fields)
        case .not(let part): part.fields
        case .field(let name, _): [name]
        case .difference(let left, let right, _), .rise(let left, let right, _),
            .fallPercent(let left, let right, _):
            [left, right].compactMap { if case .field(let name) = $0 { name } else { nil } }
        case .outputBelow(let volume, let hours, _): [volume, hours]
        }
    }
}

/// What was recorded while care was done, by field name.
///
/// Looked up by name only.
package typealias Readings = [String: Value]
