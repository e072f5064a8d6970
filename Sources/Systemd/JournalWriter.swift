internal import Dispatch
internal import Foundation
internal import Synchronization

/// Sends records to journald without ever holding up whoever writes them.
///
/// `sd_journal_sendv` waits without limit while journald hangs, so it runs on a thread of its own
/// behind a bounded queue. A record that finds the queue full is dropped and counted; the count
/// goes out as a record of its own (``MessageID/journalLoss``, field `SCC_LOST`) as soon as sending
/// works again. The journal is a copy for people and tools: the ledger is the record.
package final class JournalWriter: Sendable {
    /// Where a record goes when journald is not there.
    package enum Fallback: Sendable {
        /// Counted as lost.
        case none
        /// One line on standard error.
        case standardError
    }

    /// How many records may wait: some ten seconds of the busiest ward, about 4 MB at worst.
    package static let queueLimit = 4_096

    /// The socket of journald.
    ///
    /// libsystemd knows no other, so neither can we.
    package static let socketPath = "/run/systemd/journal/socket"

    private let queue: JournalQueue

    /// Starts the writer's thread, which lives until ``stop(within:)`` or until nothing refers to
    /// the writer any more.
    package convenience init(fallback: Fallback = .standardError) {
        self.init(limit: JournalWriter.queueLimit) { entry, lost in
            JournalWriter.deliver(entry, lost: lost, fallback: fallback)
        }
    }

    /// - Parameter deliver: Sends one record and says whether it arrived; called on the writer's
    ///   thread only, and may block.
    init(limit: Int, deliver: @escaping @Sendable (JournalEntry, Int) -> Bool) {
        let queue = JournalQueue(limit: limit)
        self.queue = queue
        let thread = Thread { queue.drain(deliver) }
        thread.name = "journal"
        thread.start()
    }

    deinit {
        queue.close()
    }

    /// Queues `entry`; never waits.
    ///
    /// After ``stop(within:)`` it is counted as lost.
    package func write(_ entry: JournalEntry) {
        queue.enqueue(entry)
    }

    /// Records dropped and not yet reported in the journal.
    package var unreportedLosses: Int {
        queue.unreportedLosses
    }

    /// Waits until everything written before the call has been handed to journald.
    ///
    /// - Returns: `false` when `limit` passed first.
    package func flush(within limit: Duration) async -> Bool {
        await queue.settled(within: limit)
    }

    /// Takes no further records and waits for those in the queue.
    ///
    /// - Returns: How many records never reached the journal and could not be reported there
    ///   either: those still waiting when `limit` passed, and losses counted since the last report.
    package func stop(within limit: Duration) async -> Int {
        queue.close()
        _ = await queue.settled(within: limit)
        return queue.unsettledCount
    }

    private static func deliver(_ entry: JournalEntry, lost: Int, fallback: Fallback) -> Bool {
        // libsystemd answers 0 when the socket is absent, so its answer alone would hide the loss.
        if SystemLibrary.exists(socketPath),
            SystemLibrary.sendToJournal(entry.assignments(lost: lost)) == 0
        {
            return true
        }
        switch fallback {
        case .none: return false
        case .standardError: return StandardError.write(line: entry.line)
        }
    }
}

/// The queue between those who write and the one thread that sends.
private final class JournalQueue: Sendable {
    private struct Waiter {
        let id: UInt64
        let target: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var waiting: [JournalEntry] = []
        /// Taken from `waiting` and not yet sent; they still count towards the limit.
        var inFlight = 0
        var lost = 0
        var accepted: UInt64 = 0
        var handled: UInt64 = 0
        var closed = false
        var waiters: [Waiter] = []
        var nextWaiterID: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())
    /// Signalled when `waiting` stops being empty, and at the close.
    private let wake = DispatchSemaphore(value: 0)

    init(limit: Int) {
        precondition(limit > 0, "a queue without room loses everything")
        self.limit = limit
    }

    var unreportedLosses: Int {
        state.withLock { $0.lost }
    }

    var unsettledCount: Int {
        state.withLock { $0.lost + $0.waiting.count + $0.inFlight }
    }

    func enqueue(_ entry: JournalEntry) {
        let mustWake = state.withLock { state in
            guard !state.closed, state.waiting.count + state.inFlight < limit else {
                state.lost += 1
                return false
            }
            state.waiting.append(entry)
            state.accepted += 1
            return state.waiting.count == 1
        }
        if mustWake {
            wake.signal()
        }
    }

    func close() {
        state.withLock { $0.closed = true }
        wake.signal()
    }

    /// Waits until what has been accepted so far is handled, or `limit` has passed.
    func settled(within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let id: UInt64? = state.withLock { state in
                guard state.handled < state.accepted else { return nil }
                state.nextWaiterID += 1
                state.waiters.append(
                    Waiter(
                        id: state.nextWaiterID,
                        target: state.accepted,
                        continuation: continuation))
                return state.nextWaiterID
            }
            guard let id else {
                continuation.resume(returning: true)
                return
            }
            // A timer of Dispatch, because the deadline must hold even if every task is busy.
            DispatchQueue.global().asyncAfter(deadline: .now() + limit.asTimeInterval) {
                let late = self.state.withLock { state in
                    state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
                }
                late?.continuation.resume(returning: false)
            }
        }
    }

    /// The body of the writer's thread.
    func drain(_ deliver: (JournalEntry, Int) -> Bool) {
        while true {
            wake.wait()
            let (batch, closed) = state.withLock { state in
                let batch = state.waiting
                state.waiting = []
                state.inFlight = batch.count
                return (batch, state.closed)
            }
            for entry in batch {
                reportLosses(deliver)
                let arrived = deliver(entry, 0)
                state.withLock { state in
                    state.inFlight -= 1
                    state.lost += arrived ? 0 : 1
                }
            }
            reportLosses(deliver)
            settle(count: batch.count)
            if closed, batch.isEmpty {
                return
            }
            if closed {
                wake.signal()
            }
        }
    }

    private func reportLosses(_ deliver: (JournalEntry, Int) -> Bool) {
        let lost = state.withLock { $0.lost }
        guard lost > 0 else { return }
        let report = JournalEntry(
            messageID: .journalLoss,
            priority: .warning,
            message: "\(lost) journal records were lost; the ledger is complete.")
        if deliver(report, lost) {
            // More may have been lost meanwhile; those are for the next report.
            state.withLock { $0.lost -= lost }
        }
    }

    /// Ends the wait of those whose records are through.
    ///
    /// After the report of losses, so that a caller of `stop` does not count a loss that has just
    /// been reported.
    private func settle(count: Int) {
        let settled: [Waiter] = state.withLock { state in
            state.handled += UInt64(count)
            let settled = state.waiters.filter { $0.target <= state.handled }
            state.waiters.removeAll { $0.target <= state.handled }
            return settled
        }
        for waiter in settled {
            waiter.continuation.resume(returning: true)
        }
    }
}

extension Duration {
    /// In seconds, for interfaces that count in floating point.
    var asTimeInterval: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
