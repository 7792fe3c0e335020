internal import OrderedCollections

/// Builds a ``Schema`` step by step and checks it: each property once, fields only on structs, a default of the right type.
///
/// A value type: `var b = SchemaBuilder(.struct); try b.name("Order"); try b.field("id", .int64); let schema = try b.build()`.
/// Errors: ``ConnectError/Code/schemaBuilder`` naming the property.
///
/// Source: `org.apache.kafka.connect.data.SchemaBuilder`.
public struct SchemaBuilder: Sendable {
    private let type: SchemaType
    private var optional: Bool?
    private var defaultValue: Value?
    private var name: String?
    private var version: Int32?
    private var documentation: String?
    private var parameters: OrderedDictionary<String, String>?
    private var fields: OrderedDictionary<String, Schema> = [:]
    private var keySchema: Schema?
    private var valueSchema: Schema?

    /// Starts a schema of a type; arrays and maps use ``array(of:)`` and ``map(keys:values:)``.
    public init(_ type: SchemaType) {
        self.type = type
    }

    /// Starts an array schema.
    public static func array(of elements: Schema) -> SchemaBuilder {
        var builder = SchemaBuilder(.array)
        builder.valueSchema = elements
        return builder
    }

    /// Starts a map schema.
    public static func map(keys: Schema, values: Schema) -> SchemaBuilder {
        var builder = SchemaBuilder(.map)
        builder.keySchema = keys
        builder.valueSchema = values
        return builder
    }

    /// Lets null be a value.
    public mutating func optional(_ isOptional: Bool = true) throws(ConnectError) {
        try checkUnset("optional", optional == nil)
        optional = isOptional
    }

    /// Sets the value that stands in for an absent one. Checked against the schema by ``build()``.
    public mutating func defaultValue(_ value: Value) throws(ConnectError) {
        try checkUnset("default", defaultValue == nil)
        defaultValue = value
    }

    /// Sets the full name.
    public mutating func name(_ name: String) throws(ConnectError) {
        try checkUnset("name", self.name == nil)
        self.name = name
    }

    /// Sets the version.
    public mutating func version(_ version: Int32) throws(ConnectError) {
        try checkUnset("version", self.version == nil)
        self.version = version
    }

    /// Sets the documentation.
    public mutating func documentation(_ text: String) throws(ConnectError) {
        try checkUnset("doc", documentation == nil)
        documentation = text
    }

    /// Adds one parameter; a name may be given once.
    public mutating func parameter(_ key: String, _ value: String) throws(ConnectError) {
        try checkUnset("parameter \(key)", parameters?[key] == nil)
        parameters = parameters ?? [:]
        parameters?[key] = value
    }

    /// Adds a field at the end of a struct.
    public mutating func field(_ name: String, _ schema: Schema) throws(ConnectError) {
        guard type == .struct else {
            throw ConnectError(.schemaBuilder, "a field cannot be added to a schema of type \(type.rawValue)")
        }
        guard !name.isEmpty else { throw ConnectError(.schemaBuilder, "a field needs a name") }
        try checkUnset("field \(name)", fields[name] == nil)
        fields[name] = schema
    }

    /// The finished schema. Throws when a container has no element schema or the default does not fit.
    public consuming func build() throws(ConnectError) -> Schema {
        if type == .array, valueSchema == nil {
            throw ConnectError(.schemaBuilder, "an array schema needs the schema of its elements")
        }
        if type == .map, keySchema == nil || valueSchema == nil {
            throw ConnectError(.schemaBuilder, "a map schema needs the schemas of its keys and values")
        }
        let schema = Schema(
            type: type,
            isOptional: optional ?? false,
            defaultValue: defaultValue,
            name: name,
            version: version,
            documentation: documentation,
            parameters: parameters,
            fields: fields.enumerated().map { Field(name: $1.key, index: $0, schema: $1.value) },
            keySchema: keySchema,
            valueSchema: valueSchema
        )
        if let defaultValue {
            do {
                try schema.validate(defaultValue)
            } catch {
                throw ConnectError(
                    .schemaBuilder,
                    "the default value does not fit its schema: \(error.message)",
                    cause: error
                )
            }
        }
        return schema
    }

    private func checkUnset(_ property: String, _ unset: Bool) throws(ConnectError) {
        guard unset else {
            throw ConnectError(.schemaBuilder, "\(property) is set already and cannot be set again")
        }
    }
}
