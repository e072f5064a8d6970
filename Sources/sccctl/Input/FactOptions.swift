import ArgumentParser
import ControlAPI

/// The common facts as options of their own, and any fact by its name.
struct FactOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Braden total, 6 to 23, or its items: sensory=2,moisture=3,… (`sccctl scale braden`).",
            valueName: "total"))
    var braden: String?

    @Option(help: ArgumentHelp("Waterlow total, or its items.", valueName: "total"))
    var waterlow: String?

    @Option(
        help: ArgumentHelp(
            "PURPOSE-T outcome: green, amber or red; or its items with outcome=red.",
            valueName: "outcome"))
    var purposeT: String?

    @Flag(inversion: .prefixedNo, help: "Cannot change position in bed without help.")
    var cannotReposition: Bool?

    @Flag(inversion: .prefixedNo, help: "Cannot lift a leg off the bed.")
    var cannotLiftLegs: Bool?

    @Flag(inversion: .prefixedNo, help: "Loss of movement below the lesion.")
    var motorDeficit: Bool?

    @Flag(inversion: .prefixedNo, help: "Impaired sensation below the lesion or in the legs.")
    var sensationImpaired: Bool?

    @Option(help: ArgumentHelp("Level of the spinal lesion, C1 to S5.", valueName: "level"))
    var lesion: String?

    @Option(help: ArgumentHelp("Impairment grade, A to E.", valueName: "grade"))
    var ais: String?

    @Option(help: ArgumentHelp("Spine-stability state, SPN-0 to SPN-4.", valueName: "state"))
    var spineState: String?

    @Option(help: ArgumentHelp("Last turned, e.g. 14:05 or 40m.", valueName: "time"))
    var lastTurned: String?

    @Flag(inversion: .prefixedNo, help: "Anti-embolism stockings ordered.")
    var stockings: Bool?

    @Flag(inversion: .prefixedNo, help: "Intermittent pneumatic compression ordered.")
    var ipc: Bool?

    @Option(
        help: ArgumentHelp(
            "Anticoagulant as prescribed, e.g. enoxaparin; or none.", valueName: "name"))
    var anticoagulant: String?

    @Option(help: ArgumentHelp("Its dose as prescribed, once daily.", valueName: "mg"))
    var doseMg: String?

    @Option(help: ArgumentHelp("Its time of day.", valueName: "HH:MM"))
    var doseTime: String?

    @Option(
        help: ArgumentHelp("Indwelling catheter: none, urethral or suprapubic.", valueName: "route")
    )
    var catheter: String?

    @Option(help: ArgumentHelp("When the catheter was last changed.", valueName: "time"))
    var catheterChanged: String?

    @Flag(inversion: .prefixedNo, help: "Emptied by intermittent catheterisation.")
    var ic: Bool?

    @Option(help: ArgumentHelp("Last intermittent catheterisation.", valueName: "time"))
    var lastIc: String?

    @Option(
        help: ArgumentHelp("Neurogenic bowel: none, reflexic or areflexic.", valueName: "pattern"))
    var bowel: String?

    @Option(help: ArgumentHelp("Last useful bowel motion.", valueName: "time"))
    var lastMotion: String?

    @Flag(inversion: .prefixedNo, help: "Takes opioids.")
    var opioids: Bool?

    @Option(
        help: ArgumentHelp("Any fact of `sccctl facts`; may be repeated.", valueName: "fact=value"))
    var set: [Assignment] = []

    /// Options first, in the order of the help; the daemon judges the values.
    var assignments: [Assignment] {
        let flags: [(String, Bool?)] = [
            ("cannotReposition", cannotReposition), ("cannotLiftLegs", cannotLiftLegs),
            ("motorDeficit", motorDeficit), ("sensationImpaired", sensationImpaired),
            ("stockingsOrdered", stockings), ("ipcOrdered", ipc),
            ("intermittentCatheterisation", ic), ("onOpioids", opioids),
        ]
        let numbers: [(String, String?)] = [
            ("braden", braden), ("waterlow", waterlow), ("anticoagulantDoseMg", doseMg),
        ]
        let words: [(String, String?)] = [
            ("purposeT", purposeT), ("lesionLevel", lesion?.uppercased()),
            ("aisGrade", ais?.uppercased()), ("spineState", spineState?.uppercased()),
            ("lastTurnedAt", lastTurned), ("anticoagulant", anticoagulant),
            ("anticoagulantTime", doseTime), ("catheter", catheter),
            ("catheterChangedAt", catheterChanged), ("lastCatheterisedAt", lastIc),
            ("bowelPattern", bowel), ("lastUsefulMotionAt", lastMotion),
        ]
        var all = numbers.compactMap { name, text in
            text.map { Assignment(name: name, value: JSONScalar(typed: $0)) }
        }
        all += words.compactMap { name, text in
            text.map { Assignment(name: name, value: .string($0)) }
        }
        all += flags.compactMap { name, flag in
            flag.map { Assignment(name: name, value: .bool($0)) }
        }
        return all + set
    }
}
