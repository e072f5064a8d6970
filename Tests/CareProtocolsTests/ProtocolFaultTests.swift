import CareCore
import CareProtocols
import Testing

/// The sound protocol that every row of the table spoils in one place.
private let sound = """
    protocol: sample
    version: "2026.1"
    owner: ward
    reviewDate: 2027-11-01
    findings:
      - id: F-1
        when: {field: skin, is: cat1}
        effects:
          - shorten: TURN
          - alert: {priority: LOW, message: erythema, who: nurse}
        source: a guideline
        status: confirmed
    activities:
      - code: TURN
        term: turning
        domain: skin
        records:
          skin: {kind: choice, choices: [intact, cat1], meaning: skin}
          volumeMl: {kind: integer, range: [0, 2000], unit: ml, meaning: volume}
          leftCm: {kind: decimal, digits: 1, range: [15, 70], unit: cm, meaning: left}
          rightCm: {kind: decimal, digits: 1, range: [15, 70], unit: cm, meaning: right}
        windows:
          - {intervalAtLeast: 240, early: any, onTime: 30, low: 30, medium: 120, status: D}
          - {early: any, onTime: 15, low: 15, medium: 60, status: D}
        retries: {refused: 25%, unable: 15, skipped: next, status: D}
        findings:
          - F-1
          - id: F-2
            when: {difference: [leftCm, rightCm], atLeast: 3}
            effects:
              - set: suspectedDVT
            source: a guideline
            status: K
        ladder: [240, 120]
        lengthening: {id: TURN-L, good: {field: skin, is: intact}, minutes: 1440, message: longer, source: s, status: D}
        ending: proposed
      - code: CHECK
        term: checking
        domain: skin
        windows:
          - {early: 60, onTime: {clock: anticoagulantTime, default: "18:00"}, status: D}
    rules:
      - id: R-1
        activity: TURN
        when: {any: [{braden: {atMost: 9}}, {lesionLevel: {atMost: T6}}]}
        schedule: {every: 240, first: {since: lastTurnedAt}}
        detail: "{anticoagulant} {anticoagulantDoseMg} mg"
        source: a guideline
        status: confirmed
      - id: R-2
        activity: CHECK
        when: {all: [cannotReposition, {not: {anklePressureIndex: {below: 0.8}}}]}
        order: stockingsOrdered
        unless:
          - {id: X-1, when: acuteStroke, reason: stroke}
        schedule: {daily: ["08:00", "20:00"]}
        holds:
          - {id: H-1, when: activeBleeding, reason: bleeding}
        source: a guideline
        status: D
    holds:
      - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}
    """

/// Replaces one place of the sound protocol and says what must be reported, and where.
struct BadProtocol: Sendable, CustomTestStringConvertible {
    let name: String
    let old: String
    let new: String
    let problem: String
    let expected: String

    init(_ name: String, _ old: String, _ new: String, _ problem: String, _ expected: String) {
        self.name = name
        self.old = old
        self.new = new
        self.problem = problem
        self.expected = expected
    }

    var testDescription: String { name }
}

private let badProtocols: [BadProtocol] = [
    .init(
        "unknown key", "    order: stockingsOrdered", "    odrer: stockingsOrdered",
        "a rule has no key \"odrer\"", "did you mean order?"),
    .init(
        "unknown key of the file", "owner: ward", "owner: ward\nowners: two", "no key \"owners\"",
        "did you mean owner?"),
    .init(
        "unknown activity", "    activity: CHECK", "    activity: CHEKC", "which is no activity",
        "did you mean CHECK?"),
    .init(
        "unknown fact", "{braden: {atMost: 9}}", "{bradne: {atMost: 9}}",
        "\"bradne\", which is no fact", "did you mean braden?"),
    .init(
        "unknown flag", "when: activeBleeding", "when: activeBleding", "which is no fact",
        "did you mean activeBleeding?"),
    .init(
        "unknown field", "{field: skin, is: cat1}", "{field: skn, is: cat1}",
        "TURN records no field \"skn\"", "did you mean skin?"),
    .init("unknown choice", "is: cat1}", "is: cat2}", "\"cat2\"", "one of intact, cat1"),
    .init(
        "field where nothing is recorded", "when: activeBleeding", "when: {field: skin, is: cat1}",
        "stands where nothing is recorded", "a condition on facts"),
    .init(
        "fact without a test", "{braden: {atMost: 9}}", "braden", "braden alone says nothing",
        "from 6 to 23"),
    .init(
        "fact with an empty test", "{braden: {atMost: 9}}", "{braden: {}}", "braden has no test",
        "atMost"),
    .init(
        "unknown test", "{atMost: 9}", "{atMots: 9}", "no key \"atMots\"", "did you mean atMost?"),
    .init(
        "limit out of range", "{atMost: 9}", "{atMost: 5}", "atMost of braden is \"5\"",
        "a whole number from 6 to 23"),
    .init(
        "number instead of a level", "{atMost: T6}", "{atMost: 6}",
        "atMost of lesionLevel is \"6\"", "a spinal level"),
    .init("too many decimals", "{below: 0.8}", "{below: 0.825}", "\"0.825\"", "at most 2 decimals"),
    .init(
        "flag that is false", "when: activeBleeding", "when: {activeBleeding: false}", "\"false\"",
        "{not: activeBleeding}"),
    .init(
        "flag compared", "when: activeBleeding", "when: {activeBleeding: {atMost: 1}}",
        "cannot be compared by atMost", "true or false"),
    .init(
        "condition with two keys", "{braden: {atMost: 9}}",
        "{braden: {atMost: 9}, norton: {atMost: 9}}", "several keys",
        "join conditions with all or any"),
    .init(
        "condition that is a list", "when: acuteStroke", "when: [acuteStroke]",
        "the condition is a list", "a flag"),
    .init(
        "empty any", "{any: [{braden: {atMost: 9}}, {lesionLevel: {atMost: T6}}]}", "{any: []}",
        "has no parts", "at least one condition"),
    .init(
        "difference of unlike fields", "[leftCm, rightCm]", "[leftCm, volumeMl]",
        "cannot be subtracted", "two numbers of the same kind"),
    .init("difference beyond any", "atLeast: 3}", "atLeast: 80}", "\"80\"", "from 0 to 55"),
    .init("interval of zero", "every: 240", "every: 0", "every is \"0\"", "at least 5 minutes"),
    .init(
        "interval below five minutes", "every: 240", "every: 4", "every is \"4\"",
        "at least 5 minutes"),
    .init(
        "interval that is a text", "every: 240", "every: often", "every is \"often\"",
        "at least 5 minutes"),
    .init(
        "unknown schedule", "{daily: [", "{dialy: [", "the schedule is \"dialy\"",
        "did you mean daily?"),
    .init(
        "schedule without first", "{every: 240, first: {since: lastTurnedAt}}", "{every: 240}",
        "lacks first", "first"),
    .init(
        "first from a fact that is no instant", "{since: lastTurnedAt}", "{since: braden}",
        "since names braden", "a fact that is a time with zone"),
    .init(
        "time that does not exist", "[\"08:00\", \"20:00\"]", "[\"08:00\", \"24:00\"]", "\"24:00\"",
        "23:59"),
    .init(
        "times out of order", "[\"08:00\", \"20:00\"]", "[\"20:00\", \"08:00\"]", "do not ascend",
        "ascending"),
    .init("no times", "[\"08:00\", \"20:00\"]", "[]", "daily names no time", "08:00"),
    .init(
        "accompanying itself", "{daily: [\"08:00\", \"20:00\"]}", "{with: CHECK}",
        "itself accompanies", "a schedule of its own"),
    .init(
        "window longer than its interval", "low: 30, medium: 120", "low: 30, medium: 300",
        "MEDIUM of TURN is 300 minutes, as long as the interval of 240", "less than the interval"),
    .init(
        "early as long as the interval", "early: 60, onTime: {clock", "early: 720, onTime: {clock",
        "early of CHECK is 720 minutes", "less than the interval"),
    .init(
        "steps out of order", "low: 15, medium: 60", "low: 60, medium: 15", "MEDIUM comes before",
        "a later offset"),
    .init(
        "window never reached",
        "{intervalAtLeast: 240, early: any, onTime: 30, low: 30, medium: 120, status: D}",
        "{early: any, onTime: 15, status: D}", "never reached", "comes last"),
    .init(
        "no window for every case", "{early: any, onTime: 15, low: 15, medium: 60, status: D}",
        "{intervalAtLeast: 120, early: any, onTime: 15, status: D}", "does not fit every case",
        "without intervalAtLeast"),
    .init(
        "window without status", "medium: 60, status: D}", "medium: 60}", "a window lacks status",
        "confirmed"),
    .init(
        "offset that is none", "onTime: 15, low", "onTime: soon, low", "onTime is \"soon\"",
        "endOfDay"),
    .init(
        "clock of a fact that is no time", "{clock: anticoagulantTime", "{clock: lastTurnedAt",
        "lastTurnedAt", "a fact that is a time of day"),
    .init(
        "ladder that does not descend", "ladder: [240, 120]", "ladder: [120, 240]",
        "does not descend", "longest first"),
    .init(
        "ladder with equal rungs", "ladder: [240, 120]", "ladder: [240, 240]", "does not descend",
        "longest first"),
    .init(
        "ladder of one rung", "ladder: [240, 120]", "ladder: [240]", "does not descend",
        "two or more"),
    .init(
        "unknown effect", "- shorten: TURN", "- shorter: TURN", "the effect is \"shorter\"",
        "did you mean shorten?"),
    .init(
        "unknown effect target", "- shorten: TURN", "- shorten: TRUN",
        "\"TRUN\", which is no activity", "did you mean TURN?"),
    .init(
        "shortening without a ladder", "- shorten: TURN", "- shorten: CHECK", "CHECK has no ladder",
        "an activity with a ladder"),
    .init(
        "setting a fact that needs a value", "- set: suspectedDVT", "- set: braden",
        "set braden lacks to", "6 to 23"),
    .init(
        "resolving what nobody raises", "- set: suspectedDVT", "- resolve: F-9", "\"F-9\"",
        "did you mean F-1?"),
    .init(
        "reading of an unknown field", "- set: suspectedDVT",
        "- {setToReading: platelets, field: volumeML}", "\"volumeML\"", "did you mean volumeMl?"),
    .init(
        "reading of another kind", "- set: suspectedDVT",
        "- {setToReading: platelets, field: skin}", "skin is one of", "a field like platelets"),
    .init(
        "reading of another unit", "- set: suspectedDVT",
        "- {setToReading: weightKg, field: leftCm}", "leftCm is a number", "kg"),
    .init(
        "reading without a field", "- set: suspectedDVT", "- setToReading: platelets",
        "lacks field", ""),
    .init(
        "instant fact that is none", "- set: suspectedDVT", "- setToPerformedAt: suspectedDVT",
        "suspectedDVT", "a time with zone"),
    .init(
        "finding that is not shared", "- F-1\n", "- F-3\n", "no shared finding", "did you mean F-1?"
    ),
    .init(
        "unknown priority", "priority: LOW", "priority: low", "priority is \"low\"",
        "did you mean LOW?"),
    .init(
        "duplicate rule", "id: R-2", "id: R-1", "rule R-1 is defined twice",
        "the first is sample.yaml:"),
    .init(
        "duplicate activity", "code: CHECK", "code: TURN", "activity TURN is defined twice",
        "one of each"),
    .init("duplicate finding", "id: F-2", "id: F-1", "TURN has two findings F-1", "one of each"),
    .init(
        "missing source", "    source: a guideline\n    status: D", "    status: D",
        "a rule lacks source", "where the rule or number comes from"),
    .init(
        "missing status", "    source: a guideline\n    status: D", "    source: a guideline",
        "a rule lacks status", "confirmed"),
    .init(
        "unknown status", "    source: a guideline\n    status: D",
        "    source: a guideline\n    status: maybe", "status is \"maybe\"", "K (from knowledge)"),
    .init(
        "placeholder of an unknown fact", "{anticoagulantDoseMg} mg", "{anticoagulantDose} mg",
        "detail names {anticoagulantDose}", "did you mean anticoagulantDoseMg?"),
    .init(
        "placeholder left open", "{anticoagulantDoseMg} mg", "{anticoagulantDoseMg mg", "without }",
        "{fact}"),
    .init(
        "order that orders nothing", "order: stockingsOrdered", "order: braden",
        "braden, which orders nothing", "a flag or choice"),
    .init("retry that is none", "refused: 25%", "refused: 250%", "refused is \"250%\"", "like 25%"),
    .init(
        "field of unknown kind", "{kind: integer, range", "{kind: integr, range", "\"integr\"",
        "did you mean integer?"),
    .init(
        "range upside down", "range: [0, 2000]", "range: [2000, 0]", "not a low and a high bound",
        "[0, 90]"),
    .init(
        "choice without choices", "{kind: choice, choices: [intact, cat1], meaning: skin}",
        "{kind: choice, meaning: skin}", "field skin lacks choices", "of kind choice"),
    .init("hold without ceiling", "ceiling: 240, ", "", "a hold lacks ceiling", "ceiling"),
    .init(
        "review date that is none", "reviewDate: 2027-11-01", "reviewDate: 2027-11-31",
        "reviewDate", "a date"),
    .init(
        "same key twice", "owner: ward", "owner: ward\nowner: other", "the same key twice: owner",
        "each key once"),
    .init("no YAML", "owner: ward", "owner: [ward", "the file is not YAML", ""),
    .init(
        "ramp with no end", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {ramp: [{every: 15, for: 120}], first: atOnce}",
        "the ramp has no end", "then: minutes, or ends: true"),
    .init(
        "ramp that gets no rarer", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {ramp: [{every: 60, for: 120}], then: 60, first: atOnce}",
        "is no denser than then", "phases denser than then"),
    .init(
        "phase shorter than its interval", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {ramp: [{every: 60, for: 30}], then: 240, first: atOnce}",
        "the phase is shorter than its interval", "60 or more"),
    .init(
        "ramp without a phase", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {ramp: [], then: 240, first: atOnce}",
        "the ramp has no phase", "every: 15"),
    .init(
        "three minutes outside an episode", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {every: 3, first: atOnce}",
        "every is \"3\"", "at least 5 minutes"),
    .init(
        "waking that ends before it begins", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {every: 240, first: atOnce, waking: {from: \"21:00\", to: \"08:00\"}}",
        "waking ends before it begins", "from before to"),
    .init(
        "weekday that is none", "schedule: {daily: [\"08:00\", \"20:00\"]}",
        "schedule: {daily: [\"08:00\"], weekdays: [mon, tus]}",
        "a weekday is \"tus\"", "did you mean tue?"),
    .init(
        "weekday twice", "schedule: {daily: [\"08:00\", \"20:00\"]}",
        "schedule: {daily: [\"08:00\"], weekdays: [mon, mon]}",
        "weekdays names no day, or one twice", "[mon, thu]"),
    .init(
        "count of nought", "schedule: {daily: [\"08:00\", \"20:00\"]}",
        "schedule: {daily: [\"08:00\"], count: 0}",
        "count is \"0\"", "from 1 to 1000"),
    .init(
        "limit since no instant", "schedule: {daily: [\"08:00\", \"20:00\"]}",
        "schedule: {daily: [\"08:00\"], limit: {minutes: 60, since: braden}}",
        "since names braden", "a time with zone"),
    .init(
        "weekdays of elapsed care", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {every: 240, first: atOnce, weekdays: [mon]}",
        "schedule every has no key", "one of"),
    .init(
        "first after no number", "schedule: {every: 240, first: {since: lastTurnedAt}}",
        "schedule: {every: 240, first: {since: lastTurnedAt, after: soon}}",
        "after is \"soon\"", "a whole number"),
    .init(
        "course of a flag", "schedule: {daily: [\"08:00\", \"20:00\"]}",
        "schedule: {daily: [\"08:00\", \"20:00\"]}\n    course: {steps: acuteStroke, template: \"4x2\", from: taperFrom, of: drug}",
        "acuteStroke is no course of doses", "12x3"),
    .init(
        "template that is no course", "schedule: {daily: [\"08:00\", \"20:00\"]}",
        "schedule: {daily: [\"08:00\", \"20:00\"]}\n    course: {steps: dexamethasoneTaper, template: \"4 2\", from: taperFrom, of: drug}",
        "template is \"4 2\"", "times days"),
    .init(
        "hold by time that ends first", "schedule: {daily: [\"08:00\", \"20:00\"]}",
        "schedule: {daily: [\"08:00\", \"20:00\"]}\n    timeHolds: [{id: T-1, fact: procedureAt, from: 0, to: -60, reason: r, source: s, status: D}]",
        "the hold T-1 ends before it begins", "more than 0"),
    .init(
        "watch without effects",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}\nwatches:\n  - {id: W-1, when: acuteStroke, effects: [], source: s, status: D}",
        "W-1 has no effect", "at least one"),
    .init(
        "watch since no instant",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}\nwatches:\n  - {id: W-1, when: acuteStroke, since: braden, effects: [{set: acuteStroke}], source: s, status: D}",
        "since names braden", "a time with zone"),
    .init(
        "watch on a recorded field",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}\nwatches:\n  - {id: W-1, when: {field: skin, is: cat1}, effects: [{set: acuteStroke}], source: s, status: D}",
        "stands where nothing is recorded", "a condition on facts"),
    .init(
        "pause of nothing",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}\nstanding:\n  - {id: P-1, kind: pause, when: acuteStroke, reason: r, source: s, status: D}",
        "P-1 does not say which activities", "only and allExcept"),
    .init(
        "pause of an unknown activity",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}\nstanding:\n  - {id: P-1, kind: pause, when: acuteStroke, only: [TURNS], reason: r, source: s, status: D}",
        "only names \"TURNS\"", "did you mean TURN?"),
    .init(
        "transition of what has no states",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}\ntransitions:\n  - {id: S-1, fact: braden, to: [SPN-1], requires: always, message: m, source: s, status: D}",
        "braden has no states", "one of several choices"),
    .init(
        "transition to no state",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}",
        "  - {reason: sleep, meaning: asleep, ceiling: 240, source: s, status: D}\ntransitions:\n  - {id: S-1, fact: spineState, to: [SPN-9], requires: always, message: m, source: s, status: D}",
        "to is \"SPN-9\"", "did you mean SPN"),
    .init(
        "rise of unlike numbers", "{difference: [leftCm, rightCm], atLeast: 3}",
        "{rise: [leftCm, volumeMl], atLeast: 3}",
        "cannot be subtracted", "two numbers of the same kind"),
    .init(
        "minutes between what are no instants",
        "when: {all: [cannotReposition, {not: {anklePressureIndex: {below: 0.8}}}]}",
        "when: {minutesBetween: [braden, procedureAt], below: 60}",
        "minutesBetween names braden", "a time with zone"),
    .init(
        "per cent above a hundred", "{difference: [leftCm, rightCm], atLeast: 3}",
        "{fallPercent: [leftCm, rightCm], atLeast: 130}",
        "atLeast of fallPercent is \"130\"", "from 0 to 100"),
    .init(
        "copy between kinds", "- shorten: TURN",
        "- {copy: braden, to: procedureAt}",
        "to names procedureAt", "a whole number"),
    .init(
        "count of what does not count", "- shorten: TURN",
        "- increment: acuteStroke",
        "acuteStroke does not count", "a whole number"),
    .init(
        "requirement on no field",
        "    retries: {refused: 25%, unable: 15, skipped: next, status: D}",
        "    retries: {refused: 25%, unable: 15, skipped: next, status: D}\n    requires: [{id: Q-1, when: always, needs: {field: skin, is: intact}, field: skim, message: m, source: s, status: D}]",
        "field is \"skim\"", "did you mean skin?"),
    .init(
        "staff beyond all measure",
        "    retries: {refused: 25%, unable: 15, skipped: next, status: D}",
        "    retries: {refused: 25%, unable: 15, skipped: next, status: D}\n    staffing: [{id: N-1, when: always, people: 40, detail: d, source: s, status: D}]",
        "people is \"40\"", "from 1 to 12"),
    .init("a list in place of a file", "protocol: sample", "- protocol: sample", "not YAML", ""),
]

@Suite struct `Faulty protocols` {
    private func faults(_ files: [(name: String, text: String)]) -> [ProtocolFault] {
        do {
            _ = try ProtocolLoader.load(files: files)
            return []
        } catch {
            return error.faults
        }
    }

    @Test func `are told from the sound one`() {
        #expect(faults([("sample.yaml", sound)]) == [])
    }

    @Test(arguments: badProtocols)
    func `are reported with line, problem and remedy`(bad: BadProtocol) throws {
        let place = try #require(sound.range(of: bad.old), "the row replaces something")
        let text = sound.replacingCharacters(in: place, with: bad.new)
        let first = sound[..<place.lowerBound].count { $0 == "\n" } + 1
        let last = first + max(bad.new.count { $0 == "\n" }, bad.old.count { $0 == "\n" }) + 1
        let faults = faults([("sample.yaml", text)])
        let fault = try #require(
            faults.first { $0.problem.contains(bad.problem) }, "reported were: \(faults)")
        #expect(fault.file == "sample.yaml")
        // What a whole rule or window lacks is reported where it begins.
        let whole = bad.problem.contains("lacks") || bad.problem.contains("accompanies")
        let start = whole ? first - 10 : first
        #expect((start...last).contains(fault.line), "line \(fault.line), spoiled at \(first)")
        #expect(bad.expected.isEmpty || fault.expected?.contains(bad.expected) == true, "\(fault)")
    }

    @Test func `are reported all at once, in order, each once`() {
        let text = sound.replacing("every: 240", with: "every: 0")
            .replacing("status: K", with: "status: X").replacing("owner: ward\n", with: "")
        let found = faults([("a.yaml", text), ("b.yaml", "protocol: sample\nversion: 1\n")])
        #expect(
            found.map(\.description) == [
                "a.yaml:1: a protocol file lacks owner; owner: who answers for this file",
                "a.yaml:32: status is \"X\"; confirmed (read in the source), K (from knowledge) or "
                    + "D (a design default)",
                "a.yaml:45: every is \"0\"; at least 5 minutes, as a whole number",
                "b.yaml:1: a protocol file lacks owner; owner: who answers for this file",
                "b.yaml:1: a protocol file lacks reviewDate; reviewDate: a date like 2027-11-01",
                "b.yaml:1: protocol sample is in two files; one of each",
            ])
    }

    @Test func `behind an alias are reported once`() {
        let text = """
            protocol: alias
            version: "1"
            owner: ward
            reviewDate: 2027-11-01
            activities:
              - code: A
                term: a
                domain: d
                windows: &w
                  - {early: any, onTime: soon, status: D}
              - code: B
                term: b
                domain: d
                windows: *w
            """
        #expect(faults([("alias.yaml", text)]).map(\.line) == [10])
    }

    @Test func `that nobody could reach are reported`() {
        let text = sound.replacing("      - F-1\n", with: "")
        #expect(faults([("a.yaml", text)]).map(\.problem) == ["no activity attaches finding F-1"])
    }

    @Test func `that are empty or huge are refused`() {
        #expect(faults([("a.yaml", "")]).map(\.problem) == ["the file is empty"])
        let huge = "# " + String(repeating: "x", count: 1_000_000)
        #expect(faults([("a.yaml", huge)]).map(\.line) == [1])
    }

    @Test func `may name what another file defines`() {
        let other = """
            protocol: other
            version: "2"
            owner: ward
            reviewDate: 2027-11-01
            rules:
              - id: R-3
                activity: CHECK
                when: inChair
                schedule: {daily: ["12:00"]}
                source: s
                status: D
            """
        #expect(faults([("other.yaml", other), ("sample.yaml", sound)]) == [])
        #expect(faults([("other.yaml", other)]).map(\.line) == [7])
    }

    @Test func `that would send people to and fro are refused`() {
        let text = sound.replacing("set: suspectedDVT", with: "{nextWithin: CHECK, minutes: 30}")
            .replacing(
                """
                    onTime: {clock: anticoagulantTime, default: "18:00"}, status: D}
                """.trimmingPrefix(while: \.isWhitespace),
                with: """
                        onTime: 30, status: D}
                        findings:
                          - id: F-3
                            when: always
                            effects: [{nextWithin: TURN, minutes: 30}]
                            source: s
                            status: D
                    """.trimmingPrefix(while: \.isWhitespace))
        #expect(
            faults([("a.yaml", text)]).map(\.problem) == [
                "findings ask for each other in a ring: TURN → CHECK → TURN"
            ])
    }

    @Test func `mixing kinds of schedule for one activity are refused`() {
        let text = sound.replacing(
            "schedule: {daily: [\"08:00\", \"20:00\"]}", with: "schedule: {once: 90}"
        ).replacing("activity: CHECK", with: "activity: TURN")
        #expect(
            faults([("a.yaml", text)]).map(\.problem) == [
                "TURN recurs by once here but by every in R-1"
            ])
    }
}

extension String {
    fileprivate func range(of part: String) -> Range<String.Index>? {
        ranges(of: part).first
    }

    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String
    {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
