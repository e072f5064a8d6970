import CareCore
import CareEngine
import ControlAPI
import Glibc
import NIOCore
import Schemas

extension ControlService {
    /// `GET /v1/status`.
    func status(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check([])
        let status = await engine.status()
        return try .json(
            StatusAnswer(
                version: configuration.version, pid: Int(getpid()),
                startedAt: startedAt.description, now: status.now.description,
                health: status.trouble == nil ? "ok" : "degraded", healthReason: status.trouble,
                patients: status.patients, careItems: status.careItems,
                raisedReminders: status.raisedReminders, activeAlerts: status.activeAlerts,
                nextDue: status.nextDue?.description, lastSequence: status.lastSequence,
                watchers: engine.publisher.watcherCount,
                protocolVersion: engine.context.library.version,
                ledgerPath: configuration.ledgerPath, wards: views(ofWard: nil),
                blindTime: status.blindTime.map { blind in
                    BlindTimeView(
                        from: blind.from.description, to: blind.to.description,
                        fellDue: blind.fellDue.map(\.description))
                },
                demoClockRate: configuration.demoClockRate))
    }

    /// `GET /v1/openapi.yaml`.
    func document(_ exchange: Exchange) throws -> Reply {
        try exchange.query.check([])
        return Reply(
            headers: [("Content-Type", "application/yaml")],
            body: .bytes(ByteBuffer(string: ControlDocument.openAPI)))
    }

    /// `GET /v1/catalogue`.
    func catalogue(_ exchange: Exchange) throws -> Reply {
        try exchange.query.check([])
        return try .json(CatalogueAnswer(engine.context.library))
    }

    /// `GET /v1/stays`.
    func stays(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check(["ward", "discharged"])
        let ward = try ward(in: exchange.query)
        let withDischarged: Bool
        switch exchange.query["discharged"] {
        case nil, "false": withDischarged = false
        case "true": withDischarged = true
        case let text?:
            throw Problem(
                .invalid, "The query is not possible.",
                faults: [
                    FieldFault(
                        field: "discharged", value: quoted(text), problem: "is not possible",
                        expected: "true or false")
                ])
        }
        let snapshot = await engine.snapshot(ward: ward)
        var stays = snapshot.stays
        if withDischarged {
            // One that was discharged just now is among both.
            let discharged = try await recentlyDischarged().filter { stay in
                (ward == nil || stay.ward == ward) && !stays.contains { $0.id == stay.id }
            }
            stays += discharged
        }
        return try .json(
            StaysAnswer(
                madeAt: snapshot.at.description, wards: views(ofWard: ward),
                stays: stays.map(StaySummary.init), demoClockRate: configuration.demoClockRate))
    }

    /// Stays whose discharge is among the newest entries of the ledger.
    ///
    /// In pages, so that the engine does other work in between.
    private func recentlyDischarged() async throws -> [Stay] {
        let newest = engine.publisher.sequence(ward: nil)
        var position = max(0, newest - ServerLimits.resumeEntries)
        var stays: [Stay] = []
        while position < newest {
            let page = try await engine.entries(
                after: position, stay: nil, limit: ServerLimits.historyEntries)
            guard let last = page.last else { break }
            for published in page {
                guard case .stayDischarged(let id, _) = published.entry.event else { continue }
                if let stay = try await engine.stay(id) { stays.append(stay) }
            }
            position = last.entry.sequence
        }
        return stays
    }

    /// `GET /v1/stays/{id}`.
    func stay(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check([])
        let stay = try await knownStay(try stayID(exchange))
        return try .json(
            StayAnswer(
                stay, at: clock(), in: engine.context,
                demoClockRate: configuration.demoClockRate))
    }

    /// `GET /v1/stays/{id}/history`.
    func history(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check(["after", "limit"])
        let after = try exchange.query.integer("after", in: 0 ... .max) ?? 0
        let limit = try exchange.query.integer("limit", in: 1...Int64(ServerLimits.historyEntries))
        let stay = try await knownStay(try stayID(exchange))
        let entries = try await engine.entries(
            after: after, stay: stay.id, limit: limit.map(Int.init) ?? ServerLimits.historyEntries)
        return try .json(
            HistoryAnswer(
                events: entries.map { EventView($0, stay: stay, in: engine.context) }))
    }

    /// `GET /v1/plan`.
    func plan(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check(["ward", "stay", "hours"])
        let hours = try exchange.query.integer("hours", in: 1...Int64(ServerLimits.planHours)) ?? 12
        var ward = try ward(in: exchange.query)
        var stays: [Stay]
        if let text = exchange.query["stay"] {
            let stay = try await knownStay(try stayID(text))
            guard stay.isActive else {
                throw Problem(.conflict, "\(stay.id) was discharged: nothing lies ahead.")
            }
            if let ward, ward != stay.ward {
                throw Problem(.notFound, "\(stay.id) is not on ward \(ward).")
            }
            ward = stay.ward
            stays = [stay]
        } else {
            stays = await engine.snapshot(ward: ward).stays
        }
        let places = Dictionary(stays.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let forecast = await engine.forecast(stays: stays.map(\.id), hours: Int(hours))
        let context = engine.context
        // Looked up by stay only.
        var dues: [StayID: [Instant]] = [:]
        for entry in forecast.entries where !entry.held {
            dues[entry.item.stay, default: []].append(entry.due)
        }
        let visits = dues.mapValues(Visits.init)
        let entries = forecast.entries.map { entry in
            let stay = places[entry.item.stay]
            let library = stay.map(context.library(for:)) ?? context.library
            let start = entry.held ? nil : visits[entry.item.stay]?.start(of: entry.due)
            return PlanEntry(
                due: entry.due.description, stay: entry.item.stay.description,
                ward: stay?.ward ?? "", bed: stay?.bed ?? "", activity: entry.activity.code,
                term: library.term(of: entry.activity), detail: entry.detail, rule: entry.ruleID,
                held: entry.held, visit: start.map { VisitView.id(entry.item.stay, $0) },
                staff: entry.people)
        }
        return try .json(
            PlanAnswer(
                madeAt: forecast.at.description, until: forecast.until.description,
                wards: views(ofWard: ward),
                entries: entries,
                visits: VisitView.all(
                    of: entries.compactMap { entry in
                        entry.visit.map {
                            VisitView(
                                id: $0, stay: entry.stay, ward: entry.ward, bed: entry.bed,
                                due: String($0.dropFirst(entry.stay.count + 1)),
                                activities: [entry.activity], staff: entry.staff)
                        }
                    }),
                demoClockRate: configuration.demoClockRate))
    }

    // MARK: Stays

    func stayID(_ exchange: Exchange) throws(Problem) -> StayID {
        try stayID(exchange.id)
    }

    func stayID(_ text: String) throws(Problem) -> StayID {
        guard let id = StayID(text) else {
            throw Problem(
                .notFound, "There is no stay \(quoted(text)); a stay is written like S12.")
        }
        return id
    }

    func knownStay(_ id: StayID) async throws -> Stay {
        guard let stay = try await engine.stay(id) else {
            throw Problem(.notFound, "There is no stay \(id).")
        }
        return stay
    }
}
