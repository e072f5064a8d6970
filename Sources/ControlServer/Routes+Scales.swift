import CareCore
import CareEngine
import ControlAPI

extension ControlService {
    /// `GET /v1/scales`.
    func scales(_ exchange: Exchange) throws -> Reply {
        try exchange.query.check([])
        return try .json(ScalesAnswer(scales: Scale.all.map(ScaleView.init)))
    }

    /// `GET /v1/scales/{id}`.
    func scale(_ exchange: Exchange) throws -> Reply {
        try exchange.query.check([])
        return try .json(ScaleDefinitionAnswer(scale: ScaleView(try scale(named: exchange.id))))
    }

    /// `POST /v1/scales/{id}`: arithmetic only, so it names nobody and records nothing.
    func score(_ exchange: Exchange) throws -> Reply {
        let scale = try scale(named: exchange.id)
        let faults = FaultList()
        let root = ObjectReader(
            try Form.document(exchange), "", known: ["result", "items"], faults)
        let score = score(root, scale)
        try faults.check()
        guard let score else {
            throw Problem(
                .invalid, "Nothing is stated.",
                faults: [
                    FieldFault(
                        field: "items", value: nil, problem: "is missing",
                        expected: "answers to \(scale.items.map(\.name).joined(separator: ", ")), "
                            + "or result: \(scale.resultKind.expectation)")
                ])
        }
        let library = engine.context.library
        return try .json(
            ScaleAnswer(
                score: ScoreView(score, of: scale),
                leadsTo: ScaleEffectView.effects(of: score, scale, in: library),
                protocolVersion: library.version))
    }

    private func score(_ root: ObjectReader, _ scale: Scale) -> Scale.Score? {
        let read: (score: Scale.Score?, faults: [Fault])
        switch (root.node("result"), root.fields("items")) {
        case (let result?, _) where root.has("items"):
            root.faults.add(
                "result", result.shown, "stands beside items",
                expected: "\(scale.resultName) among the items")
            return nil
        case (let result?, _):
            read = scale.read(result: RawValue(result), field: "result")
        case (nil, let items?):
            read = scale.read(
                items.map { RawMember($0.name, RawValue($0.value)) }, path: "items.")
        case (nil, nil):
            return nil
        }
        root.faults.add(read.faults)
        return read.score
    }

    /// By name or title, whatever its capitals and hyphens.
    private func scale(named text: String) throws(Problem) -> Scale {
        func plain(_ text: String) -> String {
            text.lowercased().filter { $0.isLetter || $0.isNumber }
        }
        let wanted = plain(text)
        if let scale = Scale.all.first(where: {
            plain($0.id.rawValue) == wanted || plain($0.title) == wanted
        }) {
            return scale
        }
        let known = Scale.all.map(\.id.rawValue)
        let near = nearest(to: text, among: known).map { " Did you mean \($0)?" } ?? ""
        throw Problem(
            .notFound,
            "There is no scale \(quoted(text)), only \(known.joined(separator: ", ")).\(near)")
    }
}
