import ArgumentParser
import ControlAPI
import ControlClient
import FoundationEssentials

/// What a command works with: the connection and the output.
struct Session: Sendable {
    let client: ControlClient
    let output: Output
    let requestID: String

    /// The stay that a person named, as the daemon knows it now.
    func stay(_ reference: StayReference) async throws -> (StaySummary, WardClock) {
        let stays = try await client.get(
            "/v1/stays", query: reference.mayBeDischarged ? [("discharged", "true")] : [],
            as: StaysAnswer.self
        ).value
        let stay = try reference.resolve(in: stays.stays)
        return (stay, WardClock(madeAt: stays.madeAt, wards: stays.wards))
    }

    /// The id of the stay alone, without a question where it was given.
    func stayID(_ reference: StayReference) async throws -> String {
        if case .stay(let id) = reference { return id }
        return try await stay(reference).0.id
    }

    /// The instant that a person meant, not in the future.
    func past(_ time: TimeArgument, ward: String, clock: WardClock) throws(ClientError) -> UTCTime {
        guard let zone = clock.zone(ward) ?? time.zoneIfNoneMatters,
            let instant = time.past(now: clock.now, zone: zone)
        else { throw .noZone(ward) }
        guard instant <= clock.now else {
            throw .mistake(
                .invalid,
                "\(clock.time(instant, ward: ward)) is still to come; it is now "
                    + "\(clock.time(clock.now, ward: ward)) on the ward.")
        }
        return instant
    }

    /// The instant that a person meant, still to come.
    func coming(
        _ time: TimeArgument, ward: String, clock: WardClock
    ) throws(ClientError) -> UTCTime {
        guard let zone = clock.zone(ward) ?? time.zoneIfNoneMatters,
            let instant = time.coming(now: clock.now, zone: zone)
        else { throw .noZone(ward) }
        guard instant > clock.now else {
            throw .mistake(
                .invalid,
                "\(clock.time(instant, ward: ward)) is past; it is now "
                    + "\(clock.time(clock.now, ward: ward)) on the ward.")
        }
        return instant
    }

    /// The instant that a person meant: the nearest such time of day, past or to come; a span is past.
    func nearest(
        _ time: TimeArgument, ward: String, clock: WardClock
    ) throws(ClientError) -> UTCTime {
        guard let zone = clock.zone(ward) ?? time.zoneIfNoneMatters,
            let instant = time.nearest(now: clock.now, zone: zone)
        else { throw .noZone(ward) }
        return instant
    }

    /// The first such instant after another one, and still to come.
    func following(
        _ time: TimeArgument, after start: UTCTime, ward: String, clock: WardClock
    ) throws(ClientError) -> UTCTime {
        guard let zone = clock.zone(ward) ?? time.zoneIfNoneMatters,
            let instant = time.coming(now: start, zone: zone)
        else { throw .noZone(ward) }
        guard instant > max(start, clock.now) else {
            throw .mistake(
                .invalid,
                "\(clock.time(instant, ward: ward)) is not after "
                    + "\(clock.time(max(start, clock.now), ward: ward)).")
        }
        return instant
    }

    /// Facts and readings as they are sent: a time of day becomes the instant that was meant.
    ///
    /// Names of instants end in `At`; those of other times do not.
    func values(
        _ assignments: [Assignment], ward: String, clock: WardClock
    ) throws(ClientError) -> [String: JSONScalar] {
        var values: [String: JSONScalar] = [:]
        for assignment in assignments {
            guard values[assignment.name] == nil else {
                throw .mistake(.invalid, "\(assignment.name) is set twice.")
            }
            values[assignment.name] = assignment.value
            if assignment.name.hasSuffix("At"), case .string(let text) = assignment.value {
                guard let time = TimeArgument(text) else {
                    throw .mistake(
                        .invalid,
                        "\(assignment.name) cannot be \(text): expected "
                            + "\(TimeArgument.expectation).")
                }
                values[assignment.name] = .string(
                    try past(time, ward: ward, clock: clock).rfc3339)
            }
        }
        return values
    }

    /// Facts as they are sent; `item=value,item=value` states the answers to the items of a scale.
    func facts(
        _ assignments: [Assignment], ward: String, clock: WardClock
    ) throws(ClientError) -> [String: FactValue] {
        var facts: [String: FactValue] = [:]
        for (name, value) in try values(assignments, ward: ward, clock: clock) {
            if case .string(let text) = value, let items = try items(text, of: name) {
                facts[name] = .items(items)
            } else {
                facts[name] = .value(value)
            }
        }
        return facts
    }

    func post<Value: Decodable & Sendable>(
        _ path: String, _ request: some Encodable & Sendable, as type: Value.Type = Value.self
    ) async throws -> Answer<Value> {
        let answer = try await client.post(path, request, requestID: requestID, as: type)
        if answer.replayed {
            output.note("This request was answered before; nothing was done a second time.")
        }
        return answer
    }
}

extension StayReference {
    fileprivate var mayBeDischarged: Bool {
        if case .stay = self { true } else { false }
    }
}

/// A command that talks to the daemon.
protocol ClientCommand: AsyncParsableCommand {
    var global: GlobalOptions { get }

    /// Who is to be named in the record; `nil` for a command that changes nothing.
    var actor: ActorOptions? { get }

    func run(_ session: Session) async throws
}

extension ClientCommand {
    var actor: ActorOptions? { nil }

    /// Runs the command; every failure is told once and becomes an exit code here.
    func run() async throws {
        let output = global.output
        // Before any request, and before the connection costs its time.
        if let actor {
            do throws(ClientError) {
                _ = try actor.name
            } catch {
                output.failed(error)
                throw ExitCode(error.code.exitCode)
            }
        }
        let session = Session(
            client: ControlClient(socketPath: global.socketPath), output: output,
            requestID: global.requestID ?? UUID().uuidString.lowercased())
        let result: Result<Void, any Error>
        do {
            result = .success(try await run(session))
        } catch {
            result = .failure(error)
        }
        await session.client.shutdown()
        do {
            try result.get()
        } catch let error as ClientError {
            output.failed(error)
            throw ExitCode(error.code.exitCode)
        }
    }
}

extension TimeArgument {
    /// Spans and instants need no zone; a time of day needs the ward's.
    fileprivate var zoneIfNoneMatters: String? {
        if case .clock = self { nil } else { "UTC" }
    }
}

extension ClientError {
    fileprivate static func noZone(_ ward: String) -> ClientError {
        .mistake(
            .invalid,
            "The time zone of ward \(ward) is not known here: give the time as "
                + "2027-01-19T20:00:00Z or as a span such as 10m.")
    }
}
