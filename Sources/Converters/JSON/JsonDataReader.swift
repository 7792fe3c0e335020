import Engine
import OrderedCollections

/// Turns JSON into Connect data as JsonConverter does, straight from the tokens: as lenient as Jackson where a value has another
/// type than its schema says (an integer from a string is 0, a string from a number is null).
///
/// Source: `org.apache.kafka.connect.json.JsonConverter.convertToConnect`.
struct JsonDataReader {
    let replacesNullWithDefault: Bool
    // Set when a value that is not null became null, which a struct must not take without a look.
    private var madeNull = false

    init(replacesNullWithDefault: Bool) {
        self.replacesNullWithDefault = replacesNullWithDefault
    }

    // Containers and scalars are in functions of their own to keep the stack frames of the recursion small; the reader's limit
    // on depth bounds it.

    /// The value that starts with a token just read.
    mutating func value(
        _ token: JSONReader.Token,
        from reader: inout JSONReader,
        schema: Schema?
    ) throws -> Value {
        guard let schema else {
            switch token {
            case .beginArray: return .array(try elements(token, from: &reader, schema: nil))
            case .beginObject: return .map(try members(token, from: &reader, valueSchema: nil))
            default: return schemaless(token)
            }
        }
        if schema.type.isPrimitive || JsonDataReader.needsCare(token, schema: schema) {
            return try scalar(token, from: &reader, schema: schema)
        }
        return try container(token, from: &reader, schema: schema)
    }

    /// True for a container's null, and when a logical type's name stands on one.
    private static func needsCare(_ token: JSONReader.Token, schema: Schema) -> Bool {
        if case .null = token { return true }
        return schema.name.map { JsonLogicalTypes.names.contains($0) } ?? false
    }

    private mutating func container(
        _ token: JSONReader.Token,
        from reader: inout JSONReader,
        schema: Schema
    ) throws -> Value {
        switch schema.type {
        case .array: return .array(try elements(token, from: &reader, schema: schema.valueSchema))
        case .map where schema.keySchema?.type == .string:
            return .map(try members(token, from: &reader, valueSchema: schema.valueSchema))
        case .map: return .map(try pairs(token, from: &reader, schema: schema))
        default: return .structure(try structure(token, from: &reader, schema: schema))
        }
    }

    private mutating func scalar(
        _ token: JSONReader.Token,
        from reader: inout JSONReader,
        schema: Schema
    ) throws -> Value {
        if case .null = token { return try absent(schema) }
        if let name = schema.name, let value = try logical(token, name: name, schema: schema) {
            return value
        }
        switch schema.type {
        case .int8: return .int8(Int8(truncatingIfNeeded: try integer(token, from: &reader)))
        case .int16: return .int16(Int16(truncatingIfNeeded: try integer(token, from: &reader)))
        case .int32: return .int32(Int32(truncatingIfNeeded: try integer(token, from: &reader)))
        case .int64: return .int64(try integer(token, from: &reader))
        case .float32:
            if case .number(let number) = token { return .float32(number.javaFloat) }
            try reader.skip(token)
            return .float32(0)
        case .float64:
            if case .number(let number) = token { return .float64(number.javaDouble) }
            try reader.skip(token)
            return .float64(0)
        case .boolean:
            if case .bool(let bool) = token { return .boolean(bool) }
            try reader.skip(token)
            return .boolean(false)
        case .bytes:
            if case .string(let text) = token { return .bytes(try JsonDataReader.base64(text, "a bytes field")) }
        case .string:
            if case .string(let text) = token { return .string(text.string) }
        case .array, .map, .struct:
            // Only those that carry the name of a logical type they are not of come here; they were refused above.
            throw ConnectError(.data, "a value of the type \(schema.type.rawValue) cannot be of a logical type")
        }
        try reader.skip(token)
        madeNull = true
        return .null
    }

    /// What null, or a member that is not there, gives.
    private func absent(_ schema: Schema) throws(ConnectError) -> Value {
        if replacesNullWithDefault, let standIn = schema.defaultValue { return standIn }
        guard schema.isOptional else {
            throw ConnectError(.data, "null for a required value of type \(schema.type.rawValue)")
        }
        return .null
    }

    private func schemaless(_ token: JSONReader.Token) -> Value {
        switch token {
        case .bool(let bool): .boolean(bool)
        case .string(let text): .string(text.string)
        case .number(let number): number.isInteger ? .int64(number.javaInt64) : .float64(number.javaDouble)
        case .null, .end, .endArray, .endObject, .name, .beginArray, .beginObject: .null
        }
    }

    private func integer(_ token: JSONReader.Token, from reader: inout JSONReader) throws -> Int64 {
        if case .number(let number) = token { return number.javaInt64 }
        try reader.skip(token)
        return 0
    }

    // MARK: Containers

    /// The elements of an array. Of an object Jackson iterates the members' values; anything else has none.
    private mutating func elements(
        _ first: JSONReader.Token,
        from reader: inout JSONReader,
        schema: Schema?
    ) throws -> [Value] {
        var elements: [Value] = []
        switch first {
        case .beginArray, .beginObject: break
        default: return []
        }
        while true {
            let token = try reader.next()
            switch token {
            case .endArray, .endObject: return elements
            case .name: continue
            default: elements.append(try value(token, from: &reader, schema: schema))
            }
        }
    }

    private mutating func members(
        _ first: JSONReader.Token,
        from reader: inout JSONReader,
        valueSchema: Schema?
    ) throws -> OrderedDictionary<Value, Value> {
        guard case .beginObject = first else {
            throw ConnectError(.data, "a map with string keys must be a JSON object")
        }
        var pairs: OrderedDictionary<Value, Value> = [:]
        while case .name(let name) = try reader.next() {
            pairs[.string(name.string)] = try value(try reader.next(), from: &reader, schema: valueSchema)
        }
        return pairs
    }

    private mutating func pairs(
        _ first: JSONReader.Token,
        from reader: inout JSONReader,
        schema: Schema
    ) throws -> OrderedDictionary<Value, Value> {
        guard case .beginArray = first else {
            throw ConnectError(.data, "a map whose keys are not strings must be a JSON array of pairs")
        }
        var pairs: OrderedDictionary<Value, Value> = [:]
        while true {
            let token = try reader.next()
            if case .endArray = token { return pairs }
            guard case .beginArray = token else { throw notAPair }
            let keyToken = try reader.next()
            if case .endArray = keyToken { throw notAPair }
            let key = try value(keyToken, from: &reader, schema: schema.keySchema)
            let valueToken = try reader.next()
            if case .endArray = valueToken { throw notAPair }
            let element = try value(valueToken, from: &reader, schema: schema.valueSchema)
            guard case .endArray = try reader.next() else { throw notAPair }
            pairs[key] = element
        }
    }

    private var notAPair: ConnectError {
        ConnectError(.data, "each entry of a map whose keys are not strings must be a JSON array of key and value")
    }

    private mutating func structure(
        _ first: JSONReader.Token,
        from reader: inout JSONReader,
        schema: Schema
    ) throws -> Struct {
        guard case .beginObject = first else { throw ConnectError(.data, "a struct must be a JSON object") }
        var values = [Value](repeating: .null, count: schema.fields.count)
        var isRead = [Bool](repeating: false, count: schema.fields.count)
        var expected = 0
        while case .name(let name) = try reader.next() {
            let token = try reader.next()
            guard let field = JsonDataReader.field(name, of: schema, expected: expected) else {
                try reader.skip(token)
                continue
            }
            expected = field.index + 1
            values[field.index] = try fieldValue(token, from: &reader, field: field)
            isRead[field.index] = true
        }
        for field in schema.fields where !isRead[field.index] { values[field.index] = try absent(field.schema) }
        return Struct(uncheckedSchema: schema, values: values)
    }

    private mutating func fieldValue(
        _ token: JSONReader.Token,
        from reader: inout JSONReader,
        field: Field
    ) throws -> Value {
        let outer = madeNull
        madeNull = false
        let result = try value(token, from: &reader, schema: field.schema)
        if madeNull { try field.schema.validate(result, fieldName: field.name) }
        madeNull = outer
        return result
    }

    /// The field of a name; fields mostly come in the schema's order, so the next one is tried first.
    private static func field(_ name: JSONText, of schema: Schema, expected: Int) -> Field? {
        if expected < schema.fields.count, !name.hasEscapes {
            let field = schema.fields[expected]
            if field.name.utf8.count == name.bytes.count, field.name.utf8.elementsEqual(name.bytes) { return field }
        }
        return schema.field(named: name.string)
    }

    // MARK: Logical types

    private func logical(
        _ token: JSONReader.Token,
        name: String,
        schema: Schema
    ) throws -> Value? {
        switch (name, token) {
        case (LogicalType.decimal, .number(let number)):
            guard let (unscaled, scale) = number.javaDecimal else {
                throw ConnectError(.data, "the exponent of a decimal is beyond 32 bits")
            }
            return .decimal(unscaled: unscaled, scale: scale)
        case (LogicalType.decimal, .string(let text)):
            do {
                let bytes = try JsonDataReader.base64(text, "a decimal")
                let scale = try JsonLogicalTypes.scale(of: schema)
                guard let unscaled = TwosComplement.number(bytes) else {
                    throw ConnectError(.invalidNumber, "no bytes")
                }
                return .decimal(unscaled: unscaled, scale: scale)
            } catch let error as ConnectError
                where error.code == .data && error.cause is ConnectError
                && (error.cause as? ConnectError)?.code == .invalidBase64
            {
                throw error
            } catch {
                throw ConnectError(.data, "the bytes of a decimal cannot be read: \(error)", cause: error)
            }
        case (LogicalType.date, .number(let number)) where number.int64.map { Int32(exactly: $0) != nil } ?? false:
            return .date(Int64(number.javaInt32) * JsonLogicalTypes.millisecondsPerDay)
        case (LogicalType.time, .number(let number)) where number.int64.map { Int32(exactly: $0) != nil } ?? false:
            return .date(try JsonLogicalTypes.timeOfDay(Int64(number.javaInt32)))
        case (LogicalType.timestamp, .number(let number)) where number.isInteger:
            return .date(number.javaInt64)
        case (LogicalType.decimal, _):
            throw ConnectError(.data, "a decimal must be a JSON number or a string of Base64")
        case (LogicalType.date, _), (LogicalType.time, _):
            throw ConnectError(.data, "a value of the logical type \(name) must be an integer of 32 bits")
        case (LogicalType.timestamp, _):
            throw ConnectError(.data, "a value of the logical type \(name) must be an integer")
        default: return nil
        }
    }

    private static func base64(_ text: JSONText, _ what: String) throws(ConnectError) -> [UInt8] {
        let bytes: [UInt8]?
        if text.hasEscapes {
            bytes = Array(text.string.utf8).withUnsafeBytes { Base64.decode($0) }
        } else {
            bytes = Base64.decode(text.bytes)
        }
        guard let bytes else {
            throw ConnectError(
                .data,
                "the string of \(what) is not Base64 with padding",
                cause: ConnectError(.invalidBase64, "not Base64 with padding")
            )
        }
        return bytes
    }
}
