import CareCore
import ControlAPI

/// Keeps what the events of the core say about every occurrence.
struct SimulationRecorder {
    let context: CareContext
    private(set) var refused: [SimulatedRefusal] = []
    /// Events that the case says must be refused, and that were not.
    private(set) var accepted: [CaseEvent] = []
    /// Looked up by number; lists go through the state.
    private var stays: [StayID: Trace] = [:]

    /// What the state does not keep.
    private struct Trace {
        var places: [(from: Instant, ward: String, bed: String)] = []
        var items: [ItemID: ItemTrace] = [:]
        var accepted: [AlertID: Bool] = [:]
        var changes: [SimulatedChange] = []
    }

    private struct ItemTrace {
        /// In the order in which they were set.
        var occurrences: [OccurrenceTrace] = []
        var unscheduled: [SimulatedOutcome] = []
        var intervals: [SimulatedInterval] = []
    }

    private struct OccurrenceTrace {
        let occurrence: Occurrence
        var rule: String
        var detail: String?
        var raisedAt: Instant?
        var held = false
        var heldBecause: String?
        var steps: [(at: Instant, priority: Priority)] = []
        var outcome: SimulatedOutcome?
        var missed: (at: Instant, reason: MissedReason)?
        var endedAt: Instant?

        /// Whether it is a row: it came due, or was settled before.
        var counts: Bool { raisedAt != nil || outcome != nil || missed != nil }
    }

    init(context: CareContext) {
        self.context = context
    }

    // MARK: Events

    mutating func note(_ event: Event, at: Instant, byEvent: Bool, state: CareState) {
        guard let id = event.stay else { return }
        switch event {
        case .stayEnrolled(let stay):
            stays[id] = Trace(places: [(at, stay.ward, stay.bed)])
        case .stayTransferred(_, let ward, let bed):
            stays[id]?.places.append((at, ward, bed))
        case .itemPlanned(let item):
            stays[id]?.items[item.id] = ItemTrace()
        case .itemEnded(let item, _):
            change(item) {
                if $0.counts, $0.outcome == nil, $0.missed == nil { $0.endedAt = at }
            }
        case .intervalChanged(let item, let minutes, let why, let rule):
            let local = local(at, id)
            stays[id]?.items[item]?.intervals.append(
                SimulatedInterval(
                    at: at.description, local: local, minutes: minutes, why: why.rawValue,
                    rule: rule))
        case .occurrenceSet(let item, let occurrence?):
            let planned = state[id]?.item(item)
            stays[id]?.items[item]?.occurrences.append(
                OccurrenceTrace(
                    occurrence: occurrence, rule: planned?.ruleID ?? "",
                    detail: occurrence.detail ?? planned?.detail))
        case .reminderChanged(let reminder, let phase, let priority, _):
            raise(reminder, phase, priority, at, state)
        case .reminderMissed(let reminder, let reason):
            change(reminder.item) { $0.missed = (at, reason) }
        case .outcomeRecorded(let record):
            note(record, id, byEvent: byEvent)
        case .assessmentChanged(_, let changes, let reason):
            var facts: [String: JSONScalar] = [:]
            for change in changes {
                let raw = change.value.map { change.fact.definition.kind.raw($0) }
                facts[change.fact.rawValue] = raw.map(JSONScalar.init) ?? .null
            }
            let local = local(at, id)
            stays[id]?.changes.append(
                SimulatedChange(at: at.description, local: local, because: reason, facts: facts))
        case .proposalDecided(let alert, let accepted):
            stays[id]?.accepted[alert] = accepted
        default: break
        }
    }

    /// Changes the newest occurrence of an item: it has no other that is open.
    private mutating func change(_ item: ItemID, _ body: (inout OccurrenceTrace) -> Void) {
        guard var occurrences = stays[item.stay]?.items[item]?.occurrences,
            let last = occurrences.indices.last
        else { return }
        body(&occurrences[last])
        stays[item.stay]?.items[item]?.occurrences = occurrences
    }

    private mutating func raise(
        _ reminder: ReminderID, _ phase: Occurrence.Phase, _ priority: Priority, _ at: Instant,
        _ state: CareState
    ) {
        guard let stay = state[reminder.item.stay], let item = stay.item(reminder.item) else {
            return
        }
        let because = heldBecause(item, stay)
        change(reminder.item) { occurrence in
            if occurrence.raisedAt == nil {
                occurrence.raisedAt = at
                occurrence.held = phase == .held
                occurrence.rule = item.ruleID
                occurrence.detail = occurrence.occurrence.detail ?? item.detail
            }
            if phase == .held { occurrence.heldBecause = because }
            if priority > .info { occurrence.steps.append((at, priority)) }
        }
    }

    private func heldBecause(_ item: CareItem, _ stay: Stay) -> String? {
        if let hold = item.clinicalHold { return "\(hold.reason) (\(hold.ruleID))" }
        return stay.holds(on: item.activity).first?.reason
    }

    private mutating func note(_ record: OutcomeRecord, _ id: StayID, byEvent: Bool) {
        var readings: [String: JSONScalar] = [:]
        let fields = context.library.activity(record.activity)?.fields ?? []
        for field in fields {
            if let value = record.readings[field.name] {
                readings[field.name] = JSONScalar(field.kind.raw(value))
            }
        }
        let outcome = SimulatedOutcome(
            outcome: record.outcome.rawValue, at: record.performedAt.description,
            local: local(record.performedAt, id), reason: record.reason, byEvent: byEvent,
            readings: readings)
        if record.reminder != nil {
            change(record.item) { $0.outcome = outcome }
        } else {
            stays[id]?.items[record.item]?.unscheduled.append(outcome)
        }
    }

    // MARK: Refusals

    mutating func refuse(
        _ rejection: Rejection, stay: StayID, at: Instant, what: String, event: CaseEvent?
    ) {
        refused.append(
            SimulatedRefusal(
                event: event?.number ?? -1, line: event?.line ?? 0, stay: stay.description,
                at: at.description, local: local(at, stay), what: what,
                code: rejection.code.rawValue, message: rejection.message,
                faults: rejection.faults.map {
                    FieldFault(
                        field: $0.field, value: $0.value, problem: $0.problem,
                        expected: $0.expected)
                }, expected: event?.refused == rejection.code))
    }

    mutating func noteAccepted(_ event: CaseEvent) {
        accepted.append(event)
    }

    // MARK: The answer

    /// The wall time of the ward in which the patient lay then, with its offset.
    private func local(_ instant: Instant, _ id: StayID) -> String {
        let places = stays[id]?.places ?? []
        let place = places.last { $0.from <= instant } ?? places.first
        let zone = place.map { context.zone(of: $0.ward) } ?? .utc
        return zone.text(instant)
    }

    func answer(_ stay: Stay, from start: Instant, to end: Instant) -> SimulatedStay {
        let trace = stays[stay.id] ?? Trace()
        var answer = SimulatedStay(
            stay: stay.id.description, admission: stay.admission,
            enrolledAt: stay.enrolledAt.description,
            places: trace.places.map { place in
                SimulatedPlace(
                    from: place.from.description, ward: place.ward, bed: place.bed,
                    zone: context.zone(of: place.ward).name)
            })
        answer.dischargedAt = stay.discharged?.at.description
        answer.clockChanges = clockChanges(trace, from: start, to: end)
        answer.items = items(stay, trace, end)
        answer.alerts = stay.alerts.map { alert($0, stay, trace) }
        answer.holds = stay.holds.map { hold in
            HoldView(
                id: hold.id.description, reason: hold.reason,
                activities: hold.activities.map(\.code), from: hold.from.description,
                until: hold.until.description, placedBy: hold.placedBy,
                note: hold.note ?? hold.absence?.kind.rawValue,
                endedAt: hold.endedAt?.description)
        }
        answer.changes = trace.changes
        return answer
    }

    private func clockChanges(
        _ trace: Trace, from start: Instant, to end: Instant
    ) -> [SimulatedClockChange] {
        trace.places.enumerated().flatMap { index, place in
            let until = index + 1 < trace.places.count ? trace.places[index + 1].from : end
            let zone = context.zone(of: place.ward)
            return zone.transitions.filter {
                $0.at > max(start, place.from) && $0.at < until
            }.map { transition in
                let before = zone.offset(at: transition.at.adding(seconds: -1))
                return SimulatedClockChange(
                    at: transition.at.description, local: zone.text(transition.at),
                    minutes: (transition.offset - before) / 60)
            }
        }
    }

    /// Activities in the order of the protocols, each with the rows of all its care items.
    private func items(_ stay: Stay, _ trace: Trace, _ end: Instant) -> [SimulatedItem] {
        context.library.activities.compactMap { activity in
            let items = stay.items.filter { $0.activity == activity.code }
            guard let last = items.last else { return nil }
            var answer = SimulatedItem(
                activity: activity.code.code, term: activity.term, domain: activity.domain)
            for item in items {
                guard let trace = trace.items[item.id] else { continue }
                answer.rows += trace.occurrences.filter { $0.counts }.map { row($0, item, stay) }
                answer.unscheduled += trace.unscheduled
                answer.intervals += trace.intervals
            }
            answer.rows = answer.rows.enumerated().sorted {
                ($0.element.due, $0.offset) < ($1.element.due, $1.offset)
            }.map(\.element)
            answer.endedAt = last.ended?.at.description
            answer.endReason = last.ended?.reason.rawValue
            if last.isActive, let due = last.occurrence?.due, due >= end {
                answer.nextDue = due.description
                answer.nextDueLocal = local(due, stay.id)
            }
            return answer
        }
    }

    private func row(_ trace: OccurrenceTrace, _ item: CareItem, _ stay: Stay) -> SimulatedRow {
        let occurrence = trace.occurrence
        var row = SimulatedRow(
            reminder: ReminderID(item: item.id, occurrence: occurrence.number).description,
            due: occurrence.due.description, dueLocal: local(occurrence.due, stay.id),
            rule: trace.rule, detail: trace.detail, held: trace.held,
            reason: occurrence.reason.rawValue, base: occurrence.base?.description,
            plusMinutes: occurrence.plusMinutes)
        row.heldBecause = trace.heldBecause
        row.slot = occurrence.slot?.description
        if occurrence.ruleID != trace.rule, !occurrence.ruleID.isEmpty {
            row.timedBy = occurrence.ruleID
        }
        if occurrence.lateFrom != occurrence.due { row.lateFrom = occurrence.lateFrom.description }
        row.onTimeUntil = occurrence.onTimeUntil.description
        row.steps = trace.steps.map {
            SimulatedStep(
                at: $0.at.description, local: local($0.at, stay.id), priority: $0.priority.word)
        }
        row.outcome = trace.outcome
        row.missedAt = trace.missed?.at.description
        row.missedReason = trace.missed?.reason.rawValue
        row.endedAt = trace.endedAt?.description
        return row
    }

    private func alert(_ alert: Alert, _ stay: Stay, _ trace: Trace) -> SimulatedAlert {
        var kind = "finding"
        var answer = SimulatedAlert(
            id: alert.id.description, rule: alert.ruleID, kind: kind,
            priority: alert.priority.word, message: alert.message, who: alert.who,
            raisedAt: alert.raisedAt.description, raisedLocal: local(alert.raisedAt, stay.id),
            actBy: alert.actBy?.description)
        switch alert.kind {
        case .finding: break
        case .proposal(let item, let minutes):
            kind = "proposal"
            answer.activity = stay.item(item)?.activity.code
            answer.toMinutes = minutes
            answer.accepted = trace.accepted[alert.id]
        case .query: kind = "query"
        case .technical: kind = "technical"
        }
        answer.kind = kind
        answer.acknowledgedAt = alert.acknowledged?.at.description
        answer.resolvedAt = alert.resolved?.at.description
        answer.resolvedLocal = alert.resolved.map { local($0.at, stay.id) }
        answer.resolvedBecause = alert.resolved?.note
        return answer
    }
}

extension ZoneRules {
    /// RFC 3339 on the wall clock of the zone, for example `2027-07-19T20:00:00+01:00`.
    func text(_ instant: Instant) -> String {
        let offset = offset(at: instant)
        let utc = Instant(seconds: instant.seconds + Int64(offset)).description
        let minutes = (offset < 0 ? -offset : offset) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return utc.dropLast() + (offset < 0 ? "-" : "+") + two(minutes / 60) + ":"
            + two(minutes % 60)
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
