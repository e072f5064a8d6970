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

private func hours(_ hours: some Sequence<Int>) -> [TimeOfDay] {
    hours.map { TimeOfDay(hour: $0) }
}

private let eight = TimeOfDay(hour: 8)
private let nine = TimeOfDay(hour: 9)
private let ten = TimeOfDay(hour: 10)
private let eighteen = TimeOfDay(hour: 18)
private let twice = Schedule.daily(times("08:00", "20:00"))
private let threeSlots = Schedule.daily(times("08:00", "14:00", "20:00"))
private let withTurn = Schedule.with(ActivityCode("TURN"))

/// Written from the clinical fact sheet, in its order: what is asked for, how often, and whether the
/// source was read for exactly that.
private let expectedRules: [ExpectedRule] = [
    // Repositioning and skin.
    .init("TURN-2", "TURN", .every(minutes: 120, first: .since(.lastTurnedAt)), .designDefault),
    .init("TURN-4", "TURN", .every(minutes: 240, first: .since(.lastTurnedAt)), .designDefault),
    .init("TURN-6", "TURN", .every(minutes: 360, first: .since(.lastTurnedAt)), .designDefault),
    .init("TURN-EOL", "TURN", .every(minutes: 240, first: .since(.lastTurnedAt)), .designDefault),
    .init("SKN-1", "SKIN", withTurn, .knowledge),
    .init("HEE-1", "HEEL", withTurn, .confirmed),
    .init("SKN-2", "SKIN-NB", .every(minutes: 120, first: .afterInterval), .knowledge),
    .init("SEA-1", "SEAT-END", .once(afterMinutes: 120), .knowledge),
    .init("SEA-1-ULCER", "SEAT-END", .once(afterMinutes: 60), .knowledge),
    .init("SUR-1", "SURF", .daily([nine]), .designDefault),
    .init("MDR-1", "DEVICE", withTurn, .knowledge),
    .init("MDR-1-DAY", "DEVICE-DAY", twice, .designDefault),
    .init("MDR-2", "COLLAR", threeSlots, .designDefault),
    .init("ESC-3", "DEVICE-NB", .every(minutes: 240, first: .afterInterval), .designDefault),
    .init("RSK-1", "PURA", .daily([ten]), .designDefault),
    .init("RSK-2", "PURA", .daily([ten]), .designDefault),
    .init("NUTR-1", "NUTR", .everyDays(7, at: ten, since: nil, first: .atOnce), .designDefault),
    .init("ASSKING-1", "ASSKING", twice, .designDefault),
    // Spine.
    .init("NEU-1", "NEURO", .every(minutes: 240, first: .atOnce), .designDefault),
    .init("NEU-1-NEW", "NEURO", .every(minutes: 60, first: .afterInterval), .designDefault),
    .init("NEU-2", "NEURO", twice, .designDefault),
    .init("SPN-I", "SPN-REV", .daily([ten]), .designDefault),
    .init("SPN-2", "SIT-UP", .every(minutes: 60, first: .atOnce), .knowledge),
    // Thrombosis.
    .init("VTE-1", "VTE-RA", .every(minutes: 10_080, first: .atOnce), .designDefault),
    .init(
        "STK-3", "STK-FIT", .everyDays(7, at: nine, since: .stockingsFittedAt, first: .atOnce),
        .designDefault),
    .init("STK-1", "STK-SKIN", threeSlots, .confirmed),
    .init(
        "STK-4", "STK-CHANGE",
        .everyDays(3, at: eight, since: .stockingsFittedAt, first: .afterInterval), .confirmed),
    .init("STK-5", "STK-REVIEW", .once(afterMinutes: 240), .designDefault),
    .init("IPC-1", "IPC-CHK", threeSlots, .designDefault),
    .init("IPC-2", "IPC-NIGHT", .daily(times("01:30")), .designDefault),
    .init("VTE-3", "LEG-CHK", twice, .knowledge),
    .init("ANT-1", "AC-CHK", .daily(times("17:00")), .designDefault),
    .init(
        "ANT-1E", "AC-CHK", .dailyAt(.anticoagulantTime, default: eighteen, plus: -60),
        .designDefault),
    .init(
        "ANT-2", "AC-DOSE", .dailyAt(.anticoagulantTime, default: eighteen, plus: 0),
        .designDefault),
    .init(
        "REN-2", "AC-DOSE", .dailyAt(.anticoagulantTime, default: eighteen, plus: 0), .confirmed),
    .init(
        "REN-4", "LAB-RENAL", .every(minutes: 10_080, first: .since(.creatinineSampledAt)),
        .designDefault),
    .init(
        "REN-4-30", "LAB-RENAL", .every(minutes: 4_320, first: .since(.creatinineSampledAt)),
        .designDefault),
    .init(
        "REN-4-15", "LAB-RENAL", .every(minutes: 2_880, first: .since(.creatinineSampledAt)),
        .designDefault),
    .init(
        "REN-4-MOVE", "LAB-RENAL", .every(minutes: 1_440, first: .since(.creatinineSampledAt)),
        .designDefault),
    .init("HIT-1-BASE", "LAB-PLT", .every(minutes: 1_440, first: .afterInterval), .designDefault),
    .init(
        "HIT-1-RECENT", "LAB-PLT",
        .every(minutes: 1_440, first: .after(1_440, since: .heparinStartedAt)), .confirmed),
    .init(
        "HIT-1", "LAB-PLT", .every(minutes: 2_880, first: .after(5_760, since: .heparinStartedAt)),
        .confirmed),
    // Chest.
    .init("CHE-1", "DBE", .daily(hours(8...21)), .designDefault),
    .init("CHE-2", "DBE", .daily(hours(stride(from: 8, through: 20, by: 2))), .designDefault),
    .init("CHE-3", "COUGH", .daily(hours([8, 12, 16, 20])), .designDefault),
    .init("CHE-4", "IS", .with(ActivityCode("DBE")), .confirmed),
    .init("VC-1", "VC", .every(minutes: 1_440, first: .atOnce), .designDefault),
    .init("OBS-RESP-1", "OBS-RESP", threeSlots, .designDefault),
    // Bladder and bowel.
    .init("CAT-1", "CATH-CARE", .daily([nine]), .confirmed),
    .init("CAT-2", "CATH-EMPTY", .daily(times("06:00", "14:00", "22:00")), .designDefault),
    .init(
        "CAT-3", "CATH-BAG",
        .everyDays(7, at: ten, since: .drainageBagChangedAt, first: .afterInterval), .confirmed),
    .init(
        "CAT-4", "CATH-CHG",
        .everyDays(84, at: ten, since: .catheterChangedAt, first: .afterInterval), .confirmed),
    .init(
        "CAT-4S", "CATH-CHG",
        .everyDays(28, at: ten, since: .catheterChangedAt, first: .afterInterval), .confirmed),
    .init("ESC-9", "CATH-RECHECK", .every(minutes: 30, first: .afterInterval), .designDefault),
    .init("ICA-1", "IC", .every(minutes: 360, first: .since(.lastCatheterisedAt)), .confirmed),
    .init("PVR-1", "PVR", .every(minutes: 360, first: .atOnce), .designDefault),
    .init("PVR-2", "IC", .every(minutes: 720, first: .atOnce), .designDefault),
    .init("PVR-2-HIGH", "IC", .every(minutes: 360, first: .atOnce), .designDefault),
    .init("FLUID-1", "FLUID", .daily(times("22:00")), .designDefault),
    .init("BOW-1", "BOWEL", .daily([nine]), .confirmed),
    .init("BOW-2", "BOWEL", .daily([nine]), .knowledge),
    .init("BOW-1P", "BOWEL", .daily([nine]), .designDefault),
    .init("BOW-4", "BOWEL-REV", .daily(times("20:00")), .designDefault),
    .init("ESC-7", "BOWEL", .daily(times("09:00", "18:00")), .designDefault),
    .init("ESC-7-ASSESS", "BOWEL-ASSESS", .once(afterMinutes: 240), .designDefault),
    // Dysreflexia.
    .init("ADY-1", "BP", twice, .designDefault),
    .init("ADY-3", "BP-AD", .every(minutes: 3, first: .afterInterval), .designDefault),
    .init(
        "ADY-5", "BP-AD", .every(minutes: 15, first: .since(.dysreflexiaResolvedAt)),
        .designDefault),
    // Steroid.
    .init("DEX-1", "DEX", .daily([eight]), .designDefault),
    .init("DEX-4", "STEROID-SAFETY", .daily([nine]), .designDefault),
    .init("DEX-6", "PPI", .daily([eight]), .confirmed),
    .init("GLU-1", "CBG", .daily(times("17:00")), .confirmed),
    .init("GLU-2", "CBG", .daily(times("07:30", "12:00", "17:00", "21:30")), .designDefault),
]

/// A patient and the rules that must apply to them beside ``everybody``, no more and no fewer.
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

/// Risk, nutrition and thrombosis are assessed, and the bowel chart is read, for every patient.
private let everybody: Set<String> = ["RSK-1", "NUTR-1", "VTE-1", "BOW-4"]

private let patients: [Patient] = [
    .init("nothing known", [:], []),
    .init("not at risk", [.braden: .number(19), .waterlow: .number(9), .norton: .number(15)], []),
    // The scales.
    .init("Braden 18", [.braden: .number(18)], ["TURN-6", "SKN-1", "VTE-3", "ASSKING-1"]),
    .init("Braden 15", [.braden: .number(15)], ["TURN-6", "SKN-1", "VTE-3", "ASSKING-1"]),
    .init(
        "Braden 14", [.braden: .number(14)], ["TURN-4", "SKN-1", "VTE-3", "ASSKING-1", "RSK-2"]),
    .init(
        "Braden 10", [.braden: .number(10)], ["TURN-4", "SKN-1", "VTE-3", "ASSKING-1", "RSK-2"]),
    .init("Braden 9", [.braden: .number(9)], ["TURN-2", "SKN-1", "VTE-3", "ASSKING-1", "RSK-2"]),
    .init("Waterlow 10", [.waterlow: .number(10)], ["TURN-6", "SKN-1", "ASSKING-1"]),
    .init("Waterlow 15", [.waterlow: .number(15)], ["TURN-4", "SKN-1", "ASSKING-1", "RSK-2"]),
    .init("Waterlow 20", [.waterlow: .number(20)], ["TURN-2", "SKN-1", "ASSKING-1", "RSK-2"]),
    .init("Norton 14", [.norton: .number(14)], ["TURN-6", "SKN-1", "ASSKING-1"]),
    .init(
        "Norton 12", [.norton: .number(12)], ["TURN-4", "TURN-6", "SKN-1", "ASSKING-1", "RSK-2"]),
    .init("PURPOSE-T amber", [.purposeT: .choice("amber")], ["TURN-6", "SKN-1", "ASSKING-1"]),
    .init("PURPOSE-T red", [.purposeT: .choice("red")], ["TURN-4", "SKN-1", "ASSKING-1", "RSK-2"]),
    // Lying, sitting, devices.
    .init(
        "movement lost, sensation kept", [.motorDeficit: yes, .cannotReposition: yes],
        ["TURN-6", "SKN-1", "HEE-1", "CHE-2", "VTE-3", "ASSKING-1"]),
    .init("a leg cannot be lifted, but the patient turns", [.cannotLiftLegs: yes], []),
    .init("erythema watched", [.skinNonBlanching: yes], ["SKN-2"]),
    .init("in the chair", [.inChair: yes], ["SEA-1"]),
    .init(
        "in the chair on an ulcer", [.inChair: yes, .seatedUlcer: yes], ["SEA-1", "SEA-1-ULCER"]),
    .init("special surface", [.specialSurface: .choice("alternating")], ["SUR-1"]),
    .init("collar", [.orthosis: .choice("collar")], ["MDR-2"]),
    .init("no orthosis", [.orthosis: .choice("none")], []),
    .init("tube, turns by himself", [.medicalDevice: yes], ["MDR-1-DAY"]),
    .init(
        "tube, turned", [.medicalDevice: yes, .braden: .number(18)],
        ["MDR-1", "TURN-6", "SKN-1", "VTE-3", "ASSKING-1"]),
    .init("mark under a device", [.deviceMark: yes], ["ESC-3"]),
    .init(
        "comfort care only, turned before",
        [
            .comfortCare: yes, .braden: .number(9), .anticoagulant: .choice("enoxaparin"),
            .ipcOrdered: yes, .dexamethasoneMg: .number(160), .catheter: .choice("urethral"),
        ],
        [
            "TURN-EOL", "SKN-1", "RSK-2", "ASSKING-1", "VTE-3", "CAT-1", "CAT-2", "CAT-3", "CAT-4",
            "FLUID-1", "DEX-1", "DEX-4",
        ]),
    // Spine.
    .init("spinal disease, state not stated", [.spinalDisease: yes], ["NEU-2"]),
    .init(
        "flat", [.spinalDisease: yes, .spineState: .choice("SPN-1")],
        ["NEU-1", "NEU-2", "SPN-I", "VTE-3", "CHE-1"]),
    .init(
        "graded sitting", [.spinalDisease: yes, .spineState: .choice("SPN-2")],
        ["NEU-1", "NEU-2", "SPN-2", "VTE-3"]),
    .init(
        "graded sitting passed",
        [.spinalDisease: yes, .spineState: .choice("SPN-2"), .gradedSittingPassed: yes],
        ["NEU-1", "NEU-2", "VTE-3"]),
    .init(
        "chair with a brace", [.spineState: .choice("SPN-3"), .orthosis: .choice("brace")],
        ["NEU-2", "MDR-2"]),
    .init("no spinal disease", [.spineState: .choice("SPN-0")], []),
    .init(
        "new deficit", [.newDeficit: yes, .spineState: .choice("SPN-1")],
        ["NEU-1-NEW", "NEU-1", "SPN-I", "VTE-3", "CHE-1"]),
    .init(
        "T8 with sensory loss, compression ordered, anticoagulant withheld",
        [
            .motorDeficit: yes, .sensationImpaired: yes, .lesionLevel: level("T8"),
            .braden: .number(11), .ipcOrdered: yes, .anticoagulantWithheld: yes,
            .anticoagulant: .choice("enoxaparin"), .spineState: .choice("SPN-1"),
            .catheter: .choice("urethral"), .onOpioids: yes, .bowelPattern: .choice("reflexic"),
        ],
        [
            "TURN-2", "TURN-4", "SKN-1", "HEE-1", "RSK-2", "ASSKING-1", "NEU-1", "SPN-I", "IPC-1",
            "VTE-3", "ANT-1", "REN-4", "HIT-1-BASE", "CHE-1", "CHE-2", "OBS-RESP-1", "CAT-1",
            "CAT-2", "CAT-3", "CAT-4", "FLUID-1", "BOW-1",
        ]),
    // Stockings and compression.
    .init(
        "stockings on healthy legs",
        [.stockingsOrdered: yes, .cannotReposition: yes],
        ["STK-1", "STK-3", "STK-4", "TURN-6", "SKN-1", "HEE-1", "CHE-2", "ASSKING-1"]),
    .init(
        "stockings ordered on diseased arteries",
        [.stockingsOrdered: yes, .anklePressureIndex: .number(62)], ["VTE-3"]),
    .init(
        "stockings ordered, index 0.79",
        [.stockingsOrdered: yes, .anklePressureIndex: .number(79)], ["VTE-3"]),
    .init(
        "stockings ordered, index 0.8",
        [.stockingsOrdered: yes, .anklePressureIndex: .number(80)], ["STK-1", "STK-3", "STK-4"]),
    .init(
        "stockings ordered, index 1.3",
        [.stockingsOrdered: yes, .anklePressureIndex: .number(130)], ["STK-1", "STK-3", "STK-4"]),
    .init(
        "stockings ordered, index 1.31",
        [.stockingsOrdered: yes, .anklePressureIndex: .number(131)], ["VTE-3"]),
    .init(
        "stockings off for review", [.stockingsOrdered: yes, .stockingReviewPending: yes],
        ["STK-5", "VTE-3"]),
    .init(
        "suspected thrombosis with both devices ordered",
        [.stockingsOrdered: yes, .ipcOrdered: yes, .suspectedDVT: yes], ["VTE-3"]),
    .init(
        "compression with the nightly look", [.ipcOrdered: yes, .ipcNightCheck: yes],
        ["IPC-1", "IPC-2", "VTE-3"]),
    // Anticoagulants and their samples.
    .init(
        "enoxaparin, clearance unknown", [.anticoagulant: .choice("enoxaparin")],
        ["ANT-1", "ANT-2", "VTE-3", "REN-4", "HIT-1-BASE"]),
    .init(
        "enoxaparin, clearance 50, platelets known",
        [
            .anticoagulant: .choice("enoxaparin"), .creatinineClearance: .number(500),
            .platelets: .number(240),
        ], ["ANT-1", "ANT-2", "VTE-3", "REN-4"]),
    .init(
        "enoxaparin, clearance 30",
        [.anticoagulant: .choice("enoxaparin"), .creatinineClearance: .number(300)],
        ["ANT-1", "ANT-2", "VTE-3", "REN-4", "REN-4-30", "HIT-1-BASE"]),
    .init(
        "enoxaparin, clearance worked out as 24.1",
        [
            .anticoagulant: .choice("enoxaparin"), .ageYears: .number(84), .sex: .choice("female"),
            .weightKg: .number(620), .creatinine: .number(150),
        ], ["ANT-1", "REN-2", "VTE-3", "REN-4", "REN-4-30", "REN-4-15", "HIT-1-BASE"]),
    .init(
        "the same after a move of 27 µmol/l",
        [
            .anticoagulant: .choice("enoxaparin"), .ageYears: .number(84), .sex: .choice("female"),
            .weightKg: .number(620), .creatinine: .number(150), .creatininePrevious: .number(123),
        ],
        [
            "ANT-1", "REN-2", "VTE-3", "REN-4", "REN-4-30", "REN-4-15", "REN-4-MOVE", "HIT-1-BASE",
        ]),
    .init(
        "enoxaparin, clearance 13",
        [.anticoagulant: .choice("enoxaparin"), .creatinineClearance: .number(130)],
        ["ANT-1", "REN-2", "VTE-3", "REN-4", "REN-4-30", "REN-4-15", "HIT-1-BASE"]),
    .init(
        "dalteparin, clearance 20",
        [.anticoagulant: .choice("dalteparin"), .creatinineClearance: .number(200)],
        ["ANT-1", "ANT-2", "VTE-3", "REN-4", "REN-4-30", "REN-4-15", "HIT-1-BASE"]),
    .init(
        "early dose",
        [.anticoagulant: .choice("enoxaparin"), .anticoagulantTime: .time(eight)],
        ["ANT-1E", "ANT-2", "VTE-3", "REN-4", "HIT-1-BASE"]),
    .init(
        "dose at 17:00",
        [.anticoagulant: .choice("enoxaparin"), .anticoagulantTime: .time(TimeOfDay(hour: 17))],
        ["ANT-1E", "ANT-2", "VTE-3", "REN-4", "HIT-1-BASE"]),
    .init("warfarin", [.anticoagulant: .choice("warfarin")], ["ANT-1", "VTE-3"]),
    .init("no anticoagulant", [.anticoagulant: .choice("none")], []),
    .init("withheld before any order", [.anticoagulantWithheld: yes], ["ANT-1"]),
    .init(
        "heparin after an operation",
        [
            .anticoagulant: .choice("heparin"), .postOperative: yes, .platelets: .number(240),
            .heparinStartedAt: .instant(noon),
        ], ["ANT-1", "VTE-3", "HIT-1", "CHE-1", "OBS-RESP-1"]),
    .init(
        "enoxaparin after an operation: none routine",
        [
            .anticoagulant: .choice("enoxaparin"), .postOperative: yes, .platelets: .number(240),
            .heparinStartedAt: .instant(noon),
        ], ["ANT-1", "ANT-2", "VTE-3", "REN-4", "CHE-1", "OBS-RESP-1"]),
    .init(
        "enoxaparin after bypass with heparin in the last 100 days",
        [
            .anticoagulant: .choice("enoxaparin"), .cardiacBypass: yes, .recentHeparin: yes,
            .platelets: .number(240), .heparinStartedAt: .instant(noon),
        ], ["ANT-1", "ANT-2", "VTE-3", "REN-4", "HIT-1", "HIT-1-RECENT"]),
    // Chest.
    .init("lesion L1", [.lesionLevel: level("L1")], ["CHE-2"]),
    .init("lesion T12", [.lesionLevel: level("T12")], ["CHE-1", "CHE-2", "OBS-RESP-1"]),
    .init("lesion T7", [.lesionLevel: level("T7")], ["CHE-1", "CHE-2", "OBS-RESP-1"]),
    .init(
        "lesion T6", [.lesionLevel: level("T6")],
        ["CHE-1", "CHE-2", "CHE-3", "VC-1", "OBS-RESP-1", "ADY-1"]),
    .init("after an operation", [.postOperative: yes], ["CHE-1", "OBS-RESP-1"]),
    .init("new oxygen", [.newOxygen: yes], ["CHE-1", "OBS-RESP-1"]),
    .init("weak cough", [.weakCough: yes], ["CHE-3", "VC-1"]),
    .init("cough peak flow 269", [.coughPeakFlow: .number(269)], ["CHE-3"]),
    .init("cough peak flow 270", [.coughPeakFlow: .number(270)], []),
    .init("vital capacity 14.9 ml/kg", [.vitalCapacityPerKg: .number(149)], ["CHE-3"]),
    .init(
        "spirometer with sets", [.spirometerOrdered: yes, .onOpioids: yes], ["CHE-2", "CHE-4"]),
    .init("spirometer without sets", [.spirometerOrdered: yes], []),
    .init(
        "untreated pneumothorax",
        [.weakCough: yes, .spirometerOrdered: yes, .onOpioids: yes, .pneumothorax: yes],
        ["CHE-2", "VC-1"]),
    .init("a chest finding", [.chestFinding: yes], ["CHE-1", "CHE-3", "OBS-RESP-1"]),
    // Bladder and bowel.
    .init(
        "short-term catheter",
        [.catheter: .choice("urethral"), .catheterMaterial: .choice("short-term")],
        ["CAT-1", "CAT-2", "CAT-3", "CAT-4S", "FLUID-1"]),
    .init(
        "blocked catheter", [.catheter: .choice("suprapubic"), .catheterBlocked: yes],
        ["CAT-1", "CAT-2", "CAT-3", "CAT-4", "ESC-9", "FLUID-1"]),
    .init(
        "intermittent catheterisation", [.intermittentCatheterisation: yes], ["ICA-1", "FLUID-1"]),
    .init(
        "intermittent, no catheter",
        [.intermittentCatheterisation: yes, .catheter: .choice("none")], ["ICA-1", "FLUID-1"]),
    .init(
        "intermittent, stricture",
        [.intermittentCatheterisation: yes, .catheterisationContraindicated: yes], ["FLUID-1"]),
    .init("residual scans", [.pvrSeries: yes], ["PVR-1"]),
    .init(
        "residual scans, 100 to 300 ml",
        [.pvrSeries: yes, .residualClass: .choice("moderate")], ["PVR-1", "PVR-2"]),
    .init(
        "residual scans, above 300 ml", [.pvrSeries: yes, .residualClass: .choice("high")],
        ["PVR-1", "PVR-2-HIGH"]),
    .init(
        "opioids and immobile", [.onOpioids: yes, .cannotReposition: yes],
        ["BOW-1P", "CHE-2", "TURN-6", "SKN-1", "HEE-1", "VTE-3", "ASSKING-1"]),
    .init("reflexic bowel", [.bowelPattern: .choice("reflexic")], ["BOW-1"]),
    .init("areflexic bowel", [.bowelPattern: .choice("areflexic")], ["BOW-2"]),
    .init(
        "silent bowel", [.bowelSilent: yes, .bowelAssessmentPending: yes],
        ["ESC-7", "ESC-7-ASSESS"]),
    // Dysreflexia.
    .init("episode", [.dysreflexia: yes], ["ADY-3"]),
    .init("after an episode", [.dysreflexiaResolvedAt: .instant(noon)], ["ADY-5"]),
    // Steroid.
    .init(
        "dexamethasone 16 mg", [.dexamethasoneMg: .number(160)], ["DEX-1", "DEX-4", "GLU-1"]),
    .init("dexamethasone 2.9 mg", [.dexamethasoneMg: .number(29)], ["DEX-1", "DEX-4"]),
    .init(
        "dexamethasone with protection and diabetes",
        [.dexamethasoneMg: .number(160), .gastricProtection: yes, .diabetes: yes],
        ["DEX-1", "DEX-4", "DEX-6", "GLU-1", "GLU-2"]),
    .init(
        "dexamethasone after a glucose above 12",
        [.dexamethasoneMg: .number(160), .glucoseRaised: yes],
        ["DEX-1", "DEX-4", "GLU-1", "GLU-2"]),
]

private let noon = Instant(seconds: 1_800_000_000)

/// What holds a dose, in force alone.
private let doseHolds: [(Fact, Value, String, Priority)] = [
    (Fact.activeBleeding, yes, "ESC-15", Priority.high),
    (.majorBleeding, yes, "ESC-15", .high),
    (.bowelBleeding, yes, "ANT-H1-BOWEL", .medium),
    (.platelets, .number(49), "ANT-H1-PLATELETS-50", .medium),
    (.platelets, .number(50), "ANT-H1-PLATELETS-75", .medium),
    (.platelets, .number(74), "ANT-H1-PLATELETS-75", .medium),
    (.systolic, .number(230), "ANT-H1-PRESSURE", .medium),
    (.diastolic, .number(120), "ANT-H1-PRESSURE", .medium),
    (.hitSuspected, yes, "ANT-H1-HIT", .medium),
    (.anticoagulantAllergy, yes, "ANT-H1-ALLERGY", .medium),
    (.creatinineClearance, .number(149), "REN-3", .medium),
]

/// Section 2.1: minutes early, on time until, then LOW and MEDIUM after so many.
private let documentedWindows: [(String, Int?, Int, [(Int, Priority)])] = [
    ("SKIN-NB", 30, 30, [(30, Priority.low), (60, .medium)]),
    ("IC", 60, 30, [(30, .low), (60, .medium)]),
    ("CATH-EMPTY", 60, 60, [(60, .low), (180, .medium)]),
    ("STK-SKIN", 60, 60, [(60, .low), (240, .medium)]),
    ("IPC-CHK", 60, 60, [(60, .low), (240, .medium)]),
    ("COLLAR", 60, 60, [(60, .low), (240, .medium)]),
    ("AC-DOSE", 60, 60, [(60, .low), (120, .medium)]),
    ("DEX", 60, 60, [(60, .low), (120, .medium)]),
    ("CBG", 30, 30, [(30, .low), (90, .medium)]),
    ("BOWEL", 60, 60, [(60, .low)]),
    ("BOWEL-REV", 60, 60, [(60, .low)]),
    ("DBE", 20, 20, []),
    ("SEAT-END", nil, 15, [(15, .low), (30, .medium)]),
    // In the episode five minutes after the last one, two after the third, and HIGH from there.
    ("BP-AD", nil, 2, [(2, .high)]),
]

/// What a nurse records, and the alerts that it raises in a patient of whom nothing else is known.
private let raisedAlerts: [(String, Readings, [String])] = [
    // ESC-1 to ESC-3: skin.
    ("TURN", ["skin": Value.choice("cat1"), "site": .choice("sacrum")], ["ESC-1 LOW"]),
    ("TURN", ["skin": .choice("cat1"), "site": .choice("heel")], ["ESC-1 MEDIUM"]),
    ("TURN", ["skin": .choice("blanching"), "site": .choice("heel")], []),
    ("HEEL", ["skin": .choice("cat1")], ["ESC-1 MEDIUM"]),
    ("COLLAR", ["skin": .choice("cat1")], ["ESC-1 MEDIUM", "ESC-3-ORTHOSIS MEDIUM"]),
    (
        "SKIN", ["skin": .choice("cat1"), "site": .choice("device")],
        ["ESC-1 MEDIUM", "ESC-3 MEDIUM"]
    ),
    ("SKIN", ["skin": .choice("dti"), "site": .choice("sacrum")], ["ESC-2 MEDIUM"]),
    ("SKIN-NB", ["skin": .choice("cat2")], ["ESC-2 MEDIUM"]),
    ("SKIN-NB", ["skin": .choice("cat1")], []),
    ("SEAT-END", ["skin": .choice("cat1")], ["ESC-1 LOW"]),
    ("DEVICE", ["skin": .choice("cat1")], ["ESC-3 MEDIUM"]),
    ("DEVICE-DAY", ["skin": .choice("mucosal")], ["ESC-3 MEDIUM"]),
    ("DEVICE", ["skin": .choice("blanching")], []),
    ("SURF", ["fault": yes], ["SUR-FAULT MEDIUM"]),
    ("TURN", ["toPosition": .choice("left90")], ["TURN-P INFO"]),
    ("TURN", ["toPosition": .choice("left30"), "headOfBed": .number(30)], []),
    ("TURN", ["toPosition": .choice("supine"), "headOfBed": .number(31)], ["TURN-H INFO"]),
    ("TURN", ["toPosition": .choice("chair"), "headOfBed": .number(80)], []),
    ("NUTR", ["score": .number(1)], []),
    ("NUTR", ["score": .number(2)], ["NUTR-2 LOW"]),
    ("ASSKING", ["assessed": yes], ["ASSKING-GAP INFO"]),
    (
        "ASSKING",
        [
            "assessed": yes, "surface": yes, "skin": yes, "moving": yes, "incontinence": yes,
            "nutrition": yes, "informed": yes,
        ], []
    ),
    // ESC-13: power and sensation.
    ("NEURO", ["power": .choice("unchanged"), "sensation": .choice("better")], []),
    ("NEURO", ["power": .choice("worse")], ["ESC-13 HIGH"]),
    ("NEURO", ["saddleNumbness": yes], ["ESC-13 HIGH"]),
    ("TURN", ["neuroAfter": .choice("worse")], ["ESC-13 HIGH"]),
    ("SIT-UP", ["painBefore": .number(2), "painAfter": .number(3)], []),
    ("SIT-UP", ["painBefore": .number(2), "painAfter": .number(4)], ["SPN-2-PAIN HIGH"]),
    ("SIT-UP", ["systolicBefore": .number(120), "systolicAfter": .number(101)], []),
    (
        "SIT-UP", ["systolicBefore": .number(120), "systolicAfter": .number(100)],
        ["SPN-2-PRESSURE LOW"]
    ),
    // ESC-4 and ESC-12: legs.
    ("LEG-CHK", ["leftCalfCm": .number(385), "rightCalfCm": .number(355)], ["ESC-12 MEDIUM"]),
    ("LEG-CHK", ["leftCalfCm": .number(355), "rightCalfCm": .number(385)], ["ESC-12 MEDIUM"]),
    ("LEG-CHK", ["leftCalfCm": .number(384), "rightCalfCm": .number(355)], []),
    ("LEG-CHK", ["leftOedema": yes, "rightOedema": yes], []),
    ("LEG-CHK", ["leftOedema": yes, "rightOedema": .flag(false)], ["ESC-12 MEDIUM"]),
    ("LEG-CHK", ["leftColourChange": yes], ["ESC-12 MEDIUM"]),
    ("LEG-CHK", ["rightWarm": yes, "dyspnoea": yes], ["ESC-12 HIGH"]),
    ("LEG-CHK", ["rightWarm": yes, "chestPain": yes], ["ESC-12 HIGH"]),
    ("LEG-CHK", ["rightWarm": yes, "oxygenSaturation": .number(91)], ["ESC-12 HIGH"]),
    ("STK-SKIN", ["leftSkin": .choice("intact"), "rightSkin": .choice("intact")], []),
    (
        "STK-SKIN", ["leftSkin": .choice("mark"), "site": .choice("heel")],
        ["ESC-4 MEDIUM", "ESC-1 MEDIUM"]
    ),
    ("STK-SKIN", ["leftSkin": .choice("mark"), "site": .choice("calf")], ["ESC-4 MEDIUM"]),
    ("STK-SKIN", ["rightToes": .choice("cold")], ["ESC-4 HIGH"]),
    ("STK-SKIN", ["pain": yes], ["ESC-4 MEDIUM"]),
    ("STK-SKIN", ["offMinutes": .number(30)], []),
    ("STK-SKIN", ["offMinutes": .number(31)], ["STK-2 INFO"]),
    ("STK-FIT", ["offChart": yes], ["STK-3-OFF LOW"]),
    ("IPC-CHK", ["leftSkin": .choice("blister")], ["ESC-4-IPC MEDIUM"]),
    ("IPC-CHK", ["hoursOff": .number(40)], []),
    ("IPC-CHK", ["hoursOff": .number(41)], ["IPC-1-OFF LOW"]),
    // ESC-15 and the daily safety check.
    ("AC-CHK", ["bleeding": yes], ["ESC-15 HIGH"]),
    ("AC-CHK", ["doseFitsRenalFunction": .flag(false)], ["ANT-1-DOSE MEDIUM"]),
    ("AC-CHK", ["doseFitsRenalFunction": yes], []),
    // ESC-5: chest.
    ("DBE", ["respiratoryRate": .number(24), "oxygenSaturation": .number(92)], []),
    ("DBE", ["respiratoryRate": .number(25)], ["ESC-5 MEDIUM"]),
    ("DBE", ["respiratoryRate": .number(30)], ["ESC-5 HIGH"]),
    ("OBS-RESP", ["respiratoryRate": .number(8)], []),
    ("OBS-RESP", ["respiratoryRate": .number(7)], ["ESC-5 HIGH"]),
    ("DBE", ["oxygenSaturation": .number(91)], ["ESC-5 MEDIUM"]),
    ("DBE", ["oxygenSaturation": .number(88)], ["ESC-5 MEDIUM"]),
    ("DBE", ["oxygenSaturation": .number(87)], ["ESC-5 HIGH"]),
    ("DBE", ["cough": .choice("absent")], ["ESC-5 MEDIUM"]),
    ("DBE", ["cough": .choice("weak")], []),
    ("COUGH", ["sputum": .choice("purulent")], ["ESC-5 MEDIUM"]),
    ("COUGH", ["sputum": .choice("plug")], ["ESC-5 HIGH"]),
    ("VC", ["vitalCapacityPerKg": .number(150)], []),
    ("VC", ["vitalCapacityPerKg": .number(149)], ["VC-LOW HIGH"]),
    // ESC-8 to ESC-10: bladder.
    ("IC", ["volumeMl": .number(500)], []),
    ("IC", ["volumeMl": .number(501)], ["ESC-8 LOW"]),
    ("IC", ["volumeMl": .number(620), "pain": yes], ["ESC-8 MEDIUM"]),
    ("IC", ["volumeMl": .number(800)], ["ESC-8 MEDIUM"]),
    ("PVR", ["postMl": .number(300)], []),
    ("PVR", ["postMl": .number(301)], ["PVR-HIGH LOW"]),
    ("PVR", ["postMl": .number(800)], ["PVR-HIGH MEDIUM"]),
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
    ("CATH-EMPTY", ["volumeMl": .number(300), "clots": yes], ["ESC-10 MEDIUM"]),
    ("CATH-EMPTY", ["volumeMl": .number(300), "feverish": yes], ["ESC-10 MEDIUM"]),
    ("CATH-EMPTY", ["volumeMl": .number(300), "rigor": yes], ["ESC-10 HIGH"]),
    ("CATH-RECHECK", ["drains": .flag(false)], ["ESC-9 MEDIUM"]),
    ("CATH-RECHECK", ["drains": yes], []),
    ("CATH-CHG", ["noDrainage": yes], ["ESC-9 MEDIUM"]),
    ("CATH-CARE", ["siteState": .choice("discharge")], ["CAT-1-SITE LOW"]),
    ("CATH-CARE", ["trauma": yes], ["CAT-1-SITE MEDIUM"]),
    ("CATH-CARE", ["stillNeeded": yes], []),
    ("CATH-CARE", ["stillNeeded": .flag(false)], ["CAT-6 LOW"]),
    // ESC-6 and ESC-7: bowel.
    ("BOWEL", ["bleeding": yes], ["ESC-6 MEDIUM"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(1)], []),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(2)], ["BOW-5 LOW"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(3)], ["ESC-7 MEDIUM"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(3), "vomiting": yes], ["ESC-7 HIGH"]),
    // Glucose and the steroid.
    ("CBG", ["glucose": .number(120)], []),
    ("CBG", ["glucose": .number(121)], []),
    ("CBG", ["glucose": .number(40)], []),
    ("CBG", ["glucose": .number(39)], ["GLU-LOW HIGH"]),
    ("CBG", ["glucose": .number(199)], []),
    ("CBG", ["glucose": .number(200)], ["GLU-HIGH HIGH"]),
    ("CBG", ["glucose": .number(90), "ketones": .number(14)], []),
    ("CBG", ["glucose": .number(90), "ketones": .number(15)], ["GLU-HIGH HIGH"]),
    ("PPI", ["bleeding": yes], ["PPI-BLEED HIGH"]),
    ("STEROID-SAFETY", ["infection": yes], ["DEX-4-INFECTION MEDIUM"]),
]

/// One step up where the lesion is at or above T6.
private let raisedAtT6: [(String, Readings, [String])] = [
    ("IC", ["volumeMl": Value.number(620)], ["ESC-8 MEDIUM"]),
    ("IC", ["volumeMl": .number(800)], ["ESC-8 HIGH"]),
    ("PVR", ["postMl": .number(301)], ["PVR-HIGH MEDIUM"]),
    ("CATH-EMPTY", ["volumeMl": .number(15), "bladderScanMl": .number(300)], ["ESC-9 HIGH"]),
    ("CATH-RECHECK", ["drains": .flag(false)], ["ESC-9 HIGH"]),
    ("BOWEL-REV", ["daysSinceUsefulMotion": .number(2)], ["ESC-7 MEDIUM"]),
    // No baseline of one's own is known: 110 is supposed.
    ("BP", ["systolic": .number(130)], ["ADY-3A MEDIUM"]),
    ("BP", ["systolic": .number(149), "symptoms": yes], ["ESC-11 HIGH"]),
    ("BP", ["systolic": .number(150)], ["ESC-11 HIGH", "ADY-5-DRUG HIGH"]),
    ("IC", ["volumeMl": .number(300), "systolic": .number(130)], ["ESC-11 HIGH"]),
]

/// Dysreflexia in a patient whose own resting pressure is 100.
private let raisedOverOwnPressure: [(String, Readings, [String])] = [
    ("BP", ["systolic": Value.number(119), "symptoms": yes], []),
    ("BP", ["systolic": .number(120)], ["ADY-3A MEDIUM"]),
    ("BP", ["systolic": .number(139)], ["ADY-3A MEDIUM"]),
    ("BP", ["systolic": .number(140)], ["ESC-11 HIGH"]),
    ("BP", ["systolic": .number(120), "symptoms": yes], ["ESC-11 HIGH"]),
    ("BP", ["systolic": .number(150)], ["ESC-11 HIGH", "ADY-5-DRUG HIGH"]),
    ("BOWEL", ["systolic": .number(119)], []),
    ("BOWEL", ["systolic": .number(120)], ["ESC-11 HIGH"]),
    ("IC", ["volumeMl": .number(300), "systolic": .number(120)], ["ESC-11 HIGH"]),
    ("CATH-CHG", ["systolic": .number(120)], ["ESC-11 HIGH"]),
]

/// What is recorded, and how it changes what is known about the patient; beside alerts.
private let changedFacts: [(String, Readings, [Effect])] = [
    (
        "TURN", ["toPosition": Value.choice("chair")],
        [Effect.clear(.logRollShortSince), .set(.inChair, yes)]
    ),
    ("TURN", ["toPosition": .choice("supine")], [.clear(.logRollShortSince), .clear(.inChair)]),
    ("SEAT-END", [:], [.clear(.inChair)]),
    ("SKIN-NB", ["skin": .choice("blanching")], [.clear(.skinNonBlanching)]),
    ("SKIN", ["skin": .choice("cat2")], [.set(.ulcerCategory, .choice("cat2"))]),
    (
        "SKIN", ["skin": .choice("cat4"), "site": .choice("ischium")],
        [.set(.ulcerCategory, .choice("cat4")), .set(.seatedUlcer, yes)]
    ),
    ("DEVICE", ["skin": .choice("masd")], [.set(.deviceMark, yes)]),
    ("DEVICE-NB", ["skin": .choice("intact")], [.clear(.deviceMark)]),
    (
        "PURA", ["purposeT": .choice("red")], [.setToReading(.purposeT, field: "purposeT")]
    ),
    ("STK-FIT", [:], [.setToPerformedAt(.stockingsFittedAt)]),
    ("STK-REVIEW", ["decision": .choice("back-on")], [.clear(.stockingReviewPending)]),
    ("IPC-CHK", ["rightSkin": .choice("mark")], [.set(.stockingReviewPending, yes)]),
    ("AC-CHK", ["platelets": .number(74)], [.setToReading(.platelets, field: "platelets")]),
    (
        "AC-CHK", ["creatinineClearance": .number(149)],
        [.setToReading(.creatinineClearance, field: "creatinineClearance")]
    ),
    ("AC-CHK", ["weightKg": .number(800)], [.setToReading(.weightKg, field: "weightKg")]),
    (
        "STK-REVIEW", ["decision": .choice("ipc")],
        [.clear(.stockingReviewPending), .clear(.stockingsOrdered)]
    ),
    (
        "STK-REVIEW", ["decision": .choice("other-size")],
        [.clear(.stockingReviewPending), .clear(.stockingsFittedAt)]
    ),
    ("DBE", ["cough": .choice("weak")], [.set(.weakCough, yes)]),
    ("CATH-RECHECK", ["drains": yes], [.clear(.catheterBlocked)]),
    ("CATH-BAG", [:], [.setToPerformedAt(.drainageBagChangedAt)]),
    ("CATH-CHG", [:], [.setToPerformedAt(.catheterChangedAt)]),
    (
        "BOWEL", ["type": .number(4), "amount": .choice("medium")],
        [
            .setToPerformedAt(.lastUsefulMotionAt), .clear(.bowelSilent),
            .clear(.bowelAssessmentPending),
        ]
    ),
    ("BOWEL", ["type": .number(2), "amount": .choice("large")], []),
    ("BOWEL", ["type": .number(7), "amount": .choice("large")], []),
    ("BOWEL", ["type": .number(4), "amount": .choice("small")], []),
    (
        "BOWEL-REV", ["daysSinceUsefulMotion": .number(3)],
        [.set(.bowelSilent, yes), .set(.bowelAssessmentPending, yes)]
    ),
    (
        "CBG", ["glucose": .number(121)],
        [.set(.glucoseRaised, yes), .setToPerformedAt(.glucoseAbove12At)]
    ),
    ("CBG", ["glucose": .number(120)], []),
]

private let demandedFields: [(String, [String])] = [
    ("CATH-EMPTY", ["volumeMl"]), ("CATH-RECHECK", ["drains"]), ("IC", ["volumeMl"]),
    ("STK-REVIEW", ["decision"]), ("VTE-RA", ["decision"]), ("VC", ["position"]),
    ("BP-AD", ["systolic"]), ("CBG", ["glucose"]), ("PVR", ["postMl"]),
    ("FLUID", ["outMl", "hours"]), ("SPN-REV", ["decision", "decidedBy"]),
]

/// How many people it takes (STF-1 to STF-3), and below that it cannot be recorded as done.
private let crews: [(String, [Fact: Value], Int?)] = [
    ("TURN", [.spineState: Value.choice("SPN-1"), .lesionLevel: level("C5")], 5),
    ("TURN", [.spineState: .choice("SPN-1"), .lesionLevel: level("T5")], 5),
    ("TURN", [.spineState: .choice("SPN-1"), .lesionLevel: level("T6")], 4),
    ("TURN", [.spineState: .choice("SPN-1"), .lesionLevel: level("L3")], 4),
    ("TURN", [.spineState: .choice("SPN-1")], 5),
    ("TURN", [.spineState: .choice("SPN-2"), .lesionLevel: level("C5")], nil),
    ("BOWEL", [.spineState: .choice("SPN-1"), .lesionLevel: level("T4")], 5),
    ("BOWEL", [.spineState: .choice("SPN-1"), .lesionLevel: level("T8")], 4),
    ("COLLAR", [.spineState: .choice("SPN-1"), .orthosis: .choice("collar")], 2),
    ("SIT-UP", [:], 2),
]

/// Steps of the spine state: from, to, the teams whose decision is enough; none where it never is.
private let spineSteps: [(String, String, Set<String>)] = [
    ("unknown", "SPN-2", ["spinal-team", "mscc-coordinator", "medical-team"]),
    ("SPN-1", "SPN-2", ["spinal-team", "mscc-coordinator"]),
    ("SPN-1", "SPN-3", []),
    ("SPN-1", "SPN-4", ["spinal-team", "mscc-coordinator"]),
    ("SPN-1", "SPN-0", ["spinal-team", "mscc-coordinator"]),
    ("SPN-2", "SPN-3", []),
    ("SPN-2", "SPN-4", ["spinal-team", "mscc-coordinator", "medical-team"]),
    ("SPN-3", "SPN-2", []),
    ("SPN-3", "SPN-4", ["spinal-team", "mscc-coordinator", "medical-team"]),
]

@Suite struct `Built-in protocols` {
    let library: CareLibrary

    init() throws {
        library = try SharedLibrary.get()
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
        let excluded = library.standing.filter { $0.kind == .exclude && $0.when.holds(assessment) }
        let asked = library.rules.filter { rule in
            rule.when.holds(assessment) && rule.until?.holds(assessment) != true
                && !rule.unless.contains { $0.when.holds(assessment) }
                && !excluded.contains { $0.covers(rule.activity) }
        }
        // What accompanies another activity is there only with it.
        let applying = asked.filter { rule in
            guard case .with(let other) = rule.schedule else { return true }
            return asked.contains { $0.activity == other }
        }
        let base = assessment.isTrue(.comfortCare) ? everybody.subtracting(["VTE-1"]) : everybody
        #expect(Set(applying.map(\.id)) == patient.rules.union(base))
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
        let erythema = try #require(found.first { $0.id == "ESC-1" })
        #expect(erythema.effects.contains(.shorten(ActivityCode("TURN"))))
        #expect(erythema.effects.contains(.set(.skinNonBlanching, yes)))
        #expect(erythema.effects.contains(.nextWithin(ActivityCode("SURF"), minutes: 0)))
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

    @Test(arguments: raisedOverOwnPressure)
    func `compare a pressure with the patient's own`(
        code: String, readings: Readings, expected: [String]
    ) throws {
        let facts: [Fact: Value] = [.lesionLevel: level("T4"), .baselineSystolic: .number(100)]
        #expect(try alerts(code, readings, facts) == expected)
    }

    @Test(arguments: changedFacts)
    func `change the assessment`(code: String, readings: Readings, expected: [Effect]) throws {
        let effects = try findings(code, readings).flatMap(\.effects).filter { effect in
            switch effect {
            case .alert, .resolve, .nextWithin, .shorten, .shortenTo: false
            default: true
            }
        }
        #expect(effects == expected)
    }

    @Test(arguments: demandedFields)
    func `demand what the next step depends on`(code: String, fields: [String]) throws {
        let activity = try #require(library.activity(ActivityCode(code)))
        #expect(activity.fields.filter(\.required).map(\.name) == fields)
    }

    @Test(arguments: [("cat3", "cat2"), ("cat4", "cat3"), ("unstageable", "dti"), ("dti", "cat2")])
    func `never take a category back`(worst: String, now: String) throws {
        let found = try findings(
            "SKIN", ["skin": .choice(now)], [.ulcerCategory: .choice(worst)])
        #expect(!found.flatMap(\.effects).contains(.set(.ulcerCategory, .choice(now))))
    }

    // MARK: Spine

    @Test(arguments: crews)
    func `name the people it takes`(code: String, facts: [Fact: Value], people: Int?) throws {
        let activity = try #require(library.activity(ActivityCode(code)))
        let crew = activity.staffing.first { $0.when.holds(Assessment(facts)) }
        #expect(crew?.people == people)
        guard code == "TURN" else { return }
        let refused = { (staff: Int) in
            activity.requirements.contains { rule in
                rule.field == "staff" && rule.when.holds(Assessment(facts))
                    && !rule.needs.holds(Assessment(facts), ["staff": .number(staff)])
            }
        }
        guard let people else { return #expect(!refused(1)) }
        #expect(refused(people - 1) && !refused(people))
    }

    @Test(arguments: spineSteps)
    func `let a team decide a step of the spine state`(
        from: String, to: String, teams: Set<String>
    ) throws {
        guard case .choice(let all) = Fact.spineDecidedBy.definition.kind else { return }
        let allowed = all.filter { team in
            library.transitions.contains { step in
                step.to.contains(to) && (step.from.isEmpty || step.from.contains(from))
                    && step.requires.holds(
                        Assessment([.spineState: .choice(to), .spineDecidedBy: .choice(team)]))
            }
        }
        #expect(Set(allowed) == teams)
        #expect(
            library.transitions.filter { $0.to != ["SPN-1"] }
                .allSatisfy { $0.stated == [.spineDecidedBy] })
    }

    @Test(arguments: ["unknown", "SPN-0", "SPN-2", "SPN-3", "SPN-4"])
    func `allow flat at any time and by anybody`(from: String) {
        #expect(
            library.transitions.contains { step in
                step.to == ["SPN-1"] && (step.from.isEmpty || step.from.contains(from))
                    && step.requires == .always && step.stated.isEmpty
            })
    }

    // MARK: Episodes and comfort care

    @Test func `pause all but the search for the cause in dysreflexia`() throws {
        let pause = try #require(library.standing.first { $0.kind == .pause })
        #expect(pause.when == .fact(.dysreflexia, .isTrue))
        let goesOn = library.activities.map(\.code.code).filter { !pause.covers(ActivityCode($0)) }
        #expect(
            Set(goesOn) == [
                "BP", "BP-AD", "CATH-EMPTY", "CATH-RECHECK", "CATH-CHG", "IC", "PVR", "BOWEL",
                "BOWEL-ASSESS", "SKIN", "SKIN-NB", "NEURO",
            ])
    }

    @Test func `keep comfort in comfort care`() throws {
        let rule = try #require(library.standing.first { $0.id == "EOL-1" })
        let ends = library.activities.map(\.code.code).filter { rule.covers(ActivityCode($0)) }
        #expect(
            Set(ends) == [
                "VTE-RA", "STK-FIT", "STK-SKIN", "STK-CHANGE", "STK-REVIEW", "IPC-CHK",
                "IPC-NIGHT", "AC-CHK", "AC-DOSE", "LAB-PLT", "LAB-RENAL", "CBG",
            ])
    }
}
