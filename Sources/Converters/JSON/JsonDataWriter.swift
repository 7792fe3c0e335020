import BigInt
import Engine
import OrderedCollections

/// Writes Connect data and schemas as JsonConverter does.
///
/// Source: `org.apache.kafka.connect.json.JsonConverter.convertToJson` and `asJsonSchema`.
struct JsonDataWriter: Sendable {
    let decimalFormat: JsonConverterOptions.DecimalFormat
    let replacesNullWithDefault: Bool

    /// How deep values may nest: Jackson's limit.
    static let maximumDepth = 1000

    // MARK: Values

    // Containers and scalars are in functions of their own to keep the stack frames of the recursion small.

    /// Writes a value, checking it against its schema. What was written before an error is incomplete.
    func write(_ value: Value, schema: Schema?, to writer: inout JSONWriter) throws(ConnectError) {
        try write(value, schema: schema, to: &writer, depth: 0)
    }

    private func write(
        _ value: Value,
        schema: Schema?,
        to writer: inout JSONWriter,
        depth: Int
    ) throws(ConnectError) {
        switch value {
        case .array(let elements):
            try writeArray(elements, schema: schema, to: &writer, depth: depth + 1)
        case .map(let pairs):
            try writeMap(pairs, schema: schema, to: &writer, depth: depth + 1)
        case .structure(let structure):
            try writeStruct(structure, schema: schema, to: &writer, depth: depth + 1)
        default:
            try writeScalar(value, schema: schema, to: &writer)
        }
    }

    private func writeArray(
        _ elements: [Value],
        schema: Schema?,
        to writer: inout JSONWriter,
        depth: Int
    ) throws(ConnectError) {
        try check(schema, is: .array, "array", depth: depth)
        writer.beginArray()
        for element in elements { try write(element, schema: schema?.valueSchema, to: &writer, depth: depth) }
        writer.endArray()
    }

    private func writeMap(
        _ pairs: OrderedDictionary<Value, Value>,
        schema: Schema?,
        to writer: inout JSONWriter,
        depth: Int
    ) throws(ConnectError) {
        try check(schema, is: .map, "map", depth: depth)
        if JsonDataWriter.isObject(pairs, schema: schema) {
            writer.beginObject()
            for index in pairs.elements.indices {
                writer.name(try memberName(pairs.keys[index], schema: schema?.keySchema))
                try write(pairs.values[index], schema: schema?.valueSchema, to: &writer, depth: depth)
            }
            writer.endObject()
        } else {
            writer.beginArray()
            for index in pairs.elements.indices {
                writer.beginArray()
                try write(pairs.keys[index], schema: schema?.keySchema, to: &writer, depth: depth)
                try write(pairs.values[index], schema: schema?.valueSchema, to: &writer, depth: depth)
                writer.endArray()
            }
            writer.endArray()
        }
    }

    /// True for maps that are written as an object: those whose keys are strings.
    private static func isObject(_ pairs: OrderedDictionary<Value, Value>, schema: Schema?) -> Bool {
        if let schema { return schema.keySchema?.type == .string }
        return pairs.keys.allSatisfy { if case .string = $0 { true } else { false } }
    }

    private func writeStruct(
        _ structure: Struct,
        schema: Schema?,
        to writer: inout JSONWriter,
        depth: Int
    ) throws(ConnectError) {
        try check(schema, is: .struct, "struct", depth: depth)
        guard structure.schema == schema else {
            throw ConnectError(
                .data,
                schema == nil
                    ? "a struct cannot be written without its schema"
                    : "the struct was made with another schema than the one it is written with"
            )
        }
        writer.beginObject()
        for index in structure.schema.fields.indices {
            writer.name(structure.schema.fields[index].name)
            let schema = structure.schema.fields[index].schema
            try write(structure.values[index], schema: schema, to: &writer, depth: depth)
        }
        writer.endObject()
    }

    private func check(_ schema: Schema?, is type: SchemaType, _ kind: String, depth: Int) throws(ConnectError) {
        if depth > JsonDataWriter.maximumDepth {
            throw ConnectError(.data, "the value nests deeper than \(JsonDataWriter.maximumDepth) levels")
        }
        guard let schema else { return }
        if let name = schema.name, JsonLogicalTypes.names.contains(name) { throw mismatch(name, kind) }
        guard schema.type == type else { throw mismatch(schema.type.rawValue, kind) }
    }

    private func mismatch(_ wanted: String, _ kind: String) -> ConnectError {
        ConnectError(.data, "the schema asks for \(wanted), but the value is a \(kind)")
    }

    private func writeScalar(_ value: Value, schema: Schema?, to writer: inout JSONWriter) throws(ConnectError) {
        guard let schema else { return try writeSchemaless(value, to: &writer) }
        if value.isNull { return try writeNull(schema: schema, to: &writer) }
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
        default: throw mismatch(schema.type.rawValue, value.kindName)
        }
    }

    private func writeNull(schema: Schema, to writer: inout JSONWriter) throws(ConnectError) {
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
        case .decimal, .bigInteger, .date, .array, .map, .structure:
            throw ConnectError(
                .data,
                "a \(value.kindName) cannot be written without a schema that says its logical type"
            )
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
