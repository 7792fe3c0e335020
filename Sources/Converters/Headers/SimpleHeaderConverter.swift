public import Engine

/// Writes header values as text and guesses their type when reading: Connect's default header converter.
///
/// Source: `org.apache.kafka.connect.storage.SimpleHeaderConverter`.
public struct SimpleHeaderConverter: HeaderConverter {
    /// No keys of its own.
    public static let configDefinition = ConfigDefinition([])

    /// A header converter; it has no options.
    public init(headerConfiguration: [String: String]) {}

    /// The text of a header's value; `nil` for null.
    public func fromConnectHeader(topic: String, key: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        value.isNull ? nil : Array(try ValueText.string(of: value).utf8)
    }

    /// The value that a header's text stands for. Text that nests too deep to be read is kept as bytes.
    public func toConnectHeader(topic: String, key: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        guard let bytes else { return .null }
        do {
            return try ValueParser.parse(JavaUTF8.string(bytes))
        } catch ValueParser.Failure.tooDeep {
            return SchemaAndValue(schema: .bytes, value: .bytes(Array(bytes)))
        }
    }
}
