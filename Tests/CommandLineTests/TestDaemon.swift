import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A daemon that answers as a test says, on a socket of its own.
final class TestDaemon: Sendable {
    struct Request: Sendable {
        let head: String
        let body: String

        var line: String { head.split(separator: "\r\n").first.map(String.init) ?? "" }
        var method: Substring { line.prefix { $0 != " " } }

        var path: String {
            let parts = line.split(separator: " ")
            return parts.count > 1 ? String(parts[1]) : ""
        }

        func header(_ name: String) -> String? {
            for field in head.split(separator: "\r\n").dropFirst() {
                let parts = field.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    enum Reply: Sendable {
        case json(Int, String, headers: [String: String] = [:])
        /// Closes the connection without a word.
        case hangUp
        /// Keeps the connection open and says nothing.
        case silence

        static func ok(_ body: String) -> Reply { .json(200, body) }
    }

    let socketPath: String
    private let seen = Mutex<[Request]>([])

    var requests: [Request] { seen.withLock { $0 } }
    var writes: [Request] { requests.filter { $0.method == "POST" } }

    private init(socketPath: String) {
        self.socketPath = socketPath
    }

    /// Runs `body` beside a daemon that answers each request with what `reply` makes of it.
    static func with<Value: Sendable>(
        _ reply: @escaping @Sendable (Request) -> Reply,
        run body: @Sendable (TestDaemon) async throws -> Value
    ) async throws -> Value {
        let path = temporarySocketPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let daemon = TestDaemon(socketPath: path)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await server.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { handlers in
                        for try await connection in connections {
                            handlers.addTask {
                                // What a client does to its connection is no fault of the daemon.
                                try? await daemon.serve(connection, reply)
                            }
                        }
                    }
                }
                let value = try await body(daemon)
                group.cancelAll()
                return value
            }
        }
    }

    private func serve(
        _ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ reply: @Sendable (Request) -> Reply
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var text = ""
            for try await part in inbound {
                text += String(buffer: part)
                guard let end = text.range(of: "\r\n\r\n") else { continue }
                let head = String(text[..<end.lowerBound])
                let body = String(text[end.upperBound...])
                let request = Request(head: head, body: body)
                let length = request.header("Content-Length").flatMap(Int.init) ?? 0
                guard body.utf8.count >= length else { continue }
                text = ""
                seen.withLock { $0.append(request) }
                switch reply(request) {
                case .hangUp: return
                case .silence: continue
                case .json(let status, let body, let headers):
                    let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
                    let framing =
                        status == 304 ? "" : "Content-Length: \(body.utf8.count)\r\n"
                    try await outbound.write(
                        ByteBuffer(
                            string: "HTTP/1.1 \(status) X\r\n\(framing)\(fields)\r\n\(body)"))
                }
            }
        }
    }
}

/// Short, since a socket's path may have 103 bytes.
func temporarySocketPath() -> String {
    "/tmp/scc-\(UUID().uuidString.prefix(8)).sock"
}
