import Foundation

/// Runs the workload of `scripts/bench.d/common.h` on the timer wheel, and prints what the peers print.
struct WheelBenchmark {
    let timers: Int
    let rounds: Int

    func run() {
        let workload = WheelWorkload(timers: timers)
        for round in 0..<rounds {
            report(workload.run(NumberedWheel.self), NumberedWheel.name, round)
            report(workload.run(HandledWheel.self), HandledWheel.name, round)
        }
    }

    private func report(_ result: WheelRound, _ name: String, _ round: Int) {
        for (phase, nanoseconds) in result.phases {
            say(name, round, phase, "ns=\(rounded(nanoseconds))")
        }
        // Later rounds reuse memory of the first, so only that one tells.
        if round == 0 {
            say(
                name, round, "memory",
                "fresh=\(rounded(result.freshBytes)) worst=\(rounded(result.worstBytes))")
        }
        let sink = result.sink
        say(
            name, round, "check",
            "fired=\(sink.fired) sum=\(sink.sum) early=\(sink.early) disorder=\(sink.disorder)")
    }

    /// The longest single calls, in microseconds.
    func runLongestCalls() {
        for (name, microseconds) in WheelWorkload(timers: timers).longestCalls(rounds: rounds) {
            say(NumberedWheel.name, 0, "longest-\(name)", "us=\(microseconds)")
        }
    }

    private func say(_ name: String, _ round: Int, _ phase: String, _ figures: String) {
        print("impl=\(name) timers=\(timers) round=\(round) phase=\(phase) \(figures)")
    }

    /// Two decimals are more than the noise allows for.
    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// The bytes of memory that the process has in use.
func residentBytes() -> Double {
    let sizes = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii)
    guard let pages = sizes?.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) else {
        preconditionFailure("/proc/self/statm cannot be read")
    }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
}
