import CareCore
import Testing

/// A scenario that a nurse could read: one line a step, `time  what happens  ->  what then holds`.
///
/// Times are local on the first day; `+1 08:00` is the day after. What holds is a list of
/// `TURN due 12:00`, `TURN overdue LOW`, `TURN every 180`, `no STK-SKIN`, `alert ESC-1 LOW`,
/// `TURN hold ESC-11-PAUSE`, `fact spineState SPN-1`, `rejected invalid`, `refused-by SPN-1-2`,
/// `patients 1`. An underscore in a value stands for a blank.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    var day = "2027-01-19"
    var zone = "Europe/London"
    let steps: String

    var testDescription: String { name }

    func check() throws {
        let zone = Fixture.zone(self.zone)
        let start = try instant(Substring(steps.split(separator: "\n")[0]), zone)
        var ward = WardRun(at: start.at, zone: zone, library: Fixture.library)
        for line in steps.split(separator: "\n") {
            let halves = line.split(separator: "->", maxSplits: 1)
            let (at, rest) = try instant(halves[0], zone)
            let words = rest.split(separator: " ").map(String.init)
            ward.advance(to: at)
            var rejected: Rejection?
            do throws(Rejection) {
                try perform(words, &ward, zone)
            } catch {
                rejected = error
            }
            for wanted in (halves.count > 1 ? halves[1] : "").split(separator: ";") {
                let wanted = wanted.split(separator: " ").map(String.init)
                let found = try look(wanted, ward, rejected, zone)
                #expect(found == wanted.joined(separator: " "), "after \(line)")
            }
            if rejected != nil, !line.contains("rejected"), !line.contains("refused-by") {
                Issue.record("\(line): \(String(describing: rejected))")
            }
        }
    }

    /// `12:05 …` or `+1 12:05 …`, and what follows.
    private func instant(
        _ text: Substring, _ zone: ZoneRules
    ) throws -> (at: Instant, rest: Substring) {
        var words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        var days = 0
        var rest: Substring
        if words[0].hasPrefix("+") {
            days = try #require(Int(words[0].dropFirst()))
            words.removeFirst()
            rest = words.count > 1 ? words[1] : ""
        } else {
            rest = words.dropFirst().joined(separator: " ")[...]
        }
        let date = try #require(LocalDate(day)).adding(days: days)
        return (zone.instant(date, try #require(TimeOfDay(String(words[0])))), rest)
    }

    private func perform(
        _ words: [String], _ ward: inout WardRun, _ zone: ZoneRules
    ) throws(Rejection) {
        guard let verb = words.first else { return }
        let rest = Array(words.dropFirst())
        switch verb {
        case "enrol":
            try ward.submit(.enroll([Fixture.admission(pairs(rest))], keepGoing: false))
        case "assess":
            let changes = pairs(rest).map { name, raw in
                let fact = Fact(rawValue: name) ?? .braden
                return AssessmentChange(fact: fact, value: fact.definition.kind.value(raw))
            }
            try ward.submit(.assess(ward.stay.id, changes))
        case "forget":
            try ward.submit(
                .assess(
                    ward.stay.id,
                    rest.compactMap { Fact(rawValue: $0) }.map {
                        AssessmentChange(fact: $0, value: nil)
                    }))
        case "done", "refused", "unable", "skipped":
            var performedAt: Instant?
            var readings = Array(rest.dropFirst())
            if readings.first == "at" {
                performedAt = TimeOfDay(readings[1]).map {
                    zone.instant(zone.local(ward.now).date, $0)
                }
                readings.removeFirst(2)
            }
            var reason: String?
            if let index = readings.firstIndex(of: "because") {
                reason = readings[(index + 1)...].joined(separator: " ")
                readings.removeSubrange(index...)
            }
            try ward.submit(
                .record(
                    ward.stay.id,
                    [
                        OutcomeReport(
                            target: .activity(ActivityCode(rest[0])),
                            outcome: Outcome(rawValue: verb) ?? .done, performedAt: performedAt,
                            reason: reason,
                            readings: pairs(readings).map { (name: $0.0, value: $0.1) })
                    ]))
        case "hold":
            let minutes = Int(rest[1]) ?? 0
            try ward.submit(
                .hold(
                    ward.stay.id,
                    HoldRequest(
                        reason: rest[0], activities: rest.dropFirst(2).map(ActivityCode.init),
                        until: ward.now.adding(minutes: minutes), note: nil)))
        case "resume":
            try ward.submit(.resume(ward.stay.id, nil))
        case "leave":
            // `leave 09:00 until 11:30`, or `leave now until 11:30`.
            try ward.submit(
                .leave(
                    ward.stay.id,
                    LeaveRequest(
                        at: today(rest[0], ward, zone),
                        dueBack: today(rest[2], ward, zone) ?? ward.now, kind: .imaging)))
        case "back":
            try ward.submit(
                .comeBack(ward.stay.id, at: rest.count > 1 ? today(rest[1], ward, zone) : nil))
        case "transfer":
            try ward.submit(.transfer(ward.stay.id, ward: rest[0], bed: rest[1]))
        case "discharge":
            try ward.submit(.discharge(ward.stay.id, .home))
        case "confirm", "decline":
            let stay = ward.stay
            let proposal = stay.alerts.last {
                guard $0.isActive, case .proposal(let item, _) = $0.kind else { return false }
                return rest.isEmpty || stay.item(item)?.activity.code == rest[0]
            }
            guard let proposal else { throw Rejection(.notFound, "no proposal") }
            try ward.submit(.decide(proposal.id, accept: verb == "confirm"))
        case "clock":
            break
        default:
            Issue.record("unknown step \(verb)")
        }
    }

    private func today(_ text: String, _ ward: borrowing WardRun, _ zone: ZoneRules) -> Instant? {
        TimeOfDay(text).map { zone.instant(zone.local(ward.now).date, $0) }
    }

    private func pairs(_ words: [String]) -> [(String, RawValue)] {
        words.map { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return (word, .flag(true)) }
            if parts[1].contains("_") {
                return (parts[0], .text(parts[1].replacing("_", with: " ")))
            }
            if let flag = Bool(parts[1]) { return (parts[0], .flag(flag)) }
            if parts[1].first?.isNumber == true, !parts[1].contains("T"), !parts[1].contains(":") {
                return (parts[0], .number(parts[1]))
            }
            return (parts[0], .text(parts[1]))
        }
    }

    private func look(
        _ wanted: [String], _ ward: borrowing WardRun, _ rejected: Rejection?, _ zone: ZoneRules
    ) throws -> String {
        switch wanted[0] {
        case "rejected":
            return rejected.map { "rejected \($0.code.rawValue)" } ?? "not rejected"
        case "refused-by":
            let expected = rejected?.faults.map { "\($0.problem) \($0.expected ?? "")" } ?? []
            return expected.contains { $0.contains("(\(wanted[1]))") }
                ? "refused-by \(wanted[1])" : "\(expected)"
        case "fact":
            let fact = try #require(Fact(rawValue: wanted[1]))
            guard let value = ward.stay.assessment[fact] else { return "fact \(wanted[1]) unknown" }
            let kind = fact.definition.kind
            switch kind.raw(value) {
            case .flag(let flag): return "fact \(wanted[1]) \(flag)"
            case .number(let text), .text(let text): return "fact \(wanted[1]) \(text)"
            case .object, .other: return "fact \(wanted[1]) is no plain value"
            }
        case "no":
            return ward.stay.activeItem(ActivityCode(wanted[1])) == nil
                ? "no \(wanted[1])" : "there is"
        case "alert":
            let alert = ward.stay.alerts.last { $0.isActive && $0.ruleID == wanted[1] }
            return alert.map { "alert \($0.ruleID) \($0.priority.word)" } ?? "no alert"
        case "quiet":
            return ward.stay.alerts.contains { $0.isActive && $0.ruleID == wanted[1] }
                ? "alert" : "quiet \(wanted[1])"
        case "proposal":
            for alert in ward.stay.alerts.reversed() where alert.isActive {
                guard case .proposal(let item, let minutes) = alert.kind else { continue }
                let code = ward.stay.item(item)?.activity.code ?? ""
                guard code == wanted[1] else { continue }
                return "proposal \(code) \(minutes.map(String.init) ?? "stop")"
            }
            return "no proposal"
        case "patients":
            return "patients \(ward.core.state.activeStays.count)"
        default:
            break
        }
        guard let item = ward.stay.activeItem(ActivityCode(wanted[0])) else { return "no item" }
        if wanted[1] == "every" { return "\(wanted[0]) every \(item.intervalMinutes ?? 0)" }
        if wanted[1] == "hold" { return "\(wanted[0]) hold \(item.clinicalHold?.ruleID ?? "none")" }
        if wanted[1] == "gives" {
            return "\(wanted[0]) gives \(item.occurrence?.detail ?? item.detail ?? "nothing")"
        }
        if wanted[1] == "detail" { return "\(wanted[0]) detail \(item.detail ?? "")" }
        guard let occurrence = item.occurrence else { return "\(wanted[0]) waits" }
        let due = zone.local(occurrence.due)
        let days = due.date.daysFromEpoch - (LocalDate(day)?.daysFromEpoch ?? 0)
        var text = "\(wanted[0]) \(occurrence.phase.rawValue)"
        if wanted.count > 2, Priority(word: wanted[2]) != nil {
            text += " \(occurrence.priority.word)"
        } else {
            if days > 0 { text += " +\(days)" }
            text += " \(due.time)"
        }
        return text
    }
}
