package import CareCore
package import ControlAPI

/// Runs a case through the core that ships: the same `decide`, the same `apply`, the same wheel.
///
/// At one instant time comes first, then the events of the case in their order, then everything
/// that reminds and that no event spoke of is done (TM5). An event that does not fit yet, such as
/// the answer to a proposal that only this instant's care brings about, is tried again after that.
package struct Simulator: ~Copyable {
    private let plan: SimulationCase
    private let context: CareContext
    private var core: CareCore
    private var now: Instant
    private var sequence: Int64 = 0
    private var recorder: SimulationRecorder
    /// By the place of the stay in the case.
    private var hands: [Hands]
    private var ids: [StayID?]

    /// Completions that one case may have.
    package static let mostCompletions = 200_000
    private var completions = 0

    /// Who does what in a stay when no event says anything.
    private struct Hands {
        var done: [ActivityCode: Int] = [:]
        var omitted: Set<ActivityCode> = []
        var omitsAll = false
        var takenUpAgain: Set<ActivityCode> = []
    }

    /// Runs a case and compares what came of it with what the case expects.
    ///
    /// - Parameters:
    ///   - only: The activities to list, instead of those that the case names.
    ///   - document: To say where an enrolment is wrong.
    /// - Throws: ``CaseFaults`` when a patient cannot be enrolled as the case says.
    package static func run(
        _ plan: SimulationCase, library: CareLibrary, document: CaseDocument,
        only: [ActivityCode] = []
    ) throws(CaseFaults) -> SimulationAnswer {
        var simulator = Simulator(plan, library: library)
        try simulator.run(document)
        return simulator.answer(only: only.isEmpty ? plan.only : only)
    }

    private init(_ plan: SimulationCase, library: CareLibrary) {
        self.plan = plan
        context = CareContext(library: library, wards: plan.wards)
        core = CareCore(CareState(), now: plan.start)
        now = plan.start
        recorder = SimulationRecorder(context: context)
        hands = plan.stays.map { _ in Hands() }
        ids = plan.stays.map { _ in nil }
    }

    // MARK: The run

    private mutating func run(_ document: CaseDocument) throws(CaseFaults) {
        var events = plan.events[...]
        var waiting = plan.stays.indices.sorted {
            (plan.stays[$0].enrolledAt, $0) < (plan.stays[$1].enrolledAt, $1)
        }[...]
        var turns = 0
        while true {
            tick()
            let arriving = Array(waiting.prefix { plan.stays[$0].enrolledAt <= now })
            waiting = waiting.dropFirst(arriving.count)
            if !arriving.isEmpty { try enrol(arriving, document) }
            var early: [CaseEvent] = []
            while let event = events.first, event.at <= now {
                events.removeFirst()
                if !attempt(event, isLast: false) { early.append(event) }
            }
            try complete()
            for event in early { _ = attempt(event, isLast: true) }
            if !early.isEmpty { try complete() }
            let next = [
                core.nextWake(), events.first?.at, waiting.first.map { plan.stays[$0].enrolledAt },
            ].compactMap { $0 }.min()
            guard let next, next < plan.end else { break }
            turns = next > now ? 0 : turns + 1
            guard turns < 1_000 else { throw tooMuch("time does not get past \(now)") }
            now = max(now, next)
        }
    }

    private func tooMuch(_ problem: String) -> CaseFaults {
        CaseFaults(faults: [
            CaseFault(
                line: 1, column: nil,
                fault: FieldFault(
                    field: "document", value: nil, problem: problem,
                    expected: "a shorter case, or fewer stays"))
        ])
    }

    private mutating func tick() {
        let due = core.takeDue(upTo: now, limit: 100_000)
        guard !due.wakes.isEmpty else { return }
        // The clock is never refused.
        if let decision = try? core.state.decide(
            .clock(due.wakes), at: now, by: .service, in: context)
        {
            commit(decision.events, by: .service, byEvent: false)
        }
        core.rearm(due.wakes)
    }

    private mutating func commit(_ events: [Event], by actor: Actor, byEvent: Bool) {
        var entries: [LedgerEntry] = []
        for event in events {
            sequence += 1
            entries.append(LedgerEntry(sequence: sequence, at: now, actor: actor, event: event))
        }
        core.apply(entries)
        for event in events {
            recorder.note(event, at: now, byEvent: byEvent, state: core.state)
        }
    }

    private mutating func enrol(
        _ places: [Int], _ document: CaseDocument
    ) throws(CaseFaults) {
        let admissions = places.map { place in
            let stay = plan.stays[place]
            return Admission(
                ward: stay.ward, bed: stay.bed, admission: stay.admission,
                identity: Identity(
                    name: "Synthetic Patient \(place + 1)", recordNumber: "SYN-\(place + 1)"),
                assessment: stay.assessment, path: path(place))
        }
        let actor = Actor(person: "case")
        do throws(Rejection) {
            let decision = try core.state.decide(
                .enroll(admissions, keepGoing: false), at: now, by: actor, in: context)
            let before = core.state.lastStayNumber
            commit(decision.events, by: actor, byEvent: true)
            for (index, place) in places.enumerated() { ids[place] = StayID(before + index + 1) }
        } catch {
            let faults = error.faults.isEmpty ? [Fault("stays", error.message)] : error.faults
            throw CaseFaults(
                faults: faults.map { fault in
                    CaseFault(
                        line: document.line(fault.field), column: nil,
                        fault: FieldFault(
                            field: fault.field, value: fault.value.map { "\"\($0)\"" },
                            problem: fault.problem, expected: fault.expected))
                })
        }
    }

    private func path(_ place: Int) -> String {
        plan.stays.count == 1 ? "stay." : "stays[\(place)]."
    }

    // MARK: What nobody spoke of

    private func performs(_ place: Int, _ code: ActivityCode) -> Bool {
        let stay = plan.stays[place]
        let hands = hands[place]
        return !stay.neverPerforms && !stay.neverPerformed.contains(code)
            && !hands.omitted.contains(code)
            && !(hands.omitsAll && !hands.takenUpAgain.contains(code))
    }

    /// Does everything that reminds now, one after another, as far as anybody does it.
    private mutating func complete() throws(CaseFaults) {
        for place in plan.stays.indices {
            while let item = raised(place) {
                completions += 1
                guard completions <= Self.mostCompletions else {
                    throw tooMuch("there are more than \(Self.mostCompletions) completions")
                }
                guard perform(item, place) else { break }
            }
        }
    }

    private func raised(_ place: Int) -> CareItem? {
        guard let id = ids[place], let stay = core.state[id], stay.isActive else { return nil }
        return stay.items.first {
            $0.isActive && $0.occurrence?.isRaised == true && performs(place, $0.activity)
        }
    }

    /// Returns `false` when the engine refused it, which only a fault of this program can cause.
    private mutating func perform(_ item: CareItem, _ place: Int) -> Bool {
        guard let reminder = item.reminder else { return false }
        let actor = Actor(person: "projection")
        let count = hands[place].done[item.activity, default: 0]
        hands[place].done[item.activity] = count + 1
        let stated = plan.stays[place].readings[item.activity] ?? []
        let readings = stated.isEmpty ? nil : stated[min(count, stated.count - 1)]
        var report = OutcomeReport(
            target: .reminder(reminder), outcome: .done,
            readings: (readings ?? []).map { (name: $0.name, value: $0.value) })
        report.isAssumed = readings == nil
        do throws(Rejection) {
            let decision = try core.state.decide(
                .record(item.id.stay, [report]), at: now, by: actor, in: context)
            commit(decision.events, by: actor, byEvent: false)
            return true
        } catch {
            recorder.refuse(
                error, stay: item.id.stay, at: now, what: "done \(item.activity) when due",
                event: nil)
            return false
        }
    }

    // MARK: Events

    /// Returns `false` when it does not fit yet and may be tried again.
    private mutating func attempt(_ event: CaseEvent, isLast: Bool) -> Bool {
        guard let id = ids[event.stay] else { return true }
        let actor = Actor(person: event.person)
        do throws(Rejection) {
            if let command = try command(event, id) {
                let decision = try core.state.decide(command, at: now, by: actor, in: context)
                commit(decision.events, by: actor, byEvent: true)
            }
            if event.refused != nil { recorder.noteAccepted(event) }
            if case .report(let code, _, _, _, _) = event.action { takeUp(code, event.stay) }
            return true
        } catch {
            if !isLast, [.notFound, .conflict].contains(error.code) { return false }
            recorder.refuse(error, stay: id, at: now, what: event.words, event: event)
            return true
        }
    }

    private mutating func takeUp(_ code: ActivityCode, _ place: Int) {
        hands[place].omitted.remove(code)
        hands[place].takenUpAgain.insert(code)
    }

    /// The command that an event stands for; `nil` for what only concerns the projection.
    private mutating func command(_ event: CaseEvent, _ id: StayID) throws(Rejection) -> Command? {
        switch event.action {
        case .report(let code, let outcome, let performedAt, let reason, let readings):
            return .record(
                id,
                [
                    OutcomeReport(
                        target: .activity(code), outcome: outcome, performedAt: performedAt,
                        reason: reason, readings: readings.map { (name: $0.name, value: $0.value) })
                ])
        case .omit(let code?):
            hands[event.stay].omitted.insert(code)
            return nil
        case .omit(nil):
            hands[event.stay].omitsAll = true
            hands[event.stay].takenUpAgain = []
            return nil
        case .assess(let changes): return .assess(id, changes)
        case .hold(let request): return .hold(id, request)
        case .resume: return .resume(id, nil)
        case .leave(let request): return .leave(id, request)
        case .comeBack(let at): return .comeBack(id, at: at)
        case .transfer(let ward, let bed): return .transfer(id, ward: ward, bed: bed)
        case .discharge(let reason): return .discharge(id, reason)
        case .decide(let rule, let accept):
            return .decide(try alert(rule, isProposal: true, id), accept: accept)
        case .acknowledge(let rule, let resolve, let note):
            return .acknowledge(
                try alert(rule, isProposal: false, id), resolve: resolve, note: note)
        }
    }

    /// The newest active alert of a rule.
    private func alert(
        _ rule: String, isProposal: Bool, _ id: StayID
    ) throws(Rejection) -> AlertID {
        let found = core.state[id]?.alerts.last { alert in
            guard alert.isActive, alert.ruleID == rule else { return false }
            if case .proposal = alert.kind { return isProposal }
            return !isProposal
        }
        guard let found else {
            let kind = isProposal ? "proposal" : "alert"
            throw Rejection(.notFound, "There is no open \(kind) of rule \(rule) for \(id).")
        }
        return found.id
    }

    // MARK: The answer

    private func answer(only: [ActivityCode]) -> SimulationAnswer {
        var answer = SimulationAnswer(
            start: plan.start.description, end: plan.end.description,
            protocolVersion: context.library.version)
        answer.title = plan.title
        answer.only = only.map(\.code)
        answer.stays = ids.compactMap { id in
            id.flatMap { core.state[$0] }.map {
                recorder.answer($0, from: plan.start, to: plan.end)
            }
        }
        answer.refused = recorder.refused
        if plan.statesExpectations {
            let expectations = zip(ids, plan.stays).compactMap { id, stay in
                id.flatMap { id in stay.expectation.map { (id.description, $0) } }
            }
            answer.check = CaseCheck.compare(answer, expectations, accepted: recorder.accepted)
        }
        if !only.isEmpty {
            for index in answer.stays.indices {
                answer.stays[index].items.removeAll { !answer.only.contains($0.activity) }
            }
        }
        return answer
    }
}
