public import Engine

/// Passes bytes through as they are; anything but bytes is an error.
///
/// A batch of bytes costs nothing per record but setting a tag.
///
/// Source: `org.apache.kafka.connect.converters.ByteArrayConverter`.
public struct ByteArrayConverter: Converter, HeaderConverter {
    /// No keys of its own.
    public static let configDefinition = ConverterTypeKey.definition()

    /// A converter; it has no options.
    public init(configuration: [String: String], isKey: Bool) {}

    /// A header converter; it has no options.
    public init(headerConfiguration: [String: String]) {}

    /// The bytes of a `bytes` value. Throws ``ConnectError/Code/data`` when the schema or the value is not bytes.
    public func fromConnectData(topic: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        if let schema, schema.type != .bytes {
            throw ConnectError(
                .data,
                "ByteArrayConverter takes bytes, but the schema is of type \(schema.type.rawValue); "
                    + "use a converter for that type, or bytes in the connector"
            )
        }
        switch value {
        case .null: return nil
        case .bytes(let bytes): return bytes
        default:
            throw ConnectError(.data, "ByteArrayConverter takes bytes, but the value is a \(value.kindName)")
        }
    }

    /// The bytes as an optional `bytes` value.
    public func toConnectData(topic: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        SchemaAndValue(schema: .optionalBytes, value: bytes.map { .bytes(Array($0)) } ?? .null)
    }

    /// The bytes of a header's value, as ``fromConnectData(topic:schema:value:)``.
    public func fromConnectHeader(topic: String, key: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        try fromConnectData(topic: topic, schema: schema, value: value)
    }

    /// The value of a header's bytes, as ``toConnectData(topic:bytes:)``.
    public func toConnectHeader(topic: String, key: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        try toConnectData(topic: topic, bytes: bytes)
    }

    /// Serialises a column by setting tags; other values than bytes go one by one (and fail).
    public func serialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        var others: [Int] = []
        let isBytes = batch.schemas.map { $0.type == .bytes }
        batch.records.withUnsafeMutableBufferPointer { records in
            for index in records.indices {
                let cell = records[index][column]
                let fits = cell.schema < 0 || isBytes[Int(cell.schema)]
                switch cell.kind {
                case .bytes where fits, .null where fits: records[index][column] = cell.retagged(cell.kind, schema: -1)
                default: others.append(index)
                }
            }
        }
        return others.isEmpty ? [] : serialize(others, column, of: &batch)
    }

    /// Reads a column by setting tags.
    public func deserialize(_ column: RecordBatch.Column, of batch: inout RecordBatch) -> [RecordFailure] {
        let schema = batch.schemaIndex(.optionalBytes)
        batch.records.withUnsafeMutableBufferPointer { records in
            for index in records.indices {
                let cell = records[index][column]
                records[index][column] = cell.retagged(cell.kind == .null ? .null : .bytes, schema: schema)
            }
        }
        return []
    }
}
