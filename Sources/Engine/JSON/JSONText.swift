/// A string inside a JSON text: its bytes between the quotes, checked by the reader, still escaped. Valid while the text lives.
package struct JSONText: @unchecked Sendable {
    // @unchecked: points into the text that the reader's caller holds.

    /// The bytes between the quotes: valid UTF-8 with valid escapes.
    package let bytes: UnsafeRawBufferPointer
    /// True when there is a backslash in it.
    package let hasEscapes: Bool

    /// The string itself.
    package var string: String {
        if !hasEscapes { return String(decoding: bytes, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: bytes.count) { unescape(into: UnsafeMutableRawBufferPointer($0)) }
    }

    /// True when the string is `text`.
    package func equals(_ text: StaticString) -> Bool {
        if hasEscapes { return string == text.description }
        return text.utf8CodeUnitCount == bytes.count
            && bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes the string's UTF-8 to the start of `target` and returns its length, which is at most `bytes.count`; `target` must
    /// hold that many. A half of a surrogate pair alone becomes U+FFFD: UTF-8 has no form for it.
    package func unescape(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard hasEscapes else {
            target.copyMemory(from: bytes)
            return bytes.count
        }
        var read = 0
        var written = 0
        while read < bytes.count {
            let byte = bytes[read]
            guard byte == UInt8(ascii: "\\") else {
                target[written] = byte
                read += 1
                written += 1
                continue
            }
            let escape = bytes[read + 1]
            guard escape == UInt8(ascii: "u") else {
                target[written] = JSONText.character(of: escape) ?? escape
                read += 2
                written += 1
                continue
            }
            var code = JSONText.hexadecimal(bytes, at: read + 2) ?? 0xFFFD
            read += 6
            if (0xD800..<0xDC00).contains(code), read + 6 <= bytes.count, bytes[read] == UInt8(ascii: "\\"),
                bytes[read + 1] == UInt8(ascii: "u"), let low = JSONText.hexadecimal(bytes, at: read + 2),
                (0xDC00..<0xE000).contains(low)
            {
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                read += 6
            }
            let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
            for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                target[written] = unit
                written += 1
            }
        }
        return written
    }

    /// What a one-letter escape stands for; `nil` when it is not one.
    static func character(of escape: UInt8) -> UInt8? {
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escape
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "r"): 0x0D
        default: nil
        }
    }

    /// The number of four hexadecimal digits; `nil` when they are not four.
    static func hexadecimal(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<(start + 4)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}

/// A number inside a JSON text: its bytes, checked by the reader. Valid while the text lives.
package struct JSONNumberText: @unchecked Sendable {
    // @unchecked: points into the text that the reader's caller holds.

    /// The bytes of the number.
    package let bytes: UnsafeRawBufferPointer
    /// True when it has neither fraction nor exponent.
    package let isInteger: Bool
    /// The number when it is an integer and fits.
    package let int64: Int64?

    /// The text of the number.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The number, kept exactly.
    package var number: JSONNumber { int64.map { JSONNumber($0) } ?? JSONNumber(checkedText: text) }

    /// The nearest floating-point number; infinite when the number is too large for one.
    package var double: Double {
        if let int64 { return Double(int64) }
        return exactDouble ?? Double(text) ?? .nan
    }

    /// The number by one multiplication or division of numbers that have no rounding error (Clinger's fast path); `nil` when it
    /// has too many digits or too large an exponent for that.
    private var exactDouble: Double? {
        var mantissa: UInt64 = 0
        var power = 0
        var index = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var seenPoint = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else if byte & 0xF0 == 0x30 {
                guard mantissa < 1 << 53 else { return nil }
                mantissa = mantissa &* 10 &+ UInt64(byte & 0x0F)
                if seenPoint { power -= 1 }
            } else {
                break
            }
            index += 1
        }
        if index < bytes.count {
            guard bytes.count - index <= 5 else { return nil }
            index += 1
            let sign = bytes[index] == UInt8(ascii: "-") ? -1 : 1
            if bytes[index] & 0xF0 != 0x30 { index += 1 }
            var exponent = 0
            while index < bytes.count {
                exponent = exponent * 10 + Int(bytes[index] & 0x0F)
                index += 1
            }
            power += sign * exponent
        }
        guard mantissa <= 1 << 53, abs(power) < JSONNumberText.powers.count else { return nil }
        let scaled =
            power < 0
            ? Double(mantissa) / JSONNumberText.powers[-power] : Double(mantissa) * JSONNumberText.powers[power]
        return isNegative ? -scaled : scaled
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]
}
