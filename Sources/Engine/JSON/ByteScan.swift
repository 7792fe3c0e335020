/// Searches over bytes, eight at a time.
package enum ByteScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The first byte from `start` on that a JSON string cannot hold as plain ASCII: a quote, a backslash, a control character or
    /// a byte of 0x80 and more. `bytes.count` when there is none.
    @inline(__always)
    package static func jsonStop(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        guard let base = bytes.baseAddress else { return start }
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // Each term has the high bit of a byte set where it stops; a carry can only set bits above the first true one.
            let stops =
                (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | (word &- ones &* 0x20) | word)
                & highs
            if stops != 0 { return index &+ stops.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte >= 0x80 { return index }
            index &+= 1
        }
        return index
    }

    /// The first byte from `start` on that ``JSONWriter`` escapes inside a string: a quote, a backslash, a control character or
    /// the start of a character beyond U+FFFF. `bytes.count` when there is none.
    @inline(__always)
    package static func jsonEscape(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        guard let base = bytes.baseAddress else { return start }
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let control = (word &- ones &* 0x20) & ~word
            // The upper four bits all set: the first of four bytes.
            let fourBytes = word & (word << 1) & (word << 2) & (word << 3)
            let stops =
                (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | control | fourBytes) & highs
            if stops != 0 { return index &+ stops.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte < 0x20 || byte == 0x22 || byte == 0x5C || byte >= 0xF0 { return index }
            index &+= 1
        }
        return index
    }

    /// The first byte from `start` on that is not ASCII; `bytes.count` when there is none.
    @inline(__always)
    package static func nonASCII(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int {
        var index = start
        guard let base = bytes.baseAddress else { return start }
        while index &+ 32 <= bytes.count {
            let words = base.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
            if (words[0] | words[1] | words[2] | words[3]) & highs != 0 { break }
            index &+= 32
        }
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self)) & highs
            if word != 0 { return index &+ word.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            if base.load(fromByteOffset: index, as: UInt8.self) >= 0x80 { return index }
            index &+= 1
        }
        return index
    }

    /// The length of the UTF-8 sequence that starts at `index`; 0 when the bytes there are not valid UTF-8.
    package static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        func continuation(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        switch bytes[index] {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: return continuation(1) ? 2 : 0
        case 0xE0: return continuation(1, 0xA0...0xBF) && continuation(2) ? 3 : 0
        case 0xED: return continuation(1, 0x80...0x9F) && continuation(2) ? 3 : 0
        case 0xE1...0xEF: return continuation(1) && continuation(2) ? 3 : 0
        case 0xF0: return continuation(1, 0x90...0xBF) && continuation(2) && continuation(3) ? 4 : 0
        case 0xF1...0xF3: return continuation(1) && continuation(2) && continuation(3) ? 4 : 0
        case 0xF4: return continuation(1, 0x80...0x8F) && continuation(2) && continuation(3) ? 4 : 0
        default: return 0
        }
    }

    /// The first byte that is not part of valid UTF-8; `bytes.count` when all is valid.
    package static func invalidUTF8(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = nonASCII(bytes)
        while index < bytes.count {
            let length = sequenceLength(bytes, at: index)
            if length == 0 { return index }
            index += length
            if index < bytes.count, bytes[index] < 0x80 { index = nonASCII(bytes, from: index) }
        }
        return index
    }
}
