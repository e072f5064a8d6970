import Testing
import TimerWheel

/// Long random histories against the model.
@Suite struct RandomWorldTests {
    @Test(arguments: seeds)
    func `a few timers over all horizons`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pair = Pair(now: random.nextOfAnySize(upToBits: 62))
        let failure = Self.firstFailure(
            of: &pair, timers: 100, steps: 4_000, bits: 42, random: &random)
        #expect(failure == nil, "\(replay(seed, "RandomWorldTests"))")
    }

    @Test(arguments: seeds)
    func `many timers crowded together, rescheduled far more often than due`(seed: UInt64) {
        var random = SeededGenerator(seed: seed ^ 0xC0DE)
        var pair = Pair(now: random.nextOfAnySize(upToBits: 40))
        let failure = Self.firstFailure(
            of: &pair, timers: 800, steps: 12_000, bits: 13, advances: 2, random: &random)
        #expect(failure == nil, "\(replay(seed, "RandomWorldTests"))")
    }

    @Test(arguments: seeds)
    func `slots are fired, spread, emptied and filled again in the middle of a sweep`(seed: UInt64)
    {
        var random = SeededGenerator(seed: seed ^ 0x5EE9)
        var pair = Pair(now: random.nextOfAnySize(upToBits: 40))
        var failure: String?
        for _ in 0..<12 where failure == nil {
            // Nearly all in one slot of several dozen chunks, the first of which soon are stale.
            let tick = pair.model.now + [5, 100, 5_000][Int(random.next() % 3)]
            for _ in 0..<2_500 where failure == nil {
                let id = UInt64.random(in: 0..<700, using: &random)
                failure = pair.arm(id, at: tick + random.next() % 2)
            }
            switch random.next() % 3 {
            case 0:
                for id: UInt64 in 0..<700 where failure == nil { failure = pair.cancel(id) }
            case 1:
                failure = failure ?? pair.advance(to: tick - 1)
            default:
                for _ in 0..<8 where failure == nil {
                    failure = pair.advance(to: tick, limit: 20)
                    for _ in 0..<40 where failure == nil {
                        let id = UInt64.random(in: 0..<700, using: &random)
                        failure = pair.arm(id, at: tick + 1 + random.next() % 200)
                    }
                }
            }
            failure = failure ?? pair.wheel.brokenInvariant()
        }
        failure = failure ?? pair.drain()
        #expect(failure == nil, "\(replay(seed, "RandomWorldTests"))")
    }

    static func firstFailure(
        of pair: inout Pair, timers: UInt64, steps: Int, bits: Int, advances: Int = 15,
        random: inout SeededGenerator
    ) -> String? {
        for step in 0..<steps {
            let difference: String?
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<advances:
                let ticks = random.nextOfAnySize(upToBits: bits - 4)
                let limit =
                    Bool.random(using: &random) ? Int.max : Int.random(in: 0..<9, using: &random)
                difference = pair.advance(to: pair.model.now + ticks, limit: limit)
            case 90..<95:
                // Overdue already.
                let ticks = min(random.nextOfAnySize(upToBits: bits), pair.model.now)
                let id = UInt64.random(in: 0..<timers, using: &random)
                difference = pair.arm(id, at: pair.model.now - ticks)
            case 80..<90:
                difference = pair.cancel(UInt64.random(in: 0..<timers, using: &random))
            default:
                let ticks = random.nextOfAnySize(upToBits: bits)
                let id = UInt64.random(in: 0..<timers, using: &random)
                difference = pair.arm(id, at: pair.model.now + ticks)
            }
            if let difference { return "step \(step): \(difference)" }
            if step % 64 == 0, let broken = pair.wheel.brokenInvariant() {
                return "step \(step): \(broken)"
            }
        }
        return pair.drain()
    }
}
