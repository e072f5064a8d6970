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
