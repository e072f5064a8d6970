import CareCore
import GRDB

/// What the file holds of the stays in memory, so that a commit writes only rows that changed.
struct Written {
    var stays: [StayID: Stay] = [:]
    var technicalAlerts: [AlertID: Alert] = [:]

    /// Takes over a batch that was committed.
    mutating func take(_ batch: LedgerBatch) {
        // A discharged stay hardly changes again; if it does, all its rows are written.
        for stay in batch.stays { stays[stay.id] = stay.isActive ? stay : nil }
        for alert in batch.technicalAlerts {
            technicalAlerts[alert.id] = alert.isActive ? alert : nil
        }
    }
}

/// Writes a batch within a transaction that the caller opened.
struct BatchWriter {
    let database: Database
    let coder: BodyCoder

    func write(_ batch: LedgerBatch, over written: Written) throws {
        // An admission that ends must make room for the one that takes its number.
        for stay in batch.stays where !stay.isActive { try write(stay, over: written) }
        for stay in batch.stays where stay.isActive { try write(stay, over: written) }
        for alert in batch.technicalAlerts where written.technicalAlerts[alert.id] != alert {
            try writeTechnical(alert)
        }
        for entry in batch.entries { try write(entry) }
        for answer in batch.answers { try write(answer) }
    }

    private func write(_ stay: Stay, over written: Written) throws {
        let before = written.stays[stay.id]
        let body = StayBody(stay)
        if before.map(StayBody.init) != body {
            try database.cachedStatement(
                sql: """
                    INSERT INTO stay (id, ward, bed, admission, active, body)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET ward = excluded.ward, bed = excluded.bed,
                        active = excluded.active, body = excluded.body
                    """
            ).execute(arguments: [
                stay.id.number, stay.ward, stay.bed, stay.admission, stay.isActive,
                try coder.text(body),
            ])
        }
        if let identity = stay.identity, before?.identity != identity {
            try database.cachedStatement(
                sql: """
                    INSERT INTO identity (stay, name, record_number) VALUES (?, ?, ?)
                    ON CONFLICT (stay) DO UPDATE SET name = excluded.name,
                        record_number = excluded.record_number
                    """
            ).execute(arguments: [stay.id.number, identity.name, identity.recordNumber])
        }
        for item in changed(stay.items, since: before?.items) { try write(item) }
        for alert in changed(stay.alerts, since: before?.alerts) {
            try write(alert, of: stay.id)
        }
        for hold in changed(stay.holds, since: before?.holds) { try write(hold) }
    }

    /// Parts only ever join at the end, so equal places hold the same part.
    private func changed<Part: Equatable>(_ now: [Part], since before: [Part]?) -> [Part] {
        guard let before else { return now }
        return now.enumerated().compactMap { place, part in
            place < before.count && before[place] == part ? nil : part
        }
    }

    private func write(_ item: CareItem) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO care_item (stay, number, activity, due, phase, active, body)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (stay, number) DO UPDATE SET due = excluded.due,
                    phase = excluded.phase, active = excluded.active, body = excluded.body
                """
        ).execute(arguments: [
            item.id.stay.number, item.id.number, item.activity.code,
            item.occurrence?.due.seconds, item.occurrence?.phase.rawValue, item.isActive,
            try coder.text(item),
        ])
    }

    private func write(_ alert: Alert, of stay: StayID) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO alert (stay, number, rule, active, body) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (stay, number) DO UPDATE SET active = excluded.active,
                    body = excluded.body
                """
        ).execute(arguments: [
            stay.number, alert.id.number, alert.ruleID, alert.isActive, try coder.text(alert),
        ])
    }

    private func writeTechnical(_ alert: Alert) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO technical_alert (number, rule, active, body) VALUES (?, ?, ?, ?)
                ON CONFLICT (number) DO UPDATE SET active = excluded.active, body = excluded.body
                """
        ).execute(arguments: [
            alert.id.number, alert.ruleID, alert.isActive, try coder.text(alert),
        ])
    }

    private func write(_ hold: Hold) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO hold (stay, number, until, active, body) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (stay, number) DO UPDATE SET active = excluded.active,
                    body = excluded.body
                """
        ).execute(arguments: [
            hold.id.stay.number, hold.id.number, hold.until.seconds, hold.isActive,
            try coder.text(hold),
        ])
    }

    private func write(_ entry: LedgerEntry) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO event (seq, at, stay, kind, person, uid, pid, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            entry.sequence, entry.at.seconds, entry.event.stay?.number, entry.event.kind,
            entry.actor.person, entry.actor.uid, entry.actor.pid, try coder.text(entry.event),
        ])
    }

    private func write(_ answer: StoredAnswer) throws {
        try database.cachedStatement(
            sql: "INSERT INTO answer (request, fingerprint, receipt, at) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
            answer.request, answer.fingerprint, try coder.text(answer.receipt), answer.at.seconds,
        ])
    }
}
