import Engine

/// The key by which Kafka Connect tells a converter what it is for.
///
/// Connect sets it itself, over whatever the configuration says; so it is not required here, and ignored by the converters.
///
/// Source: `org.apache.kafka.connect.storage.ConverterConfig`.
enum ConverterTypeKey {
    static let name = "converter.type"

    static let key = ConfigKey(
        name,
        .string,
        default: nil,
        validator: ConfigValidator("one of key, value, header") { value in
            guard case .string(let text)? = value else { return value == nil }
            return ["key", "value", "header"].contains(text)
        },
        importance: .low,
        documentation: "What the converter is used for. The worker sets it."
    )

    /// The definition of a converter: the keys of its own, and this one.
    static func definition(_ keys: [ConfigKey] = []) -> ConfigDefinition { ConfigDefinition([key] + keys) }

    /// Reads a converter's configuration without this key.
    static func parse(
        _ configuration: [String: String],
        by definition: ConfigDefinition
    ) throws(ConnectError) -> ParsedConfiguration {
        var configuration = configuration
        configuration[name] = nil
        return try definition.parse(configuration)
    }
}
