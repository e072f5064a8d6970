package import CareCore
package import ControlAPI

/// One thing that is wrong with a case, and where it stands.
package struct CaseFault: Hashable, Sendable {
    package let line: Int
    /// In characters, from 1; absent where the line says enough.
    package let column: Int?
    package let fault: FieldFault

    /// `stays[0].bed "": is missing; expected 1 to 16 characters`.
    package var sentence: String {
        var text = fault.field
        if let value = fault.value { text += " \(value)" }
        text += ": \(fault.problem)"
        if let expected = fault.expected {
            text += expected.hasPrefix("did you mean") ? "; \(expected)" : "; expected \(expected)"
        }
        return text
    }
}

/// Reads a case, checks all of it, and names every fault with its line.
///
/// `Schemas/case.schema.json` describes the same format; a test compares the names.
package struct CaseReader {
    /// The rules of a zone by its name, or why there are none.
    package typealias Zones = @Sendable (String) -> Result<ZoneRules, ZoneProblem>

    package struct ZoneProblem: Error, Sendable {
        let words: String

        package init(_ words: String) {
            self.words = words
        }
    }

    /// Rows and events are kept in memory, so a case has an end.
    package static let longestHours = 8_784
    package static let mostStays = 64
    package static let mostEvents = 10_000

    /// Every name that the format knows, by the object in which it stands.
    package static let names: [String: [String]] = [
        "case": [
            "$schema", "title", "note", "zone", "wards", "start", "end", "hours", "only", "stay",
            "stays", "events", "expect",
        ],
        "stay": [
            "ward", "bed", "admission", "enrolled", "assessment", "readings", "perform", "expect",
            "note",
        ],
        "event": eventCommon + reportDetails + actions + ["resolve"],
        "hold": ["reason", "until", "hours", "minutes", "activities", "note"],
        "absence": ["kind", "leaveAt", "dueBack", "hours", "minutes", "note"],
        "transfer": ["ward", "bed"],
        "expect": [
            "due", "held", "alerts", "noOtherAlerts", "proposals", "steps", "mustNot", "note",
        ],
        "expectedAlert": ["rule", "priority", "at", "resolvedAt", "note"],
        "expectedProposal": ["rule", "activity", "toMinutes", "at", "note"],
        "expectedStep": ["activity", "priority", "at", "note"],
        "mustNot": [
            "activity", "domain", "detail", "alert", "priority", "at", "from", "until",
            "localFrom", "localUntil", "intervalOver", "held", "moreThan", "note",
        ],
    ]

    static let eventCommon = ["at", "stay", "by", "refused", "note"]
    static let reportDetails = ["readings", "performedAt", "reason"]
    static let reports: [String: Outcome] = [
        "done": .done, "refuse": .refused, "unable": .unable, "skip": .skipped,
    ]
    static let actions = [
        "done", "refuse", "unable", "skip", "omit", "assess", "hold", "resume", "absence", "back",
        "transfer", "discharge", "confirm", "decline", "acknowledge",
    ]

    let library: CareLibrary
    let zones: Zones
    var faults: [CaseFault] = []
    var plan = SimulationCase()

    /// The case, and the document to find lines in.
    package static func read(
        _ text: String, library: CareLibrary, zones: @escaping Zones
    ) throws(CaseFaults) -> (SimulationCase, CaseDocument) {
        let document: CaseDocument
        do throws(DocumentFault) {
            document = CaseDocument(root: try DocumentScanner.scan(text))
        } catch {
            throw CaseFaults(faults: [
                CaseFault(
                    line: error.line, column: error.column,
                    fault: FieldFault(
                        field: "document", value: nil, problem: error.problem,
                        expected: "a case in JSON; see `sccctl help simulate`"))
            ])
        }
        var reader = CaseReader(library: library, zones: zones)
        reader.read(document.root)
        guard reader.faults.isEmpty else {
            throw CaseFaults(faults: reader.faults.sorted { $0.line < $1.line })
        }
        return (reader.plan, document)
    }

    init(library: CareLibrary, zones: @escaping Zones) {
        self.library = library
        self.zones = zones
    }

    // MARK: The case

    private mutating func read(_ root: DocumentNode) {
        guard members(root, at: "", "case") != nil else { return }
        plan.title = text(root, "title", at: "")
        readWards(root)
        readHorizon(root)
        plan.only = codes(root, "only", at: "")
        readStays(root)
        if let events = root.member("events") {
            readEvents(events)
        }
    }

    private mutating func readWards(_ root: DocumentNode) {
        let example = "an IANA zone, for example \"Europe/London\""
        func zone(_ node: DocumentNode, at path: String) -> ZoneRules? {
            guard case .scalar(.string(let name)) = node.value else {
                add(node, path, "is \(node.kind)", expected: example)
                return nil
            }
            switch zones(name) {
            case .success(let rules): return rules
            case .failure(let problem):
                add(
                    node, path, value: quoted(name), "is no zone: \(problem.words)",
                    expected: example)
                return nil
            }
        }
        switch (root.member("zone"), root.member("wards")) {
        case (let node?, nil):
            if let rules = zone(node, at: "zone") { plan.wards = [Ward(id: "1", zone: rules)] }
        case (nil, let node?):
            guard case .object(let members) = node.value, !members.isEmpty else {
                add(
                    node, "wards", "is \(node.kind)",
                    expected: "wards with their zones, for example {\"7\": \"Europe/London\"}")
                return
            }
            for member in members {
                if let rules = zone(member.node, at: "wards.\(member.name)") {
                    plan.wards.append(Ward(id: member.name, zone: rules))
                }
            }
        case (_?, let node?):
            add(node, "wards", "stands beside zone", expected: "one of the two")
        case (nil, nil):
            add(root, "zone", "is missing", expected: example + ", or wards")
        }
    }

    private mutating func readHorizon(_ root: DocumentNode) {
        guard let start = instant(root, "start", at: "", required: true) else { return }
        plan.start = start
        switch (root.member("hours"), root.member("end")) {
        case (let hours?, nil):
            if let hours = whole(hours, at: "hours", in: 1...Self.longestHours) {
                plan.end = start.adding(minutes: hours * 60)
            }
        case (nil, let node?):
            guard let end = instant(root, "end", at: "", required: true) else { return }
            let latest = start.adding(minutes: Self.longestHours * 60)
            if end <= start || end > latest {
                add(
                    node, "end", value: quoted(end.description),
                    end <= start ? "is not after the start" : "is too far ahead",
                    expected: "after \(start), at the latest \(latest)")
            } else {
                plan.end = end
            }
        case (_?, let node?):
            add(node, "end", "stands beside hours", expected: "one of the two")
        case (nil, nil):
            add(root, "hours", "is missing", expected: "hours, for example 48, or end")
        }
    }

    // MARK: Stays

    private mutating func readStays(_ root: DocumentNode) {
        let nodes: [(node: DocumentNode, path: String)]
        switch (root.member("stay"), root.member("stays")) {
        case (let node?, nil): nodes = [(node, "stay")]
        case (nil, let node?):
            guard case .array(let elements) = node.value, (1...Self.mostStays) ~= elements.count
            else {
                add(
                    node, "stays", "is \(node.kind)",
                    expected: "a list of 1 to \(Self.mostStays) stays")
                return
            }
            nodes = elements.enumerated().map { ($1, "stays[\($0)]") }
        case (_?, let node?):
            add(node, "stays", "stands beside stay", expected: "one of the two")
            return
        case (nil, nil):
            add(root, "stay", "is missing", expected: "stay, or stays for several")
            return
        }
        for (index, (node, path)) in nodes.enumerated() {
            plan.stays.append(stay(node, index, at: path))
        }
        guard let node = root.member("expect") else { return }
        if plan.stays.count != 1 {
            add(
                node, "expect", "does not say of which stay",
                expected: "expect inside each stay, since there are \(plan.stays.count)")
        } else if plan.stays[0].expectation != nil {
            add(node, "expect", "stands here and in the stay", expected: "one of the two")
        } else {
            plan.stays[0].expectation = expectation(node, at: "expect")
        }
    }

    private mutating func stay(_ node: DocumentNode, _ index: Int, at path: String) -> CaseStay {
        var stay = CaseStay()
        stay.enrolledAt = plan.start
        guard members(node, at: path, "stay") != nil else { return stay }
        stay.ward = text(node, "ward", at: path) ?? (plan.wards.count == 1 ? plan.wards[0].id : "")
        if stay.ward.isEmpty, plan.wards.count > 1 {
            add(
                node, "\(path).ward", "is missing",
                expected: "one of \(plan.wards.map(\.id).joined(separator: ", "))")
        }
        stay.bed = text(node, "bed", at: path) ?? "\(index + 1)"
        stay.admission = text(node, "admission", at: path) ?? "SYN-CASE-\(index + 1)"
        if let at = instant(node, "enrolled", at: path) {
            stay.enrolledAt = at
            inHorizon(at, node, "\(path).enrolled")
        }
        if let facts = node.member("assessment") {
            stay.assessment = assessment(facts, at: "\(path).assessment")
        }
        if let readings = node.member("readings") {
            stay.readings = completions(readings, at: "\(path).readings")
        }
        if let perform = node.member("perform") {
            read(perform, into: &stay, at: "\(path).perform")
        }
        if let expect = node.member("expect") {
            stay.expectation = expectation(expect, at: "\(path).expect")
        }
        return stay
    }

    private mutating func read(_ node: DocumentNode, into stay: inout CaseStay, at path: String) {
        let words = "\"on-time\" or \"never\""
        func never(_ node: DocumentNode, at path: String) -> Bool {
            switch node.value {
            case .scalar(.string("never")): return true
            case .scalar(.string("on-time")): return false
            default:
                add(node, path, value: shown(node), "is not possible", expected: words)
                return false
            }
        }
        guard case .object(let members) = node.value else {
            stay.neverPerforms = never(node, at: path)
            return
        }
        for member in members {
            guard let code = known(member.name, member.node, at: "\(path).\(member.name)") else {
                continue
            }
            if never(member.node, at: "\(path).\(member.name)") { stay.neverPerformed.insert(code) }
        }
    }

    private mutating func assessment(_ node: DocumentNode, at path: String) -> Assessment {
        var assessment = Assessment()
        for change in changes(node, at: path, mayForget: false) {
            assessment.set(change.fact, change.value)
        }
        return assessment
    }

    mutating func changes(
        _ node: DocumentNode, at path: String, mayForget: Bool
    ) -> [AssessmentChange] {
        guard case .object(let members) = node.value else {
            add(
                node, path, "is \(node.kind)",
                expected: "an object of facts, for example {\"braden\": 11}")
            return []
        }
        var changes: [AssessmentChange] = []
        for member in members {
            let field = "\(path).\(member.name)"
            if mayForget, case .scalar(.null) = member.node.value,
                let fact = Fact(rawValue: member.name)
            {
                changes.append(AssessmentChange(fact: fact, value: nil))
                continue
            }
            let kind = Fact(rawValue: member.name)?.definition.kind
            let (parsed, found) = Assessment.parse(
                [(name: member.name, value: raw(member.node, kind))], path: path + ".")
            for fault in found {
                add(
                    member.node, field, value: fault.value, fault.problem,
                    expected: fault.expected)
            }
            changes += parsed.stated.map { AssessmentChange(fact: $0.fact, value: $0.value) }
        }
        return changes
    }

    private mutating func completions(
        _ node: DocumentNode, at path: String
    ) -> [ActivityCode: [[CaseReading]]] {
        guard case .object(let members) = node.value else {
            add(
                node, path, "is \(node.kind)",
                expected: "readings by activity, for example {\"IC\": [{\"volumeMl\": 380}]}")
            return [:]
        }
        var completions: [ActivityCode: [[CaseReading]]] = [:]
        for member in members {
            let field = "\(path).\(member.name)"
            guard let code = known(member.name, member.node, at: field) else { continue }
            if case .array(let nodes) = member.node.value, !nodes.isEmpty {
                completions[code] = nodes.enumerated().map {
                    readings($1, of: code, at: "\(field)[\($0)]", isComplete: true)
                }
            } else {
                completions[code] = [
                    readings(member.node, of: code, at: field, isComplete: true)
                ]
            }
        }
        return completions
    }

    mutating func readings(
        _ node: DocumentNode, of code: ActivityCode, at path: String, isComplete: Bool
    ) -> [CaseReading] {
        guard case .object(let members) = node.value else {
            add(
                node, path, "is \(node.kind)",
                expected: "what is recorded with \(code), for example {\"skin\": \"intact\"}")
            return []
        }
        guard let activity = library.activity(code) else { return [] }
        let names = activity.fields.map(\.name)
        var readings: [CaseReading] = []
        for member in members {
            let field = "\(path).\(member.name)"
            guard let recorded = activity.fields.first(where: { $0.name == member.name }) else {
                let near = nearest(to: member.name, among: names).map { "did you mean \($0)?" }
                add(
                    member.node, field, value: shown(member.node),
                    "is not recorded with \(code)",
                    expected: near
                        ?? (names.isEmpty
                            ? "no reading" : "one of \(names.joined(separator: ", "))"))
                continue
            }
            let value = raw(member.node, recorded.kind)
            if recorded.kind.value(value) == nil {
                add(
                    member.node, field, value: value.shown, "is not possible",
                    expected: recorded.kind.expectation)
            } else {
                readings.append(CaseReading(name: member.name, value: value))
            }
        }
        for required in activity.fields
        where isComplete && required.required && node.member(required.name) == nil {
            add(
                node, "\(path).\(required.name)", "is missing (\(required.meaning))",
                expected: required.kind.expectation)
        }
        return readings
    }

    // MARK: Events

    private mutating func readEvents(_ node: DocumentNode) {
        guard case .array(let nodes) = node.value, nodes.count <= Self.mostEvents else {
            add(
                node, "events", "is \(node.kind)",
                expected: "a list of at most \(Self.mostEvents) events")
            return
        }
        for (number, node) in nodes.enumerated() {
            if let event = event(node, number, at: "events[\(number)]") {
                plan.events.append(event)
            }
        }
        plan.events.sort { ($0.at, $0.number) < ($1.at, $1.number) }
    }

    func inWords(_ name: String, _ node: DocumentNode) -> String {
        if case .scalar(.string(let text)) = node.value { return "\(name) \(text)" }
        guard case .object(let members) = node.value else { return name }
        let pairs = members.map { member in
            if case .scalar(.string(let text)) = member.node.value {
                return "\(member.name) \(text)"
            }
            return "\(member.name) \(shown(member.node))"
        }
        return "\(name) \(pairs.joined(separator: ", "))"
    }

    private mutating func event(
        _ node: DocumentNode, _ number: Int, at path: String
    ) -> CaseEvent? {
        guard let members = members(node, at: path, "event") else { return nil }
        let before = faults.count
        let at = instant(node, "at", at: path, required: true)
        if let at { inHorizon(at, node, "\(path).at", of: "at") }
        let stay = stayNumber(node, at: path)
        // Before the start it lies before every enrolment, too; one fault says so.
        if let at, let stay, at >= plan.start, at < plan.stays[stay].enrolledAt {
            add(
                node.member("at") ?? node, "\(path).at", value: quoted(at.description),
                "lies before the stay was enrolled",
                expected: "no earlier than \(plan.stays[stay].enrolledAt)")
        }
        let person = text(node, "by", at: path) ?? "case"
        var refused: Rejection.Code?
        if let word = text(node, "refused", at: path) {
            refused = Rejection.Code(rawValue: word)
            if refused == nil {
                add(
                    node.member("refused") ?? node, "\(path).refused", value: quoted(word),
                    "is not a reason for refusal",
                    expected: "one of "
                        + Rejection.Code.allCases.map(\.rawValue).joined(separator: ", "))
            }
        }
        let stated = members.filter { Self.actions.contains($0.name) }
        guard let first = stated.first, stated.count == 1 else {
            add(
                node, path,
                stated.isEmpty
                    ? "does not say what happens"
                    : "says \(stated.map(\.name).joined(separator: " and "))",
                expected: "exactly one of \(Self.actions.joined(separator: ", "))")
            return nil
        }
        for member in members where Self.reportDetails.contains(member.name) {
            if Self.reports[first.name] == nil {
                add(
                    member.node, "\(path).\(member.name)", "does not go with \(first.name)",
                    expected: "it only beside \(Self.actions[0...3].joined(separator: ", "))")
            }
        }
        if let resolve = node.member("resolve"), first.name != "acknowledge" {
            add(
                resolve, "\(path).resolve", "does not go with \(first.name)",
                expected: "it only beside acknowledge")
        }
        let action = action(first, node, at ?? plan.start, at: path)
        guard faults.count == before, let at, let stay, let action else { return nil }
        return CaseEvent(
            at: at, stay: stay, action: action, person: person, refused: refused, number: number,
            line: node.line, words: inWords(first.name, first.node))
    }

    private mutating func stayNumber(_ node: DocumentNode, at path: String) -> Int? {
        guard !plan.stays.isEmpty else { return nil }
        let choices = plan.stays.enumerated().map { "\($0) (bed \($1.bed))" }.joined(
            separator: ", ")
        guard let reference = node.member("stay") else {
            if plan.stays.count == 1 { return 0 }
            add(node, "\(path).stay", "is missing", expected: "one of \(choices)")
            return nil
        }
        switch reference.value {
        case .scalar(.number(let text)):
            if let number = Int(text), plan.stays.indices.contains(number) { return number }
        case .scalar(.string(let text)):
            let found = plan.stays.indices.filter {
                plan.stays[$0].bed == text || plan.stays[$0].admission == text
            }
            if found.count == 1 { return found[0] }
        default: break
        }
        add(
            reference, "\(path).stay", value: shown(reference), "is not a stay of this case",
            expected: "its place, bed or admission: one of \(choices)")
        return nil
    }

    private mutating func action(
        _ member: DocumentNode.Member, _ event: DocumentNode, _ at: Instant, at path: String
    ) -> CaseEvent.Action? {
        let node = member.node
        let field = "\(path).\(member.name)"
        if let outcome = Self.reports[member.name] {
            return report(outcome, node, event, at, field, at: path)
        }
        switch member.name {
        case "omit":
            if case .scalar(.string("*")) = node.value { return .omit(nil) }
            return word(node, at: field, "the code of an activity, or \"*\" for all")
                .flatMap { known($0, node, at: field) }.map { .omit($0) }
        case "assess":
            return .assess(changes(node, at: field, mayForget: true))
        case "hold":
            return hold(node, at, at: field).map(CaseEvent.Action.hold)
        case "resume":
            if case .scalar(.bool(true)) = node.value { return .resume }
            add(node, field, value: shown(node), "is not possible", expected: "true")
            return nil
        case "absence":
            return absence(node, at, at: field).map(CaseEvent.Action.leave)
        case "back":
            if case .scalar(.bool(true)) = node.value { return .comeBack(at: nil) }
            guard case .scalar(.string) = node.value else {
                add(
                    node, field, value: shown(node), "is not possible",
                    expected: "true, or when the patient came back")
                return nil
            }
            return instant(node, at: field).map { .comeBack(at: $0) }
        case "transfer":
            guard members(node, at: field, "transfer") != nil,
                let bed = text(node, "bed", at: field, required: true)
            else { return nil }
            let ward = text(node, "ward", at: field) ?? plan.wards.first?.id ?? ""
            guard plan.wards.contains(where: { $0.id == ward }) else {
                add(
                    node, "\(field).ward", value: quoted(ward), "is not a ward of this case",
                    expected: "one of \(plan.wards.map(\.id).joined(separator: ", "))")
                return nil
            }
            return .transfer(ward: ward, bed: bed)
        case "discharge":
            let reasons = Stay.DischargeReason.allCases.map(\.rawValue).joined(separator: ", ")
            guard let text = word(node, at: field, "one of \(reasons)") else { return nil }
            if let reason = Stay.DischargeReason(rawValue: text) { return .discharge(reason) }
            add(node, field, value: quoted(text), "is not possible", expected: "one of \(reasons)")
            return nil
        case "confirm", "decline":
            return word(node, at: field, "the rule of the proposal, for example \"TURN-L\"")
                .map { .decide(rule: $0, accept: member.name == "confirm") }
        default:
            let resolve = flag(event, "resolve", at: path) ?? false
            let note = text(event, "note", at: path)
            return word(node, at: field, "the rule of the alert, for example \"ESC-1\"")
                .map { .acknowledge(rule: $0, resolve: resolve, note: note) }
        }
    }

    private mutating func report(
        _ outcome: Outcome, _ node: DocumentNode, _ event: DocumentNode, _ at: Instant,
        _ field: String, at path: String
    ) -> CaseEvent.Action? {
        guard let name = word(node, at: field, "the code of an activity, for example \"TURN\""),
            let code = known(name, node, at: field)
        else { return nil }
        let performedAt = instant(event, "performedAt", at: path)
        if let performedAt, performedAt > at {
            add(
                event.member("performedAt") ?? event, "\(path).performedAt",
                value: quoted(performedAt.description), "lies after the event itself",
                expected: "no later than \(at)")
        }
        if let performedAt, performedAt < plan.start {
            add(
                event.member("performedAt") ?? event, "\(path).performedAt",
                value: quoted(performedAt.description), "lies before the start",
                expected: "no earlier than \(plan.start)")
        }
        let reason = text(event, "reason", at: path)
        if outcome != .done, reason == nil, event.member("reason") == nil {
            add(
                event, "\(path).reason", "is missing", expected: "why it was \(outcome.rawValue)")
        }
        var values: [CaseReading] = []
        if let readings = event.member("readings") {
            values = self.readings(
                readings, of: code, at: "\(path).readings",
                isComplete: outcome == .done && event.member("refused") == nil)
        }
        return .report(code, outcome, performedAt: performedAt, reason: reason, values)
    }

    private mutating func hold(
        _ node: DocumentNode, _ at: Instant, at path: String
    ) -> HoldRequest? {
        guard members(node, at: path, "hold") != nil,
            let reason = text(node, "reason", at: path, required: true)
        else { return nil }
        let reasons = library.holds.map(\.reason)
        if !reasons.contains(reason) {
            add(
                node.member("reason") ?? node, "\(path).reason", value: quoted(reason),
                "is not a hold reason",
                expected: nearest(to: reason, among: reasons).map { "did you mean \($0)?" }
                    ?? "one of \(reasons.joined(separator: ", "))")
        }
        let until = span(node, "until", from: at, at: path)
        let activities = codes(node, "activities", at: path)
        guard let until else { return nil }
        return HoldRequest(
            reason: reason, activities: activities, until: until,
            note: text(node, "note", at: path))
    }

    private mutating func absence(
        _ node: DocumentNode, _ at: Instant, at path: String
    ) -> LeaveRequest? {
        guard members(node, at: path, "absence") != nil else { return nil }
        let kinds = Hold.Absence.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let word = text(node, "kind", at: path, required: true) else { return nil }
        let kind = Hold.Absence.Kind(rawValue: word)
        if kind == nil {
            add(
                node.member("kind") ?? node, "\(path).kind", value: quoted(word),
                "is not possible", expected: "one of \(kinds)")
        }
        let leaveAt = instant(node, "leaveAt", at: path)
        if let leaveAt, leaveAt < at {
            add(
                node.member("leaveAt") ?? node, "\(path).leaveAt",
                value: quoted(leaveAt.description), "lies before the event",
                expected: "no earlier than \(at)")
        }
        let dueBack = span(node, "dueBack", from: leaveAt ?? at, at: path)
        guard let kind, let dueBack else { return nil }
        return LeaveRequest(
            at: leaveAt, dueBack: dueBack, kind: kind, note: text(node, "note", at: path))
    }

    /// The end of a span: as an instant, or so long after its beginning.
    private mutating func span(
        _ node: DocumentNode, _ name: String, from start: Instant, at path: String
    ) -> Instant? {
        let stated = [name, "hours", "minutes"].filter { node.member($0) != nil }
        guard stated.count == 1 else {
            add(
                node, path, stated.isEmpty ? "does not say until when" : "says so twice",
                expected: "exactly one of \(name), hours, minutes")
            return nil
        }
        var end = instant(node, name, at: path)
        for (name, factor) in [("hours", 60), ("minutes", 1)] {
            guard let member = node.member(name) else { continue }
            end = whole(member, at: "\(path).\(name)", in: 1...(Self.longestHours * 60 / factor))
                .map { start.adding(minutes: $0 * factor) }
        }
        if let end, end <= start {
            add(
                node.member(name) ?? node, "\(path).\(name)", value: quoted(end.description),
                "is not after its beginning", expected: "after \(start)")
        }
        return end
    }
}

/// The text of a case, to find lines in.
package struct CaseDocument: Sendable {
    let root: DocumentNode

    /// The line of a field such as `stays[3].assessment.braden`.
    ///
    /// For a field that is missing it is the line of what should contain it.
    package func line(_ path: String) -> Int {
        var node = root
        for step in path.split(whereSeparator: { ".[]".contains($0) }) {
            if case .array(let nodes) = node.value, let index = Int(step),
                nodes.indices.contains(index)
            {
                node = nodes[index]
            } else if let member = node.member(String(step)) {
                node = member
            } else {
                break
            }
        }
        return node.line
    }
}
