import CareCore
import ControlAPI

/// Puts an explanation into sentences and values.
struct ExplanationRenderer {
    let explanation: Explanation
    let stay: Stay?
    let library: CareLibrary
    /// The parts of the current protocols, which know files and signatures.
    let parts: ProtocolsAnswer?
    let words: LocalWords

    init(
        _ explanation: Explanation, of stay: Stay?, in context: CareContext,
        parts: ProtocolsAnswer?, at now: Instant
    ) {
        self.explanation = explanation
        self.stay = stay
        self.library = context.library
        self.parts = parts
        let zone = explanation.zone
        // The day that most of the times lie on, so that they are told without it.
        let day = explanation.occurrence?.due ?? explanation.alert?.raisedAt ?? now
        words = LocalWords(zone: zone, today: zone.local(day).date)
    }

    var subject: ExplainSubject {
        let id: String
        let kind: String
        switch explanation.subject {
        case .item(let item): (id, kind) = (item.description, "care-item")
        case .reminder(let reminder): (id, kind) = (reminder.description, "reminder")
        case .alert(let alert): (id, kind) = (alert.description, "alert")
        }
        let item = explanation.item
        return ExplainSubject(
            id: id, kind: kind, stay: stay?.id.description, ward: stay?.ward, bed: stay?.bed,
            activity: item?.activity.code, term: item.map { library.term(of: $0.activity) },
            detail: explanation.occurrence?.detail ?? item?.detail)
    }

    // MARK: The conclusion

    var conclusion: String {
        if let alert = explanation.alert {
            let by = alert.actBy.map { ", by \(words.time($0))" } ?? ""
            return "\(alert.priority.word): \(alert.message). For \(alert.who)\(by)."
        }
        if let occurrence = explanation.occurrence { return conclusion(occurrence) }
        guard let item = explanation.item else { return "" }
        if let end = item.ended {
            return "Nothing is due: it ended \(words.time(end.at)), "
                + "\(EventSentence.words(end.reason))."
        }
        return "Nothing is due now."
    }

    private func conclusion(_ occurrence: Occurrence) -> String {
        let day = words.zone.local(occurrence.due).date
        var text =
            "Due \(words.day(day)) \(words.time(occurrence.due)), on time until "
            + words.time(occurrence.onTimeUntil)
        for step in occurrence.steps {
            text += ", \(step.priority.word) from \(words.time(step.at))"
        }
        if let lapse = occurrence.lapsesAt {
            text += ", over at \(words.time(lapse)) when the next set takes its place"
        }
        if occurrence.phase == .held { text += "; held, so nobody is reminded" }
        return text + "."
    }

    // MARK: The steps

    var steps: [ExplainStep] {
        explanation.steps.flatMap { step -> [ExplainStep] in
            switch step {
            case .rule(let origin): rule(origin)
            case .values(let values, let at): [self.values(values, at)]
            case .interval(let minutes, let base, let by): [interval(minutes, base, by)]
            case .last(let last, let doneAt): [self.last(last, doneAt)]
            case .neverDone(let since):
                [
                    ExplainStep(
                        kind: "last-done",
                        text: "Not done yet since it was planned \(words.time(since)).",
                        at: since.description)
                ]
            case .clinicalHold(let hold, let origin):
                [
                    ExplainStep(
                        kind: "hold",
                        text: "Held by rule \(hold.ruleID): \(hold.reason)\(status(origin)).",
                        rule: view(origin))
                ]
            case .hold(let hold, let origin): [self.hold(hold, origin)]
            case .window(let basis): window(basis).map { [$0] } ?? []
            case .due(let sum, let origin): [due(sum, origin)]
            case .waits(let parent):
                [
                    ExplainStep(
                        kind: "due",
                        text: "It is due together with the next \(parent), which is not set yet.")
                ]
            case .nothingDue:
                [ExplainStep(kind: "due", text: "It has had all its occurrences.")]
            case .ended(let end):
                [
                    ExplainStep(
                        kind: "ended",
                        text: "It ended \(words.time(end.at)): \(EventSentence.words(end.reason)).",
                        at: end.at.description)
                ]
            case .raised(let since, let phase, let priority):
                [
                    ExplainStep(
                        kind: "state",
                        text: phase == .held
                            ? "Reminded since \(words.time(since)); held now."
                            : "Reminded since \(words.time(since)), now \(priority.word).",
                        at: since.description)
                ]
            case .became(let became): [self.became(became)]
            case .escalated(let from, let because):
                [
                    ExplainStep(
                        kind: "priority",
                        text: "Raised from \(from.word) to "
                            + "\(explanation.alert?.priority.word ?? "") because of "
                            + LocalWords.list(because.map(words.sentence)) + ".",
                        values: because.map(view))
                ]
            case .proposes(let id, let activity, let from, let to):
                [proposes(id, activity, from, to)]
            case .goodSince(let since):
                [
                    ExplainStep(
                        kind: "good-since",
                        text: "Every recorded value was good since \(words.time(since)).",
                        at: since.description)
                ]
            case .act(let who, let by):
                [
                    ExplainStep(
                        kind: "act",
                        text: "For \(who)" + (by.map { ", by \(words.time($0))" } ?? "") + ".",
                        at: by?.description)
                ]
            case .acknowledged(let mark): [self.mark("acknowledged", "Seen", mark)]
            case .resolved(let mark): [self.mark("resolved", "Over", mark)]
            case .ends(let end): [ExplainStep(kind: "ends", text: text(end))]
            }
        }
    }

    // MARK: Rules

    private func rule(_ origin: RuleOrigin) -> [ExplainStep] {
        let view = view(origin)
        var steps: [ExplainStep] = []
        if let source = view.source {
            steps.append(
                ExplainStep(kind: "source", text: source + status(origin) + ".", rule: nil))
        }
        if origin.kind != .program {
            var text = view.protocolVersion
            if let place = view.place { text += " (\(place))" }
            if let item = explanation.item, explanation.alert == nil,
                item.protocolVersion != origin.version
            {
                text += "; planned with \(item.protocolVersion), which cannot be read any more"
            }
            steps.append(ExplainStep(kind: "protocol", text: text + "."))
        }
        steps.append(ExplainStep(kind: "rule", text: name(origin) + cause + ".", rule: view))
        return steps
    }

    /// Why the rule raised an alert, where its kind does not say.
    private var cause: String {
        switch explanation.alert?.cause {
        case .query?: ", which asks the prescriber"
        case .order?: ", against what was ordered"
        case .notDone?: ": the care was not done"
        case .lapsed?: ": sets in a row were missed"
        case .lessCare?: ": the assessment asks for less care"
        case .protocols?: ": the protocols no longer have the activity"
        case nil, .finding?, .watch?, .refused?, .hold?, .lengthening?, .service?: ""
        }
    }

    private func name(_ origin: RuleOrigin) -> String {
        switch origin.kind {
        case .rule: "Rule \(origin.id)"
        case .finding: "Finding \(origin.id)" + (origin.activity.map { " of \($0)" } ?? "")
        case .watch: "\(origin.id), which the service watches"
        case .standing: "\(origin.id), which holds several activities"
        case .hold: "Hold \(origin.id)"
        case .contraindication: "Contraindication \(origin.id)"
        case .lengthening: "\(origin.id), which proposes longer intervals"
        case .refusal: "\(origin.id): care was refused"
        case .program: "\(origin.id), a rule of the program itself"
        case .gone: "\(origin.id), which is not in the protocols that are loaded now"
        case .other: origin.id
        }
    }

    /// In parentheses, how far the source was confirmed.
    func status(_ origin: RuleOrigin) -> String {
        let view = view(origin)
        if let by = view.signedBy, let on = view.signedOn { return " (signed by \(by) on \(on))" }
        return switch origin.provenance?.status {
        case nil: ""
        case .confirmed?: " (confirmed)"
        case .knowledge?: " (K: from knowledge, needs local sign-off)"
        case .designDefault?: " (D: a design default, needs local sign-off)"
        }
    }

    func view(_ origin: RuleOrigin) -> ExplainRule {
        let part = part(origin)
        let signature = part?.signature.flatMap { $0.current ? $0 : nil }
        return ExplainRule(
            id: origin.id, kind: origin.kind.rawValue, source: origin.provenance?.source,
            sourceStatus: origin.provenance?.status.rawValue,
            needsSignOff: signature == nil && origin.provenance?.needsSignOff == true,
            signedBy: signature?.by, signedOn: signature?.on,
            protocolVersion: part.map { "\($0.protocolID) \($0.protocolVersion)" }
                ?? origin.version,
            place: part.map { "\($0.file):\($0.line)" })
    }

    /// The part of the current protocols; earlier ones have no description any more.
    private func part(_ origin: RuleOrigin) -> ProtocolPartView? {
        guard let parts, parts.version == origin.version else { return nil }
        let found = parts.parts.filter { $0.id == origin.id && !$0.switchedOff }
        return found.first { $0.kind == origin.kind.rawValue && $0.of == origin.activity?.code }
            ?? found.first { $0.kind == origin.kind.rawValue } ?? found.first
    }

    private func view(_ seen: SeenValue) -> ExplainValue {
        ExplainValue(
            name: seen.name.text, meaning: seen.name.meaning,
            value: seen.value.map { JSONScalar(seen.name.kind.raw($0)) } ?? .null,
            tests: seen.tests.compactMap { words.text($0, seen.name.kind) })
    }

    private func values(_ values: [SeenValue], _ at: Instant) -> ExplainStep {
        let seen = LocalWords.list(values.map(words.sentence))
        let verb = explanation.alert == nil ? "Applies because of" : "Seen:"
        return ExplainStep(
            kind: "values", text: "\(verb) \(seen); as of \(words.time(at)).", at: at.description,
            values: values.map(view))
    }

    private func interval(_ minutes: Int, _ base: Int?, _ by: RuleOrigin?) -> ExplainStep {
        var text = "Every \(LocalWords.span(minutes))"
        if let base, base != minutes { text += " instead of every \(LocalWords.span(base))" }
        if let by { text += ", by \(by.id)\(status(by))" }
        return ExplainStep(kind: "interval", text: text + ".", rule: by.map(view))
    }

    private func last(_ last: LastOutcome, _ doneAt: Instant?) -> ExplainStep {
        var text: String
        switch last.outcome {
        case .done: text = "Last done \(words.time(last.performedAt)) by \(last.person)"
        case .refused: text = "Refused \(words.time(last.performedAt)), told by \(last.person)"
        case .unable: text = "Not possible \(words.time(last.performedAt)), told by \(last.person)"
        case .skipped: text = "Skipped \(words.time(last.performedAt)) by \(last.person)"
        }
        if last.outcome != .done || doneAt != last.performedAt {
            text += doneAt.map { "; last done \(words.time($0))" } ?? "; never done before"
        }
        return ExplainStep(
            kind: "last-done", text: text + ".", at: last.performedAt.description, by: last.person)
    }

    private func hold(_ hold: Hold, _ origin: RuleOrigin?) -> ExplainStep {
        var text: String
        if let absence = hold.absence {
            text =
                "Off the ward since \(words.time(hold.from)) (\(absence.kind.rawValue)), due "
                + "back \(words.time(absence.dueBack)); \(hold.id), by \(hold.placedBy)"
        } else {
            text =
                "On hold from \(words.time(hold.from)) until \(words.time(hold.until)): "
                + "\(hold.reason); \(hold.id), by \(hold.placedBy)"
            if let origin { text += status(origin) }
        }
        text += "."
        return ExplainStep(
            kind: "hold", text: text, at: hold.from.description, by: hold.placedBy,
            rule: origin.map(view))
    }

    // MARK: Alerts and proposals

    private func proposes(
        _ id: ItemID, _ activity: ActivityCode?, _ from: Int?, _ to: Int?
    ) -> ExplainStep {
        let name = activity?.code ?? id.description
        guard let to else {
            return ExplainStep(kind: "proposes", text: "Proposes to stop \(name) (\(id)).")
        }
        let now = from.map { " instead of every \(LocalWords.span($0))" } ?? ""
        return ExplainStep(
            kind: "proposes",
            text: "Proposes \(name) (\(id)) every \(LocalWords.span(to))\(now); less care is never "
                + "taken up without a named person.")
    }

    private func text(_ end: Explanation.AlertEnd) -> String {
        switch end {
        case .byFindings(let ids):
            "Over when \(LocalWords.list(ids, "or")) is found, or when somebody says so "
                + "(`sccctl ack --resolve`)."
        case .withItsCondition: "Over by itself when what raised it no longer holds."
        case .withItsHold: "Over by itself when the hold ends."
        case .byDecision: "Waits for a named person: `sccctl confirm` or `sccctl decline`."
        case .byPerson: "Over when somebody says so: `sccctl ack --resolve`."
        }
    }

    private func mark(_ kind: String, _ word: String, _ mark: Alert.Mark) -> ExplainStep {
        let by = mark.person.map { " by \($0)" } ?? ""
        return ExplainStep(
            kind: kind, text: "\(word) \(words.time(mark.at))\(by).", at: mark.at.description,
            by: mark.person)
    }

    private func became(_ became: Explanation.Became) -> ExplainStep {
        let by = became.person.map { " by \($0)" } ?? ""
        let time = words.time(became.at)
        let text =
            switch became.what {
            case .raised(let priority, let reason):
                "\(time) reminded, \(priority.word)"
                    + (reason == .blindTime ? "; it came due while nobody was watching" : "")
            case .held: "\(time) held"
            case .outcome(let outcome, let performed):
                "\(time) recorded\(by): \(outcome.rawValue) at \(words.time(performed))"
            case .missed(.lapsed): "\(time) missed: the next set took its place"
            case .missed(.held): "\(time) missed: it was on hold until its time was over"
            case .moved(let due, let next, let reason):
                "\(time) replaced by \(next), due \(words.time(due)), \(EventSentence.words(reason))"
            case .ended(let reason): "\(time) ended: \(EventSentence.words(reason))"
            }
        return ExplainStep(
            kind: "became", text: text + ".", at: became.at.description, by: became.person)
    }
}
