import Engine

/// UTF-8 read as Java reads it: whatever is malformed becomes U+FFFD, and what follows is not harmed.
///
/// Swift replaces malformed input too, but cuts it into other pieces (an encoded surrogate is one U+FFFD in Java, three in Swift).
///
/// Source: `java.lang.String(byte[], Charset)` with UTF-8.
enum JavaUTF8 {
    /// The bytes with each malformed part replaced, given the first byte that is malformed.
    static func repaired(_ bytes: UnsafeRawBufferPointer, firstInvalid: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        var valid = 0
        var index = firstInvalid
        while index < bytes.count {
            result.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[valid..<index]))
            result.append(contentsOf: [0xEF, 0xBF, 0xBD])
            valid = index + malformedLength(bytes, at: index)
            let rest = UnsafeRawBufferPointer(rebasing: bytes[valid...])
            index = valid + ByteScan.invalidUTF8(rest)
        }
        result.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[valid...]))
        return result
    }

    /// The text of some bytes.
    static func string(_ bytes: UnsafeRawBufferPointer) -> String {
        let invalid = ByteScan.invalidUTF8(bytes)
        if invalid == bytes.count { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: repaired(bytes, firstInvalid: invalid), as: UTF8.self)
    }

    /// How many of the malformed bytes at `index` one U+FFFD stands for.
    private static func malformedLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        let rest = bytes.count - index
        func byte(_ offset: Int) -> UInt8 { bytes[index + offset] }
        func continues(_ offset: Int) -> Bool { byte(offset) & 0xC0 == 0x80 }
        switch byte(0) {
        case 0xE0...0xEF:
            if rest == 1 { return 1 }
            if byte(0) == 0xE0, byte(1) & 0xE0 == 0x80 { return 1 }
            guard continues(1) else { return 1 }
            // Three whole bytes here are an encoded surrogate, which Java replaces as one.
            return rest == 2 || !continues(2) ? 2 : 3
        case 0xF0...0xF4:
            if rest == 1 { return 1 }
            if byte(0) == 0xF0, !(0x90...0xBF).contains(byte(1)) { return 1 }
            if byte(0) == 0xF4, byte(1) & 0xF0 != 0x80 { return 1 }
            guard continues(1) else { return 1 }
            if rest == 2 { return 2 }
            return continues(2) ? 3 : 2
        default: return 1
        }
    }
}
