public import BigInt
public import OrderedCollections

/// A datum of Connect's data model, with or without a ``Schema`` beside it.
///
/// The cases are the Java classes that Connect allows: `byte`…`double`, `String`, `byte[]`, `BigDecimal`, `BigInteger`,
/// `java.util.Date`, `List`, `Map` and `Struct`.
public enum Value: Sendable {
    case null
    case int8(Int8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case float32(Float)
    case float64(Double)
    case boolean(Bool)
    case string(String)
    case bytes([UInt8])
    /// `unscaled × 10^-scale` (`java.math.BigDecimal`).
    indirect case decimal(unscaled: BigInt, scale: Int32)
    /// A schemaless `java.math.BigInteger`.
    indirect case bigInteger(BigInt)
    /// Milliseconds since 1970-01-01T00:00Z: the value of the logical types Date, Time and Timestamp (`java.util.Date`).
    case date(Int64)
    case array([Value])
    /// Pairs in iteration order; keys of any type.
    case map(OrderedDictionary<Value, Value>)
    case structure(Struct)

    /// True for ``null``.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// Bytes that the value takes, roughly: what memory permits are counted in. Walks containers.
    public var estimatedByteCount: Int {
        switch self {
        case .null, .int8, .int16, .int32, .int64, .float32, .float64, .boolean, .date: 16
        case .string(let text): 16 + text.utf8.count
        case .bytes(let bytes): 16 + bytes.count
        case .decimal(let unscaled, _): 32 + unscaled.bitWidth / 8
        case .bigInteger(let number): 32 + number.bitWidth / 8
        case .array(let elements): elements.reduce(16) { $0 + $1.estimatedByteCount }
        case .map(let pairs): pairs.reduce(32) { $0 + $1.key.estimatedByteCount + $1.value.estimatedByteCount }
        case .structure(let structure): structure.values.reduce(32) { $0 + $1.estimatedByteCount }
        }
    }
}

extension Value: Hashable {
    // Maps compare without regard to order and NaN equals NaN, as java.util.Map.equals and Double.equals have it.
    /// Equal in content.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.int8(let l), .int8(let r)): l == r
        case (.int16(let l), .int16(let r)): l == r
        case (.int32(let l), .int32(let r)): l == r
        case (.int64(let l), .int64(let r)): l == r
        case (.float32(let l), .float32(let r)): l.bitPattern == r.bitPattern || (l.isNaN && r.isNaN)
        case (.float64(let l), .float64(let r)): l.bitPattern == r.bitPattern || (l.isNaN && r.isNaN)
        case (.boolean(let l), .boolean(let r)): l == r
        case (.string(let l), .string(let r)): l == r
        case (.bytes(let l), .bytes(let r)): l == r
        case (.decimal(let l, let ls), .decimal(let r, let rs)): ls == rs && l == r
        case (.bigInteger(let l), .bigInteger(let r)): l == r
        case (.date(let l), .date(let r)): l == r
        case (.array(let l), .array(let r)): l == r
        case (.map(let l), .map(let r)): l.count == r.count && l.allSatisfy { r[$0.key] == $0.value }
        case (.structure(let l), .structure(let r)): l == r
        default: false
        }
    }

    /// Consistent with ==.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .int8(let v): hasher.combine(v)
        case .int16(let v): hasher.combine(v)
        case .int32(let v): hasher.combine(v)
        case .int64(let v): hasher.combine(v)
        case .float32(let v): hasher.combine(v.isNaN ? Float.nan.bitPattern : v.bitPattern)
        case .float64(let v): hasher.combine(v.isNaN ? Double.nan.bitPattern : v.bitPattern)
        case .boolean(let v): hasher.combine(v)
        case .string(let v): hasher.combine(v)
        case .bytes(let v): hasher.combine(v)
        case .decimal(let unscaled, let scale):
            hasher.combine(unscaled)
            hasher.combine(scale)
        case .bigInteger(let v): hasher.combine(v)
        case .date(let v): hasher.combine(v)
        case .array(let v): hasher.combine(v)
        case .map(let v): hasher.combine(v.count)
        case .structure(let v): hasher.combine(v)
        }
    }
}

/// A value with the schema it was read or made with; `schema == nil` is Connect's "schemaless".
public struct SchemaAndValue: Sendable, Hashable {
    /// The schema, or `nil` for schemaless data.
    public var schema: Schema?
    /// The value; ``Value/null`` when there is none.
    public var value: Value

    /// Makes one of its parts.
    public init(schema: Schema?, value: Value) {
        self.schema = schema
        self.value = value
    }

    /// No schema and no value: what Connect writes as `SchemaAndValue.NULL`.
    public static let null = SchemaAndValue(schema: nil, value: .null)
}
