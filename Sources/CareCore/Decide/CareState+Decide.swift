extension CareState {
    /// Decides one command at one instant.
    ///
    /// Pure: the same state, command and instant give the same events, byte for byte.
    ///
    /// - Throws: ``Rejection``; the state is as it was.
    package func decide(
        _ command: Command, at now: Instant, by actor: Actor, in context: CareContext
    ) throws(Rejection) -> Decision {
        switch command {
        case .clock(let wakes): return clock(wakes, now, context)
        case .wakeUp(let lastAlive): return wakeUp(lastAlive, now, context)
        case .warn(let template, let ruleID): return warn(template, ruleID, now)
        default: break
        }
        guard let person = actor.person, !person.isEmpty else {
            throw Rejection(
                .unnamed, "Nobody was named: an act needs the person who answers for it.",
                faults: [Fault("by", "is missing", expected: "the name or staff number")])
        }
        switch command {
        case .enroll(let admissions, let keepGoing):
            return try enroll(admissions, keepGoing, now, person, context)
        case .assess(let stay, let changes):
            return try assess(stay, changes, now, person, context)
        case .record(let stay, let reports):
            return try record(stay, reports, now, person, context)
        case .acknowledge(let alert, let resolve, let note):
            return try acknowledge(alert, resolve, note)
        case .decide(let alert, let accept):
            return try decideProposal(alert, accept, now, person, context)
        case .hold(let stay, let request):
            return try hold(stay, request, now, person, context)
        case .resume(let stay, let hold):
            return try resume(stay, hold, now, person, context)
        case .leave(let stay, let request):
            return try leave(stay, request, now, person, context)
        case .comeBack(let stay, let at):
            return try comeBack(stay, at, now, person, context)
        case .transfer(let stay, let ward, let bed):
            return try transfer(stay, ward, bed, now, person, context)
        case .discharge(let stay, let reason):
            return try discharge(stay, reason, now, person, context)
        case .migrate(let stay):
            return try migrate(stay, now, person, context)
        case .clock, .wakeUp, .warn:
            preconditionFailure("the clock's own commands were answered above")
        }
    }

    private func active(_ id: StayID) throws(Rejection) -> Stay {
        guard let stay = self[id], stay.isActive else {
            throw Rejection(.notFound, "There is no active stay \(id).")
        }
        return stay
    }

    private func decider(
        _ stay: Stay, _ now: Instant, _ person: String?, _ context: CareContext
    ) -> StayDecider {
        StayDecider(
            stay, library: context.library(for: stay), zone: context.zone(of: stay.ward), now: now,
            person: person)
    }

    private func decision(_ decider: StayDecider) -> Decision {
        var decision = Decision()
        decision.events = decider.events
        return decision
    }

    // MARK: Enrolment

    private func enroll(
        _ admissions: [Admission], _ keepGoing: Bool, _ now: Instant, _ person: String,
        _ context: CareContext
    ) throws(Rejection) -> Decision {
        var decision = Decision()
        var number = lastStayNumber
        var accepted: [Admission] = []
        // Looked up by ward only.
        var loads: [String: WardLoad] = [:]
        for admission in admissions {
            let faults = faults(of: admission, besides: accepted, context)
            guard faults.isEmpty else {
                decision.refused += faults
                continue
            }
            accepted.append(admission)
            number += 1
            let stay = Stay(
                id: StayID(number), admission: admission.admission, ward: admission.ward,
                bed: admission.bed, enrolledAt: now, assessment: admission.assessment,
                protocolVersion: context.library.version)
            var decider = decider(stay, now, person, context)
            decider.emit(.stayEnrolled(stay))
            decider.plan(.enrolment)
            var load = loads[admission.ward] ?? load(of: admission.ward)
            decider.stagger(besides: load)
            for item in decider.stay.items { decider.clock(item.id) }
            load.add(decider.stay)
            loads[admission.ward] = load
            decision.events += decider.events
            decision.identities[stay.id] = admission.identity
        }
        guard decision.refused.isEmpty || keepGoing && !accepted.isEmpty else {
            let conflict = decision.refused.contains { $0.problem.hasPrefix("is already") }
            throw Rejection(
                conflict ? .conflict : .invalid, "Nobody was enrolled.", faults: decision.refused)
        }
        return decision
    }

    private func load(of ward: String) -> WardLoad {
        var load = WardLoad()
        for stay in activeStays(on: ward) { load.add(stay) }
        return load
    }

    private func faults(
        of admission: Admission, besides accepted: [Admission], _ context: CareContext
    ) -> [Fault] {
        let path = admission.path
        var faults: [Fault] = []
        if context.ward(admission.ward) == nil {
            faults.append(
                Fault(
                    path + "ward", value: admission.ward, "is not a ward of this service",
                    expected: "one of \(context.wards.map(\.id).joined(separator: ", "))"))
        }
        let texts: [(String, String, Int)] = [
            ("bed", admission.bed, 16), ("admission", admission.admission, 64),
            ("name", admission.identity.name, 100),
            ("recordNumber", admission.identity.recordNumber, 64),
        ]
        for (field, text, limit) in texts {
            if let fault = textFault(path + field, text, limit) { faults.append(fault) }
        }
        if let other = stay(ward: admission.ward, bed: admission.bed) {
            faults.append(
                Fault(
                    path + "bed", value: admission.bed,
                    "is already occupied by \(other.id) on ward \(admission.ward)",
                    expected: "a free bed"))
        }
        if let other = stay(admission: admission.admission) {
            faults.append(
                Fault(
                    path + "admission", value: admission.admission,
                    "is already enrolled as \(other.id) in bed \(other.bed)",
                    expected: "each admission once"))
        }
        if accepted.contains(where: { $0.ward == admission.ward && $0.bed == admission.bed }) {
            faults.append(
                Fault(
                    path + "bed", value: admission.bed,
                    "is already given to another stay of this request",
                    expected: "each bed once"))
        }
        if accepted.contains(where: { $0.admission == admission.admission }) {
            faults.append(
                Fault(
                    path + "admission", value: admission.admission,
                    "is already named by another stay of this request",
                    expected: "each admission once"))
        }
        return faults
    }

    /// Text that is shown on a board: not empty, not long, no control or direction-changing characters.
    private func textFault(_ field: String, _ text: String, _ limit: Int) -> Fault? {
        if text.allSatisfy(\.isWhitespace) {
            return Fault(field, "is missing", expected: "1 to \(limit) characters")
        }
        if text.count > limit {
            return Fault(
                field, "has \(text.count) characters", expected: "at most \(limit) characters")
        }
        let forbidden = text.unicodeScalars.first { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
                true
            default: false
            }
        }
        guard let forbidden else { return nil }
        return Fault(
            field,
            "contains the character U+" + String(forbidden.value, radix: 16, uppercase: true),
            expected: "visible characters only")
    }

    // MARK: Assessment

    private func assess(
        _ id: StayID, _ stated: [AssessmentChange], _ now: Instant, _ person: String,
        _ context: CareContext
    ) throws(Rejection) -> Decision {
        let stay = try active(id)
        let changes = stated.filter(stay.assessment.differs)
        var decider = decider(stay, now, person, context)
        guard !changes.isEmpty else { return decision(decider) }
        decider.emit(.assessmentChanged(id, changes: changes, reason: "assessment"))
        for change in changes where change.value == .flag(true) {
            guard let (_, found) = decider.contraindication(against: change.fact) else { continue }
            throw Rejection(
                .contraindicated,
                "\(change.fact.rawValue) is contraindicated: \(found.reason) (\(found.id)).",
                faults: [
                    Fault(
                        "set.\(change.fact.rawValue)", value: "true",
                        "is contraindicated by \(found.id): \(found.reason)",
                        expected: "settle the contraindication first")
                ])
        }
        if let rejection = forbidden(changes, of: stated, from: stay, in: decider) {
            throw rejection
        }
        decider.plan(.assessment)
        for item in decider.stay.items { decider.clock(item.id) }
        return decision(decider)
    }

    /// A step of a state that no transition allows; what is stated again is no step.
    private func forbidden(
        _ changes: [AssessmentChange], of stated: [AssessmentChange], from before: Stay,
        in decider: StayDecider
    ) -> Rejection? {
        let library = decider.library
        for change in changes {
            let all = library.transitions.filter { $0.fact == change.fact }
            guard !all.isEmpty else { continue }
            var next = Transition.unknown
            if case .choice(let state)? = change.value { next = state }
            var present = Transition.unknown
            if case .choice(let state)? = before.assessment[change.fact] { present = state }
            let steps = all.filter { step in
                step.to.contains(next) && (step.from.isEmpty || step.from.contains(present))
            }
            let allowed = steps.contains { step in
                step.requires.holds(decider.stay.assessment, at: decider.now)
                    && step.stated.allSatisfy { fact in stated.contains { $0.fact == fact } }
            }
            guard !allowed else { continue }
            let expected =
                steps.isEmpty
                ? "from \(present) to one of "
                    + all.filter { $0.from.isEmpty || $0.from.contains(present) }
                    .flatMap(\.to).joined(separator: ", ")
                : steps.map { "\($0.message) (\($0.id))" }.joined(separator: "; or ")
            return Rejection(
                .invalid, "\(change.fact.rawValue) was not changed.",
                faults: [
                    Fault(
                        "set.\(change.fact.rawValue)", value: next,
                        "does not follow from \(present) as things stand", expected: expected)
                ])
        }
        return nil
    }

    // MARK: Outcomes

    private func record(
        _ id: StayID, _ reports: [OutcomeReport], _ now: Instant, _ person: String,
        _ context: CareContext
    ) throws(Rejection) -> Decision {
        var decider = decider(try active(id), now, person, context)
        guard !reports.isEmpty else {
            throw Rejection(
                .invalid, "Nothing was reported.",
                faults: [Fault("outcomes", "is empty", expected: "at least one outcome")])
        }
        var settled: [Receipt.Settled] = []
        var faults: [Fault] = []
        for report in reports {
            do {
                settled.append(try decider.record(report))
            } catch {
                guard error.code == .invalid else { throw error }
                faults += error.faults
            }
        }
        guard faults.isEmpty else {
            throw Rejection(.invalid, "Nothing was recorded.", faults: faults)
        }
        // What is overdue by now, for example after a record of the past, is raised at once.
        for item in decider.stay.items { decider.clock(item.id) }
        var decision = decision(decider)
        decision.settled = settled.map { settled in
            Receipt.Settled(
                item: settled.item, activity: settled.activity, outcome: settled.outcome,
                reminder: settled.reminder,
                nextDue: decider.stay.item(settled.item)?.occurrence?.due, note: settled.note)
        }
        return decision
    }

    // MARK: Alerts

    private func alert(_ id: AlertID) throws(Rejection) -> Alert {
        let alerts = id.stay.map { self[$0]?.alerts ?? [] } ?? technicalAlerts
        guard let alert = alerts.first(where: { $0.id == id }) else {
            throw Rejection(.notFound, "There is no alert \(id).")
        }
        return alert
    }

    private func acknowledge(
        _ id: AlertID, _ resolve: Bool, _ note: String?
    ) throws(Rejection) -> Decision {
        let alert = try alert(id)
        guard alert.isActive else {
            throw Rejection(.conflict, "Alert \(id) is already resolved.")
        }
        if case .proposal = alert.kind {
            throw Rejection(
                .conflict, "\(id) is a proposal: confirm it or decline it.")
        }
        var decision = Decision()
        if alert.acknowledged == nil { decision.events.append(.alertAcknowledged(id, note: note)) }
        if resolve { decision.events.append(.alertResolved(id, note: note)) }
        return decision
    }

    private func decideProposal(
        _ id: AlertID, _ accept: Bool, _ now: Instant, _ person: String, _ context: CareContext
    ) throws(Rejection) -> Decision {
        let alert = try alert(id)
        guard case .proposal(let itemID, let minutes) = alert.kind, let stayID = id.stay else {
            throw Rejection(
                .conflict, "\(id) is not a proposal: acknowledge it.")
        }
        guard alert.isActive else {
            throw Rejection(.conflict, "Proposal \(id) was decided before.")
        }
        var decider = decider(try active(stayID), now, person, context)
        decider.emit(.proposalDecided(id, accepted: accept))
        if accept, let item = decider.stay.item(itemID), item.isActive {
            if let minutes {
                if item.schedule == .every {
                    decider.emit(
                        .intervalChanged(
                            itemID, toMinutes: minutes, .confirmed, ruleID: alert.ruleID))
                }
                decider.adoptWantedRule(of: itemID)
            } else {
                decider.emit(.itemEnded(itemID, .noLongerApplies))
                decider.plan(.assessment)
            }
        }
        return decision(decider)
    }

    // MARK: Holds

    private func hold(
        _ id: StayID, _ request: HoldRequest, _ now: Instant, _ person: String,
        _ context: CareContext
    ) throws(Rejection) -> Decision {
        var decider = decider(try active(id), now, person, context)
        let stay = decider.stay
        var faults: [Fault] = []
        let library = context.library(for: stay)
        let rule = library.hold(request.reason)
        if rule == nil {
            faults.append(
                Fault(
                    "reason", value: request.reason, "is not a hold reason",
                    expected: "one of "
                        + library.holds.map(\.reason).joined(separator: ", ")))
        }
        if request.until <= now {
            faults.append(
                Fault(
                    "until", value: request.until.description, "is not in the future",
                    expected: "after \(now)"))
        } else if let rule, request.until > now.adding(minutes: rule.ceilingMinutes) {
            faults.append(
                Fault(
                    "until", value: request.until.description,
                    "is longer than a hold for \(rule.reason) may last",
                    expected: "at most \(spoken(minutes: rule.ceilingMinutes)), that is until "
                        + "\(now.adding(minutes: rule.ceilingMinutes))"))
        }
        for code in request.activities where stay.activeItem(code) == nil {
            faults.append(
                Fault(
                    "activities", value: code.code, "is not a care item of \(id)",
                    expected: "one of "
                        + stay.items.filter(\.isActive).map(\.activity.code).joined(separator: ", ")
                ))
        }
        guard faults.isEmpty else {
            throw Rejection(.invalid, "No hold was placed.", faults: faults)
        }
        let hold = Hold(
            id: HoldID(stay: id, number: stay.holds.count + 1), activities: request.activities,
            reason: request.reason, note: request.note, from: now, until: request.until,
            placedBy: person, absence: nil, begun: true)
        decider.emit(.holdPlaced(hold))
        for item in stay.items where item.isActive && hold.covers(item.activity) {
            decider.hush(item.id)
        }
        return decision(decider)
    }

    private func resume(
        _ id: StayID, _ holdID: HoldID?, _ now: Instant, _ person: String, _ context: CareContext
    ) throws(Rejection) -> Decision {
        var decider = decider(try active(id), now, person, context)
        let held = decider.stay.holds.filter {
            $0.isActive && (holdID == nil ? $0.absence == nil : $0.id == holdID)
        }
        guard !held.isEmpty else {
            if let holdID {
                throw Rejection(.notFound, "There is no hold \(holdID) in force.")
            }
            throw Rejection(.conflict, "No hold of \(id) is in force.")
        }
        for hold in held { decider.endHold(hold, byTime: false) }
        return decision(decider)
    }

    // MARK: Where the patient is

    /// Longer than any absence; after it everything reminds again, back or not.
    private static let longestAbsence = 1_440

    private func leave(
        _ id: StayID, _ request: LeaveRequest, _ now: Instant, _ person: String,
        _ context: CareContext
    ) throws(Rejection) -> Decision {
        var decider = decider(try active(id), now, person, context)
        if let present = decider.stay.absence {
            throw Rejection(
                .conflict,
                "\(id) \(present.begun ? "is off the ward" : "has an absence planned") already "
                    + "(\(present.id)): end that first.")
        }
        let at = request.at ?? now
        var faults: [Fault] = []
        if at < now.adding(minutes: -720) || at < decider.stay.enrolledAt {
            faults.append(
                Fault(
                    "at", value: at.description, "lies too far back",
                    expected: "at most 12 h ago and after enrolment"))
        }
        if request.dueBack <= max(at, now) {
            faults.append(
                Fault(
                    "dueBack", value: request.dueBack.description, "is not after leaving and now",
                    expected: "after \(max(at, now))"))
        } else if request.dueBack > at.adding(minutes: Self.longestAbsence) {
            faults.append(
                Fault(
                    "dueBack", value: request.dueBack.description, "is too long an absence",
                    expected: "at most 24 h after leaving, or a discharge"))
        }
        guard faults.isEmpty else {
            throw Rejection(.invalid, "No absence was recorded.", faults: faults)
        }
        let hold = Hold(
            id: HoldID(stay: id, number: decider.stay.holds.count + 1), activities: [],
            reason: "absence", note: request.note, from: at,
            until: request.dueBack.adding(minutes: Self.longestAbsence), placedBy: person,
            absence: Hold.Absence(kind: request.kind, dueBack: request.dueBack),
            begun: at <= now)
        decider.emit(.holdPlaced(hold))
        if hold.begun { decider.leave(hold) } else { decider.prepareToLeave() }
        return decision(decider)
    }

    private func comeBack(
        _ id: StayID, _ at: Instant?, _ now: Instant, _ person: String, _ context: CareContext
    ) throws(Rejection) -> Decision {
        var decider = decider(try active(id), now, person, context)
        guard let hold = decider.stay.absence else {
            throw Rejection(.conflict, "\(id) is not off the ward.")
        }
        let returned = at ?? now
        guard returned <= now, returned >= min(hold.from, now) else {
            throw Rejection(
                .invalid, "The return was not recorded.",
                faults: [
                    Fault(
                        "at", value: returned.description, "is not between leaving and now",
                        expected: "from \(hold.from) to \(now)")
                ])
        }
        decider.endHold(hold, byTime: false, at: returned)
        for item in decider.stay.items { decider.clock(item.id) }
        return decision(decider)
    }

    private func transfer(
        _ id: StayID, _ ward: String, _ bed: String, _ now: Instant, _ person: String,
        _ context: CareContext
    ) throws(Rejection) -> Decision {
        let stay = try active(id)
        var faults: [Fault] = []
        if context.ward(ward) == nil {
            faults.append(
                Fault(
                    "ward", value: ward, "is not a ward of this service",
                    expected: "one of \(context.wards.map(\.id).joined(separator: ", "))"))
        }
        if let fault = textFault("bed", bed, 16) { faults.append(fault) }
        guard faults.isEmpty else {
            throw Rejection(.invalid, "\(id) was not transferred.", faults: faults)
        }
        if stay.ward == ward, stay.bed == bed {
            throw Rejection(.conflict, "\(id) is in bed \(bed) on ward \(ward) already.")
        }
        if let other = self.stay(ward: ward, bed: bed) {
            throw Rejection(
                .conflict, "Bed \(bed) on ward \(ward) is occupied by \(other.id).")
        }
        var first = decider(stay, now, person, context)
        first.emit(.stayTransferred(id, ward: ward, bed: bed))
        guard context.zone(of: ward) != context.zone(of: stay.ward) else { return decision(first) }
        var second = decider(first.stay, now, person, context)
        second.resetSlots()
        var decision = decision(first)
        decision.events += second.events
        return decision
    }

    private func discharge(
        _ id: StayID, _ reason: Stay.DischargeReason, _ now: Instant, _ person: String,
        _ context: CareContext
    ) throws(Rejection) -> Decision {
        var decider = decider(try active(id), now, person, context)
        for item in decider.stay.items where item.isActive {
            decider.emit(.itemEnded(item.id, .discharged))
        }
        for alert in decider.stay.alerts where alert.isActive {
            decider.emit(.alertResolved(alert.id, note: "discharged"))
        }
        for hold in decider.stay.holds where hold.isActive {
            decider.emit(.holdEnded(hold.id, byTime: false))
        }
        decider.emit(.stayDischarged(id, reason))
        return decision(decider)
    }

    // MARK: Time

    private func clock(_ wakes: [Wake], _ now: Instant, _ context: CareContext) -> Decision {
        var result = Decision()
        // One decider a stay, so that two timers of one stay see each other's events.
        var deciders: [StayID: StayDecider] = [:]
        var order: [StayID] = []
        for wake in wakes {
            let id = wake.stay
            guard let stay = self[id], stay.isActive else { continue }
            if deciders[id] == nil {
                deciders[id] = decider(stay, now, nil, context)
                order.append(id)
            }
            switch wake {
            case .item(let item):
                deciders[id]?.clock(item)
            case .hold(let hold):
                deciders[id]?.clock(hold)
            case .watch:
                deciders[id]?.clockWatches()
            }
        }
        for id in order { result.events += deciders[id]?.events ?? [] }
        return result
    }

    /// Announces the span in which nobody watched: what came due in it, once for each care item.
    private func wakeUp(
        _ lastAlive: Instant, _ now: Instant, _ context: CareContext
    ) -> Decision {
        var result = Decision()
        var fellDue: [ReminderID] = []
        for stay in activeStays {
            var decider = decider(stay, now, nil, context)
            for hold in stay.holds where hold.isActive { decider.clock(hold.id) }
            decider.clockWatches()
            for item in decider.stay.items where item.isActive {
                guard let before = item.occurrence, before.phase == .upcoming, before.due <= now
                else {
                    decider.clock(item.id)
                    continue
                }
                decider.clock(item.id, blind: true)
                if let after = decider.stay.item(item.id), after.occurrence?.isRaised == true,
                    let reminder = after.reminder
                {
                    fellDue.append(reminder)
                }
            }
            result.events += decider.events
        }
        guard lastAlive < now else { return result }
        result.events.insert(.blindTime(from: lastAlive, to: now, fellDue: fellDue), at: 0)
        let minutes = now.minutes(since: lastAlive)
        guard !fellDue.isEmpty || minutes >= 1 else { return result }
        let template = AlertTemplate(
            priority: fellDue.isEmpty ? .low : .medium,
            message: "Nobody was watching from \(lastAlive) to \(now): "
                + "\(fellDue.count) reminder\(fellDue.count == 1 ? "" : "s") came due unannounced. "
                + "Check with the ward what was done meanwhile.",
            who: "nurse in charge")
        result.events.append(
            .alertRaised(
                Alert(
                    id: AlertID(stay: nil, number: lastTechnicalAlertNumber + 1),
                    ruleID: "BLIND-TIME", kind: .technical, priority: template.priority,
                    message: template.message, who: template.who, raisedAt: now, actBy: nil,
                    evidence: nil, cause: .service)))
        return result
    }
}

extension Wake {
    /// The stay that the timer belongs to.
    package var stay: StayID {
        switch self {
        case .item(let item): item.stay
        case .hold(let hold): hold.stay
        case .watch(let watch): watch.stay
        }
    }
}
