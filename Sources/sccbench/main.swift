import Foundation

// sccbench TIMERS ROUNDS            the phases of scripts/bench.d/common.h
// sccbench TIMERS ROUNDS --longest  the longest single calls
let arguments = CommandLine.arguments.dropFirst()
let numbers = arguments.prefix(2).compactMap { Int($0) }
guard numbers.count == 2, numbers.allSatisfy({ $0 > 0 }),
    [[], ["--longest"]].contains(arguments.dropFirst(2))
else {
    print("usage: sccbench TIMERS ROUNDS [--longest]")
    exit(64)
}
let benchmark = WheelBenchmark(timers: numbers[0], rounds: numbers[1])
if arguments.count == 3 { benchmark.runLongestCalls() } else { benchmark.run() }
