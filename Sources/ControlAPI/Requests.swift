/// One stay to enrol.
package struct AdmissionRequest: Codable, Hashable, Sendable {
    package var ward: String
    package var bed: String
    /// The hospital's number of this admission.
    package var admission: String
    package var name: String
    package var recordNumber: String
    /// Facts by name; a scale as its result or as an object of sub-scores.
    package var assessment: [String: FactValue]?

    package init(
        ward: String, bed: String, admission: String, name: String, recordNumber: String,
        assessment: [String: FactValue]? = nil
    ) {
        self.ward = ward
        self.bed = bed
        self.admission = admission
        self.name = name
        self.recordNumber = recordNumber
        self.assessment = assessment
    }
}

/// `POST /v1/stays`: one stay or a whole ward, all or nothing unless `keepGoing`.
package struct EnrolRequest: Codable, Hashable, Sendable {
    /// The named person who enrols.
    package var by: String
    package var keepGoing: Bool?
    package var stays: [AdmissionRequest]

    package init(by: String, keepGoing: Bool? = nil, stays: [AdmissionRequest]) {
        self.by = by
        self.keepGoing = keepGoing
        self.stays = stays
    }
}

/// `POST /v1/stays/{stay}/assessment`: facts that changed; `null` makes a fact unknown.
package struct AssessRequest: Codable, Hashable, Sendable {
    package var by: String
    package var set: [String: FactValue]

    package init(by: String, set: [String: FactValue]) {
        self.by = by
        self.set = set
    }
}

/// `POST /v1/stays/{stay}/outcomes`: what was done, or why not, in one visit.
package struct RecordRequest: Codable, Hashable, Sendable {
    package var by: String
    package var outcomes: [OutcomeRequest]

    package init(by: String, outcomes: [OutcomeRequest]) {
        self.by = by
        self.outcomes = outcomes
    }
}

package struct OutcomeRequest: Codable, Hashable, Sendable {
    /// The reminder (`S12.3.45`) or else the activity (`TURN`); one of the two.
    package var reminder: String?
    package var activity: String?
    /// `done`, `refused`, `unable` or `skipped`.
    package var outcome: String
    /// When it was done; now when absent.
    ///
    /// Never in the future.
    package var performedAt: String?
    /// Required unless done.
    package var reason: String?
    package var readings: [String: JSONScalar]?

    package init(
        reminder: String? = nil, activity: String? = nil, outcome: String,
        performedAt: String? = nil, reason: String? = nil,
        readings: [String: JSONScalar]? = nil
    ) {
        self.reminder = reminder
        self.activity = activity
        self.outcome = outcome
        self.performedAt = performedAt
        self.reason = reason
        self.readings = readings
    }
}

/// `POST /v1/alerts/{alert}/acknowledge`.
package struct AcknowledgeRequest: Codable, Hashable, Sendable {
    package var by: String
    /// Also state that it is over.
    package var resolve: Bool?
    package var note: String?

    package init(by: String, resolve: Bool? = nil, note: String? = nil) {
        self.by = by
        self.resolve = resolve
        self.note = note
    }
}

/// `POST /v1/alerts/{alert}/decision`: confirm or decline a proposal.
package struct DecisionRequest: Codable, Hashable, Sendable {
    package var by: String
    package var accept: Bool

    package init(by: String, accept: Bool) {
        self.by = by
        self.accept = accept
    }
}

/// `POST /v1/stays/{stay}/holds`.
package struct HoldPlaceRequest: Codable, Hashable, Sendable {
    package var by: String
    package var reason: String
    /// Empty or absent for the whole stay.
    package var activities: [String]?
    /// The planned end, or `minutes` from now; one of the two.
    package var until: String?
    package var minutes: Int?
    package var note: String?

    package init(
        by: String, reason: String, activities: [String]? = nil, until: String? = nil,
        minutes: Int? = nil, note: String? = nil
    ) {
        self.by = by
        self.reason = reason
        self.activities = activities
        self.until = until
        self.minutes = minutes
        self.note = note
    }
}

/// `POST /v1/stays/{stay}/resume`: ends one hold, or all of the stay.
package struct ResumeRequest: Codable, Hashable, Sendable {
    package var by: String
    package var hold: String?

    package init(by: String, hold: String? = nil) {
        self.by = by
        self.hold = hold
    }
}

/// `POST /v1/stays/{stay}/absence`: off the ward, now, since a while or at a planned time.
package struct AbsenceRequest: Codable, Hashable, Sendable {
    package var by: String
    /// When the patient left or leaves; now when absent.
    package var at: String?
    package var dueBack: String
    /// `radiotherapy`, `theatre`, `imaging`, `dialysis`, `therapy` or `other`.
    package var kind: String
    package var note: String?

    package init(
        by: String, at: String? = nil, dueBack: String, kind: String, note: String? = nil
    ) {
        self.by = by
        self.at = at
        self.dueBack = dueBack
        self.kind = kind
        self.note = note
    }
}

/// `POST /v1/stays/{stay}/return`.
package struct ReturnRequest: Codable, Hashable, Sendable {
    package var by: String
    /// When the patient came back; now when absent.
    package var at: String?

    package init(by: String, at: String? = nil) {
        self.by = by
        self.at = at
    }
}

/// `POST /v1/stays/{stay}/transfer`.
package struct TransferRequest: Codable, Hashable, Sendable {
    package var by: String
    package var ward: String
    package var bed: String

    package init(by: String, ward: String, bed: String) {
        self.by = by
        self.ward = ward
        self.bed = bed
    }
}

/// `POST /v1/stays/{stay}/discharge`.
package struct DischargeRequest: Codable, Hashable, Sendable {
    package var by: String
    /// `home`, `hospice`, `other-hospital`, `other-ward`, `death` or `other`.
    package var reason: String

    package init(by: String, reason: String) {
        self.by = by
        self.reason = reason
    }
}
