internal import Glibc

/// Floating-point numbers as Java writes them: `1.0`, `1.0E10`, `4.9E-324`, `NaN`, `-Infinity`.
///
/// Source: `java.lang.Double.toString` and `Float.toString` (the shortest digits that read back as the same number, at least
/// one after the point; plain from 10^-3 up to 10^7, with an exponent beyond).
public enum JavaNumberText {
    /// The text of a double.
    public static func of(_ value: Double) -> String {
        if value.isFinite, value == value.rounded(.towardZero), value.magnitude < 1e7, value != 0 {
            return "\(Int64(value)).0"
        }
        return text(value, shortest: value.description, isFinite: value.isFinite) { digits in
            Double(digits) == value.magnitude
        }
    }

    /// The text of a float.
    public static func of(_ value: Float) -> String {
        if value.isFinite, value == value.rounded(.towardZero), value.magnitude < 1e7, value != 0 {
            return "\(Int64(value)).0"
        }
        return text(Double(value), shortest: value.description, isFinite: value.isFinite) { digits in
            Float(digits) == value.magnitude
        }
    }

    private static func text(
        _ value: Double,
        shortest: String,
        isFinite: Bool,
        readsBack: (String) -> Bool
    ) -> String {
        guard isFinite else {
            if value.isNaN { return "NaN" }
            return value < 0 ? "-Infinity" : "Infinity"
        }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        var (digits, exponent) = significand(shortest)
        if digits.count == 1, let two = twoDigits(value.magnitude), readsBack(two.text) {
            // Java asks for the nearest number of at least two digits: 4.9E-324, where one digit (5E-324) would do.
            (digits, exponent) = (two.digits, two.exponent)
        }
        var out: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        let zero = UInt8(ascii: "0")
        let point = UInt8(ascii: ".")
        switch exponent {
        case 0..<7:
            let whole = exponent + 1
            for index in 0..<max(whole, digits.count) {
                if index == whole { out.append(point) }
                out.append(index < digits.count ? digits[index] : zero)
            }
            if digits.count <= whole { out += [point, zero] }
        case -3..<0:
            out += [zero, point]
            out += Array(repeating: zero, count: -exponent - 1)
            out += digits
        default:
            out.append(digits[0])
            out.append(point)
            if digits.count == 1 { out.append(zero) } else { out += digits[1...] }
            out.append(UInt8(ascii: "E"))
            out += Array(String(exponent).utf8)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The digits without leading and trailing zeros, and the power of ten of the first.
    private static func significand(_ text: String) -> (digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = []
        var exponent = -1
        var seenPoint = false
        var seenDigit = false
        var written = 0
        var bytes = text.utf8[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if byte != UInt8(ascii: "0") { seenDigit = true }
                if seenDigit {
                    digits.append(byte)
                    if !seenPoint { exponent += 1 }
                } else if seenPoint {
                    exponent -= 1
                }
            case UInt8(ascii: "."): seenPoint = true
            case UInt8(ascii: "e"): written = Int(Substring(bytes)) ?? 0
            default: continue
            }
            if byte == UInt8(ascii: "e") { break }
        }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, exponent + written)
    }

    /// The nearest number of two digits.
    private static func twoDigits(_ value: Double) -> (text: String, digits: [UInt8], exponent: Int)? {
        var buffer = [CChar](repeating: 0, count: 32)
        let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.1e", $0) }
        guard count > 0, count < buffer.count else { return nil }
        let text = String(decoding: buffer[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let (digits, exponent) = significand(text)
        return (text, digits, exponent)
    }
}
