import TimerWheel

/// Runs the workload of `scripts/bench.d/common.h` on the timer wheel.
///
/// - Parameters:
///   - timers: The numbers of timers to run it with.
///   - rounds: How often to run it with each.
///   - progress: Called with a line per phase and round, in the format of the peers.
/// - Returns: For each number of timers the median of each phase, the bytes per timer, and the
///   longest calls.
func runWheelBenchmark(
    timers: [Int], rounds: Int, progress: (String) -> Void
) -> [BenchmarkRow] {
    var rows: [BenchmarkRow] = []
    for count in timers {
        let workload = WheelWorkload(timers: count)
        var nanoseconds: [String: [Double]] = [:]
        var last: WheelRound?
        for round in 0..<rounds {
            let prefix = "impl=swift timers=\(count) round=\(round)"
            let result = workload.run()
            for (phase, value) in result.phases {
                nanoseconds[phase, default: []].append(value)
                progress("\(prefix) phase=\(phase) ns=\(rounded(value))")
            }
            progress(
                "\(prefix) phase=memory fresh=\(rounded(result.freshBytes)) "
                    + "worst=\(rounded(result.worstBytes))")
            progress(
                "\(prefix) phase=check fired=\(result.sink.fired) sum=\(result.sink.sum) "
                    + "early=\(result.sink.early) disorder=\(result.sink.disorder)")
            last = result
        }
        let group = "wheel \(count)"
        for phase in WheelRound.phaseNames {
            guard let values = nanoseconds[phase]?.sorted(), !values.isEmpty else { continue }
            rows.append(
                BenchmarkRow(
                    group: group, name: phase, metric: "median",
                    value: values[values.count / 2], unit: "ns"))
        }
        if let last {
            rows.append(
                BenchmarkRow(
                    group: group, name: "memory", metric: "fresh", value: last.freshBytes,
                    unit: "B"))
            rows.append(
                BenchmarkRow(
                    group: group, name: "memory", metric: "worst", value: last.worstBytes,
                    unit: "B"))
        }
        let longest = workload.longestCalls(rounds: min(rounds, 3))
        for (name, value) in longest {
            progress(
                "impl=swift timers=\(count) round=0 phase=longest-\(name) us=\(rounded(value))")
            rows.append(
                BenchmarkRow(
                    group: group, name: name, metric: "longest call", value: value, unit: "µs"))
        }
    }
    return rows
}

/// Two decimals are more than the noise allows for.
func rounded(_ value: Double) -> Double { Double(Int(value * 100 + 0.5)) / 100 }

/// The outcome of one run of all phases.
struct WheelRound {
    static let phaseNames = ["cold", "cancel", "warm", "churn", "fire"]

    /// Nanoseconds per operation.
    var phases: [(name: String, nanoseconds: Double)] = []
    /// Bytes per timer, without the 8 of the payload.
    var freshBytes = 0.0
    var worstBytes = 0.0
    var sink = WheelSink()
}

/// What receives the timers, and can show afterwards that they were the right ones.
struct WheelSink {
    var fired: UInt64 = 0
    var sum: UInt64 = 0
    var early: UInt64 = 0
    var disorder: UInt64 = 0
    private var lastDue: UInt64 = 0

    @inline(__always)
    mutating func receive(_ timer: DueTimer, now: UInt64) {
        fired += 1
        sum &+= timer.payload &* 2_654_435_761 &+ timer.due
        if timer.due > now { early += 1 }
        if timer.due < lastDue { disorder += 1 }
        lastDue = timer.due
    }
}
