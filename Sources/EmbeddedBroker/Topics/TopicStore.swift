import Logging
import NIOCore

/// The broker's topics: which there are, how they are configured, and their partitions' logs. Every change is in the metadata
/// file, durable, before it holds.
final class TopicStore {
    /// A topic.
    final class Topic {
        let name: String
        let id: UUID128
        fileprivate(set) var overrides: [String: String]
        fileprivate(set) var logs: [PartitionLog?]

        var partitionCount: Int32 { Int32(logs.count) }
        var isInternal: Bool { TopicName.isInternal(name) }

        fileprivate init(name: String, id: UUID128, overrides: [String: String], partitionCount: Int) {
            self.name = name
            self.id = id
            self.overrides = overrides
            logs = Array(repeating: nil, count: partitionCount)
        }
    }

    /// Producer ids are taken from the file in blocks: what a crash leaves of one is never used.
    private static let producerIDBlock: Int64 = 1000

    let clusterID: String
    /// Called with each partition whose log has got more to read.
    var onAppend: ((TopicPartition) -> Void)?

    private let storage: any BrokerStorage
    private let clock: BrokerClock
    private let logger: Logger
    /// What takes the place of Kafka's defaults on this broker, by topic configuration.
    private let defaults: [String: String]
    private var byName: [String: Topic] = [:]
    private var byNameInMetrics: [String: Topic] = [:]
    private var byID: [UUID128: Topic] = [:]
    private var nextProducerID: Int64
    private var producerIDLimit: Int64

    /// Reads what a folder holds, or begins a new one. Throws when the folder's metadata cannot be read.
    init(
        storage: any BrokerStorage,
        clock: BrokerClock,
        defaults: [String: String],
        logger: Logger
    ) throws(BrokerError) {
        self.storage = storage
        self.clock = clock
        self.defaults = defaults
        self.logger = logger
        let metadata = try Self.read(from: storage)
        clusterID = metadata?.clusterID ?? UUID128.random().description
        nextProducerID = metadata?.nextProducerID ?? 0
        producerIDLimit = nextProducerID
        for entry in metadata?.topics ?? [] {
            let overrides = Dictionary(entry.configurations.map { ($0.name, $0.value) }) { _, last in last }
            add(
                Topic(name: entry.name, id: entry.id, overrides: overrides, partitionCount: Int(entry.partitionCount))
            )
        }
        if metadata == nil {
            do { try persist() } catch { throw BrokerError("The broker's metadata cannot be written: \(error)") }
        }
        removeStrayFolders()
    }

    private static func read(from storage: any BrokerStorage) throws(BrokerError) -> BrokerMetadata? {
        let file: ByteBuffer?
        do {
            file = try storage.contents(of: BrokerMetadata.fileName)
        } catch {
            throw BrokerError("The broker's metadata file cannot be read: \(error)")
        }
        guard let file else { return nil }
        do {
            return try BrokerMetadata.parse(file)
        } catch {
            throw BrokerError("The broker's metadata file, \(BrokerMetadata.fileName), cannot be used: \(error)")
        }
    }

    /// A crash between the deletion of a topic and that of its files leaves folders that no topic owns.
    private func removeStrayFolders() {
        do {
            for name in try storage.names(in: "") {
                guard let dash = name.lastIndex(of: "-"), let partition = Int32(name[name.index(after: dash)...]) else {
                    continue
                }
                let owner = byName[String(name[..<dash])]
                if owner == nil || partition >= (owner?.partitionCount ?? 0) { try storage.removeFolder(name) }
            }
        } catch {
            logger.warning("Files of a deleted topic could not be removed.", metadata: ["cause": "\(error)"])
        }
    }

    // MARK: What there is

    /// All topics, by name.
    var all: [Topic] { byName.values.sorted { $0.name < $1.name } }

    func topic(_ name: String) -> Topic? { byName[name] }

    /// The topic that a new one of this name could not be told from in metrics.
    func collision(with name: String) -> String? {
        guard let other = byNameInMetrics[TopicName.inMetrics(name)], other.name != name else { return nil }
        return other.name
    }

    func topic(_ id: UUID128) -> Topic? { byID[id] }
    func name(of id: UUID128) -> String? { byID[id]?.name }

    func exists(_ partition: TopicPartition) -> Bool {
        guard let topic = byName[partition.topic] else { return false }
        return topic.logs.indices.contains(Int(partition.partition))
    }

    /// Every log that was used since the start.
    var openLogs: [PartitionLog] { byName.values.flatMap { $0.logs.compactMap { $0 } } }

    /// The log of a partition, opened and recovered at first use.
    func log(_ partition: TopicPartition) throws(ErrorCode) -> PartitionLog {
        guard let topic = byName[partition.topic] else { throw .unknownTopicOrPartition }
        return try log(partition.partition, of: topic)
    }

    func log(_ partition: Int32, of topic: Topic) throws(ErrorCode) -> PartitionLog {
        let index = Int(partition)
        guard topic.logs.indices.contains(index) else { throw .unknownTopicOrPartition }
        if let log = topic.logs[index] { return log }
        let name = TopicPartition(topic: topic.name, partition: partition)
        do {
            let log = try PartitionLog(
                partition: name,
                storage: storage,
                folder: name.description,
                configuration: configuration(of: topic),
                clock: clock,
                logger: logger
            )
            log.onAppend = { [weak self] in self?.onAppend?(name) }
            topic.logs[index] = log
            return log
        } catch {
            logger.error("A partition cannot be opened.", metadata: ["partition": "\(name)", "cause": "\(error)"])
            throw .kafkaStorageError
        }
    }

    private func configuration(of topic: Topic) -> LogConfiguration {
        do {
            return try LogConfiguration(defaults.merging(topic.overrides) { _, override in override })
        } catch {
            // Overrides are checked when they are made; only a file of another version can have others.
            logger.error(
                "A topic's configuration cannot be used; the defaults hold.",
                metadata: ["topic": "\(topic.name)", "cause": "\(error.message)"]
            )
            return LogConfiguration()
        }
    }

    // MARK: Changes

    /// Creates a topic whose name and configurations were checked before.
    func create(_ name: String, partitions: Int32, overrides: [String: String]) throws(ErrorCode) -> Topic {
        guard byName[name] == nil else { throw .topicAlreadyExists }
        let topic = Topic(name: name, id: .random(), overrides: overrides, partitionCount: Int(partitions))
        add(topic)
        do {
            try persist()
        } catch {
            forget(topic)
            throw report(error, "create topic \(name)")
        }
        return topic
    }

    /// Deletes a topic and its records.
    func delete(_ topic: Topic) throws(ErrorCode) {
        forget(topic)
        do {
            try persist()
        } catch {
            add(topic)
            throw report(error, "delete topic \(topic.name)")
        }
        for (index, log) in topic.logs.enumerated() {
            do {
                if let log {
                    try log.remove()
                } else {
                    try storage.removeFolder(TopicPartition(topic: topic.name, partition: Int32(index)).description)
                }
            } catch {
                // The next start tries again.
                logger.warning(
                    "The files of a deleted topic could not be removed.",
                    metadata: ["topic": "\(topic.name)", "cause": "\(error)"]
                )
            }
            topic.logs[index] = nil
        }
    }

    /// Gives a topic more partitions.
    func grow(_ topic: Topic, to count: Int32) throws(ErrorCode) {
        let before = topic.logs.count
        guard Int(count) > before else { throw .invalidPartitions }
        topic.logs += Array(repeating: nil, count: Int(count) - before)
        do {
            try persist()
        } catch {
            topic.logs.removeLast(Int(count) - before)
            throw report(error, "add partitions to topic \(topic.name)")
        }
    }

    /// Replaces a topic's configurations, which were checked before. They hold from the next append on.
    func configure(_ topic: Topic, _ overrides: [String: String]) throws(ErrorCode) {
        let before = topic.overrides
        topic.overrides = overrides
        do {
            try persist()
        } catch {
            topic.overrides = before
            throw report(error, "configure topic \(topic.name)")
        }
        let configuration = configuration(of: topic)
        for log in topic.logs.compactMap({ $0 }) { log.configuration = configuration }
    }

    private func add(_ topic: Topic) {
        byName[topic.name] = topic
        byNameInMetrics[TopicName.inMetrics(topic.name)] = topic
        byID[topic.id] = topic
    }

    private func forget(_ topic: Topic) {
        byName[topic.name] = nil
        byNameInMetrics[TopicName.inMetrics(topic.name)] = nil
        byID[topic.id] = nil
    }

    private func persist() throws {
        var metadata = BrokerMetadata(clusterID: clusterID, nextProducerID: producerIDLimit)
        metadata.topics = all.map { topic in
            BrokerMetadata.Topic(
                name: topic.name,
                id: topic.id,
                partitionCount: topic.partitionCount,
                configurations: topic.overrides.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) }
            )
        }
        try storage.replace(BrokerMetadata.fileName, with: metadata.fileBytes(), isDurable: true)
    }

    private func report(_ error: any Error, _ attempt: String) -> ErrorCode {
        logger.error("The broker's metadata cannot be written.", metadata: ["to": "\(attempt)", "cause": "\(error)"])
        return .kafkaStorageError
    }
}

extension TopicStore: ProducerIDs {
    /// A producer id that was never given out before.
    func next() throws(ErrorCode) -> Int64 {
        if nextProducerID == producerIDLimit {
            let (limit, overflow) = producerIDLimit.addingReportingOverflow(Self.producerIDBlock)
            guard !overflow else { throw .unknownServerError }
            producerIDLimit = limit
            do {
                try persist()
            } catch {
                producerIDLimit = nextProducerID
                throw report(error, "reserve producer ids")
            }
        }
        defer { nextProducerID += 1 }
        return nextProducerID
    }
}
