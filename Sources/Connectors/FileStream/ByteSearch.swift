import Glibc

/// Finds one byte value in a growing buffer and remembers what it has seen, so that no byte is looked at twice.
struct ByteSearch {
    private let byte: UInt8
    /// The last find; meaningful while it is not behind the cursor.
    private var found = -1
    /// Bytes before this index and not before the cursor hold no further find.
    private var searched = 0

    init(for byte: UInt8) {
        self.byte = byte
    }

    /// The first place of the byte in `cursor..<end`, or `end`.
    @inline(__always)
    mutating func next(from cursor: Int, in base: UnsafeRawPointer, end: Int) -> Int {
        if found >= cursor { return found }
        let start = max(cursor, searched)
        guard start < end, let place = memchr(base + start, Int32(byte), end - start) else {
            searched = max(searched, end)
            return end
        }
        found = UnsafeRawPointer(place) - base
        searched = found + 1
        return found
    }

    /// The bytes have moved towards the start of a buffer.
    mutating func shift(by distance: Int) {
        found = found >= distance ? found - distance : -1
        searched = max(0, searched - distance)
    }
}

/// Questions about text, asked of raw bytes.
enum TextBytes {
    /// True when no byte has its high bit set. Looks at a cache line's worth at a time.
    static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var index = 0
        while index + 64 <= bytes.count {
            let at = base + index
            let low =
                at.loadUnaligned(as: UInt64.self) | at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                | at.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                | at.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            let high =
                at.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
                | at.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
                | at.loadUnaligned(fromByteOffset: 48, as: UInt64.self)
                | at.loadUnaligned(fromByteOffset: 56, as: UInt64.self)
            if (low | high) & 0x8080_8080_8080_8080 != 0 { return false }
            index += 64
        }
        var rest: UInt8 = 0
        while index < bytes.count {
            rest |= bytes[index]
            index += 1
        }
        return rest < 0x80
    }

    /// True when the bytes are valid UTF-8.
    static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isASCII(bytes) { return true }
        do {
            _ = try UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span)
            return true
        } catch {
            return false
        }
    }
}
