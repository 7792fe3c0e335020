import NIOCore

/// Writes values. Large byte fields are not copied: they become pieces of their own between the written ones.
struct WireEncoder: WireCoder {
    /// From this size on a byte field is handed on as it is, in bytes: a copy costs less than a piece below it.
    static let pieceThreshold = 4096

    let version: Int16
    /// Compact lengths and tagged fields.
    let isFlexible: Bool
    private var finished: [ByteBuffer] = []
    private var current = ByteBuffer()
    private var finishedBytes = 0

    init(version: Int16, isFlexible: Bool, capacity: Int = 256) {
        self.version = version
        self.isFlexible = isFlexible
        current.reserveCapacity(capacity)
    }

    /// How many bytes are written so far.
    var count: Int { finishedBytes + current.readableBytes }

    /// Everything written, in order.
    consuming func pieces() -> [ByteBuffer] {
        if current.readableBytes > 0 { finished.append(current) }
        return finished
    }

    /// Everything written, as one buffer.
    consuming func joined() -> ByteBuffer {
        guard !finished.isEmpty else { return current }
        var whole = ByteBuffer()
        whole.reserveCapacity(count)
        for piece in pieces() { whole.writeImmutableBuffer(piece) }
        return whole
    }

    mutating func value<Value: WireValue>(_ value: inout Value) throws(WireError) {
        try value.encode(into: &self)
    }

    // MARK: What values are made of

    mutating func integer(_ value: some FixedWidthInteger) {
        current.writeInteger(value)
    }

    mutating func writeUnsignedVariableInteger(_ value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            current.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        current.writeInteger(UInt8(rest))
    }

    mutating func writeString(_ text: String) throws(WireError) {
        let length = text.utf8.count
        if isFlexible {
            writeUnsignedVariableInteger(UInt32(truncatingIfNeeded: length + 1))
        } else {
            guard let short = Int16(exactly: length) else { throw .stringTooLong(length) }
            integer(short)
        }
        current.writeString(text)
    }

    mutating func writeBytes(_ bytes: ByteBuffer) {
        let length = bytes.readableBytes
        if isFlexible {
            writeUnsignedVariableInteger(UInt32(truncatingIfNeeded: length + 1))
        } else {
            integer(Int32(truncatingIfNeeded: length))
        }
        if length >= Self.pieceThreshold {
            finishedBytes += current.readableBytes + length
            finished.append(current)
            finished.append(bytes)
            current = ByteBuffer()
        } else {
            current.writeImmutableBuffer(bytes)
        }
    }

    mutating func writeCount(_ count: Int) {
        if isFlexible {
            writeUnsignedVariableInteger(UInt32(truncatingIfNeeded: count + 1))
        } else {
            integer(Int32(truncatingIfNeeded: count))
        }
    }

    mutating func writeNull(shortLength: Bool) {
        if isFlexible {
            writeUnsignedVariableInteger(0)
        } else if shortLength {
            integer(Int16(-1))
        } else {
            integer(Int32(-1))
        }
    }
}
