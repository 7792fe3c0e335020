import BigInt
import Engine

// What Jackson's number nodes give when asked for a type: too large a number is cut to its low bits, a fraction is dropped.
extension JSONNumberText {
    /// `JsonNode.longValue` of a number read with exact decimals.
    var javaInt64: Int64 {
        if let int64 { return int64 }
        if isInteger { return BigInt(text).map { Int64(truncatingIfNeeded: $0) } ?? 0 }
        guard let (unscaled, scale) = DecimalText.parse(text), !unscaled.isZero else { return 0 }
        // 10^64 has 64 zero bits at its end; and a number below one has no whole part.
        if scale <= -64 || Int(scale) > bytes.count { return 0 }
        let power = BigInt(10).power(abs(Int(scale)))
        return Int64(truncatingIfNeeded: scale > 0 ? unscaled / power : unscaled * power)
    }

    /// `JsonNode.intValue`.
    var javaInt32: Int32 { Int32(truncatingIfNeeded: javaInt64) }

    /// `JsonNode.floatValue`.
    var javaFloat: Float {
        if let int64 { return Float(int64) }
        let value = Float(text) ?? .nan
        return value == 0 && isZero ? 0 : value
    }

    /// `JsonNode.doubleValue`.
    var javaDouble: Double {
        let value = double
        return value == 0 && isZero ? 0 : value
    }

    /// True for zero with any sign: the decimals that Connect reads numbers as know no negative zero.
    private var isZero: Bool {
        bytes.prefix { $0 | 0x20 != UInt8(ascii: "e") }.allSatisfy {
            !(UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0)
        }
    }

    /// `JsonNode.decimalValue`; `nil` when the exponent is beyond 32 bits.
    var javaDecimal: (unscaled: BigInt, scale: Int32)? {
        if let int64 { return (BigInt(int64), 0) }
        return DecimalText.parse(text)
    }
}
