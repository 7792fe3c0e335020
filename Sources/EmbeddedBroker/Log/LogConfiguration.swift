/// What a topic's configuration says about its logs. Defaults are those of Kafka 4, but for `retention.ms`: an embedded
/// broker keeps records until told otherwise.
struct LogConfiguration: Equatable, Sendable {
    enum TimestampType: String, Sendable {
        case createTime = "CreateTime"
        case logAppendTime = "LogAppendTime"
    }

    /// `cleanup.policy` names `compact`.
    var isCompacted = false
    /// `cleanup.policy` names `delete`.
    var isDeleted = true
    /// `compression.type`: kept to be described; batches stay as the producer compressed them.
    var compressionType = "producer"
    var deleteRetentionMs: Int64 = 86_400_000
    var fileDeleteDelayMs: Int64 = 60_000
    var flushMessages: Int64 = .max
    var flushMs: Int64 = .max
    var indexIntervalBytes: Int32 = 4096
    var maxCompactionLagMs: Int64 = .max
    var maxMessageBytes: Int32 = 1_048_588
    var timestampAfterMaxMs: Int64 = 3_600_000
    var timestampBeforeMaxMs: Int64 = .max
    var timestampType = TimestampType.createTime
    var minCleanableDirtyRatio = 0.5
    var minCompactionLagMs: Int64 = 0
    var minInSyncReplicas: Int32 = 1
    var preallocate = false
    /// -1: no limit.
    var retentionBytes: Int64 = -1
    /// -1: no limit.
    var retentionMs: Int64 = -1
    var segmentBytes: Int32 = 1_073_741_824
    var segmentIndexBytes: Int32 = 10_485_760
    var segmentJitterMs: Int64 = 0
    var segmentMs: Int64 = 604_800_000
    var uncleanLeaderElection = false

    /// Kafka's defaults.
    init() {}

    /// The defaults, changed by a topic's own entries.
    init(_ entries: [String: String]) throws(TopicConfigurationError) {
        for (name, text) in entries.sorted(by: { $0.key < $1.key }) {
            guard let definition = Self.definition(of: name) else {
                throw TopicConfigurationError(message: "Unknown topic config name: \(name)")
            }
            guard definition.set(&self, text) else {
                throw TopicConfigurationError(
                    message: "Invalid value \(text) for configuration \(name): Must be \(definition.expected)"
                )
            }
        }
    }

    /// The definition of a topic's configuration entry; nil when Kafka knows none of that name.
    static func definition(of name: String) -> Definition? { definitionsByName[name] }

    private static let definitionsByName = Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0) })
}

/// A topic's configuration that cannot be: the answer's error message, for INVALID_CONFIG.
struct TopicConfigurationError: Error, Equatable {
    let message: String
}
