import ConnectTesting
import Engine
import OrderedCollections

/// A recorded definition: what Kafka Connect says of each key.
struct RecordedDefinition {
    let keys: [JSONValue]

    init(_ name: String) throws {
        let file = "configdef-\(name).json"
        let json = try JSONValue.parse(GoldenFolder().bytes(file))
        guard let keys = json["keys"]?.arrayValue else { throw GoldenError("\(file) has no keys") }
        self.keys = keys
    }

    var names: [String] { keys.compactMap { $0["name"]?.stringValue } }

    /// What differs between a definition and the record: nothing, if all is well. Order counts.
    func differences(from definition: ConfigDefinition, comparesForm: Bool) -> [String] {
        let expected = keys.map { Self.line(of: $0, comparesForm: comparesForm) }
        let found = definition.keys.values.map { Self.line(of: $0, comparesForm: comparesForm) }
        var differences: [String] = []
        for line in expected where !found.contains(line) { differences.append("missing \(line)") }
        for line in found where !expected.contains(line) { differences.append("extra \(line)") }
        if differences.isEmpty, expected != found { differences.append("the order differs") }
        return differences
    }

    private static func line(of key: JSONValue, comparesForm: Bool) -> String {
        var parts = [
            key["name"]?.stringValue ?? "?", key["type"]?.stringValue ?? "?",
            key["required"]?.boolValue == true ? "required" : "default \(key["default"] ?? .null)",
            key["importance"]?.stringValue ?? "?",
        ]
        if comparesForm {
            parts += [
                key["group"]?.stringValue ?? "-", String(key["orderInGroup"]?.int64Value ?? 0),
                key["width"]?.stringValue ?? "?", key["displayName"]?.stringValue ?? "?",
                String(key["internal"]?.boolValue ?? true), (key["dependents"] ?? .null).description,
            ]
        }
        return parts.joined(separator: " | ")
    }

    private static func line(of key: ConfigKey, comparesForm: Bool) -> String {
        var parts = [
            key.name, key.type.rawValue,
            key.isRequired ? "required" : "default \(json(of: key.defaultValue))", key.importance.rawValue,
        ]
        if comparesForm {
            parts += [
                key.group ?? "-", String(key.orderInGroup), key.width.rawValue, key.displayName, String(key.isInternal),
                JSONValue.array(key.dependents.map { .string($0) }).description,
            ]
        }
        return parts.joined(separator: " | ")
    }

    private static func json(of value: ConfigValue?) -> JSONValue {
        switch value {
        case .boolean(let value)?: .bool(value)
        case .list(let values)?: .array(values.map { .string($0) })
        case .int(let value)?: .number(JSONNumber(Int64(value)))
        case .short(let value)?: .number(JSONNumber(Int64(value)))
        case .long(let value)?: .number(JSONNumber(value))
        case .double(let value)?: JSONNumber(value).map { .number($0) } ?? .null
        case .string(let text)?, .class(let text)?: .string(text)
        case .password?, nil: .null
        }
    }
}

extension WorkerConfiguration {
    /// A worker's configuration with the required keys and some more.
    static func sample(
        _ more: [String: String] = [:],
        plugins: PluginRegistry? = nil
    ) throws(ConnectError) -> WorkerConfiguration {
        let required = [
            "bootstrap.servers": "localhost:9092",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.schemas.enable": "false",
            "offset.storage.file.filename": "/var/lib/connect/offsets",
        ]
        let all = required.merging(more) { _, last in last }
        return try WorkerConfiguration(RawConfiguration(all, file: "worker.properties"), plugins: plugins)
    }
}

/// The message of the ``ConnectError`` that a call throws.
func configurationMessage(_ body: () throws -> Void) throws -> String {
    do {
        try body()
    } catch let error as ConnectError {
        guard error.code == .configuration else { throw error }
        return error.message
    }
    throw GoldenError("nothing was thrown")
}
