import CareCore
import CareEngine
import ControlAPI
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// What the routes share.
struct ControlService: Sendable {
    let engine: CareEngine
    let configuration: ControlServer.Configuration
    let logger: Logger
    let clock: @Sendable () -> Instant
    let startedAt: Instant
    /// Marks entity tags: a number of the ledger means what it did only within one run.
    let bootID: String
    /// Set when the server stops: whatever waits or streams ends.
    let stopping = Latch()
    let connections = ConnectionList()
    let loops = EventLoops()
    let pulse: EnginePulse
    let polls: PollCache
    let events = EventTexts()
    /// Sent with every answer.
    let standingHeaders: [(name: String, value: String)]
    private let routes = RouteTable.control

    init(
        engine: CareEngine, configuration: ControlServer.Configuration, logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) {
        self.engine = engine
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        startedAt = clock()
        bootID = String(UInt64.random(in: .min ... .max), radix: 36)
        pulse = EnginePulse(
            engine: engine, patienceSeconds: configuration.enginePatienceSeconds, clock: clock)
        polls = PollCache(engine: engine, demoClockRate: configuration.demoClockRate)
        var headers = [(name: ControlAPI.Header.version, value: configuration.version)]
        if let rate = configuration.demoClockRate {
            headers.append((ControlAPI.Header.demo, "\(rate)"))
        }
        standingHeaders = headers
    }

    // MARK: One request

    /// Answers one request.
    ///
    /// Only an answer that cannot be written is thrown, which ends the connection.
    @concurrent func respond(
        to request: Request, _ writer: consuming ResponseWriter, on connection: Connection
    ) async throws {
        let reply: Reply
        do {
            reply = try await answer(request, on: connection)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            reply = failure(error, request.head)
        }
        let isHead = request.method == .head
        switch reply.body {
        case .none:
            try await writer.write(response: head(reply, length: 0), body: .init())
        case .bytes(let bytes) where isHead:
            try await writer.writeResponse(head(reply, length: bytes.readableBytes))
        case .bytes(let bytes):
            try await writer.write(
                response: head(reply, length: bytes.readableBytes), body: .init(byteBuffer: bytes))
        case .stream where isHead:
            try await writer.writeResponse(head(reply, length: nil))
        case .stream(let write):
            try await writer.write(
                response: head(reply, length: nil),
                body: .init { writer in
                    try await write(&writer)
                    try await writer.finish(nil)
                })
        }
        // Otherwise the rest of the request would be read to its end, however long it is.
        if reply.isLast { throw ConnectionEnd() }
    }

    private func head(_ reply: Reply, length: Int?) -> HTTPResponse {
        var fields = HTTPFields()
        for (name, value) in standingHeaders + reply.headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        if fields[.madeAt] == nil { fields[.madeAt] = clock().description }
        if let length, reply.status != 304 { fields[.contentLength] = "\(length)" }
        return HTTPResponse(status: .init(code: reply.status), headerFields: fields)
    }

    private func answer(_ request: Request, on connection: Connection) async throws -> Reply {
        guard let caller = connection.caller, let role = configuration.roles.role(of: caller) else {
            logger.notice(
                "refused a caller",
                metadata: ["uid": "\(connection.caller.map { "\($0.uid)" } ?? "unknown")"])
            throw Problem(.denied, "Who is calling cannot be told, or has no role here.")
        }
        let target = request.head.path ?? ""
        let parts = target.split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts.first ?? "")
        let method = request.method.rawValue
        let (route, id) = try routes.route(method: method, path: path)
        guard role >= route.role else {
            logger.notice(
                "refused a request",
                metadata: ["uid": "\(caller.uid)", "route": "\(route.pattern)"])
            throw Problem(
                .denied,
                "\(method) \(route.pattern) needs role \(route.role.word); user "
                    + "\(caller.uid) has role \(role.word).")
        }
        let exchange = Exchange(
            method: method, path: path, query: try Query(parts.count > 1 ? parts[1] : nil),
            headers: request.headers,
            body: route.method == .post ? try await body(of: request) : ByteBuffer(),
            connection: connection, caller: caller, id: id)
        return try await route.answer(self, exchange)
    }

    /// The body, up to its limit.
    private func body(of request: Request) async throws -> ByteBuffer {
        let tooLarge = Problem(
            .tooLarge, "The body is larger than \(ServerLimits.bodyBytes) bytes.")
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        // So large that it is not even read to its end; the connection closes.
        if announced > ServerLimits.discardBytes { throw CutOff(problem: tooLarge) }
        var body = ByteBuffer()
        body.reserveCapacity(min(announced, ServerLimits.bodyBytes))
        var count = 0
        for try await var part in request.body {
            count += part.readableBytes
            if count > ServerLimits.discardBytes { throw CutOff(problem: tooLarge) }
            if count <= ServerLimits.bodyBytes { body.writeBuffer(&part) }
        }
        guard count <= ServerLimits.bodyBytes else { throw tooLarge }
        return body
    }

    private func failure(_ error: any Error, _ head: HTTPRequest) -> Reply {
        if let cutOff = error as? CutOff {
            var reply = Reply.problem(cutOff.problem)
            reply.headers.append(("Connection", "close"))
            reply.isLast = true
            return reply
        }
        let problem = Problem(error)
        if problem.code == .internal {
            logger.error(
                "a request failed",
                metadata: [
                    "method": "\(head.method)", "reason": "\(error)",
                    // Without the query: it is the caller's text.
                    "path": "\(quoted(String((head.path ?? "").prefix { $0 != "?" })))",
                ])
        }
        var reply = Reply.problem(problem)
        if let refused = error as? MethodNotAllowed {
            reply.headers.append(("Allow", refused.allow.joined(separator: ", ")))
        }
        if problem.code == .unavailable { reply.headers.append(("Retry-After", "1")) }
        return reply
    }
}

/// Ends a connection after its last answer.
private struct ConnectionEnd: Error {}

/// A request that is not read to its end.
struct CutOff: Error {
    let problem: Problem
}

extension HTTPField.Name {
    static let madeAt = known(ControlAPI.Header.madeAt)

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else {
            preconditionFailure("\(name) is a header's name")
        }
        return name
    }
}
