import BigInt
import Engine
import OrderedCollections

/// Writes Connect data and schemas as JsonConverter does.
///
/// Source: `org.apache.kafka.connect.json.JsonConverter.convertToJson` and `asJsonSchema`.
struct JsonDataWriter: Sendable {
    let decimalFormat: JsonConverterOptions.DecimalFormat
    let replacesNullWithDefault: Bool

    // MARK: Values

    /// Writes a value, checking it against its schema. What was written before an error is incomplete.
    func write(_ value: Value, schema: Schema?, to writer: inout JSONWriter) throws(ConnectError) {
        if value.isNull { return try writeNull(schema: schema, to: &writer) }
        guard let schema else { return try writeSchemaless(value, to: &writer) }
        if let name = schema.name, try writeLogical(value, name: name, schema: schema, to: &writer) { return }
        switch (schema.type, value) {
        case (.int8, .int8(let number)): writer.integer(Int64(number))
        case (.int16, .int16(let number)): writer.integer(Int64(number))
        case (.int32, .int32(let number)): writer.integer(Int64(number))
        case (.int64, .int64(let number)): writer.integer(number)
        case (.float32, .float32(let number)): writer.number(number)
        case (.float64, .float64(let number)): writer.number(number)
        case (.boolean, .boolean(let bool)): writer.bool(bool)
        case (.string, .string(let text)): writer.string(text)
        case (.bytes, .bytes(let bytes)): bytes.withUnsafeBytes { writer.base64($0) }
        case (.array, .array(let elements)):
            writer.beginArray()
            for element in elements { try write(element, schema: schema.valueSchema, to: &writer) }
            writer.endArray()
        case (.map, .map(let pairs)):
            try writeMap(pairs, schema: schema, asObject: schema.keySchema?.type == .string, to: &writer)
        case (.struct, .structure(let structure)):
            guard structure.schema == schema else {
                throw ConnectError(.data, "the struct was made with another schema than the one it is written with")
            }
            writer.beginObject()
            for (field, value) in zip(schema.fields, structure.values) {
                writer.name(field.name)
                try write(value, schema: field.schema, to: &writer)
            }
            writer.endObject()
        default:
            throw ConnectError(
                .data,
                "the schema asks for \(schema.type.rawValue), but the value is a \(value.kindName)"
            )
        }
    }

    private func writeNull(schema: Schema?, to writer: inout JSONWriter) throws(ConnectError) {
        guard let schema else { return writer.null() }
        if replacesNullWithDefault, let standIn = schema.defaultValue {
            return try write(standIn, schema: schema, to: &writer)
        }
        guard schema.isOptional else {
            throw ConnectError(.data, "null for a required value of type \(schema.type.rawValue) that has no default")
        }
        writer.null()
    }

    private func writeSchemaless(_ value: Value, to writer: inout JSONWriter) throws(ConnectError) {
        switch value {
        case .null: writer.null()
        case .int8(let number): writer.integer(Int64(number))
        case .int16(let number): writer.integer(Int64(number))
        case .int32(let number): writer.integer(Int64(number))
        case .int64(let number): writer.integer(number)
        case .float32(let number): writer.number(number)
        case .float64(let number): writer.number(number)
        case .boolean(let bool): writer.bool(bool)
        case .string(let text): writer.string(text)
        case .bytes(let bytes): bytes.withUnsafeBytes { writer.base64($0) }
        case .array(let elements):
            writer.beginArray()
            for element in elements { try write(element, schema: nil, to: &writer) }
            writer.endArray()
        case .map(let pairs):
            let hasNames = pairs.keys.allSatisfy { if case .string = $0 { true } else { false } }
            try writeMap(pairs, schema: nil, asObject: hasNames, to: &writer)
        case .structure:
            throw ConnectError(.data, "a struct cannot be written without its schema")
        case .decimal, .bigInteger, .date:
            throw ConnectError(
                .data,
                "a \(value.kindName) cannot be written without a schema that says its logical type"
            )
        }
    }

    private func writeMap(
        _ pairs: OrderedDictionary<Value, Value>,
        schema: Schema?,
        asObject: Bool,
        to writer: inout JSONWriter
    ) throws(ConnectError) {
        if asObject {
            writer.beginObject()
            for (key, value) in pairs {
                writer.name(try memberName(key, schema: schema?.keySchema))
                try write(value, schema: schema?.valueSchema, to: &writer)
            }
            writer.endObject()
        } else {
            writer.beginArray()
            for (key, value) in pairs {
                writer.beginArray()
                try write(key, schema: schema?.keySchema, to: &writer)
                try write(value, schema: schema?.valueSchema, to: &writer)
                writer.endArray()
            }
            writer.endArray()
        }
    }

    private func memberName(_ key: Value, schema: Schema?) throws(ConnectError) -> String {
        switch (key, schema?.defaultValue) {
        case (.string(let text), _): return text
        case (.null, .string(let standIn)) where replacesNullWithDefault: return standIn
        // Connect writes an optional null key as this name.
        case (.null, _) where schema?.isOptional ?? false: return "null"
        default:
            throw ConnectError(.data, "the schema asks for string keys in a map, but a key is a \(key.kindName)")
        }
    }

    // MARK: Logical types

    /// Writes a value of a logical type; `false` when the name is none.
    private func writeLogical(
        _ value: Value,
        name: String,
        schema: Schema,
        to writer: inout JSONWriter
    ) throws(ConnectError) -> Bool {
        switch (name, value) {
        case (LogicalType.decimal, .decimal(let unscaled, let scale)):
            switch decimalFormat {
            case .numeric: writer.rawValue(JavaText.decimal(unscaled: unscaled, scale: scale))
            case .base64:
                let wanted = try JsonLogicalTypes.scale(of: schema)
                guard wanted == scale else {
                    throw ConnectError(.data, "the decimal has scale \(scale), but its schema says \(wanted)")
                }
                TwosComplement.bytes(unscaled).withUnsafeBytes { writer.base64($0) }
            }
        case (LogicalType.date, .date(let milliseconds)):
            writer.integer(try JsonLogicalTypes.days(milliseconds))
        case (LogicalType.time, .date(let milliseconds)):
            writer.integer(try JsonLogicalTypes.timeOfDay(milliseconds))
        case (LogicalType.timestamp, .date(let milliseconds)):
            writer.integer(milliseconds)
        case (LogicalType.decimal, _), (LogicalType.date, _), (LogicalType.time, _), (LogicalType.timestamp, _):
            throw ConnectError(
                .data,
                "the schema asks for the logical type \(name), but the value is a \(value.kindName)"
            )
        default: return false
        }
        return true
    }

    // MARK: Schemas

    /// Writes a schema. `fieldName` is the field of a struct that the schema describes.
    func writeSchema(_ schema: Schema?, fieldName: String? = nil, to writer: inout JSONWriter) throws(ConnectError) {
        guard let schema else { return writer.null() }
        writer.beginObject()
        writer.name("type" as StaticString)
        writer.string(JsonSchemaTypes.name(of: schema.type))
        switch schema.type {
        case .array:
            writer.name("items" as StaticString)
            try writeSchema(schema.valueSchema, to: &writer)
        case .map:
            writer.name("keys" as StaticString)
            try writeSchema(schema.keySchema, to: &writer)
            writer.name("values" as StaticString)
            try writeSchema(schema.valueSchema, to: &writer)
        case .struct:
            writer.name("fields" as StaticString)
            writer.beginArray()
            for field in schema.fields { try writeSchema(field.schema, fieldName: field.name, to: &writer) }
            writer.endArray()
        default: break
        }
        writer.name("optional" as StaticString)
        writer.bool(schema.isOptional)
        if let name = schema.name {
            writer.name("name" as StaticString)
            writer.string(name)
        }
        if let version = schema.version {
            writer.name("version" as StaticString)
            writer.integer(Int64(version))
        }
        if let documentation = schema.documentation {
            writer.name("doc" as StaticString)
            writer.string(documentation)
        }
        if let parameters = schema.parameters {
            writer.name("parameters" as StaticString)
            writer.beginObject()
            for (key, value) in parameters {
                writer.name(key)
                writer.string(value)
            }
            writer.endObject()
        }
        if let standIn = schema.defaultValue {
            writer.name("default" as StaticString)
            try write(standIn, schema: schema, to: &writer)
        }
        if let fieldName {
            writer.name("field" as StaticString)
            writer.string(fieldName)
        }
        writer.endObject()
    }
}
