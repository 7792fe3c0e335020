import Glibc

/// What the fuzz tests are told from outside.
enum FuzzSettings {
    /// `CONNECT_FUZZ_INPUTS`: how many inputs each fuzz test feeds. The default keeps the tests quick.
    static let inputs = number("CONNECT_FUZZ_INPUTS") ?? 20_000

    /// `CONNECT_FUZZ_SEED`: the same number gives the same inputs.
    static let seed = UInt64(number("CONNECT_FUZZ_SEED") ?? 1)

    private static func number(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }

    /// The most memory this process has had, in KiB.
    static var peakMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }
}

/// SplitMix64: quick, and the same everywhere.
struct FuzzGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
