import CareCore
import ControlAPI

/// What a case says must come of it.
extension CaseReader {
    mutating func expectation(_ node: DocumentNode, at path: String) -> CaseExpectation? {
        guard members(node, at: path, "expect") != nil else { return nil }
        var expectation = CaseExpectation()
        expectation.due = schedule(node, "due", at: path)
        expectation.held = schedule(node, "held", at: path)
        expectation.noOtherAlerts = flag(node, "noOtherAlerts", at: path) ?? false
        for (element, field) in list(node, "alerts", at: path) {
            guard members(element, at: field, "expectedAlert") != nil,
                let rule = text(element, "rule", at: field, required: true)
            else { continue }
            expectation.alerts.append(
                .init(
                    rule: rule, priority: priority(element, at: field),
                    at: instant(element, "at", at: field),
                    resolvedAt: instant(element, "resolvedAt", at: field), line: element.line))
        }
        for (element, field) in list(node, "proposals", at: path) {
            guard members(element, at: field, "expectedProposal") != nil,
                let rule = text(element, "rule", at: field, required: true)
            else { continue }
            var minutes: Int?
            if let member = element.member("toMinutes") {
                minutes = whole(member, at: "\(field).toMinutes", in: 1...527_040)
            }
            expectation.proposals.append(
                .init(
                    rule: rule, activity: activity(element, at: field), toMinutes: minutes,
                    at: instant(element, "at", at: field), line: element.line))
        }
        for (element, field) in list(node, "steps", at: path)
        where members(element, at: field, "expectedStep") != nil {
            if text(element, "activity", at: field, required: true) == nil { continue }
            if element.member("priority") == nil {
                add(element, "\(field).priority", "is missing", expected: "LOW, MEDIUM or HIGH")
            }
            guard let code = activity(element, at: field),
                let priority = priority(element, at: field),
                let at = instant(element, "at", at: field, required: true)
            else { continue }
            expectation.steps.append(
                .init(activity: code, priority: priority, at: at, line: element.line))
        }
        for (element, field) in list(node, "mustNot", at: path) {
            if let forbidden = forbidden(element, at: field) {
                expectation.mustNot.append(forbidden)
            }
        }
        return expectation
    }

    private mutating func activity(_ node: DocumentNode, at path: String) -> ActivityCode? {
        guard let member = node.member("activity"),
            let name = text(node, "activity", at: path)
        else { return nil }
        return known(name, member, at: "\(path).activity")
    }

    private mutating func list(
        _ node: DocumentNode, _ name: String, at path: String
    ) -> [(DocumentNode, String)] {
        guard let member = node.member(name) else { return [] }
        guard case .array(let nodes) = member.value else {
            add(member, "\(path).\(name)", "is \(member.kind)", expected: "a list")
            return []
        }
        return nodes.enumerated().map { ($1, "\(path).\(name)[\($0)]") }
    }

    private mutating func schedule(
        _ node: DocumentNode, _ name: String, at path: String
    ) -> [(activity: ActivityCode, instants: [Instant], line: Int)] {
        guard let member = node.member(name) else { return [] }
        guard case .object(let members) = member.value else {
            add(
                member, "\(path).\(name)", "is \(member.kind)",
                expected: "times by activity, for example {\"TURN\": [\"2027-01-19T08:00Z\"]}")
            return []
        }
        var schedule: [(activity: ActivityCode, instants: [Instant], line: Int)] = []
        for member in members {
            let field = "\(path).\(name).\(member.name)"
            guard let code = known(member.name, member.node, at: field) else { continue }
            schedule.append((code, instants(member.node, at: field).sorted(), member.line))
        }
        return schedule
    }

    private mutating func forbidden(
        _ node: DocumentNode, at path: String
    ) -> CaseExpectation.Forbidden? {
        guard members(node, at: path, "mustNot") != nil else { return nil }
        var forbidden = CaseExpectation.Forbidden()
        forbidden.line = node.line
        forbidden.activity = text(node, "activity", at: path)
        forbidden.domain = text(node, "domain", at: path)
        forbidden.detail = text(node, "detail", at: path)
        forbidden.alert = text(node, "alert", at: path)
        forbidden.priority = priority(node, at: path)
        forbidden.from = instant(node, "from", at: path)
        forbidden.until = instant(node, "until", at: path)
        if let at = instant(node, "at", at: path) {
            if forbidden.from != nil || forbidden.until != nil {
                add(node, "\(path).at", "stands beside from or until", expected: "one of the two")
            }
            forbidden.from = at
            forbidden.until = at
        }
        forbidden.localFrom = timeOfDay(node, "localFrom", at: path)
        forbidden.localUntil = timeOfDay(node, "localUntil", at: path)
        if (node.member("localFrom") == nil) != (node.member("localUntil") == nil) {
            add(node, path, "says only one of localFrom and localUntil", expected: "both")
        }
        if let member = node.member("intervalOver") {
            forbidden.intervalOver = whole(member, at: "\(path).intervalOver", in: 1...527_040)
        }
        if let member = node.member("moreThan") {
            forbidden.moreThan = whole(member, at: "\(path).moreThan", in: 0...10_000) ?? 0
        }
        forbidden.held = flag(node, "held", at: path)
        forbidden.note = text(node, "note", at: path)
        // A mistyped name here would forbid nothing, and nobody would notice.
        if let name = forbidden.activity, !name.hasSuffix("*") {
            _ = activity(node, at: path)
        }
        if let domain = forbidden.domain {
            let domains = library.activities.map(\.domain)
            if !domains.contains(domain) {
                var seen: Set<String> = []
                let each = domains.filter { seen.insert($0).inserted }
                add(
                    node.member("domain") ?? node, "\(path).domain", value: quoted(domain),
                    "is not a domain of the protocols",
                    expected: "one of \(each.joined(separator: ", "))")
            }
        }
        if forbidden.alert != nil, forbidden.activity != nil || forbidden.domain != nil {
            add(
                node, path, "names an alert and an activity",
                expected: "one of the two")
        }
        if [forbidden.activity, forbidden.domain, forbidden.alert].allSatisfy({ $0 == nil }),
            forbidden.priority == nil
        {
            add(
                node, path, "does not say what must not be",
                expected: "one of activity, domain, alert (\"*\" for any), priority")
        }
        return forbidden
    }
}
