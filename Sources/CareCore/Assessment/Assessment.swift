/// What was found about one patient: scales, lesion, spine state, devices, orders, contraindications.
///
/// A fact that was never stated is unknown, which no condition mistakes for "no".
package struct Assessment: Hashable, Codable, Sendable {
    /// Looked up by fact only; whoever lists them uses ``stated``, which has an order.
    package private(set) var values: [Fact: Value]

    package init(_ values: [Fact: Value] = [:]) {
        self.values = values
    }

    package init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([Fact: Value].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }

    /// The stated facts in the order of their declaration.
    package var stated: [(fact: Fact, value: Value)] {
        Fact.allCases.compactMap { fact in values[fact].map { (fact, $0) } }
    }

    /// The value of a fact: as stated, or worked out from others where a formula exists.
    package subscript(fact: Fact) -> Value? {
        if let value = values[fact] { return value }
        return fact == .creatinineClearance ? cockcroftGault.map(Value.number) : nil
    }

    package mutating func set(_ fact: Fact, _ value: Value?) {
        values[fact] = value
    }

    package func isTrue(_ fact: Fact) -> Bool {
        self[fact] == .flag(true)
    }

    /// Cockcroft-Gault clearance in tenths of ml/min: (140 − age) × weight × k / creatinine, with
    /// k = 1.23 for men and 1.04 for women, actual weight, creatinine in µmol/l (rule REN-1).
    private var cockcroftGault: Int? {
        guard case .number(let age)? = values[.ageYears],
            case .number(let tenthsOfKilogram)? = values[.weightKg],
            case .number(let creatinine)? = values[.creatinine],
            case .choice(let sex)? = values[.sex], age < 140, creatinine > 0
        else { return nil }
        let hundredths = (140 - age) * tenthsOfKilogram * (sex == "male" ? 123 : 104) / creatinine
        return min((hundredths + 50) / 100, 2_000)
    }
}

/// One thing that is wrong with an input: where, what, and what would be right.
package struct Fault: Hashable, Codable, Sendable {
    /// The field's path, for example `stays[3].assessment.braden`.
    package let field: String
    package let value: String?
    package let problem: String
    package let expected: String?

    package init(_ field: String, value: String? = nil, _ problem: String, expected: String? = nil)
    {
        self.field = field
        self.value = value
        self.problem = problem
        self.expected = expected
    }
}

extension Assessment {
    /// Reads named raw values; every fault is reported, not only the first.
    ///
    /// - Parameters:
    ///   - fields: Names and raw values in the order they were written.
    ///   - path: What stands before the field's name in a fault.
    package static func parse(
        _ fields: [(name: String, value: RawValue)], path: String
    ) -> (assessment: Assessment, faults: [Fault]) {
        var assessment = Assessment()
        var faults: [Fault] = []
        for (name, raw) in fields {
            guard let fact = Fact(rawValue: name) else {
                let near = nearest(to: name, among: Fact.allCases.map(\.rawValue))
                faults.append(
                    Fault(
                        path + name, value: raw.shown, "is not a known assessment field",
                        expected: near.map { "did you mean \($0)?" } ?? "see `sccctl facts`"))
                continue
            }
            guard let value = fact.definition.kind.value(raw) else {
                faults.append(
                    Fault(
                        path + name, value: raw.shown, "is not possible",
                        expected: fact.definition.kind.expectation))
                continue
            }
            assessment.set(fact, value)
        }
        return (assessment, faults)
    }
}

/// The candidate nearest to a mistyped name, if one is near enough to be meant.
package func nearest(to name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased().utf8)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
        if distance <= max(2, wanted.count / 3), distance < best?.distance ?? .max {
            best = (candidate, distance)
        }
    }
    return best?.name
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard left.count <= 64, right.count <= 64 else { return .max }
    var previous = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            current.append(
                min(
                    previous[column] + (letter == other ? 0 : 1), previous[column + 1] + 1,
                    current[column] + 1))
        }
        previous = current
    }
    return previous[right.count]
}
