import CareCore
import CareEngine
import CareProtocols
import CareStore
import Foundation
import Logging
import Synchronization
import Testing

/// A clock that only the test moves.
final class TestClock: Sendable {
    private let instant: Mutex<Instant>

    init(_ text: String) {
        instant = Mutex(Instant(rfc3339: text) ?? .earliest)
    }

    var now: Instant { instant.withLock { $0 } }

    func advance(minutes: Int) {
        instant.withLock { $0 = $0.adding(minutes: minutes) }
    }
}

/// A real ledger whose appends fail when the test says so.
final class FailingLedger: CareLedger {
    private let ledger: SQLiteLedger
    private let failures = Mutex<[Int: LedgerFailure]>([:])
    private let appends = Mutex(0)

    init(_ ledger: SQLiteLedger) {
        self.ledger = ledger
    }

    /// Has the n-th append from now fail, 1 being the next.
    func fail(_ number: Int, with failure: LedgerFailure) {
        let count = appends.withLock { $0 }
        failures.withLock { $0[count + number] = failure }
    }

    func append(_ batch: LedgerBatch) throws(LedgerFailure) {
        let number = appends.withLock { count -> Int in
            count += 1
            return count
        }
        if let failure = failures.withLock({ $0[number] }) { throw failure }
        try ledger.append(batch)
    }

    func load() throws(LedgerFailure) -> LedgerSnapshot { try ledger.load() }
    func entries(
        after sequence: Int64, stay: StayID?, limit: Int
    ) throws(LedgerFailure) -> [LedgerEntry] {
        try ledger.entries(after: sequence, stay: stay, limit: limit)
    }
    func answer(to request: String) throws(LedgerFailure) -> StoredAnswer? {
        try ledger.answer(to: request)
    }
    func stay(_ id: StayID) throws(LedgerFailure) -> Stay? { try ledger.stay(id) }
    func noteAlive(_ instant: Instant) throws(LedgerFailure) { try ledger.noteAlive(instant) }
    func keep(_ version: ProtocolVersion, at: Instant) throws(LedgerFailure) {
        let number = appends.withLock { $0 + 1 }
        if let failure = failures.withLock({ $0[number] }) { throw failure }
        try ledger.keep(version, at: at)
    }
    func protocolVersion(_ version: String) throws(LedgerFailure) -> ProtocolVersion? {
        try ledger.protocolVersion(version)
    }
}

/// A real ledger file and as many engines over it, one after the other, as a test starts.
final class Bench: Sendable {
    let directory: URL
    let clock: TestClock
    let announced = Mutex<[PublishedEntry]>([])

    init(at start: String = "2027-01-19T08:00:00Z") throws {
        directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        clock = TestClock(start)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func openLedger() throws -> SQLiteLedger {
        try SQLiteLedger.open(
            path: directory.appending(path: "ledger.sqlite").path, clock: .realTime)
    }

    func engine(over ledger: any CareLedger) throws -> CareEngine {
        let zone = try ZoneRulesLoader.rules(
            for: "Europe/London", directory: "/usr/share/zoneinfo")
        return try CareEngine(
            ledger: ledger,
            context: CareContext(
                library: try BuiltInProtocols.library(), wards: [Ward(id: "7", zone: zone)]),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { [clock] in clock.now },
            announce: { [weak self] entries in
                self?.announced.withLock { $0 += entries }
            })
    }

    static let nurse = Actor(person: "nurse N7", uid: 1_000, pid: 42)

    static func admission(
        _ number: Int, _ facts: [Fact: Value] = [.braden: .number(11)]
    ) -> Admission {
        Admission(
            ward: "7", bed: "\(number)A", admission: "SYN-ADM-\(number)",
            identity: Identity(name: "Synthetic Canary \(number)", recordNumber: "SYN-\(number)"),
            assessment: Assessment(facts))
    }
}

extension CareEngine {
    @discardableResult
    nonisolated func enrol(_ numbers: ClosedRange<Int>) async throws -> CommandResult {
        try await submit(
            Submission(
                .enroll(numbers.map { Bench.admission($0) }, keepGoing: false), by: Bench.nurse))
    }

    @discardableResult
    nonisolated func done(
        _ stay: Int, _ activity: String, request: String? = nil
    ) async throws -> CommandResult {
        try await submit(
            Submission(
                .record(
                    StayID(stay),
                    [OutcomeReport(target: .activity(ActivityCode(activity)), outcome: .done)]),
                by: Bench.nurse, request: request, fingerprint: "done \(stay) \(activity)"))
    }
}

extension Stay {
    /// Events carry no identity: the ledger keeps it in a table of its own.
    fileprivate var withoutIdentity: Stay {
        var stay = self
        stay.identity = nil
        return stay
    }
}

@Suite struct EngineTests {
    @Test func `state over a restart is what it was, identities included`() async throws {
        let bench = try Bench()
        let first = try bench.openLedger()
        let engine = try bench.engine(over: first)
        try await engine.enrol(1...5)
        await engine.tick()
        try await engine.done(2, "TURN")
        bench.clock.advance(minutes: 250)
        await engine.tick()
        let before = await engine.snapshot(ward: nil).stays
        let forecast = await engine.forecast(stays: [StayID(2)], hours: 24).entries
        try first.close()

        let second = try bench.openLedger()
        let restarted = try bench.engine(over: second)
        let after = await restarted.snapshot(ward: nil).stays
        #expect(after == before)
        #expect(after.map(\.identity) == before.map(\.identity))
        #expect(await restarted.forecast(stays: [StayID(2)], hours: 24).entries == forecast)
        try second.close()
    }

    @Test func `current state equals the replay of the events`() async throws {
        let bench = try Bench()
        let ledger = try bench.openLedger()
        let engine = try bench.engine(over: ledger)
        try await engine.enrol(1...4)
        for _ in 0..<12 {
            await engine.tick()
            try await engine.done(1, "TURN")
            try await engine.done(3, "SKIN")
            bench.clock.advance(minutes: 97)
        }
        _ = try await engine.submit(
            Submission(
                .hold(
                    StayID(4),
                    HoldRequest(
                        reason: "absence", activities: [],
                        until: bench.clock.now.adding(minutes: 60), note: nil)), by: Bench.nurse))
        bench.clock.advance(minutes: 61)
        await engine.tick()
        var replayed = CareState()
        for entry in try ledger.entries(after: 0, stay: nil, limit: 10_000) {
            replayed.apply(entry)
        }
        let live = await engine.snapshot(ward: nil).stays
        #expect(live.count == 4)
        #expect(replayed.activeStays == live.map(\.withoutIdentity))
        #expect(replayed.activeStays == (try ledger.load().stays.map(\.withoutIdentity)))
        try ledger.close()
    }

    @Test func `the wheel of a long day equals one built afresh from the ledger`() async throws {
        let bench = try Bench()
        let ledger = try bench.openLedger()
        let engine = try bench.engine(over: ledger)
        try await engine.enrol(1...6)
        for step in 0..<40 {
            await engine.tick()
            try await engine.done(1 + step % 6, "TURN")
            bench.clock.advance(minutes: 13)
        }
        let live = await engine.tick()
        let fresh = try bench.engine(over: ledger)
        #expect(await fresh.status().nextDue == live)
        try ledger.close()
    }

    @Test func `a commit that is refused leaves everything as it was`() async throws {
        let bench = try Bench()
        let ledger = FailingLedger(try bench.openLedger())
        let engine = try bench.engine(over: ledger)
        try await engine.enrol(1...2)
        await engine.tick()
        let before = await engine.snapshot(ward: nil)
        let status = await engine.status()
        bench.announced.withLock { $0 = [] }
        ledger.fail(1, with: .refused("the disk is full"))
        await #expect(throws: EngineFailure.self) { try await engine.done(1, "TURN") }
        let after = await engine.snapshot(ward: nil)
        #expect(after.stays == before.stays)
        #expect(after.sequence == before.sequence)
        #expect(await engine.status().nextDue == status.nextDue)
        #expect(await engine.status().trouble != nil)
        #expect(
            bench.announced.withLock { $0.isEmpty }, "nothing is announced before it is durable")
        try await engine.done(1, "TURN")
        #expect(await engine.status().trouble == nil)
        let stay = try #require(try await engine.stay(StayID(1)))
        #expect(stay.activeItem(ActivityCode("TURN"))?.occurrence?.phase == .upcoming)
    }

    @Test func `an enrolment that does not commit leaves bed and number free`() async throws {
        let bench = try Bench()
        let ledger = FailingLedger(try bench.openLedger())
        let engine = try bench.engine(over: ledger)
        ledger.fail(1, with: .refused("read-only"))
        await #expect(throws: EngineFailure.self) { try await engine.enrol(1...1) }
        let result = try await engine.enrol(1...1)
        #expect(result.receipt.stays == [StayID(1)])
    }

    @Test func `a reminder whose commit fails is raised at the next turn, once`() async throws {
        let bench = try Bench()
        let ledger = FailingLedger(try bench.openLedger())
        let engine = try bench.engine(over: ledger)
        try await engine.enrol(1...1)
        try await engine.done(1, "TURN")
        bench.clock.advance(minutes: 240)
        ledger.fail(1, with: .refused("busy"))
        await engine.tick()
        var turn = try #require(try await engine.stay(StayID(1))?.activeItem(ActivityCode("TURN")))
        #expect(turn.occurrence?.phase == .upcoming)
        await engine.tick()
        turn = try #require(try await engine.stay(StayID(1))?.activeItem(ActivityCode("TURN")))
        #expect(turn.occurrence?.phase == .due)
        let raised = bench.announced.withLock { entries in
            entries.count { entry in
                if case .reminderChanged(turn.reminder, .due, _, _) = entry.entry.event {
                    true
                } else {
                    false
                }
            }
        }
        #expect(raised == 1)
    }

    @Test func `the same request id does one thing and answers the same, over a restart too`()
        async throws
    {
        let bench = try Bench()
        let first = try bench.openLedger()
        let engine = try bench.engine(over: first)
        try await engine.enrol(1...1)
        let answers = try await withThrowingTaskGroup(of: CommandResult.self) { group in
            for _ in 0..<50 { group.addTask { try await engine.done(1, "TURN", request: "r-1") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count { !$0.replayed } == 1)
        #expect(Set(answers.map(\.receipt)).count == 1)
        try first.close()
        let second = try bench.openLedger()
        let restarted = try bench.engine(over: second)
        let again = try await restarted.done(1, "TURN", request: "r-1")
        #expect(again.replayed && again.receipt == answers[0].receipt)
        await #expect(throws: EngineFailure.self) {
            try await restarted.done(1, "SKIN", request: "r-1")
        }
        try second.close()
    }

    @Test func `blind time announces what fell due, once for each care item`() async throws {
        let bench = try Bench()
        let first = try bench.openLedger()
        let engine = try bench.engine(over: first)
        try await engine.enrol(1...2)
        try await engine.done(1, "TURN")
        await engine.noteAlive()
        try first.close()
        bench.clock.advance(minutes: 3 * 1_440)
        let second = try bench.openLedger()
        let restarted = try bench.engine(over: second)
        bench.announced.withLock { $0 = [] }
        await restarted.wakeUp()
        await restarted.tick()
        let blind = try #require(await restarted.status().blindTime)
        #expect(blind.from == Instant(rfc3339: "2027-01-19T08:00:00Z"))
        #expect(blind.to == bench.clock.now)
        let items = blind.fellDue.map(\.item)
        #expect(items.contains(ItemID(stay: StayID(1), number: 1)))
        #expect(Set(items).count == items.count)
        let raised = bench.announced.withLock { entries in
            entries.compactMap { entry -> ItemID? in
                if case .reminderChanged(let id, _, _, .blindTime) = entry.entry.event {
                    id.item
                } else {
                    nil
                }
            }
        }
        #expect(raised == items)
        let alerts = await restarted.snapshot(ward: nil).technicalAlerts
        #expect(alerts.map(\.ruleID) == ["BLIND-TIME"])
        #expect(alerts.first?.priority == .medium)
        try second.close()
    }

    @Test func `a step back of the clock un-raises nothing and loses no reminder`() async throws {
        let bench = try Bench()
        let ledger = try bench.openLedger()
        let engine = try bench.engine(over: ledger)
        try await engine.enrol(1...1)
        try await engine.done(1, "TURN")
        bench.clock.advance(minutes: 240)
        await engine.tick()
        bench.clock.advance(minutes: -120)
        await engine.tick()
        var stay = try #require(try await engine.stay(StayID(1)))
        #expect(stay.activeItem(ActivityCode("TURN"))?.occurrence?.phase == .due)
        try await engine.done(1, "TURN")
        bench.clock.advance(minutes: 239)
        await engine.tick()
        stay = try #require(try await engine.stay(StayID(1)))
        #expect(stay.activeItem(ActivityCode("TURN"))?.occurrence?.phase == .upcoming)
        bench.clock.advance(minutes: 1)
        await engine.tick()
        stay = try #require(try await engine.stay(StayID(1)))
        #expect(stay.activeItem(ActivityCode("TURN"))?.occurrence?.phase == .due)
        try ledger.close()
    }

    @Test func `a poller is woken by a change of its ward, and a slow watcher is dropped`()
        async throws
    {
        let bench = try Bench()
        let ledger = try bench.openLedger()
        let engine = try bench.engine(over: ledger)
        try await engine.enrol(1...1)
        let sequence = engine.publisher.sequence(ward: "7")
        async let woken: Void = engine.publisher.waitForChange(ward: "7", after: sequence)
        try await engine.done(1, "TURN")
        await woken
        #expect(engine.publisher.sequence(ward: "7") > sequence)
        let stream = try #require(engine.publisher.watch(ward: "7"))
        for _ in 0..<(EngineLimits.watchBuffer / 2 + 8) { try await engine.done(1, "TURN") }
        var received = 0
        for await _ in stream { received += 1 }
        #expect(received == EngineLimits.watchBuffer)
        #expect(engine.publisher.watcherCount == 0)
        try ledger.close()
    }
}
