extension Scale {
    package static let all: [Scale] = ID.allCases.map(of)

    package static func of(_ id: ID) -> Scale {
        switch id {
        case .braden: braden
        case .waterlow: waterlow
        case .norton: norton
        case .purposeT: purposeT
        case .padua: padua
        case .caprini: caprini
        case .fourTs: fourTs
        case .bristol: bristol
        case .cockcroftGault: cockcroftGault
        }
    }

    // MARK: Pressure ulcers

    private static let braden = Scale(
        id: .braden, title: "Braden", purpose: "pressure-ulcer risk", version: "1987",
        items: [
            Item("sensory", "feels and answers to pressure", .points(1...4)),
            Item("moisture", "how moist the skin is", .points(1...4)),
            Item("activity", "how far out of bed", .points(1...4)),
            Item("mobility", "changes position unaided", .points(1...4)),
            Item("nutrition", "what is usually eaten", .points(1...4)),
            Item("friction", "friction and shear", .points(1...3)),
        ],
        result: .sum(6...23), direction: .lowIsBad,
        bands: [
            .totals(6...9, "very high risk", .knowledge("published bands")),
            .totals(10...12, "high risk", .knowledge("published bands")),
            .totals(13...14, "moderate risk", .confirmed("Braden bands, wound-care teaching page")),
            .totals(
                15...18, "mild risk: at risk", .confirmed("Braden bands, wound-care teaching page")),
            .totals(
                19...23, "not at risk", .confirmed("Braden bands, wound-care teaching page")),
        ],
        sources: [
            PartSource("items and range", .confirmed("openEHR CKM, Braden archetype v1")),
            PartSource(
                "mild band",
                .designDefault("15 to 18 of the original bands; other sites use 16 to 23")),
        ],
        notes: [])

    private static let waterlow = Scale(
        id: .waterlow, title: "Waterlow", purpose: "pressure-ulcer risk", version: "2005",
        items: [
            Item("build", "weight for height", .points(0...3)),
            Item("skin", "skin signs, points of all that apply added", .points(0...8)),
            Item("sex", "points for sex", .points(1...2)),
            Item("age", "points for age", .points(1...5)),
            Item("nutrition", "malnutrition screening", .points(0...5)),
            Item("continence", "incontinence", .points(0...3)),
            Item("mobility", "how mobile", .points(0...5)),
            Item("tissueMalnutrition", "badly nourished tissue, 0 if none", .points(0...8)),
            Item(
                "neurological", "deficit of nerves or cord, 0 if none", .points([0, 4, 5, 6])),
            Item("surgery", "large operation or injury, 0 if none", .points([0, 5, 8])),
            Item("medication", "drugs that count, 0 if none", .points(0...4)),
        ],
        result: .sum(1...64), direction: .highIsBad,
        bands: [
            .totals(1...9, "not at risk", .confirmed("Waterlow bands, public summaries")),
            .totals(10...14, "at risk", .confirmed("Waterlow bands, openEHR CKM")),
            .totals(15...19, "high risk", .confirmed("Waterlow bands, openEHR CKM")),
            .totals(20...64, "very high risk", .confirmed("Waterlow bands, openEHR CKM")),
        ],
        sources: [
            PartSource("items and range", .confirmed("openEHR CKM, Waterlow archetype v0"))
        ],
        notes: [])

    private static let norton = Scale(
        id: .norton, title: "Norton", purpose: "pressure-ulcer risk", version: "1962",
        items: [
            Item("physical", "physical condition", .points(1...4)),
            Item("mental", "mental condition", .points(1...4)),
            Item("activity", "how far out of bed", .points(1...4)),
            Item("mobility", "moves in bed", .points(1...4)),
            Item("incontinence", "incontinence", .points(1...4)),
        ],
        result: .sum(5...20), direction: .lowIsBad,
        bands: [
            .totals(5...12, "high risk", .knowledge("published bands")),
            .totals(13...13, "at risk", .confirmed("Norton cut-off of 13, calculator page")),
            .totals(
                14...14, "at risk", .knowledge("original cut-off of 14; some tools use 13")),
            .totals(15...20, "not at risk", .knowledge("original cut-off of 14")),
        ],
        sources: [PartSource("items and range", .confirmed("Norton items, calculator page"))],
        notes: [])

    private static let purposeT: Scale = {
        let known = Provenance.knowledge("PURPOSE-T, University of Leeds")
        return Scale(
            id: .purposeT, title: "PURPOSE-T", purpose: "pressure-ulcer risk", version: "2",
            items: [
                Item("screenMobility", "screen: mobility is a concern", .tick(points: 0)),
                Item("screenSkin", "screen: skin is a concern", .tick(points: 0)),
                Item("screenJudgement", "screen: judged to need more", .tick(points: 0)),
                Item("mobility", "full: moves too little", .tick(points: 0)),
                Item("sensory", "full: does not feel or answer to pressure", .tick(points: 0)),
                Item("moisture", "full: moist skin", .tick(points: 0)),
                Item("perfusion", "full: poor circulation", .tick(points: 0)),
                Item("nutrition", "full: poorly nourished", .tick(points: 0)),
                Item("diabetes", "full: diabetes", .tick(points: 0)),
                Item("device", "full: a device presses", .tick(points: 0)),
                Item("previousUlcer", "full: earlier ulcer or scar", .tick(points: 0)),
                Item("currentUlcer", "full: ulcer now", .tick(points: 0)),
            ],
            result: .outcome(["green", "amber", "red"]), direction: .neither,
            bands: [
                Band(text: "not at risk at present", extent: .outcome("green"), provenance: known),
                Band(
                    text: "at risk, no ulcer: primary prevention", extent: .outcome("amber"),
                    provenance: known),
                Band(
                    text: "ulcer or scar: secondary prevention and treatment",
                    extent: .outcome("red"), provenance: known),
            ],
            sources: [PartSource("steps and outcomes", known)],
            notes: ["There is no total: the outcome is the assessor's."])
    }()

    // MARK: Thromboembolism

    private static let padua: Scale = {
        let tables = Provenance.confirmed("Padua score tables, PMC7454299 and PMC3278052")
        return Scale(
            id: .padua, title: "Padua", purpose: "thrombosis risk of medical patients",
            version: "2010",
            items: [
                Item("activeCancer", "active cancer", .tick(points: 3)),
                Item("previousVTE", "earlier thrombosis or embolism", .tick(points: 3)),
                Item("reducedMobility", "in bed for 3 days or more", .tick(points: 3)),
                Item("thrombophilia", "known thrombophilia", .tick(points: 3)),
                Item("recentTrauma", "injury or operation within a month", .tick(points: 2)),
                Item("age70", "70 years or older", .tick(points: 1)),
                Item("heartOrLungFailure", "heart or respiratory failure", .tick(points: 1)),
                Item("infarctionOrStroke", "acute infarction or stroke", .tick(points: 1)),
                Item("infection", "acute infection or rheumatic disease", .tick(points: 1)),
                Item("obesity", "body mass index 30 or more", .tick(points: 1)),
                Item("hormones", "hormone treatment", .tick(points: 1)),
            ],
            result: .sum(0...20), direction: .highIsBad,
            bands: [
                .totals(0...3, "low risk", tables), .totals(4...20, "high risk", tables),
            ],
            sources: [PartSource("items, points and cut-off", tables)], notes: [])
    }()

    private static let caprini: Scale = {
        let bands = Provenance.knowledge("published bands")
        let items = capriniItems
        return Scale(
            id: .caprini, title: "Caprini", purpose: "thrombosis risk of surgical patients",
            version: "2005",
            items: items, result: .sum(0...mostPoints(items)), direction: .highIsBad,
            bands: [
                .totals(0...0, "very low risk", bands), .totals(1...2, "low risk", bands),
                .totals(3...4, "moderate risk", bands),
                .totals(5...mostPoints(items), "high risk", bands),
            ],
            sources: [
                PartSource("items and points", .confirmed("openEHR CKM, Caprini archetype v0"))
            ],
            notes: [])
    }()

    private static var capriniItems: [Item] {
        func ticks(_ points: Int, _ items: [(String, String, String?)]) -> [Item] {
            items.map { Item($0.0, $0.1, .tick(points: points), group: $0.2) }
        }
        return ticks(
            1,
            [
                ("age41", "41 to 60 years old", "age"),
                ("minorSurgery", "minor operation", "surgery"),
                ("overweight", "body mass index 25 or more", nil),
                ("varicoseVeins", "varicose veins", nil),
                ("swollenLegs", "swollen legs", nil),
                ("copd", "chronic obstructive lung disease", nil),
                ("pregnancy", "pregnant, or gave birth within a month", nil),
                ("hormones", "contraceptive pill or hormone replacement", nil),
                ("sepsis", "sepsis within a month", nil),
                ("lungDisease", "serious lung disease within a month", nil),
                ("heartFailure", "congestive heart failure", nil),
                ("infarction", "acute myocardial infarction", nil),
                ("recentSurgery", "earlier major operation within a month", nil),
                ("bowelDisease", "inflammatory bowel disease", nil),
                ("pregnancyLoss", "unexplained loss of pregnancies", nil),
                ("bedRestShort", "in bed for less than 3 days", "bed rest"),
            ])
            + ticks(
                2,
                [
                    ("age61", "61 to 74 years old", "age"),
                    ("majorSurgery", "operation longer than 45 minutes", "surgery"),
                    ("malignancy", "cancer, now or earlier", nil),
                    ("centralLine", "central venous line", nil),
                    ("bedRestLong", "in bed for more than 3 days", "bed rest"),
                ])
            + ticks(
                3,
                [
                    ("age75", "75 years or older", "age"),
                    ("previousVTE", "earlier thrombosis or embolism", nil),
                    ("familyVTE", "thrombosis or embolism in the family", nil),
                    ("factorVLeiden", "factor V Leiden", nil),
                    ("prothrombin", "prothrombin 20210A", nil),
                    ("lupusAnticoagulant", "lupus anticoagulant", nil),
                    ("anticardiolipin", "anticardiolipin antibodies", nil),
                    ("homocysteine", "raised homocysteine", nil),
                    ("otherThrombophilia", "another thrombophilia", nil),
                    ("heparinThrombocytopenia", "heparin-induced thrombocytopenia", nil),
                ])
            + ticks(
                5,
                [
                    ("hipOrKnee", "elective hip or knee replacement", "surgery"),
                    ("stroke", "stroke within a month", nil),
                    ("multipleTrauma", "several injuries within a month", nil),
                    ("spinalCordInjury", "acute spinal cord injury within a month", nil),
                ])
    }

    /// The largest sum there can be: of each group only the item that counts most.
    private static func mostPoints(_ items: [Item]) -> Int {
        var best: [String: Int] = [:]
        var sum = 0
        for item in items {
            guard case .tick(let points) = item.answer else { continue }
            if let group = item.group {
                best[group] = max(best[group] ?? 0, points)
            } else {
                sum += points
            }
        }
        return best.values.reduce(sum, +)
    }

    private static let fourTs = Scale(
        id: .fourTs, title: "4Ts", purpose: "likelihood of heparin-induced thrombocytopenia",
        version: "2006",
        items: [
            Item(
                "thrombocytopenia",
                "platelets: 2 for a fall above 50 % and lowest 20 or more, 1 for 30 to 50 % or "
                    + "lowest 10 to 19, 0 for less", .points(0...2)),
            Item("timing", "how well the time after heparin fits", .points(0...2)),
            Item("thrombosis", "new thrombosis or skin reaction", .points(0...2)),
            Item("otherCauses", "2 when nothing else explains it", .points(0...2)),
        ],
        result: .sum(0...8), direction: .highIsBad,
        bands: [
            .totals(0...3, "low likelihood", .confirmed("ACCP 2012, 4Ts card")),
            .totals(4...5, "intermediate likelihood", .knowledge("published bands")),
            .totals(6...8, "high likelihood", .knowledge("published bands")),
        ],
        sources: [
            PartSource("platelet fall", .confirmed("ACCP 2012, 4Ts card")),
            PartSource("the other items", .knowledge("published score")),
        ],
        notes: [])

    // MARK: Stool

    private static let bristol = Scale(
        id: .bristol, title: "Bristol", purpose: "stool form", version: "1997",
        items: [Item("type", "stool form", .points(1...7))],
        result: .sum(1...7), direction: .neither,
        bands: [
            .totals(1...2, "hard", .knowledge("usual reading of the types")),
            .totals(3...5, "usual", .knowledge("usual reading of the types")),
            .totals(6...7, "loose", .knowledge("usual reading of the types")),
        ],
        sources: [
            PartSource("seven types", .confirmed("openEHR CKM, Bristol archetype v0")),
            PartSource("targets", .knowledge("4 for a reflexic, 3 for an areflexic bowel")),
        ],
        notes: ["Aim at 4 with a reflexic bowel, at 3 with an areflexic one."])

    // MARK: Renal function

    private static let cockcroftGault = Scale(
        id: .cockcroftGault, title: "Cockcroft-Gault", purpose: "creatinine clearance",
        version: "1976",
        items: [
            Item("ageYears", "age", .quantity(.integer(1...120, unit: "years"))),
            Item("sex", "sex", .quantity(Fact.sex.definition.kind)),
            Item("weightKg", "actual weight", .quantity(Fact.weightKg.definition.kind)),
            Item("creatinine", "serum creatinine", .quantity(Fact.creatinine.definition.kind)),
        ],
        result: .clearance, direction: .lowIsBad,
        bands: [
            .totals(
                0...149, "enoxaparin not recommended: the prescriber decides",
                .confirmed("enoxaparin EU label (REN-3)")),
            .totals(
                150...299, "severely reduced: renal dose of enoxaparin; check again in 48 h",
                .confirmed("enoxaparin EU label (REN-2); the 48 h are a design default")),
            .totals(
                300...499, "reduced: check again in 72 to 96 h", .designDefault("REN-4")),
            .totals(500...2_000, "check again in a week", .designDefault("REN-4")),
        ],
        sources: [
            PartSource("use of the clearance", .knowledge("label practice (REN-1)")),
            PartSource("formula", .knowledge("Cockcroft and Gault; 1.23 and 1.04 for µmol/l")),
        ],
        notes: ["For LMWH and direct anticoagulants, not to be replaced by an eGFR."])
}

// MARK: Shorthand

extension Scale.Item.Answer {
    fileprivate static func points(_ range: ClosedRange<Int>) -> Self {
        .points(Array(range))
    }
}

extension Scale.Band {
    fileprivate static func totals(
        _ range: ClosedRange<Int>, _ text: String, _ provenance: Provenance
    ) -> Scale.Band {
        Scale.Band(text: text, extent: .totals(range), provenance: provenance)
    }
}

extension Scale.PartSource {
    fileprivate init(_ part: String, _ provenance: Provenance) {
        self.init(part: part, provenance: provenance)
    }
}

extension Provenance {
    fileprivate static func confirmed(_ source: String) -> Provenance {
        Provenance(source: source, status: .confirmed)
    }

    fileprivate static func knowledge(_ source: String) -> Provenance {
        Provenance(source: source, status: .knowledge)
    }

    fileprivate static func designDefault(_ source: String) -> Provenance {
        Provenance(source: source, status: .designDefault)
    }
}
