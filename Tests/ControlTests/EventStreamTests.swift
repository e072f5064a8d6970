import AsyncHTTPClient
import CareCore
import CareEngine
import ControlAPI
import ControlClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import ControlServer

/// A reader of the event stream, one message at a time.
struct StreamReader {
    let status: Int
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var parser = ServerSentEventParser()
    private var pending: [ServerSentEvent] = []

    init(_ ward: TestWard, _ target: String = "/v1/events", last: String? = nil) async throws {
        var request = ward.request(.GET, target)
        if let last { request.headers.add(name: "Last-Event-ID", value: last) }
        let response = try await ward.http.execute(request, deadline: .distantFuture)
        status = Int(response.status.code)
        #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
        body = response.body.makeAsyncIterator()
    }

    /// `nil` at the end of the stream.
    mutating func next() async throws -> ServerSentEvent? {
        while pending.isEmpty {
            guard let bytes = try await body.next(isolation: #isolation) else { return nil }
            pending = parser.feed(bytes.readableBytesView)
        }
        return pending.removeFirst()
    }

    /// Skips to the first event of a kind.
    mutating func next(_ kind: String) async throws -> ServerSentEvent? {
        while let event = try await next() {
            if event.event == kind { return event }
        }
        return nil
    }
}

@Suite(.timeLimit(.minutes(1))) struct `The event stream` {
    @Test func `first what is there, then what happens, numbered and without a gap`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1", name: "Canary")
            var reader = try await StreamReader(ward)
            let snapshot = try #require(try await reader.next())
            #expect(snapshot.event == "snapshot")
            #expect(snapshot.id == "\(ward.sequence)")
            let answer = try JSONDecoder().decode(
                AlertsAnswer.self, from: Data(snapshot.data.utf8))
            #expect(answer.patients == 1)
            var number = ward.sequence
            _ = try await ward.turn("S1", skin: "red")
            while number < ward.sequence {
                let event = try #require(try await reader.next())
                number += 1
                #expect(event.id == "\(number)")
                let view = try JSONDecoder().decode(EventView.self, from: Data(event.data.utf8))
                #expect(view.sequence == number)
                #expect(view.kind == event.event)
                #expect(!event.data.contains("Canary"))
            }
        }
    }

    @Test func `a reader of one ward sees nothing of another`() async throws {
        try await TestWard.run { ward in
            var reader = try await StreamReader(ward, "/v1/events?ward=B")
            #expect(try await reader.next()?.event == "snapshot")
            try await ward.enrol(ward: "A", bed: "1")
            try await ward.enrol(ward: "B", bed: "1")
            let event = try #require(try await reader.next())
            #expect(event.event == "stay-enrolled")
            #expect(event.data.contains(#""ward":"B""#))
        }
    }

    @Test func `a reader that comes back gets what it missed, from a discharged stay too`()
        async throws
    {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            let seen = ward.sequence
            _ = try await ward.turn("S1")
            _ = try await ward.post("/v1/stays/S1/discharge", #"{"by":"n7","reason":"home"}"#)
            // Neither of these two is on the ward that is read.
            try await ward.enrol(ward: "B", bed: "1")
            try await ward.enrol(ward: "B", bed: "2")
            _ = try await ward.post("/v1/stays/S2/discharge", #"{"by":"n7","reason":"home"}"#)
            var reader = try await StreamReader(ward, "/v1/events?ward=A", last: "\(seen)")
            let first = try #require(try await reader.next())
            #expect(first.event == "outcome-recorded")
            #expect(first.id == "\(seen + 1)")
            #expect(first.data.contains(#""ward":"A""#))
            #expect(try await reader.next("stay-discharged")?.data.contains(#""S1""#) == true)
            // Live again.
            try await ward.enrol(bed: "2")
            let next = try #require(try await reader.next())
            #expect(next.event == "stay-enrolled")
            #expect(next.data.contains(#""ward":"A""#))
        }
    }

    @Test(arguments: ["A", "B"])
    func `a reader of one ward who missed a transfer gets a snapshot`(read: String) async throws {
        try await TestWard.run { ward in
            try await ward.enrol(ward: "A", bed: "1")
            let seen = ward.sequence
            _ = try await ward.turn("S1")
            _ = try await ward.post(
                "/v1/stays/S1/transfer", #"{"by":"n7","ward":"B","bed":"4"}"#)
            var reader = try await StreamReader(ward, "/v1/events?ward=\(read)", last: "\(seen)")
            #expect(try await reader.next()?.event == "resync")
            let snapshot = try #require(try await reader.next())
            #expect(snapshot.event == "snapshot")
            #expect(snapshot.id == "\(ward.sequence)")
            var all = try await StreamReader(ward, "/v1/events", last: "\(seen)")
            #expect(try await all.next()?.event == "outcome-recorded")
        }
    }

    @Test(arguments: ["999999", "-1", "abc", ""])
    func `an id that this ledger never gave out means resync`(last: String) async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            var reader = try await StreamReader(ward, last: last)
            #expect(try await reader.next()?.event == "resync")
            #expect(try await reader.next()?.event == "snapshot")
        }
    }

    @Test func `the stream ends at once when the server stops`() async throws {
        try await TestWard.run { ward in
            var reader = try await StreamReader(ward)
            #expect(try await reader.next()?.event == "snapshot")
            try await ward.untilWaiting()
            let start = ContinuousClock.now
            await ward.stop()
            #expect(try await reader.next() == nil)
            #expect(ContinuousClock.now - start < .seconds(1))
        }
    }

    @Test func `a reader that does not keep up is told that it was dropped`() async throws {
        try await TestWard.run { ward in
            try await ward.enrol(bed: "1")
            var reader = try await StreamReader(ward)
            #expect(try await reader.next()?.event == "snapshot")
            // Nobody reads while the publisher's buffer and the socket's fill.
            while ward.engine.publisher.watcherCount > 0 {
                ward.clock.advance(minutes: 1)
                _ = try await ward.turn("S1")
            }
            #expect(try await reader.next("dropped") != nil)
            #expect(try await reader.next() == nil)
        }
    }

    @Test func `a reader that went away leaves nothing behind`() async throws {
        try await TestWard.run { ward in
            do {
                var reader = try await StreamReader(ward)
                #expect(try await reader.next()?.event == "snapshot")
                #expect(ward.engine.publisher.watcherCount == 1)
            }
            while ward.engine.publisher.watcherCount > 0 { await Task.yield() }
        }
    }
}
