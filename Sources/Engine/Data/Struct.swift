/// A value of a struct schema: one value per field, in the schema's order. Absent fields are ``Value/null`` until set.
///
/// Source: `org.apache.kafka.connect.data.Struct`. Defaults are applied when a field is read with ``get(_:)``, not stored.
public struct Struct: Sendable, Hashable {
    /// The schema, of type `struct`.
    public let schema: Schema
    /// The values as set, by field index, defaults not applied.
    public internal(set) var values: [Value]

    /// A struct with every field absent. Throws when the schema is not a struct.
    public init(schema: Schema) throws(ConnectError) {
        guard schema.type == .struct else {
            throw ConnectError(.data, "not a struct schema: \(schema.type.rawValue)")
        }
        self.schema = schema
        self.values = Array(repeating: .null, count: schema.fields.count)
    }

    /// A struct from values that fit the schema, one per field: for readers that have checked each value as they read it.
    package init(uncheckedSchema schema: Schema, values: [Value]) {
        self.schema = schema
        self.values = values
    }

    /// The field's value, or its schema's default when it is absent. Throws when there is no such field.
    public func get(_ name: String) throws(ConnectError) -> Value {
        let field = try field(name)
        let value = values[field.index]
        if value.isNull, let standIn = field.schema.defaultValue { return standIn }
        return value
    }

    /// The field's value as set, without its default. Throws when there is no such field.
    public func getWithoutDefault(_ name: String) throws(ConnectError) -> Value {
        values[try field(name).index]
    }

    /// Sets a field after checking the value against the field's schema.
    public mutating func put(_ name: String, _ value: Value) throws(ConnectError) {
        let field = try field(name)
        try field.schema.validate(value, fieldName: name)
        values[field.index] = value
    }

    /// Checks every field: no required one absent. Called by converters before writing.
    public func validate() throws(ConnectError) {
        for field in schema.fields {
            let value = values[field.index]
            if value.isNull, field.schema.isOptional || field.schema.defaultValue != nil { continue }
            try field.schema.validate(value, fieldName: field.name)
        }
    }

    private func field(_ name: String) throws(ConnectError) -> Field {
        guard let field = schema.field(named: name) else {
            throw ConnectError(.data, "\(name) is not a field of struct \(schema.name ?? "without a name")")
        }
        return field
    }
}
