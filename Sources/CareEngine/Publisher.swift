import CareCore
import Synchronization

/// Tells pollers and streams what was committed.
///
/// Nothing gets here before it is durable.
///
/// Thread-safe; the engine publishes, everybody else reads. A watcher that does not keep up is
/// dropped and told so: it resumes by sequence number.
package final class Publisher: Sendable {
    private struct Waiter {
        let ward: String?
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var sequence: Int64 = 0
        var wards: [String: Int64] = [:]
        /// Last change that every ward shows: technical alerts, blind time.
        var service: Int64 = 0
        var nextID = 0
        var waiters: [Int: Waiter] = [:]
        var watchers: [Int: Watcher] = [:]
    }

    private struct Watcher {
        let ward: String?
        let continuation: AsyncStream<PublishedEntry>.Continuation
    }

    private let state = Mutex(State())

    init() {}

    /// Sequence number of the last change of a ward's view, or of any ward's.
    package func sequence(ward: String?) -> Int64 {
        state.withLock { state in
            ward.map { max(state.wards[$0] ?? 0, state.service) } ?? state.sequence
        }
    }

    package var watcherCount: Int {
        state.withLock { $0.watchers.count }
    }

    /// Returns once the ward's view is newer than `sequence`, or the task is cancelled.
    package func waitForChange(ward: String?, after sequence: Int64) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Bool in
                    let newest =
                        ward.map { max(state.wards[$0] ?? 0, state.service) } ?? state.sequence
                    if newest > sequence || Task.isCancelled { return true }
                    state.waiters[id] = Waiter(ward: ward, continuation: continuation)
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    /// Entries from now on, of one ward or of all.
    ///
    /// The stream ends when the watcher falls behind by more than ``EngineLimits/watchBuffer``
    /// entries.
    ///
    /// - Returns: `nil` when there are ``EngineLimits/watchers`` already.
    package func watch(ward: String?) -> AsyncStream<PublishedEntry>? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PublishedEntry.self, bufferingPolicy: .bufferingOldest(EngineLimits.watchBuffer))
        let id = state.withLock { state -> Int? in
            guard state.watchers.count < EngineLimits.watchers else { return nil }
            state.nextID += 1
            state.watchers[state.nextID] = Watcher(ward: ward, continuation: continuation)
            return state.nextID
        }
        guard let id else { return nil }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.watchers.removeValue(forKey: id) }
        }
        return stream
    }

    /// Marks where a ledger that was just loaded stands.
    func start(at sequence: Int64, wards: [String]) {
        state.withLock { state in
            state.sequence = sequence
            state.service = sequence
            for ward in wards { state.wards[ward] = sequence }
        }
    }

    func publish(_ entries: [PublishedEntry]) {
        guard let last = entries.last else { return }
        let (woken, dropped) = state.withLock { state -> ([Waiter], [Watcher]) in
            var changed: Set<String> = []
            var all = false
            for published in entries {
                let wards = [published.ward, published.formerWard].compactMap { $0 }
                for ward in wards {
                    state.wards[ward] = published.entry.sequence
                    changed.insert(ward)
                }
                if wards.isEmpty {
                    state.service = published.entry.sequence
                    all = true
                }
            }
            state.sequence = last.entry.sequence
            let ready = state.waiters.filter { _, waiter in
                all || waiter.ward.map(changed.contains) ?? true
            }
            for id in ready.keys { state.waiters[id] = nil }
            var dropped: [Watcher] = []
            for (id, watcher) in state.watchers {
                for published in entries
                where watcher.ward == nil || published.ward == nil || published.ward == watcher.ward
                    || published.formerWard == watcher.ward
                {
                    if case .dropped = watcher.continuation.yield(published) {
                        dropped.append(watcher)
                        state.watchers[id] = nil
                        break
                    }
                }
            }
            return (Array(ready.values), dropped)
        }
        // Outside of the lock: both run code that may come back here.
        for waiter in woken { waiter.continuation.resume() }
        for watcher in dropped { watcher.continuation.finish() }
    }
}
