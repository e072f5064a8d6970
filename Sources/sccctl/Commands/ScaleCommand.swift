import ArgumentParser
import ControlAPI
import ControlClient

struct ScaleCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "The scales: their items and bands, and what answers come to.",
        discussion: """
            Without a name it lists the scales; with one it shows items, ranges, bands and where \
            they come from. With answers it gives the result, its band and what it leads to; \
            nothing is recorded. The wording of a scale is not shipped: score from the licensed form.

            EXAMPLES
              sccctl scale
              sccctl scale braden
              sccctl scale braden 11
              sccctl scale braden sensory=2 moisture=3 activity=1 mobility=1 nutrition=2 friction=1
              sccctl scale padua activeCancer=yes reducedMobility=yes
              sccctl scale cockcroft-gault ageYears=70 sex=male weightKg=70 creatinine=100
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The scale, for example braden.")
    var name: String?

    @Argument(
        help: ArgumentHelp(
            "The answer to each item, or the result alone.", valueName: "item=value"))
    var answers: [String] = []

    /// A result alone, without an item in front.
    private var result: String? {
        guard let first = answers.first, !first.contains("=") else { return nil }
        return first
    }

    func validate() throws {
        if result != nil, answers.count > 1 {
            throw ValidationError(
                "State the result alone, or every answer as item=value; the result may stand "
                    + "among them as total=11.")
        }
    }

    func run(_ session: Session) async throws {
        guard let name else {
            let answer = try await session.client.get("/v1/scales", as: ScalesAnswer.self)
            return session.output.show(answer) { scaleLines($0, output: session.output) }
        }
        let path = "/v1/scales/\(percentEncoded(name))"
        guard !answers.isEmpty else {
            let answer = try await session.client.get(path, as: ScaleDefinitionAnswer.self)
            return session.output.show(answer) { scaleLines($0.scale, output: session.output) }
        }
        let request =
            if let result {
                ScaleRequest(result: JSONScalar(typed: result))
            } else {
                ScaleRequest(items: try items(answers, of: name))
            }
        do {
            let answer = try await session.client.post(
                path, request, requestID: session.requestID, as: ScaleAnswer.self)
            session.output.show(answer) { scoreLines($0, output: session.output) }
        } catch ClientError.problem(var problem, let body, let daemonVersion) {
            // Items are named as they were typed.
            for index in problem.faults.indices {
                let field = problem.faults[index].field
                problem.faults[index].field = String(field.trimmingPrefix("items."))
            }
            throw ClientError.problem(problem, body: body, daemonVersion: daemonVersion)
        }
    }
}

func scaleLines(_ answer: ScalesAnswer, output: Output) -> [String] {
    var table = Table(columns: [
        Column("SCALE"), Column("ESTIMATES", shortest: 16), Column("RESULT", shortest: 16),
        Column("BAD END", drop: 1), Column("EDITION", drop: 2),
    ])
    for scale in answer.scales {
        table.add([
            Cell(scale.name, .bold), Cell(scale.purpose), Cell(scale.expects),
            Cell(scale.direction == "none" ? "–" : scale.direction), Cell(scale.version),
        ])
    }
    return table.lines(width: output.width, coloured: output.coloured)
        + ["", "`sccctl scale NAME` shows items and bands."]
}

func scaleLines(_ scale: ScaleView, output: Output) -> [String] {
    func section(_ title: String, _ table: Table) -> [String] {
        ["", styled(title, .bold, coloured: output.coloured)]
            + table.lines(width: output.width, coloured: output.coloured)
    }
    func status(_ source: String, _ status: String) -> String {
        status == "confirmed" ? source : "\(source) (\(status))"
    }
    var items = Table(columns: [
        Column("ITEM"), Column("WHAT", shortest: 16), Column("LOOKS LIKE", shortest: 16),
        Column("YES COUNTS", drop: 1),
    ])
    for item in scale.items {
        items.add(
            [
                Cell(item.name, .bold), Cell(item.meaning), Cell(item.expects),
                Cell(item.points.map { "\($0)" } ?? ""),
            ])
    }
    var bands = Table(columns: [
        Column("RESULT"), Column("MEANS", shortest: 16), Column("SOURCE", drop: 1, shortest: 16),
    ])
    for band in scale.bands {
        bands.add([
            Cell(band.results, .bold), Cell(band.text),
            Cell(status(band.source, band.sourceStatus)),
        ])
    }
    var sources = Table(columns: [Column("PART"), Column("SOURCE", shortest: 16)])
    for part in scale.sources {
        sources.add([Cell(part.part), Cell(status(part.source, part.sourceStatus))])
    }
    let direction =
        switch scale.direction {
        case "low": ", low is bad"
        case "high": ", high is bad"
        default: ""
        }
    var lines = wrapped(
        "\(scale.title) (\(scale.version)): \(scale.purpose). The \(scale.result) is "
            + "\(scale.expects)\(direction).", width: output.width)
    lines += section("Items", items) + section("Bands", bands) + section("Sources", sources)
    var notes = scale.notes
    let groups = Dictionary(grouping: scale.items.filter { $0.group != nil }) { $0.group ?? "" }
    for (_, items) in groups.sorted(by: { $0.key < $1.key }) {
        notes.append("At most one of \(items.map(\.name).joined(separator: ", ")).")
    }
    if scale.items.contains(where: { !$0.required && $0.points != nil }) {
        notes.append("What is not answered counts as no.")
    }
    if (scale.bands.map(\.sourceStatus) + scale.sources.map(\.sourceStatus))
        .contains(where: { $0 != "confirmed" })
    {
        notes.append(
            "K: from knowledge, D: a default. Both need the hospital's sign-off.")
    }
    if !notes.isEmpty { lines.append("") }
    for note in notes { lines += wrapped(note, width: output.width) }
    return lines
}

func scoreLines(_ answer: ScaleAnswer, output: Output) -> [String] {
    var lines = wrapped(scoreText(answer.score), width: output.width)
    if let band = answer.score.band, band.sourceStatus != "confirmed" {
        lines += wrapped(
            "The band is \(band.sourceStatus == "K" ? "from knowledge" : "a default") "
                + "(\(band.source)) and needs the hospital's sign-off.", width: output.width)
    }
    if answer.score.items != nil, !answer.score.unanswered.isEmpty {
        // An outcome is judged; only a sum counts what nobody answered.
        let counts = if case .number = answer.score.result { ", counted as no" } else { "" }
        lines += wrapped(
            "Not answered\(counts): \(answer.score.unanswered.joined(separator: ", ")).",
            width: output.width)
    }
    for note in answer.score.notes { lines += wrapped(note, width: output.width) }
    guard !answer.leadsTo.isEmpty else {
        return lines
            + wrapped(
                "No rule of the protocols looks at this result alone.", width: output.width)
    }
    lines += ["", styled("Leads to", .bold, coloured: output.coloured)]
    var table = Table(columns: [
        Column("RULE"), Column("ACTIVITY"), Column("CARE", shortest: 16),
        Column("SOURCE", drop: 1, shortest: 16),
    ])
    for effect in answer.leadsTo {
        table.add([
            Cell(effect.rule, .bold), Cell(effect.activity), Cell(effect.text),
            Cell(
                effect.sourceStatus == "confirmed"
                    ? effect.source : "\(effect.source) (\(effect.sourceStatus))"),
        ])
    }
    return lines + table.lines(width: output.width, coloured: output.coloured)
        + ["", "Other facts may add to it or forbid it."]
}

/// For example `Braden 10: high risk (activity 1, friction 1, …)`.
func scoreText(_ score: ScoreView) -> String {
    var text = "\(score.title) \(score.result.shown)\(score.unit.map { " \($0)" } ?? "")"
    if let band = score.band { text += ": \(band.text)" }
    let answers = (score.items ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
        switch value {
        case .bool(true): name
        case .bool(false): nil as String?
        default: "\(name) \(value.shown)"
        }
    }
    return answers.isEmpty ? text : "\(text) (\(answers.joined(separator: ", ")))"
}
