import NIOCore

// The wire form of each type that a layout names (Kafka protocol guide, "Protocol Primitive Types").

extension Bool: WireValue {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> Bool {
        try decoder.integer(UInt8.self) != 0
    }

    func encode(into encoder: inout WireEncoder) {
        encoder.integer(UInt8(self ? 1 : 0))
    }
}

/// Big-endian integers of a fixed width.
protocol WireInteger: WireValue, FixedWidthInteger {}

extension WireInteger {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> Self {
        try decoder.integer()
    }

    func encode(into encoder: inout WireEncoder) {
        encoder.integer(self)
    }
}

extension Int8: WireInteger {}
extension Int16: WireInteger {}
extension UInt16: WireInteger {}
extension Int32: WireInteger {}
extension Int64: WireInteger {}

extension String: NullableWireValue {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> String {
        guard let text = try decodeNullable(from: &decoder) else { throw .unexpectedNull }
        return text
    }

    static func decodeNullable(from decoder: inout WireDecoder) throws(WireError) -> String? {
        guard let bytes = try decoder.lengthAndBytes(shortLength: true) else { return nil }
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else { throw .badString }
        return text
    }

    func encode(into encoder: inout WireEncoder) throws(WireError) {
        try encoder.writeString(self)
    }

    static func encodeNull(into encoder: inout WireEncoder) {
        encoder.writeNull(shortLength: true)
    }
}

extension ByteBuffer: NullableWireValue {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> ByteBuffer {
        guard let bytes = try decodeNullable(from: &decoder) else { throw .unexpectedNull }
        return bytes
    }

    static func decodeNullable(from decoder: inout WireDecoder) throws(WireError) -> ByteBuffer? {
        try decoder.lengthAndBytes(shortLength: false)
    }

    func encode(into encoder: inout WireEncoder) {
        encoder.writeBytes(self)
    }

    static func encodeNull(into encoder: inout WireEncoder) {
        encoder.writeNull(shortLength: false)
    }
}

extension Array: WireValue where Element: WireValue {}

extension Array: NullableWireValue where Element: WireValue {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> [Element] {
        guard let elements = try decodeNullable(from: &decoder) else { throw .unexpectedNull }
        return elements
    }

    static func decodeNullable(from decoder: inout WireDecoder) throws(WireError) -> [Element]? {
        guard let count = try decoder.count() else { return nil }
        var elements: [Element] = []
        // A count is a claim: room is made as elements turn out to be there.
        elements.reserveCapacity(Swift.min(count, 16))
        for _ in 0..<count { elements.append(try Element.decode(from: &decoder)) }
        return elements
    }

    func encode(into encoder: inout WireEncoder) throws(WireError) {
        encoder.writeCount(count)
        for element in self { try element.encode(into: &encoder) }
    }

    static func encodeNull(into encoder: inout WireEncoder) {
        encoder.writeNull(shortLength: false)
    }
}

extension Optional: WireValue where Wrapped: NullableWireValue {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> Wrapped? {
        try Wrapped.decodeNullable(from: &decoder)
    }

    func encode(into encoder: inout WireEncoder) throws(WireError) {
        guard let self else { return Wrapped.encodeNull(into: &encoder) }
        try self.encode(into: &encoder)
    }
}
