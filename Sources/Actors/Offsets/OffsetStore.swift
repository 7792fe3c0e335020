import Engine

/// Where source offsets are kept across restarts.
///
/// Source: `org.apache.kafka.connect.storage.OffsetBackingStore`.
protocol OffsetStore: Sendable {
    /// Reads what is stored. Called once, before anything else.
    func load() async throws
    /// The stored offsets of these partitions of a connector; one that has none is absent.
    func offsets(connector: String, partitions: [OffsetMap]) async -> [OffsetMap: OffsetMap]
    /// Stores offsets. Returns when they would survive a power cut (file) or are acknowledged by Kafka (topic).
    func store(connector: String, _ offsets: [OffsetMap: OffsetMap]) async throws
    /// Frees what the store holds. Called once, last.
    func close() async
}
