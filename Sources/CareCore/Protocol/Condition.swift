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
    /// The absolute difference of two recorded numbers, for example left and right calf.
    case difference(String, String, Test)

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
    package func holds(_ assessment: Assessment, _ readings: Readings = [:]) -> Bool {
        switch self {
        case .always: return true
        case .all(let parts): return parts.allSatisfy { $0.holds(assessment, readings) }
        case .any(let parts): return parts.contains { $0.holds(assessment, readings) }
        case .not(let part): return !part.holds(assessment, readings)
        case .fact(let fact, let test): return test.holds(assessment[fact])
        case .field(let name, let test): return test.holds(readings[name])
        case .difference(let left, let right, let test):
            guard case .number(let one)? = readings[left],
                case .number(let other)? = readings[right]
            else { return false }
            return test.holds(.number(abs(one - other)))
        }
    }
}

/// What was recorded while care was done, by field name.
///
/// Looked up by name only.
package typealias Readings = [String: Value]
