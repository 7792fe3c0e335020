/// Numbers as Java reads them from text, so that what a worker file meant to Kafka Connect it means here.
enum JavaNumber {
    /// A whole number: an optional sign and decimal digits of any script of the Basic Multilingual Plane; `nil` for anything
    /// else and for what does not fit.
    ///
    /// Source: `java.lang.Long.parseLong`.
    static func integer<Number: FixedWidthInteger>(_ text: String, as type: Number.Type = Number.self) -> Number? {
        var scalars = Substring(text).unicodeScalars
        var isNegative = false
        if let sign = scalars.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            scalars.removeFirst()
        }
        guard !scalars.isEmpty else { return nil }
        var result: Number = 0
        for scalar in scalars {
            guard let digit = decimalDigit(scalar) else { return nil }
            let (product, tooLarge) = result.multipliedReportingOverflow(by: 10)
            let (sum, overflow) =
                isNegative
                ? product.subtractingReportingOverflow(Number(digit)) : product.addingReportingOverflow(Number(digit))
            if tooLarge || overflow { return nil }
            result = sum
        }
        return result
    }

    /// A floating-point number: decimal or hexadecimal with binary exponent, `NaN`, `Infinity`, an optional type letter at
    /// the end; `nil` for anything else.
    ///
    /// Source: `java.lang.Double.parseDouble`.
    static func double(_ text: String) -> Double? {
        var body = Substring(text)
        var isNegative = false
        if let sign = body.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            body.removeFirst()
        }
        let magnitude: Double?
        switch body {
        case "NaN": magnitude = .nan
        case "Infinity": magnitude = .infinity
        default:
            if let suffix = body.last, "fFdD".contains(suffix),
                !isHexadecimal(body) || body.contains(where: { "pP".contains($0) })
            {
                body.removeLast()
            }
            magnitude = isHexadecimal(body) ? hexadecimalMagnitude(body) : decimalMagnitude(body)
        }
        return magnitude.map { isNegative ? -$0 : $0 }
    }

    private static func decimalDigit(_ scalar: Unicode.Scalar) -> Int? {
        if scalar.isASCII {
            return ("0"..."9").contains(scalar) ? Int(scalar.value - 0x30) : nil
        }
        guard scalar.value <= 0xFFFF, scalar.properties.numericType == .decimal,
            let value = scalar.properties.numericValue
        else { return nil }
        return Int(value)
    }

    private static func isHexadecimal(_ text: Substring) -> Bool {
        text.hasPrefix("0x") || text.hasPrefix("0X")
    }

    /// Digits with at most one point and an optional decimal exponent.
    private static func decimalMagnitude(_ text: Substring) -> Double? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard let mantissa = parts.first,
            let digits = mantissaDigits(mantissa, isDigit: { ("0"..."9").contains($0) })
        else { return nil }
        guard parts.count == 2 else { return Double(digits) }
        guard let exponent = exponentText(parts[1]) else { return nil }
        return Double("\(digits)e\(exponent)")
    }

    /// Hexadecimal digits with at most one point, and the binary exponent that Java demands.
    private static func hexadecimalMagnitude(_ text: Substring) -> Double? {
        let parts = text.dropFirst(2).split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "p" || $0 == "P" }
        guard parts.count == 2, let digits = mantissaDigits(parts[0], isDigit: { $0.isASCII && $0.isHexDigit }),
            let exponent = exponentText(parts[1])
        else { return nil }
        return Double("0x\(digits)p\(exponent)")
    }

    /// The mantissa with a digit on either side of its point, or `nil` when it is none.
    private static func mantissaDigits(_ text: Substring, isDigit: (Character) -> Bool) -> String? {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.allSatisfy({ $0.allSatisfy(isDigit) }), halves.contains(where: { !$0.isEmpty }) else { return nil }
        let whole = halves[0].isEmpty ? "0" : String(halves[0])
        let fraction = halves.count == 2 && !halves[1].isEmpty ? String(halves[1]) : "0"
        return "\(whole).\(fraction)"
    }

    private static func exponentText(_ text: Substring) -> String? {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text
        guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        return String(text)
    }
}
