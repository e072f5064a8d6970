import ArgumentParser
import ControlAPI
import ControlClient

struct FactsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts",
        abstract: "What can be stated about a patient, recorded with care, and given as a reason.",
        discussion: """
            EXAMPLES
              sccctl facts
              sccctl facts catheter
              sccctl facts TURN
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Only what has this word in its name or meaning.")
    var word: String?

    func run(_ session: Session) async throws {
        let answer = try await session.client.get("/v1/catalogue", as: CatalogueAnswer.self)
        session.output.show(answer) { value in
            catalogueLines(value, word: word, output: session.output)
        }
    }
}

func catalogueLines(_ answer: CatalogueAnswer, word: String?, output: Output) -> [String] {
    func matches(_ texts: String...) -> Bool {
        guard let word = word?.lowercased() else { return true }
        return texts.contains { $0.lowercased().contains(word) }
    }
    func section(_ title: String, _ table: Table) -> [String] {
        guard !table.isEmpty else { return [] }
        return ["", styled(title, .bold, coloured: output.coloured)]
            + table.lines(width: output.width, coloured: output.coloured)
    }
    var facts = Table(columns: [
        Column("FACT"), Column("MEANING", drop: 1, shortest: 16),
        Column("LOOKS LIKE", shortest: 20),
    ])
    for fact in answer.facts where matches(fact.name, fact.meaning) {
        facts.add([Cell(fact.name, .bold), Cell(fact.meaning), Cell(fact.expects)])
    }
    var activities = Table(columns: [
        Column("ACTIVITY"), Column("WHAT", drop: 1, shortest: 16), Column("FIELD"),
        Column("LOOKS LIKE", shortest: 20),
    ])
    for activity in answer.activities where matches(activity.code, activity.term) {
        let head = [Cell(activity.code, .bold), Cell(activity.term)]
        if activity.fields.isEmpty { activities.add(head + [Cell("–"), Cell("")]) }
        for (index, field) in activity.fields.enumerated() {
            let name = field.required ? "\(field.name) (required)" : field.name
            activities.add(
                (index == 0 ? head : [Cell(""), Cell("")]) + [Cell(name), Cell(field.expects)])
        }
    }
    var reasons = Table(columns: [
        Column("REASON"), Column("MEANING", drop: 1, shortest: 16), Column("AT MOST"),
    ])
    for reason in answer.holdReasons where matches(reason.reason, reason.meaning) {
        let hours = reason.ceilingMinutes % 60 == 0
        reasons.add([
            Cell(reason.reason, .bold), Cell(reason.meaning),
            Cell(hours ? "\(reason.ceilingMinutes / 60) h" : "\(reason.ceilingMinutes) min"),
        ])
    }
    let lines =
        section("Facts, for enroll and assess", facts)
        + section("Activities and what is recorded with them, for done", activities)
        + section("Reasons, for hold", reasons)
    return lines.isEmpty
        ? ["Nothing is called \(printable(word ?? ""))."] : Array(lines.dropFirst())
}
