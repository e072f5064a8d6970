import ControlAPI
import NIOCore
import NIOHTTP1
import Synchronization

/// One accepted connection: who made it, and whether it is still there.
final class Connection: Sendable {
    let caller: Caller?
    let channel: any Channel
    let closed = Latch()

    init(caller: Caller?, channel: any Channel) {
        self.caller = caller
        self.channel = channel
        channel.closeFuture.whenComplete { [closed] _ in closed.set() }
    }

    var eventLoop: any EventLoop { channel.eventLoop }
}

/// The open connections: how many they are, and who must be told when the server stops.
final class ConnectionList: Sendable {
    private struct State {
        var open: [ObjectIdentifier: Connection] = [:]
        var stopping = false
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.open.count } }

    /// - Returns: `false` when there are too many; the caller answers so and closes.
    func add(_ connection: Connection) -> Bool {
        let id = ObjectIdentifier(connection)
        let admitted = state.withLock { state -> Bool in
            guard !state.stopping, state.open.count < ServerLimits.connections else { return false }
            state.open[id] = connection
            return true
        }
        if admitted {
            _ = connection.closed.onSet { [self] in
                state.withLock { _ = $0.open.removeValue(forKey: id) }
            }
        }
        return admitted
    }

    /// Closes what is idle; what has a request closes after its answer.
    func quiesce() {
        for connection in stop() {
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    func closeAll() {
        for connection in stop() { connection.channel.close(promise: nil) }
    }

    private func stop() -> [Connection] {
        state.withLock { state in
            state.stopping = true
            return Array(state.open.values)
        }
    }
}

/// Answers what is no HTTP with a problem document, and closes.
///
/// It stands next to the parser, below everything that knows requests.
final class UnreadableRequestHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let headers: [(name: String, value: String)]
    /// Requests whose answer is not complete: nothing may come in between.
    private var unanswered = 0

    init(headers: [(name: String, value: String)]) {
        self.headers = headers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { unanswered += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, unanswered == 0 else {
            context.fireErrorCaught(error)
            context.close(promise: nil)
            return
        }
        let reply = Reply.problem(
            Problem(.malformed, "This is not an HTTP/1.1 request that can be read."))
        var head = HTTPResponseHead(version: .http1_1, status: .badRequest)
        for (name, value) in headers + reply.headers { head.headers.add(name: name, value: value) }
        head.headers.add(name: "Connection", value: "close")
        var body = ByteBuffer()
        if case .bytes(let bytes) = reply.body { body = bytes }
        head.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
