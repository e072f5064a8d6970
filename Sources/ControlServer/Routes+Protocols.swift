import CareCore
import CareEngine
import ControlAPI

extension ControlService {
    private var desk: ProtocolDesk {
        get throws(Problem) {
            guard let desk = configuration.protocols else {
                throw Problem(.unavailable, "This service reads no protocol files.")
            }
            return desk
        }
    }

    /// `GET /v1/protocols`.
    func protocols(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check([])
        return try .json(try await desk.describe())
    }

    /// `POST /v1/protocols/reload`.
    func reloadProtocols(_ exchange: Exchange) async throws -> Reply {
        let desk = try desk
        let form = try Form(exchange, known: [])
        return try .json(try await desk.reload(try form.actor()))
    }

    /// `GET /v1/migrations`.
    func migrations(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check(["ward", "stay"])
        var ward = try ward(in: exchange.query)
        let stays: [StayID]
        if let text = exchange.query["stay"] {
            let stay = try await knownStay(try stayID(text))
            if let ward, ward != stay.ward {
                throw Problem(.notFound, "\(stay.id) is not on ward \(ward).")
            }
            ward = stay.ward
            stays = [stay.id]
        } else {
            stays = await engine.snapshot(ward: ward).stays.map(\.id)
        }
        let context = engine.context
        let (at, previews) = try await engine.migrations(stays: stays)
        return try .json(
            MigrationsAnswer(
                madeAt: at.description, wards: views(ofWard: ward),
                version: context.library.version,
                stays: previews.map { MigrationView($0, in: context) },
                demoClockRate: configuration.demoClockRate))
    }

    /// `POST /v1/stays/{id}/migrate`.
    func migrate(_ exchange: Exchange) async throws -> Reply {
        let id = try stayID(exchange)
        let form = try Form(exchange, known: [])
        return try await submit(try form.submission(.migrate(id)))
    }
}

extension MigrationView {
    init(_ preview: MigrationPreview, in context: CareContext) {
        let stay = preview.after
        let earlier = context.library(for: preview.before)
        self.init(
            stay: stay.id.description, ward: stay.ward, bed: stay.bed, from: preview.from,
            changes: preview.changes.map { change in
                let activity = (change.after ?? change.before)?.activity ?? ActivityCode("")
                let library =
                    context.library.activity(activity) == nil ? earlier : context.library
                return MigratedItemView(
                    activity: activity.code, term: library.term(of: activity),
                    before: change.before.map(PlannedItemView.init),
                    after: change.after.map(PlannedItemView.init))
            }, alerts: preview.alerts.map { AlertView($0, of: stay) })
    }
}

extension PlannedItemView {
    init(_ item: CareItem) {
        self.init(
            rule: item.ruleID, schedule: item.schedule.words(intervalMinutes: item.intervalMinutes),
            intervalMinutes: item.intervalMinutes, detail: item.detail,
            nextDue: item.occurrence?.due.description, heldBecause: item.clinicalHold?.reason)
    }
}
