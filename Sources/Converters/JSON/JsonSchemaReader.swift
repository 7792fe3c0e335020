import Engine
import OrderedCollections

/// Reads the schema of an envelope.
///
/// Source: `org.apache.kafka.connect.json.JsonConverter.asConnectSchema`.
struct JsonSchemaReader: Sendable {
    let replacesNullWithDefault: Bool

    /// The schema that a JSON tree says; `nil` for null.
    func schema(_ json: JSONValue) throws -> Schema? {
        if json.isNull { return nil }
        guard let typeName = json["type"]?.stringValue else {
            throw ConnectError(.data, "a schema must have a member \"type\" that is a string")
        }
        guard let type = JsonSchemaTypes.type(named: typeName) else {
            throw ConnectError(.data, "unknown type of a schema: \(typeName)")
        }
        var keySchema: Schema?
        var valueSchema: Schema?
        var fields: [Field] = []
        switch type {
        case .array: valueSchema = try part("items", of: json, "an array's schema")
        case .map:
            keySchema = try part("keys", of: json, "a map's schema")
            valueSchema = try part("values", of: json, "a map's schema")
        case .struct: fields = try self.fields(json)
        default: break
        }
        var version: Int32?
        if let number = json["version"]?.numberValue, number.isInteger {
            version = Int32(truncatingIfNeeded: number.int64 ?? 0)
        }
        let parameters = try self.parameters(json)
        func made(defaultValue: Value?) -> Schema {
            Schema(
                type: type,
                isOptional: json["optional"]?.boolValue ?? false,
                defaultValue: defaultValue,
                name: json["name"]?.stringValue,
                version: version,
                documentation: json["doc"]?.stringValue,
                parameters: parameters,
                fields: fields,
                keySchema: keySchema,
                valueSchema: valueSchema
            )
        }
        let plain = made(defaultValue: nil)
        guard let standIn = json["default"] else { return plain }
        let value = try defaultValue(standIn, schema: plain)
        return value.isNull ? plain : made(defaultValue: value)
    }

    private func part(_ name: String, of json: JSONValue, _ what: String) throws -> Schema {
        guard let part = json[name], let schema = try schema(part) else {
            throw ConnectError(.data, "\(what) must have a member \"\(name)\" that is a schema")
        }
        return schema
    }

    private func fields(_ json: JSONValue) throws -> [Field] {
        guard let elements = json["fields"]?.arrayValue else {
            throw ConnectError(.data, "a struct's schema must have a member \"fields\" that is an array")
        }
        var names: Set<String> = []
        return try elements.enumerated().map { index, element in
            guard let name = element["field"]?.stringValue, let schema = try schema(element) else {
                throw ConnectError(
                    .data,
                    "each field of a struct's schema must have a member \"field\" that is a string"
                )
            }
            guard !name.isEmpty, names.insert(name).inserted else {
                throw ConnectError(.schemaBuilder, "the fields of a struct's schema must have names, each another one")
            }
            return Field(name: name, index: index, schema: schema)
        }
    }

    private func parameters(_ json: JSONValue) throws(ConnectError) -> OrderedDictionary<String, String>? {
        guard let members = json["parameters"]?.objectValue, !members.isEmpty else { return nil }
        var parameters: OrderedDictionary<String, String> = [:]
        for (name, value) in members {
            guard let text = value.stringValue else {
                throw ConnectError(
                    .data,
                    "the parameters of a schema must be strings, but \"\(name)\" is \(value.kindName)"
                )
            }
            parameters[name] = text
        }
        return parameters
    }

    private func defaultValue(_ json: JSONValue, schema: Schema) throws -> Value {
        var data = JsonDataReader(replacesNullWithDefault: replacesNullWithDefault)
        let value = try json.serialized().withUnsafeBytes { bytes in
            var reader = JSONReader(bytes, options: JsonConverter.readerOptions)
            return try data.value(try reader.next(), from: &reader, schema: schema)
        }
        if value.isNull { return value }
        do {
            try schema.validate(value)
        } catch {
            throw ConnectError(.schemaBuilder, "the default of a schema does not fit it: \(error)", cause: error)
        }
        return value
    }
}
