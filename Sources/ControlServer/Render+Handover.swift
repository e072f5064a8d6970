import CareCore
import CareEngine
import ControlAPI

extension ControlService {
    /// `GET /v1/stays/{id}/handover`.
    func handover(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check([])
        let stay = try await knownStay(try stayID(exchange))
        let before = stay.isActive ? stay : try await engine.stayBeforeDischarge(stay.id) ?? stay
        return try .json(
            HandoverAnswer(
                stay, before, at: clock(), in: engine.context,
                demoClockRate: configuration.demoClockRate))
    }
}

extension HandoverAnswer {
    /// - Parameters:
    ///   - stay: As it is now.
    ///   - before: As it was when its care was last going on.
    init(
        _ stay: Stay, _ before: Stay, at now: Instant, in context: CareContext,
        demoClockRate: Double?
    ) {
        let zone = context.zone(of: before.ward)
        let items = before.items.filter(\.isActive)
        var rows: [CourseRow] = []
        for item in items {
            let rule = context.library(for: item, of: before).rule(item.ruleID)
            rows += rule?.course?.table(before.assessment, in: zone) ?? []
        }
        let topics = HandoverTopics(
            stay: before, library: context.library(for: before),
            words: LocalWords(
                zone: zone, today: zone.local(now).date, withSeconds: false), taper: rows)
        var assessment: [String: JSONScalar] = [:]
        for (fact, value) in before.assessment.stated {
            assessment[fact.rawValue] = JSONScalar(fact.definition.kind.raw(value))
        }
        self.init(
            madeAt: now.description, ward: WardView(id: before.ward, zone: zone.name),
            stay: StaySummary(stay), topics: topics.all,
            care: items.map {
                HandoverCare($0, of: before, in: context.library(for: $0, of: before))
            },
            taper: rows.map {
                HandoverDose(from: "\($0.from)", to: "\($0.to)", dose: $0.dose)
            }, alerts: before.alerts.filter(\.isActive).map { AlertView($0, of: before) },
            holds: before.holds.filter(\.isActive).map(HoldView.init), assessment: assessment,
            demoClockRate: demoClockRate)
    }
}

extension HandoverCare {
    init(_ item: CareItem, of stay: Stay, in library: CareLibrary) {
        self.init(
            id: item.id.description, activity: item.activity.code,
            term: library.term(of: item.activity), detail: item.occurrence?.detail ?? item.detail,
            schedule: item.schedule.words(intervalMinutes: item.intervalMinutes),
            intervalMinutes: item.intervalMinutes, rule: item.ruleID,
            lastDoneAt: item.lastDoneAt?.description,
            nextDue: item.occurrence?.due.description, heldBecause: stay.heldBecause(item),
            staff: stay.people(for: item.activity, in: library))
    }
}

/// What facts DIS-1 wants said, in sentences; a topic that does not concern the patient is left out.
private struct HandoverTopics {
    let stay: Stay
    let library: CareLibrary
    let words: LocalWords
    let taper: [CourseRow]

    var all: [HandoverTopic] {
        let topics: [(String, String?)] = [
            ("spine", spine), ("turning", turning), ("ulcers", ulcers), ("surface", surface),
            ("catheter", catheter), ("catheterisation", care("IC", "Intermittent catheterisation")),
            ("bowel", bowel), ("anticoagulant", anticoagulant), ("steroid", steroid),
            ("steroid-card", steroidCard), ("dysreflexia", dysreflexia),
        ]
        return topics.compactMap { topic, text in
            text.map { HandoverTopic(topic: topic, text: $0) }
        }
    }

    // MARK: Looking up

    private func choice(_ fact: Fact) -> String? {
        guard case .choice(let choice)? = stay.assessment[fact], choice != "none" else {
            return nil
        }
        return choice
    }

    private func text(_ fact: Fact) -> String? {
        stay.assessment[fact].map {
            words.value(SeenValue(name: .fact(fact), value: $0, tests: []))
        }
    }

    private func next(_ code: String) -> String? {
        stay.activeItem(ActivityCode(code))?.occurrence.map { words.time($0.due) }
    }

    /// For example "Intermittent catheterisation every 6 h, last 08:00, next 14:00".
    private func care(_ code: String, _ name: String) -> String? {
        guard let item = stay.activeItem(ActivityCode(code)) else { return nil }
        var parts = [
            "\(name) \(item.schedule.words(intervalMinutes: item.intervalMinutes))"
        ]
        if let done = item.lastDoneAt { parts.append("last \(words.time(done))") }
        if let next = next(code) { parts.append("next \(next)") }
        if let why = stay.heldBecause(item) { parts.append("held: \(why)") }
        return parts.joined(separator: ", ") + "."
    }

    // MARK: Topics

    private var spine: String? {
        guard let state = choice(.spineState) else { return nil }
        let detail = stay.activeItem(ActivityCode("TURN"))?.detail.map { "; turning: \($0)" } ?? ""
        return "Spine state \(state)\(detail)."
    }

    private var turning: String? { care("TURN", "Turning") }

    private var ulcers: String? {
        var parts: [String] = []
        if let category = choice(.ulcerCategory) {
            parts.append("worst pressure ulcer \(category)")
        }
        if stay.assessment.isTrue(.seatedUlcer) { parts.append("ischial or sacral ulcer") }
        if stay.assessment.isTrue(.skinNonBlanching) {
            parts.append("a site with non-blanching erythema is being watched")
        }
        let sites = stay.alerts.compactMap { alert -> String? in
            guard alert.isActive, case .choice(let site)? = alert.evidence?.readings["site"] else {
                return nil
            }
            return site
        }
        if !sites.isEmpty {
            var seen: Set<String> = []
            parts.append("at \(LocalWords.list(sites.filter { seen.insert($0).inserted }))")
        }
        return parts.isEmpty ? nil : "Skin: \(parts.joined(separator: ", "))."
    }

    private var surface: String? {
        choice(.specialSurface).map {
            "Support surface: \($0)" + (stay.assessment.isTrue(.surfaceFault) ? ", at fault" : "")
                + "."
        }
    }

    private var catheter: String? {
        guard let kind = choice(.catheter) else { return nil }
        var parts = ["Catheter \(kind)" + (choice(.catheterMaterial).map { ", \($0)" } ?? "")]
        parts.append(text(.catheterChangedAt).map { "changed \($0)" } ?? "date of change unknown")
        if let next = next("CATH-CHG") { parts.append("next change \(next)") }
        if let bag = text(.drainageBagChangedAt) { parts.append("bag changed \(bag)") }
        if let next = next("CATH-BAG") { parts.append("next bag \(next)") }
        return parts.joined(separator: ", ") + "."
    }

    private var bowel: String? {
        guard let item = stay.activeItem(ActivityCode("BOWEL")) else {
            return text(.lastUsefulMotionAt).map { "Last useful bowel motion \($0)." }
        }
        var parts = ["Bowel programme " + item.schedule.words(intervalMinutes: nil)]
        if let pattern = choice(.bowelPattern) { parts[0] += " (\(pattern))" }
        if let motion = text(.lastUsefulMotionAt) { parts.append("last useful motion \(motion)") }
        if let done = item.lastDoneAt { parts.append("last done \(words.time(done))") }
        if let next = next("BOWEL") { parts.append("next \(next)") }
        return parts.joined(separator: ", ") + "."
    }

    private var anticoagulant: String? {
        guard let drug = choice(.anticoagulant) else { return nil }
        var parts = [drug + (text(.anticoagulantDoseMg).map { " \($0)" } ?? "")]
        if let last = text(.anticoagulantLastDoseAt) { parts.append("last dose \(last)") }
        if stay.assessment.isTrue(.anticoagulantWithheld) {
            parts.append("withheld by decision")
        } else if let next = next("AC-DOSE") {
            parts.append("next dose \(next)")
        }
        if let item = stay.activeItem(ActivityCode("AC-DOSE")), let why = stay.heldBecause(item) {
            parts.append("held: \(why)")
        }
        if let next = next("AC-CHK") { parts.append("next check \(next)") }
        if let next = next("LAB-PLT") { parts.append("platelets \(next)") }
        if let next = next("LAB-RENAL") { parts.append("renal function \(next)") }
        parts.append("state when it is to stop")
        return "Anticoagulant: \(parts.joined(separator: ", "))."
    }

    private var steroid: String? {
        guard let dose = text(.dexamethasoneMg) else { return nil }
        let now = stay.activeItem(ActivityCode("DEX"))?.occurrence
        var parts = ["Dexamethasone as prescribed \(dose) a day"]
        if let now {
            parts.append("next \(words.time(now.due))" + (now.detail.map { ": \($0)" } ?? ""))
        }
        parts.append(
            taper.isEmpty
                ? "when the taper begins is not stated yet"
                : "taper from \(words.day(taper[0].from)), over after "
                    + words.day(taper[taper.count - 1].to))
        if stay.assessment.isTrue(.gastricProtection) { parts.append("with gastric protection") }
        return parts.joined(separator: ", ") + "."
    }

    private var steroidCard: String? {
        stay.assessment[.dexamethasoneMg].map { _ in
            "Steroid card and sick-day rules go with the patient: not to be stopped abruptly."
        }
    }

    private var dysreflexia: String? {
        guard case .level(let level)? = stay.assessment[.lesionLevel],
            let limit = SpinalLevel("T6"), level <= limit
        else { return nil }
        var text = "Lesion \(level), at or above T6: the dysreflexia card goes with the patient"
        if let own = self.text(.baselineSystolic) { text += ", own systolic pressure \(own)" }
        if stay.assessment.isTrue(.dysreflexia) { text += "; an episode is going on" }
        if let last = self.text(.dysreflexiaResolvedAt) { text += "; last episode ended \(last)" }
        return text + "."
    }
}
