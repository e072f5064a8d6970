import CareCore
import ControlAPI

/// Compares what came of a case with what it expects: missing, extra and forbidden things.
struct CaseCheck {
    private let answer: SimulationAnswer
    private var compared = 0
    private var differences: [SimulationDifference] = []

    static func compare(
        _ answer: SimulationAnswer, _ expectations: [(stay: String, CaseExpectation)],
        accepted: [CaseEvent]
    ) -> SimulationCheck {
        var check = CaseCheck(answer: answer)
        for (id, expectation) in expectations {
            guard let stay = answer.stays.first(where: { $0.stay == id }) else { continue }
            check.compare(stay, expectation)
        }
        for event in accepted {
            check.compared += 1
            check.add(
                .refusal, "", event.words, event.at.description, event.line,
                "\(event.words) at \(event.at) was accepted; it must be refused as "
                    + "\(event.refused?.rawValue ?? "")")
        }
        for refusal in answer.refused {
            check.compared += 1
            guard !refusal.expected else { continue }
            check.add(
                .refusal, refusal.stay, refusal.what, refusal.at, refusal.line,
                "\(refusal.what) at \(refusal.local) was refused (\(refusal.code)): "
                    + refusal.message)
        }
        return SimulationCheck(compared: check.compared, differences: check.differences)
    }

    private init(answer: SimulationAnswer) {
        self.answer = answer
    }

    private mutating func add(
        _ kind: SimulationDifference.Kind, _ stay: String, _ subject: String, _ at: String?,
        _ line: Int, _ sentence: String
    ) {
        differences.append(
            SimulationDifference(
                kind: kind, stay: stay, subject: subject, at: at, line: line, sentence: sentence))
    }

    private mutating func compare(_ stay: SimulatedStay, _ expectation: CaseExpectation) {
        for (activity, instants, line) in expectation.due {
            compare(stay, activity, instants, held: false, line)
        }
        for (activity, instants, line) in expectation.held {
            compare(stay, activity, instants, held: true, line)
        }
        compareAlerts(stay, expectation)
        compareProposals(stay, expectation)
        for step in expectation.steps { compare(stay, step) }
        for forbidden in expectation.mustNot { compare(stay, forbidden) }
    }

    // MARK: Due instants

    private mutating func compare(
        _ stay: SimulatedStay, _ activity: ActivityCode, _ instants: [Instant], held: Bool,
        _ line: Int
    ) {
        let rows = stay.rows(of: activity.code).filter { $0.held == held }
        let wanted = instants.map(\.description)
        let what = "\(activity)\(held ? " held" : " due")"
        compared += max(1, wanted.count)
        for due in Self.surplus(of: wanted, over: rows.map(\.due)) {
            add(.missing, stay.stay, activity.code, due, line, "\(what) at \(due) is missing")
        }
        for due in Self.surplus(of: rows.map(\.due), over: wanted) {
            guard let row = rows.first(where: { $0.due == due }) else { continue }
            add(
                .extra, stay.stay, activity.code, due, line,
                "\(what) at \(due) (\(row.dueLocal)) is not expected: \(row.arithmetic)")
        }
    }

    /// What is in `left` more often than in `right`.
    private static func surplus(of left: [String], over right: [String]) -> [String] {
        var rest = right
        return left.filter { text in
            guard let index = rest.firstIndex(of: text) else { return true }
            rest.remove(at: index)
            return false
        }
    }

    // MARK: Alerts, proposals, steps

    private mutating func compareAlerts(_ stay: SimulatedStay, _ expectation: CaseExpectation) {
        var rest = stay.alerts.filter { $0.kind != "proposal" }
        for expected in expectation.alerts {
            compared += 1
            let index = rest.firstIndex { alert in
                alert.rule == expected.rule
                    && expected.priority.map { $0.word == alert.priority } ?? true
                    && expected.at.map { $0.description == alert.raisedAt } ?? true
                    && expected.resolvedAt.map { $0.description == alert.resolvedAt } ?? true
            }
            if let index {
                rest.remove(at: index)
                continue
            }
            let near = stay.alerts.filter { $0.rule == expected.rule }.map {
                "\($0.priority) at \($0.raisedAt)"
                    + ($0.resolvedAt.map { ", resolved at \($0)" } ?? "")
            }
            var sentence =
                "alert \(expected.rule)\(expected.priority.map { " \($0.word)" } ?? "")"
            if let at = expected.at { sentence += " at \(at)" }
            if let at = expected.resolvedAt { sentence += ", resolved at \(at)," }
            sentence += " is missing"
            if !near.isEmpty { sentence += "; there is \(near.joined(separator: " and "))" }
            add(
                .missing, stay.stay, expected.rule, expected.at?.description, expected.line,
                sentence)
        }
        guard expectation.noOtherAlerts else { return }
        compared += 1
        for alert in rest {
            add(
                .extra, stay.stay, alert.rule, alert.raisedAt, expectation.alerts.last?.line ?? 1,
                "alert \(alert.rule) \(alert.priority) at \(alert.raisedAt) is not expected: "
                    + alert.message)
        }
    }

    private mutating func compareProposals(_ stay: SimulatedStay, _ expectation: CaseExpectation) {
        var rest = stay.alerts.filter { $0.kind == "proposal" }
        for expected in expectation.proposals {
            compared += 1
            let index = rest.firstIndex { alert in
                alert.rule == expected.rule
                    && expected.activity.map { $0.code == alert.activity } ?? true
                    && expected.toMinutes.map { $0 == alert.toMinutes } ?? true
                    && expected.at.map { $0.description == alert.raisedAt } ?? true
            }
            if let index {
                rest.remove(at: index)
            } else {
                add(
                    .missing, stay.stay, expected.rule, expected.at?.description, expected.line,
                    "proposal \(expected.rule)\(expected.at.map { " at \($0)" } ?? "") is missing")
            }
        }
    }

    private mutating func compare(
        _ stay: SimulatedStay, _ expected: CaseExpectation.ExpectedStep
    ) {
        compared += 1
        let reached = stay.rows(of: expected.activity.code).flatMap(\.steps)
        guard
            !reached.contains(where: {
                $0.priority == expected.priority.word && $0.at == expected.at.description
            })
        else { return }
        let found = reached.map { "\($0.priority) at \($0.at)" }
        add(
            .missing, stay.stay, expected.activity.code, expected.at.description, expected.line,
            "\(expected.activity) does not become \(expected.priority.word) at \(expected.at)"
                + (found.isEmpty ? "" : "; it becomes \(found.joined(separator: ", "))"))
    }

    // MARK: What must not be

    private mutating func compare(_ stay: SimulatedStay, _ forbidden: CaseExpectation.Forbidden) {
        compared += 1
        let found = matches(stay, forbidden)
        guard found.count > forbidden.moreThan else { return }
        let note = forbidden.note.map { " (\($0))" } ?? ""
        for match in found {
            add(
                .forbidden, stay.stay, match.subject, match.at, forbidden.line,
                "\(match.words) must not be\(note)")
        }
    }

    private struct Match {
        let subject: String
        let at: String
        let words: String
    }

    private func matches(
        _ stay: SimulatedStay, _ forbidden: CaseExpectation.Forbidden
    ) -> [Match] {
        if let rule = forbidden.alert {
            return stay.alerts.filter { alert in
                named(alert.rule, rule) && (rule != "*" || alert.kind != "proposal")
                    && forbidden.priority.map { priority(alert.priority) >= $0 } ?? true
                    && inTime(alert.raisedAt, alert.raisedLocal, forbidden)
            }.map {
                Match(
                    subject: $0.rule, at: $0.raisedAt,
                    words: "alert \($0.rule) \($0.priority) at \($0.raisedLocal)")
            }
        }
        let items = stay.items.filter { item in
            forbidden.activity.map { named(item.activity, $0) } ?? true
                && forbidden.domain.map { $0 == item.domain } ?? true
        }
        return items.flatMap { item in
            item.rows.filter { row in
                forbidden.held.map { $0 == row.held } ?? true
                    && forbidden.detail.map { row.detail?.contains($0) ?? false } ?? true
                    && forbidden.intervalOver.map { row.plusMinutes ?? 0 > $0 } ?? true
            }.flatMap { row -> [Match] in
                guard let least = forbidden.priority else {
                    guard inTime(row.due, row.dueLocal, forbidden) else { return [] }
                    let words =
                        "\(item.activity)\(row.held ? " held" : "") at \(row.dueLocal)"
                        + (row.detail.map { ", \($0)," } ?? "")
                    return [Match(subject: item.activity, at: row.due, words: words)]
                }
                return row.steps.filter {
                    priority($0.priority) >= least && inTime($0.at, $0.local, forbidden)
                }.map {
                    Match(
                        subject: item.activity, at: $0.at,
                        words: "\(item.activity) \($0.priority) at \($0.local)")
                }
            }
        }
    }

    private func named(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }

    private func priority(_ word: String) -> Priority { Priority(word: word) ?? .info }

    private func inTime(
        _ text: String, _ local: String, _ forbidden: CaseExpectation.Forbidden
    ) -> Bool {
        guard let at = Instant(rfc3339: text) else { return false }
        if let from = forbidden.from, at < from { return false }
        if let until = forbidden.until, at > until { return false }
        guard let from = forbidden.localFrom, let until = forbidden.localUntil else { return true }
        guard let time = TimeOfDay(String(local.dropFirst(11).prefix(5))) else { return false }
        return from <= until ? from <= time && time < until : time >= from || time < until
    }
}

extension SimulatedStay {
    func rows(of activity: String) -> [SimulatedRow] {
        items.first { $0.activity == activity }?.rows ?? []
    }
}

extension SimulatedRow {
    /// For example `interval: 2027-01-19T16:00:00Z + 240 min by TURN-4`.
    var arithmetic: String {
        var text = reason
        if let base { text += ": \(base) + \(plusMinutes ?? 0) min" }
        return text + " by \(timedBy ?? rule)"
    }
}
