/// A fact as it is stated: one value, or the answers to the items of a scale.
package enum FactValue: Hashable, Sendable {
    case value(JSONScalar)
    case items([String: JSONScalar])

    package static func bool(_ flag: Bool) -> FactValue { .value(.bool(flag)) }
    package static func number(_ text: String) -> FactValue { .value(.number(text)) }
    package static func string(_ text: String) -> FactValue { .value(.string(text)) }
    package static var null: FactValue { .value(.null) }
}

extension FactValue: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(JSONScalar.self) {
            self = .value(value)
        } else {
            self = .items(try container.decode([String: JSONScalar].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .value(let value): try container.encode(value)
        case .items(let items): try container.encode(items)
        }
    }
}

/// `GET /v1/scales`: every scale, in our own words.
package struct ScalesAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var scales: [ScaleView]

    package init(scales: [ScaleView]) {
        self.scales = scales
    }
}

/// `GET /v1/scales/{scale}`.
package struct ScaleDefinitionAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var scale: ScaleView

    package init(scale: ScaleView) {
        self.scale = scale
    }
}

package struct ScaleView: Codable, Hashable, Sendable {
    package var name: String
    package var title: String
    /// What it estimates.
    package var purpose: String
    /// The edition of the instrument.
    package var version: String
    /// The fact of an assessment that holds the result; absent for what is recorded with care.
    package var fact: String?
    /// What the result is called where it stands among the items.
    package var result: String
    package var expects: String
    /// Which end is bad: `low`, `high` or `none`.
    package var direction: String
    package var items: [ScaleItemView]
    package var bands: [BandView]
    package var sources: [PartSourceView]
    package var notes: [String]

    package init(
        name: String, title: String, purpose: String, version: String, fact: String?,
        result: String, expects: String, direction: String, items: [ScaleItemView],
        bands: [BandView], sources: [PartSourceView], notes: [String]
    ) {
        self.name = name
        self.title = title
        self.purpose = purpose
        self.version = version
        self.fact = fact
        self.result = result
        self.expects = expects
        self.direction = direction
        self.items = items
        self.bands = bands
        self.sources = sources
        self.notes = notes
    }
}

package struct ScaleItemView: Codable, Hashable, Sendable {
    package var name: String
    package var meaning: String
    /// What a right answer looks like.
    package var expects: String
    /// One that is not required counts as no.
    package var required: Bool
    /// What yes adds to the total.
    package var points: Int?
    /// At most one item of a group can be true.
    package var group: String?

    package init(
        name: String, meaning: String, expects: String, required: Bool, points: Int?, group: String?
    ) {
        self.name = name
        self.meaning = meaning
        self.expects = expects
        self.required = required
        self.points = points
        self.group = group
    }
}

package struct BandView: Codable, Hashable, Sendable {
    /// What the results mean.
    package var text: String
    /// Which results, for example `15 to 18`.
    package var results: String
    package var source: String
    /// `confirmed`, `K` or `D`; K and D need local sign-off.
    package var sourceStatus: String

    package init(text: String, results: String, source: String, sourceStatus: String) {
        self.text = text
        self.results = results
        self.source = source
        self.sourceStatus = sourceStatus
    }
}

package struct PartSourceView: Codable, Hashable, Sendable {
    package var part: String
    package var source: String
    package var sourceStatus: String

    package init(part: String, source: String, sourceStatus: String) {
        self.part = part
        self.source = source
        self.sourceStatus = sourceStatus
    }
}

/// `POST /v1/scales/{scale}`: the result alone, or the answers to the items.
package struct ScaleRequest: Codable, Hashable, Sendable {
    package var result: JSONScalar?
    package var items: [String: JSONScalar]?

    package init(result: JSONScalar? = nil, items: [String: JSONScalar]? = nil) {
        self.result = result
        self.items = items
    }
}

/// `POST /v1/scales/{scale}`: what the answers come to; nothing is recorded.
package struct ScaleAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var score: ScoreView
    /// What the protocols make of this result alone; other facts may add to it.
    package var leadsTo: [ScaleEffectView]
    package var protocolVersion: String

    package init(score: ScoreView, leadsTo: [ScaleEffectView], protocolVersion: String) {
        self.score = score
        self.leadsTo = leadsTo
        self.protocolVersion = protocolVersion
    }
}

/// A result with its band and what it was made of.
package struct ScoreView: Codable, Hashable, Sendable {
    package var name: String
    package var title: String
    package var result: JSONScalar
    package var unit: String?
    package var band: BandView?
    /// Absent when only the result was stated.
    package var items: [String: JSONScalar]?
    /// Items that nobody answered and that counted as no.
    package var unanswered: [String]
    package var notes: [String]

    package init(
        name: String, title: String, result: JSONScalar, unit: String?, band: BandView?,
        items: [String: JSONScalar]?, unanswered: [String], notes: [String]
    ) {
        self.name = name
        self.title = title
        self.result = result
        self.unit = unit
        self.band = band
        self.items = items
        self.unanswered = unanswered
        self.notes = notes
    }
}

/// A rule that a result brings into force.
package struct ScaleEffectView: Codable, Hashable, Sendable {
    package var rule: String
    package var activity: String
    package var text: String
    package var source: String
    package var sourceStatus: String

    package init(
        rule: String, activity: String, text: String, source: String, sourceStatus: String
    ) {
        self.rule = rule
        self.activity = activity
        self.text = text
        self.source = source
        self.sourceStatus = sourceStatus
    }
}
