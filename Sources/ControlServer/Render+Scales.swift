import CareCore
import ControlAPI

extension ScaleView {
    init(_ scale: Scale) {
        self.init(
            name: scale.id.rawValue, title: scale.title, purpose: scale.purpose,
            version: scale.version, fact: scale.id.fact?.rawValue, result: scale.resultName,
            expects: scale.resultKind.expectation, direction: scale.direction.rawValue,
            items: scale.items.map(ScaleItemView.init),
            bands: scale.bands.map { BandView($0, of: scale) },
            sources: scale.sources.map { part in
                PartSourceView(
                    part: part.part, source: part.provenance.source,
                    sourceStatus: part.provenance.status.rawValue)
            }, notes: scale.notes)
    }
}

extension ScaleItemView {
    init(_ item: Scale.Item) {
        var points: Int?
        if case .tick(let yes) = item.answer, yes > 0 { points = yes }
        self.init(
            name: item.name, meaning: item.meaning, expects: item.expectation,
            required: item.isRequired, points: points, group: item.group)
    }
}

extension BandView {
    init(_ band: Scale.Band, of scale: Scale) {
        self.init(
            text: band.text, results: scale.words(band.extent), source: band.provenance.source,
            sourceStatus: band.provenance.status.rawValue)
    }
}

extension ScoreView {
    init(_ score: Scale.Score, of scale: Scale) {
        var items: [String: JSONScalar] = [:]
        for item in scale.items {
            if let number = score.subScores[item.name] {
                items[item.name] = JSONScalar(item.raw(number))
            }
        }
        self.init(
            name: scale.id.rawValue, title: scale.title,
            result: JSONScalar(scale.resultKind.raw(score.value)),
            unit: scale.result == .clearance ? "ml/min" : nil,
            band: scale.band(of: score.value).map { BandView($0, of: scale) },
            items: items.isEmpty ? nil : items, unanswered: score.unanswered, notes: score.notes)
    }
}

extension ScaleEffectView {
    /// The rules that the result of a scale brings into force by itself.
    static func effects(
        of score: Scale.Score, _ scale: Scale, in library: CareLibrary
    ) -> [ScaleEffectView] {
        guard let fact = scale.id.fact else { return [] }
        let (known, unknown) = (Assessment([fact: score.value]), Assessment())
        return library.rules.filter { rule in
            rule.when.facts.contains(fact) && rule.when.holds(known) && !rule.when.holds(unknown)
        }.map { rule in
            var text = library.term(of: rule.activity)
            if case .every(let minutes, _) = rule.schedule {
                text += ", every \(spoken(minutes: minutes))"
            }
            return ScaleEffectView(
                rule: rule.id, activity: rule.activity.code, text: text,
                source: rule.provenance.source, sourceStatus: rule.provenance.status.rawValue)
        }
    }
}
