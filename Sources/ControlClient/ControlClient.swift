import AsyncHTTPClient
import ControlAPI
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// An answer with what its headers say about it.
package struct Answer<Value: Sendable>: Sendable {
    package let value: Value
    /// The document as it arrived, for callers that pass it on.
    package let body: String
    package let etag: String?
    package let madeAt: String?
    package let validUntil: String?
    package let daemonVersion: String?
    package let demoClockRate: Double?
    /// An earlier request with the same id was answered; nothing was done again.
    package let replayed: Bool
}

/// The control interface of the daemon, over its unix socket.
///
/// A write carries an idempotency key. When its connection breaks before an answer, it is sent once
/// more with the same key; if that fails too the outcome is ``ClientError/unknownOutcome``.
package struct ControlClient: Sendable {
    package let socketPath: String
    /// How long an answer may take, beyond a long poll's own wait.
    package let timeoutSeconds: Int

    private let http: HTTPClient

    package init(socketPath: String, timeoutSeconds: Int = 10) {
        self.socketPath = socketPath
        self.timeoutSeconds = timeoutSeconds
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5)))
        configuration.httpVersion = .http1Only
        // A unix socket is there or it is not; waiting for it only delays the news.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// Closes the connections.
    ///
    /// The client cannot be used afterwards.
    package func shutdown() async {
        // Nothing waits for the connections any more; an error in closing them helps nobody.
        try? await http.shutdown()
    }

    /// A document, or `nil` when it is still what `etag` or the cursor in `query` names.
    package func getIfChanged<Value: Decodable & Sendable>(
        _ path: String, query: [(name: String, value: String)] = [],
        as type: Value.Type = Value.self, etag: String? = nil, timeoutSeconds: Int? = nil
    ) async throws(ClientError) -> Answer<Value?> {
        var headers = HTTPHeaders()
        if let etag { headers.add(name: "If-None-Match", value: etag) }
        do {
            let raw = try await exchange(
                .GET, path, query: query, headers: headers, body: nil,
                timeoutSeconds: timeoutSeconds ?? self.timeoutSeconds)
            if raw.status == 304 { return raw.answer(nil) }
            return raw.answer(try raw.decoded(type))
        } catch {
            throw clientError(error)
        }
    }

    package func get<Value: Decodable & Sendable>(
        _ path: String, query: [(name: String, value: String)] = [],
        as type: Value.Type = Value.self
    ) async throws(ClientError) -> Answer<Value> {
        do {
            let raw = try await exchange(
                .GET, path, query: query, headers: [:], body: nil,
                timeoutSeconds: timeoutSeconds)
            return raw.answer(try raw.decoded(type))
        } catch {
            throw clientError(error)
        }
    }

    package func post<Value: Decodable & Sendable>(
        _ path: String, _ request: some Encodable & Sendable, requestID: String,
        as type: Value.Type = Value.self
    ) async throws(ClientError) -> Answer<Value> {
        let body: ByteBuffer
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            body = ByteBuffer(bytes: try encoder.encode(request))
        } catch {
            throw .unreadable(what: "the request cannot be written as JSON", daemonVersion: nil)
        }
        let headers: HTTPHeaders = [
            ControlAPI.Header.requestID: requestID, "Content-Type": "application/json",
        ]
        var brokeBefore = false
        while true {
            do {
                let raw = try await exchange(
                    .POST, path, query: [], headers: headers, body: body,
                    timeoutSeconds: timeoutSeconds)
                return raw.answer(try raw.decoded(type))
            } catch let error as ClientError {
                throw error
            } catch {
                let failure = clientError(error)
                switch failure {
                case .broken where !brokeBefore:
                    brokeBefore = true
                case .broken, .timeout:
                    throw .unknownOutcome(requestID: requestID)
                default:
                    // A connection that was never made did nothing, unless an earlier one did.
                    throw brokeBefore ? .unknownOutcome(requestID: requestID) : failure
                }
            }
        }
    }

    /// The event stream, from its first message until `handle` returns `false` or the stream ends.
    package func events(
        query: [(name: String, value: String)] = [], lastEventID: String? = nil,
        handle: (ServerSentEvent) async throws -> Bool
    ) async throws {
        var headers: HTTPHeaders = ["Accept": "text/event-stream"]
        if let lastEventID { headers.add(name: "Last-Event-ID", value: lastEventID) }
        do {
            let response = try await http.execute(
                request(.GET, "/v1/events", query: query, headers: headers, body: nil),
                deadline: .distantFuture)
            guard response.status == .ok else {
                let raw = try await RawAnswer(response)
                let none: Answer<StatusAnswer> = raw.answer(try raw.decoded(StatusAnswer.self))
                throw ClientError.unreadable(
                    what: "the event stream was not opened", daemonVersion: none.daemonVersion)
            }
            var parser = ServerSentEventParser()
            for try await part in response.body {
                for event in parser.feed(part.readableBytesView) where try await !handle(event) {
                    return
                }
            }
        } catch let error where isOfTransport(error) {
            throw clientError(error)
        }
    }

    private func exchange(
        _ method: HTTPMethod, _ path: String, query: [(name: String, value: String)],
        headers: HTTPHeaders, body: ByteBuffer?, timeoutSeconds: Int
    ) async throws -> RawAnswer {
        let response = try await http.execute(
            request(method, path, query: query, headers: headers, body: body),
            timeout: .seconds(Int64(timeoutSeconds)))
        return try await RawAnswer(response)
    }

    private func request(
        _ method: HTTPMethod, _ path: String, query: [(name: String, value: String)],
        headers: HTTPHeaders, body: ByteBuffer?
    ) -> HTTPClientRequest {
        let fields = query.map { "\($0.name)=\(percentEncoded($0.value))" }
        let target = fields.isEmpty ? path : path + "?" + fields.joined(separator: "&")
        var request = HTTPClientRequest(
            url: "http+unix://\(percentEncoded(socketPath))\(target)")
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(body) }
        return request
    }

    private func isOfTransport(_ error: any Error) -> Bool {
        error is IOError || error is HTTPClientError || error is HTTPParserError
    }

    private func clientError(_ error: any Error) -> ClientError {
        switch error {
        case let error as ClientError:
            return error
        case let error as IOError:
            switch error.errnoCode {
            case 2, 20: return .noSocket(path: socketPath)  // ENOENT, ENOTDIR
            case 1, 13: return .notPermitted(path: socketPath)  // EPERM, EACCES
            case 111: return .refused(path: socketPath)  // ECONNREFUSED
            default: return .broken(path: socketPath, what: "errno \(error.errnoCode)")
            }
        case let error as HTTPClientError:
            switch error {
            case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout,
                .getConnectionFromPoolTimeout:
                return .timeout(path: socketPath)
            case .invalidURL, .emptyHost, .missingSocketPath:
                return .badPath(path: socketPath)
            default:
                return .broken(path: socketPath, what: error.shortDescription)
            }
        case is SocketAddressError:
            return .badPath(path: socketPath)
        default:
            return .broken(path: socketPath, what: "\(error)")
        }
    }
}

/// An answer before its document is understood.
private struct RawAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    init(_ response: HTTPClientResponse) async throws {
        status = Int(response.status.code)
        headers = response.headers
        // A ward's answer is some hundred kilobytes; the limit only guards against a runaway peer.
        body = try await response.body.collect(upTo: 64 * ControlAPI.bodyLimitBytes)
    }

    var daemonVersion: String? { headers.first(name: ControlAPI.Header.version) }

    func decoded<Value: Decodable>(_ type: Value.Type) throws(ClientError) -> Value {
        let data = Data(body.readableBytesView)
        guard (200..<300).contains(status) else {
            if let problem = try? JSONDecoder().decode(Problem.self, from: data) {
                throw .problem(
                    problem, body: String(buffer: body), daemonVersion: daemonVersion)
            }
            throw .unreadable(
                what: "status \(status) without a problem document",
                daemonVersion: daemonVersion)
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw .unreadable(
                what: "it is not the \(type) that this program knows",
                daemonVersion: daemonVersion)
        }
    }

    func answer<Value>(_ value: Value) -> Answer<Value> {
        Answer(
            value: value, body: String(buffer: body), etag: headers.first(name: "ETag"),
            madeAt: headers.first(name: ControlAPI.Header.madeAt),
            validUntil: headers.first(name: ControlAPI.Header.validUntil),
            daemonVersion: daemonVersion,
            demoClockRate: headers.first(name: ControlAPI.Header.demo).flatMap(Double.init),
            replayed: headers.contains(name: ControlAPI.Header.replayed))
    }
}

/// Everything but RFC 3986 unreserved characters as `%XX`; also fit for one segment of a path.
package func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            let hex = String(byte, radix: 16, uppercase: true)
            encoded += byte < 16 ? "%0\(hex)" : "%\(hex)"
        }
    }
    return encoded
}
