/// Walks the bytes of one record. Positions count from the record's first byte.
struct RecordCursor {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    var remaining: Int { bytes.count - position }

    mutating func byte() throws(RecordError) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    /// Zigzag, at most 10 bytes.
    mutating func variableInt64() throws(RecordError) -> Int64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw .badVariableInteger }
            result |= UInt64(next & 0x7f) << shift
            if next & 0x80 == 0 { break }
            shift += 7
        }
        return Int64(bitPattern: result >> 1) ^ -Int64(bitPattern: result & 1)
    }

    /// Zigzag, at most 5 bytes.
    mutating func variableInt32() throws(RecordError) -> Int32 {
        var result: UInt32 = 0
        var shift: UInt32 = 0
        while true {
            let next = try byte()
            guard shift < 28 || next <= 15 else { throw .badVariableInteger }
            result |= UInt32(next & 0x7f) << shift
            if next & 0x80 == 0 { break }
            shift += 7
        }
        return Int32(bitPattern: result >> 1) ^ -Int32(bitPattern: result & 1)
    }

    /// Where the bytes of a value are that has its length before it, -1 for null.
    mutating func nullableRange() throws(RecordError) -> (range: Range<Int>?, length: Int32) {
        let length = try variableInt32()
        if length == -1 { return (nil, length) }
        return (try range(length), length)
    }

    /// The same for a value that cannot be null.
    mutating func lengthPrefixed() throws(RecordError) -> Range<Int> {
        try range(try variableInt32())
    }

    private mutating func range(_ length: Int32) throws(RecordError) -> Range<Int> {
        guard length >= 0, Int(length) <= remaining else { throw .badLength }
        defer { position += Int(length) }
        return position..<(position + Int(length))
    }
}
