import CareCore
import CareProtocols
import Testing

/// One row of the table of rules: what a nurse could check against the protocol's paper.
struct ExpectedRule: Sendable, CustomTestStringConvertible {
    let id: String
    let activity: String
    let schedule: Schedule
    let status: Provenance.Status

    init(_ id: String, _ activity: String, _ schedule: Schedule, _ status: Provenance.Status) {
        self.id = id
        self.activity = activity
        self.schedule = schedule
        self.status = status
    }

    var testDescription: String { id }
}

private func times(_ texts: String...) -> [TimeOfDay] {
    texts.compactMap { TimeOfDay($0) }
}

private let nine = TimeOfDay(hour: 9)
private let ten = TimeOfDay(hour: 10)
private let eighteen = TimeOfDay(hour: 18)
private let threeSlots = Schedule.daily(times("08:00", "14:00", "20:00"))

private let expectedRules: [ExpectedRule] = [
    .init("TURN-2", "TURN", .every(minutes: 120, first: .since(.lastTurnedAt)), .designDefault),
    .init("TURN-4", "TURN", .every(minutes: 240, first: .since(.lastTurnedAt)), .designDefault),
    .init("TURN-6", "TURN", .every(minutes: 360, first: .since(.lastTurnedAt)), .designDefault),
    .init("SKN-1", "SKIN", .with(ActivityCode("TURN")), .knowledge),
    .init("HEE-1", "HEEL", .with(ActivityCode("TURN")), .confirmed),
    .init("SKN-2", "SKIN-NB", .every(minutes: 120, first: .afterInterval), .knowledge),
    .init("SEA-1", "SEAT-END", .once(afterMinutes: 120), .knowledge),
    .init(
        "STK-3", "STK-FIT", .everyDays(7, at: nine, since: .stockingsFittedAt, first: .atOnce),
        .designDefault),
    .init("STK-1", "STK-SKIN", threeSlots, .confirmed),
    .init(
        "STK-4", "STK-CHANGE",
        .everyDays(3, at: TimeOfDay(hour: 8), since: .stockingsFittedAt, first: .afterInterval),
        .confirmed),
    .init("STK-5", "STK-REVIEW", .once(afterMinutes: 240), .designDefault),
    .init("IPC-1", "IPC-CHK", threeSlots, .designDefault),
    .init("IPC-2", "IPC-NIGHT", .daily(times("01:30")), .designDefault),
    .init("VTE-3", "LEG-CHK", .daily(times("08:00", "20:00")), .knowledge),
    .init("ANT-1", "AC-CHK", .daily(times("17:00")), .designDefault),
    .init(
        "ANT-1E", "AC-CHK", .dailyAt(.anticoagulantTime, default: eighteen, plus: -60),
        .designDefault),
    .init(
        "ANT-2", "AC-DOSE", .dailyAt(.anticoagulantTime, default: eighteen, plus: 0),
        .designDefault),
    .init(
        "REN-2", "AC-DOSE", .dailyAt(.anticoagulantTime, default: eighteen, plus: 0), .confirmed),
    .init("CHE-1", "DBE", .daily((8...21).map { TimeOfDay(hour: $0) }), .designDefault),
    .init(
        "CHE-2", "DBE", .daily(stride(from: 8, through: 20, by: 2).map { TimeOfDay(hour: $0) }),
        .designDefault),
    .init("CAT-2", "CATH-EMPTY", .daily(times("06:00", "14:00", "22:00")), .designDefault),
    .init("ESC-9", "CATH-RECHECK", .once(afterMinutes: 30), .designDefault),
    .init("CAT-1", "CATH-CARE", .daily([nine]), .confirmed),
    .init(
        "CAT-3", "CATH-BAG",
        .everyDays(7, at: ten, since: .drainageBagChangedAt, first: .afterInterval), .confirmed),
    .init(
        "CAT-4", "CATH-CHG",
        .everyDays(84, at: ten, since: .catheterChangedAt, first: .afterInterval), .confirmed),
    .init(
        "CAT-4S", "CATH-CHG",
        .everyDays(28, at: ten, since: .catheterChangedAt, first: .afterInterval), .confirmed),
    .init("ICA-1", "IC", .every(minutes: 360, first: .since(.lastCatheterisedAt)), .confirmed),
    .init("BOW-1", "BOWEL", .daily([nine]), .confirmed),
    .init("BOW-2", "BOWEL", .daily([nine]), .knowledge),
    .init("BOW-1P", "BOWEL", .daily([nine]), .designDefault),
    .init("BOW-4", "BOWEL-REV", .daily(times("20:00")), .designDefault),
]

/// A patient and the rules that must apply to them, no more and no fewer.
struct Patient: Sendable, CustomTestStringConvertible {
    let name: String
    let facts: [Fact: Value]
    let rules: Set<String>

    init(_ name: String, _ facts: [Fact: Value], _ rules: Set<String>) {
        self.name = name
        self.facts = facts
        self.rules = rules
    }

    var testDescription: String { name }
}

private let yes = Value.flag(true)
private func level(_ text: String) -> Value {
    guard let level = SpinalLevel(text) else { preconditionFailure("\(text) is no level") }
    return .level(level)
}

private let patients: [Patient] = [
    .init("nothing known", [:], []),
    .init("not at risk", [.braden: .number(19), .waterlow: .number(9)], []),
    .init("Braden 18", [.braden: .number(18)], ["TURN-6", "SKN-1", "VTE-3"]),
    .init("Braden 14", [.braden: .number(14)], ["TURN-4", "SKN-1", "VTE-3"]),
    .init("Braden 10", [.braden: .number(10)], ["TURN-4", "SKN-1", "VTE-3"]),
    .init("Braden 9", [.braden: .number(9)], ["TURN-2", "SKN-1", "VTE-3"]),
    .init("Waterlow 20", [.waterlow: .number(20)], ["TURN-2", "SKN-1"]),
    .init("Waterlow 15", [.waterlow: .number(15)], ["TURN-4", "SKN-1"]),
    .init("Norton 14", [.norton: .number(14)], ["TURN-6", "SKN-1"]),
    .init("PURPOSE-T red", [.purposeT: .choice("red")], ["TURN-4", "SKN-1"]),
    .init(
        "movement lost, sensation kept", [.motorDeficit: yes, .cannotReposition: yes],
        ["TURN-6", "SKN-1", "HEE-1", "CHE-2", "VTE-3"]),
    .init(
        "T8 with sensory loss, compression ordered, anticoagulant withheld",
        [
            .motorDeficit: yes, .sensationImpaired: yes, .lesionLevel: level("T8"),
            .braden: .number(11), .ipcOrdered: yes, .anticoagulantWithheld: yes,
            .anticoagulant: .choice("enoxaparin"), .spineState: .choice("SPN-1"),
            .catheter: .choice("urethral"), .onOpioids: yes, .bowelPattern: .choice("reflexic"),
        ],
        [
            "TURN-2", "TURN-4", "SKN-1", "HEE-1", "IPC-1", "VTE-3", "ANT-1", "CHE-1", "CHE-2",
            "CAT-1", "CAT-2", "CAT-3", "CAT-4", "BOW-1", "BOW-4",
        ]),
    .init(
        "stockings on healthy legs",
        [.stockingsOrdered: yes, .cannotReposition: yes],
        ["STK-1", "STK-3", "STK-4", "TURN-6", "SKN-1", "HEE-1", "CHE-2"]),
    .init(
        "stockings ordered on diseased arteries",
        [.stockingsOrdered: yes, .anklePressureIndex: .number(62)], ["VTE-3"]),
    .init(
        "stockings ordered, index 0.8",
        [.stockingsOrdered: yes, .anklePressureIndex: .number(80)], ["STK-1", "STK-3", "STK-4"]),
    .init(
        "stockings off for review", [.stockingsOrdered: yes, .stockingReviewPending: yes],
        ["STK-5", "VTE-3"]),
    .init(
        "suspected thrombosis with both devices ordered",
        [.stockingsOrdered: yes, .ipcOrdered: yes, .suspectedDVT: yes], ["VTE-3"]),
    .init(
        "enoxaparin, clearance unknown", [.anticoagulant: .choice("enoxaparin")],
        ["ANT-1", "ANT-2", "VTE-3"]),
    .init(
        "enoxaparin, clearance 30",
        [.anticoagulant: .choice("enoxaparin"), .creatinineClearance: .number(300)],
        ["ANT-1", "ANT-2", "VTE-3"]),
    .init(
        "enoxaparin, clearance worked out as 24.1",
        [
            .anticoagulant: .choice("enoxaparin"), .ageYears: .number(84), .sex: .choice("female"),
            .weightKg: .number(620), .creatinine: .number(150),
        ], ["ANT-1", "REN-2", "VTE-3"]),
    .init(
        "enoxaparin, clearance 13",
        [.anticoagulant: .choice("enoxaparin"), .creatinineClearance: .number(130)],
        ["ANT-1", "ANT-2", "VTE-3"]),
    .init(
        "dalteparin, clearance 20",
        [.anticoagulant: .choice("dalteparin"), .creatinineClearance: .number(200)],
        ["ANT-1", "ANT-2", "VTE-3"]),
    .init(
        "early dose",
        [.anticoagulant: .choice("enoxaparin"), .anticoagulantTime: .time(TimeOfDay(hour: 8))],
        ["ANT-1E", "ANT-2", "VTE-3"]),
    .init(
        "dose at 17:00",
        [.anticoagulant: .choice("enoxaparin"), .anticoagulantTime: .time(TimeOfDay(hour: 17))],
        ["ANT-1E", "ANT-2", "VTE-3"]),
    .init("warfarin", [.anticoagulant: .choice("warfarin")], ["ANT-1", "VTE-3"]),
    .init("no anticoagulant", [.anticoagulant: .choice("none")], []),
    .init("withheld before any order", [.anticoagulantWithheld: yes], ["ANT-1"]),
    .init("lesion L1", [.lesionLevel: level("L1")], ["CHE-2"]),
    .init("lesion T12", [.lesionLevel: level("T12")], ["CHE-1", "CHE-2"]),
    .init("after an operation", [.postOperative: yes], ["CHE-1"]),
    .init(
        "short-term catheter",
        [.catheter: .choice("urethral"), .catheterMaterial: .choice("short-term")],
        ["CAT-1", "CAT-2", "CAT-3", "CAT-4S"]),
    .init(
        "blocked catheter", [.catheter: .choice("suprapubic"), .catheterBlocked: yes],
        ["CAT-1", "CAT-2", "CAT-3", "CAT-4", "ESC-9"]),
    .init("intermittent catheterisation", [.intermittentCatheterisation: yes], ["ICA-1"]),
    .init(
        "intermittent, no catheter",
        [.intermittentCatheterisation: yes, .catheter: .choice("none")], ["ICA-1"]),
    .init(
        "opioids and immobile", [.onOpioids: yes, .cannotReposition: yes],
        ["BOW-1P", "BOW-4", "CHE-2", "TURN-6", "SKN-1", "HEE-1", "VTE-3"]),
    .init("areflexic bowel", [.bowelPattern: .choice("areflexic")], ["BOW-2", "BOW-4"]),
    .init("erythema watched", [.skinNonBlanching: yes], ["SKN-2"]),
    .init("in the chair", [.inChair: yes], ["SEA-1"]),
]

private let doseHolds: [(Fact, Value, String, Priority)] = [
    (Fact.activeBleeding, yes, "ESC-15", Priority.high),
    (.platelets, .number(49), "ANT-H1-PLATELETS-50", .medium),
    (.platelets, .number(50), "ANT-H1-PLATELETS-75", .medium),
    (.platelets, .number(74), "ANT-H1-PLATELETS-75", .medium),
    (.systolic, .number(230), "ANT-H1-PRESSURE", .medium),
    (.diastolic, .number(120), "ANT-H1-PRESSURE", .medium),
    (.hitSuspected, yes, "ANT-H1-HIT", .medium),
    (.anticoagulantAllergy, yes, "ANT-H1-ALLERGY", .medium),
    (.creatinineClearance, .number(149), "REN-3", .medium),
]

private let documentedWindows: [(String, Int?, Int, [(Int, Priority)])] = [
    ("SKIN-NB", 30, 30, [(30, Priority.low), (60, .medium)]),
    ("IC", 60, 30, [(30, .low), (60, .medium)]),
    ("CATH-EMPTY", 60, 60, [(60, .low), (180, .medium)]),
    ("STK-SKIN", 60, 60, [(60, .low), (240, .medium)]),
    ("IPC-CHK", 60, 60, [(60, .low), (240, .medium)]),
    ("AC-DOSE", 60, 60, [(60, .low), (120, .medium)]),
    ("BOWEL", 60, 60, [(60, .low)]),
    ("BOWEL-REV", 60, 60, [(60, .low)]),
    ("DBE", 20, 20, []),
    ("SEAT-END", nil, 15, [(15, .low), (30, .medium)]),
]

private let raisedAlerts: [(String, Readings, [String])] = [
    ("TURN", ["skin": Value.choice("cat1"), "site": .choice("sacrum")], ["ESC-1 LOW"]),
    ("TURN", ["skin": .choice("cat1"), "site": .choice("heel")], ["ESC-1 MEDIUM"]),
    (
        "SKIN", ["skin": .choice("cat1"), "site": .choice("device")],
        ["ESC-1 MEDIUM", "ESC-3 MEDIUM"]
    ),
    ("SKIN-NB", ["skin": .choice("cat2")], ["ESC-2 MEDIUM"]),
    ("SKIN-NB", ["skin": .choice("cat1")], []),
    ("TURN", ["skin": .choice("blanching"), "site": .choice("heel")], []),
    ("IC", ["volumeMl": .number(500)], []),
    ("IC", ["volumeMl": .number(620)], ["ESC-8 LOW"]),
    ("IC", ["volumeMl": .number(620), "pain": yes], ["ESC-8 MEDIUM"]),
    ("IC", ["volumeMl": .number(800)], ["ESC-8 MEDIUM"]),
    ("CATH-EMPTY", ["volumeMl": .number(300), "hoursWithoutDrainage": .number(39)], []),
    (
        "CATH-EMPTY", ["volumeMl": .number(300), "hoursWithoutDrainage": .number(40)],
        ["ESC-9 MEDIUM"]
    ),
    (
        "CATH-EMPTY", ["volumeMl": .number(15), "bladderScanMl": .number(480)],
        ["ESC-9 MEDIUM"]
    ),
    ("CATH-EMPTY", ["volumeMl": .number(160), "bladderScanMl": .number(480)], []),
    ("CATH-RECHECK", ["drains": .flag(false)], ["ESC-9 MEDIUM"]),
    ("CATH-RECHECK", ["drains": yes], []),
    ("LEG-CHK", ["leftCalfCm": .number(385), "rightCalfCm": .number(355)], ["ESC-12 MEDIUM"]),
    ("LEG-CHK", ["leftCalfCm": .number(355), "rightCalfCm": .number(385)], ["ESC-12 MEDIUM"]),
    ("LEG-CHK", ["leftCalfCm": .number(384), "rightCalfCm": .number(355)], []),
    ("LEG-CHK", ["leftOedema": yes, "rightOedema": yes], []),
    ("LEG-CHK", ["leftOedema": yes, "rightOedema": .flag(false)], ["ESC-12 MEDIUM"]),
    ("LEG-CHK", ["rightWarm": yes, "dyspnoea": yes], ["ESC-12 HIGH"]),
    ("STK-SKIN", ["leftSkin": .choice("intact"), "rightSkin": .choice("intact")], []),
    (
        "STK-SKIN", ["leftSkin": .choice("mark"), "site": .choice("heel")],
        ["ESC-4 MEDIUM", "ESC-1 MEDIUM"]
    ),
    ("STK-SKIN", ["leftSkin": .choice("mark"), "site": .choice("calf")], ["ESC-4 MEDIUM"]),
    ("STK-SKIN", ["rightToes": .choice("cold")], ["ESC-4 HIGH"]),
    ("IPC-CHK", ["leftSkin": .choice("blister")], ["ESC-4-IPC MEDIUM"]),
    ("IPC-CHK", ["hoursOff": .number(41)], ["IPC-1-OFF LOW"]),
    ("AC-CHK", ["bleeding": yes], ["ESC-15 HIGH"]),
    ("DBE", ["respiratoryRate": .number(24), "oxygenSaturation": .number(92)], []),
    ("DBE", ["respiratoryRate": .number(25)], ["ESC-5 MEDIUM"]),
    ("DBE", ["respiratoryRate": .number(30)], ["ESC-5 HIGH"]),
    ("DBE", ["oxygenSaturation": .number(87)], ["ESC-5 HIGH"]),
    ("DBE", ["cough": .choice("absent")], ["ESC-5 MEDIUM"]),
    ("BOWEL", ["bleeding": yes], ["ESC-6 MEDIUM"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(2)], ["BOW-5 LOW"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(3)], ["ESC-7 MEDIUM"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(3), "vomiting": yes], ["ESC-7 HIGH"]),
]

private let raisedAtT6: [(String, Readings, [String])] = [
    ("IC", ["volumeMl": Value.number(620)], ["ESC-8 MEDIUM"]),
    ("IC", ["volumeMl": .number(800)], ["ESC-8 HIGH"]),
    ("CATH-EMPTY", ["volumeMl": .number(15), "bladderScanMl": .number(300)], ["ESC-9 HIGH"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(2)], ["ESC-7 MEDIUM"]),
]

private let changedFacts: [(String, Readings, [Effect])] = [
    ("TURN", ["toPosition": Value.choice("chair")], [Effect.set(.inChair, yes)]),
    ("TURN", ["toPosition": .choice("supine")], [.clear(.inChair)]),
    ("SEAT-END", [:], [.clear(.inChair)]),
    ("SKIN-NB", ["skin": .choice("blanching")], [.clear(.skinNonBlanching), .resolve("ESC-1")]),
    ("STK-FIT", [:], [.setToPerformedAt(.stockingsFittedAt)]),
    ("STK-REVIEW", ["decision": .choice("back-on")], [.clear(.stockingReviewPending)]),
    ("AC-CHK", ["platelets": .number(74)], [.setToReading(.platelets, field: "platelets")]),
    (
        "AC-CHK", ["creatinineClearance": .number(149)],
        [.setToReading(.creatinineClearance, field: "creatinineClearance")]
    ),
    (
        "STK-REVIEW", ["decision": .choice("ipc")],
        [.clear(.stockingReviewPending), .clear(.stockingsOrdered)]
    ),
    (
        "STK-REVIEW", ["decision": .choice("other-size")],
        [.clear(.stockingReviewPending), .clear(.stockingsFittedAt)]
    ),
    ("CATH-RECHECK", ["drains": yes], [.clear(.catheterBlocked), .resolve("ESC-9")]),
    ("CATH-BAG", [:], [.setToPerformedAt(.drainageBagChangedAt)]),
    ("CATH-CHG", [:], [.setToPerformedAt(.catheterChangedAt)]),
    (
        "BOWEL", ["type": .number(4), "amount": .choice("medium")],
        [.setToPerformedAt(.lastUsefulMotionAt), .resolve("BOW-5"), .resolve("ESC-7")]
    ),
    ("BOWEL", ["type": .number(7), "amount": .choice("large")], []),
    ("BOWEL", ["type": .number(4), "amount": .choice("small")], []),
]

private let demandedFields: [(String, String)] = [
    ("CATH-EMPTY", "volumeMl"), ("CATH-RECHECK", "drains"), ("IC", "volumeMl"),
    ("STK-REVIEW", "decision"),
]

@Suite struct `Built-in protocols` {
    let library: CareLibrary

    init() throws {
        library = try BuiltInProtocols.library()
    }

    @Test func `name every protocol and version in alphabetical order, and a sum of their texts`() {
        let parts = library.version.split(separator: "#")
        let names = BuiltInProtocols.files.map { file in
            file.name.replacing(".yaml", with: " 2026.1")
        }
        #expect(parts.first.map(String.init) == names.sorted().joined(separator: ", ") + " ")
        #expect(parts.count == 2 && parts[1].wholeMatch(of: /[0-9a-f]{16}/) != nil)
    }

    @Test func `hold the listed rules and no others`() {
        #expect(Set(library.rules.map(\.id)) == Set(expectedRules.map(\.id)))
        #expect(library.rules.count == expectedRules.count)
    }

    @Test(arguments: expectedRules)
    func `schedule as documented`(expected: ExpectedRule) throws {
        let rule = try #require(library.rule(expected.id))
        #expect(rule.activity.code == expected.activity)
        #expect(rule.schedule == expected.schedule)
        #expect(rule.provenance.status == expected.status)
        #expect(library.activity(rule.activity) != nil)
    }

    @Test(arguments: patients)
    func `apply to a patient`(patient: Patient) {
        let assessment = Assessment(patient.facts)
        let asked = library.rules.filter { rule in
            rule.when.holds(assessment) && !rule.unless.contains { $0.when.holds(assessment) }
        }
        // What accompanies another activity is there only with it.
        let applying = asked.filter { rule in
            guard case .with(let other) = rule.schedule else { return true }
            return asked.contains { $0.activity == other }
        }
        #expect(Set(applying.map(\.id)) == patient.rules)
    }

    /// LEG-CHK takes over exactly where stockings must not be worn: the two lists may not drift.
    @Test(arguments: [
        Fact.peripheralArterialDisease, .severeArterialDisease, .arterialBypassGraft,
        .peripheralNeuropathy, .sensationImpaired, .fragileSkin, .stockingAllergy,
        .severeLegOedema, .heartFailureOedema, .legDeformity, .acuteStroke, .suspectedDVT,
    ])
    func `watch legs where a contraindication keeps stockings off`(fact: Fact) throws {
        let assessment = Assessment([.stockingsOrdered: yes, fact: yes])
        for id in ["STK-1", "STK-3", "STK-4"] {
            let rule = try #require(library.rule(id))
            #expect(rule.order == .stockingsOrdered)
            #expect(rule.unless.filter { $0.when.holds(assessment) }.count == 1)
        }
        #expect(try #require(library.rule("VTE-3")).when.holds(assessment))
    }

    @Test(arguments: doseHolds)
    func `hold a dose`(fact: Fact, value: Value, hold: String, priority: Priority) throws {
        let assessment = Assessment([.anticoagulant: .choice("enoxaparin"), fact: value])
        let rule = try #require(library.rule("ANT-2"))
        let inForce = rule.holds.filter { $0.when.holds(assessment) }
        #expect(inForce.map(\.id) == [hold])
        #expect(inForce.first?.alert?.priority == priority)
        #expect(inForce.first?.reason.isEmpty == false)
    }

    @Test func `hold nothing at the limits`() throws {
        let assessment = Assessment([
            .anticoagulant: .choice("enoxaparin"), .platelets: .number(75),
            .systolic: .number(229), .diastolic: .number(119), .creatinineClearance: .number(150),
        ])
        let rule = try #require(library.rule("REN-2"))
        #expect(rule.when.holds(assessment))
        #expect(rule.holds.filter { $0.when.holds(assessment) }.isEmpty)
        #expect(rule.holds == library.rule("ANT-2")?.holds)
    }

    @Test func `query an order above the renal dose`() throws {
        let rule = try #require(library.rule("REN-2"))
        let query = try #require(rule.query)
        #expect(rule.detail == "enoxaparin 20 mg")
        #expect(query.when.holds(Assessment([.anticoagulantDoseMg: .number(400)])))
        #expect(!query.when.holds(Assessment([.anticoagulantDoseMg: .number(200)])))
        #expect(query.alert.priority == .medium)
        #expect(query.alert.who == "prescriber")
    }

    // MARK: Windows

    private typealias Steps = [WindowRule.Step]

    private func window(
        _ code: String, interval: Int? = nil, _ facts: [Fact: Value] = [:]
    ) throws -> WindowRule {
        let activity = try #require(library.activity(ActivityCode(code)))
        return try #require(
            activity.windows.first { window in
                (window.intervalAtLeast.map { $0 <= interval ?? 0 } ?? true)
                    && window.when.holds(Assessment(facts))
            })
    }

    private func steps(_ minutes: [(Int, Priority)]) -> Steps {
        minutes.map { WindowRule.Step(after: .minutes($0.0), priority: $0.1) }
    }

    @Test(
        arguments: ["TURN", "SKIN", "HEEL"],
        [(120, 15, 60), (180, 30, 90), (240, 30, 120), (360, 60, 180)])
    func `widen with the interval`(code: String, row: (interval: Int, low: Int, medium: Int)) throws
    {
        let window = try window(code, interval: row.interval)
        #expect(window.early == nil)
        #expect(window.onTime == .minutes(row.low))
        #expect(window.steps == steps([(row.low, .low), (row.medium, .medium)]))
    }

    @Test(arguments: documentedWindows)
    func `escalate as documented`(
        code: String, early: Int?, onTime: Int, expected: [(Int, Priority)]
    ) throws {
        let window = try window(code)
        #expect(window.early == early)
        #expect(window.onTime == .minutes(onTime))
        #expect(window.steps == steps(expected))
        #expect(window.lapses == (code == "DBE"))
    }

    @Test func `escalate catheterisation faster with a lesion at or above T6`() throws {
        let high = try window("IC", [.lesionLevel: level("T6")])
        #expect(high.steps == steps([(30, .medium), (60, .high)]))
        let low = try window("IC", [.lesionLevel: level("T7")])
        #expect(low.steps == steps([(30, .low), (60, .medium)]))
    }

    @Test func `expect the anticoagulant check before the dose`() throws {
        let window = try window("AC-CHK")
        #expect(window.early == 120)
        #expect(window.onTime == .clock(.anticoagulantTime, default: eighteen, plus: 0))
        #expect(
            window.steps == [
                .init(
                    after: .clock(.anticoagulantTime, default: eighteen, plus: 0), priority: .low),
                .init(
                    after: .clock(.anticoagulantTime, default: eighteen, plus: 60),
                    priority: .medium),
            ])
    }

    @Test(arguments: ["CATH-BAG", "CATH-CHG"])
    func `give a day around a change`(code: String) throws {
        let window = try window(code)
        #expect(window.early == 1_440)
        #expect(window.onTime == .minutes(720))
        #expect(
            window.steps == [
                .init(after: .endOfDay, priority: .low),
                .init(after: .minutes(2_880), priority: .medium),
            ])
    }

    @Test func `alert after four breathing sets in a row`() throws {
        let alert = try #require(library.activity(ActivityCode("DBE"))?.lapseAlert)
        #expect(alert.count == 4)
        #expect(alert.alert.priority == .low)
    }

    // MARK: Ladders, retries, endings

    @Test func `shift intervals along the ladders`() throws {
        let turn = try #require(library.activity(ActivityCode("TURN")))
        #expect(turn.ladder == [360, 240, 180, 120])
        #expect(turn.ending == .proposed)
        #expect(turn.lengthening?.id == "TURN-L")
        #expect(turn.lengthening?.minutes == 1_440)
        #expect(turn.retries.refused == .percentOfInterval(25))
        #expect(turn.retries.unable == .minutes(15))
        let intermittent = try #require(library.activity(ActivityCode("IC")))
        #expect(intermittent.ladder == [360, 240, 180])
        let good = try #require(intermittent.lengthening?.good)
        #expect(good.holds(Assessment(), ["volumeMl": .number(400)]))
        #expect(!good.holds(Assessment(), ["volumeMl": .number(401)]))
    }

    @Test func `tell the prescriber of a refused dose`() throws {
        let dose = try #require(library.activity(ActivityCode("AC-DOSE")))
        #expect(dose.retries.refusedAlert?.priority == .medium)
        #expect(dose.retries.refusedAlert?.who == "prescriber")
    }

    @Test(arguments: [
        ("absence", 720), ("procedure", 1_440), ("sleep", 240), ("comfort-care", 4_320),
        ("other", 240),
    ])
    func `bound a hold`(reason: String, ceiling: Int) {
        #expect(library.hold(reason)?.ceilingMinutes == ceiling)
        #expect(library.hold(reason)?.provenance.needsSignOff == true)
        #expect(library.holds.count == 5)
    }

    // MARK: Findings

    private func findings(
        _ code: String, _ readings: Readings, _ facts: [Fact: Value] = [:]
    ) throws -> [Finding] {
        let activity = try #require(library.activity(ActivityCode(code)))
        for (name, value) in readings {
            let field = try #require(activity.fields.first { $0.name == name })
            #expect(field.kind.value(field.kind.raw(value)) == value)
        }
        return activity.findings.filter { $0.when.holds(Assessment(facts), readings) }
    }

    private func alerts(
        _ code: String, _ readings: Readings, _ facts: [Fact: Value] = [:]
    ) throws -> [String] {
        try findings(code, readings, facts).flatMap { finding in
            finding.effects.compactMap { effect in
                guard case .alert(let alert) = effect else { return nil }
                return "\(finding.id) \(alert.priority(Assessment(facts), readings).word)"
            }
        }
    }

    @Test(arguments: ["TURN", "SKIN", "HEEL"])
    func `shorten turning on erythema, with whatever it is recorded`(code: String) throws {
        let found = try findings(code, ["skin": .choice("cat1"), "site": .choice("sacrum")])
        #expect(found.map(\.id) == ["ESC-1"])
        #expect(found[0].effects.contains(.shorten(ActivityCode("TURN"))))
        #expect(found[0].effects.contains(.set(.skinNonBlanching, yes)))
    }

    @Test(arguments: raisedAlerts)
    func `raise an alert`(code: String, readings: Readings, expected: [String]) throws {
        #expect(try alerts(code, readings) == expected)
    }

    @Test(arguments: raisedAtT6)
    func `raise it further at or above T6`(
        code: String, readings: Readings, expected: [String]
    ) throws {
        #expect(try alerts(code, readings, [.lesionLevel: level("T6")]) == expected)
        #expect(try alerts(code, readings, [.lesionLevel: level("T7")]) != expected)
    }

    @Test func `raise erythema where the patient feels no pain`() throws {
        #expect(
            try alerts("TURN", ["skin": .choice("cat1")], [.sensationImpaired: yes])
                == ["ESC-1 MEDIUM"])
    }

    @Test(arguments: changedFacts)
    func `change the assessment`(code: String, readings: Readings, expected: [Effect]) throws {
        let effects = try findings(code, readings).flatMap(\.effects).filter { effect in
            if case .nextWithin(let activity, let minutes) = effect {
                #expect(activity.code == "TURN" && minutes == 120)
                return false
            }
            return true
        }
        #expect(effects == expected)
    }

    @Test(arguments: demandedFields)
    func `demand what the next step depends on`(code: String, field: String) throws {
        let activity = try #require(library.activity(ActivityCode(code)))
        #expect(activity.fields.filter(\.required).map(\.name) == [field])
    }
}
