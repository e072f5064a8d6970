import CareCore
import ControlAPI

/// The arithmetic of an occurrence in words.
extension ExplanationRenderer {
    func due(_ sum: OccurrenceSum?, _ origin: RuleOrigin) -> ExplainStep {
        guard let occurrence = explanation.occurrence else {
            return ExplainStep(kind: "due", text: "Nothing is due.")
        }
        let adds =
            sum?.due == occurrence.due && sum?.onTimeUntil == occurrence.onTimeUntil
            && sum?.earliest == occurrence.earliest && sum?.steps == occurrence.steps.map(\.at)
        guard let sum, adds else {
            return ExplainStep(
                kind: "due",
                text:
                    "Due \(words.time(occurrence.due)). It was set by an earlier version of sccd, "
                    + "which did not keep the arithmetic.",
                at: occurrence.due.description, sum: view(occurrence, adds: false))
        }
        var text = capitalised(EventSentence.words(occurrence.reason))
        if origin.id != explanation.item?.ruleID { text += ", by \(origin.id)\(status(origin))" }
        text += ": "
        text += occurrence.slot.map { civil(occurrence, $0) } ?? elapsed(occurrence, sum)
        if occurrence.lateFrom != occurrence.due {
            text +=
                " It was to be done before, so lateness counts from "
                + "\(words.time(occurrence.lateFrom))."
        }
        return ExplainStep(
            kind: "due", text: text, at: occurrence.due.description,
            rule: origin.id == explanation.item?.ruleID ? nil : view(origin),
            sum: view(occurrence, adds: true))
    }

    private func elapsed(_ occurrence: Occurrence, _ sum: OccurrenceSum) -> String {
        guard let base = occurrence.base, let plus = occurrence.plusMinutes else { return "" }
        let basis = occurrence.basis
        let brought = basis?.broughtForward ?? 0
        let whole = plus + brought
        var text = words.time(base)
        if whole != 0 {
            text += " \(whole < 0 ? "−" : "+") \(LocalWords.span(whole))\(why(basis?.interval))"
            text += " = \(words.time(sum.plain ?? occurrence.due))"
        }
        if let waking = basis?.waking, let awake = sum.awake {
            text +=
                ", which is outside the waking hours \(waking.from) to \(waking.to), so "
                + words.time(awake)
        }
        if brought > 0 {
            text +=
                ", \(LocalWords.span(brought)) earlier inside its early window, so that the ward "
                + "does not peak"
        }
        if let now = basis?.notBefore {
            text += ", which had passed when it was set at \(words.time(now))"
        }
        return "\(text); so due \(words.time(occurrence.due))."
    }

    private func why(_ interval: Occurrence.Basis.Interval?) -> String {
        switch interval {
        case nil, .rule?: ""
        case .changed?: " (the interval in force)"
        case .ramp?: " (denser at first)"
        case .night?: " (the night's interval)"
        }
    }

    private func civil(_ occurrence: Occurrence, _ slot: TimeOfDay) -> String {
        let date = occurrence.basis?.slotDate ?? words.zone.local(occurrence.due).date
        var text = ""
        if let base = occurrence.base, let plus = occurrence.plusMinutes {
            let days = plus / 1_440
            text +=
                "\(words.day(words.zone.local(base).date)) + "
                + "\(days) day\(days == 1 ? "" : "s") = "
        }
        text += "\(words.day(date)) at \(slot)"
        switch clockChange(occurrence) {
        case "gap":
            text +=
                ". \(slot) does not exist on \(words.day(date)), the clocks change: the first "
                + "valid time is \(words.time(occurrence.due)) (\(offset(occurrence.due)))"
        case "twice":
            text +=
                ". \(slot) comes twice on \(words.day(date)), the clocks change: it counts once, "
                + "at the first (\(offset(occurrence.due)))"
        default: break
        }
        return "\(text); so due \(words.time(occurrence.due))."
    }

    private func clockChange(_ occurrence: Occurrence) -> String? {
        guard let slot = occurrence.slot, let date = occurrence.basis?.slotDate else { return nil }
        let local = words.zone.local(occurrence.due)
        if local.time != slot || local.date != date { return "gap" }
        return words.zone.repetition(of: occurrence.due) == nil ? nil : "twice"
    }

    /// `UTC+1`, `UTC−3:30`.
    private func offset(_ instant: Instant) -> String {
        let minutes = words.zone.offset(at: instant) / 60
        guard minutes != 0 else { return "UTC" }
        let rest = abs(minutes) % 60
        return "UTC\(minutes < 0 ? "−" : "+")\(abs(minutes) / 60)"
            + (rest == 0 ? "" : ":\(rest < 10 ? "0" : "")\(rest)")
    }

    // MARK: The window

    func window(_ basis: Occurrence.Basis?) -> ExplainStep? {
        guard let occurrence = explanation.occurrence, let basis else { return nil }
        var parts = [
            basis.early.map { "counts from \(LocalWords.span($0)) before" } ?? "counts at any time"
        ]
        parts.append("on time until \(text(basis.onTime))")
        for (span, step) in zip(basis.steps, occurrence.steps) {
            parts.append("\(step.priority.word) \(text(span))")
        }
        if occurrence.lapsesAt != nil { parts.append("lapses when the next set is due") }
        return ExplainStep(kind: "window", text: capitalised(parts.joined(separator: ", ")) + ".")
    }

    private func text(_ span: Occurrence.Span) -> String {
        switch span {
        case .minutes(0): "at once"
        case .minutes(let minutes): "\(LocalWords.span(minutes)) after"
        case .endOfDay: "the end of the day"
        case .time(let time, 0): "\(time)"
        case .time(let time, let plus):
            "\(LocalWords.span(plus)) \(plus < 0 ? "before" : "after") \(time)"
        }
    }

    private func capitalised(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    private func view(_ occurrence: Occurrence, adds: Bool) -> ExplainSum {
        let basis = occurrence.basis
        return ExplainSum(
            base: occurrence.base?.description, plusMinutes: occurrence.plusMinutes,
            slot: occurrence.slot?.description, slotDate: basis?.slotDate?.description,
            zone: basis?.zone, waking: basis?.waking.map { "\($0.from)-\($0.to)" },
            broughtForwardMinutes: basis?.broughtForward,
            notBefore: basis?.notBefore?.description, due: occurrence.due.description,
            lateFrom: occurrence.lateFrom.description, earliest: occurrence.earliest?.description,
            onTimeUntil: occurrence.onTimeUntil.description,
            raises: occurrence.steps.map {
                ExplainRaise(at: $0.at.description, priority: $0.priority.word)
            }, clockChange: clockChange(occurrence), adds: adds)
    }
}
