/// One header of a record; a record may have several of one key.
///
/// Source: `org.apache.kafka.connect.header.Header`.
public struct Header: Sendable, Hashable {
    /// The key, never empty in Kafka's own use but not required to be unique.
    public var key: String
    /// The value with its schema.
    public var value: SchemaAndValue

    /// Makes one of its parts.
    public init(key: String, value: SchemaAndValue) {
        self.key = key
        self.value = value
    }
}

/// The headers of a record, in order.
public typealias Headers = [Header]
