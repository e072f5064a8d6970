import CareCore
import CareEngine
import ControlAPI
import HummingbirdCore
import NIOCore
import Synchronization

extension ControlService {
    /// `GET /v1/events`: first what is there, then what happens.
    func eventStream(_ exchange: Exchange) async throws -> Reply {
        try exchange.query.check(["ward"])
        let ward = try ward(in: exchange.query)
        var reply = Reply(headers: [
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"),
        ])
        guard exchange.method == "GET" else {
            reply.body = .stream { _ in }
            return reply
        }
        // Subscribed before the state is read: what falls in between comes twice, and is left out
        // by its number, rather than never.
        guard let entries = engine.publisher.watch(ward: ward) else {
            throw Problem(
                .unavailable, "There are too many event streams (\(EngineLimits.watchers)).")
        }
        let stream = EventStream(
            service: self, ward: ward, entries: entries,
            lastEventID: exchange.header("Last-Event-ID"), connection: exchange.connection)
        reply.body = .stream { writer in try await stream.write(to: &writer) }
        return reply
    }
}

/// One reader of the event stream.
private struct EventStream: Sendable {
    private enum Signal: Sendable {
        /// Entries lie in the inbox.
        case entries
        case keepAlive
        /// The publisher dropped this reader.
        case dropped
        /// The server stops, or nobody reads any more.
        case over
    }

    let service: ControlService
    let ward: String?
    let entries: AsyncStream<PublishedEntry>
    let lastEventID: String?
    let connection: Connection

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var position: Int64 = 0
        var isCurrent = false
        if let last = lastEventID.flatMap({ Int64($0) }), isResumable(last) {
            position = last
            isCurrent = try await catchUp(from: &position, to: &writer)
        }
        if !isCurrent {
            if lastEventID != nil {
                try await send(ByteBuffer(string: "event: resync\ndata: {}\n\n"), to: &writer)
            }
            position = try await sendSnapshot(to: &writer)
        }
        try await follow(from: position, to: &writer)
    }

    private func isResumable(_ last: Int64) -> Bool {
        let missed = service.engine.publisher.sequence(ward: nil) - last
        return last >= 0 && (0...ServerLimits.resumeEntries).contains(missed)
    }

    @concurrent private func sendSnapshot(
        to writer: inout any ResponseBodyWriter
    ) async throws -> Int64 {
        let snapshot = await service.engine.snapshot(ward: ward)
        let answer = AlertsAnswer(
            snapshot, ward: ward, in: service.engine.context,
            validUntil: service.validUntil(snapshot.at),
            demoClockRate: service.configuration.demoClockRate)
        try await send(
            message("snapshot", snapshot.sequence, try JSON.encode(answer)), to: &writer)
        return snapshot.sequence
    }

    /// What the ledger has since `position`.
    ///
    /// - Returns: `false` where the reader of one ward needs a snapshot instead, because a patient has
    ///   changed wards since: the entries tell where a patient is now, not where each of them fell.
    @concurrent private func catchUp(
        from position: inout Int64, to writer: inout any ResponseBodyWriter
    ) async throws -> Bool {
        var wards: [StayID: String] = [:]
        while true {
            let page = try await service.engine.entries(
                after: position, stay: nil, limit: ServerLimits.historyEntries)
            guard let last = page.last else { return true }
            if ward != nil, page.contains(where: { $0.entry.event.isTransfer }) { return false }
            var bytes = ByteBuffer()
            for published in page {
                var stay: Stay?
                if let id = published.entry.event.stay, published.ward == nil {
                    // Discharged since: only the ledger knows where it was.
                    if wards[id] == nil {
                        stay = try await service.engine.stay(id)
                        wards[id] = stay?.ward ?? ""
                    }
                    guard ward == nil || wards[id] == ward else { continue }
                } else if let ward, let other = published.ward, other != ward {
                    continue
                }
                bytes.writeImmutableBuffer(
                    try message(EventView(published, stay: stay, in: service.engine.context)))
            }
            position = last.entry.sequence
            if bytes.readableBytes > 0 { try await send(bytes, to: &writer) }
        }
    }

    /// What happens from now on.
    @concurrent private func follow(
        from position: Int64, to writer: inout any ResponseBodyWriter
    ) async throws {
        let (signals, signal) = AsyncStream.makeStream(of: Signal.self)
        let inbox = Inbox()
        let gone = connection.closed.onSet { signal.yield(.over) }
        let stopped = service.stopping.onSet { signal.yield(.over) }
        let interval = TimeAmount.seconds(ServerLimits.keepAliveSeconds)
        let timer = connection.eventLoop.scheduleRepeatedTask(
            initialDelay: interval, delay: interval
        ) { _ in _ = signal.yield(.keepAlive) }
        defer {
            connection.closed.forget(gone)
            service.stopping.forget(stopped)
            timer.cancel()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [entries] in
                for await entry in entries where entry.entry.sequence > position {
                    if await inbox.put(entry) { signal.yield(.entries) }
                }
                signal.yield(.dropped)
            }
            defer { group.cancelAll() }
            for await next in signals {
                switch next {
                case .entries:
                    try await send(try messages(inbox.takeAll()), to: &writer)
                case .keepAlive:
                    try await send(ByteBuffer(string: ": alive\n\n"), to: &writer)
                case .dropped:
                    var bytes = try messages(inbox.takeAll())
                    bytes.writeString("event: dropped\ndata: {}\n\n")
                    try await send(bytes, to: &writer)
                    return
                case .over:
                    return
                }
            }
        }
    }

    private func messages(_ entries: [PublishedEntry]) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        for published in entries {
            bytes.writeImmutableBuffer(
                try service.events.text(of: published.entry.sequence) {
                    try message(EventView(published, in: service.engine.context))
                })
        }
        return bytes
    }

    private func message(_ view: EventView) throws -> ByteBuffer {
        message(view.kind, view.sequence, try JSON.encode(view))
    }

    private func message(_ event: String, _ id: Int64, _ data: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer(string: "event: \(event)\nid: \(id)\ndata: ")
        bytes.writeImmutableBuffer(data)
        bytes.writeString("\n\n")
        return bytes
    }

    /// Writes; a reader that takes nothing for long loses its connection.
    @concurrent private func send(
        _ bytes: ByteBuffer, to writer: inout any ResponseBodyWriter
    ) async throws {
        guard bytes.readableBytes > 0 else { return }
        let stalled = connection.eventLoop.scheduleTask(
            in: .seconds(ServerLimits.stalledSeconds)
        ) { [channel = connection.channel] in channel.close(promise: nil) }
        defer { stalled.cancel() }
        try await writer.write(bytes)
    }
}

extension Event {
    fileprivate var isTransfer: Bool {
        if case .stayTransferred = self { true } else { false }
    }
}

/// Entries between the publisher and the writer.
///
/// It holds few, so that a reader who does not keep up fills the publisher's own buffer, which is
/// bounded.
private final class Inbox: Sendable {
    private struct State {
        var entries: [PublishedEntry] = []
        var full: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Waits while it is full.
    ///
    /// - Returns: Whether it was empty, so that the writer must be told.
    func put(_ entry: PublishedEntry) async -> Bool {
        await waitForRoom()
        return state.withLock { state in
            state.entries.append(entry)
            return state.entries.count == 1
        }
    }

    func takeAll() -> [PublishedEntry] {
        let (entries, full) = state.withLock { state in
            defer { state = State() }
            return (state.entries, state.full)
        }
        full?.resume()
        return entries
    }

    private func waitForRoom() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let hasRoom = state.withLock { state in
                    if state.entries.count < ServerLimits.streamBatch || Task.isCancelled {
                        return true
                    }
                    state.full = continuation
                    return false
                }
                if hasRoom { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.full = nil }
                return state.full
            }?.resume()
        }
    }
}

/// Messages of the newest entries, encoded once however many read the stream.
final class EventTexts: Sendable {
    private let texts = Mutex<[Int64: ByteBuffer]>([:])

    func text(of sequence: Int64, make: () throws -> ByteBuffer) rethrows -> ByteBuffer {
        if let text = texts.withLock({ $0[sequence] }) { return text }
        // Two readers may make the same text; that costs less than waiting for each other.
        let text = try make()
        texts.withLock { texts in
            if texts.count >= EngineLimits.watchBuffer { texts.removeAll(keepingCapacity: true) }
            texts[sequence] = text
        }
        return text
    }
}
