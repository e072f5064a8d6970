import CareCore

/// Puts conditions into the words of a ward: "Braden 10 to 14, or Waterlow 15 to 19".
struct ConditionWords {
    /// What is recorded where the condition stands; for units and decimals.
    var fields: [RecordedField] = []

    func text(_ condition: Condition) -> String {
        switch condition {
        case .always: "always"
        case .all(let parts): all(parts)
        case .any(let parts): parts.map { inner($0, besides: .any) }.joined(separator: ", or ")
        case .not(let part): not(part)
        case .fact(let fact, let test):
            Self.text(test, of: Self.name(fact), fact.definition.kind)
        case .field(let name, let test):
            Self.text(test, of: Self.spaced(name), kind(of: name))
        case .difference(let left, let right, let test):
            "\(operand(left)) and \(operand(right)) differ by \(amount(test, left))"
        case .rise(let from, let to, let test):
            "\(operand(to)) \(amount(test, to)) above \(operand(from))"
        case .fallPercent(let from, let to, let test):
            "\(operand(to)) \(Self.amount(test) { "\($0) %" }) below \(operand(from))"
        case .minutesBetween(let from, let to, let test):
            "from \(Self.name(from)) to \(Self.name(to)) \(Self.amount(test, spoken(minutes:)))"
        case .recent(let fact, let minutes):
            "\(Self.name(fact)) within the last \(spoken(minutes: minutes))"
        case .outputBelow(let volume, let hours, let tenths):
            "\(Self.spaced(volume)) below \(ValueKind.decimalText(tenths, digits: 1)) ml/kg/h over "
                + Self.spaced(hours)
        }
    }

    // MARK: Joining

    private enum Joint {
        case all, any
    }

    private func inner(_ condition: Condition, besides joint: Joint) -> String {
        switch (condition, joint) {
        case (.all(let parts), .any) where parts.count > 1 && range(parts) == nil,
            (.any(let parts), .all) where parts.count > 1:
            "(\(text(condition)))"
        default: text(condition)
        }
    }

    private func all(_ parts: [Condition]) -> String {
        range(parts) ?? parts.map { inner($0, besides: .all) }.joined(separator: " and ")
    }

    private func not(_ part: Condition) -> String {
        switch part {
        case .fact(let fact, .isKnown): "\(Self.name(fact)) not known"
        case .fact(_, .isTrue), .field(_, .isTrue): "not \(text(part))"
        default: "not (\(text(part)))"
        }
    }

    /// Two limits of one number are a range.
    private func range(_ parts: [Condition]) -> String? {
        guard parts.count == 2 else { return nil }
        switch (parts[0], parts[1]) {
        case (.fact(let one, let low), .fact(let other, let high)) where one == other:
            return Self.range(low, high, of: Self.name(one), one.definition.kind)
        case (.field(let one, let low), .field(let other, let high)) where one == other:
            return Self.range(low, high, of: Self.spaced(one), kind(of: one))
        default: return nil
        }
    }

    private static func range(
        _ one: Condition.Test, _ other: Condition.Test, of name: String, _ kind: ValueKind
    ) -> String? {
        switch (one, other) {
        case (.atLeast(let low), .atMost(let high)), (.atMost(let high), .atLeast(let low)):
            "\(name) \(number(low, kind, unit: false)) to \(number(high, kind))"
        default: nil
        }
    }

    // MARK: Tests

    private static func text(
        _ test: Condition.Test, of name: String, _ kind: ValueKind
    ) -> String {
        if case .level = kind { return level(test, of: name) }
        return switch test {
        case .isTrue: name
        case .isKnown: "\(name) known"
        case .oneOf(let choices): "\(name) \(list(choices, "or"))"
        case .atMost, .below, .atLeast, .above: "\(name) \(amount(test) { number($0, kind) })"
        }
    }

    /// Levels count from the head down, people say higher and lower.
    private static func level(_ test: Condition.Test, of name: String) -> String {
        func level(_ ordinal: Int) -> String {
            SpinalLevel(ordinal: ordinal)?.description ?? "\(ordinal)"
        }
        return switch test {
        case .isTrue: name
        case .isKnown: "\(name) known"
        case .oneOf(let choices): "\(name) \(list(choices, "or"))"
        case .atMost(let limit): "\(name) \(level(limit)) or higher"
        case .below(let limit): "\(name) higher than \(level(limit))"
        case .atLeast(let limit): "\(name) \(level(limit)) or lower"
        case .above(let limit): "\(name) lower than \(level(limit))"
        }
    }

    private func amount(_ test: Condition.Test, _ operand: Condition.Operand) -> String {
        let kind: ValueKind =
            switch operand {
            case .fact(let fact): fact.definition.kind
            case .field(let name): kind(of: name)
            }
        return Self.amount(test) { Self.number($0, kind) }
    }

    private static func amount(_ test: Condition.Test, _ number: (Int) -> String) -> String {
        switch test {
        case .atMost(let limit): "at most \(number(limit))"
        case .below(let limit): "below \(number(limit))"
        case .atLeast(let limit): "at least \(number(limit))"
        case .above(let limit): "above \(number(limit))"
        case .isTrue, .isKnown: "known"
        case .oneOf(let choices): list(choices, "or")
        }
    }

    private func operand(_ operand: Condition.Operand) -> String {
        switch operand {
        case .fact(let fact): Self.name(fact)
        case .field(let name): Self.spaced(name)
        }
    }

    private func kind(of field: String) -> ValueKind {
        fields.first { $0.name == field }?.kind ?? .integer(0...0, unit: "")
    }

    private static func number(_ number: Int, _ kind: ValueKind, unit: Bool = true) -> String {
        switch kind {
        case .decimal(let digits, _, let suffix):
            ValueKind.decimalText(number, digits: digits)
                + (unit && !suffix.isEmpty ? " \(suffix)" : "")
        case .integer(_, let suffix):
            "\(number)" + (unit && !suffix.isEmpty ? " \(suffix)" : "")
        case .time where (0..<1_440).contains(number): TimeOfDay(minutes: number).description
        default: "\(number)"
        }
    }

    // MARK: Names

    /// What a fact is called in a sentence; its meaning stands in the catalogue.
    static func name(_ fact: Fact) -> String {
        switch fact.rawValue {
        case "braden": "Braden"
        case "waterlow": "Waterlow"
        case "norton": "Norton"
        case "purposeT": "PURPOSE-T"
        case "padua": "Padua"
        case "caprini": "Caprini"
        case "fourTs": "4Ts"
        case "aisGrade": "AIS grade"
        default: spaced(fact.rawValue)
        }
    }

    /// `lastTurnedAt` as `last turned`, `suspectedDVT` as `suspected DVT`.
    static func spaced(_ name: String) -> String {
        var words = [""]
        var previous: Character = "a"
        for letter in name {
            if letter.isUppercase, !previous.isUppercase { words.append("") }
            if letter.isNumber, !previous.isNumber, !previous.isUppercase { words.append("") }
            words[words.count - 1].append(letter)
            previous = letter
        }
        if words.count > 1, words.last == "At" { words.removeLast() }
        return words.filter { !$0.isEmpty }.map { word in
            word.count > 1 && word.allSatisfy { !$0.isLowercase } ? word : word.lowercased()
        }.joined(separator: " ")
    }

    /// `a, b or c`.
    static func list(_ items: [String], _ joint: String) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(joint) \(last)"
    }
}
