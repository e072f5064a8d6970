import ControlAPI
import ControlClient

/// Asks a person for what an enrolment still lacks.
///
/// The daemon alone judges values; what it refuses is asked again with what it expects.
struct Interview {
    let output: Output
    let facts: [String: FieldView]
    /// The next line that the person types, `nil` when they have closed the input.
    var readAnswer: () -> String? = { readLine() }

    /// The facts that decide most of the plan, each with the fact that makes the question idle.
    private static let questions: [(fact: String, when: (String, [String])?)] = [
        ("braden", nil), ("cannotReposition", nil), ("lesionLevel", nil), ("spineState", nil),
        ("sensationImpaired", nil), ("lastTurnedAt", nil), ("catheter", nil),
        ("catheterChangedAt", ("catheter", ["urethral", "suprapubic"])),
        ("intermittentCatheterisation", nil), ("bowelPattern", nil),
        ("lastUsefulMotionAt", nil), ("stockingsOrdered", nil), ("ipcOrdered", nil),
        ("anticoagulant", nil),
    ]

    init(output: Output, catalogue: CatalogueAnswer) {
        self.output = output
        facts = Dictionary(catalogue.facts.map { ($0.name, $0) }) { first, _ in first }
    }

    /// A text that must be there.
    func text(_ label: String, example: String) throws(ClientError) -> String {
        while true {
            output.ask("\(label) (for example \(example)): ")
            let answer = try next()
            if !answer.isEmpty { return answer }
            output.note("This is needed. Ctrl-D gives up; nothing is enrolled then.")
        }
    }

    func agrees(_ question: String) throws(ClientError) -> Bool {
        while true {
            output.ask("\(question) (yes or no): ")
            switch try next().lowercased() {
            case "y", "yes": return true
            case "n", "no": return false
            default: break
            }
        }
    }

    /// The common facts that nobody has stated yet; whatever is skipped stays unknown.
    func facts(besides known: [Assignment]) throws(ClientError) -> [Assignment] {
        var stated: [Assignment] = []
        output.note("What is not known is skipped with Enter.")
        for question in Self.questions {
            let all = known + stated
            if all.contains(where: { $0.name == question.fact }) { continue }
            if let (fact, values) = question.when {
                let value = all.first { $0.name == fact }?.value
                guard let value, values.contains(value.shown) else { continue }
            }
            if let value = try fact(question.fact) { stated.append(value) }
            let drug = stated.last?.value.shown ?? "none"
            if question.fact == "anticoagulant", stated.last?.name == "anticoagulant",
                drug != "none"
            {
                // Never a proposal of a dose: only what the prescription says.
                if let dose = try fact("anticoagulantDoseMg") { stated.append(dose) }
                if let time = try fact("anticoagulantTime") { stated.append(time) }
            }
        }
        return stated
    }

    /// One fact, or `nil` when it is skipped.
    func fact(_ name: String) throws(ClientError) -> Assignment? {
        // A fact that this daemon does not know is not asked for.
        guard let field = facts[name] else { return nil }
        let isFlag = field.expects == "true or false"
        let isInstant = name.hasSuffix("At")
        let form = isFlag ? "yes or no" : isInstant ? "14:05, 40m ago, or with zone" : field.expects
        while true {
            output.ask("\(field.meaning) (\(form)): ")
            let answer = try next()
            if answer.isEmpty { return nil }
            switch answer.lowercased() {
            case "y" where isFlag, "yes" where isFlag:
                return Assignment(name: name, value: .bool(true))
            case "n" where isFlag, "no" where isFlag:
                return Assignment(name: name, value: .bool(false))
            default:
                let isRight = isFlag ? false : isInstant ? TimeArgument(answer) != nil : true
                if isRight { return Assignment(name: name, value: JSONScalar(typed: answer)) }
                output.note("Expected \(isFlag ? "yes or no" : TimeArgument.expectation).")
            }
        }
    }

    private func next() throws(ClientError) -> String {
        guard let line = readAnswer() else {
            output.note("")
            throw .mistake(.invalid, "The questions were broken off; nothing was enrolled.")
        }
        return line.trimmed
    }
}

extension Assignment {
    init(name: String, value: JSONScalar) {
        self.name = name
        self.value = value
    }
}
