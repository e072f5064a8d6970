/// One published instrument as data: its items, what its result may be, and what the result means.
///
/// Names and meanings are in our own words; the wording of a scale belongs to its owners and is not
/// shipped. Every cut-off says where it comes from and how far that was confirmed.
package struct Scale: Hashable, Sendable {
    package enum ID: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
        case braden, waterlow, norton, purposeT, padua, caprini, fourTs, bristol, cockcroftGault
    }

    /// What the result is and how it follows from the items.
    package enum Result: Hashable, Sendable {
        /// The sum of the items' points, in this range.
        case sum(ClosedRange<Int>)
        /// One of these, as the person judged it; nothing is added up.
        case outcome([String])
        /// The Cockcroft-Gault clearance, in tenths of ml/min.
        case clearance
    }

    package enum Direction: String, Sendable {
        case lowIsBad = "low"
        case highIsBad = "high"
        /// Both ends mean something.
        case neither = "none"
    }

    package struct Item: Hashable, Sendable {
        package enum Answer: Hashable, Sendable {
            /// One of these points.
            case points([Int])
            /// Yes or no; yes counts so many points. Unanswered counts as no.
            case tick(points: Int)
            /// Something measured, for a formula.
            case quantity(ValueKind)
        }

        package let name: String
        package let meaning: String
        package let answer: Answer
        /// At most one item of a group can be true of a patient, for example one age.
        package let group: String?

        package init(_ name: String, _ meaning: String, _ answer: Answer, group: String? = nil) {
            self.name = name
            self.meaning = meaning
            self.answer = answer
            self.group = group
        }
    }

    /// What a span of results means.
    package struct Band: Hashable, Sendable {
        package enum Extent: Hashable, Sendable {
            case totals(ClosedRange<Int>)
            case outcome(String)
        }

        package let text: String
        package let extent: Extent
        package let provenance: Provenance
    }

    /// Where one part of the definition comes from.
    package struct PartSource: Hashable, Sendable {
        package let part: String
        package let provenance: Provenance
    }

    package let id: ID
    package let title: String
    /// What it estimates.
    package let purpose: String
    /// Which edition of the instrument.
    package let version: String
    package let items: [Item]
    package let result: Result
    package let direction: Direction
    /// In the order of the results, without gaps.
    package let bands: [Band]
    package let sources: [PartSource]
    /// What has to be known to use the result.
    package let notes: [String]
}

extension Scale.Item {
    /// It must be answered; a tick that is not made counts as no.
    package var isRequired: Bool {
        if case .tick = answer { false } else { true }
    }

    /// What a right answer looks like.
    package var expectation: String {
        switch answer {
        case .points(let points):
            guard let first = points.first, let last = points.last,
                points.count == last - first + 1
            else { return "one of \(points.map(String.init).joined(separator: ", "))" }
            return "a whole number from \(first) to \(last)"
        case .tick: return "true or false"
        case .quantity(let kind): return kind.expectation
        }
    }

    /// The answer as a number: points, 1 or 0 for yes or no, or the measured quantity as it is scaled.
    fileprivate func number(_ raw: RawValue) -> Int? {
        switch answer {
        case .points(let points):
            guard case .number(let number)? = ValueKind.integer(0...999, unit: "").value(raw),
                points.contains(number)
            else { return nil }
            return number
        case .tick:
            guard case .flag(let flag) = raw else { return nil }
            return flag ? 1 : 0
        case .quantity(.choice(let choices)):
            guard case .text(let text) = raw else { return nil }
            return choices.firstIndex(of: text)
        case .quantity(let kind):
            return kind.value(raw)?.ordinal
        }
    }

    /// How much an answer adds to a sum.
    fileprivate func points(of number: Int) -> Int {
        switch answer {
        case .points: number
        case .tick(let points): number * points
        case .quantity: 0
        }
    }

    /// The way back from the number to what was answered.
    package func raw(_ number: Int) -> RawValue {
        switch answer {
        case .points: .number("\(number)")
        case .tick: .flag(number != 0)
        case .quantity(let kind):
            if case .choice(let choices) = kind, choices.indices.contains(number) {
                .text(choices[number])
            } else {
                kind.raw(.number(number))
            }
        }
    }
}

// MARK: Results and bands

extension Scale {
    /// The answers to the items by name, as numbers.
    package typealias SubScores = [String: Int]

    /// A result with what it was made of.
    package struct Score: Hashable, Sendable {
        package let value: Value
        /// Empty when only the result is known.
        package let subScores: SubScores
        /// Ticks that nobody answered; they counted as no.
        package let unanswered: [String]
        package let notes: [String]
    }

    /// What the result is called where it stands among the items.
    package var resultName: String {
        switch result {
        case .sum: "total"
        case .outcome: "outcome"
        case .clearance: "clearance"
        }
    }

    package var resultKind: ValueKind {
        switch result {
        case .sum(let range): .integer(range, unit: "")
        case .outcome(let outcomes): .choice(outcomes)
        case .clearance: .decimal(digits: 1, range: 0...2_000, unit: "ml/min")
        }
    }

    package func item(_ name: String) -> Item? {
        items.first { $0.name == name }
    }

    package func band(of value: Value?) -> Band? {
        bands.first { band in
            switch (band.extent, value) {
            case (.totals(let range), .number(let number)?): range.contains(number)
            case (.outcome(let outcome), .choice(let choice)?): outcome == choice
            default: false
            }
        }
    }

    /// The results of a band in words, for example `15 to 18`.
    package func words(_ extent: Band.Extent) -> String {
        switch extent {
        case .outcome(let outcome): return outcome
        case .totals(let range):
            let (low, high) = (resultText(range.lowerBound), resultText(range.upperBound))
            return low == high ? low : "\(low) to \(high)"
        }
    }

    private func resultText(_ number: Int) -> String {
        resultKind.raw(.number(number)).shown
    }

    /// The sum of the points.
    package func total(_ subScores: SubScores) -> Int {
        items.reduce(0) { sum, item in sum + (subScores[item.name].map(item.points) ?? 0) }
    }

    /// What was answered, in the order of the items, for example `sensory 2, moisture 3`; of ticks
    /// only those that were made.
    package func words(_ subScores: SubScores) -> String {
        items.compactMap { item -> String? in
            guard let number = subScores[item.name] else { return nil }
            switch item.answer {
            case .points: return "\(item.name) \(number)"
            case .tick(let points):
                guard number != 0 else { return nil }
                return points > 0 ? "\(item.name) \(points)" : item.name
            case .quantity(let kind):
                guard case .text(let text) = item.raw(number) else {
                    return "\(item.name) \(item.raw(number).shown)\(kind.unitSuffix)"
                }
                return "\(item.name) \(text)"
            }
        }.joined(separator: ", ")
    }
}

// MARK: Reading

extension Scale {
    /// Reads answers to the items, and the result where it is stated too; every fault is reported.
    ///
    /// - Parameter path: What stands before an item's name in a fault.
    /// - Returns: No score when anything is wrong.
    package func read(_ fields: [RawMember], path: String) -> (score: Score?, faults: [Fault]) {
        var faults: [Fault] = []
        var subScores: SubScores = [:]
        var stated: Value?
        var seen: Set<String> = []
        for field in fields {
            guard seen.insert(field.name).inserted else {
                faults.append(
                    Fault(path + field.name, "is there twice", expected: "each item once"))
                continue
            }
            if field.name == resultName {
                stated = resultKind.value(field.value)
                if stated == nil { faults.append(impossible(field, resultKind.expectation, path)) }
            } else if let item = item(field.name) {
                subScores[item.name] = item.number(field.value)
                if subScores[item.name] == nil {
                    faults.append(impossible(field, item.expectation, path))
                }
            } else {
                faults.append(unknown(field, path))
            }
        }
        for item in items where item.isRequired && !seen.contains(item.name) {
            faults.append(Fault(path + item.name, "is missing", expected: item.expectation))
        }
        faults += contradictions(subScores, path)
        guard faults.isEmpty else { return (nil, faults) }
        return result(subScores, stated, path)
    }

    /// Reads the result alone.
    package func read(result raw: RawValue, field: String) -> (score: Score?, faults: [Fault]) {
        guard let value = resultKind.value(raw) else {
            return (
                nil,
                [
                    Fault(
                        field, value: raw.shown, "is not possible",
                        expected: resultKind.expectation)
                ]
            )
        }
        return (Score(value: value, subScores: [:], unanswered: [], notes: notes), [])
    }

    private func impossible(_ field: RawMember, _ expected: String, _ path: String) -> Fault {
        Fault(path + field.name, value: field.value.shown, "is not possible", expected: expected)
    }

    private func unknown(_ field: RawMember, _ path: String) -> Fault {
        let names = items.map(\.name) + [resultName]
        return Fault(
            path + field.name, value: field.value.shown, "is not an item of \(title)",
            expected: nearest(to: field.name, among: names).map { "did you mean \($0)?" }
                ?? "one of \(names.joined(separator: ", "))")
    }

    /// Ticks that cannot be true of the same patient.
    private func contradictions(_ subScores: SubScores, _ path: String) -> [Fault] {
        var first: [String: String] = [:]
        var faults: [Fault] = []
        for item in items {
            guard let group = item.group, subScores[item.name] == 1 else { continue }
            if let other = first[group] {
                faults.append(
                    Fault(
                        path + item.name, value: "true", "cannot stand beside \(other)",
                        expected: "at most one of "
                            + items.filter { $0.group == group }.map(\.name)
                            .joined(separator: ", ")))
            } else {
                first[group] = item.name
            }
        }
        return faults
    }

    private func result(
        _ subScores: SubScores, _ stated: Value?, _ path: String
    ) -> (score: Score?, faults: [Fault]) {
        var notes = notes
        let value: Value
        switch result {
        case .sum(let range):
            let total = total(subScores)
            guard range.contains(total) else {
                return refused(path, "\(total)", "is the sum of the sub-scores")
            }
            value = .number(total)
        case .outcome:
            guard let stated else {
                return (
                    nil,
                    [Fault(path + resultName, "is missing", expected: resultKind.expectation)]
                )
            }
            if let fault = contradiction(subScores, stated, path) { return (nil, [fault]) }
            notes += screenNotes(subScores)
            value = stated
        case .clearance:
            guard let age = subScores["ageYears"], let weight = subScores["weightKg"],
                let creatinine = subScores["creatinine"], let sex = subScores["sex"],
                let clearance = Self.creatinineClearance(
                    ageYears: age, tenthsOfKilogram: weight, creatinine: creatinine,
                    isMale: item("sex")?.raw(sex) == .text("male"))
            else { return refused(path, nil, "cannot be worked out") }
            notes += Self.clearanceNotes(ageYears: age, tenthsOfKilogram: weight)
            value = .number(clearance)
        }
        if let stated, stated != value {
            let (one, other) = (resultKind.raw(stated).shown, resultKind.raw(value).shown)
            return (
                nil,
                [
                    Fault(
                        path + resultName, value: one,
                        "does not fit the sub-scores, which give \(other) (\(words(subScores)))",
                        expected: "\(resultName) \(other), or other sub-scores")
                ]
            )
        }
        let unanswered = items.filter { !$0.isRequired && subScores[$0.name] == nil }
        return (
            Score(
                value: value, subScores: subScores, unanswered: unanswered.map(\.name),
                notes: notes), []
        )
    }

    private func refused(
        _ path: String, _ value: String?, _ problem: String
    ) -> (score: Score?, faults: [Fault]) {
        (nil, [Fault(path + resultName, value: value, problem, expected: resultKind.expectation)])
    }
}

// MARK: PURPOSE-T

extension Scale {
    /// The outcome is entered, but red means a pressure ulcer or its scar, and only that.
    private func contradiction(_ answers: SubScores, _ outcome: Value, _ path: String) -> Fault? {
        let marks = ["currentUlcer", "previousUlcer"]
        let shown = resultKind.raw(outcome).shown
        if let mark = marks.first(where: { answers[$0] == 1 }), outcome != .choice("red") {
            return Fault(
                path + resultName, value: shown, "contradicts \(mark), which is true",
                expected: "red, or \(mark) false")
        }
        if marks.allSatisfy({ answers[$0] == 0 }), outcome == .choice("red") {
            return Fault(
                path + resultName, value: shown,
                "contradicts \(marks.joined(separator: " and ")), which are false",
                expected: "green or amber, or one of them true")
        }
        return nil
    }

    private func screenNotes(_ answers: SubScores) -> [String] {
        let concern = items.contains { $0.name.hasPrefix("screen") && answers[$0.name] == 1 }
        let full = items.contains { !$0.name.hasPrefix("screen") && answers[$0.name] != nil }
        return concern && !full
            ? ["The screen raised a concern: the full assessment is still to be made."] : []
    }
}

// MARK: Cockcroft-Gault

extension Scale {
    /// Cockcroft-Gault clearance in tenths of ml/min: (140 − age) × weight × k / creatinine.
    ///
    /// With k = 1.23 for men and 1.04 for women, actual weight, and creatinine in µmol/l (rule REN-1).
    package static func creatinineClearance(
        ageYears: Int, tenthsOfKilogram: Int, creatinine: Int, isMale: Bool
    ) -> Int? {
        guard (0..<140).contains(ageYears), tenthsOfKilogram > 0, creatinine > 0 else { return nil }
        let hundredths =
            (140 - ageYears) * tenthsOfKilogram * (isMale ? 123 : 104) / creatinine
        return min((hundredths + 50) / 100, 2_000)
    }

    /// When the formula is outside what it was made for (rule REN-1).
    package static func clearanceNotes(ageYears: Int, tenthsOfKilogram: Int) -> [String] {
        var notes: [String] = []
        if ageYears < 18 { notes.append("Below 18 years: ask the pharmacist (REN-1).") }
        if tenthsOfKilogram > 1_200 { notes.append("Above 120 kg: ask the pharmacist (REN-1).") }
        return notes
    }
}

// MARK: Facts

extension Scale.ID {
    /// The fact that holds the result; `nil` for one that is recorded with care instead.
    package var fact: Fact? {
        switch self {
        case .bristol: nil
        case .cockcroftGault: .creatinineClearance
        case .braden, .waterlow, .norton, .purposeT, .padua, .caprini, .fourTs:
            Fact(rawValue: rawValue)
        }
    }
}

extension Fact {
    /// The scale whose result the fact is.
    package var scale: Scale? {
        Scale.ID.allCases.first { $0.fact == self }.map(Scale.of)
    }

    /// The scale whose sub-scores can be stated in place of the fact's result.
    package var scoredScale: Scale? {
        self == .creatinineClearance ? nil : scale
    }
}
