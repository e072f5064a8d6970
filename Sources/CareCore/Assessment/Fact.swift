/// Everything an assessment can state about a patient, one case a fact.
///
/// Conditions of protocol rules, the wire format and the command line use the raw names. Ranges are
/// plausibility limits of the clinical fact sheet, section 3 and 4.
package enum Fact: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    // Scales: results and sub-scores, never the wording of a scale.
    case braden, waterlow, norton, purposeT, padua, caprini, fourTs

    // Movement, sensation, spine.
    case cannotReposition, cannotLiftLegs, motorDeficit, sensationImpaired
    case lesionLevel, aisGrade, spineState
    case lastTurnedAt, skinNonBlanching, inChair
    case spinalDisease, spineDecidedBy, movementPain, newDeficit, gradedSittingPassed
    case orthosis, medicalDevice, deviceMark, specialSurface, surfaceFault
    case ulcerCategory, seatedUlcer, nightTurnMinutes, logRollShortSince

    // Venous thromboembolism.
    case stockingsOrdered, stockingsFittedAt, stockingReviewPending, anklePressureIndex
    case peripheralArterialDisease, arterialBypassGraft, peripheralNeuropathy, fragileSkin
    case stockingAllergy, severeLegOedema, heartFailureOedema, legDeformity, acuteStroke
    case ipcOrdered, ipcNightCheck, suspectedDVT, severeArterialDisease, openLegWounds, legFracture
    case anticoagulant, anticoagulantDoseMg, anticoagulantTime, anticoagulantWithheld
    case ageYears, sex, weightKg, creatinine, creatinineClearance, platelets
    case activeBleeding, hitSuspected, anticoagulantAllergy, systolic, diastolic
    case anticoagulantLastDoseAt, highDose, vteDecided
    case procedureAt, procedureEndedAt, procedureKind, haemostasisRecorded
    case neuraxialCatheterRemovedAt, traumaticPuncture
    case creatinineSampledAt, creatininePrevious, plateletsBaseline, plateletsSampledAt
    case heparinStartedAt, recentHeparin, cardiacBypass, haemoglobin, haemoglobinBaseline
    case majorBleeding

    // Chest.
    case postOperative, newOxygen, onOpioids
    case chestFinding, weakCough, coughPeakFlow, vitalCapacityPerKg, vitalCapacityBest
    case spirometerOrdered, spirometerBestMl, spirometerLowInARow, pneumothorax, noManualThrust,
        chronicLungDisease

    // Bladder and bowel.
    case catheter, catheterMaterial, catheterChangedAt, drainageBagChangedAt, catheterBlocked
    case intermittentCatheterisation, lastCatheterisedAt
    case bowelPattern, lastUsefulMotionAt
    case pvrSeries, pvrLowInARow, residualClass, catheterisationContraindicated
    case bowelSilent, bowelAssessmentPending, bowelBleeding, rectalContraindication

    // Autonomic dysreflexia.
    case baselineSystolic, dysreflexia, dysreflexiaResolvedAt, dysreflexiaSymptoms

    // Steroids and glucose.
    case dexamethasoneMg, dexamethasoneTaper, taperFrom, steroidMissedAt, gastricProtection
    case diabetes, glucoseRaised, glucoseAbove12At

    // Around everything: absence, comfort care, confusion.
    case awayUntil, absenceLimitAt, comfortCare, newConfusion
}

/// The kind of a fact and what it says, in a few words.
package struct FactDefinition: Sendable {
    package let kind: ValueKind
    package let meaning: String
}

extension Fact {
    package var definition: FactDefinition {
        switch self {
        case .braden:
            FactDefinition(kind: .integer(6...23, unit: ""), meaning: "Braden total, low is bad")
        case .waterlow:
            FactDefinition(kind: .integer(1...64, unit: ""), meaning: "Waterlow total, high is bad")
        case .norton:
            FactDefinition(kind: .integer(5...20, unit: ""), meaning: "Norton total, low is bad")
        case .purposeT:
            FactDefinition(kind: .choice(["green", "amber", "red"]), meaning: "PURPOSE-T outcome")
        case .padua:
            FactDefinition(kind: .integer(0...20, unit: ""), meaning: "Padua total, high is bad")
        case .caprini:
            FactDefinition(kind: .integer(0...69, unit: ""), meaning: "Caprini total, high is bad")
        case .fourTs:
            FactDefinition(kind: .integer(0...8, unit: ""), meaning: "4Ts total, high is bad")
        case .cannotReposition: FactDefinition.flag("cannot change position in bed without help")
        case .cannotLiftLegs: FactDefinition.flag("cannot lift a leg off the bed")
        case .motorDeficit: FactDefinition.flag("loss of movement below the lesion")
        case .sensationImpaired:
            FactDefinition.flag("impaired sensation below the lesion or in the legs")
        case .lesionLevel: FactDefinition(kind: .level, meaning: "level of the spinal lesion")
        case .aisGrade:
            FactDefinition(kind: .choice(["A", "B", "C", "D", "E"]), meaning: "impairment grade")
        case .spineState:
            FactDefinition(
                kind: .choice(["SPN-0", "SPN-1", "SPN-2", "SPN-3", "SPN-4"]),
                meaning: "spine-stability state")
        case .lastTurnedAt: FactDefinition.instant("last repositioning before enrolment")
        case .skinNonBlanching:
            FactDefinition.flag("a site with non-blanching erythema is being watched")
        case .inChair: FactDefinition.flag("sits out in a chair")
        case .spinalDisease: FactDefinition.flag("suspected or proven spinal cord compression")
        case .spineDecidedBy:
            FactDefinition(
                kind: .choice([
                    "spinal-team", "mscc-coordinator", "medical-team", "registered-nurse",
                    "physiotherapist",
                ]), meaning: "who decided the spine state that is stated with it")
        case .movementPain:
            FactDefinition(kind: .integer(0...10, unit: ""), meaning: "pain on movement")
        case .newDeficit: FactDefinition.flag("new motor or sensory loss")
        case .gradedSittingPassed:
            FactDefinition.flag(
                "60 degrees held for an hour without pain, deficit or pressure fall")
        case .orthosis:
            FactDefinition(
                kind: .choice(["none", "collar", "brace", "halo", "cast"]),
                meaning: "collar, brace, halo or cast")
        case .medicalDevice: FactDefinition.flag("a mask, tube or probe rests on the skin")
        case .deviceMark: FactDefinition.flag("a mark under a device is being watched")
        case .specialSurface:
            FactDefinition(
                kind: .choice(["none", "static", "alternating", "hybrid"]),
                meaning: "special support surface")
        case .surfaceFault: FactDefinition.flag("the special surface has no power or air")
        case .ulcerCategory:
            FactDefinition(
                kind: .choice(["none", "cat1", "cat2", "cat3", "cat4", "unstageable", "dti"]),
                meaning: "worst pressure ulcer")
        case .seatedUlcer: FactDefinition.flag("ischial or sacral ulcer")
        case .nightTurnMinutes:
            FactDefinition(
                kind: .integer(120...240, unit: "min"),
                meaning: "documented turning interval of the night, decided by a registered nurse")
        case .logRollShortSince:
            FactDefinition.instant("log-roll not possible for lack of staff since")
        case .stockingsOrdered: FactDefinition.flag("anti-embolism stockings ordered")
        case .stockingsFittedAt: FactDefinition.instant("when the present stockings were fitted")
        case .stockingReviewPending: FactDefinition.flag("stockings taken off, decision pending")
        case .anklePressureIndex:
            FactDefinition(
                kind: .decimal(digits: 2, range: 0...300, unit: ""),
                meaning: "ankle-brachial pressure index")
        case .peripheralArterialDisease:
            FactDefinition.flag("suspected or proven peripheral arterial disease")
        case .arterialBypassGraft: FactDefinition.flag("peripheral arterial bypass graft")
        case .peripheralNeuropathy: FactDefinition.flag("peripheral neuropathy")
        case .fragileSkin:
            FactDefinition.flag("fragile leg skin, dermatitis, gangrene or recent graft")
        case .stockingAllergy: FactDefinition.flag("allergy to the stocking material")
        case .severeLegOedema: FactDefinition.flag("severe leg oedema")
        case .heartFailureOedema: FactDefinition.flag("leg or pulmonary oedema from heart failure")
        case .legDeformity: FactDefinition.flag("leg size, shape or deformity that prevents a fit")
        case .acuteStroke: FactDefinition.flag("admitted with acute stroke")
        case .ipcOrdered: FactDefinition.flag("intermittent pneumatic compression ordered")
        case .ipcNightCheck: FactDefinition.flag("nightly device check wanted")
        case .suspectedDVT: FactDefinition.flag("deep vein thrombosis suspected or known")
        case .severeArterialDisease:
            FactDefinition.flag("severe arterial disease or gangrene of a leg")
        case .openLegWounds: FactDefinition.flag("open wounds on a leg")
        case .legFracture: FactDefinition.flag("fracture under the sleeve")
        case .anticoagulant:
            FactDefinition(
                kind: .choice([
                    "none", "enoxaparin", "dalteparin", "tinzaparin", "heparin", "fondaparinux",
                    "rivaroxaban", "apixaban", "edoxaban", "dabigatran", "warfarin",
                ]), meaning: "anticoagulant prescribed for prophylaxis")
        case .anticoagulantDoseMg:
            FactDefinition(
                kind: .decimal(digits: 1, range: 5...3_000, unit: "mg"),
                meaning: "dose as ordered, once daily")
        case .anticoagulantTime:
            FactDefinition(kind: .time, meaning: "time of the daily dose, default 18:00")
        case .anticoagulantWithheld: FactDefinition.flag("anticoagulant withheld by decision")
        case .ageYears: FactDefinition(kind: .integer(18...120, unit: "years"), meaning: "age")
        case .sex:
            FactDefinition(kind: .choice(["female", "male"]), meaning: "sex, for renal function")
        case .weightKg:
            FactDefinition(
                kind: .decimal(digits: 1, range: 200...3_000, unit: "kg"), meaning: "actual weight")
        case .creatinine:
            FactDefinition(kind: .integer(10...2_000, unit: "µmol/l"), meaning: "serum creatinine")
        case .creatinineClearance:
            FactDefinition(
                kind: .decimal(digits: 1, range: 0...2_000, unit: "ml/min"),
                meaning: "Cockcroft-Gault clearance; worked out when age, sex, weight and "
                    + "creatinine are known")
        case .platelets:
            FactDefinition(
                kind: .integer(0...2_000, unit: "×10⁹/l"), meaning: "latest platelet count")
        case .activeBleeding: FactDefinition.flag("active bleeding")
        case .hitSuspected: FactDefinition.flag("heparin-induced thrombocytopenia suspected")
        case .anticoagulantAllergy: FactDefinition.flag("allergy to the anticoagulant")
        case .systolic:
            FactDefinition(
                kind: .integer(40...300, unit: "mmHg"), meaning: "systolic blood pressure")
        case .diastolic:
            FactDefinition(
                kind: .integer(20...200, unit: "mmHg"), meaning: "diastolic blood pressure")
        case .anticoagulantLastDoseAt: FactDefinition.instant("last dose of the anticoagulant")
        case .highDose: FactDefinition.flag("anticoagulant in a high (treatment) dose")
        case .vteDecided: FactDefinition.flag("decision on prophylaxis is documented")
        case .procedureAt: FactDefinition.instant("planned start of an operation or puncture")
        case .procedureEndedAt: FactDefinition.instant("end of the operation")
        case .procedureKind:
            FactDefinition(
                kind: .choice(["spinal-surgery", "neuraxial", "other"]),
                meaning: "kind of the operation or puncture")
        case .haemostasisRecorded: FactDefinition.flag("the surgeon recorded haemostasis")
        case .neuraxialCatheterRemovedAt: FactDefinition.instant("removal of a neuraxial catheter")
        case .traumaticPuncture: FactDefinition.flag("the puncture was traumatic")
        case .creatinineSampledAt: FactDefinition.instant("sample of the latest creatinine")
        case .creatininePrevious:
            FactDefinition(
                kind: .integer(10...2_000, unit: "µmol/l"), meaning: "creatinine before the latest")
        case .plateletsBaseline:
            FactDefinition(
                kind: .integer(0...2_000, unit: "×10⁹/l"), meaning: "platelets before heparin")
        case .plateletsSampledAt: FactDefinition.instant("sample of the latest platelet count")
        case .heparinStartedAt: FactDefinition.instant("first dose of the present heparin")
        case .recentHeparin: FactDefinition.flag("had heparin in the last 100 days")
        case .cardiacBypass: FactDefinition.flag("after cardiopulmonary bypass")
        case .haemoglobin:
            FactDefinition(kind: .integer(20...250, unit: "g/l"), meaning: "latest haemoglobin")
        case .haemoglobinBaseline:
            FactDefinition(kind: .integer(20...250, unit: "g/l"), meaning: "haemoglobin before")
        case .majorBleeding: FactDefinition.flag("major bleeding")
        case .chestFinding: FactDefinition.flag("a chest finding is being followed")
        case .weakCough: FactDefinition.flag("cough weak or absent")
        case .coughPeakFlow:
            FactDefinition(kind: .integer(50...800, unit: "l/min"), meaning: "peak cough flow")
        case .vitalCapacityPerKg:
            FactDefinition(
                kind: .decimal(digits: 1, range: 10...1_200, unit: "ml/kg"),
                meaning: "vital capacity by body weight")
        case .vitalCapacityBest:
            FactDefinition(
                kind: .decimal(digits: 1, range: 10...1_200, unit: "ml/kg"),
                meaning: "vital capacity before the latest")
        case .spirometerOrdered: FactDefinition.flag("incentive spirometry as an adjunct")
        case .spirometerBestMl:
            FactDefinition(kind: .integer(0...6_000, unit: "ml"), meaning: "own best volume")
        case .spirometerLowInARow:
            FactDefinition(
                kind: .integer(0...100, unit: ""),
                meaning: "sets below half of the own best in a row")
        case .pneumothorax: FactDefinition.flag("untreated pneumothorax")
        case .noManualThrust:
            FactDefinition.flag("unstable chest or spine, or recent gastric surgery: no thrust")
        case .chronicLungDisease: FactDefinition.flag("chronic obstructive lung disease")
        case .postOperative: FactDefinition.flag("in the days after an operation")
        case .newOxygen: FactDefinition.flag("new need for oxygen")
        case .onOpioids: FactDefinition.flag("takes opioids")
        case .catheter:
            FactDefinition(
                kind: .choice(["none", "urethral", "suprapubic"]), meaning: "indwelling catheter")
        case .catheterMaterial:
            FactDefinition(
                kind: .choice(["long-term", "short-term"]), meaning: "catheter material")
        case .catheterChangedAt: FactDefinition.instant("last insertion or change of the catheter")
        case .drainageBagChangedAt: FactDefinition.instant("last change of the drainage bag")
        case .catheterBlocked: FactDefinition.flag("catheter does not drain, re-check pending")
        case .intermittentCatheterisation:
            FactDefinition.flag("emptied by intermittent catheterisation")
        case .lastCatheterisedAt:
            FactDefinition.instant("last intermittent catheterisation before enrolment")
        case .bowelPattern:
            FactDefinition(
                kind: .choice(["none", "reflexic", "areflexic"]),
                meaning: "neurogenic bowel pattern")
        case .lastUsefulMotionAt: FactDefinition.instant("last useful bowel motion")
        case .pvrSeries: FactDefinition.flag("residual volume is scanned after each void")
        case .pvrLowInARow:
            FactDefinition(
                kind: .integer(0...100, unit: ""), meaning: "residuals below 100 ml in a row")
        case .residualClass:
            FactDefinition(
                kind: .choice(["low", "moderate", "high"]),
                meaning: "residual after voiding: up to 100, to 300, above")
        case .catheterisationContraindicated:
            FactDefinition.flag("stricture, priapism or refusal: no intermittent catheterisation")
        case .bowelSilent: FactDefinition.flag("no useful motion for 72 hours, 48 from T6 up")
        case .bowelAssessmentPending: FactDefinition.flag("bowel assessment due")
        case .bowelBleeding: FactDefinition.flag("bright bleeding or trauma with bowel care")
        case .rectalContraindication:
            FactDefinition.flag("neutropenia or thrombocytopenia: nothing rectal without a doctor")
        case .baselineSystolic:
            FactDefinition(
                kind: .integer(50...150, unit: "mmHg"), meaning: "own resting systolic pressure")
        case .dysreflexia: FactDefinition.flag("episode of autonomic dysreflexia")
        case .dysreflexiaResolvedAt: FactDefinition.instant("end of the last episode")
        case .dysreflexiaSymptoms:
            FactDefinition.flag(
                "headache, flushing, sweating, blurred vision or slow or fast pulse")
        case .dexamethasoneMg:
            FactDefinition(
                kind: .decimal(digits: 1, range: 5...240, unit: "mg"),
                meaning: "dexamethasone a day as prescribed")
        case .dexamethasoneTaper:
            FactDefinition(kind: .course(unit: "mg"), meaning: "prescribed taper of dexamethasone")
        case .taperFrom:
            FactDefinition.instant("operation or first fraction; the taper begins the next day")
        case .steroidMissedAt: FactDefinition.instant("a steroid dose was not given")
        case .gastricProtection: FactDefinition.flag("proton-pump inhibitor prescribed")
        case .diabetes: FactDefinition.flag("known diabetes")
        case .glucoseRaised: FactDefinition.flag("a glucose above 12.0 mmol/l since the steroid")
        case .glucoseAbove12At: FactDefinition.instant("last glucose above 12.0 mmol/l")
        case .awayUntil: FactDefinition.instant("off the ward, due back")
        case .absenceLimitAt:
            FactDefinition.instant("off the ward, first elapsed care one interval late")
        case .comfortCare: FactDefinition.flag("comfort care only, a documented decision")
        case .newConfusion: FactDefinition.flag("new confusion or restlessness")
        }
    }
}

extension FactDefinition {
    fileprivate static func flag(_ meaning: String) -> FactDefinition {
        FactDefinition(kind: .flag, meaning: meaning)
    }

    fileprivate static func instant(_ meaning: String) -> FactDefinition {
        FactDefinition(kind: .instant, meaning: meaning)
    }
}
