/// Everything an assessment can state about a patient, one case a fact.
///
/// Conditions of protocol rules, the wire format and the command line use the raw names. Ranges are
/// plausibility limits of the clinical fact sheet, section 3 and 4.
package enum Fact: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    // Risk scales: totals only, never the wording of a scale.
    case braden, waterlow, norton, purposeT

    // Movement, sensation, spine.
    case cannotReposition, cannotLiftLegs, motorDeficit, sensationImpaired
    case lesionLevel, aisGrade, spineState
    case lastTurnedAt, skinNonBlanching, inChair

    // Venous thromboembolism.
    case stockingsOrdered, stockingsFittedAt, stockingReviewPending, anklePressureIndex
    case peripheralArterialDisease, arterialBypassGraft, peripheralNeuropathy, fragileSkin
    case stockingAllergy, severeLegOedema, heartFailureOedema, legDeformity, acuteStroke
    case ipcOrdered, ipcNightCheck, suspectedDVT, severeArterialDisease, openLegWounds, legFracture
    case anticoagulant, anticoagulantDoseMg, anticoagulantTime, anticoagulantWithheld
    case ageYears, sex, weightKg, creatinine, creatinineClearance, platelets
    case activeBleeding, hitSuspected, anticoagulantAllergy, systolic, diastolic

    // Chest.
    case postOperative, newOxygen, onOpioids

    // Bladder and bowel.
    case catheter, catheterMaterial, catheterChangedAt, drainageBagChangedAt, catheterBlocked
    case intermittentCatheterisation, lastCatheterisedAt
    case bowelPattern, lastUsefulMotionAt
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
