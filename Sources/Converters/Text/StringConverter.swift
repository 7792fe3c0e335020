public import Engine

/// Writes values as text, as Java's `toString` does, and reads text.
///
/// A batch of text in UTF-8 costs nothing per record but setting a tag, and a look at each byte when reading.
///
/// Source: `org.apache.kafka.connect.storage.StringConverter` and `StringConverterConfig`.
public struct StringConverter: Converter, HeaderConverter {
    /// `converter.encoding`.
    public static let configDefinition = ConverterTypeKey.definition([
        ConfigKey(
            "converter.encoding",
            .string,
            default: "UTF-8",
            importance: .high,
            documentation: "The name of the encoding of text, such as UTF-8, US-ASCII, ISO-8859-1 or UTF-16."
        )
    ])

    private let encoding: TextEncoding

    /// Takes `converter.encoding`. Throws when the encoding is not known.
    public init(configuration: [String: String], isKey: Bool) throws {
        try self.init(headerConfiguration: configuration)
    }

    /// Takes `converter.encoding`. Throws when the encoding is not known.
    public init(headerConfiguration configuration: [String: String]) throws {
        let parsed = try ConverterTypeKey.parse(configuration, by: Self.configDefinition)
        let name = try parsed.string("converter.encoding")
        guard let encoding = TextEncoding(name: name) else {
            let known = TextEncoding.allCases.map(\.name).joined(separator: ", ")
            throw ConnectError(
                .serializerConfiguration,
                "converter.encoding=\(name) is not an encoding that this program knows. Known: \(known)",
                cause: ConnectError(.unsupportedEncoding, name)
            )
        }
        self.encoding = encoding
    }

    /// The text of the value; `nil` for null.
    public func fromConnectData(topic: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        if value.isNull { return nil }
        guard encoding == .utf8 else { return encoding.encode(JavaText.string(of: value)) }
        var bytes: [UInt8] = []
        JavaText.append(value, to: &bytes)
        return bytes
    }

    /// The bytes as an optional string; malformed bytes become U+FFFD.
    public func toConnectData(topic: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        SchemaAndValue(schema: .optionalString, value: bytes.map { .string(encoding.decode($0)) } ?? .null)
    }

    /// The text of a header's value, as ``fromConnectData(topic:schema:value:)``.
    public func fromConnectHeader(topic: String, key: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        try fromConnectData(topic: topic, schema: schema, value: value)
    }

    /// The text of a header's bytes, as ``toConnectData(topic:bytes:)``.
    public func toConnectHeader(topic: String, key: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        try toConnectData(topic: topic, bytes: bytes)
    }

    /// Serialises a column: text in UTF-8 stays where it is, other values go one by one.
    public func serialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        guard encoding == .utf8 else { return serialize(batch.records.indices, column, of: &batch) }
        var others: [Int] = []
        batch.records.withUnsafeMutableBufferPointer { records in
            for index in records.indices {
                let cell = records[index][column]
                switch cell.kind {
                case .text: records[index][column] = cell.retagged(.bytes, schema: -1)
                case .null: records[index][column] = .null()
                case .bytes, .object: others.append(index)
                }
            }
        }
        return others.isEmpty ? [] : serialize(others, column, of: &batch)
    }

    /// Reads a column: valid UTF-8 stays where it is, other text goes one by one.
    public func deserialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        guard encoding == .utf8 else { return deserialize(batch.records.indices, column, of: &batch) }
        let schema = batch.schemaIndex(.optionalString)
        var others: [Int] = []
        batch.records.withUnsafeMutableBufferPointer { records in
            for index in records.indices {
                let cell = records[index][column]
                if cell.kind == .null {
                    records[index][column] = .null(schema: schema)
                } else if ByteScan.invalidUTF8(cell.buffer) == cell.count {
                    records[index][column] = cell.retagged(.text, schema: schema)
                } else {
                    others.append(index)
                }
            }
        }
        return others.isEmpty ? [] : deserialize(others, column, of: &batch)
    }
}
