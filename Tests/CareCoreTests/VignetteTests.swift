import CareCore
import Foundation
import Testing

/// The worked patients of the clinical fact sheet: everything is done exactly when it is due,
/// except what the case says, and every due instant is compared.
///
/// A missing one fails, and so does an extra one.
struct Vignette: Sendable, CustomTestStringConvertible {
    let id: String
    let start: String
    let end: String
    let facts: [(String, RawValue)]
    /// What is recorded when an activity is done, in this order; the last goes on for ever.
    var readings: [String: [[(String, RawValue)]]] = [:]
    /// Readings of one occurrence, by activity and instant.
    var scripted: [Scripted] = []
    /// What else happens, in order of time.
    var acts: [Act] = []

    struct Scripted: Sendable {
        let activity: String
        let due: String
        let readings: [(String, RawValue)]
    }

    struct Act: Sendable {
        enum What: Sendable {
            case assess([(String, RawValue)])
            case leave(at: String, dueBack: String)
            case comeBack
        }

        let at: String
        let what: What
    }

    var testDescription: String { id }

    static let all: [Vignette] = [
        Vignette(
            id: "V02", start: "2027-01-19T08:00:00Z", end: "2027-01-21T08:00:00Z",
            facts: [("braden", .number("11")), ("cannotReposition", .flag(true))],
            readings: ["TURN": [[("skin", .text("intact"))]]],
            scripted: [
                .init(
                    activity: "TURN", due: "2027-01-19T20:00:00Z",
                    readings: [
                        ("skin", .text("cat1")), ("site", .text("sacrum")),
                        ("lengthMm", .number("30")), ("widthMm", .number("20")),
                    ]),
                .init(
                    activity: "SKIN-NB", due: "2027-01-19T22:00:00Z",
                    readings: [("skin", .text("cat1")), ("site", .text("sacrum"))]),
                .init(
                    activity: "SKIN-NB", due: "2027-01-20T00:00:00Z",
                    readings: [("skin", .text("cat1")), ("site", .text("sacrum"))]),
                .init(
                    activity: "SKIN-NB", due: "2027-01-20T02:00:00Z",
                    readings: [("skin", .text("blanching")), ("site", .text("sacrum"))]),
                .init(
                    activity: "TURN", due: "2027-01-20T11:00:00Z",
                    readings: [("toPosition", .text("chair")), ("skin", .text("intact"))]),
                .init(
                    activity: "TURN", due: "2027-01-20T13:00:00Z",
                    readings: [("toPosition", .text("left30")), ("skin", .text("intact"))]),
            ]),
        Vignette(
            id: "V03-A", start: "2027-01-25T09:00:00Z", end: "2027-01-27T09:00:00Z",
            facts: [
                ("cannotReposition", .flag(true)), ("anklePressureIndex", .number("0.62")),
                ("peripheralArterialDisease", .flag(true)), ("stockingsOrdered", .flag(true)),
                ("anticoagulant", .text("enoxaparin")), ("anticoagulantDoseMg", .number("40")),
                ("creatinineClearance", .number("80")),
            ],
            scripted: [
                .init(
                    activity: "LEG-CHK", due: "2027-01-26T20:00:00Z",
                    readings: [
                        ("leftCalfCm", .number("38.5")), ("rightCalfCm", .number("35")),
                        ("leftWarm", .flag(true)),
                    ])
            ]),
        Vignette(
            id: "V03-B", start: "2027-01-25T09:00:00Z", end: "2027-01-27T09:00:00Z",
            facts: [("cannotReposition", .flag(true)), ("stockingsOrdered", .flag(true))],
            readings: ["STK-REVIEW": [[("decision", .text("keep-off"))]]],
            scripted: [
                .init(
                    activity: "STK-SKIN", due: "2027-01-26T14:00:00Z",
                    readings: [("leftSkin", .text("mark")), ("site", .text("heel"))])
            ]),
        Vignette(
            id: "V04", start: "2027-02-01T12:00:00Z", end: "2027-02-03T12:00:00Z",
            facts: [
                ("ageYears", .number("84")), ("sex", .text("female")), ("weightKg", .number("62")),
                ("creatinine", .number("150")), ("platelets", .number("240")),
                ("creatinineSampledAt", .text("2027-02-01T06:00:00Z")),
                ("anticoagulant", .text("enoxaparin")), ("anticoagulantDoseMg", .number("40")),
                ("ipcOrdered", .flag(true)), ("cannotReposition", .flag(true)),
            ],
            acts: [
                .init(
                    at: "2027-02-03T08:30:00Z", what: .assess([("creatinine", .number("278"))]))
            ]),
        Vignette(
            id: "V05-A", start: "2027-02-08T12:00:00Z", end: "2027-02-10T12:00:00Z",
            facts: [
                ("braden", .number("12")), ("cannotReposition", .flag(true)),
                ("ipcOrdered", .flag(true)), ("anticoagulant", .text("enoxaparin")),
                ("anticoagulantDoseMg", .number("40")), ("creatinineClearance", .number("75")),
                ("procedureAt", .text("2027-02-09T10:00:00Z")),
                ("procedureKind", .text("spinal-surgery")),
            ],
            acts: [
                .init(
                    at: "2027-02-08T12:00:00Z",
                    what: .leave(at: "2027-02-09T08:30:00Z", dueBack: "2027-02-09T14:00:00Z")),
                .init(
                    at: "2027-02-09T13:00:00Z",
                    what: .assess([
                        ("procedureEndedAt", .text("2027-02-09T12:30:00Z")),
                        ("haemostasisRecorded", .flag(true)),
                    ])),
                .init(at: "2027-02-09T14:00:00Z", what: .comeBack),
            ]),
        Vignette(
            id: "V06", start: "2027-02-08T07:00:00Z", end: "2027-02-10T07:00:00Z",
            facts: [
                ("lesionLevel", .text("T10")), ("catheter", .text("suprapubic")),
                ("catheterChangedAt", .text("2026-11-17T10:00:00Z")),
                ("drainageBagChangedAt", .text("2027-02-02T10:00:00Z")),
            ],
            readings: [
                "CATH-EMPTY": [[("volumeMl", .number("400"))]],
                "CATH-RECHECK": [[("drains", .flag(true))]],
            ],
            scripted: [
                .init(
                    activity: "CATH-EMPTY", due: "2027-02-09T22:00:00Z",
                    readings: [("volumeMl", .number("15")), ("bladderScanMl", .number("480"))])
            ]),
        Vignette(
            id: "V07", start: "2027-02-17T06:00:00Z", end: "2027-02-19T06:00:00Z",
            facts: [
                ("lesionLevel", .text("T12")), ("intermittentCatheterisation", .flag(true)),
            ],
            readings: [
                "IC": ["380", "410", "620", "350", "330", "390", "360", "340", "320"].map {
                    [("volumeMl", .number($0))]
                }
            ]),
        Vignette(
            id: "V09-A", start: "2027-03-27T20:00:00Z", end: "2027-03-29T20:00:00Z",
            facts: [
                ("braden", .number("11")), ("lesionLevel", .text("T12")),
                ("intermittentCatheterisation", .flag(true)),
                ("lastCatheterisedAt", .text("2027-03-27T19:00:00Z")),
                ("anticoagulant", .text("enoxaparin")), ("anticoagulantDoseMg", .number("40")),
                ("creatinineClearance", .number("80")), ("ipcOrdered", .flag(true)),
                ("ipcNightCheck", .flag(true)),
            ],
            readings: ["IC": [[("volumeMl", .number("400"))]]]),
        Vignette(
            id: "V01", start: "2027-01-11T10:00:00Z", end: "2027-01-13T10:00:00Z",
            facts: [
                ("spinalDisease", .flag(true)), ("lesionLevel", .text("T8")),
                ("spineState", .text("SPN-1")), ("aisGrade", .text("C")),
                ("motorDeficit", .flag(true)), ("sensationImpaired", .flag(true)),
                ("cannotReposition", .flag(true)), ("braden", .number("11")),
                ("catheter", .text("urethral")),
                ("catheterChangedAt", .text("2027-01-11T10:00:00Z")),
                ("drainageBagChangedAt", .text("2027-01-11T10:00:00Z")),
                ("ipcOrdered", .flag(true)), ("anticoagulantWithheld", .flag(true)),
                ("dexamethasoneMg", .number("16")), ("onOpioids", .flag(true)),
                ("bowelPattern", .text("reflexic")),
                ("lastUsefulMotionAt", .text("2027-01-10T07:30:00Z")),
            ],
            readings: [
                "TURN": [
                    [
                        ("method", .text("log-roll")), ("staff", .number("4")),
                        ("neuroBefore", .text("unchanged")), ("neuroAfter", .text("unchanged")),
                        ("skin", .text("intact")),
                    ]
                ]
            ],
            scripted: [
                .init(
                    activity: "BOWEL", due: "2027-01-12T09:00:00Z",
                    readings: [("type", .number("4")), ("amount", .text("medium"))])
            ]),
        Vignette(
            id: "V12", start: "2027-03-15T09:00:00Z", end: "2027-03-17T09:00:00Z",
            facts: [
                ("spinalDisease", .flag(true)), ("motorDeficit", .flag(true)),
                ("dexamethasoneMg", .number("16")),
                ("dexamethasoneTaper", .text("12x3 8x3 4x3 2x3")),
                ("taperFrom", .text("2027-03-16T14:00:00Z")),
            ],
            readings: [
                "CBG": ["9.8", "13.4", "12.6", "8.1"].map { [("glucose", .number($0))] }
            ]),
    ]

    /// Runs the case and gives back the ward as it stands at the end.
    func run() throws -> WardRun {
        var ward = WardRun(at: at(start), zone: Fixture.london, library: Fixture.library)
        try ward.submit(.enroll([Fixture.admission(facts)], keepGoing: false))
        var done: [String: Int] = [:]
        var pending = acts
        let end = at(self.end)
        while true {
            while let first = pending.first, at(first.at) <= ward.now {
                pending.removeFirst()
                try perform(first.what, &ward)
            }
            while let item = ward.raised.first {
                try complete(item, &ward, &done)
            }
            let next = [ward.nextWake, pending.first.map { at($0.at) }].compactMap { $0 }.min()
            guard let next, next < end else { break }
            ward.jump(to: max(ward.now, next))
            ward.tick()
        }
        return ward
    }

    private func perform(_ what: Act.What, _ ward: inout WardRun) throws {
        switch what {
        case .assess(let facts):
            let changed = Fixture.admission(facts).assessment.stated
            try ward.submit(
                .assess(
                    ward.stay.id,
                    changed.map { AssessmentChange(fact: $0.fact, value: $0.value) }))
        case .leave(let leaving, let dueBack):
            try ward.submit(
                .leave(
                    ward.stay.id,
                    LeaveRequest(at: at(leaving), dueBack: at(dueBack), kind: .theatre)))
        case .comeBack:
            try ward.submit(.comeBack(ward.stay.id, at: nil))
        }
    }

    private func complete(
        _ item: CareItem, _ ward: inout WardRun, _ done: inout [String: Int]
    ) throws {
        let code = item.activity.code
        let due = item.occurrence?.due
        let index = done[code, default: 0]
        done[code] = index + 1
        let given = readings[code] ?? []
        let values =
            scripted.first { $0.activity == code && at($0.due) == due }?.readings
            ?? (given.isEmpty ? [] : given[min(index, given.count - 1)])
        var report = OutcomeReport(
            target: .activity(item.activity), outcome: .done,
            readings: values.map { (name: $0.0, value: $0.1) })
        report.isAssumed = values.isEmpty
        try ward.submit(.record(ward.stay.id, [report]))
    }
}

/// The machine copy of the due times.
struct ExpectedRow: Decodable {
    let activity: String
    let dueUTC: [String]

    private enum CodingKeys: String, CodingKey {
        case activity
        case dueUTC = "due_utc"
    }

    static let all: [String: [ExpectedRow]] = {
        guard
            let url = Bundle.module.url(
                forResource: "vignettes", withExtension: "json", subdirectory: "Resources"),
            let data = try? Data(contentsOf: url),
            let rows = try? JSONDecoder().decode([String: [ExpectedRow]].self, from: data)
        else { preconditionFailure("the machine copy of the vignettes is among the resources") }
        return rows
    }()
}

@Suite struct VignetteTests {
    @Test(arguments: Vignette.all)
    func `every due instant is as worked by hand`(_ vignette: Vignette) throws {
        let ward = try vignette.run()
        let expected = try #require(ExpectedRow.all[vignette.id])
        #expect(!expected.isEmpty)
        for row in expected where !row.activity.hasPrefix("PROPOSE") {
            for code in codes(of: row.activity) {
                let dose = dose(of: row.activity)
                let due = ward.rows.filter { row in
                    row.activity == code && !row.held
                        && (dose.map { row.detail?.contains($0) == true } ?? true)
                }.map(\.due).sorted()
                let wanted = row.dueUTC.map(at)
                #expect(
                    due.filter { !wanted.contains($0) }.isEmpty, "\(code): extra due instants")
                #expect(
                    wanted.filter { !due.contains($0) }.isEmpty, "\(code): missing due instants")
                #expect(due == wanted)
            }
        }
    }

    /// `STK-SKIN / STK-FIT / STK-CHANGE` names three; `AC-DOSE 40 mg` names one.
    private func codes(of text: String) -> [String] {
        text.split(separator: "/").compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
    }

    /// `AC-DOSE 20 mg` is about that dose and no other.
    private func dose(of text: String) -> String? {
        guard text.hasSuffix(" mg") else { return nil }
        return text.split(separator: " ").suffix(2).joined(separator: " ")
    }

    private func run(_ id: String) throws -> WardRun {
        try #require(Vignette.all.first { $0.id == id }).run()
    }

    private func alerts(_ ward: borrowing WardRun, _ ruleID: String) -> [Alert] {
        ward.stay.alerts.filter { $0.ruleID == ruleID }
    }

    @Test func `V02 shortens by one rung at once and alerts LOW, and nothing lengthens by itself`()
        throws
    {
        let ward = try run("V02")
        let turn = try #require(ward.stay.activeItem(ActivityCode("TURN")))
        #expect(turn.intervalMinutes == 180)
        #expect(alerts(ward, "ESC-1").map(\.priority) == [.low])
        #expect(
            !ward.rows.contains { $0.activity == "TURN" && $0.due == at("2027-01-20T00:00:00Z") })
        #expect(ward.stay.activeItem(ActivityCode("SKIN-NB")) == nil)
    }

    @Test func `V03-A carries out no stocking order and raises MEDIUM for the calf`() throws {
        let ward = try run("V03-A")
        #expect(!ward.stay.items.contains { $0.activity.code.hasPrefix("STK-") })
        #expect(ward.stay.alerts.contains { $0.kind == .query && $0.ruleID.hasPrefix("STK-X") })
        #expect(ward.stay.alerts.contains { $0.kind == .finding && $0.priority == .medium })
    }

    @Test func `V03-B takes the stockings off until they were reviewed`() throws {
        let ward = try run("V03-B")
        #expect(alerts(ward, "ESC-4").map(\.priority) == [.medium])
        let after = at("2027-01-26T14:00:00Z")
        #expect(!ward.rows.contains { $0.activity == "STK-SKIN" && $0.due > after })
    }

    @Test func `V03-B refuses a new stocking order before the review`() throws {
        let vignette = try #require(Vignette.all.first { $0.id == "V03-B" })
        var ward = WardRun(at: at(vignette.start), zone: Fixture.london, library: Fixture.library)
        try ward.submit(.enroll([Fixture.admission(vignette.facts)], keepGoing: false))
        let id = ward.stay.id
        ward.advance(to: at("2027-01-25T14:00:00Z"))
        try ward.submit(
            .record(
                id,
                [
                    OutcomeReport(
                        target: .activity(ActivityCode("STK-SKIN")), outcome: .done,
                        readings: [(name: "leftSkin", value: .text("mark"))])
                ]))
        try ward.submit(.assess(id, [AssessmentChange(fact: .stockingsOrdered, value: nil)]))
        let rejection = #expect(throws: Rejection.self) {
            try ward.submit(
                .assess(id, [AssessmentChange(fact: .stockingsOrdered, value: .flag(true))]))
        }
        #expect(rejection?.code == .contraindicated)
        #expect(rejection?.faults.first?.field == "set.stockingsOrdered")
    }

    @Test func `V04 gives the renal dose, asks the prescriber, and holds below 15 ml per minute`()
        throws
    {
        var ward = try run("V04")
        #expect(ward.stay.assessment[.creatinineClearance] == .number(130))
        let dose = try #require(ward.stay.activeItem(ActivityCode("AC-DOSE")))
        #expect(dose.detail == "enoxaparin 20 mg" || dose.clinicalHold != nil)
        #expect(ward.stay.alerts.contains { $0.kind == .query && $0.priority == .medium })
        #expect(dose.clinicalHold?.ruleID == "REN-3")
        #expect(alerts(ward, "REN-3").map(\.priority) == [.medium])
        ward.advance(to: at("2027-02-03T18:00:00Z"))
        let held = ward.rows.filter { $0.activity == "AC-DOSE" && $0.held }
        #expect(held.map(\.due) == [at("2027-02-03T18:00:00Z")])
    }

    @Test func `V04 never shows the ordered 40 mg`() throws {
        let vignette = try #require(Vignette.all.first { $0.id == "V04" })
        var ward = WardRun(at: at(vignette.start), zone: Fixture.london, library: Fixture.library)
        try ward.submit(.enroll([Fixture.admission(vignette.facts)], keepGoing: false))
        #expect(ward.stay.assessment[.creatinineClearance] == .number(241))
        let dose = try #require(ward.stay.activeItem(ActivityCode("AC-DOSE")))
        #expect(dose.detail == "enoxaparin 20 mg")
        #expect(dose.ruleID == "REN-2")
    }

    @Test func `V06 counts from the last change, not from admission, and alerts MEDIUM below T6`()
        throws
    {
        let ward = try run("V06")
        #expect(alerts(ward, "ESC-9").map(\.priority) == [.medium])
        let change = try #require(ward.stay.activeItem(ActivityCode("CATH-CHG")))
        #expect(change.occurrence?.due == at("2027-05-04T09:00:00Z"), "10:00 BST")
        let bag = try #require(ward.stay.activeItem(ActivityCode("CATH-BAG")))
        #expect(bag.occurrence?.due == at("2027-02-16T10:00:00Z"))
    }

    @Test func `V07 shortens at 620 ml, proposes 6 h after 24 good hours, and waits for a person`()
        throws
    {
        var ward = try run("V07")
        #expect(alerts(ward, "ESC-8").map(\.priority) == [.low])
        let proposals = ward.stay.alerts.filter {
            if case .proposal = $0.kind { true } else { false }
        }
        #expect(proposals.map(\.raisedAt) == [at("2027-02-18T18:00:00Z")])
        #expect(ward.stay.activeItem(ActivityCode("IC"))?.intervalMinutes == 240)
        let proposal = try #require(proposals.first)
        try ward.submit(.decide(proposal.id, accept: true))
        #expect(ward.stay.activeItem(ActivityCode("IC"))?.intervalMinutes == 360)
    }

    @Test func `V07 with a lesion at T4 raises MEDIUM instead of LOW`() throws {
        var vignette = try #require(Vignette.all.first { $0.id == "V07" })
        vignette = Vignette(
            id: "V07-T4", start: vignette.start, end: vignette.end,
            facts: [("lesionLevel", .text("T4")), ("intermittentCatheterisation", .flag(true))],
            readings: vignette.readings)
        let ward = try vignette.run()
        #expect(alerts(ward, "ESC-8").map(\.priority) == [.medium])
        #expect(ward.stay.activeItem(ActivityCode("IC"))?.intervalMinutes == 240)
    }

    @Test func `V09-A raises nothing above INFO over the spring change`() throws {
        let ward = try run("V09-A")
        let raised = ward.entries.compactMap { entry -> Priority? in
            if case .reminderChanged(_, _, let priority, _) = entry.event { priority } else { nil }
        }
        #expect(raised.allSatisfy { $0 == .info })
    }
}
