import CareCore
import Yams

/// Describes the entries of a library that was read.
struct PartDescriber {
    let library: CareLibrary
    let parts: ProtocolParts
    let files: [OpenFile]

    typealias Line = ProtocolDescription.Line

    func describe() -> ProtocolDescription {
        var description = ProtocolDescription()
        description.version = library.version
        description.files = files.map { file in
            ProtocolDescription.File(
                name: file.source.file, isBuiltIn: file.isBuiltIn, id: file.id,
                version: file.version, owner: file.owner, reviewDate: file.reviewDate)
        }
        let off = parts.switchedOff.map { ($0, true) }
        // Together with the entries of the file they stand in.
        let all = (parts.entries.map { ($0, false) } + off).sorted { left, right in
            left.0.line < right.0.line
        }
        description.parts = all.map { part($0, isSwitchedOff: $1) }
        return description
    }

    private func part(
        _ entry: ProtocolEntry, isSwitchedOff: Bool
    ) -> ProtocolDescription.Part {
        let (title, lines, related) = content(entry)
        var sources: [String] = []
        var statuses: [Provenance.Status] = []
        collect(entry.node, entry.kind, &sources, &statuses)
        let place = entry.source.place(line: entry.line)
        return ProtocolDescription.Part(
            kind: entry.kind, id: entry.id, of: entry.of, title: title, lines: lines,
            related: related, sources: sources,
            status: statuses.max { $0.rank < $1.rank } ?? .confirmed,
            origin: ProtocolDescription.Origin(
                file: place.file, line: place.line, isBuiltIn: entry.file.isBuiltIn,
                protocolID: entry.file.id, version: entry.file.version),
            change: entry.change.map { change in
                let place = entry.source.place(line: change.line)
                return ProtocolDescription.Change(
                    keys: change.keys, reason: change.reason, file: place.file, line: place.line,
                    signature: signature(change.signature, entry))
            },
            signature: entry.signature.map { signature($0, entry) }, isSwitchedOff: isSwitchedOff)
    }

    private func signature(
        _ signature: HospitalSignature, _ entry: ProtocolEntry
    ) -> ProtocolDescription.Signature {
        let place = entry.source.place(line: signature.line)
        return ProtocolDescription.Signature(
            by: signature.by, on: signature.on.description, version: signature.version,
            file: place.file, line: place.line,
            isCurrent: signature.version.map { $0 == entry.file.version } ?? true)
    }

    /// The sources and statuses that stand anywhere in an entry, but not those of an activity's own
    /// findings, which are entries themselves.
    private func collect(
        _ node: Node, _ kind: PartKind, _ sources: inout [String],
        _ statuses: inout [Provenance.Status]
    ) {
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                switch key.scalar?.string {
                case "findings" where kind == .activity: continue
                case "source":
                    if let text = value.scalar?.string, !sources.contains(text) {
                        sources.append(text)
                    }
                case "status":
                    if let status = value.scalar.flatMap({ Provenance.Status(rawValue: $0.string) })
                    {
                        statuses.append(status)
                    }
                default: collect(value, kind, &sources, &statuses)
                }
            }
        case .sequence(let sequence):
            for value in sequence { collect(value, kind, &sources, &statuses) }
        case .scalar, .alias: break
        }
    }

    // MARK: What an entry says

    private func content(_ entry: ProtocolEntry) -> (String, [Line], [String]) {
        switch entry.kind {
        case .rule:
            if let rule = library.rule(entry.id) { return content(rule) }
        case .activity:
            if let activity = library.activity(ActivityCode(entry.id)) {
                return content(activity, entry.node)
            }
        case .finding:
            let homes = library.activities.filter { activity in
                (entry.of == nil || activity.code.code == entry.of)
                    && activity.findings.contains { $0.id == entry.id }
            }
            if let home = homes.first,
                let finding = home.findings.first(where: { $0.id == entry.id })
            {
                return content(finding, homes)
            }
        case .hold:
            if let hold = library.hold(entry.id) {
                return (
                    hold.meaning,
                    lines(("at most", [spoken(minutes: hold.ceilingMinutes)])), []
                )
            }
        case .watch:
            if let watch = library.watches.first(where: { $0.id == entry.id }) {
                return content(watch)
            }
        case .standing:
            if let rule = library.standing.first(where: { $0.id == entry.id }) {
                return content(rule)
            }
        case .transition:
            if let transition = library.transitions.first(where: { $0.id == entry.id }) {
                return content(transition)
            }
        }
        // Switched off: nothing of it is in the library.
        return ("switched off", [], [])
    }

    private func lines(_ all: (String, [String])...) -> [Line] {
        all.filter { !$0.1.isEmpty }.map { Line(label: $0.0, texts: $0.1) }
    }

    private func term(_ code: ActivityCode) -> String {
        library.activity(code).map { "\(code), \($0.term)" } ?? code.code
    }

    private func content(_ rule: CareRule) -> (String, [Line], [String]) {
        let words = CareWords()
        func text(_ condition: Condition) -> String { words.conditions.text(condition) }
        return (
            "\(term(rule.activity)): \(CareWords.text(rule.schedule))",
            lines(
                ("activity", [term(rule.activity)]),
                ("applies when", [text(rule.when)]),
                (
                    "never when",
                    rule.unless.map { "\(text($0.when)): \($0.reason) (\($0.id))" }
                ),
                ("ordered by", rule.order.map { [ConditionWords.name($0)] } ?? []),
                ("schedule", [CareWords.text(rule.schedule)] + CareWords.texts(rule.options)),
                ("at night", rule.night.map { [night($0)] } ?? []),
                ("ends", ends(rule)),
                ("course", rule.course.map { [course($0)] } ?? []),
                ("what", rule.detail.map { [$0] } ?? []),
                (
                    "held while",
                    rule.holds.map { hold in
                        "\(text(hold.when)): \(hold.reason) (\(hold.id))"
                            + (hold.alert.map { "; \(words.text($0))" } ?? "")
                    } + rule.timeHolds.map { timeHold($0) }
                ),
                (
                    "asks",
                    rule.query.map { ["when \(text($0.when)): \(words.text($0.alert))"] } ?? []
                )),
            ["activity \(rule.activity)"]
        )
    }

    private func night(_ night: CareRule.NightRule) -> String {
        let condition = CareWords().conditions.text(night.when)
        return "the interval of \(ConditionWords.name(night.minutes)) from \(night.from) to "
            + "\(night.to), when \(condition)"
    }

    private func ends(_ rule: CareRule) -> [String] {
        var ends = rule.until.map { ["as soon as \(CareWords().conditions.text($0))"] } ?? []
        if let limit = rule.limit {
            let start = limit.since.map(ConditionWords.name) ?? "the start"
            ends.append("\(spoken(minutes: limit.minutes)) after \(start)")
        }
        return ends
    }

    private func course(_ course: CareRule.Course) -> String {
        "\(course.of) from \(ConditionWords.name(course.from)): "
            + "\(ConditionWords.name(course.steps)) in \(course.unit) times days, "
            + "\(CourseStep.text(course.template)) where it is not known"
    }

    private func timeHold(_ hold: CareRule.TimeHold) -> String {
        let words = CareWords()
        let name = ConditionWords.name(hold.fact)
        func at(_ minutes: Int) -> String {
            switch minutes {
            case 0: name
            case ..<0: "\(spoken(minutes: -minutes)) before \(name)"
            default: "\(spoken(minutes: minutes)) after \(name)"
            }
        }
        return "from \(at(hold.fromMinutes)) to \(at(hold.toMinutes))"
            + (hold.orUntil.map { " and on until \(words.conditions.text($0))" } ?? "")
            + ", when \(words.conditions.text(hold.when)): \(hold.reason) (\(hold.id))"
            + (hold.alert.map { "; \(words.text($0))" } ?? "")
    }

    private func content(_ watch: Watch) -> (String, [Line], [String]) {
        let words = CareWords()
        let condition = words.conditions.text(watch.when)
        let since =
            switch watch.since {
            case .now: "the moment it is so"
            case .enrolment: "enrolment"
            case .fact(let fact): ConditionWords.name(fact)
            }
        let time =
            watch.afterMinutes == 0
            ? "at once, counted from \(since)"
            : "\(spoken(minutes: watch.afterMinutes)) after \(since)"
        return (
            condition,
            lines(
                ("watches for", [condition]), ("time", [time]),
                ("then", watch.effects.map(words.text))), []
        )
    }

    private func content(_ rule: StandingRule) -> (String, [Line], [String]) {
        let condition = CareWords().conditions.text(rule.when)
        let scope =
            switch rule.scope {
            case .only(let codes): codes.map { term($0) }
            case .allExcept(let codes):
                ["all but \(ConditionWords.list(codes.map(\.code), "and"))"]
            }
        let what =
            switch rule.kind {
            case .pause: "held while it is so"
            case .exclude: "ended, and not started while it is so"
            }
        return (
            "\(rule.reason): \(condition)",
            lines(
                ("applies when", [condition]), ("reason", [rule.reason]), ("effect", [what]),
                ("activities", scope)), []
        )
    }

    private func content(_ transition: Transition) -> (String, [Line], [String]) {
        let words = CareWords()
        let name = ConditionWords.name(transition.fact)
        let from =
            transition.from.isEmpty
            ? "any state" : ConditionWords.list(transition.from, "or")
        let to = ConditionWords.list(transition.to, "or")
        return (
            "\(name) from \(from) to \(to)",
            lines(
                ("step", ["\(name) from \(from) to \(to)"]),
                ("only when", [words.conditions.text(transition.requires)]),
                ("stated with it", transition.stated.map(ConditionWords.name)),
                ("else", [transition.message])), []
        )
    }

    private func content(
        _ activity: Activity, _ node: Node
    ) -> (String, [Line], [String]) {
        let words = CareWords(fields: activity.fields)
        let retries = activity.retries
        let notDone: [(String, RetryRules.Retry)] = [
            ("refused", retries.refused), ("unable", retries.unable), ("skipped", retries.skipped),
        ]
        return (
            activity.term,
            lines(
                ("domain", [activity.domain]),
                ("recorded", activity.fields.map(CareWords.text)),
                (
                    "windows",
                    zip(activity.windows, statuses(node, "windows")).map { window, status in
                        words.text(window) + status
                    }
                ),
                (
                    "not done",
                    notDone.map { "\($0): \(CareWords.text($1))" }
                        + (retries.refusedAlert.map { ["refused: \(words.text($0))"] } ?? [])
                        + consequences(activity.notDone, words)
                ),
                (
                    "staff",
                    activity.staffing.map { staffing in
                        "\(staffing.people) when \(words.conditions.text(staffing.when)): "
                            + "\(staffing.detail) (\(staffing.id)) [\(staffing.provenance.status.rawValue)]"
                    }
                ),
                (
                    "needed to count as done",
                    activity.requirements.map { need in
                        "when \(words.conditions.text(need.when)): "
                            + "\(words.conditions.text(need.needs)), else \(need.message) (\(need.id))"
                    }
                ),
                ("off the ward", absence(activity.absence)),
                ("findings", activity.findings.map { finding(words, $0) }),
                (
                    "steps",
                    activity.ladder.isEmpty
                        ? []
                        : [
                            "every "
                                + activity.ladder.map(spoken(minutes:)).joined(separator: ", ")
                        ]
                ),
                (
                    "less often",
                    activity.lengthening.map { rule in
                        [
                            "proposed (\(rule.id)) after \(spoken(minutes: rule.minutes)) of "
                                + "\(words.conditions.text(rule.good)): \(rule.message)"
                        ]
                    } ?? []
                ),
                (
                    "when no rule asks any more",
                    [activity.ending == .immediate ? "it ends" : "the end is proposed"]
                ),
                (
                    "lapses",
                    activity.lapseAlert.map { ["\($0.count) in a row: \(words.text($0.alert))"] }
                        ?? []
                )),
            library.rules.filter { $0.activity == activity.code }.map { "rule \($0.id)" }
                + activity.findings.map { "finding \($0.id)" }
        )
    }

    private func consequences(_ notDone: NotDone, _ words: CareWords) -> [String] {
        let all = [
            ("refused", notDone.refused), ("unable", notDone.unable), ("skipped", notDone.skipped),
        ]
        return all.flatMap { outcome, effects in
            effects.map { "\(outcome): \(words.text($0))" }
        }
    }

    private func absence(_ rule: AbsenceRule) -> [String] {
        switch rule {
        case .usual: []
        case .onReturn: ["due on return where it fell due meanwhile, never before leaving"]
        case .restart: ["due on return, and its time begins anew there"]
        }
    }

    private func finding(_ words: CareWords, _ finding: Finding) -> String {
        "\(finding.id), \(words.conditions.text(finding.when)): "
            + finding.effects.map(words.text).joined(separator: "; ")
    }

    private func content(_ finding: Finding, _ homes: [Activity]) -> (String, [Line], [String]) {
        let words = CareWords(fields: homes.first?.fields ?? [])
        return (
            words.conditions.text(finding.when),
            lines(
                ("recorded with", homes.map { term($0.code) }),
                ("when", [words.conditions.text(finding.when)]),
                ("then", finding.effects.map(words.text))),
            homes.map { "activity \($0.code)" }
        )
    }

    /// The statuses of a list's items, as they stand in the file; numbers of a window have their own.
    private func statuses(_ node: Node, _ key: String) -> [String] {
        (node.mapping?[key]?.sequence ?? []).map { item in
            guard let status = item.mapping?["status"]?.scalar?.string, status != "confirmed" else {
                return ""
            }
            return " [\(status)]"
        }
    }
}

extension Provenance.Status {
    /// How far it is from confirmed.
    fileprivate var rank: Int {
        switch self {
        case .confirmed: 0
        case .knowledge: 1
        case .designDefault: 2
        }
    }
}
