/// How text is cut into lines, written as plainly as can be: what the reader is compared with.
enum LineModel {
    /// Complete lines with the position behind each. A CR that is the last byte waits; so does a last line without an end.
    static func lines(_ bytes: [UInt8], from start: Int = 0) -> [Line] {
        var result: [Line] = []
        var line: [UInt8] = []
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0D {
                guard index < bytes.count else { break }
                if bytes[index] == 0x0A { index += 1 }
            } else if byte != 0x0A {
                line.append(byte)
                continue
            }
            result.append(Line(text: String(decoding: line, as: UTF8.self), position: Int64(index)))
            line = []
        }
        return result
    }

    /// Random text, rich in line ends, broken UTF-8 and now and then a long line.
    static func randomText(using random: inout some RandomNumberGenerator) -> [UInt8] {
        let pieces: [[UInt8]] = [
            [0x0A], [0x0A], [0x0D], [0x0D, 0x0A], [0x0D, 0x0D, 0x0A], Array("a".utf8), Array("Kafka".utf8),
            Array("é".utf8),
            Array("€".utf8), Array("😀".utf8), Array("\u{FEFF}".utf8), [0xFF], [0xE2, 0x82], [0xC0, 0x80],
            [0xED, 0xA0, 0x80], [0x00], [0x80],
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            if Int.random(in: 0..<20, using: &random) == 0 {
                bytes += [UInt8](repeating: 0x78, count: Int.random(in: 0...20_000, using: &random))
            } else {
                bytes += pieces.randomElement(using: &random) ?? []
            }
        }
        return bytes
    }
}

/// A generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    // SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
