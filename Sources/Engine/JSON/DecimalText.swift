public import BigInt

/// Decimal numbers as text: `123.4500`, `-1E+3`, `.5`, `5.`.
///
/// Source: the grammar of `java.math.BigDecimal(String)`.
public enum DecimalText {
    /// The number as `unscaled × 10^-scale`, every written digit kept (`1.10` has scale 2). `nil` when the text is no number or
    /// its scale is beyond 32 bits.
    public static func parse(_ text: String) -> (unscaled: BigInt, scale: Int32)? {
        var digits: [UInt8] = []
        var fraction: Int64 = 0
        var seenPoint = false
        var exponent: Int64 = 0
        var bytes = text.utf8[...]
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            if sign == UInt8(ascii: "-") { digits.append(sign) }
            bytes.removeFirst()
        }
        let signCount = digits.count
        loop: while let byte = bytes.first {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits.append(byte)
                if seenPoint { fraction += 1 }
            case UInt8(ascii: ".") where !seenPoint:
                seenPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                let rest = bytes.dropFirst()
                guard let first = rest.first, rest.count <= 12,
                    rest.dropFirst(first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? 1 : 0).allSatisfy({
                        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    }), let value = Int64(Substring(rest))
                else { return nil }
                exponent = value
                break loop
            default: return nil
            }
            bytes.removeFirst()
        }
        guard digits.count > signCount, let scale = Int32(exactly: fraction - exponent),
            let unscaled = BigInt(String(decoding: digits, as: UTF8.self))
        else { return nil }
        return (unscaled, scale)
    }

    /// The number without exponent: `toPlainString`. Callers bound the scale: a scale of -1,000,000 writes as many zeros.
    public static func plain(unscaled: BigInt, scale: Int32) -> String {
        if scale == 0 { return String(unscaled) }
        let digits = String(unscaled.magnitude)
        let sign = unscaled.sign == .minus ? "-" : ""
        if scale < 0 {
            return unscaled.isZero ? "0" : sign + digits + String(repeating: "0", count: -Int(scale))
        }
        let places = Int(scale)
        if digits.utf8.count > places {
            let point = digits.index(digits.endIndex, offsetBy: -places)
            return sign + digits[..<point] + "." + digits[point...]
        }
        return sign + "0." + String(repeating: "0", count: places - digits.utf8.count) + digits
    }
}
