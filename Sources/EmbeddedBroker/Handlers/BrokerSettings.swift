/// How the broker behaves beyond its topics: Kafka's broker settings where there are such.
struct BrokerSettings: Sendable {
    /// `auto.create.topics.enable`.
    var createsTopics = true
    /// `num.partitions`: of topics that are created without a count.
    var defaultPartitions: Int32 = 1
    /// What takes the place of Kafka's defaults, by topic configuration.
    var topicDefaults: [String: String] = [:]
    /// How often old segments are dropped and topics compacted, in ms (Kafka's `log.retention.check.interval.ms` and
    /// `log.cleaner.backoff.ms` in one).
    var upkeepIntervalMs: Int64 = 15_000
    /// How often logs are asked whether their `flush.ms` has passed, in ms.
    var flushCheckIntervalMs: Int64 = 1000
    /// `socket.request.max.bytes`.
    var requestLimit = 104_857_600
    var groups = GroupConfiguration()
    var transactions = TransactionConfiguration()

    /// As DescribeConfigs tells them.
    var described: [BrokerCore.DescribedConfig] {
        let boolean: Int8 = 1
        let int: Int8 = 3
        let long: Int8 = 5
        let values: [(name: String, value: String, type: Int8)] = [
            ("auto.create.topics.enable", "\(createsTopics)", boolean),
            ("broker.id", "\(BrokerCore.nodeID)", int),
            ("default.replication.factor", "1", int),
            ("group.initial.rebalance.delay.ms", "\(groups.initialRebalanceDelayMs)", int),
            ("group.max.session.timeout.ms", "\(groups.maxSessionTimeoutMs)", int),
            ("group.min.session.timeout.ms", "\(groups.minSessionTimeoutMs)", int),
            ("log.retention.check.interval.ms", "\(upkeepIntervalMs)", long),
            ("min.insync.replicas", "1", int),
            ("node.id", "\(BrokerCore.nodeID)", int),
            ("num.partitions", "\(defaultPartitions)", int),
            ("offsets.topic.num.partitions", "1", int),
            ("offsets.topic.replication.factor", "1", int),
            ("socket.request.max.bytes", "\(requestLimit)", int),
            ("transaction.state.log.num.partitions", "1", int),
            ("transaction.state.log.replication.factor", "1", int),
        ]
        return values.map {
            .init(
                name: $0.name,
                value: $0.value,
                source: .broker,
                type: $0.type,
                synonyms: [($0.value, .broker)]
            )
        }
    }
}
