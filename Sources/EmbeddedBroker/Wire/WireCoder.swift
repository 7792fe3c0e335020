import NIOCore

/// A message, or a part of one, whose layout is told once: in ``fields(_:)``, which names every field in the order of the
/// wire with the versions that carry it. Decoding and encoding both walk that one list.
protocol WireStruct: WireValue, Equatable, Sendable {
    /// Every field at its default, which is also what a field has that the version at hand does not carry.
    init()

    /// Names every field to `coder`, in the order of the wire.
    mutating func fields(_ coder: inout some WireCoder) throws(WireError)
}

/// A whole request or answer body.
protocol WireMessage: WireStruct {}

/// A request: what it is called, which versions of it are understood, what answers it.
protocol RequestMessage: WireMessage {
    associatedtype Response: WireMessage

    static var apiKey: APIKey { get }
    /// The versions this broker offers.
    static var versions: ClosedRange<Int16> { get }
    /// The first version with compact lengths and tagged fields (KIP-482); `Int16.max` for none. The answer's is the same.
    static var flexibleSince: Int16 { get }
}

/// Walks the fields of a ``WireStruct``: a ``WireDecoder`` fills them, a ``WireEncoder`` writes them.
protocol WireCoder {
    /// The version of the message.
    var version: Int16 { get }

    mutating func value<Value: WireValue>(_ value: inout Value) throws(WireError)
}

extension WireCoder {
    /// One field, in the versions from `since` to `until`; other versions leave it alone.
    @inline(__always)
    mutating func field<Value: WireValue>(
        _ field: inout Value,
        since: Int16 = 0,
        until: Int16 = .max
    ) throws(WireError) {
        guard version >= since, version <= until else { return }
        try value(&field)
    }
}

/// Why bytes are not the message they claim to be, or a message has no bytes.
enum WireError: Error, Equatable {
    /// The bytes end inside a value.
    case truncated
    /// A length or a count is negative where none may be, or larger than what the bytes left can hold.
    case badLength(Int)
    /// A variable-length integer has more bytes than its type.
    case badVariableInteger
    /// A string is not UTF-8.
    case badString
    /// A null where the layout allows none.
    case unexpectedNull
    /// A string longer than the 32,767 bytes that its length field can say.
    case stringTooLong(Int)
    /// A number that stands for a kind of thing, though for none that is known.
    case unknownNumber(Int)
    /// Bytes are left after the last field.
    case trailingBytes(Int)
}

/// A value with a form on the wire.
protocol WireValue {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> Self
    func encode(into encoder: inout WireEncoder) throws(WireError)
}

/// A value whose wire form has a null: strings, bytes, arrays.
protocol NullableWireValue: WireValue {
    static func decodeNullable(from decoder: inout WireDecoder) throws(WireError) -> Self?
    static func encodeNull(into encoder: inout WireEncoder)
}

extension WireStruct {
    static func decode(from decoder: inout WireDecoder) throws(WireError) -> Self {
        var value = Self()
        try value.fields(&decoder)
        if decoder.isFlexible { try decoder.skipTaggedFields() }
        return value
    }

    func encode(into encoder: inout WireEncoder) throws(WireError) {
        var copy = self
        try copy.fields(&encoder)
        if encoder.isFlexible { encoder.writeUnsignedVariableInteger(0) }
    }
}
