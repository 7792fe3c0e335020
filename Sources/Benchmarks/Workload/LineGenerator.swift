import Engine
import Glibc

/// Makes lines of text of one length, the same for the same seed: words of a made-up language, common ones more often than rare
/// ones, so that codecs find in it about what they find in real text. Printable ASCII without quotes and backslashes.
struct LineGenerator {
    private let lineByteCount: Int
    private let isQuoted: Bool
    private let words: [[UInt8]]
    private var random: SplitMix64

    /// - Parameters:
    ///   - lineByteCount: bytes of each line, without its newline; at least 1 (3 with quotes).
    ///   - isQuoted: the first and the last byte of each line are quotes, so that it is a string in JSON.
    init(lineByteCount: Int, isQuoted: Bool = false, seed: UInt64) {
        self.lineByteCount = lineByteCount
        self.isQuoted = isQuoted
        random = SplitMix64(state: seed)
        words = Self.makeWords(&random)
    }

    /// Writes lines, each with a newline behind it. `target` holds a whole number of them.
    mutating func fill(_ target: UnsafeMutableRawBufferPointer) {
        guard let base = target.baseAddress else { return }
        let stride = lineByteCount + 1
        let quote = UInt8(ascii: "\"")
        for line in 0..<(target.count / stride) {
            let start = base + line * stride
            if isQuoted {
                start.storeBytes(of: quote, as: UInt8.self)
                fillLine(start + 1, count: lineByteCount - 2)
                start.storeBytes(of: quote, toByteOffset: lineByteCount - 1, as: UInt8.self)
            } else {
                fillLine(start, count: lineByteCount)
            }
            start.storeBytes(of: UInt8(ascii: "\n"), toByteOffset: lineByteCount, as: UInt8.self)
        }
    }

    private mutating func fillLine(_ start: UnsafeMutableRawPointer, count: Int) {
        var used = 0
        while used < count {
            let word = words[nextWord()]
            let fitting = min(word.count, count - used)
            word.withUnsafeBytes { bytes in
                if let source = bytes.baseAddress { memcpy(start + used, source, fitting) }
            }
            used += fitting
        }
    }

    // The cube of an even draw: half of all words come from the first eighth of the list.
    private mutating func nextWord() -> Int {
        let draw = Double(random.next() >> 11) * 0x1p-53
        return min(Int(draw * draw * draw * Double(words.count)), words.count - 1)
    }

    private static func makeWords(_ random: inout SplitMix64) -> [[UInt8]] {
        let consonants = Array("bcdfghjklmnprstvwz".utf8)
        let vowels = Array("aeiou".utf8)
        return (0..<4096).map { index in
            var word: [UInt8] = []
            for _ in 0..<Int(1 + random.next() % 4) {
                word.append(consonants[Int(random.next() % UInt64(consonants.count))])
                word.append(vowels[Int(random.next() % UInt64(vowels.count))])
            }
            // Numbers, names and sentence ends, as text has them.
            switch index % 16 {
            case 3: word = Array(String(random.next() % 100_000).utf8)
            case 7: word[0] -= 0x20
            case 11: word.append(UInt8(ascii: "."))
            default: break
            }
            return word + [UInt8(ascii: " ")]
        }
    }
}

/// A small generator of numbers that a seed determines.
///
/// Source: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
