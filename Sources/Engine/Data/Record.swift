/// One record taken out of a batch: what transformations, predicates and most plugins see.
///
/// Source: `org.apache.kafka.connect.connector.ConnectRecord`.
public struct ConnectRecord: Sendable, Hashable {
    /// The topic it goes to or came from.
    public var topic: String
    /// The partition of the topic; `nil` lets the partitioner choose (source records).
    public var partition: Int32?
    /// The key with its schema.
    public var key: SchemaAndValue
    /// The value with its schema.
    public var value: SchemaAndValue
    /// Milliseconds since 1970-01-01T00:00Z; `nil` lets Kafka set it.
    public var timestamp: Int64?
    /// The headers, in order.
    public var headers: Headers

    /// Makes one of its parts.
    public init(
        topic: String,
        partition: Int32? = nil,
        key: SchemaAndValue = .null,
        value: SchemaAndValue,
        timestamp: Int64? = nil,
        headers: Headers = []
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
    }
}

/// A record that a source made, with where it stands in its source.
///
/// Source: `org.apache.kafka.connect.source.SourceRecord`.
public struct SourceRecord: Sendable, Hashable {
    /// The record.
    public var record: ConnectRecord
    /// Which part of the source it came from (a file, a table).
    public var sourcePartition: OffsetMap
    /// Where to go on after this record.
    public var sourceOffset: OffsetMap

    /// Makes one of its parts.
    public init(sourcePartition: OffsetMap, sourceOffset: OffsetMap, record: ConnectRecord) {
        self.sourcePartition = sourcePartition
        self.sourceOffset = sourceOffset
        self.record = record
    }
}

/// A partition of a Kafka topic.
public struct TopicPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The topic.
    public var topic: String
    /// The partition, from 0.
    public var partition: Int32

    /// Makes one of its parts.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// As text for people.
    public var description: String { "\(topic)-\(partition)" }

    /// By topic, then by partition.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}
