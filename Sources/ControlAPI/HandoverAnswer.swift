/// `GET /v1/stays/{id}/handover`: what a receiving ward has to know (facts DIS-1).
///
/// Of a discharged stay as it was just before the discharge.
package struct HandoverAnswer: Codable, Hashable, Sendable {
    package var schema = ControlAPI.schema
    package var madeAt: String
    package var ward: WardView
    package var stay: StaySummary
    /// What matters most, one topic each.
    package var topics: [HandoverTopic]
    package var care: [HandoverCare]
    /// The days of a steroid taper.
    package var taper: [HandoverDose]
    package var alerts: [AlertView]
    package var holds: [HoldView]
    package var assessment: [String: JSONScalar]
    package var demoClockRate: Double?

    package init(
        madeAt: String, ward: WardView, stay: StaySummary, topics: [HandoverTopic],
        care: [HandoverCare], taper: [HandoverDose], alerts: [AlertView], holds: [HoldView],
        assessment: [String: JSONScalar], demoClockRate: Double? = nil
    ) {
        self.madeAt = madeAt
        self.ward = ward
        self.stay = stay
        self.topics = topics
        self.care = care
        self.taper = taper
        self.alerts = alerts
        self.holds = holds
        self.assessment = assessment
        self.demoClockRate = demoClockRate
    }
}

/// One thing that a receiving ward has to know.
package struct HandoverTopic: Codable, Hashable, Sendable {
    /// For example `catheter`, `bowel`, `steroid` or `dysreflexia`.
    package var topic: String
    /// In the ward's own time.
    package var text: String

    package init(topic: String, text: String) {
        self.topic = topic
        self.text = text
    }
}

/// One care item as it is handed over.
package struct HandoverCare: Codable, Hashable, Sendable {
    package var id: String
    package var activity: String
    package var term: String
    package var detail: String?
    /// In words, for example `every 2 h`.
    package var schedule: String
    package var intervalMinutes: Int?
    package var rule: String
    package var lastDoneAt: String?
    package var nextDue: String?
    package var heldBecause: String?
    /// How many people it takes, where a rule says.
    package var staff: Int?

    package init(
        id: String, activity: String, term: String, detail: String?, schedule: String,
        intervalMinutes: Int?, rule: String, lastDoneAt: String?, nextDue: String?,
        heldBecause: String?, staff: Int?
    ) {
        self.id = id
        self.activity = activity
        self.term = term
        self.detail = detail
        self.schedule = schedule
        self.intervalMinutes = intervalMinutes
        self.rule = rule
        self.lastDoneAt = lastDoneAt
        self.nextDue = nextDue
        self.heldBecause = heldBecause
        self.staff = staff
    }
}

/// One step of a taper; both days are local dates and count.
package struct HandoverDose: Codable, Hashable, Sendable {
    package var from: String
    package var to: String
    package var dose: String

    package init(from: String, to: String, dose: String) {
        self.from = from
        self.to = to
        self.dose = dose
    }
}
