/// The keys that only a distributed worker of Kafka Connect takes. A standalone worker accepts them, so that one file can serve
/// both, and says what becomes of them.
///
/// Source: `org.apache.kafka.connect.runtime.distributed.DistributedConfig`.
public enum DistributedKeys {
    /// Keys that have no meaning in a standalone worker, grouped by what they are about.
    static let unused: [(keys: [String], reason: String)] = [
        (
            [
                "group.id", "session.timeout.ms", "heartbeat.interval.ms", "rebalance.timeout.ms",
                "worker.sync.timeout.ms",
                "worker.unsync.backoff.ms", "connect.protocol", "scheduled.rebalance.max.delay.ms",
            ],
            "a standalone worker is in no group of workers, so there is nothing to rebalance"
        ),
        (
            ["config.storage.topic", "config.storage.replication.factor"],
            "a standalone worker takes its connectors from the files it is started with and keeps no config topic"
        ),
        (
            ["status.storage.topic", "status.storage.partitions", "status.storage.replication.factor"],
            "a standalone worker keeps the status of its connectors in memory and writes no status topic"
        ),
        (
            [
                "inter.worker.key.generation.algorithm", "inter.worker.key.size", "inter.worker.key.ttl.ms",
                "inter.worker.signature.algorithm", "inter.worker.verification.algorithms",
            ],
            "a standalone worker sends no requests to other workers"
        ),
        (
            ["exactly.once.source.support"],
            "a standalone worker has no exactly-once sources"
        ),
    ]

    /// Prefixes of further keys without meaning: settings of the topics that are not kept.
    static let unusedPrefixes: [(prefix: String, reason: String)] = [
        ("config.storage.", unused[1].reason),
        ("status.storage.", unused[2].reason),
    ]

    static let offsetStorageTopic = "offset.storage.topic"
    static let offsetStoragePartitions = "offset.storage.partitions"
    static let offsetStorageReplicationFactor = "offset.storage.replication.factor"
    /// What the offset topic's own settings begin with.
    static let offsetStoragePrefix = "offset.storage."

    /// The keys that a standalone worker honours: a topic for offsets.
    public static let offsetStorage = ConfigDefinition([
        ConfigKey(
            offsetStorageTopic,
            .string,
            default: nil,
            validator: .nonEmptyString,
            importance: .high,
            documentation:
                "The topic that holds the offsets of source connectors, compacted. It is created when it does not "
                + "exist. Further settings of that topic follow the prefix offset.storage."
        ),
        ConfigKey(
            offsetStoragePartitions,
            .int,
            default: 25,
            validator: .topicPartitions,
            importance: .low,
            documentation: "How many partitions the offset topic is created with; -1 for the broker's default."
        ),
        ConfigKey(
            offsetStorageReplicationFactor,
            .short,
            default: 3,
            validator: .topicReplicationFactor,
            importance: .low,
            documentation: "The replication factor that the offset topic is created with; -1 for the broker's default."
        ),
    ])
}

extension ConfigValidator {
    /// A number of partitions for a new topic.
    static let topicPartitions = ConfigValidator("a positive number, or -1 for the broker's default") { value in
        guard case .int(let number)? = value else { return value == nil }
        return number > 0 || number == -1
    }

    /// A replication factor for a new topic.
    static let topicReplicationFactor = ConfigValidator(
        "a positive number not above the number of brokers, or -1 for the broker's default"
    ) { value in
        guard case .short(let number)? = value else { return value == nil }
        return number > 0 || number == -1
    }
}
