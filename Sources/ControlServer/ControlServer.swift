package import CareCore
package import CareEngine
import ControlAPI
import HummingbirdCore
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The local control interface: HTTP/1.1 with JSON on unix sockets.
///
/// It decides nothing about care: it reads requests strictly, asks the kernel who is calling, hands
/// commands to the engine and puts answers into the words of ``ControlAPI``.
package struct ControlServer: Service {
    package struct Configuration: Sendable {
        /// Listening sockets of the service manager.
        ///
        /// They are used as they are and never unlinked.
        package var sockets: [CInt] = []
        /// A socket of our own at this path, besides.
        package var ownPath: String?
        package var socketGroup: UInt32?
        package var socketMode: UInt32 = 0o660
        package var roles: RoleTable
        package var version = ControlAPI.version
        package var ledgerPath = ""
        /// Describes protocols and reads them anew; `nil` where there are no files to read.
        package var protocols: ProtocolDesk?
        /// The rate of a demonstration clock; `nil` in real time.
        package var demoClockRate: Double?
        /// How long the answer to a poll may be trusted, in real seconds.
        package var validForSeconds = 45
        /// One or two: parsing is little work, and the engine wants a core of its own.
        package var eventLoopThreads = 1
        /// How long a poll waits for a sign of life of the engine.
        package var enginePatienceSeconds = ServerLimits.pulsePatienceSeconds

        package init(roles: RoleTable) {
            self.roles = roles
        }
    }

    private let configuration: Configuration
    let service: ControlService
    private let logger: Logger
    private let onListening: @Sendable () async -> Void

    /// - Parameters:
    ///   - clock: The ward's time: the clock that the engine reads.
    ///   - onListening: Called once, when every socket accepts connections.
    package init(
        engine: CareEngine, configuration: Configuration, logger: Logger,
        clock: @escaping @Sendable () -> Instant,
        onListening: @escaping @Sendable () async -> Void = {}
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        service = ControlService(
            engine: engine, configuration: configuration, logger: logger, clock: clock)
    }

    /// How many connections are open.
    package var connectionCount: Int { service.connections.count }

    /// Returns once every event loop has answered a round trip.
    ///
    /// A loop that hangs keeps this waiting, which is what a watchdog wants to know.
    package func answers() async throws {
        try await service.loops.turn()
    }

    /// Serves until a graceful shutdown or cancellation: streams and long polls then end at once,
    /// commands that are being done are answered first.
    ///
    /// - Throws: ``ListenFailure`` when a socket cannot be had.
    package func run() async throws {
        let group = MultiThreadedEventLoopGroup(
            numberOfThreads: max(1, min(2, configuration.eventLoopThreads)))
        service.loops.use(group)
        do {
            try await serve(on: group)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(on group: MultiThreadedEventLoopGroup) async throws {
        var listeners: [NIOAsyncChannel<Accepted, Never>] = []
        var own: OwnSocket?
        do {
            for descriptor in configuration.sockets {
                listeners.append(
                    try await bootstrap(group).bind(descriptor) { channel in accept(channel) })
            }
            if let path = configuration.ownPath {
                let socket = OwnSocket(
                    path: path, mode: configuration.socketMode, group: configuration.socketGroup)
                listeners.append(
                    try await socket.listen(on: group) { path in
                        try await bootstrap(group).bind(unixDomainSocketPath: path) { channel in
                            accept(channel)
                        }
                    })
                own = socket
            }
        } catch {
            for listener in listeners { try? await listener.channel.close() }
            throw error
        }
        guard !listeners.isEmpty else { throw ListenFailure.nothingToListenOn }
        await onListening()
        let channels = listeners.map(\.channel)
        let eventLoop = group.next()
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { tasks in
                for listener in listeners {
                    tasks.addTask { await handleConnections(of: listener) }
                }
            }
        } onCancelOrGracefulShutdown: { [service, own] in
            // The name goes first: whoever looks for the daemon now finds none, not a dying one.
            own?.remove()
            for channel in channels { channel.close(promise: nil) }
            service.stopping.set()
            service.connections.quiesce()
            eventLoop.scheduleTask(in: .seconds(ServerLimits.drainSeconds)) {
                service.connections.closeAll()
            }
        }
    }

    private func bootstrap(_ group: MultiThreadedEventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(ServerLimits.connections))
    }

    private enum Accepted: Sendable {
        case served(HTTP1Channel, HTTP1Channel.Value)
        case refused(any Channel)
    }

    /// Runs on the event loop of a connection that was just accepted.
    private func accept(_ channel: any Channel) -> EventLoopFuture<Accepted> {
        Caller.atOtherEnd(of: channel).flatMap { caller in
            let connection = Connection(caller: caller, channel: channel)
            guard service.connections.add(connection) else {
                return channel.eventLoop.makeSucceededFuture(.refused(channel))
            }
            let http = HTTP1Channel(
                responder: { [service] request, writer, _ in
                    try await service.respond(to: request, writer, on: connection)
                },
                configuration: .init(
                    idleTimeout: .seconds(ServerLimits.idleSeconds),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: ServerLimits.headBytes,
                        maxHeaderListSize: ServerLimits.headBytes,
                        maxHeaderFieldCount: ServerLimits.headFields)))
            return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(
                    UnreadableRequestHandler(headers: service.standingHeaders),
                    position: .after(
                        pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)))
                return .served(http, value)
            }
        }
    }

    private func handleConnections(of listener: NIOAsyncChannel<Accepted, Never>) async {
        await withDiscardingTaskGroup { tasks in
            do {
                try await listener.executeThenClose { inbound in
                    for try await accepted in inbound {
                        switch accepted {
                        case .served(let http, let value):
                            tasks.addTask { await http.handle(value: value, logger: logger) }
                        case .refused(let channel):
                            turnAway(channel)
                        }
                    }
                }
            } catch {
                logger.error("accepting failed", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Says why in one write, without a pipeline for it.
    private func turnAway(_ channel: any Channel) {
        let reply = Reply.problem(
            Problem(
                .unavailable,
                "There are too many connections (\(ServerLimits.connections)), or the "
                    + "service is stopping. Try again."))
        var body = ByteBuffer()
        if case .bytes(let bytes) = reply.body { body = bytes }
        var text = ByteBuffer(string: "HTTP/1.1 503 Service Unavailable\r\n")
        for (name, value) in service.standingHeaders + reply.headers {
            text.writeString("\(name): \(value)\r\n")
        }
        text.writeString("Connection: close\r\nContent-Length: \(body.readableBytes)\r\n\r\n")
        text.writeBuffer(&body)
        channel.writeAndFlush(text).whenComplete { _ in channel.close(promise: nil) }
    }
}
