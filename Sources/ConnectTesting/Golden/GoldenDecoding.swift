internal import BigInt
public import Engine
internal import OrderedCollections

/// Reads the recorded encoding of schemas, values and bytes into the engine's types.
///
/// A schema is `null` or `{"type":…,"optional":…}` with what it has more; a value is `null` or `{"t":type,"v":…}`; bytes are
/// `null` or `{"hex":…}`.
public enum GoldenDecoding {
    /// A schema; `nil` for schemaless.
    public static func schema(_ json: JSONValue?) throws -> Schema? {
        guard let json, !json.isNull else { return nil }
        guard let name = json["type"]?.stringValue, let type = SchemaType(rawValue: name) else {
            throw GoldenError("not a schema: \(json)")
        }
        let keys = try schema(json["keys"])
        let values = try schema(json["values"])
        let fields = try (json["fields"]?.arrayValue ?? []).enumerated().map { index, field in
            guard let name = field["name"]?.stringValue, let schema = try schema(field["schema"]) else {
                throw GoldenError("not a field: \(field)")
            }
            return Field(name: name, index: index, schema: schema)
        }
        var parameters: OrderedDictionary<String, String>?
        for (key, value) in json["parameters"]?.objectValue ?? [:] {
            parameters = parameters ?? [:]
            parameters?[key] = value.stringValue
        }
        func made(defaultValue: Value?) -> Schema {
            Schema(
                type: type,
                isOptional: json["optional"]?.boolValue ?? false,
                defaultValue: defaultValue,
                name: json["name"]?.stringValue,
                version: json["version"]?.int64Value.flatMap { Int32(exactly: $0) },
                documentation: json["doc"]?.stringValue,
                parameters: parameters,
                fields: fields,
                keySchema: keys,
                valueSchema: values
            )
        }
        let plain = made(defaultValue: nil)
        guard let standIn = json["default"], !standIn.isNull else { return plain }
        return made(defaultValue: try value(standIn, schema: plain))
    }

    /// A value. `schema` is used for structs: one whose fields do not fit it gets a schema made from its values.
    public static func value(_ json: JSONValue?, schema: Schema? = nil) throws -> Value {
        guard let json, !json.isNull else { return .null }
        guard let type = json["t"]?.stringValue else { throw GoldenError("not a value: \(json)") }
        switch (type, json["v"]) {
        case ("int8", .number(let number)): return .int8(try integer(number))
        case ("int16", .number(let number)): return .int16(try integer(number))
        case ("int32", .number(let number)): return .int32(try integer(number))
        case ("int64", .number(let number)): return .int64(try integer(number))
        case ("float32", .string(let text)): return .float32(try float(text))
        case ("float64", .string(let text)): return .float64(try double(text))
        case ("boolean", .bool(let bool)): return .boolean(bool)
        case ("string", .string(let text)): return .string(text)
        case ("bytes", .string(let hex)), ("bytebuffer", .string(let hex)): return .bytes(try bytes(hex: hex))
        case ("date", .number(let number)): return .date(try integer(number))
        case ("bigint", .string(let text)):
            guard let number = BigInt(text) else { throw GoldenError("not an integer: \(text)") }
            return .bigInteger(number)
        case ("decimal", _):
            guard let unscaled = json["unscaled"]?.stringValue.flatMap({ BigInt($0) }),
                let scale = json["scale"]?.int64Value.flatMap({ Int32(exactly: $0) })
            else { throw GoldenError("not a decimal: \(json)") }
            return .decimal(unscaled: unscaled, scale: scale)
        case ("list", .array(let elements)):
            return .array(try elements.map { try value($0, schema: schema?.valueSchema) })
        case ("map", .array(let pairs)):
            var map: OrderedDictionary<Value, Value> = [:]
            for pair in pairs.compactMap(\.arrayValue) where pair.count == 2 {
                map[try value(pair[0], schema: schema?.keySchema)] = try value(pair[1], schema: schema?.valueSchema)
            }
            return .map(map)
        case ("struct", .array(let pairs)): return .structure(try structure(pairs, schema: schema))
        case ("other", _):
            throw GoldenNotApplicable("with a value of a Java class that Connect's data model does not have")
        default: throw GoldenError("not a value: \(json)")
        }
    }

    /// A schema and a value, as outputs of converters are recorded (`null` is Connect's null datum).
    public static func datum(_ json: JSONValue?) throws -> SchemaAndValue {
        guard let json, !json.isNull else { return .null }
        let schema = try schema(json["schema"])
        return SchemaAndValue(schema: schema, value: try value(json["value"], schema: schema))
    }

    /// Serialised bytes; `nil` for null.
    public static func bytes(_ json: JSONValue?) throws -> [UInt8]? {
        guard let json, !json.isNull else { return nil }
        guard let hex = json["hex"]?.stringValue else { throw GoldenError("not bytes: \(json)") }
        return try bytes(hex: hex)
    }

    private static func structure(_ pairs: [JSONValue], schema: Schema?) throws -> Struct {
        var names: [String] = []
        var encoded: [JSONValue] = []
        for pair in pairs {
            guard let parts = pair.arrayValue, parts.count == 2, let name = parts[0].stringValue else {
                throw GoldenError("not a field of a struct: \(pair)")
            }
            names.append(name)
            encoded.append(parts[1])
        }
        if let schema, schema.type == .struct, schema.fields.map(\.name) == names {
            let values = try zip(schema.fields, encoded).map { try value($1, schema: $0.schema) }
            return Struct(uncheckedSchema: schema, values: values)
        }
        let values = try encoded.map { try value($0) }
        var fields: [Field] = []
        for (index, name) in names.enumerated() {
            fields.append(Field(name: name, index: index, schema: inferred(values[index])))
        }
        return Struct(uncheckedSchema: Schema(type: .struct, fields: fields), values: values)
    }

    private static func inferred(_ value: Value) -> Schema {
        switch value {
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .float32: .float32
        case .float64: .float64
        case .boolean: .boolean
        case .string, .null: .optionalString
        case .bytes: .bytes
        case .decimal(_, let scale): LogicalType.decimalSchema(scale: scale)
        case .bigInteger: .bytes
        case .date: LogicalType.timestampSchema
        case .array(let elements):
            Schema(type: .array, valueSchema: elements.first.map(inferred) ?? .optionalString)
        case .map(let pairs):
            Schema(
                type: .map,
                keySchema: pairs.keys.first.map(inferred) ?? .string,
                valueSchema: pairs.values.first.map(inferred) ?? .optionalString
            )
        case .structure(let structure): structure.schema
        }
    }

    private static func integer<Integer: FixedWidthInteger>(_ number: JSONNumber) throws -> Integer {
        guard let value = number.int64.flatMap({ Integer(exactly: $0) }) else {
            throw GoldenError("not an integer of \(Integer.bitWidth) bits: \(number.text)")
        }
        return value
    }

    private static func double(_ text: String) throws -> Double {
        guard let value = Double(text == "Infinity" ? "inf" : text == "-Infinity" ? "-inf" : text) else {
            throw GoldenError("not a number: \(text)")
        }
        return value
    }

    private static func float(_ text: String) throws -> Float {
        guard let value = Float(text == "Infinity" ? "inf" : text == "-Infinity" ? "-inf" : text) else {
            throw GoldenError("not a number: \(text)")
        }
        return value
    }

    private static func bytes(hex: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hex.utf8.count / 2)
        var rest = hex[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { throw GoldenError("not hexadecimal: \(hex)") }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
