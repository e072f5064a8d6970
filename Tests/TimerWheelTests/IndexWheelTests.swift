import Testing
import TimerWheel

/// What the wheel underneath promises beyond what its handles let one see.
@Suite struct IndexWheelTests {
    /// Moves to a tick in pages, and checks the wheel now and then.
    static func indices(
        _ pair: IndexPair, to tick: UInt64, limit: Int = .max
    ) -> [UInt32] {
        var all: [UInt32] = []
        var more = true
        while more {
            var due: [DueIndex] = []
            more = pair.wheel.advance(to: tick, limit: limit, into: &due)
            all += due.map(\.index)
            if all.count % 64 == 0 || !more {
                let broken = pair.wheel.brokenInvariant()
                #expect(broken == nil)
            }
        }
        return all
    }

    @Test func `an index that was never armed is not armed`() {
        let pair = IndexPair(now: 0)
        #expect(pair.isDisarmRefused(7))
        pair.wheel.arm(9, at: 5)
        #expect(pair.isDisarmRefused(7))
        #expect(pair.isDisarmRefused(1 << 31))
        let dues = [pair.wheel.due(of: 7), pair.wheel.due(of: 9), pair.wheel.due(of: .max)]
        #expect(dues == [nil, 5, nil])
        let count = pair.wheel.count
        #expect(count == 1)
        #expect(Self.indices(pair, to: 5) == [9])
        #expect(pair.isDisarmRefused(9))
    }

    // The old entry of a timer says the same again, and lies before those of others.
    @Test(arguments: [0, 100, 5_000] as [UInt32], [1, 40, .max] as [Int])
    func `a timer that comes back to a tick goes behind the others`(others: UInt32, limit: Int) {
        for tick: UInt64 in [40, 70, 5_000, 1 << 31 + 3] {
            let pair = IndexPair(now: 0)
            pair.wheel.arm(0, at: tick)
            pair.wheel.arm(1, at: tick)
            pair.wheel.arm(2, at: tick)
            for other in 0..<others { pair.wheel.arm(3 + other, at: tick) }
            pair.wheel.disarm(0)
            pair.wheel.arm(1, at: tick + 1)
            pair.wheel.arm(1, at: tick)
            pair.wheel.arm(0, at: tick)
            #expect(
                Self.indices(pair, to: tick, limit: limit)
                    == [2] + (0..<others).map { 3 + $0 } + [1, 0])
        }
    }

    @Test(arguments: [1, 2, 3, 50])
    func `what comes back to the tick that is being handed out goes behind the others`(limit: Int) {
        let pair = IndexPair(now: 0)
        for index: UInt32 in 0..<100 { pair.wheel.arm(index, at: 10) }
        var due: [DueIndex] = []
        let more = pair.wheel.advance(to: 10, limit: limit, into: &due)
        #expect(more)
        // One that was handed out, one that was moved away and back, one that was disarmed.
        pair.wheel.arm(0, at: 10)
        pair.wheel.arm(60, at: 11)
        pair.wheel.arm(60, at: 10)
        pair.wheel.disarm(70)
        let armedFor = pair.wheel.due(of: 80)
        #expect(armedFor == 10)
        let order = due.map(\.index) + Self.indices(pair, to: 10, limit: limit)
        let expected: [UInt32] = (0..<100).filter { $0 != 60 && $0 != 70 } + [0, 60]
        #expect(order == expected)
    }

    @Test func `a timer moved by a whole window is not handed out at its old tick`() {
        for start: UInt64 in [0, 1 << 31 - 10, 1 << 40 + 77] {
            let pair = IndexPair(now: start)
            pair.wheel.arm(0, at: start + 5)
            pair.wheel.arm(0, at: start + 5 + 1 << 31)
            #expect(Self.indices(pair, to: start + 4 + 1 << 31) == [])
            #expect(Self.indices(pair, to: start + 5 + 1 << 31) == [0])
        }
    }

    // A thousand timers go to and fro between two ticks, so that every old entry says the same as the
    // timer's word every other time.
    @Test func `coming back again and again does not make the wheel grow`() {
        let pair = IndexPair(now: 0)
        for round: UInt64 in 0..<300 {
            for index: UInt32 in 0..<1_000 {
                pair.wheel.arm(index, at: 100_000 + (round + UInt64(index)) % 2)
            }
        }
        let bytes = pair.wheel.bytesInUse
        #expect(bytes < 1_000 * 24 + 20_000)
        let expected =
            (0..<1_000 as Range<UInt32>).filter { $0 % 2 == 1 }
            + (0..<1_000).filter { $0 % 2 == 0 }
        #expect(Self.indices(pair, to: 100_001) == expected)
    }

    @Test func `indices may grow in the middle of a sweep`() {
        let pair = IndexPair(now: 0)
        var random = SeededGenerator(seed: 5)
        var failure: String?
        for step: UInt32 in 0..<20_000 where failure == nil {
            let index = UInt32.random(in: 0...(200 + step / 8), using: &random)
            failure = pair.arm(index, at: 1 + random.next() % 3_000)
            if step % 500 == 0 { failure = failure ?? pair.wheel.brokenInvariant() }
        }
        failure = failure ?? pair.drain()
        #expect(failure == nil)
    }

    @Test(arguments: seeds)
    func `few ticks, many returns, small pages`(seed: UInt64) {
        var random = SeededGenerator(seed: seed ^ 0x1DE)
        let pair = IndexPair(now: random.nextOfAnySize(upToBits: 40))
        var failure: String?
        for step in 0..<15_000 where failure == nil {
            // Few ticks, so that timers meet their own old entries.
            let ahead = [1, 2, 3, 64, 65, 4_096][Int(random.next() % 6)] as UInt64
            let index = UInt32.random(in: 0..<150, using: &random)
            let now = pair.model.now
            switch random.next() % 64 {
            case 0:
                failure = pair.advance(to: now + random.next() % 80, limit: .max)
            case 1, 2:
                failure = pair.advance(to: now + random.next() % 80, limit: 3)
            case 3..<16:
                failure = pair.disarm(index)
            default:
                failure = pair.arm(index, at: (now / 64 + 1) * 64 + ahead)
            }
            if step % 100 == 0 { failure = failure ?? pair.wheel.brokenInvariant() }
        }
        failure = failure ?? pair.drain()
        #expect(failure == nil, "\(replay(seed, "IndexWheelTests"))")
    }

    @Test(arguments: seeds)
    func `any tick at all`(seed: UInt64) {
        var random = SeededGenerator(seed: seed ^ 0xA11)
        let pair = IndexPair(now: random.next())
        var failure: String?
        for _ in 0..<3_000 where failure == nil {
            let index = UInt32.random(in: 0..<40, using: &random)
            let tick = [random.next(), .max - random.next() % 4, random.next() % 4][
                Int(random.next() % 3)]
            switch random.next() % 8 {
            case 0:
                let span = random.nextOfAnySize(upToBits: 60)
                let target = pair.model.now.addingReportingOverflow(span)
                // The last tick never comes.
                let reachable = target.overflow ? .max - 1 : min(target.partialValue, .max - 1)
                failure = pair.advance(to: reachable, limit: 5)
            case 1:
                failure = pair.disarm(index)
            default:
                failure = pair.arm(index, at: tick)
            }
        }
        failure = failure ?? pair.wheel.brokenInvariant()
        #expect(failure == nil, "\(replay(seed, "IndexWheelTests"))")
    }
}

/// A wheel and a model of it, driven together by index; a class, because `#expect` copies what it
/// calls a method of.
///
/// Each function returns what differs, or `nil`.
final class IndexPair {
    var wheel: IndexWheel
    private(set) var model: SortedTimers

    init(now: UInt64) {
        wheel = IndexWheel(now: now)
        model = SortedTimers(now: min(now, .max - 1))
    }

    func isDisarmRefused(_ index: UInt32) -> Bool { !wheel.disarm(index) }

    func arm(_ index: UInt32, at due: UInt64) -> String? {
        model.arm(UInt64(index), at: due)
        wheel.arm(index, at: due)
        return difference(at: index)
    }

    func disarm(_ index: UInt32) -> String? {
        let isArmed = model.due(of: UInt64(index)) != nil
        model.disarm(UInt64(index))
        guard wheel.disarm(index) == isArmed else { return "disarming \(index)" }
        return difference(at: index)
    }

    func advance(to tick: UInt64, limit: Int) -> String? {
        let expected = model.advance(to: tick, limit: limit)
        var due: [DueIndex] = []
        let more = wheel.advance(to: tick, limit: limit, into: &due)
        guard due.map({ UInt64($0.index) }) == expected.due.map(\.id),
            due.map(\.due) == expected.due.map(\.due), more == expected.more
        else { return "advance to \(tick): \(due) \(more), not \(expected)" }
        guard wheel.now == model.now else { return "now is \(wheel.now), not \(model.now)" }
        return difference(at: nil)
    }

    func drain() -> String? {
        var rounds = 0
        while let last = model.armed.last {
            guard rounds < 100_000 else { return "the wheel never gets empty" }
            rounds += 1
            if let difference = advance(to: last.due, limit: 5) { return difference }
        }
        return wheel.brokenInvariant()
    }

    private func difference(at index: UInt32?) -> String? {
        guard wheel.count == model.count else { return "\(wheel.count) timers, not \(model.count)" }
        let nextDue = wheel.nextDue
        guard nextDue == model.nextDue else {
            return
                "next due \(String(describing: nextDue)), not \(String(describing: model.nextDue))"
        }
        guard let index else { return nil }
        let due = wheel.due(of: index)
        guard due == model.due(of: UInt64(index)) else {
            return "timer \(index) is due at \(String(describing: due))"
        }
        return nil
    }
}
