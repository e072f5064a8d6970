import CareCore
import CareEngine
import ControlAPI
import NIOCore
import Synchronization

extension ControlService {
    /// `GET /v1/alerts`: the poll.
    ///
    /// The answer is always the whole view. A client that knows `since` or the entity tag is told 304
    /// while nothing changed, after waiting if it likes.
    func alerts(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check(["ward", "since", "wait"])
        let ward = try ward(in: exchange.query)
        let since = try exchange.query.integer("since", in: 0 ... .max)
        let wait = try exchange.query.integer("wait", in: 0...Int64(ServerLimits.waitSeconds)) ?? 0
        // An entity tag of another run, or none, is news; so is a cursor from the future, which a
        // restored ledger leaves behind.
        let known = since ?? exchange.header("If-None-Match").flatMap(sequence(ofTag:))
        if let known, wait > 0, engine.publisher.sequence(ward: ward) == known {
            await waitForChange(ward: ward, after: known, seconds: wait, exchange)
        }
        // Read first: what is published later only makes the answer newer than it says.
        let madeAt = try await pulse.confirm(on: exchange.connection)
        let sequence = engine.publisher.sequence(ward: ward)
        if sequence == known {
            return Reply(status: 304, headers: freshness(madeAt, sequence))
        }
        let body = try await polls.body(ward: ward, atLeast: sequence)
        let head = """
            {"schema":\(ControlAPI.schema),"madeAt":"\(madeAt)",\
            "validUntil":"\(validUntil(madeAt))",
            """
        var bytes = ByteBuffer()
        bytes.reserveCapacity(head.utf8.count + body.bytes.readableBytes)
        bytes.writeString(head)
        bytes.writeImmutableBuffer(body.bytes)
        return Reply(
            headers: freshness(madeAt, body.sequence) + [("Content-Type", "application/json")],
            body: .bytes(bytes))
    }

    private func waitForChange(
        ward: String?, after sequence: Int64, seconds: Int64, _ exchange: Exchange
    ) async {
        let race = Race(on: exchange.connection)
        race.finish(with: .stopped, when: stopping)
        race.finish(after: .seconds(seconds))
        let publisher = engine.publisher
        _ = await race.first {
            await publisher.waitForChange(ward: ward, after: sequence)
        }
    }

    private func freshness(
        _ madeAt: Instant, _ sequence: Int64
    ) -> [(name: String, value: String)] {
        [
            ("ETag", "\"\(bootID)-\(sequence)\""),
            (ControlAPI.Header.madeAt, madeAt.description),
            (ControlAPI.Header.validUntil, validUntil(madeAt).description),
            ("Cache-Control", "no-cache"),
        ]
    }

    func validUntil(_ madeAt: Instant) -> Instant {
        let rate = configuration.demoClockRate ?? 1
        return madeAt.adding(
            seconds: Int64(Double(configuration.validForSeconds) * max(rate, 1)))
    }

    private func sequence(ofTag header: String) -> Int64? {
        for tag in header.split(separator: ",") {
            let bare = tag.drop { $0 == " " || $0 == "W" || $0 == "/" }
            guard bare.hasPrefix("\"\(bootID)-"), bare.last == "\"" else { continue }
            return Int64(bare.dropFirst(bootID.count + 2).dropLast())
        }
        return nil
    }

    /// The ward that a query names; `nil` for all of them.
    ///
    /// - Throws: ``Problem`` for an unknown one: an empty list would look like a quiet ward.
    func ward(in query: Query) throws(Problem) -> String? {
        guard let ward = query["ward"] else { return nil }
        let wards = engine.context.wards.map(\.id)
        guard wards.contains(ward) else {
            throw Problem(
                .notFound, "There is no ward \(quoted(ward)).",
                faults: [
                    FieldFault(
                        field: "ward", value: quoted(ward),
                        problem: "is not a ward of this service",
                        expected: expectation(for: ward, among: wards))
                ])
        }
        return ward
    }

    /// The wards that an answer speaks of.
    func views(ofWard ward: String?) -> [WardView] {
        engine.context.wards.filter { ward == nil || $0.id == ward }.map(WardView.init)
    }
}

/// The encoded view of each ward, made once for each change however many ask.
final class PollCache: Sendable {
    struct Body: Sendable {
        let sequence: Int64
        /// The document after its first three members, which differ from answer to answer.
        let bytes: ByteBuffer
    }

    private struct State {
        var bodies: [String?: Body] = [:]
        /// Who waits for a body that is being made.
        var making: [String?: [CheckedContinuation<Void, Never>]] = [:]
        var made = 0
    }

    private enum Turn {
        case ready(Body)
        case make
        case wait
    }

    private let engine: CareEngine
    private let demoClockRate: Double?
    private let state = Mutex(State())

    init(engine: CareEngine, demoClockRate: Double?) {
        self.engine = engine
        self.demoClockRate = demoClockRate
    }

    /// How often a body was encoded.
    var madeCount: Int { state.withLock { $0.made } }

    func body(ward: String?, atLeast sequence: Int64) async throws -> Body {
        while true {
            let turn = state.withLock { state -> Turn in
                if let body = state.bodies[ward], body.sequence >= sequence { return .ready(body) }
                if state.making[ward] != nil { return .wait }
                state.making[ward] = []
                return .make
            }
            switch turn {
            case .ready(let body): return body
            case .wait: await waitUntilMade(ward)
            case .make: return try await make(ward)
            }
        }
    }

    private func waitUntilMade(_ ward: String?) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                state.making[ward]?.append(continuation)
                return state.making[ward] == nil
            }
            if isOver { continuation.resume() }
        }
    }

    private func make(_ ward: String?) async throws -> Body {
        let snapshot = await engine.snapshot(ward: ward)
        let result = Result { try encode(snapshot, ward) }
        let waiting = state.withLock { state in
            state.made += 1
            if case .success(let body) = result { state.bodies[ward] = body }
            return state.making.removeValue(forKey: ward) ?? []
        }
        for continuation in waiting { continuation.resume() }
        return try result.get()
    }

    private func encode(_ snapshot: WardSnapshot, _ ward: String?) throws -> Body {
        let answer = AlertsAnswer(
            snapshot, ward: ward, in: engine.context, validUntil: snapshot.at,
            demoClockRate: demoClockRate)
        var bytes = try JSON.encode(PollRest(answer: answer))
        // The opening brace goes: the first members are put in front of the rest.
        bytes.moveReaderIndex(forwardBy: 1)
        return Body(sequence: snapshot.sequence, bytes: bytes)
    }
}

/// An ``AlertsAnswer`` without `schema`, `madeAt` and `validUntil`.
private struct PollRest: Encodable {
    let answer: AlertsAnswer

    enum CodingKeys: String, CodingKey {
        case cursor, wards, patients, reminders, held, alerts, visits, absences
        case demoClockRate
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(answer.cursor, forKey: .cursor)
        try container.encode(answer.wards, forKey: .wards)
        try container.encode(answer.patients, forKey: .patients)
        try container.encode(answer.reminders, forKey: .reminders)
        try container.encode(answer.held, forKey: .held)
        try container.encode(answer.alerts, forKey: .alerts)
        try container.encode(answer.visits, forKey: .visits)
        try container.encode(answer.absences, forKey: .absences)
        try container.encodeIfPresent(answer.demoClockRate, forKey: .demoClockRate)
    }
}
