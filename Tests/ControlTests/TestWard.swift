import AsyncHTTPClient
import CareCore
import CareEngine
import CareStore
import ControlAPI
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing

@testable import ControlServer

/// A clock that only the test moves.
final class TestClock: Sendable {
    private let instant = Mutex(Instant(rfc3339: "2027-01-19T08:00:00Z") ?? .earliest)

    var now: Instant { instant.withLock { $0 } }

    func advance(minutes: Int) {
        instant.withLock { $0 = $0.adding(minutes: minutes) }
    }
}

/// A real ledger that fails, or holds back appends, when the test says so.
final class GatedLedger: CareLedger {
    /// What becomes of an append that fails.
    enum Fate: Sendable {
        case refused, unknown, corrupt
        /// It was written, but nobody can tell.
        case writtenUnknown

        var failure: LedgerFailure {
            switch self {
            case .refused: .refused("The disk is full.")
            case .unknown, .writtenUnknown: .unknown("The disk did not say.")
            case .corrupt: .corrupt("The ledger is damaged.")
            }
        }
    }

    private let ledger: SQLiteLedger
    private let failing = Mutex<(fate: Fate, times: Int)?>(nil)
    private let readFailure = Mutex<LedgerFailure?>(nil)
    private let isShut = Mutex(false)
    private let holding = Mutex(false)
    private let gate = NSCondition()

    init(_ ledger: SQLiteLedger) { self.ledger = ledger }

    /// An append waits at the gate.
    var isHolding: Bool { holding.withLock { $0 } }

    func shut() { isShut.withLock { $0 = true } }

    func open() {
        isShut.withLock { $0 = false }
        gate.lock()
        gate.broadcast()
        gate.unlock()
    }

    /// Has the next appends fail.
    func fail(_ fate: Fate, times: Int = 1) { failing.withLock { $0 = (fate, times) } }

    /// Has appends work again.
    func recover() { failing.withLock { $0 = nil } }

    /// Has every reading of stays and entries fail, or none.
    func failReads(_ failure: LedgerFailure?) { readFailure.withLock { $0 = failure } }

    /// The number of the last durable entry, whatever the engine believes.
    func lastSequence() throws -> Int64 { try ledger.load().lastSequence }

    private func checkRead() throws(LedgerFailure) {
        if let failure = readFailure.withLock({ $0 }) { throw failure }
    }

    func append(_ batch: LedgerBatch) throws(LedgerFailure) {
        gate.lock()
        while isShut.withLock({ $0 }) {
            holding.withLock { $0 = true }
            gate.wait()
        }
        gate.unlock()
        let fate = failing.withLock { failing in
            defer { failing = failing.flatMap { $0.times > 1 ? ($0.fate, $0.times - 1) : nil } }
            return failing?.fate
        }
        guard let fate else { return try ledger.append(batch) }
        if case .writtenUnknown = fate { try ledger.append(batch) }
        throw fate.failure
    }

    func load() throws(LedgerFailure) -> LedgerSnapshot { try ledger.load() }
    func entries(
        after sequence: Int64, stay: StayID?, limit: Int
    ) throws(LedgerFailure) -> [LedgerEntry] {
        try checkRead()
        return try ledger.entries(after: sequence, stay: stay, limit: limit)
    }
    func answer(to request: String) throws(LedgerFailure) -> StoredAnswer? {
        try ledger.answer(to: request)
    }
    func stay(_ id: StayID) throws(LedgerFailure) -> Stay? {
        try checkRead()
        return try ledger.stay(id)
    }
    func keep(_ version: ProtocolVersion, at: Instant) throws(LedgerFailure) {
        try ledger.keep(version, at: at)
    }
    func protocolVersion(_ version: String) throws(LedgerFailure) -> ProtocolVersion? {
        try ledger.protocolVersion(version)
    }
    func noteAlive(_ instant: Instant) throws(LedgerFailure) { try ledger.noteAlive(instant) }
}

/// What came back.
struct Received: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    func header(_ name: String) -> String? { headers.first(name: name) }

    var text: String { String(buffer: body) }
    var isEmpty: Bool { body.readableBytes == 0 }
    var data: Data { Data(body.readableBytesView) }

    func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, _ location: SourceLocation = #_sourceLocation
    ) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            Issue.record("\(status) \(text): \(error)", sourceLocation: location)
            throw error
        }
    }
}

/// The real server on a real socket, with a real engine over a real ledger in a directory of its own.
final class TestWard: Sendable {
    let directory: String
    let clock = TestClock()
    let engine: CareEngine
    let ledger: GatedLedger
    let server: ControlServer
    let http: HTTPClient
    private let group: ServiceGroup
    private let listening: AsyncStream<Void>

    var socket: String { directory + "/s" }

    /// The engine's own number: whether anything happened at all.
    var sequence: Int64 { engine.publisher.sequence(ward: nil) }

    private init(
        _ library: CareLibrary, _ change: (inout ControlServer.Configuration) -> Void
    ) throws {
        // Short: a socket's path has room for 107 bytes.
        directory = "/tmp/scc-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        let ledger = GatedLedger(
            try SQLiteLedger.open(path: directory + "/ledger.sqlite", clock: .realTime))
        self.ledger = ledger
        let clock = clock
        engine = try CareEngine(
            ledger: ledger,
            context: CareContext(
                library: library,
                wards: [Ward(id: "A", zone: .utc), Ward(id: "B", zone: .utc)]),
            logger: Self.logger, clock: { clock.now })
        var configuration = ControlServer.Configuration(roles: .standard(ownUser: getuid()))
        configuration.ownPath = directory + "/s"
        change(&configuration)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        listening = stream
        server = ControlServer(
            engine: engine, configuration: configuration, logger: Self.logger,
            clock: { clock.now }, onListening: { continuation.finish() })
        group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: Self.logger))
        var client = HTTPClient.Configuration()
        client.httpVersion = .http1Only
        client.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: client)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a ward for as long as `body` does, once there is a place for it.
    static func run(
        _ change: (inout ControlServer.Configuration) -> Void = { _ in },
        library: CareLibrary = TestLibrary.library,
        _ body: (TestWard) async throws -> Void
    ) async throws {
        await OpenWards.shared.enter()
        let result: Result<Void, any Error>
        do {
            result = .success(try await TestWard(library, change).run(body))
        } catch {
            result = .failure(error)
        }
        await OpenWards.shared.leave()
        try result.get()
    }

    private func run(_ body: (TestWard) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [self] in try await group.run() }
            for await _ in listening {}
            let result: Result<Void, any Error>
            do { result = .success(try await body(self)) } catch { result = .failure(error) }
            ledger.open()
            await stop()
            try await tasks.waitForAll()
            try await http.shutdown()
            try result.get()
        }
    }

    /// Asks the server to stop, and does not wait.
    func stop() async { await group.triggerGracefulShutdown() }

    // MARK: Requests

    func request(_ method: HTTPMethod, _ target: String) -> HTTPClientRequest {
        let path = socket.replacingOccurrences(of: "/", with: "%2F")
        var request = HTTPClientRequest(url: "http+unix://\(path)\(target)")
        request.method = method
        return request
    }

    func send(_ request: HTTPClientRequest) async throws -> Received {
        let response = try await http.execute(request, timeout: .seconds(60))
        return Received(
            status: Int(response.status.code), headers: response.headers,
            body: try await response.body.collect(upTo: 1 << 26))
    }

    func get(_ target: String, _ headers: [(String, String)] = []) async throws -> Received {
        var request = request(.GET, target)
        request.headers.add(contentsOf: HTTPHeaders(headers))
        return try await send(request)
    }

    func post(
        _ target: String, _ body: String, id: String? = nil,
        type: String? = "application/json"
    ) async throws -> Received {
        var request = request(.POST, target)
        if let type { request.headers.add(name: "Content-Type", value: type) }
        if let id { request.headers.add(name: ControlAPI.Header.requestID, value: id) }
        request.body = .bytes(ByteBuffer(string: body))
        return try await send(request)
    }

    /// Enrols a patient who needs turning every four hours.
    @discardableResult
    func enrol(
        ward: String = "A", bed: String, name: String = "Synthetic Ada",
        assessment: String = #"{"cannotReposition":true}"#
    ) async throws -> String {
        let answer = try await post(
            "/v1/stays",
            """
            {"by":"n7","stays":[{"ward":"\(ward)","bed":"\(bed)","admission":"A-\(ward)-\(bed)",
            "name":"\(name)","recordNumber":"SYN-943-476","assessment":\(assessment)}]}
            """)
        #expect(answer.status == 201)
        return try #require(try answer.decode(CommandAnswer.self).stays.first)
    }

    func turn(_ stay: String, skin: String = "intact", id: String? = nil) async throws -> Received {
        try await post(
            "/v1/stays/\(stay)/outcomes",
            """
            {"by":"n7","outcomes":[{"activity":"TURN","outcome":"done","readings":{"skin":"\(skin)"}}]}
            """, id: id)
    }
}
