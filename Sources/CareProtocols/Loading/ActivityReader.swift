import CareCore
import Yams

/// What all files together define; gathered before any of them is read in full, so that a file may
/// name what another defines.
struct ProtocolNames {
    var activities: [String] = []
    /// Activities with a ladder, whose interval a finding can shorten.
    var ladders: Set<String> = []
    /// Findings that activities attach by name.
    var sharedFindings: [String: SharedFinding] = [:]
    /// Every id that `resolve` may name.
    var findings: [String] = []

    struct SharedFinding {
        let source: ProtocolSource
        let node: Node
    }
}

/// An activity and where its parts stand, for checks that need the whole library.
struct ReadActivity {
    let source: ProtocolSource
    let line: Int
    let activity: Activity
    let windowLines: [Int]
    let attached: [String]
}

/// Reads one entry of `activities`.
struct ActivityReader {
    let source: ProtocolSource
    let names: ProtocolNames

    func read(_ node: Node) -> ReadActivity? {
        guard
            let section = source.section(
                node, "an activity", required: ["code", "term", "domain", "windows"],
                optional: [
                    "records", "retries", "findings", "ladder", "lengthening", "ending",
                    "lapseAlert", "staffing", "requires", "notDone", "absence",
                ]),
            let code = section["code"].flatMap({ source.text($0, "code") })
        else { return nil }
        let fields = section["records"].map { records($0, code) } ?? []
        let conditions = ConditionReader(source: source, fields: fields, activity: code)
        let windows = section["windows"].map { readWindows($0) } ?? []
        let findings = section["findings"].map { readFindings($0, fields, code) } ?? []
        var seen: Set<String> = []
        for (finding, line) in findings where !seen.insert(finding.id).inserted {
            source.fault(line: line, "\(code) has two findings \(finding.id)", "one of each")
        }
        let ladder = section["ladder"].map { readLadder($0) } ?? []
        let lengthening = section["lengthening"].flatMap { readLengthening($0, conditions) }
        if let node = section["lengthening"], section["ladder"] == nil {
            source.fault(node, "\(code) is lengthened but has no ladder", "ladder: [360, 240, 180]")
        }
        let endings = ["immediate", "proposed"]
        let ending = section["ending"].flatMap { source.choice($0, "ending", among: endings) }
        let lapseAlert = section["lapseAlert"].flatMap { readLapseAlert($0) }
        if let node = section["lapseAlert"], !windows.contains(where: { $0.rule.lapses }) {
            source.fault(node, "\(code) never lapses", "lapses: true in a window")
        }
        var activity = Activity(
            code: ActivityCode(code),
            term: section["term"].flatMap { source.text($0, "term") } ?? "",
            domain: section["domain"].flatMap { source.text($0, "domain") } ?? "", fields: fields,
            windows: windows.map(\.rule),
            retries: section["retries"].map { readRetries($0) } ?? RetryRules(),
            findings: findings.map(\.finding), ladder: ladder, lengthening: lengthening,
            ending: ending.flatMap(Activity.Ending.init) ?? .immediate, lapseAlert: lapseAlert)
        activity.staffing = section["staffing"].map { readStaffing($0) } ?? []
        activity.requirements = section["requires"].map { readRequirements($0, conditions) } ?? []
        activity.notDone = section["notDone"].flatMap { readNotDone($0, code) } ?? NotDone()
        if let node = section["absence"] {
            let words = AbsenceRule.allCases.map(\.rawValue)
            activity.absence =
                source.choice(node, "absence", among: words).flatMap(AbsenceRule.init) ?? .usual
        }
        return ReadActivity(
            source: source, line: section.line, activity: activity,
            windowLines: windows.map(\.line),
            attached: findings.map(\.finding.id))
    }

    // MARK: Fields

    private func records(_ node: Node, _ code: String) -> [RecordedField] {
        guard case .mapping(let mapping) = node else {
            source.fault(node, "records is \(node.shown)", "a mapping of fields")
            return []
        }
        return mapping.compactMap { key, value in
            guard let name = key.scalar?.string, isFieldName(name) else {
                source.fault(
                    key, "\(key.shown) is no field name", "letters and digits, like volumeMl")
                return nil
            }
            guard
                let section = source.section(
                    value, "field \(name)", required: ["kind", "meaning"],
                    optional: ["range", "digits", "unit", "choices", "required"]),
                let kind = kind(section, value, name),
                let meaning = section["meaning"].flatMap({ source.text($0, "meaning") })
            else { return nil }
            let required = section["required"].flatMap { source.flag($0, "required") } ?? false
            return RecordedField(name: name, kind: kind, meaning: meaning, required: required)
        }
    }

    private func isFieldName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (97...122).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0)
        }
    }

    private func kind(_ section: Section, _ node: Node, _ name: String) -> ValueKind? {
        let kinds = ["flag", "integer", "decimal", "choice", "level", "instant", "time"]
        guard let kindNode = section["kind"],
            let word = source.choice(kindNode, "the kind of \(name)", among: kinds)
        else { return nil }
        let needed: [String] =
            switch word {
            case "integer": ["range"]
            case "decimal": ["range", "digits"]
            case "choice": ["choices"]
            default: []
            }
        var complete = true
        for key in ["range", "digits", "choices"] {
            if needed.contains(key), section[key] == nil {
                source.fault(node, "field \(name) lacks \(key)", "\(key), as it is of kind \(word)")
                complete = false
            } else if !needed.contains(key), let extra = section[key] {
                source.fault(extra, "field \(name) has \(key) but is of kind \(word)", "no \(key)")
            }
        }
        guard complete else { return nil }
        let unit = section["unit"].flatMap { source.text($0, "unit") } ?? ""
        switch word {
        case "flag": return .flag
        case "level": return .level
        case "instant": return .instant
        case "time": return .time
        case "choice":
            guard let node = section["choices"] else { return nil }
            let choices = source.items(node, "choices").compactMap { source.text($0, "a choice") }
            guard choices.count >= 2, Set(choices).count == choices.count else {
                source.fault(node, "field \(name) needs choices that differ", "two or more")
                return nil
            }
            return .choice(choices)
        case "integer":
            guard let range = section["range"].flatMap({ range($0, digits: 0) }) else { return nil }
            return .integer(range, unit: unit)
        default:
            guard let digits = section["digits"].flatMap({ source.integer($0, "digits", 1...3) }),
                let range = section["range"].flatMap({ range($0, digits: digits) })
            else { return nil }
            return .decimal(digits: digits, range: range, unit: unit)
        }
    }

    /// Bounds are written in the field's unit and scaled here.
    private func range(_ node: Node, digits: Int) -> ClosedRange<Int>? {
        let any = ValueKind.decimal(digits: digits, range: -99_999_999...99_999_999, unit: "")
        let bounds = source.items(node, "a range").compactMap {
            source.value($0, of: any, "a bound")?.ordinal
        }
        guard bounds.count == 2, bounds[0] < bounds[1] else {
            source.fault(node, "the range is not a low and a high bound", "range: [0, 90]")
            return nil
        }
        return bounds[0]...bounds[1]
    }

    // MARK: Windows

    private func readWindows(_ node: Node) -> [(rule: WindowRule, line: Int)] {
        let nodes = source.items(node, "windows")
        if nodes.isEmpty { source.fault(node, "there is no window", "at least one") }
        let windows = nodes.compactMap { node in window(node).map { (rule: $0, line: node.line) } }
        for (index, window) in windows.enumerated() {
            let fitsAll = window.rule.intervalAtLeast == nil && window.rule.when == .always
            if index == windows.count - 1, !fitsAll {
                source.fault(
                    line: window.line, "the last window does not fit every case",
                    "a last window without intervalAtLeast and when")
            } else if index < windows.count - 1, fitsAll {
                source.fault(
                    line: windows[index + 1].line, "this window is never reached",
                    "the window that fits every case comes last")
            }
        }
        return windows
    }

    private func window(_ node: Node) -> WindowRule? {
        guard
            let section = source.section(
                node, "a window", required: ["early", "onTime", "status"],
                optional: [
                    "intervalAtLeast", "when", "low", "medium", "high", "lapses", "source",
                ])
        else { return nil }
        if let status = section["status"] { source.status(status) }
        var early: Int?
        if let node = section["early"], node.scalar?.string != "any" {
            early = source.integer(node, "early", 0...10_080)
        }
        let onTime = section["onTime"].flatMap { offset($0, "onTime") }
        var steps: [WindowRule.Step] = []
        var before = onTime
        for (key, priority) in [("low", Priority.low), ("medium", .medium), ("high", .high)] {
            guard let node = section[key], let after = offset(node, key) else { continue }
            if let before, after.isCertainly(before: before) {
                source.fault(
                    node, "\(priority.word) comes before what precedes it", "a later offset")
            }
            before = after
            steps.append(WindowRule.Step(after: after, priority: priority))
        }
        return WindowRule(
            intervalAtLeast: section["intervalAtLeast"].flatMap {
                source.interval($0, "intervalAtLeast")
            },
            // Windows are chosen before anything is recorded: facts only.
            when: section["when"].map { ConditionReader(source: source).read($0) } ?? .always,
            early: early, onTime: onTime ?? .minutes(0), steps: steps,
            lapses: section["lapses"].flatMap { source.flag($0, "lapses") } ?? false)
    }

    private func offset(_ node: Node, _ what: String) -> Offset? {
        if case .mapping = node {
            guard
                let section = source.section(
                    node, what, required: ["clock", "default"], optional: ["plus"]),
                let fact = section["clock"].flatMap({ source.fact($0, what, kind: .time) }),
                let time = section["default"].flatMap({ source.time($0, "default") })
            else { return nil }
            let plus = section["plus"].flatMap { source.integer($0, "plus", -1_439...1_439) } ?? 0
            return .clock(fact, default: time, plus: plus)
        }
        if node.scalar?.string == "endOfDay" { return .endOfDay }
        guard let text = node.scalar?.string, let minutes = Int(text),
            (0...20_160).contains(minutes)
        else {
            source.fault(
                node, "\(what) is \(node.shown)",
                "minutes, endOfDay or {clock: fact, default: \"18:00\"}")
            return nil
        }
        return .minutes(minutes)
    }

    // MARK: Retries, ladder, lengthening, lapses

    private func readRetries(_ node: Node) -> RetryRules {
        guard
            let section = source.section(
                node, "retries", required: ["status"],
                optional: ["refused", "unable", "skipped", "refusedAlert", "source"])
        else { return RetryRules() }
        if let status = section["status"] { source.status(status) }
        let alerts = AlertReader(source: source, conditions: ConditionReader(source: source))
        return RetryRules(
            refused: section["refused"].flatMap { retry($0, "refused") } ?? .next,
            unable: section["unable"].flatMap { retry($0, "unable") } ?? .next,
            skipped: section["skipped"].flatMap { retry($0, "skipped") } ?? .next,
            refusedAlert: section["refusedAlert"].flatMap { alerts.read($0) })
    }

    private func retry(_ node: Node, _ what: String) -> RetryRules.Retry? {
        let text = node.scalar?.string ?? ""
        if text == "next" { return .next }
        if text.hasSuffix("%"), let part = Int(text.dropLast()), (1...100).contains(part) {
            return .percentOfInterval(part)
        }
        if let minutes = Int(text), (5...1_440).contains(minutes) { return .minutes(minutes) }
        source.fault(node, "\(what) is \(node.shown)", "next, minutes from 5 to 1440, or like 25%")
        return nil
    }

    private func readLadder(_ node: Node) -> [Int] {
        let rungs = source.items(node, "ladder").compactMap { source.interval($0, "a rung") }
        if rungs.count < 2 || zip(rungs, rungs.dropFirst()).contains(where: { $0 <= $1 }) {
            source.fault(node, "the ladder does not descend", "two or more rungs, longest first")
        }
        return rungs
    }

    private func readLengthening(_ node: Node, _ conditions: ConditionReader) -> LengtheningRule? {
        guard
            let section = source.section(
                node, "lengthening",
                required: ["id", "good", "minutes", "message", "source", "status"]),
            let id = section["id"].flatMap({ source.text($0, "id") }),
            let good = section["good"].map({ conditions.read($0) }),
            let minutes = section["minutes"].flatMap({ source.interval($0, "minutes") }),
            let message = section["message"].flatMap({ source.text($0, "message") })
        else { return nil }
        _ = source.provenance(section)
        return LengtheningRule(id: id, good: good, minutes: minutes, message: message)
    }

    private func readLapseAlert(_ node: Node) -> Activity.LapseAlert? {
        let alerts = AlertReader(source: source, conditions: ConditionReader(source: source))
        guard
            let section = source.section(
                node, "lapseAlert", required: ["count", "alert", "status"], optional: ["source"]),
            let count = section["count"].flatMap({ source.integer($0, "count", 1...100) }),
            let alert = section["alert"].flatMap({ alerts.read($0) })
        else { return nil }
        if let status = section["status"] { source.status(status) }
        return Activity.LapseAlert(count: count, alert: alert)
    }

    // MARK: Staff, requirements, what follows when it was not done

    private func readStaffing(_ node: Node) -> [Staffing] {
        source.items(node, "staffing").compactMap { node in
            guard
                let section = source.section(
                    node, "an entry of staffing",
                    required: ["id", "when", "people", "detail", "source", "status"]),
                let id = section["id"].flatMap({ source.text($0, "id") }),
                let when = section["when"].map({ ConditionReader(source: source).read($0) }),
                let people = section["people"].flatMap({ source.integer($0, "people", 1...12) }),
                let detail = section["detail"].flatMap({ source.text($0, "detail") }),
                let provenance = source.provenance(section)
            else { return nil }
            return Staffing(
                id: id, when: when, people: people, detail: detail, provenance: provenance)
        }
    }

    private func readRequirements(
        _ node: Node, _ conditions: ConditionReader
    ) -> [Requirement] {
        source.items(node, "requires").compactMap { node in
            guard
                let section = source.section(
                    node, "a requirement",
                    required: ["id", "when", "needs", "field", "message", "source", "status"]),
                let id = section["id"].flatMap({ source.text($0, "id") }),
                let when = section["when"].map({ ConditionReader(source: source).read($0) }),
                let needs = section["needs"].map({ conditions.read($0) }),
                let field = section["field"].flatMap({
                    source.choice($0, "field", among: conditions.fields.map(\.name))
                }),
                let message = section["message"].flatMap({ source.text($0, "message") }),
                let provenance = source.provenance(section)
            else { return nil }
            return Requirement(
                id: id, when: when, needs: needs, field: field, message: message,
                provenance: provenance)
        }
    }

    private func readNotDone(_ node: Node, _ code: String) -> NotDone? {
        guard
            let section = source.section(
                node, "notDone", required: ["source", "status"],
                optional: ["refused", "unable", "skipped"])
        else { return nil }
        _ = source.provenance(section)
        let reader = FindingReader(
            source: source, names: names, conditions: ConditionReader(source: source))
        func effects(_ key: String) -> [Effect] {
            section[key].map { reader.effects($0, of: "\(key) of \(code)") } ?? []
        }
        return NotDone(
            refused: effects("refused"), unable: effects("unable"), skipped: effects("skipped"))
    }

    // MARK: Findings

    /// A name attaches a shared finding, a mapping is a finding of this activity alone.
    private func readFindings(
        _ node: Node, _ fields: [RecordedField], _ code: String
    ) -> [(finding: Finding, line: Int)] {
        source.items(node, "findings").compactMap { entry in
            let home: ProtocolSource
            let body: Node
            if case .scalar(let scalar) = entry {
                guard let shared = names.sharedFindings[scalar.string] else {
                    source.fault(
                        entry, "\(code) attaches \(entry.shown), which is no shared finding",
                        source.suggestion(scalar.string, among: names.sharedFindings.keys.sorted())
                            ?? "an id of a file's findings")
                    return nil
                }
                (home, body) = (shared.source, shared.node)
            } else {
                (home, body) = (source, entry)
            }
            let reader = FindingReader(
                source: home, names: names,
                conditions: ConditionReader(source: home, fields: fields, activity: code))
            return reader.read(body).map { ($0, entry.line) }
        }
    }
}

extension Offset {
    fileprivate func isCertainly(before other: Offset) -> Bool {
        switch (self, other) {
        case (.minutes(let here), .minutes(let there)): here < there
        case (.clock(let fact, let time, let here), .clock(let otherFact, let otherTime, let there)):
            fact == otherFact && time == otherTime && here < there
        case (.minutes, _), (.endOfDay, _), (.clock, _): false
        }
    }
}
