import CareCore

/// Numbers that a seed determines, so that a failing case can be run again.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &+ 0x9e37_79b9_7f4a_7c15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Patients with any combination of facts, and records with any combination of readings.
enum RandomPatient {
    /// Each fact is stated with a chance of one in four.
    static func assessment(
        around now: Instant, except excluded: Set<Fact> = [],
        using numbers: inout SeededNumbers
    ) -> Assessment {
        var assessment = Assessment()
        for fact in Fact.allCases where !excluded.contains(fact) {
            guard Int.random(in: 0..<4, using: &numbers) == 0 else { continue }
            assessment.set(fact, value(fact.definition.kind, around: now, using: &numbers))
        }
        return assessment
    }

    /// Readings for an activity, each with a chance of one in two; required ones always.
    static func readings(
        for activity: Activity, around now: Instant, using numbers: inout SeededNumbers
    ) -> [(name: String, value: RawValue)] {
        activity.fields.compactMap { field in
            guard field.required || Bool.random(using: &numbers) else { return nil }
            let value = value(field.kind, around: now, using: &numbers)
            return (field.name, field.kind.raw(value))
        }
    }

    static func value(
        _ kind: ValueKind, around now: Instant, using numbers: inout SeededNumbers
    ) -> Value {
        switch kind {
        case .flag: .flag(Bool.random(using: &numbers))
        case .integer(let range, _): .number(Int.random(in: range, using: &numbers))
        case .decimal(_, let range, _): .number(Int.random(in: range, using: &numbers))
        case .choice(let choices): .choice(choices.randomElement(using: &numbers) ?? "")
        case .level:
            SpinalLevel(ordinal: Int.random(in: 1...30, using: &numbers)).map(Value.level)
                ?? .number(0)
        case .instant:
            .instant(now.adding(minutes: -Int.random(in: 0...10_000, using: &numbers)))
        case .time: .time(TimeOfDay(minutes: Int.random(in: 0..<1_440, using: &numbers)))
        case .course:
            .course([
                CourseStep(
                    tenths: Int.random(in: 1...200, using: &numbers),
                    days: Int.random(in: 1...4, using: &numbers))
            ])
        }
    }
}
