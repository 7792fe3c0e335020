/// Bytes as Base64 text with the standard alphabet and padding, and back.
///
/// Source: RFC 4648, section 4; reading is as lenient as Jackson's default variant.
package enum Base64 {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    private static let sextets: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// The number of characters that `count` bytes take.
    package static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes the text of some bytes to the start of `target`, which must hold ``encodedCount(_:)`` bytes.
    package static func encode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
        var read = 0
        var written = 0
        alphabet.withUnsafeBufferPointer { alphabet in
            while read < bytes.count {
                let taken = min(3, bytes.count - read)
                var group = UInt32(bytes[read]) << 16
                if taken > 1 { group |= UInt32(bytes[read + 1]) << 8 }
                if taken > 2 { group |= UInt32(bytes[read + 2]) }
                target[written] = alphabet[Int(group >> 18)]
                target[written + 1] = alphabet[Int(group >> 12 & 63)]
                target[written + 2] = taken > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "=")
                target[written + 3] = taken > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "=")
                read += 3
                written += 4
            }
        }
    }

    /// The text of some bytes.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: encodedCount(bytes.count)) { target, count in
            bytes.withUnsafeBytes { encode($0, into: UnsafeMutableRawBufferPointer(target)) }
            count = encodedCount(bytes.count)
        }
    }

    /// The bytes of a text; `nil` when it has a character outside of the alphabet or lacks its padding. White space and control
    /// characters between groups of four are skipped.
    package static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var index = 0
        while true {
            while index < text.count, text[index] <= 0x20 { index += 1 }
            guard index < text.count else { return bytes }
            guard index + 4 <= text.count else { return nil }
            let first = sextets[Int(text[index])]
            let second = sextets[Int(text[index + 1])]
            let third = sextets[Int(text[index + 2])]
            let fourth = sextets[Int(text[index + 3])]
            guard first | second < 64 else { return nil }
            bytes.append(first << 2 | second >> 4)
            if third < 64 {
                bytes.append(second << 4 | third >> 2)
                if fourth < 64 {
                    bytes.append(third << 6 | fourth)
                } else if text[index + 3] != UInt8(ascii: "=") {
                    return nil
                }
            } else if text[index + 2] != UInt8(ascii: "=") || text[index + 3] != UInt8(ascii: "=") {
                return nil
            }
            index += 4
        }
    }
}
