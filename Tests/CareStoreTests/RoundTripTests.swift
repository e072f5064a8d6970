import CareStore
import Foundation
import GRDB
import Testing

@testable import CareCore
@testable import CareStore

@Suite struct RoundTripTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a new ledger is empty`() throws {
        let snapshot = try scratch.open().load()
        #expect(snapshot.stays.isEmpty && snapshot.technicalAlerts.isEmpty)
        #expect(snapshot.lastSequence == 0 && snapshot.lastStayNumber == 0)
        #expect(snapshot.lastAlive == nil)
    }

    @Test func `every event comes back as it was, with its place, time and actor`() throws {
        var world = World()
        var ledger = try scratch.open()
        let events = Sample.everyEvent
        #expect(Set(events.map(\.kind)).count == events.count)
        let batch = world.batch(events)
        try ledger.append(batch)
        try ledger.close()
        ledger = try scratch.open()
        #expect(try ledger.entries(after: 0, stay: nil, limit: 100) == batch.entries.withoutNames)
    }

    @Test func `each event alone leaves the state that a start reads`() throws {
        var world = World()
        let ledger = try scratch.open()
        for event in Sample.everyEvent {
            try ledger.append(world.batch([event]))
            #expect(try ledger.stay(Sample.stay) == world.state[Sample.stay], "\(event.kind)")
        }
        #expect(try ledger.load().stays.isEmpty)
    }

    @Test func `a start finds the stays, alerts and numbers that were committed`() throws {
        var world = World()
        var ledger = try scratch.open()
        try ledger.append(world.batch(Sample.twoAdmissions))
        try ledger.append(world.batch(Sample.completion(1)))
        try ledger.append(
            world.batch([
                .alertRaised(Sample.alert(nil, 1)), .alertRaised(Sample.alert(nil, 2)),
                .stayDischarged(StayID(2), .home),
            ]))
        try ledger.append(world.batch([.alertResolved(AlertID(stay: nil, number: 2), note: "ok")]))
        try ledger.close()

        ledger = try scratch.open()
        let snapshot = try ledger.load()
        #expect(snapshot.stays == world.state.activeStays)
        #expect(snapshot.stays.first?.identity == Sample.identity)
        #expect(snapshot.technicalAlerts == world.state.technicalAlerts.filter(\.isActive))
        #expect(snapshot.lastStayNumber == 2)
        #expect(snapshot.lastTechnicalAlertNumber == 2)
        #expect(snapshot.lastSequence == world.sequence)
        #expect(try ledger.stay(StayID(2)) == world.state[StayID(2)])
        #expect(try ledger.stay(StayID(3)) == nil)
    }

    @Test func `the rows of the state equal the fold of the events`() throws {
        var world = World()
        let ledger = try scratch.open()
        var events = Sample.everyEvent
        events.removeLast()
        try ledger.append(world.batch(events + Sample.admission(2, bed: "2")))
        for occurrence in 1...20 {
            try ledger.append(world.batch(Sample.completion(2, occurrence: occurrence)))
        }
        var fold = CareState()
        for entry in try ledger.entries(after: 0, stay: nil, limit: 1_000) { fold.apply(entry) }
        #expect(fold.activeStays.count == 2)
        #expect(try ledger.load().stays.withoutNames == fold.activeStays)
    }

    @Test func `a ledger that was loaded writes on where it stopped`() throws {
        var world = World()
        try scratch.open().append(world.batch(Sample.admission(1)))
        let ledger = try scratch.open()
        _ = try ledger.load()
        try ledger.append(world.batch(Sample.completion(1)))
        #expect(try scratch.open().load().stays == world.state.activeStays)
    }

    @Test func `entries are read in order, by stay and in portions`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.twoAdmissions))
        try ledger.append(world.batch([.alertRaised(Sample.alert(nil, 1))]))
        func sequences(after: Int64, stay: Int?, limit: Int) throws -> [Int64] {
            try ledger.entries(after: after, stay: stay.map { StayID($0) }, limit: limit)
                .map(\.sequence)
        }
        #expect(try sequences(after: 0, stay: 2, limit: 100) == [6, 7, 8, 9, 10])
        #expect(try sequences(after: 6, stay: 2, limit: 2) == [7, 8])
        #expect(try sequences(after: 9, stay: nil, limit: 100) == [10, 11])
        #expect(try sequences(after: 11, stay: nil, limit: 100) == [])
        #expect(try sequences(after: 0, stay: nil, limit: -1) == [])
    }

    @Test func `a stored answer is given again, and dropped after seven days`() throws {
        var world = World()
        let ledger = try scratch.open()
        let answer = Sample.answer("6f1c")
        try ledger.append(world.batch(Sample.admission(1), answers: [answer]))
        #expect(try ledger.answer(to: "6f1c") == answer)
        #expect(try ledger.answer(to: "other") == nil)
        #expect(try scratch.open().answer(to: "6f1c") == answer)

        let week = SQLiteLedger.answerLifetimeSeconds
        try ledger.noteAlive(answer.at.adding(seconds: week))
        #expect(try ledger.answer(to: "6f1c") == answer)
        try ledger.noteAlive(answer.at.adding(seconds: week + 1))
        #expect(try ledger.answer(to: "6f1c") == nil)
    }

    @Test func `old answers go in batches`() throws {
        var world = World()
        let ledger = try scratch.open()
        let count = SQLiteLedger.pruneBatchLimit + 1
        try ledger.append(world.batch([], answers: (1...count).map { Sample.answer("r\($0)") }))
        let later = Sample.start.adding(seconds: 2 * SQLiteLedger.answerLifetimeSeconds)
        try ledger.noteAlive(later)
        #expect(try ledger.answer(to: "r\(count - 1)") == nil)
        #expect(try ledger.answer(to: "r\(count)") != nil)
        try ledger.noteAlive(later)
        #expect(try ledger.answer(to: "r\(count)") == nil)
    }

    @Test func `the time of the last watch is the later of the note and the last event`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.noteAlive(Sample.start)
        #expect(try ledger.load().lastAlive == Sample.start)
        let batch = world.batch(Sample.admission(1))
        try ledger.append(batch)
        #expect(try ledger.load().lastAlive == batch.entries.last?.at)
        try ledger.noteAlive(Sample.start.adding(minutes: 60))
        #expect(try ledger.load().lastAlive == Sample.start.adding(minutes: 60))
    }
}

@Suite struct RowTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a completion writes two events, one care item and one answer`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1)))
        let before = try ledger.writer.read { $0.totalChangesCount }
        try ledger.append(world.batch(Sample.completion(1), answers: [Sample.answer("a")]))
        #expect(try ledger.writer.read { $0.totalChangesCount } - before == 4)
    }

    @Test func `columns beside a body say the same as the body`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch(Sample.admission(1, bed: "3")))
        try ledger.append(world.batch(Sample.completion(1)))
        try ledger.append(
            world.batch([
                .stayTransferred(Sample.stay, ward: "W9", bed: "7"),
                .itemEnded(ItemID(stay: Sample.stay, number: 2), .completed),
                .holdEnded(HoldID(stay: Sample.stay, number: 1), byTime: false),
                .alertResolved(AlertID(stay: Sample.stay, number: 1), note: nil),
            ]))
        try ledger.writer.read { database in
            let wrong = try Row.fetchAll(
                database,
                sql: """
                    SELECT 'stay' FROM stay WHERE ward IS NOT body ->> 'ward'
                        OR bed IS NOT body ->> 'bed' OR admission IS NOT body ->> 'admission'
                        OR active IS NOT (body ->> 'discharged' IS NULL) OR id IS NOT body ->> 'id'
                    UNION ALL SELECT 'care_item' FROM care_item
                        WHERE due IS NOT body ->> '$.occurrence.due'
                        OR phase IS NOT body ->> '$.occurrence.phase'
                        OR activity IS NOT body ->> 'activity'
                        OR active IS NOT (body ->> 'ended' IS NULL)
                        OR number IS NOT body ->> '$.id.number' OR stay IS NOT body ->> '$.id.stay'
                    UNION ALL SELECT 'alert' FROM alert
                        WHERE active IS NOT (body ->> 'resolved' IS NULL)
                        OR rule IS NOT body ->> 'ruleID'
                    UNION ALL SELECT 'hold' FROM hold
                        WHERE active IS NOT (body ->> 'endedAt' IS NULL)
                        OR until IS NOT body ->> 'until'
                    """)
            #expect(wrong.isEmpty)
            #expect(try Int.fetchAll(database, sql: "SELECT active FROM care_item") == [1, 0])
            #expect(try Int.fetchAll(database, sql: "SELECT active FROM alert") == [0])
            #expect(try Int.fetchAll(database, sql: "SELECT active FROM hold") == [0])
            #expect(try String.fetchAll(database, sql: "SELECT bed FROM stay") == ["7"])
        }
    }

    @Test func `the same commands leave the same rows`() throws {
        func dump() throws -> [Row] {
            var world = World()
            let ledger = try Scratch().open()
            try ledger.append(world.batch(Sample.everyEvent + Sample.admission(2)))
            return try ledger.writer.read { database in
                try ["event", "stay", "care_item", "alert", "hold"].flatMap {
                    try Row.fetchAll(database, sql: "SELECT * FROM \($0)")
                }
            }
        }
        #expect(try dump() == dump())
    }

    @Test func `a name stands in its own table only, and can be removed for good`() throws {
        var world = World()
        var ledger = try scratch.open()
        try ledger.append(
            world.batch(Sample.admission(1), answers: [Sample.answer("a")]))
        try ledger.append(world.batch(Sample.completion(1)))
        try ledger.close()
        let name = Data(Sample.identity.name.utf8)
        let number = Data(Sample.identity.recordNumber.utf8)
        var bytes = try scratch.bytes()
        #expect(bytes.count(of: name) == 1)
        #expect(bytes.count(of: number) == 1)

        ledger = try scratch.open()
        try ledger.writer.write { try $0.execute(sql: "DELETE FROM identity") }
        #expect(try ledger.load().stays.first?.identity == nil)
        try ledger.close()
        bytes = try scratch.bytes()
        #expect(bytes.count(of: name) == 0)
        #expect(bytes.count(of: number) == 0)
    }

    @Test func `every stored property of a stay has a place in the file`() {
        let apart: Set = ["items", "alerts", "holds", "sequence", "identity"]
        let stay = Sample.stay(1)
        let properties = Set(Mirror(reflecting: stay).children.compactMap(\.label))
        let body = Set(Mirror(reflecting: StayBody(stay)).children.compactMap(\.label))
        #expect(properties == body.union(apart))
    }

    @Test func `an admission that ends makes room for a new one in the same batch`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch([.stayEnrolled(Sample.stay(1))]))
        var again = Sample.stay(2)
        again = Stay(
            id: again.id, admission: "ADM-1", ward: again.ward, bed: again.bed,
            enrolledAt: again.enrolledAt, assessment: again.assessment)
        var batch = world.batch([.stayDischarged(StayID(1), .home), .stayEnrolled(again)])
        batch.stays.reverse()
        try ledger.append(batch)
        #expect(try ledger.load().stays.map(\.id) == [StayID(2)])
    }

    @Test func `two active stays never share an admission`() throws {
        var world = World()
        let ledger = try scratch.open()
        try ledger.append(world.batch([.stayEnrolled(Sample.stay(1))]))
        let second = Sample.stay(2)
        let twin = Stay(
            id: second.id, admission: "ADM-1", ward: "W4", bed: "9", enrolledAt: second.enrolledAt,
            assessment: second.assessment)
        #expect(throws: LedgerFailure.self) {
            try ledger.append(world.batch([.stayEnrolled(twin)]))
        }
        #expect(try ledger.load().lastSequence == 1)
    }
}

extension [LedgerEntry] {
    /// As they come back: without the names that an admission carries in memory.
    var withoutNames: [LedgerEntry] {
        map { entry in
            guard case .stayEnrolled(var stay) = entry.event else { return entry }
            stay.identity = nil
            return LedgerEntry(
                sequence: entry.sequence, at: entry.at, actor: entry.actor,
                event: .stayEnrolled(stay))
        }
    }
}

extension [Stay] {
    var withoutNames: [Stay] {
        map { stay in
            var stay = stay
            stay.identity = nil
            return stay
        }
    }
}

extension Data {
    func count(of pattern: Data) -> Int {
        var count = 0
        var rest = startIndex..<endIndex
        while let found = range(of: pattern, in: rest) {
            count += 1
            rest = found.upperBound..<endIndex
        }
        return count
    }
}
