import ControlAPI
import ControlClient
import Foundation
import Testing

private let status = """
    {"schema":1,"version":"0.1.0","pid":1,"startedAt":"2027-01-19T08:00:00Z",\
    "now":"2027-01-19T14:00:00Z","health":"ok","patients":0,"careItems":0,"raisedReminders":0,\
    "activeAlerts":0,"lastSequence":0,"watchers":0,"protocolVersion":"1","ledgerPath":"/x",\
    "wards":[{"id":"7","zone":"Europe/Berlin"}]}
    """

private let command = """
    {"schema":1,"sequence":7,"at":"2027-01-19T14:00:00Z","stays":["S1"],"settled":[],\
    "alerts":[],"holds":[]}
    """

private func failure(
    _ body: @Sendable () async throws(ClientError) -> Void
) async -> ClientError? {
    do throws(ClientError) {
        try await body()
        return nil
    } catch {
        return error
    }
}

/// Runs with a client that is closed afterwards, as AsyncHTTPClient demands.
private func withClient<Value: Sendable>(
    _ socketPath: String, timeoutSeconds: Int = 10,
    _ body: (ControlClient) async throws -> Value
) async throws -> Value {
    let client = ControlClient(socketPath: socketPath, timeoutSeconds: timeoutSeconds)
    do {
        let value = try await body(client)
        await client.shutdown()
        return value
    } catch {
        await client.shutdown()
        throw error
    }
}

@Suite struct ControlClientTests {
    @Test func `a missing socket says how to start the daemon`() async throws {
        let path = temporarySocketPath()
        let error = try await withClient(path) { client in
            await failure { () throws(ClientError) in
                _ = try await client.get("/v1/status", as: StatusAnswer.self)
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.sentence.contains("no socket at \(path)") == true)
        #expect(error?.sentence.contains("systemctl start sccd.socket") == true)
    }

    @Test func `a socket without a listener says that nobody listens`() async throws {
        // The daemon of this path is gone, but its file is still there.
        let path = temporarySocketPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let error = try await withClient(path) { client in
            await failure { () throws(ClientError) in
                _ = try await client.get("/v1/status", as: StatusAnswer.self)
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.sentence.contains("nobody listens") == true)
    }

    @Test func `a path that is too long is refused in words`() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        let error = try await withClient(path) { client in
            await failure { () throws(ClientError) in
                _ = try await client.get("/v1/status", as: StatusAnswer.self)
            }
        }
        #expect(error?.code == .invalid)
        #expect(error?.sentence.contains("103 bytes") == true)
    }

    @Test func `a daemon that is silent is told apart from one that is gone`() async throws {
        let error = try await TestDaemon.with({ _ in .silence }) { daemon in
            try await withClient(daemon.socketPath, timeoutSeconds: 0) { client in
                await failure { () throws(ClientError) in
                    _ = try await client.get("/v1/status", as: StatusAnswer.self)
                }
            }
        }
        guard case .timeout = error else {
            Issue.record("\(String(describing: error)) is no timeout")
            return
        }
    }

    @Test func `an answer carries what its headers say`() async throws {
        let headers = [
            "ETag": "\"a\"", "SCC-Made-At": "2027-01-19T14:00:00Z",
            "SCC-Demo-Clock-Rate": "60", "SCC-Version": "9.9",
        ]
        let answer = try await TestDaemon.with({ _ in .json(200, status, headers: headers) }) {
            daemon in
            try await withClient(daemon.socketPath) { client in
                try await client.get("/v1/status", as: StatusAnswer.self)
            }
        }
        #expect(answer.value.wards == [WardView(id: "7", zone: "Europe/Berlin")])
        #expect(answer.body == status)
        #expect(answer.etag == "\"a\"")
        #expect(answer.madeAt == "2027-01-19T14:00:00Z")
        #expect(answer.demoClockRate == 60)
        #expect(answer.daemonVersion == "9.9")
    }

    @Test func `what did not change has no value but new times`() async throws {
        let answer = try await TestDaemon.with({ request in
            request.header("If-None-Match") == "\"a\""
                ? .json(304, "", headers: ["SCC-Valid-Until": "2027-01-19T14:01:00Z"])
                : .ok(status)
        }) { daemon in
            try await withClient(daemon.socketPath) { client in
                try await client.getIfChanged(
                    "/v1/status", as: StatusAnswer.self, etag: "\"a\"")
            }
        }
        #expect(answer.value == nil)
        #expect(answer.validUntil == "2027-01-19T14:01:00Z")
    }

    @Test func `a query is percent-encoded`() async throws {
        let path = try await TestDaemon.with({ _ in .ok(status) }) { daemon in
            try await withClient(daemon.socketPath) { client in
                _ = try await client.get(
                    "/v1/status", query: [("ward", "7 &ü")], as: StatusAnswer.self)
            }
            return daemon.requests.first?.path
        }
        #expect(path == "/v1/status?ward=7%20%26%C3%BC")
    }

    @Test func `a problem document becomes a typed error with the daemon's words`() async throws {
        let body = """
            {"type":"urn:sccd:problem:conflict","title":"t","status":409,\
            "detail":"Bed 12A is occupied.","code":"conflict","faults":[]}
            """
        let error = try await TestDaemon.with({ _ in
            .json(409, body, headers: ["SCC-Version": "9.9"])
        }) { daemon in
            try await withClient(daemon.socketPath) { client in
                await failure { () throws(ClientError) in
                    _ = try await client.get("/v1/status", as: StatusAnswer.self)
                }
            }
        }
        #expect(error?.code == .conflict)
        #expect(error?.problem.detail == "Bed 12A is occupied.")
        // The other version may be the reason.
        #expect(error?.sentence.contains("sccd is version 9.9") == true)
    }

    @Test(arguments: ["", "{}", "<html>", "{\"schema\":1"])
    func `an answer that is no answer is unreadable`(body: String) async throws {
        for status in [200, 500] {
            let error = try await TestDaemon.with({ _ in .json(status, body) }) { daemon in
                try await withClient(daemon.socketPath) { client in
                    await failure { () throws(ClientError) in
                        _ = try await client.get("/v1/status", as: StatusAnswer.self)
                    }
                }
            }
            #expect(error?.code == .internal, "status \(status), body \(body)")
        }
    }

    @Test func `a write whose connection breaks is repeated once with the same key`() async throws {
        let attempts = Counter()
        let keys = try await TestDaemon.with({ _ in
            attempts.next() == 1 ? .hangUp : .json(201, command)
        }) { daemon in
            try await withClient(daemon.socketPath) { client in
                _ = try await client.post(
                    "/v1/stays/S1/resume", ResumeRequest(by: "Test Nurse"),
                    requestID: "test-0001", as: CommandAnswer.self)
            }
            return daemon.writes.map { $0.header(ControlAPI.Header.requestID) }
        }
        #expect(keys == ["test-0001", "test-0001"])
    }

    @Test func `a write that breaks twice has an unknown outcome and says how to settle it`()
        async throws
    {
        let (error, count) = try await TestDaemon.with({ _ in .hangUp }) { daemon in
            let error = try await withClient(daemon.socketPath) { client in
                await failure { () throws(ClientError) in
                    _ = try await client.post(
                        "/v1/stays/S1/resume", ResumeRequest(by: "Test Nurse"),
                        requestID: "test-0002", as: CommandAnswer.self)
                }
            }
            return (error, daemon.writes.count)
        }
        #expect(error?.code.exitCode == 7)
        #expect(error?.sentence.contains("--request-id test-0002") == true)
        #expect(count == 2)
    }

    @Test func `a write that is not answered in time is not repeated`() async throws {
        let (error, count) = try await TestDaemon.with({ _ in .silence }) { daemon in
            let error = try await withClient(daemon.socketPath, timeoutSeconds: 0) { client in
                await failure { () throws(ClientError) in
                    _ = try await client.post(
                        "/v1/stays/S1/resume", ResumeRequest(by: "Test Nurse"),
                        requestID: "test-0003", as: CommandAnswer.self)
                }
            }
            return (error, daemon.writes.count)
        }
        #expect(error?.code == .unknownOutcome)
        #expect(count <= 1)
    }

    @Test func `a refused write is not repeated`() async throws {
        let problem = """
            {"type":"x","title":"t","status":422,"detail":"d","code":"invalid","faults":[]}
            """
        let count = try await TestDaemon.with({ _ in .json(422, problem) }) { daemon in
            try await withClient(daemon.socketPath) { client in
                let error = await failure { () throws(ClientError) in
                    _ = try await client.post(
                        "/v1/stays/S1/resume", ResumeRequest(by: "Test Nurse"),
                        requestID: "test-0004", as: CommandAnswer.self)
                }
                #expect(error?.code == .invalid)
            }
            return daemon.writes.count
        }
        #expect(count == 1)
    }

    @Test func `the event stream hands over each message and ends`() async throws {
        let stream =
            "id: 4\nevent: snapshot\ndata: {}\n\n: still here\n\nid: 5\ndata: a\ndata: b\n\n"
        let ids = Collected()
        try await TestDaemon.with({ _ in
            .json(200, stream, headers: ["Content-Type": "text/event-stream"])
        }) { daemon in
            try await withClient(daemon.socketPath) { client in
                try await client.events(query: [("ward", "7")]) { event in
                    ids.add("\(event.id ?? "")|\(event.event)|\(event.data)")
                    return true
                }
            }
        }
        #expect(ids.all == ["4|snapshot|{}", "5|message|a\nb"])
    }
}

@Suite struct ServerSentEventTests {
    @Test func `messages are the same however the bytes are cut`() {
        let stream = Array(
            "id: 1\r\ndata: ä\r\ndata: ö\r\n\r\nevent: x\ndata\n\n:c\n\ndata: 2\rdata:  3\r\r".utf8)
        var whole = ServerSentEventParser()
        let expected = whole.feed(stream)
        #expect(expected.map(\.data) == ["ä\nö", "", "2\n 3"])
        #expect(expected.map(\.event) == ["message", "x", "message"])
        #expect(expected.map(\.id) == ["1", "1", "1"])
        for size in 1..<stream.count {
            var parser = ServerSentEventParser()
            var events: [ServerSentEvent] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                events += parser.feed(stream[start..<min(start + size, stream.count)])
            }
            #expect(events == expected, "cut into \(size)")
        }
    }
}
