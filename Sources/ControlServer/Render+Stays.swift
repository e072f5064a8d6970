import CareCore
import CareEngine
import ControlAPI

extension StaySummary {
    init(_ stay: Stay) {
        let items = stay.items.filter(\.isActive)
        let raised = items.compactMap(\.occurrence).filter(\.isRaised)
        let visits = stay.visits
        let alerts = stay.alerts.filter(\.isActive)
        let priority = (raised.map(\.priority) + alerts.map(\.priority)).max() ?? .info
        let next =
            items.compactMap { item in
                item.occurrence.flatMap { $0.phase == .held ? nil : (item, $0.due) }
            }.min { ($0.1, $0.0.id) < ($1.1, $1.0.id) }
        self.init(
            id: stay.id.description, ward: stay.ward, bed: stay.bed, admission: stay.admission,
            name: stay.identity?.name, recordNumber: stay.identity?.recordNumber,
            enrolledAt: stay.enrolledAt.description,
            dischargedAt: stay.discharged?.at.description, raisedReminders: raised.count,
            activeAlerts: alerts.count, priority: priority.word,
            nextDue: next?.1.description, nextActivity: next?.0.activity.code,
            onHold: stay.holds.contains { $0.isInForce && $0.activities.isEmpty },
            absence: AbsenceView(stay),
            raisedVisits: Set(raised.map { visits.start(of: $0.due) }).count)
    }
}

extension AbsenceView {
    /// `nil` for a stay that is on the ward and stays there.
    init?(_ stay: Stay) {
        guard stay.isActive, let hold = stay.absence, let absence = hold.absence else { return nil }
        self.init(
            hold: hold.id.description, stay: stay.id.description, ward: stay.ward, bed: stay.bed,
            kind: absence.kind.rawValue, from: hold.from.description,
            dueBack: absence.dueBack.description, away: hold.begun)
    }
}

extension CareItemView {
    init(_ item: CareItem, of stay: Stay, in library: CareLibrary) {
        let rule = library.rule(item.ruleID)
        self.init(
            id: item.id.description, activity: item.activity.code,
            term: library.term(of: item.activity), detail: item.occurrence?.detail ?? item.detail,
            rule: item.ruleID,
            source: rule?.provenance.source ?? "not in the protocols that are loaded now",
            sourceStatus: (rule?.provenance.status ?? .designDefault).rawValue,
            protocolVersion: item.protocolVersion,
            schedule: item.schedule.words(intervalMinutes: item.intervalMinutes),
            intervalMinutes: item.intervalMinutes, lastDoneAt: item.lastDoneAt?.description,
            lastOutcome: item.last?.outcome.rawValue, lastBy: item.last?.person,
            heldBecause: item.isActive ? stay.heldBecause(item) : nil,
            reminder: item.isActive ? ReminderView(item, of: stay, in: library) : nil,
            endedAt: item.ended?.at.description, endReason: item.ended?.reason.rawValue)
    }
}

extension ItemSchedule {
    /// For example `every 2 h`, `08:00, 14:00, 20:00`, `hourly 08:00–21:00` or `with TURN`.
    package func words(intervalMinutes: Int?) -> String {
        switch self {
        case .every:
            return intervalMinutes.map { "every \(spoken(minutes: $0))" } ?? "at intervals"
        case .daily(let times):
            return Self.words(times.sorted())
        case .everyDays(let days, let time):
            return days == 1 ? "daily at \(time)" : "every \(days) days at \(time)"
        case .with(let activity):
            return "with \(activity)"
        case .once:
            return "once"
        }
    }

    private static func words(_ times: [TimeOfDay]) -> String {
        guard let first = times.first, let last = times.last, times.count > 1 else {
            return times.first.map { "daily at \($0)" } ?? "daily"
        }
        let gaps = Set(zip(times, times.dropFirst()).map { $1.minutes - $0.minutes })
        // A handful of times is read more easily as a list.
        guard times.count > 4, gaps.count == 1, let gap = gaps.first else {
            return times.map(\.description).joined(separator: ", ")
        }
        return gap == 60
            ? "hourly \(first)–\(last)" : "every \(spoken(minutes: gap)) \(first)–\(last)"
    }
}

extension HoldView {
    init(_ hold: Hold) {
        self.init(
            id: hold.id.description, reason: hold.reason, activities: hold.activities.map(\.code),
            from: hold.from.description, until: hold.until.description, placedBy: hold.placedBy,
            note: hold.note, endedAt: hold.endedAt?.description,
            absence: hold.absence?.kind.rawValue, dueBack: hold.absence?.dueBack.description)
    }
}

extension JSONScalar {
    init(_ raw: RawValue) {
        switch raw {
        case .flag(let flag): self = .bool(flag)
        case .number(let text): self = .number(text)
        case .text(let text), .other(let text): self = .string(text)
        case .object: self = .string(raw.shown)
        }
    }
}

extension StayAnswer {
    init(_ stay: Stay, at madeAt: Instant, in context: CareContext, demoClockRate: Double?) {
        var assessment: [String: JSONScalar] = [:]
        for (fact, value) in stay.assessment.stated {
            assessment[fact.rawValue] = JSONScalar(fact.definition.kind.raw(value))
        }
        self.init(
            madeAt: madeAt.description,
            ward: WardView(id: stay.ward, zone: context.zone(of: stay.ward).name),
            stay: StaySummary(stay), assessment: assessment,
            scores: stay.assessment.scores.map { ScoreView($0.score, of: $0.scale) },
            items: stay.items.map {
                CareItemView($0, of: stay, in: context.library(for: $0, of: stay))
            },
            alerts: stay.alerts.map { AlertView($0, of: stay) },
            holds: stay.holds.map(HoldView.init), demoClockRate: demoClockRate)
    }
}

extension CatalogueAnswer {
    init(_ library: CareLibrary) {
        self.init(
            facts: Fact.allCases.map { fact in
                FieldView(
                    name: fact.rawValue, meaning: fact.definition.meaning,
                    expects: fact.definition.kind.expectation
                        + (fact.scoredScale.map {
                            "; or its items: `sccctl scale \($0.id.rawValue)`"
                        }
                            ?? ""),
                    required: false)
            },
            activities: library.activities.map { activity in
                ActivityView(
                    code: activity.code.code, term: activity.term, domain: activity.domain,
                    fields: activity.fields.map { field in
                        FieldView(
                            name: field.name, meaning: field.meaning,
                            expects: field.kind.expectation, required: field.required)
                    })
            },
            holdReasons: library.holds.map { hold in
                HoldReasonView(
                    reason: hold.reason, meaning: hold.meaning,
                    ceilingMinutes: hold.ceilingMinutes,
                    sourceStatus: hold.provenance.status.rawValue)
            })
    }
}
