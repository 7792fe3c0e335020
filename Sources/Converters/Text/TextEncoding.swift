import Engine

/// The encodings that Java is bound to have, by their Java names.
///
/// What an encoding has no form for is written as `?`, and what is malformed is read as U+FFFD, as Java's `String` does.
///
/// Source: `java.nio.charset.StandardCharsets` and the names and aliases of `java.nio.charset.Charset`.
enum TextEncoding: Sendable, Hashable, CaseIterable {
    case utf8
    case ascii
    case latin1
    /// Written big endian with a byte-order mark; read by its mark, big endian without one.
    case utf16
    case utf16BigEndian
    case utf16LittleEndian
    /// Written big endian without a mark; read by its mark, big endian without one.
    case utf32
    case utf32BigEndian
    case utf32LittleEndian

    /// The canonical Java name.
    var name: String { names[0] }

    private var names: [String] {
        switch self {
        case .utf8: ["UTF-8", "UTF8", "unicode-1-1-utf-8"]
        case .ascii:
            [
                "US-ASCII", "ASCII", "ISO646-US", "iso-ir-6", "ANSI_X3.4-1986", "ANSI_X3.4-1968", "ISO_646.irv:1991",
                "iso_646.irv:1983", "us", "IBM367", "cp367", "csASCII", "default", "646", "ascii7",
            ]
        case .latin1:
            [
                "ISO-8859-1", "latin1", "ISO8859-1", "ISO8859_1", "ISO_8859-1", "ISO_8859_1", "ISO_8859-1:1987",
                "8859_1",
                "iso-ir-100", "l1", "IBM819", "IBM-819", "cp819", "csISOLatin1", "819",
            ]
        case .utf16: ["UTF-16", "UTF_16", "utf16", "unicode", "UnicodeBig"]
        case .utf16BigEndian: ["UTF-16BE", "UTF_16BE", "ISO-10646-UCS-2", "X-UTF-16BE", "UnicodeBigUnmarked"]
        case .utf16LittleEndian: ["UTF-16LE", "UTF_16LE", "X-UTF-16LE", "UnicodeLittleUnmarked"]
        case .utf32: ["UTF-32", "UTF_32", "UTF32", "ISO-10646-UCS-4"]
        case .utf32BigEndian: ["UTF-32BE", "UTF_32BE", "X-UTF-32BE"]
        case .utf32LittleEndian: ["UTF-32LE", "UTF_32LE", "X-UTF-32LE"]
        }
    }

    /// The encoding of a name or alias, in any case; `nil` when there is none.
    init?(name: String) {
        let wanted = name.lowercased()
        let match = TextEncoding.allCases.first { $0.names.contains { $0.lowercased() == wanted } }
        guard let match else { return nil }
        self = match
    }

    /// The bytes of a text.
    func encode(_ text: String) -> [UInt8] {
        switch self {
        case .utf8: return Array(text.utf8)
        case .ascii, .latin1:
            let limit: UInt32 = self == .ascii ? 0x80 : 0x100
            return text.unicodeScalars.map {
                $0.value < limit ? UInt8(truncatingIfNeeded: $0.value) : UInt8(ascii: "?")
            }
        case .utf16, .utf16BigEndian, .utf16LittleEndian:
            // An empty text has no byte-order mark either.
            let units = (self == .utf16 && !text.isEmpty ? [0xFEFF] : []) + Array(text.utf16)
            return units.flatMap { unit in
                let bytes = [UInt8(truncatingIfNeeded: unit >> 8), UInt8(truncatingIfNeeded: unit)]
                return self == .utf16LittleEndian ? bytes.reversed() : bytes
            }
        case .utf32, .utf32BigEndian, .utf32LittleEndian:
            return text.unicodeScalars.flatMap { scalar in
                let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: scalar.value >> $0) }
                return self == .utf32LittleEndian ? bytes.reversed() : bytes
            }
        }
    }

    /// The text of some bytes.
    func decode(_ bytes: UnsafeRawBufferPointer) -> String {
        var result = String.UnicodeScalarView()
        switch self {
        case .utf8: return JavaUTF8.string(bytes)
        case .ascii:
            for byte in bytes { result.append(byte < 0x80 ? Unicode.Scalar(byte) : "\u{FFFD}") }
        case .latin1:
            for byte in bytes { result.append(Unicode.Scalar(byte)) }
        case .utf16, .utf16BigEndian, .utf16LittleEndian:
            return decodeUTF16(bytes)
        case .utf32, .utf32BigEndian, .utf32LittleEndian:
            return decodeUTF32(bytes)
        }
        return String(result)
    }

    private func decodeUTF16(_ bytes: UnsafeRawBufferPointer) -> String {
        var start = 0
        var little = self == .utf16LittleEndian
        if self == .utf16, bytes.count >= 2 {
            if bytes[0] == 0xFE, bytes[1] == 0xFF { start = 2 }
            if bytes[0] == 0xFF, bytes[1] == 0xFE { (start, little) = (2, true) }
        }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for index in stride(from: start, to: bytes.count - 1, by: 2) {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(little ? second << 8 | first : first << 8 | second)
        }
        // Swift replaces each half of a pair that stands alone, as Java does; an odd byte at the end is one more.
        return String(decoding: units, as: UTF16.self) + ((bytes.count - start) % 2 == 0 ? "" : "\u{FFFD}")
    }

    private func decodeUTF32(_ bytes: UnsafeRawBufferPointer) -> String {
        var start = 0
        var little = self == .utf32LittleEndian
        if self == .utf32, bytes.count >= 4 {
            if bytes[0] == 0, bytes[1] == 0, bytes[2] == 0xFE, bytes[3] == 0xFF { start = 4 }
            if bytes[0] == 0xFF, bytes[1] == 0xFE, bytes[2] == 0, bytes[3] == 0 { (start, little) = (4, true) }
        }
        var result = String.UnicodeScalarView()
        for index in stride(from: start, to: bytes.count - 3, by: 4) {
            let value = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[index + (little ? 3 - $1 : $1)]) }
            result.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        if (bytes.count - start) % 4 != 0 { result.append("\u{FFFD}") }
        return String(result)
    }
}
