import Engine

/// What a ``JsonConverter`` is told by its configuration.
///
/// Source: `org.apache.kafka.connect.json.JsonConverterConfig`.
struct JsonConverterOptions: Sendable {
    /// How decimals are written; both forms are read.
    enum DecimalFormat: Sendable {
        /// The unscaled value's bytes as Base64.
        case base64
        /// A JSON number.
        case numeric
    }

    let schemasEnabled: Bool
    let schemaCacheSize: Int
    let decimalFormat: DecimalFormat
    let replacesNullWithDefault: Bool
    let schemaContent: String?

    static let definition = ConverterTypeKey.definition([
        ConfigKey(
            "schemas.enable",
            .boolean,
            default: true,
            importance: .high,
            documentation: "Whether each record carries its schema, in an envelope {\"schema\":…,\"payload\":…}. "
                + "With false, records are plain JSON without schema."
        ),
        ConfigKey(
            "schemas.cache.size",
            .int,
            default: 1000,
            importance: .high,
            documentation: "How many schemas the converter keeps in memory in each direction."
        ),
        ConfigKey(
            "schema.content",
            .string,
            default: nil,
            importance: .high,
            documentation:
                "A schema in the form of the envelope's \"schema\". When set (and schemas.enable is true), records "
                + "are read as plain JSON of this schema instead of envelopes."
        ),
        ConfigKey(
            "decimal.format",
            .string,
            default: "BASE64",
            validator: .oneOfIgnoringCase(["NUMERIC", "BASE64"]),
            importance: .low,
            documentation:
                "How decimals are written: NUMERIC as JSON numbers, BASE64 as the bytes of the unscaled value. "
                + "Both forms are read."
        ),
        ConfigKey(
            "replace.null.with.default",
            .boolean,
            default: true,
            importance: .low,
            documentation: "Whether null is replaced by the schema's default where there is one."
        ),
    ])

    init(_ configuration: [String: String]) throws(ConnectError) {
        let parsed = try ConverterTypeKey.parse(configuration, by: JsonConverterOptions.definition)
        schemasEnabled = try parsed.boolean("schemas.enable")
        schemaCacheSize = try parsed.int("schemas.cache.size")
        decimalFormat = try parsed.string("decimal.format").uppercased() == "NUMERIC" ? .numeric : .base64
        replacesNullWithDefault = try parsed.boolean("replace.null.with.default")
        schemaContent = try parsed.optionalString("schema.content")
    }
}
