import CareCore
import CareEngine
import CareProtocols
import CareStore
import Foundation
import Logging
import Testing

/// Stays keep the protocols that they were planned with: over a reload, and over a restart.
@Suite struct `Versions of the protocols` {
    private static let turn = ActivityCode("TURN")

    /// The built-in protocols with turns of TURN-4 every so many minutes.
    private static func protocols(turn minutes: Int? = nil) throws -> LoadedProtocols {
        let own = minutes.map { minutes in
            ProtocolDocument(
                name: "50.yaml",
                text: """
                    protocol: syn
                    version: "1"
                    owner: SYN
                    reviewDate: 2027-11-01
                    overrides:
                      - rule: TURN-4
                        schedule: {every: \(minutes), first: {since: lastTurnedAt}}
                        reason: rounds
                        signedBy: SYN Matron
                        signedOn: 2027-01-05
                    """, isBuiltIn: false)
        }
        return try ProtocolLoader.load(BuiltInProtocols.documents + [own].compactMap { $0 })
    }

    private static func engine(
        _ bench: Bench, _ ledger: any CareLedger, _ loaded: LoadedProtocols,
        read: @escaping @Sendable (ProtocolVersion) throws -> CareLibrary = {
            try ProtocolLoader.load($0.documents).library
        }
    ) throws -> CareEngine {
        try CareEngine(
            ledger: ledger,
            context: CareContext(library: loaded.library, wards: [Ward(id: "7", zone: .utc)]),
            archive: ProtocolArchive(current: loaded.documents, read: read),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { [clock = bench.clock] in clock.now })
    }

    private static func interval(_ engine: CareEngine, _ stay: Int) async throws -> Int? {
        let stay = try #require(try await engine.stay(StayID(stay)))
        return stay.activeItem(turn)?.intervalMinutes
    }

    @Test func `a reload changes new stays only`() async throws {
        let bench = try Bench()
        let ledger = try bench.openLedger()
        let engine = try Self.engine(bench, ledger, try Self.protocols())
        await engine.wakeUp()
        try await engine.enrol(1...1)
        let new = try Self.protocols(turn: 180)
        #expect(try await engine.adopt(new.library, new.documents) == 1)
        try await engine.enrol(2...2)
        try await engine.done(1, "TURN")
        #expect(try await Self.interval(engine, 1) == 240)
        #expect(try await Self.interval(engine, 2) == 180)
        let (_, previews) = try await engine.migrations(stays: [StayID(1), StayID(2)])
        #expect(previews.map(\.after.id) == [StayID(1)], "S2 follows the current ones already")
        _ = try await engine.submit(Submission(.migrate(StayID(1)), by: Bench.nurse))
        #expect(try await Self.interval(engine, 1) == 180)
        #expect(try await engine.migrations(stays: [StayID(1)]).previews.isEmpty)
    }

    @Test func `a stay goes on by its own after a restart with other files`() async throws {
        let bench = try Bench()
        let before = try Self.protocols(turn: 180)
        do {
            let ledger = try bench.openLedger()
            let engine = try Self.engine(bench, ledger, before)
            await engine.wakeUp()
            try await engine.enrol(1...1)
            try ledger.close()
        }
        let ledger = try bench.openLedger()
        #expect(try ledger.lastProtocolVersion() == before.documents)
        let engine = try Self.engine(bench, ledger, try Self.protocols())
        await engine.wakeUp()
        let stay = try #require(try await engine.stay(StayID(1)))
        #expect(stay.protocolVersion == before.library.version)
        let library = engine.context.library(for: stay)
        #expect(library.version == before.library.version)
        #expect(
            library.rule("TURN-4")?.schedule == .every(minutes: 180, first: .since(.lastTurnedAt)))
        #expect(await engine.snapshot(ward: nil).technicalAlerts.isEmpty)
    }

    @Test func `a version that is lost is loud, and care goes on by the current one`() async throws
    {
        struct Unreadable: Error {}
        let bench = try Bench()
        do {
            let ledger = try bench.openLedger()
            let engine = try Self.engine(bench, ledger, try Self.protocols(turn: 180))
            await engine.wakeUp()
            try await engine.enrol(1...1)
            try ledger.close()
        }
        for _ in 1...2 {
            let ledger = try bench.openLedger()
            let engine = try Self.engine(
                bench, ledger, try Self.protocols(), read: { _ in throw Unreadable() })
            await engine.wakeUp()
            let alerts = await engine.snapshot(ward: nil).technicalAlerts.filter {
                $0.ruleID == "PROTOCOL-LOST"
            }
            #expect(alerts.map(\.priority) == [.high], "once, however often it restarts")
            #expect(alerts.first?.message.contains("S1") == true)
            try await engine.done(1, "TURN")
            let stay = try #require(try await engine.stay(StayID(1)))
            #expect(stay.activeItem(Self.turn)?.occurrence != nil)
            try ledger.close()
        }
    }

    @Test func `protocols that the ledger does not keep are not put in force`() async throws {
        let bench = try Bench()
        let ledger = FailingLedger(try bench.openLedger())
        let engine = try Self.engine(bench, ledger, try Self.protocols())
        await engine.wakeUp()
        let before = engine.context.library.version
        ledger.fail(1, with: .refused("the disk is full"))
        let new = try Self.protocols(turn: 180)
        await #expect(throws: LedgerFailure.self) {
            try await engine.adopt(new.library, new.documents)
        }
        #expect(engine.context.library.version == before)
    }

    @Test func `a kept version is never changed`() throws {
        let ledger = try Bench().openLedger()
        let first = ProtocolVersion(
            version: "1", documents: [ProtocolDocument(name: "a", text: "a", isBuiltIn: true)])
        let second = ProtocolVersion(version: "1", documents: [])
        try ledger.keep(first, at: .earliest)
        try ledger.keep(second, at: .earliest)
        #expect(try ledger.protocolVersion("1") == first)
        #expect(try ledger.protocolVersion("2") == nil)
    }
}
