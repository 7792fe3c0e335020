package import BigInt

/// Integers of any size as Java's `BigInteger.toByteArray` writes them: two's complement, big endian, as few bytes as possible.
package enum TwosComplement {
    /// The bytes of a number; one zero byte for zero.
    package static func bytes(_ number: BigInt) -> [UInt8] {
        let isNegative = number.sign == .minus && !number.isZero
        // The bits of a negative number are the inverted bits of its distance from -1.
        let magnitude = isNegative ? number.magnitude - 1 : number.magnitude
        var bytes: [UInt8] = []
        for word in magnitude.words {
            for shift in stride(from: 0, to: UInt.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt(shift)))
            }
        }
        while let last = bytes.last, last == 0 { bytes.removeLast() }
        if bytes.last.map({ $0 >= 0x80 }) ?? true { bytes.append(0) }
        if isNegative { bytes = bytes.map { ~$0 } }
        return bytes.reversed()
    }

    /// The number of some bytes; `nil` when there are none.
    package static func number(_ bytes: [UInt8]) -> BigInt? {
        guard let first = bytes.first else { return nil }
        let isNegative = first >= 0x80
        var words: [UInt] = []
        words.reserveCapacity(bytes.count / 8 + 1)
        var word: UInt = 0
        var shift: UInt = 0
        for byte in bytes.reversed() {
            word |= UInt(isNegative ? ~byte : byte) << shift
            shift += 8
            if shift == UInt(UInt.bitWidth) {
                words.append(word)
                (word, shift) = (0, 0)
            }
        }
        words.append(word)
        let magnitude = BigUInt(words: words)
        return isNegative ? -BigInt(magnitude) - 1 : BigInt(magnitude)
    }
}
