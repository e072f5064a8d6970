import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Systemd

/// A journald that the test opens, shuts and breaks.
private final class FakeJournal: Sendable {
    private struct State {
        var records: [(message: String, lost: Int)] = []
        var works = true
    }

    private let state = Mutex(State())
    private let gate = DispatchSemaphore(value: 0)
    private let entered = DispatchSemaphore(value: 0)
    private let gated: Bool

    init(gated: Bool = false) {
        self.gated = gated
    }

    @Sendable func deliver(_ entry: JournalEntry, lost: Int) -> Bool {
        entered.signal()
        if gated {
            gate.wait()
            gate.signal()
        }
        return state.withLock { state in
            if state.works {
                state.records.append((entry.message, lost))
            }
            return state.works
        }
    }

    func open() { gate.signal() }

    /// Waits until the writer's thread is inside a delivery.
    func waitForDelivery() -> Bool { entered.wait(timeout: .now() + 5) == .success }

    func works(_ works: Bool) { state.withLock { $0.works = works } }

    var messages: [String] { state.withLock { $0.records.map(\.message) } }

    var reportedLosses: [Int] { state.withLock { $0.records.map(\.lost).filter { $0 > 0 } } }
}

private func entry(_ message: String) -> JournalEntry {
    JournalEntry(messageID: nil, priority: .informational, message: message)
}

private let lossMessage = "journal records were lost; the ledger is complete."

@Suite(.timeLimit(.minutes(1))) struct JournalWriterTests {
    @Test func `records arrive in the order they were written`() async {
        let journal = FakeJournal()
        let writer = JournalWriter(limit: 1_000, deliver: journal.deliver)
        for number in 0..<1_000 { writer.write(entry("\(number)")) }
        #expect(await writer.flush(within: .seconds(5)))
        #expect(journal.messages == (0..<1_000).map { "\($0)" })
        #expect(await writer.stop(within: .seconds(5)) == 0)
    }

    @Test func `a full queue drops, counts, and reports in the next record`() async {
        let journal = FakeJournal(gated: true)
        let writer = JournalWriter(limit: 4, deliver: journal.deliver)
        writer.write(entry("0"))
        #expect(journal.waitForDelivery())
        // The record in the hands of journald counts: three more fit, six do not.
        for number in 1...9 { writer.write(entry("\(number)")) }
        #expect(writer.unreportedLosses == 6)
        journal.open()
        #expect(await writer.flush(within: .seconds(5)))
        #expect(journal.messages == ["0", "6 \(lossMessage)", "1", "2", "3"])
        #expect(journal.reportedLosses == [6])
        #expect(writer.unreportedLosses == 0)
    }

    @Test func `what journald refuses is counted and reported once it works again`() async {
        let journal = FakeJournal()
        let writer = JournalWriter(limit: 100, deliver: journal.deliver)
        journal.works(false)
        for number in 0..<5 { writer.write(entry("\(number)")) }
        #expect(await writer.flush(within: .seconds(5)))
        #expect(journal.messages.isEmpty)
        #expect(writer.unreportedLosses == 5)
        journal.works(true)
        writer.write(entry("again"))
        #expect(await writer.flush(within: .seconds(5)))
        #expect(journal.messages == ["5 \(lossMessage)", "again"])
    }

    @Test func `a flush and a stop give up at their limit and say what is left`() async {
        let journal = FakeJournal(gated: true)
        let writer = JournalWriter(limit: 10, deliver: journal.deliver)
        for number in 0..<3 { writer.write(entry("\(number)")) }
        #expect(await writer.flush(within: .milliseconds(20)) == false)
        #expect(await writer.stop(within: .milliseconds(20)) == 3)
        writer.write(entry("too late"))
        #expect(await writer.stop(within: .milliseconds(20)) == 4)
        journal.open()
    }

    @Test func `a stop sends what is waiting`() async {
        let journal = FakeJournal()
        let writer = JournalWriter(limit: 100, deliver: journal.deliver)
        for number in 0..<50 { writer.write(entry("\(number)")) }
        #expect(await writer.stop(within: .seconds(5)) == 0)
        #expect(journal.messages.count == 50)
        #expect(await writer.flush(within: .seconds(5)), "nothing is left to wait for")
        writer.write(entry("too late"))
        #expect(writer.unreportedLosses == 1)
    }

    @Test func `with many writers each record is sent or counted`() async {
        let journal = FakeJournal()
        let writer = JournalWriter(limit: 16, deliver: journal.deliver)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<2_000 { writer.write(entry("\(task).\(number)")) }
                }
            }
        }
        #expect(await writer.stop(within: .seconds(10)) == 0)
        let sent = journal.messages.count { !$0.hasSuffix(lossMessage) }
        let lost = journal.reportedLosses.reduce(0, +)
        #expect(sent + lost == 16_000)
        #expect(lost > 0, "the queue is too small for this many writers")
    }

    @Test func `letting go of the writer sends what is waiting and ends its thread`() async {
        /// Held by the thread alone.
        final class Token: Sendable {
            let gone: @Sendable () -> Void
            init(_ gone: @escaping @Sendable () -> Void) { self.gone = gone }
            deinit { gone() }
        }
        let journal = FakeJournal()
        await withCheckedContinuation { continuation in
            let token = Token { continuation.resume() }
            let writer = JournalWriter(limit: 4) { entry, lost in
                withExtendedLifetime(token) { journal.deliver(entry, lost: lost) }
            }
            writer.write(entry("last"))
        }
        #expect(journal.messages == ["last"])
    }

    @Test(.enabled(if: PrivateJournal.isPossible))
    func `libsystemd sends the record to journald's socket`() async {
        await #expect(processExitsWith: .success) {
            try PrivateJournal.hideTheMachine()
            let journald = try UnixSocket.make(SOCK_DGRAM, boundTo: JournalWriter.socketPath)
            let writer = JournalWriter(fallback: .none)
            writer.write(
                JournalEntry(
                    messageID: .reminderOverdue, priority: .warning, message: "Turn\noverdue",
                    fields: [(name: "ward", value: "7"), (name: "SCC_SEQ", value: "42")]))
            let fields = PrivateJournal.fields(of: try UnixSocket.receive(from: journald))
            #expect(fields["MESSAGE"] == "Turn\\noverdue")
            #expect(fields["PRIORITY"] == "4")
            #expect(fields["MESSAGE_ID"] == MessageID.reminderOverdue.rawValue)
            #expect(fields["SCC_WARD"] == "7")
            #expect(fields["SCC_SEQ"] == "42")
            #expect(fields["CODE_FILE"] == nil)
            #expect(await writer.stop(within: .seconds(5)) == 0)
        }
    }

    @Test(.enabled(if: PrivateJournal.isPossible))
    func `a hanging journald holds up nobody and its losses are reported`() async {
        await #expect(processExitsWith: .success) {
            try PrivateJournal.hideTheMachine()
            // Bound and never read, as when journald is stopped.
            let journald = try UnixSocket.make(SOCK_DGRAM, boundTo: JournalWriter.socketPath)
            let writer = JournalWriter(fallback: .none)
            let count = JournalWriter.queueLimit * 2
            for number in 0..<count { writer.write(entry("\(number)")) }
            #expect(await writer.flush(within: .milliseconds(50)) == false)
            // It comes back: everything that was accepted arrives, and the number of the others.
            var arrived = 0
            var reported = 0
            while arrived + reported < count {
                let fields = PrivateJournal.fields(of: try UnixSocket.receive(from: journald))
                if fields["MESSAGE_ID"] == MessageID.journalLoss.rawValue {
                    reported += fields["SCC_LOST"].flatMap { Int($0) } ?? 0
                } else {
                    arrived += 1
                }
            }
            #expect(arrived + reported == count)
            #expect(reported > 0)
            #expect(arrived >= JournalWriter.queueLimit)
        }
    }

    @Test(.enabled(if: PrivateJournal.isPossible))
    func `without a journald the record is counted as lost, or goes to standard error`() async {
        await #expect(processExitsWith: .success) {
            try PrivateJournal.hideTheMachine()
            let silent = JournalWriter(fallback: .none)
            silent.write(entry("nobody hears"))
            #expect(await silent.stop(within: .seconds(5)) == 1)
        }
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            try PrivateJournal.hideTheMachine()
            let writer = JournalWriter(fallback: .standardError)
            writer.write(entry("somebody reads"))
            #expect(await writer.stop(within: .seconds(5)) == 0)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("informational: somebody reads\n"))
    }
}
