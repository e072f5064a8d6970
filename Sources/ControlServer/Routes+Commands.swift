import CareCore
import CareEngine
import ControlAPI

extension ControlService {
    // MARK: Enrolment

    /// `POST /v1/stays`.
    func enrol(_ exchange: Exchange) async throws -> Reply {
        let form = try Form(exchange, known: ["keepGoing", "stays"])
        let keepGoing = form.root.flag("keepGoing") ?? false
        let nodes = form.root.fullList("stays", expected: "at least one stay") ?? []
        var admissions: [Admission] = []
        var leftOut: [FieldFault] = []
        for (index, node) in nodes.enumerated() {
            let faults = FaultList()
            let admission = admission(node, "stays[\(index)]", faults)
            if let admission, faults.faults.isEmpty {
                admissions.append(admission)
            } else {
                leftOut += faults.faults
            }
            if leftOut.count > ServerLimits.faults { break }
        }
        let isHopeless = admissions.isEmpty || leftOut.count > ServerLimits.faults
        // What cannot be read is left out like what the core refuses, unless nothing is left.
        if !keepGoing || isHopeless { form.faults.faults += leftOut }
        let submission = try form.submission(.enroll(admissions, keepGoing: keepGoing))
        return try await submit(
            submission, status: 201, refused: keepGoing ? leftOut : nil)
    }

    private func admission(
        _ node: JSONNode, _ field: String, _ faults: FaultList
    ) -> Admission? {
        let reader = ObjectReader(
            node, field,
            known: ["ward", "bed", "admission", "name", "recordNumber", "assessment"], faults)
        let (ward, bed) = (reader.text("ward"), reader.text("bed"))
        let admission = reader.text("admission")
        let (name, recordNumber) = (reader.text("name"), reader.text("recordNumber"))
        let stated = (reader.fields("assessment") ?? []).filter { !$0.value.isNullFact($0.name) }
        let (assessment, wrong) = Assessment.parse(
            stated.map { ($0.name, RawValue($0.value)) }, path: reader.path + "assessment.")
        faults.add(wrong)
        guard let ward, let bed, let admission, let name, let recordNumber else { return nil }
        return Admission(
            ward: ward, bed: bed, admission: admission,
            identity: Identity(name: name, recordNumber: recordNumber), assessment: assessment,
            path: reader.path)
    }

    // MARK: Assessment and outcomes

    /// `POST /v1/stays/{id}/assessment`.
    func assess(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["set"])
        let fields = form.root.fields("set") ?? []
        if fields.isEmpty {
            form.root.missing("set", expected: "at least one fact, for example braden")
        }
        let (assessment, wrong) = Assessment.parse(
            fields.filter { !$0.value.isNullFact($0.name) }.map { ($0.name, RawValue($0.value)) },
            path: "set.")
        form.faults.add(wrong)
        let changes = fields.compactMap { field in
            Fact(rawValue: field.name).map {
                AssessmentChange(
                    fact: $0, value: assessment.values[$0], subScores: assessment.subScores(of: $0))
            }
        }
        return try await submit(try form.submission(.assess(id, changes)))
    }

    /// `POST /v1/stays/{id}/outcomes`.
    func record(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["outcomes"])
        let nodes = form.root.fullList("outcomes", expected: "at least one outcome") ?? []
        let reports = nodes.enumerated().compactMap { index, node in
            report(node, "outcomes[\(index)]", form.faults)
        }
        return try await submit(try form.submission(.record(id, reports)))
    }

    private func report(
        _ node: JSONNode, _ field: String, _ faults: FaultList
    ) -> OutcomeReport? {
        let reader = ObjectReader(
            node, field,
            known: ["reminder", "activity", "outcome", "performedAt", "reason", "readings"],
            faults)
        let target = target(reader)
        let outcome = reader.word("outcome", as: Outcome.self)
        let performedAt = reader.instant("performedAt")
        let reason = reader.note("reason")
        let readings = reader.fields("readings") ?? []
        guard let target, let outcome else { return nil }
        return OutcomeReport(
            target: target, outcome: outcome, performedAt: performedAt, reason: reason,
            readings: readings.map { ($0.name, RawValue($0.value)) }, path: reader.path)
    }

    private func target(_ reader: ObjectReader) -> OutcomeReport.Target? {
        switch (reader.has("reminder"), reader.has("activity")) {
        case (false, false):
            reader.missing(
                "activity", expected: "an activity such as TURN, or a reminder such as S12.3.45")
            return nil
        case (true, true):
            reader.faults.add(
                reader.path + "reminder", reader.node("reminder")?.shown,
                "stands beside activity", expected: "only one of reminder and activity")
            return nil
        case (true, false):
            guard let text = reader.text("reminder") else { return nil }
            if let id = ReminderID(text) { return .reminder(id) }
            reader.faults.add(
                reader.path + "reminder", quoted(text), "is not the id of a reminder",
                expected: "for example S12.3.45")
            return nil
        case (false, true):
            guard let text = reader.text("activity") else { return nil }
            let known = engine.context.library.activities.map(\.code.code)
            if known.contains(text) { return .activity(ActivityCode(text)) }
            reader.faults.add(
                reader.path + "activity", quoted(text), "is not an activity",
                expected: expectation(for: text, among: known))
            return nil
        }
    }

    // MARK: Alerts

    /// `POST /v1/alerts/{id}/acknowledge`.
    func acknowledge(_ exchange: Exchange) async throws -> Reply {
        let id = try alertID(exchange)
        let form = try Form(exchange, known: ["resolve", "note"])
        let resolve = form.root.flag("resolve") ?? false
        let note = form.root.note("note")
        return try await submit(
            try form.submission(.acknowledge(id, resolve: resolve, note: note)))
    }

    /// `POST /v1/alerts/{id}/decision`.
    func decide(_ exchange: Exchange) async throws -> Reply {
        let id = try alertID(exchange)
        let form = try Form(exchange, known: ["accept"])
        let accept = form.root.requiredFlag("accept") ?? false
        return try await submit(try form.submission(.decide(id, accept: accept)))
    }

    private func alertID(_ exchange: Exchange) throws(Problem) -> AlertID {
        guard let id = AlertID(exchange.id) else {
            throw Problem(
                .notFound,
                "There is no alert \(quoted(exchange.id)); an alert is written like "
                    + "S12.A2 or T2.")
        }
        return id
    }

    // MARK: Holds

    /// `POST /v1/stays/{id}/holds`.
    func hold(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["reason", "activities", "until", "minutes", "note"])
        let reason = form.root.text("reason") ?? ""
        let activities = form.root.texts("activities", expected: "a list of activities") ?? []
        let until = until(form.root)
        let note = form.root.note("note")
        let request = HoldRequest(
            reason: reason, activities: activities.map(ActivityCode.init),
            until: until ?? clock(), note: note)
        return try await submit(try form.submission(.hold(id, request)))
    }

    private func until(_ reader: ObjectReader) -> Instant? {
        let expected = "only one of until and minutes"
        switch (reader.has("until"), reader.has("minutes")) {
        case (false, false):
            reader.missing("until", expected: "the planned end, or minutes from now")
            return nil
        case (true, true):
            reader.faults.add(
                "until", reader.node("until")?.shown, "stands beside minutes", expected: expected)
            return nil
        case (true, false):
            return reader.instant("until")
        case (false, true):
            return reader.integer("minutes", in: 1...ServerLimits.holdMinutes)
                .map { clock().adding(minutes: $0) }
        }
    }

    /// `POST /v1/stays/{id}/resume`.
    func resume(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["hold"])
        var hold: HoldID?
        if form.root.has("hold"), let text = form.root.text("hold") {
            hold = HoldID(text)
            if hold == nil {
                form.faults.add(
                    "hold", quoted(text), "is not the id of a hold", expected: "for example S12.H1")
            }
        }
        return try await submit(try form.submission(.resume(id, hold)))
    }

    // MARK: Where the patient is

    /// `POST /v1/stays/{id}/absence`.
    func leave(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["at", "dueBack", "kind", "note"])
        let at = form.root.instant("at")
        let dueBack = form.root.requiredInstant("dueBack")
        let kind = form.root.word("kind", as: Hold.Absence.Kind.self) ?? .other
        let note = form.root.note("note")
        let request = LeaveRequest(at: at, dueBack: dueBack ?? clock(), kind: kind, note: note)
        return try await submit(try form.submission(.leave(id, request)))
    }

    /// `POST /v1/stays/{id}/return`.
    func comeBack(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["at"])
        let at = form.root.instant("at")
        return try await submit(try form.submission(.comeBack(id, at: at)))
    }

    /// `POST /v1/stays/{id}/transfer`.
    func transfer(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["ward", "bed"])
        let (ward, bed) = (form.root.text("ward") ?? "", form.root.text("bed") ?? "")
        return try await submit(try form.submission(.transfer(id, ward: ward, bed: bed)))
    }

    /// `POST /v1/stays/{id}/discharge`.
    func discharge(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: ["reason"])
        let reason = form.root.word("reason", as: Stay.DischargeReason.self) ?? .other
        return try await submit(try form.submission(.discharge(id, reason)))
    }

    // MARK: The engine

    func submit(
        _ submission: Submission, status: Int = 200, refused: [FieldFault]? = nil
    ) async throws -> Reply {
        let result = try await engine.submit(submission)
        let answer = CommandAnswer(
            result.receipt, refused: refused.map { $0 + result.refused.map(FieldFault.init) })
        return try .json(
            answer, status: status,
            headers: result.replayed ? [(ControlAPI.Header.replayed, "true")] : [])
    }
}

extension JSONNode {
    /// Null for a fact that exists: the fact is unknown.
    ///
    /// For one that does not, it is a fault.
    fileprivate func isNullFact(_ name: String) -> Bool {
        if case .null = self { Fact(rawValue: name) != nil } else { false }
    }
}

extension CommandAnswer {
    init(_ receipt: Receipt, refused: [FieldFault]?) {
        self.init(
            sequence: receipt.sequence, at: receipt.at.description,
            stays: receipt.stays.map(\.description),
            settled: receipt.settled.map { settled in
                SettledOutcome(
                    activity: settled.activity.code, outcome: settled.outcome.rawValue,
                    reminder: settled.reminder?.description,
                    nextDue: settled.nextDue?.description, note: settled.note)
            },
            alerts: receipt.alerts.map(\.description), holds: receipt.holds.map(\.description),
            refused: refused)
    }
}
