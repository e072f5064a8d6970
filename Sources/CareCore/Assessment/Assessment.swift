/// What was found about one patient: scales, lesion, spine state, devices, orders, contraindications.
///
/// A fact that was never stated is unknown, which no condition mistakes for "no".
package struct Assessment: Hashable, Sendable {
    /// Looked up by fact only; whoever lists them uses ``stated``, which has an order.
    package private(set) var values: [Fact: Value]
    /// What the results of scales were made of, where it was stated.
    package private(set) var subScores: [Scale.ID: Scale.SubScores] = [:]

    package init(_ values: [Fact: Value] = [:]) {
        self.values = values
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

    /// Sets a fact, or makes it unknown.
    ///
    /// Another result of a scale without sub-scores drops those of the one before.
    package mutating func set(_ fact: Fact, _ value: Value?, subScores: Scale.SubScores? = nil) {
        if let id = fact.scoredScale?.id {
            if let subScores {
                self.subScores[id] = value == nil ? nil : subScores
            } else if values[fact] != value {
                self.subScores[id] = nil
            }
        }
        values[fact] = value
    }

    /// The sub-scores behind the result of a scale.
    package func subScores(of fact: Fact) -> Scale.SubScores? {
        subScores.isEmpty ? nil : fact.scoredScale.flatMap { subScores[$0.id] }
    }

    /// Whether the assessment would be another one after the change.
    package func differs(after change: AssessmentChange) -> Bool {
        var changed = self
        changed.set(change.fact, change.value, subScores: change.subScores)
        return changed != self
    }

    package func isTrue(_ fact: Fact) -> Bool {
        self[fact] == .flag(true)
    }

    /// Worked out with ``Scale/creatinineClearance(ageYears:tenthsOfKilogram:creatinine:isMale:)``.
    private var cockcroftGault: Int? {
        guard case .number(let age)? = values[.ageYears],
            case .number(let tenthsOfKilogram)? = values[.weightKg],
            case .number(let creatinine)? = values[.creatinine],
            case .choice(let sex)? = values[.sex]
        else { return nil }
        return Scale.creatinineClearance(
            ageYears: age, tenthsOfKilogram: tenthsOfKilogram, creatinine: creatinine,
            isMale: sex == "male")
    }

    /// The stated results of scales, and a clearance that was worked out.
    package var scores: [(scale: Scale, score: Scale.Score)] {
        Scale.all.compactMap { scale in
            guard let fact = scale.id.fact, let value = self[fact] else { return nil }
            var notes = scale.notes
            if fact == .creatinineClearance, values[fact] == nil,
                case .number(let age)? = values[.ageYears],
                case .number(let weight)? = values[.weightKg]
            {
                notes += Scale.clearanceNotes(ageYears: age, tenthsOfKilogram: weight)
            }
            let answers = subScores[scale.id] ?? [:]
            let unanswered = scale.items.filter { !$0.isRequired && answers[$0.name] == nil }
            return (
                scale,
                Scale.Score(
                    value: value, subScores: answers,
                    unanswered: answers.isEmpty ? [] : unanswered.map(\.name), notes: notes)
            )
        }
    }
}

extension Assessment: Codable {
    /// A fact's name, or the one key beside them.
    private struct Key: CodingKey {
        static let subScores = Key("subScores")

        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) {
            stringValue = name
        }

        init?(stringValue: String) {
            self.init(stringValue)
        }

        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        var values: [Fact: Value] = [:]
        for key in container.allKeys where key.stringValue != Key.subScores.stringValue {
            guard let fact = Fact(rawValue: key.stringValue) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "\(key.stringValue) is no fact")
            }
            values[fact] = try container.decode(Value.self, forKey: key)
        }
        self.values = values
        // Absent in whatever was written before there were sub-scores.
        subScores =
            try container.decodeIfPresent(
                [Scale.ID: Scale.SubScores].self, forKey: .subScores) ?? [:]
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (fact, value) in stated { try container.encode(value, forKey: Key(fact.rawValue)) }
        if !subScores.isEmpty { try container.encode(subScores, forKey: .subScores) }
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
            if let scale = fact.scoredScale, case .object(let members) = raw {
                let (score, wrong) = scale.read(members, path: path + name + ".")
                faults += wrong
                if let score { assessment.set(fact, score.value, subScores: score.subScores) }
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
