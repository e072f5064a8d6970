import CareCore
import Foundation
import GRDB

/// What the row of a stay keeps in its body: all but the parts that have rows of their own, and the
/// sequence number, which the events give.
struct StayBody: Encodable, Hashable {
    let id: StayID
    let admission: String
    let ward: String
    let bed: String
    let enrolledAt: Instant
    let assessment: Assessment
    let discharged: Stay.Discharge?
    let protocolVersion: String?
    let watches: [WatchState]

    init(_ stay: Stay) {
        id = stay.id
        admission = stay.admission
        ward = stay.ward
        bed = stay.bed
        enrolledAt = stay.enrolledAt
        assessment = stay.assessment
        discharged = stay.discharged
        protocolVersion = stay.protocolVersion
        watches = stay.watches
    }
}

/// Turns values into the text of a body and back; the same value always gives the same text.
struct BodyCoder: Sendable {
    let path: String
    private let encoder: JSONEncoder
    private let decoder = JSONDecoder()

    init(path: String) {
        self.path = path
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func text(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    func value<Value: Decodable>(
        _ type: Value.Type, from text: String, table: String, key: String
    ) throws(LedgerFailure) -> Value {
        do {
            return try decoder.decode(type, from: Data(text.utf8))
        } catch {
            throw unreadable(table: table, key: key)
        }
    }

    func unreadable(table: String, key: String) -> LedgerFailure {
        .corrupt(
            "The ledger \(path) holds something that this version cannot read: row \(key) of table "
                + "\(table). Install the version that wrote it, or restore the newest backup.")
    }
}

extension BodyCoder {
    /// Reads a stay with all its parts; `nil` when there is none of this number.
    func stay(_ id: StayID, in database: Database) throws -> Stay? {
        guard
            let body = try String.fetchOne(
                database.cachedStatement(sql: "SELECT body FROM stay WHERE id = ?"),
                arguments: [id.number])
        else { return nil }
        let items = try parts("care_item", of: id, in: database)
        let alerts = try parts("alert", of: id, in: database)
        let holds = try parts("hold", of: id, in: database)
        let sequence = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT max(seq) FROM event WHERE stay = ?"),
            arguments: [id.number])
        // A body is an object and never empty, so the parts can be put in front of its first key.
        let whole =
            "{\"alerts\":[\(alerts.joined(separator: ","))],"
            + "\"holds\":[\(holds.joined(separator: ","))],"
            + "\"items\":[\(items.joined(separator: ","))],"
            + "\"sequence\":\(sequence ?? 0),\(body.dropFirst())"
        guard var stay = try? decoder.decode(Stay.self, from: Data(whole.utf8)) else {
            for (index, item) in items.enumerated() {
                _ = try value(
                    CareItem.self, from: item, table: "care_item", key: "\(id).\(index + 1)")
            }
            for (index, alert) in alerts.enumerated() {
                _ = try value(Alert.self, from: alert, table: "alert", key: "\(id).A\(index + 1)")
            }
            for (index, hold) in holds.enumerated() {
                _ = try value(Hold.self, from: hold, table: "hold", key: "\(id).H\(index + 1)")
            }
            throw unreadable(table: "stay", key: "\(id)")
        }
        stay.identity = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT name, record_number FROM identity WHERE stay = ?"),
            arguments: [id.number]
        ).map { Identity(name: $0[0], recordNumber: $0[1]) }
        guard stay.id == id,
            stay.items.enumerated().allSatisfy({ $1.id == ItemID(stay: id, number: $0 + 1) })
        else { throw unreadable(table: "stay", key: "\(id)") }
        return stay
    }

    /// The bodies of a stay's parts, which are numbered from 1 and never removed.
    private func parts(_ table: String, of stay: StayID, in database: Database) throws -> [String] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT number, body FROM \(table) WHERE stay = ? ORDER BY number"),
            arguments: [stay.number])
        for (index, row) in rows.enumerated() where row[0] as Int != index + 1 {
            throw unreadable(table: table, key: "\(stay), number \(index + 1)")
        }
        return rows.map { $0[1] }
    }

    func entry(_ row: Row) throws(LedgerFailure) -> LedgerEntry {
        let sequence: Int64 = row[0]
        return LedgerEntry(
            sequence: sequence, at: Instant(seconds: row[1]),
            actor: Actor(person: row[2], uid: row[3], pid: row[4]),
            event: try value(Event.self, from: row[5], table: "event", key: "\(sequence)"))
    }
}
