import NIOCore
import Synchronization

/// The event loops that serve connections, for whoever must know that they turn.
final class EventLoops: Sendable {
    private let loops = Mutex<[any EventLoop]>([])

    func use(_ group: any EventLoopGroup) {
        loops.withLock { $0 = Array(group.makeIterator()) }
    }

    /// Returns once every loop has done a piece of work; immediately while the server does not run.
    func turn() async throws {
        for loop in loops.withLock({ $0 }) { try await loop.submit {}.get() }
    }
}
