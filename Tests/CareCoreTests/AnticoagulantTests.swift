import CareCore
import Testing

/// A patient on one drug, and how long before a spinal procedure the last dose may be.
struct Drug: Sendable, CustomTestStringConvertible {
    let name: String
    let milligrams: String
    /// ml/min.
    let clearance: String
    var isHigh = false
    /// From the clinical fact sheet, rule ANT-H2.
    let hours: Int

    var testDescription: String {
        "\(name) \(milligrams) mg, clearance \(clearance): \(hours) h"
    }
}

@Suite struct AnticoagulantTests {
    static let reminded: [Drug] = [
        Drug(name: "enoxaparin", milligrams: "40", clearance: "30", hours: 12),
        Drug(name: "enoxaparin", milligrams: "20", clearance: "29.9", hours: 24),
        Drug(name: "enoxaparin", milligrams: "60", clearance: "80", hours: 24),
        Drug(name: "enoxaparin", milligrams: "60", clearance: "29.9", hours: 48),
        Drug(name: "dalteparin", milligrams: "30", clearance: "80", hours: 12),
        Drug(name: "dalteparin", milligrams: "30", clearance: "20", hours: 24),
        Drug(name: "tinzaparin", milligrams: "30", clearance: "80", isHigh: true, hours: 24),
        Drug(name: "tinzaparin", milligrams: "30", clearance: "20", isHigh: true, hours: 48),
        Drug(name: "rivaroxaban", milligrams: "10", clearance: "30", hours: 24),
        Drug(name: "rivaroxaban", milligrams: "10", clearance: "29.9", hours: 30),
        Drug(name: "rivaroxaban", milligrams: "20", clearance: "80", hours: 72),
        Drug(name: "edoxaban", milligrams: "30", clearance: "80", hours: 24),
        Drug(name: "edoxaban", milligrams: "30", clearance: "20", hours: 30),
        Drug(name: "edoxaban", milligrams: "60", clearance: "80", hours: 72),
        Drug(name: "dabigatran", milligrams: "220", clearance: "80", hours: 48),
        Drug(name: "dabigatran", milligrams: "220", clearance: "80", isHigh: true, hours: 72),
        // Not in the table; as the longest of its kind.
        Drug(name: "fondaparinux", milligrams: "2.5", clearance: "80", hours: 72),
    ]

    /// Their doses follow the drug chart, so that only the last one can be looked at.
    static let onTheChart: [Drug] = [
        Drug(name: "heparin", milligrams: "10", clearance: "80", hours: 4),
        Drug(name: "apixaban", milligrams: "5", clearance: "80", hours: 36),
        Drug(name: "apixaban", milligrams: "10", clearance: "80", isHigh: true, hours: 72),
    ]

    private static let due = at("2027-01-19T18:00:00Z")

    private func ward(
        _ drug: Drug, at now: Instant, _ facts: [(String, RawValue)]
    ) throws -> WardRun {
        var ward = WardRun(at: now, zone: Fixture.london, library: Fixture.library)
        var all: [(String, RawValue)] = [
            ("anticoagulant", .text(drug.name)), ("anticoagulantDoseMg", .number(drug.milligrams)),
            ("creatinineClearance", .number(drug.clearance)),
        ]
        if drug.isHigh { all.append(("highDose", .flag(true))) }
        try ward.submit(.enroll([Fixture.admission(all + facts)], keepGoing: false))
        return ward
    }

    private func alert(_ ward: borrowing WardRun, _ prefix: String) -> Alert? {
        ward.stay.alerts.last { $0.isActive && $0.ruleID.hasPrefix(prefix) }
    }

    @Test(arguments: reminded, ["spinal-surgery", "neuraxial"])
    func `hold a dose that is too near to a procedure, to the minute`(
        drug: Drug, kind: String
    ) throws {
        for (minutes, isHeld) in [(drug.hours * 60, false), (drug.hours * 60 - 1, true), (1, true)]
        {
            let procedure = Self.due.adding(minutes: minutes)
            let ward = try ward(
                drug, at: Self.due.adding(minutes: -600),
                [
                    ("procedureAt", .text(procedure.description)), ("procedureKind", .text(kind)),
                ])
            let dose = try #require(ward.stay.activeItem(ActivityCode("AC-DOSE")))
            #expect(dose.occurrence?.due == Self.due)
            #expect((dose.clinicalHold != nil) == isHeld, "\(minutes) minutes before")
            #expect(alert(ward, "ANT-H2-")?.priority == (isHeld ? .high : nil))
        }
    }

    @Test(arguments: reminded)
    func `hold nothing before another procedure`(drug: Drug) throws {
        let ward = try ward(
            drug, at: Self.due.adding(minutes: -600),
            [
                ("procedureAt", .text(Self.due.adding(minutes: 60).description)),
                ("procedureKind", .text("other")),
            ])
        #expect(ward.stay.activeItem(ActivityCode("AC-DOSE"))?.clinicalHold == nil)
    }

    @Test(arguments: reminded + onTheChart)
    func `warn of a procedure that is too near to the last dose, to the minute`(drug: Drug) throws {
        let last = Self.due.adding(minutes: -1_440)
        for (minutes, isWarned) in [(drug.hours * 60, false), (drug.hours * 60 - 1, true)] {
            let ward = try ward(
                drug, at: Self.due.adding(minutes: -600),
                [
                    ("anticoagulantLastDoseAt", .text(last.description)),
                    ("procedureAt", .text(last.adding(minutes: minutes).description)),
                ])
            #expect(
                alert(ward, "ANT-H5")?.priority == (isWarned ? .high : nil), "\(minutes) minutes")
        }
    }

    @Test func `warn of any procedure under warfarin`() throws {
        let drug = Drug(name: "warfarin", milligrams: "3", clearance: "80", hours: 120)
        let ward = try ward(
            drug, at: Self.due, [("procedureAt", .text(Self.due.adding(minutes: 60).description))])
        #expect(alert(ward, "ANT-H5-WARFARIN")?.priority == .high)
    }

    @Test(arguments: [
        ("rivaroxaban", "20", "29.9", true), ("rivaroxaban", "20", "30", false),
        ("rivaroxaban", "10", "20", false), ("dabigatran", "300", "49.9", true),
        ("dabigatran", "300", "50", false), ("dabigatran", "220", "40", false),
    ])
    func `ask for a drug level`(
        name: String, milligrams: String, clearance: String, isAsked: Bool
    ) throws {
        let drug = Drug(name: name, milligrams: milligrams, clearance: clearance, hours: 72)
        let ward = try ward(
            drug, at: Self.due,
            [("procedureAt", .text(Self.due.adding(minutes: 7_200).description))])
        #expect((alert(ward, "ANT-H2-LEVEL") != nil) == isAsked)
    }

    // MARK: After it

    /// Minutes from the end to the dose, haemostasis recorded, held.
    @Test(arguments: [(1_439, true, true), (1_440, true, false), (1_440, false, true)])
    func `restart after spinal surgery`(minutes: Int, isRecorded: Bool, isHeld: Bool) throws {
        let ended = Self.due.adding(minutes: -minutes)
        var ward = try ward(
            Self.reminded[0], at: Self.due.adding(minutes: -300),
            [
                ("procedureAt", .text(ended.adding(minutes: -120).description)),
                ("procedureEndedAt", .text(ended.description)),
                ("procedureKind", .text("spinal-surgery")),
            ])
        if isRecorded {
            let recorded = AssessmentChange(fact: .haemostasisRecorded, value: .flag(true))
            try ward.submit(.assess(ward.stay.id, [recorded]))
        }
        let dose = try #require(ward.stay.activeItem(ActivityCode("AC-DOSE")))
        #expect(dose.clinicalHold?.ruleID == (isHeld ? "ANT-H3-SURGERY" : nil))
    }

    /// Minutes from the removal to the dose, traumatic, held by.
    @Test(arguments: [
        (239, false, "ANT-H3-CATHETER"), (240, false, nil), (719, true, "ANT-H3-CATHETER-TRAUMA"),
        (720, true, nil),
    ])
    func `restart after a neuraxial catheter`(
        minutes: Int, isTraumatic: Bool, hold: String?
    ) throws {
        var facts: [(String, RawValue)] = [
            (
                "neuraxialCatheterRemovedAt",
                .text(Self.due.adding(minutes: -minutes).description)
            )
        ]
        if isTraumatic { facts.append(("traumaticPuncture", .flag(true))) }
        let ward = try ward(Self.reminded[0], at: Self.due.adding(minutes: -60), facts)
        let dose = try #require(ward.stay.activeItem(ActivityCode("AC-DOSE")))
        #expect(dose.clinicalHold?.ruleID == hold)
    }

    @Test func `count a second operation by its own end`() throws {
        let first = Self.due.adding(minutes: -2_880)
        let second = Self.due.adding(minutes: -240)
        var ward = try ward(
            Self.reminded[0], at: Self.due.adding(minutes: -600),
            [
                ("procedureAt", .text(first.adding(minutes: -120).description)),
                ("procedureEndedAt", .text(first.description)),
                ("procedureKind", .text("spinal-surgery")),
            ])
        try ward.submit(
            .assess(
                ward.stay.id,
                [
                    AssessmentChange(fact: .haemostasisRecorded, value: .flag(true)),
                    AssessmentChange(fact: .procedureAt, value: .instant(second)),
                ]))
        ward.advance(to: second)
        #expect(ward.stay.assessment[.procedureEndedAt] == nil)
        #expect(ward.stay.assessment[.haemostasisRecorded] == nil)
        let dose = try #require(ward.stay.activeItem(ActivityCode("AC-DOSE")))
        #expect(dose.clinicalHold?.ruleID == "ANT-H3-THEATRE")
    }

    // MARK: Renal function

    /// Clearance, hours to the next sample, mg of enoxaparin shown, held.
    @Test(arguments: [
        ("50", 168, "enoxaparin 40 mg", false), ("49.9", 72, "enoxaparin 40 mg", false),
        ("30", 72, "enoxaparin 40 mg", false), ("29.9", 48, "enoxaparin 20 mg", false),
        ("15", 48, "enoxaparin 20 mg", false), ("14.9", 48, "enoxaparin 20 mg", true),
    ])
    func `follow the clearance`(
        clearance: String, hours: Int, detail: String, isHeld: Bool
    ) throws {
        let sampled = Self.due.adding(minutes: -720)
        let drug = Drug(name: "enoxaparin", milligrams: "40", clearance: clearance, hours: 12)
        let ward = try ward(
            drug, at: Self.due.adding(minutes: -600),
            [("creatinineSampledAt", .text(sampled.description))])
        let sample = try #require(ward.stay.activeItem(ActivityCode("LAB-RENAL")))
        #expect(sample.occurrence?.due == sampled.adding(minutes: hours * 60))
        let dose = try #require(ward.stay.activeItem(ActivityCode("AC-DOSE")))
        #expect(dose.detail == detail)
        #expect(dose.clinicalHold?.ruleID == (isHeld ? "REN-3" : nil))
        #expect((alert(ward, "REN-2") != nil) == (detail == "enoxaparin 20 mg"))
    }

    @Test(arguments: [(26, 48), (27, 24)])
    func `sample daily when creatinine moves`(move: Int, hours: Int) throws {
        let sampled = Self.due.adding(minutes: -720)
        let drug = Drug(name: "enoxaparin", milligrams: "20", clearance: "20", hours: 24)
        let ward = try ward(
            drug, at: Self.due.adding(minutes: -600),
            [
                ("creatinineSampledAt", .text(sampled.description)),
                ("creatininePrevious", .number("200")), ("creatinine", .number("\(200 - move)")),
            ])
        let sample = try #require(ward.stay.activeItem(ActivityCode("LAB-RENAL")))
        #expect(sample.occurrence?.due == sampled.adding(minutes: hours * 60))
    }
}
