import CareCore
import CareEngine
import ControlAPI

extension ControlService {
    /// `GET /v1/explain/{id}`.
    func explain(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check([])
        guard let subject = Explanation.Subject(exchange.id) else {
            throw Problem(
                .notFound,
                "There is no \(quoted(exchange.id)); a reminder is written like S12.3.45, a care "
                    + "item like S12.3, an alert like S12.A2 or T2.")
        }
        guard let explanation = try await engine.explain(subject) else {
            throw Problem(.notFound, "There is no \(subject.noun) \(quoted(exchange.id)).")
        }
        var stay: Stay?
        if let id = subject.stay { stay = try await engine.stay(id) }
        let context = engine.context
        let now = clock()
        let renderer = ExplanationRenderer(
            explanation, of: stay, in: context,
            parts: try await configuration.protocols?.describe(),
            at: now)
        return try .json(
            ExplainAnswer(
                madeAt: now.description,
                ward: stay.map { WardView(id: $0.ward, zone: explanation.zone.name) },
                subject: renderer.subject, conclusion: renderer.conclusion, steps: renderer.steps,
                demoClockRate: configuration.demoClockRate))
    }
}

extension Explanation.Subject {
    /// Parses `S12.3.45`, `S12.3`, `S12.A2` or `T2`.
    init?(_ text: String) {
        if let reminder = ReminderID(text) {
            self = .reminder(reminder)
        } else if let alert = AlertID(text) {
            self = .alert(alert)
        } else if let reminder = ReminderID(text + ".1") {
            self = .item(reminder.item)
        } else {
            return nil
        }
    }

    var stay: StayID? {
        switch self {
        case .item(let item): item.stay
        case .reminder(let reminder): reminder.item.stay
        case .alert(let alert): alert.stay
        }
    }

    var noun: String {
        switch self {
        case .item: "care item"
        case .reminder: "reminder"
        case .alert: "alert"
        }
    }
}
