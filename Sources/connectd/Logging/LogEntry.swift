import Logging

/// One thing to log, with its fields in the order they are shown.
struct LogEntry: Sendable {
    /// Milliseconds since 1970-01-01T00:00Z.
    var epochMilliseconds: Int64
    /// How bad it is.
    var level: Logger.Level
    /// What happened.
    var message: String
    /// Names and values: where it happened first (connector, task, topic, partition, offset), the rest by name.
    var fields: [(name: String, value: Logger.MetadataValue)]

    /// An entry whose fields are sorted.
    init(epochMilliseconds: Int64, level: Logger.Level, message: String, metadata: Logger.Metadata) {
        self.epochMilliseconds = epochMilliseconds
        self.level = level
        self.message = message
        self.fields = metadata.map { (name: $0.key, value: $0.value) }.sorted { left, right in
            (Self.rank(left.name), left.name) < (Self.rank(right.name), right.name)
        }
    }

    private static let placeFields = ["connector", "task", "topic", "partition", "offset"]

    private static func rank(_ name: String) -> Int {
        placeFields.firstIndex(of: name) ?? placeFields.count
    }
}
