/// `GET /v1/explain/{id}`: why something is due when it is, or was raised, step by step.
package struct ExplainAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var madeAt: String
    /// Absent for an alert of the service.
    package var ward: WardView?
    package var subject: ExplainSubject
    /// One sentence: what came of it.
    package var conclusion: String
    package var steps: [ExplainStep]
    package var demoClockRate: Double?

    package init(
        madeAt: String, ward: WardView?, subject: ExplainSubject, conclusion: String,
        steps: [ExplainStep], demoClockRate: Double? = nil
    ) {
        self.madeAt = madeAt
        self.ward = ward
        self.subject = subject
        self.conclusion = conclusion
        self.steps = steps
        self.demoClockRate = demoClockRate
    }
}

/// What is explained.
package struct ExplainSubject: Codable, Hashable, Sendable {
    package var id: String
    /// `reminder`, `care-item` or `alert`.
    package var kind: String
    package var stay: String?
    package var ward: String?
    package var bed: String?
    package var activity: String?
    package var term: String?
    package var detail: String?

    package init(
        id: String, kind: String, stay: String?, ward: String?, bed: String?, activity: String?,
        term: String?, detail: String?
    ) {
        self.id = id
        self.kind = kind
        self.stay = stay
        self.ward = ward
        self.bed = bed
        self.activity = activity
        self.term = term
        self.detail = detail
    }
}

/// One step: a sentence in the ward's own time, and the same as values in UTC.
package struct ExplainStep: Codable, Hashable, Sendable {
    /// For example `source`, `rule`, `values`, `last-done`, `hold`, `window` or `due`.
    package var kind: String
    package var text: String
    package var at: String?
    package var by: String?
    package var rule: ExplainRule?
    /// What the rule looked at, with the values that it saw.
    package var values: [ExplainValue]?
    package var sum: ExplainSum?

    package init(
        kind: String, text: String, at: String? = nil, by: String? = nil, rule: ExplainRule? = nil,
        values: [ExplainValue]? = nil, sum: ExplainSum? = nil
    ) {
        self.kind = kind
        self.text = text
        self.at = at
        self.by = by
        self.rule = rule
        self.values = values
        self.sum = sum
    }
}

/// A rule with its origin.
package struct ExplainRule: Codable, Hashable, Sendable {
    package var id: String
    /// `rule`, `finding`, `watch`, `standing`, `hold`, `lengthening`, `refusal`, `contraindication`,
    /// `program`, `gone` or `other`.
    package var kind: String
    package var source: String?
    /// `confirmed`, `K` or `D`.
    package var sourceStatus: String?
    package var needsSignOff: Bool
    package var signedBy: String?
    package var signedOn: String?
    /// The protocol and its version; of all protocols together where it is an earlier one.
    package var protocolVersion: String
    /// Where it stands, for example `pressure-ulcer.yaml:120`.
    package var place: String?

    package init(
        id: String, kind: String, source: String?, sourceStatus: String?, needsSignOff: Bool,
        signedBy: String?, signedOn: String?, protocolVersion: String, place: String?
    ) {
        self.id = id
        self.kind = kind
        self.source = source
        self.sourceStatus = sourceStatus
        self.needsSignOff = needsSignOff
        self.signedBy = signedBy
        self.signedOn = signedOn
        self.protocolVersion = protocolVersion
        self.place = place
    }
}

package struct ExplainValue: Codable, Hashable, Sendable {
    package var name: String
    package var meaning: String
    package var value: JSONScalar
    /// The rule's tests that it passed, in words.
    package var tests: [String]

    package init(name: String, meaning: String, value: JSONScalar, tests: [String]) {
        self.name = name
        self.meaning = meaning
        self.value = value
        self.tests = tests
    }
}

/// The arithmetic: either `base` plus `plusMinutes`, or the local time `slot` on `slotDate`.
package struct ExplainSum: Codable, Hashable, Sendable {
    package var base: String?
    package var plusMinutes: Int?
    package var slot: String?
    package var slotDate: String?
    package var zone: String?
    /// Local waking hours, outside of which it would have fallen.
    package var waking: String?
    package var broughtForwardMinutes: Int?
    /// It was set then, and could not be due earlier.
    package var notBefore: String?
    package var due: String
    package var lateFrom: String
    package var earliest: String?
    package var onTimeUntil: String
    package var raises: [ExplainRaise]
    /// `gap` where a clock change leaves the local time out, `twice` where it comes twice.
    package var clockChange: String?
    /// Whether the parts give the stored instants; `false` only where they were not kept.
    package var adds: Bool

    package init(
        base: String?, plusMinutes: Int?, slot: String?, slotDate: String?, zone: String?,
        waking: String?, broughtForwardMinutes: Int?, notBefore: String?, due: String,
        lateFrom: String, earliest: String?, onTimeUntil: String, raises: [ExplainRaise],
        clockChange: String?, adds: Bool
    ) {
        self.base = base
        self.plusMinutes = plusMinutes
        self.slot = slot
        self.slotDate = slotDate
        self.zone = zone
        self.waking = waking
        self.broughtForwardMinutes = broughtForwardMinutes
        self.notBefore = notBefore
        self.due = due
        self.lateFrom = lateFrom
        self.earliest = earliest
        self.onTimeUntil = onTimeUntil
        self.raises = raises
        self.clockChange = clockChange
        self.adds = adds
    }
}

package struct ExplainRaise: Codable, Hashable, Sendable {
    package var at: String
    package var priority: String

    package init(at: String, priority: String) {
        self.at = at
        self.priority = priority
    }
}
