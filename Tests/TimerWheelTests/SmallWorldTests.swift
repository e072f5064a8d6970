import Testing
import TimerWheel

/// Every sequence of a few operations over three timers, against the model.
@Suite struct SmallWorldTests {
    enum Step {
        case arm(UInt64, delay: Int64)
        case cancel(UInt64)
        case advance(UInt64, limit: Int)
    }

    /// Walks the tree of all sequences.
    ///
    /// Returns the first one that goes wrong, and how.
    static func firstFailure(
        of pair: consuming Pair, steps: [Step], depth: Int, soFar: [Step] = []
    ) -> String? {
        if depth == 0 { return pair.drain().map { "\(soFar) drain: \($0)" } }
        for step in steps {
            // The timers are alike, so the first one to be armed may as well be timer 0.
            if soFar.isEmpty, case .arm(let id, _) = step, id != 0 { continue }
            var next = pair.copy()
            if let difference = apply(step, to: &next) { return "\(soFar + [step]): \(difference)" }
            let failure = firstFailure(
                of: next, steps: steps, depth: depth - 1, soFar: soFar + [step])
            if let failure { return failure }
        }
        return nil
    }

    static func apply(_ step: Step, to pair: inout Pair) -> String? {
        switch step {
        case .arm(let id, let delay):
            let due = pair.model.now.addingReportingOverflow(UInt64(bitPattern: delay)).partialValue
            return pair.arm(id, at: due)
        case .cancel(let id):
            return pair.cancel(id)
        case .advance(let ticks, let limit):
            return pair.advance(to: pair.model.now + ticks, limit: limit)
        }
    }

    static let starts: [UInt64] = [62, 4_094, 1 << 31 - 2]

    @Test(arguments: starts)
    func `every sequence of three operations over many delays`(start: UInt64) {
        var steps: [Step] = []
        for id: UInt64 in 0..<3 {
            for delay: Int64 in [-1, 0, 1, 63, 64, 65, 4_096, 1 << 31] {
                steps.append(.arm(id, delay: delay))
            }
            steps.append(.cancel(id))
        }
        for ticks: UInt64 in [1, 63, 64, 4_096, 1 << 40] {
            steps.append(.advance(ticks, limit: .max))
        }
        steps.append(.advance(64, limit: 1))
        let failure = Self.firstFailure(of: Pair(now: start), steps: steps, depth: 3)
        #expect(failure == nil)
    }

    @Test(arguments: [4_095] as [UInt64])
    func `every sequence of five operations over few delays`(start: UInt64) {
        var steps: [Step] = []
        for id: UInt64 in 0..<3 {
            steps.append(.arm(id, delay: 1))
            steps.append(.arm(id, delay: 65))
        }
        steps += [.cancel(0), .advance(1, limit: .max), .advance(64, limit: 1)]
        let failure = Self.firstFailure(of: Pair(now: start), steps: steps, depth: 5)
        #expect(failure == nil)
    }
}
