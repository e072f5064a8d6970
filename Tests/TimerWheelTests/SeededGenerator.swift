import Foundation

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of a random length in bits, so that small and huge ones are equally common.
    mutating func nextOfAnySize(upToBits bits: Int) -> UInt64 {
        next() >> UInt64(64 - Int.random(in: 1...bits, using: &self))
    }
}

/// The seeds to try: those of the run, or the one in `SCC_SEED`.
let seeds: [UInt64] = {
    if let text = ProcessInfo.processInfo.environment["SCC_SEED"], let seed = UInt64(text) {
        return [seed]
    }
    return Array(1...6)
}()

func replay(_ seed: UInt64, _ test: String) -> String {
    "replay: SCC_SEED=\(seed) swift test --filter \(test)"
}
