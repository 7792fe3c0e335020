public import OrderedCollections

/// The description of a value: its type, whether it may be null, its default, and for containers what they hold.
///
/// Immutable and shared by reference: a batch of records points to one schema object, so comparing two schemas is a pointer
/// comparison in the common case. Make one with ``SchemaBuilder`` or use the ready ones (``Schema/string``, …).
///
/// Source: `org.apache.kafka.connect.data.ConnectSchema`.
public final class Schema: Sendable {
    /// The type of values of this schema.
    public let type: SchemaType
    /// True when null is a value of this schema.
    public let isOptional: Bool
    /// The value that stands in for an absent one; `nil` when there is none.
    public let defaultValue: Value?
    /// The full name: of a struct, or of a logical type such as `org.apache.kafka.connect.data.Timestamp`.
    public let name: String?
    /// The version of the schema, if it has one.
    public let version: Int32?
    /// Documentation for people.
    public let documentation: String?
    /// Parameters of a logical type (the scale of a `Decimal`), in the order given; `nil` when there are none.
    public let parameters: OrderedDictionary<String, String>?
    /// The fields of a struct, in order; empty for every other type.
    public let fields: [Field]
    /// The schema of a map's keys.
    public let keySchema: Schema?
    /// The schema of a map's values or of an array's elements.
    public let valueSchema: Schema?

    private let fieldIndexes: [String: Int]
    private let contentHash: Int

    /// Makes a schema without checking it; ``SchemaBuilder/build()`` is the checked way.
    package init(
        type: SchemaType,
        isOptional: Bool = false,
        defaultValue: Value? = nil,
        name: String? = nil,
        version: Int32? = nil,
        documentation: String? = nil,
        parameters: OrderedDictionary<String, String>? = nil,
        fields: [Field] = [],
        keySchema: Schema? = nil,
        valueSchema: Schema? = nil
    ) {
        self.type = type
        self.isOptional = isOptional
        self.defaultValue = defaultValue
        self.name = name
        self.version = version
        self.documentation = documentation
        self.parameters = parameters
        self.fields = fields
        self.keySchema = keySchema
        self.valueSchema = valueSchema
        var indexes: [String: Int] = [:]
        indexes.reserveCapacity(fields.count)
        for field in fields { indexes[field.name] = field.index }
        self.fieldIndexes = indexes

        var hasher = Hasher()
        hasher.combine(type)
        hasher.combine(isOptional)
        hasher.combine(name)
        hasher.combine(version)
        hasher.combine(fields.count)
        for field in fields { hasher.combine(field) }
        hasher.combine(keySchema)
        hasher.combine(valueSchema)
        self.contentHash = hasher.finalize()
    }

    /// The field of that name, or `nil`. Constant time.
    public func field(named name: String) -> Field? {
        guard let index = fieldIndexes[name] else { return nil }
        return fields[index]
    }
}

extension Schema: Hashable {
    /// Equal in content.
    public static func == (left: Schema, right: Schema) -> Bool {
        if left === right { return true }
        return left.contentHash == right.contentHash
            && left.type == right.type
            && left.isOptional == right.isOptional
            && left.name == right.name
            && left.version == right.version
            && left.documentation == right.documentation
            && left.defaultValue == right.defaultValue
            && left.fields == right.fields
            && left.keySchema == right.keySchema
            && left.valueSchema == right.valueSchema
            && Schema.sameParameters(left.parameters, right.parameters)
    }

    /// Consistent with ==.
    public func hash(into hasher: inout Hasher) { hasher.combine(contentHash) }

    private static func sameParameters(
        _ left: OrderedDictionary<String, String>?,
        _ right: OrderedDictionary<String, String>?
    ) -> Bool {
        guard let left, let right else { return (left == nil) == (right == nil) }
        guard left.count == right.count else { return false }
        return left.allSatisfy { right[$0.key] == $0.value }
    }
}

/// One field of a struct schema.
public struct Field: Sendable, Hashable {
    /// The name, unique in its struct.
    public let name: String
    /// The position in the struct, from 0.
    public let index: Int
    /// The schema of the field's values.
    public let schema: Schema

    /// A field at a position; ``SchemaBuilder/field(_:_:)`` numbers them.
    public init(name: String, index: Int, schema: Schema) {
        self.name = name
        self.index = index
        self.schema = schema
    }
}

extension Schema {
    /// Required 8-bit integers.
    public static let int8 = Schema(type: .int8)
    /// Required 16-bit integers.
    public static let int16 = Schema(type: .int16)
    /// Required 32-bit integers.
    public static let int32 = Schema(type: .int32)
    /// Required 64-bit integers.
    public static let int64 = Schema(type: .int64)
    /// Required 32-bit floating-point numbers.
    public static let float32 = Schema(type: .float32)
    /// Required 64-bit floating-point numbers.
    public static let float64 = Schema(type: .float64)
    /// Required booleans.
    public static let boolean = Schema(type: .boolean)
    /// Required strings.
    public static let string = Schema(type: .string)
    /// Required bytes.
    public static let bytes = Schema(type: .bytes)
    /// Optional 8-bit integers.
    public static let optionalInt8 = Schema(type: .int8, isOptional: true)
    /// Optional 16-bit integers.
    public static let optionalInt16 = Schema(type: .int16, isOptional: true)
    /// Optional 32-bit integers.
    public static let optionalInt32 = Schema(type: .int32, isOptional: true)
    /// Optional 64-bit integers.
    public static let optionalInt64 = Schema(type: .int64, isOptional: true)
    /// Optional 32-bit floating-point numbers.
    public static let optionalFloat32 = Schema(type: .float32, isOptional: true)
    /// Optional 64-bit floating-point numbers.
    public static let optionalFloat64 = Schema(type: .float64, isOptional: true)
    /// Optional booleans.
    public static let optionalBoolean = Schema(type: .boolean, isOptional: true)
    /// Optional strings.
    public static let optionalString = Schema(type: .string, isOptional: true)
    /// Optional bytes.
    public static let optionalBytes = Schema(type: .bytes, isOptional: true)
}
