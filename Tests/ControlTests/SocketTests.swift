import CareCore
import ControlAPI
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import ControlServer

@Suite(.timeLimit(.minutes(1))) struct `The socket` {
    @Test func `it has its mode from the start and goes when the server stops`() async throws {
        var path = ""
        try await TestWard.run { ward in
            path = ward.socket
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o660)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)
            // Nothing is left of the temporary name.
            let names = try FileManager.default.contentsOfDirectory(atPath: ward.directory)
            #expect(names.filter { $0.hasPrefix("s") } == ["s"])
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `while it is made, other threads make files as ever, and nobody may reach it`()
        async throws
    {
        let path = "/tmp/scc-mask-\(getpid()).sock"
        let socket = OwnSocket(path: path, mode: 0o660, group: nil)
        try await socket.listen(on: MultiThreadedEventLoopGroup.singleton) { temporary in
            let made = path + ".other"
            try FileManager.default.createDirectory(
                atPath: made, withIntermediateDirectories: false)
            defer { try? FileManager.default.removeItem(atPath: made) }
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(made).map { $0 & 0o700 } == 0o700)
            let room = String(temporary.dropLast("/s".count))
            #expect(try mode(room) == 0o700)
            // Stands for the socket that is bound there.
            #expect(FileManager.default.createFile(atPath: temporary, contents: nil))
        }
        socket.remove()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: "\(path).\(getpid())"))
    }

    @Test func `the longest path that the settings take can be listened on`() async throws {
        let start = "/tmp/scc-long-\(getpid())-"
        let fill = String(repeating: "x", count: OwnSocket.longestPath - start.utf8.count)
        let socket = OwnSocket(path: start + fill, mode: 0o660, group: nil)
        let channel = try await socket.listen(on: MultiThreadedEventLoopGroup.singleton) { path in
            try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(unixDomainSocketPath: path).get()
        }
        socket.remove()
        try await channel.close()
    }

    @Test func `a second daemon is refused and the first goes on`() async throws {
        try await TestWard.run { ward in
            let second = OwnSocket(path: ward.socket, mode: 0o660, group: nil)
            await #expect(throws: ListenFailure.alreadyServed(path: ward.socket)) {
                try await second.listen(on: MultiThreadedEventLoopGroup.singleton) { _ in }
            }
            second.remove()
            let answer = try await ward.get("/v1/status")
            #expect(answer.status == 200)
        }
    }

    @Test func `a name left behind is taken, a file that is no socket is left`() async throws {
        try await TestWard.run { ward in
            let group = MultiThreadedEventLoopGroup.singleton
            let stale = ward.directory + "/stale"
            let dead = try await ServerBootstrap(group: group)
                .bind(unixDomainSocketPath: stale).get()
            try await dead.close()
            let socket = OwnSocket(path: stale, mode: 0o600, group: nil)
            let channel = try await socket.listen(on: group) { path in
                try await ServerBootstrap(group: group).bind(unixDomainSocketPath: path).get()
            }
            // Somebody else takes the name: it is no longer ours to remove.
            try FileManager.default.removeItem(atPath: stale)
            try Data("mine".utf8).write(to: URL(filePath: stale))
            socket.remove()
            #expect(FileManager.default.fileExists(atPath: stale))
            try await channel.close()

            let file = OwnSocket(path: stale, mode: 0o600, group: nil)
            await #expect(throws: ListenFailure.notASocket(path: stale)) {
                try await file.listen(on: group) { _ in }
            }
        }
    }

    @Test func `a socket of the service manager is used and never unlinked`() async throws {
        let path = "/tmp/scc-\(String(UInt32.random(in: 0 ... .max), radix: 36)).sock"
        let descriptor = try listeningSocket(path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestWard.run({ $0.sockets = [descriptor] }) { ward in
            let raw = try await RawConnection(path)
            let answer = try await raw.exchange("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            try await raw.close()
        }
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET /v1/status HTTP/9.9\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        "POST /v1/stays HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: " + String(repeating: "x", count: 20_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\n" + (0..<80).map { "X\($0): 1\r\n" }.joined() + "\r\n",
    ])
    func `what is no request is answered with a problem and closed`(text: String) async throws {
        try await TestWard.run { ward in
            let raw = try await RawConnection(ward.socket)
            let answer = try await raw.exchangeToEnd(text)
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(answer)")
            #expect(answer.contains("application/problem+json"))
            #expect(answer.contains(#""code":"malformed""#))
            #expect(answer.contains(ControlAPI.Header.version))
            #expect(try await ward.get("/v1/status").status == 200)
        }
    }

    @Test func `a body without end is answered before it is read`() async throws {
        try await TestWard.run { ward in
            let raw = try await RawConnection(ward.socket)
            let answer = try await raw.exchangeToEnd(
                "POST /v1/stays HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 999999999\r\n\r\n{")
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.contains(#""code":"too-large""#))
        }
    }

    @Test func `one connection too many is told so`() async throws {
        try await TestWard.run { ward in
            var open: [RawConnection] = []
            for _ in 0..<ServerLimits.connections {
                open.append(try await RawConnection(ward.socket))
            }
            while ward.server.connectionCount < ServerLimits.connections { await Task.yield() }
            let extra = try await RawConnection(ward.socket)
            let answer = try await extra.exchangeToEnd("")
            #expect(answer.hasPrefix("HTTP/1.1 503"))
            #expect(answer.contains(#""code":"unavailable""#))
            for connection in open { try await connection.close() }
            while ward.server.connectionCount > 0 { await Task.yield() }
            #expect(try await ward.get("/v1/status").status == 200)
        }
    }

    @Test func `a command in flight is answered while the server stops`() async throws {
        try await TestWard.run { ward in
            ward.ledger.shut()
            async let enrolled = ward.enrol(bed: "1")
            await ward.untilBusy()
            await ward.stop()
            ward.ledger.open()
            let stay = try await enrolled
            #expect(stay == "S1")
        }
    }

    @Test func `requests in a row on one connection are answered in a row`() async throws {
        try await TestWard.run { ward in
            let raw = try await RawConnection(ward.socket)
            let request = "GET /v1/nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await raw.exchangeToEnd(
                request + request
                    + "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.components(separatedBy: "HTTP/1.1 404 Not Found").count == 3)
            #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 2)
        }
    }

    private func listeningSocket(_ path: String) throws -> CInt {
        let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        let address = try SocketAddress(unixDomainSocketPath: path)
        let bound = unsafe address.withSockAddr { pointer, size in
            unsafe bind(descriptor, pointer, socklen_t(size))
        }
        try #require(bound == 0)
        try #require(listen(descriptor, 16) == 0)
        return descriptor
    }
}

/// Bytes to and from the server, without a client that knows better.
struct RawConnection: Sendable {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    init(_ path: String) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Sends, and reads the first part of what comes back.
    func exchange(_ text: String) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            for try await part in inbound { return String(buffer: part) }
            return ""
        }
    }

    /// Sends, and reads until the server closes.
    func exchangeToEnd(_ text: String) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            if !text.isEmpty { try await outbound.write(ByteBuffer(string: text)) }
            var answer = ""
            for try await part in inbound { answer += String(buffer: part) }
            return answer
        }
    }

    func close() async throws {
        // Already closed by an exchange is closed.
        try? await channel.channel.close()
    }
}
