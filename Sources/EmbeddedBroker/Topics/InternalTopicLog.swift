import Logging

/// What a coordinator keeps, in the one partition of one of the broker's own topics, which comes into being with the first record.
final class InternalTopicLog: CoordinatorLog {
    /// How the broker's own topics are configured.
    static let overrides = ["cleanup.policy": "compact", "segment.bytes": "104857600", "compression.type": "producer"]

    let partition: TopicPartition
    private let topics: TopicStore
    private var log: PartitionCoordinatorLog?

    init(topic: String, topics: TopicStore) {
        partition = TopicPartition(topic: topic, partition: 0)
        self.topics = topics
    }

    func append(_ records: [CoordinatorRecord], transaction: (producerID: Int64, epoch: Int16)?) throws(ErrorCode) {
        try ensureTopic()
        try open().append(records, transaction: transaction)
    }

    func replay(_ body: (CoordinatorEntry) -> Void) throws(ErrorCode) {
        guard topics.topic(partition.topic) != nil else { return }
        try open().replay(body)
    }

    /// Creates the topic when it is not there.
    func ensureTopic() throws(ErrorCode) {
        guard topics.topic(partition.topic) == nil else { return }
        log = nil
        _ = try topics.create(partition.topic, partitions: 1, overrides: Self.overrides)
    }

    private func open() throws(ErrorCode) -> PartitionCoordinatorLog {
        if let log { return log }
        let opened = PartitionCoordinatorLog(try topics.log(partition))
        log = opened
        return opened
    }
}
