import ArgumentParser
import ControlAPI
import ControlClient

struct ExplainCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Why a reminder is due when it is, or an alert was raised.",
        discussion: """
            From the guideline over protocol, rule and the values that made it apply to the last \
            time it was done, holds, the window and the arithmetic. Also for reminders that were \
            settled long ago. `sccctl alerts` and `sccctl show` tell the numbers.

            EXAMPLES
              sccctl explain S12.3.45
              sccctl explain S12.A2
              sccctl explain S12.3 --json
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A reminder (S12.3.45), an alert (S12.A2, T2) or a care item (S12.3).")
    var id: String

    func validate() throws {
        guard id.wholeMatch(of: #/[Ss]\d+\.(?:\d+|\d+\.\d+|[Aa]\d+)|[Tt]\d+/#) != nil else {
            throw ValidationError(
                "\(id) is no reminder (S12.3.45), care item (S12.3) or alert (S12.A2, T2).")
        }
    }

    func run(_ session: Session) async throws {
        let answer = try await session.client.get(
            "/v1/explain/\(id.uppercased())", as: ExplainAnswer.self)
        session.output.show(answer) { value in ExplainView(session.output, value).lines }
    }
}

struct ExplainView {
    let view: View
    let answer: ExplainAnswer

    init(_ output: Output, _ answer: ExplainAnswer) {
        view = View(
            output, madeAt: answer.madeAt, wards: answer.ward.map { [$0] } ?? [],
            demoClockRate: answer.demoClockRate)
        self.answer = answer
    }

    var lines: [String] {
        let subject = answer.subject
        let bed = [subject.ward, subject.bed].compactMap { $0 }.joined(separator: "/")
        let care = [
            subject.activity, subject.term.map { what($0, subject.detail) },
        ].compactMap { $0 }.joined(separator: " ")
        var lines = view.heading(
            subject.id,
            [bed, care].filter { !$0.isEmpty }
                .joined(separator: " · "))
        lines += view.paragraph(answer.conclusion) + [""]
        var table = Table(columns: [Column("WHY"), Column("", shortest: 20)])
        var before = ""
        for step in answer.steps {
            table.add([
                Cell(step.kind == before ? "" : title(step.kind), .bold), Cell(step.text),
            ])
            before = step.kind
        }
        return lines + view.table(table)
    }

    /// `last-done` as `Last done`.
    private func title(_ kind: String) -> String {
        let words = kind.replacing("-", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
