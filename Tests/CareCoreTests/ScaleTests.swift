import CareCore
import Foundation
import Testing

/// Reads `braden sensory=2 moisture=3` and says `11 high risk`, or what is wrong.
private func judged(_ line: String) -> String {
    let words = line.split(separator: " ").map(String.init)
    guard let name = words.first, let id = Scale.ID(rawValue: name) else { return "no such scale" }
    let scale = Scale.of(id)
    let fields = words.dropFirst().map { word in
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        return RawMember(parts[0], raw(parts[1]))
    }
    let (score, faults) = scale.read(fields, path: "")
    guard let score else {
        return faults.map { fault in
            [fault.field, fault.value.map { "(\($0))" }, fault.problem + ";", fault.expected]
                .compactMap { $0 }.joined(separator: " ")
        }.joined(separator: " | ")
    }
    let band = scale.band(of: score.value)?.text ?? "no band"
    return "\(scale.resultKind.raw(score.value).shown.replacing("\"", with: "")) \(band)"
}

private func raw(_ text: String) -> RawValue {
    switch text {
    case "yes": .flag(true)
    case "no": .flag(false)
    case "{}": .object([])
    case _ where Double(text) != nil: .number(text)
    default: .text(text)
    }
}

@Suite struct ScaleTests {
    @Test(arguments: [
        // The ends of each range.
        "braden sensory=1 moisture=1 activity=1 mobility=1 nutrition=1 friction=1 -> 6 very high risk",
        "braden sensory=4 moisture=4 activity=4 mobility=4 nutrition=4 friction=3 -> 23 not at risk",
        "braden sensory=2 moisture=3 activity=1 mobility=1 nutrition=2 friction=1 -> 10 high risk",
        "norton physical=1 mental=1 activity=1 mobility=1 incontinence=1 -> 5 high risk",
        "norton physical=4 mental=4 activity=4 mobility=4 incontinence=4 -> 20 not at risk",
        "waterlow build=0 skin=0 sex=1 age=1 nutrition=0 continence=0 mobility=0 tissueMalnutrition=0 neurological=0 surgery=0 medication=0 -> 2 not at risk",
        "waterlow build=3 skin=8 sex=2 age=5 nutrition=5 continence=3 mobility=5 tissueMalnutrition=8 neurological=6 surgery=8 medication=4 -> 57 very high risk",
        "fourTs thrombocytopenia=0 timing=0 thrombosis=0 otherCauses=0 -> 0 low likelihood",
        "fourTs thrombocytopenia=2 timing=2 thrombosis=2 otherCauses=2 -> 8 high likelihood",
        "bristol type=1 -> 1 hard", "bristol type=7 -> 7 loose",
        // Ticks count their points; what nobody ticked counts as no.
        "padua -> 0 low risk", "padua activeCancer=no age70=no -> 0 low risk",
        "padua activeCancer=yes -> 3 low risk",
        "padua activeCancer=yes age70=yes -> 4 high risk",
        // Cancer and bed rest alone: MSCC.
        "padua activeCancer=yes reducedMobility=yes -> 6 high risk",
        "padua activeCancer=yes previousVTE=yes reducedMobility=yes thrombophilia=yes recentTrauma=yes age70=yes heartOrLungFailure=yes infarctionOrStroke=yes infection=yes obesity=yes hormones=yes -> 20 high risk",
        "caprini -> 0 very low risk", "caprini age41=yes -> 1 low risk",
        "caprini malignancy=yes -> 2 low risk", "caprini age75=yes -> 3 moderate risk",
        "caprini age61=yes bedRestLong=yes -> 4 moderate risk",
        "caprini spinalCordInjury=yes -> 5 high risk",
        "caprini age75=yes previousVTE=yes factorVLeiden=yes lupusAnticoagulant=yes hipOrKnee=yes -> 17 high risk",
        "caprini age75=yes age41=no age61=no -> 3 moderate risk",
        // The outcome is entered; nothing is added up.
        "purposeT outcome=green screenMobility=no screenSkin=no -> green not at risk at present",
        "purposeT outcome=amber screenMobility=yes -> amber at risk, no ulcer: primary prevention",
        "purposeT outcome=red currentUlcer=yes -> red ulcer or scar: secondary prevention and treatment",
        "purposeT outcome=red previousUlcer=yes currentUlcer=no -> red ulcer or scar: secondary prevention and treatment",
        // (140 − 70) × 70 × 1.23 / 100 = 60.27; × 1.04 = 50.96.
        "cockcroftGault ageYears=70 sex=male weightKg=70 creatinine=100 -> 60.3 check again in a week",
        "cockcroftGault ageYears=70 sex=female weightKg=70 creatinine=100 -> 51 check again in a week",
        "cockcroftGault ageYears=80 sex=female weightKg=50.5 creatinine=150 -> 21 severely reduced: renal dose of enoxaparin; check again in 48 h",
        "cockcroftGault ageYears=120 sex=female weightKg=20 creatinine=2000 -> 0.2 enoxaparin not recommended: the prescriber decides",
        "cockcroftGault ageYears=1 sex=male weightKg=300 creatinine=10 -> 200 check again in a week",
        // The result beside the items, when it is right.
        "braden sensory=2 moisture=3 activity=1 mobility=1 nutrition=2 friction=1 total=10 -> 10 high risk",
        "padua activeCancer=yes total=3 -> 3 low risk",
        "cockcroftGault ageYears=70 sex=male weightKg=70 creatinine=100 clearance=60.3 -> 60.3 check again in a week",
    ]) func `answers give a result and a band`(_ row: String) {
        let parts = row.split(separator: " -> ").map(String.init)
        #expect(judged(parts[0]) == parts[1])
    }

    @Test(arguments: [
        // Out of range, at either end.
        "braden sensory=0 moisture=3 activity=1 mobility=1 nutrition=2 friction=1 -> sensory (0) is not possible; a whole number from 1 to 4",
        "braden sensory=5 moisture=3 activity=1 mobility=1 nutrition=2 friction=1 -> sensory (5) is not possible; a whole number from 1 to 4",
        "braden sensory=2 moisture=3 activity=1 mobility=1 nutrition=2 friction=4 -> friction (4) is not possible; a whole number from 1 to 3",
        "braden sensory=2.5 moisture=3 activity=1 mobility=1 nutrition=2 friction=1 -> sensory (2.5) is not possible; a whole number from 1 to 4",
        "braden sensory=two moisture=3 activity=1 mobility=1 nutrition=2 friction=1 -> sensory (\"two\") is not possible; a whole number from 1 to 4",
        "braden sensory={} moisture=3 activity=1 mobility=1 nutrition=2 friction=1 -> sensory (an object) is not possible; a whole number from 1 to 4",
        "waterlow build=0 skin=9 sex=0 age=6 nutrition=6 continence=4 mobility=6 tissueMalnutrition=9 neurological=3 surgery=6 medication=5 -> skin (9) is not possible; a whole number from 0 to 8 | sex (0) is not possible; a whole number from 1 to 2 | age (6) is not possible; a whole number from 1 to 5 | nutrition (6) is not possible; a whole number from 0 to 5 | continence (4) is not possible; a whole number from 0 to 3 | mobility (6) is not possible; a whole number from 0 to 5 | tissueMalnutrition (9) is not possible; a whole number from 0 to 8 | neurological (3) is not possible; one of 0, 4, 5, 6 | surgery (6) is not possible; one of 0, 5, 8 | medication (5) is not possible; a whole number from 0 to 4",
        "norton physical=0 mental=5 activity=4 mobility=4 incontinence=4 -> physical (0) is not possible; a whole number from 1 to 4 | mental (5) is not possible; a whole number from 1 to 4",
        "fourTs thrombocytopenia=3 timing=2 thrombosis=2 otherCauses=2 -> thrombocytopenia (3) is not possible; a whole number from 0 to 2",
        "bristol type=0 -> type (0) is not possible; a whole number from 1 to 7",
        "bristol type=8 -> type (8) is not possible; a whole number from 1 to 7",
        "padua activeCancer=3 -> activeCancer (3) is not possible; true or false",
        "cockcroftGault ageYears=121 sex=other weightKg=19.9 creatinine=9 -> ageYears (121) is not possible; a whole number from 1 to 120 years | sex (\"other\") is not possible; one of female, male | weightKg (19.9) is not possible; a number from 20 to 300 with at most 1 decimal kg | creatinine (9) is not possible; a whole number from 10 to 2000 µmol/l",
        // Missing.
        "braden sensory=2 moisture=3 activity=1 mobility=1 -> nutrition is missing; a whole number from 1 to 4 | friction is missing; a whole number from 1 to 3",
        "fourTs timing=2 thrombosis=2 otherCauses=2 -> thrombocytopenia is missing; a whole number from 0 to 2",
        "cockcroftGault ageYears=70 sex=male weightKg=70 -> creatinine is missing; a whole number from 10 to 2000 µmol/l",
        "purposeT screenMobility=no -> outcome is missing; one of green, amber, red",
        // Unknown, perhaps mistyped.
        "braden sensory=2 moistur=3 activity=1 mobility=1 nutrition=2 friction=1 -> moistur (3) is not an item of Braden; did you mean moisture? | moisture is missing; a whole number from 1 to 4",
        "bristol kind=3 type=3 -> kind (3) is not an item of Bristol; one of type, total",
        "padua activecancer=yes -> activecancer (true) is not an item of Padua; did you mean activeCancer?",
        "bristol type=3 type=4 -> type is there twice; each item once",
        // Of two that cannot both be true, the later is named.
        "caprini age41=yes age75=yes -> age75 (true) cannot stand beside age41; at most one of age41, age61, age75",
        "caprini bedRestShort=yes bedRestLong=yes -> bedRestLong (true) cannot stand beside bedRestShort; at most one of bedRestShort, bedRestLong",
        "caprini minorSurgery=yes hipOrKnee=yes -> hipOrKnee (true) cannot stand beside minorSurgery; at most one of minorSurgery, majorSurgery, hipOrKnee",
        // The result beside the items, when it is wrong: both are named.
        "braden sensory=2 moisture=3 activity=1 mobility=1 nutrition=2 friction=1 total=11 -> total (11) does not fit the sub-scores, which give 10 (sensory 2, moisture 3, activity 1, mobility 1, nutrition 2, friction 1); total 10, or other sub-scores",
        "padua activeCancer=yes age70=no total=4 -> total (4) does not fit the sub-scores, which give 3 (activeCancer 3); total 3, or other sub-scores",
        "cockcroftGault ageYears=70 sex=male weightKg=70 creatinine=100 clearance=60.2 -> clearance (60.2) does not fit the sub-scores, which give 60.3 (ageYears 70 years, sex male, weightKg 70 kg, creatinine 100 µmol/l); clearance 60.3, or other sub-scores",
        "bristol type=3 total=8 -> total (8) is not possible; a whole number from 1 to 7",
        "purposeT outcome=amber currentUlcer=yes -> outcome (\"amber\") contradicts currentUlcer, which is true; red, or currentUlcer false",
        "purposeT outcome=green previousUlcer=yes -> outcome (\"green\") contradicts previousUlcer, which is true; red, or previousUlcer false",
        "purposeT outcome=red previousUlcer=no currentUlcer=no -> outcome (\"red\") contradicts currentUlcer and previousUlcer, which are false; green or amber, or one of them true",
        "purposeT outcome=yellow -> outcome (\"yellow\") is not possible; one of green, amber, red",
    ]) func `what cannot be is refused and says what can`(_ row: String) {
        let parts = row.split(separator: " -> ").map(String.init)
        #expect(judged(parts[0]) == parts[1])
    }

    @Test(arguments: [
        "braden 5 -, 6 very high risk, 9 very high risk, 10 high risk, 12 high risk, 13 moderate risk, 14 moderate risk, 15 mild risk: at risk, 18 mild risk: at risk, 19 not at risk, 23 not at risk, 24 -",
        "waterlow 0 -, 1 not at risk, 9 not at risk, 10 at risk, 14 at risk, 15 high risk, 19 high risk, 20 very high risk, 64 very high risk, 65 -",
        "norton 4 -, 5 high risk, 12 high risk, 13 at risk, 14 at risk, 15 not at risk, 20 not at risk, 21 -",
        "padua 0 low risk, 3 low risk, 4 high risk, 20 high risk, 21 -",
        "caprini 0 very low risk, 1 low risk, 2 low risk, 3 moderate risk, 4 moderate risk, 5 high risk, 69 high risk, 70 -",
        "fourTs 0 low likelihood, 3 low likelihood, 4 intermediate likelihood, 5 intermediate likelihood, 6 high likelihood, 8 high likelihood, 9 -",
        "bristol 0 -, 1 hard, 2 hard, 3 usual, 5 usual, 6 loose, 7 loose, 8 -",
        "cockcroftGault 14.9 enoxaparin not recommended: the prescriber decides, 15 severely reduced: renal dose of enoxaparin; check again in 48 h, 29.9 severely reduced: renal dose of enoxaparin; check again in 48 h, 30 reduced: check again in 72 to 96 h, 49.9 reduced: check again in 72 to 96 h, 50 check again in a week, 200 check again in a week, 200.1 -",
    ]) func `each edge of a band lies where it should`(_ row: String) throws {
        let split = try #require(row.firstIndex(of: " "))
        let scale = Scale.of(try #require(Scale.ID(rawValue: String(row[..<split]))))
        for edge in row[split...].split(separator: ",").map({ $0.trimmingPrefix(" ") }) {
            let words = edge.split(separator: " ", maxSplits: 1).map(String.init)
            let value = scale.read(result: .number(words[0]), field: "total").score?.value
            #expect((scale.band(of: value)?.text ?? "-") == words[1], "\(scale.title) \(words[0])")
        }
    }

    @Test(arguments: Scale.ID.allCases)
    func `a definition is whole`(_ id: Scale.ID) {
        let scale = Scale.of(id)
        #expect(scale.id == id)
        #expect(Set(scale.items.map(\.name)).count == scale.items.count)
        #expect(scale.item(scale.resultName) == nil)
        for item in scale.items {
            let name = Array(item.name.utf8)
            #expect(item.name.wholeMatch(of: /[a-z][A-Za-z0-9]*/) != nil)
            #expect(name.count <= 24 && !item.meaning.isEmpty)
        }
        if let fact = id.fact { #expect(fact.definition.kind == scale.resultKind) }
        // Bands meet without gap or overlap and cover what is possible.
        switch scale.resultKind {
        case .integer(let range, _), .decimal(_, let range, _):
            for number in range {
                let fitting = scale.bands.filter {
                    if case .totals(let span) = $0.extent { span.contains(number) } else { false }
                }
                #expect(fitting.count == 1, "\(scale.title) \(number)")
            }
        case .choice(let outcomes):
            #expect(scale.bands.map(\.extent) == outcomes.map(Scale.Band.Extent.outcome))
        default: Issue.record("a result is a number or a choice")
        }
        #expect(!scale.sources.isEmpty && !scale.version.isEmpty)
    }

    @Test func `the least and the most that sub-scores can give are possible totals`() {
        for scale in Scale.all {
            guard case .sum(let range) = scale.result else { continue }
            var (least, most) = ([RawMember](), [RawMember]())
            var groups: [String: Scale.Item] = [:]
            for item in scale.items {
                switch item.answer {
                case .points(let points):
                    least.append(RawMember(item.name, .number("\(points.min() ?? 0)")))
                    most.append(RawMember(item.name, .number("\(points.max() ?? 0)")))
                case .tick:
                    // The items of a group stand with rising points.
                    if let group = item.group {
                        groups[group] = item
                    } else {
                        most.append(RawMember(item.name, .flag(true)))
                    }
                case .quantity: break
                }
            }
            most += groups.values.map { RawMember($0.name, .flag(true)) }
            let low = scale.read(least, path: "").score?.value.ordinal
            let high = scale.read(most, path: "").score?.value.ordinal
            if scale.id == .waterlow {
                // Published as 1 to 64, which its own items do not reach.
                #expect(low == 2 && high == 57)
            } else {
                #expect(low == range.lowerBound && high == range.upperBound, "\(scale.title)")
            }
        }
    }

    @Test func `what is not answered is told`() throws {
        let score = try #require(
            Scale.of(.padua).read([RawMember("activeCancer", .flag(true))], path: "").score)
        #expect(score.unanswered.count == 10 && !score.unanswered.contains("activeCancer"))
        let amber = RawMember("outcome", .text("amber"))
        let screen = RawMember("screenSkin", .flag(true))
        let notes = { (fields: [RawMember]) in
            Scale.of(.purposeT).read(fields, path: "").score?.notes.count
        }
        #expect(notes([amber]) == 1)
        #expect(notes([amber, screen]) == 2, "the full assessment is still to be made")
        #expect(notes([amber, screen, RawMember("moisture", .flag(true))]) == 1)
    }

    @Test(arguments: [
        (17, 800, ["Below 18 years: ask the pharmacist (REN-1)."]), (18, 1_200, []),
        (18, 1_201, ["Above 120 kg: ask the pharmacist (REN-1)."]),
    ]) func `outside its bounds the clearance says so`(age: Int, weight: Int, notes: [String]) {
        #expect(Scale.clearanceNotes(ageYears: age, tenthsOfKilogram: weight) == notes)
    }
}

@Suite struct SubScoreTests {
    private let items: [RawMember] = [
        ("sensory", "2"), ("moisture", "3"), ("activity", "1"), ("mobility", "1"),
        ("nutrition", "2"), ("friction", "1"),
    ].map { RawMember($0.0, .number($0.1)) }
    private let answers = [
        "sensory": 2, "moisture": 3, "activity": 1, "mobility": 1, "nutrition": 2, "friction": 1,
    ]

    private func parse(_ raw: RawValue, as name: String = "braden") -> (Assessment, [Fault]) {
        Assessment.parse([(name, raw)], path: "set.")
    }

    @Test func `a scale is stated as a total or by its items`() {
        let total = parse(.number("10"))
        #expect(total.0[.braden] == .number(10) && total.0.subScores(of: .braden) == nil)
        let whole = parse(.object(items))
        #expect(whole.0[.braden] == .number(10) && whole.0.subScores(of: .braden) == answers)
        #expect(total.1.isEmpty && whole.1.isEmpty)
    }

    @Test func `a fault names the item where it stands`() {
        let (assessment, faults) = parse(.object(Array(items.dropLast())))
        #expect(assessment.values.isEmpty)
        #expect(faults.map(\.field) == ["set.braden.friction"])
        #expect(parse(.object(items), as: "platelets").1.map(\.value) == ["an object"])
        #expect(parse(.object(items), as: "creatinineClearance").1.map(\.value) == ["an object"])
        #expect(parse(.number("24")).1.map(\.expected) == ["a whole number from 6 to 23"])
    }

    @Test func `another total alone drops the items of the one before, the same one keeps them`() {
        var (assessment, _) = parse(.object(items))
        assessment.set(.braden, .number(10))
        #expect(assessment.subScores(of: .braden) == answers)
        assessment.set(.norton, .number(12))
        #expect(assessment.subScores(of: .braden) == answers)
        assessment.set(.braden, .number(11))
        #expect(assessment.subScores.isEmpty && assessment[.braden] == .number(11))
        assessment.set(.braden, .number(10), subScores: answers)
        assessment.set(.braden, nil)
        #expect(assessment == Assessment([.norton: .number(12)]))
    }

    @Test func `the record keeps them, and what was written before is still read`() throws {
        let (assessment, _) = parse(.object(items))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(assessment), as: UTF8.self)
        #expect(
            text == """
                {"braden":"n:10","subScores":{"braden":{"activity":1,"friction":1,"mobility":1,\
                "moisture":3,"nutrition":2,"sensory":2}}}
                """)
        let decoder = JSONDecoder()
        #expect(try decoder.decode(Assessment.self, from: Data(text.utf8)) == assessment)
        let old = #"{"braden":"n:12","catheter":"c:urethral"}"#
        let read = try decoder.decode(Assessment.self, from: Data(old.utf8))
        #expect(read == Assessment([.braden: .number(12), .catheter: .choice("urethral")]))
        #expect(String(decoding: try encoder.encode(read), as: UTF8.self) == old)
        #expect(throws: DecodingError.self) {
            try decoder.decode(Assessment.self, from: Data(#"{"bradn":"n:12"}"#.utf8))
        }
        let change = #"{"fact":"braden","value":"n:9"}"#
        #expect(
            try decoder.decode(AssessmentChange.self, from: Data(change.utf8))
                == AssessmentChange(fact: .braden, value: .number(9)))
    }

    @Test func `stating items of the same total is a change, repeating them is none`() throws {
        var ward = WardRun(
            at: Instant(seconds: 1_800_000_000), zone: Fixture.london, library: Fixture.library)
        try ward.submit(.enroll([Fixture.admission([("braden", .number("10"))])], keepGoing: false))
        let id = ward.stay.id
        let change = AssessmentChange(fact: .braden, value: .number(10), subScores: answers)
        let before = ward.entries.count
        try ward.submit(.assess(id, [change]))
        #expect(ward.stay.assessment.subScores(of: .braden) == answers)
        #expect(ward.entries.count > before)
        let after = ward.entries.count
        try ward.submit(.assess(id, [change]))
        try ward.submit(.assess(id, [AssessmentChange(fact: .braden, value: .number(10))]))
        #expect(ward.entries.count == after)
        #expect(ward.stay.assessment.subScores(of: .braden) == answers)
        try ward.submit(.assess(id, [AssessmentChange(fact: .braden, value: .number(9))]))
        #expect(ward.stay.assessment.subScores(of: .braden) == nil)
    }

    @Test func `results come with band and notes, also a clearance that was worked out`() {
        let (assessment, _) = Assessment.parse(
            [
                ("braden", .object(items)), ("ageYears", .number("70")), ("sex", .text("male")),
                ("weightKg", .number("121")), ("creatinine", .number("100")),
            ], path: "")
        let scores = assessment.scores.map { scale, score in
            "\(scale.title): \(scale.band(of: score.value)?.text ?? "-")"
        }
        #expect(scores == ["Braden: high risk", "Cockcroft-Gault: check again in a week"])
        #expect(
            assessment.scores.last?.score.notes.last == "Above 120 kg: ask the pharmacist (REN-1).")
    }
}
