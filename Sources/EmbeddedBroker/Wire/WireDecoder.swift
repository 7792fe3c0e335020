import NIOCore

/// Reads values from bytes that came from outside: every length is checked against what is there before it is believed.
struct WireDecoder: WireCoder {
    let version: Int16
    /// Compact lengths and tagged fields.
    let isFlexible: Bool
    private(set) var buffer: ByteBuffer

    init(_ buffer: ByteBuffer, version: Int16, isFlexible: Bool) {
        self.buffer = buffer
        self.version = version
        self.isFlexible = isFlexible
    }

    var remaining: Int { buffer.readableBytes }

    mutating func value<Value: WireValue>(_ value: inout Value) throws(WireError) {
        value = try Value.decode(from: &self)
    }

    /// Throws when bytes are left.
    func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailingBytes(remaining) }
    }

    // MARK: What values are made of

    mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) throws(WireError) -> Integer {
        guard let value = buffer.readInteger(as: Integer.self) else { throw .truncated }
        return value
    }

    /// LEB128, as in Protocol Buffers.
    mutating func unsignedVariableInteger() throws(WireError) -> UInt32 {
        var result: UInt32 = 0
        for shift in stride(from: 0, through: 28, by: 7) {
            let byte: UInt8 = try integer()
            let bits = UInt32(byte & 0x7f)
            guard shift < 28 || bits < 16 else { throw .badVariableInteger }
            result |= bits << UInt32(shift)
            if byte & 0x80 == 0 { return result }
        }
        throw .badVariableInteger
    }

    /// The bytes of a value with a length before it; `nil` for null.
    mutating func lengthAndBytes(shortLength: Bool) throws(WireError) -> ByteBuffer? {
        let length: Int
        if isFlexible {
            length = Int(try unsignedVariableInteger()) - 1
        } else if shortLength {
            length = Int(try integer(Int16.self))
        } else {
            length = Int(try integer(Int32.self))
        }
        if length == -1 { return nil }
        guard length >= 0 else { throw .badLength(length) }
        guard let slice = buffer.readSlice(length: length) else { throw .badLength(length) }
        return slice
    }

    /// The number of an array's elements; `nil` for null. Never more than there are bytes left.
    mutating func count() throws(WireError) -> Int? {
        let count = isFlexible ? Int(try unsignedVariableInteger()) - 1 : Int(try integer(Int32.self))
        if count == -1 { return nil }
        guard count >= 0, count <= remaining else { throw .badLength(count) }
        return count
    }

    /// No tagged field of a request matters to a broker without followers.
    mutating func skipTaggedFields() throws(WireError) {
        var left = try unsignedVariableInteger()
        while left > 0 {
            _ = try unsignedVariableInteger()
            let size = Int(try unsignedVariableInteger())
            guard buffer.readSlice(length: size) != nil else { throw .badLength(size) }
            left -= 1
        }
    }
}
