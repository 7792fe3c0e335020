// The requests whose answers have an error per partition.

extension ProduceRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topicData.flatMap { topic in
            topic.partitionData.map { TopicPartition(topic: topic.name, partition: $0.index) }
        }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> ProduceRequest? {
        var part = self
        part.topicData = takeOut(
            of: &topicData,
            partitions: \.partitionData,
            isTopic: { $0.name == partition.topic },
            isPartition: { $0.index == partition.partition }
        )
        return part.topicData.isEmpty ? nil : part
    }

    static func merge(_ part: ProduceResponse, into whole: inout ProduceResponse) {
        mergeTopics(part.responses, to: &whole.responses, name: \.name, partitions: \.partitionResponses)
    }
}

extension FetchRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    var topicIDs: [UUID128] { topics.map(\.topicID).filter { $0 != .zero } }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topics.flatMap { topic in
            let name = topic.name(topicName)
            return topic.partitions.map { TopicPartition(topic: name, partition: $0.partition) }
        }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> FetchRequest? {
        var part = self
        part.topics = takeOut(
            of: &topics,
            partitions: \.partitions,
            isTopic: { $0.name(topicName) == partition.topic },
            isPartition: { $0.partition == partition.partition }
        )
        guard !part.topics.isEmpty else { return nil }
        // An error is not kept waiting for records of other partitions.
        minBytes = 0
        return part
    }

    static func merge(_ part: FetchResponse, into whole: inout FetchResponse) {
        for topic in part.responses {
            let same = whole.responses.firstIndex { $0.topic == topic.topic && $0.topicID == topic.topicID }
            if let same {
                whole.responses[same].partitions += topic.partitions
            } else {
                whole.responses.append(topic)
            }
        }
    }
}

extension FetchRequest.FetchTopic {
    /// The topic's name, also when the request gives its id instead; empty for an unknown id.
    fileprivate func name(_ topicName: (UUID128) -> String?) -> String {
        topicID == .zero ? topic : topicName(topicID) ?? ""
    }
}

extension ListOffsetsRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.partitionIndex) }
        }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> ListOffsetsRequest? {
        var part = self
        part.topics = takeOut(
            of: &topics,
            partitions: \.partitions,
            isTopic: { $0.name == partition.topic },
            isPartition: { $0.partitionIndex == partition.partition }
        )
        return part.topics.isEmpty ? nil : part
    }

    static func merge(_ part: ListOffsetsResponse, into whole: inout ListOffsetsResponse) {
        mergeTopics(part.topics, to: &whole.topics, name: \.name, partitions: \.partitions)
    }
}

extension OffsetForLeaderEpochRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.topic, partition: $0.partition) }
        }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> OffsetForLeaderEpochRequest? {
        var part = self
        part.topics = takeOut(
            of: &topics,
            partitions: \.partitions,
            isTopic: { $0.topic == partition.topic },
            isPartition: { $0.partition == partition.partition }
        )
        return part.topics.isEmpty ? nil : part
    }

    static func merge(_ part: OffsetForLeaderEpochResponse, into whole: inout OffsetForLeaderEpochResponse) {
        mergeTopics(part.topics, to: &whole.topics, name: \.topic, partitions: \.partitions)
    }
}

extension DeleteRecordsRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.partitionIndex) }
        }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> DeleteRecordsRequest? {
        var part = self
        part.topics = takeOut(
            of: &topics,
            partitions: \.partitions,
            isTopic: { $0.name == partition.topic },
            isPartition: { $0.partitionIndex == partition.partition }
        )
        return part.topics.isEmpty ? nil : part
    }

    static func merge(_ part: DeleteRecordsResponse, into whole: inout DeleteRecordsResponse) {
        mergeTopics(part.topics, to: &whole.topics, name: \.name, partitions: \.partitions)
    }
}

extension OffsetCommitRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.partitionIndex) }
        }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> OffsetCommitRequest? {
        var part = self
        part.topics = takeOut(
            of: &topics,
            partitions: \.partitions,
            isTopic: { $0.name == partition.topic },
            isPartition: { $0.partitionIndex == partition.partition }
        )
        return part.topics.isEmpty ? nil : part
    }

    static func merge(_ part: OffsetCommitResponse, into whole: inout OffsetCommitResponse) {
        mergeTopics(part.topics, to: &whole.topics, name: \.name, partitions: \.partitions)
    }
}

extension TxnOffsetCommitRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.partitionIndex) }
        }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> TxnOffsetCommitRequest? {
        var part = self
        part.topics = takeOut(
            of: &topics,
            partitions: \.partitions,
            isTopic: { $0.name == partition.topic },
            isPartition: { $0.partitionIndex == partition.partition }
        )
        return part.topics.isEmpty ? nil : part
    }

    static func merge(_ part: TxnOffsetCommitResponse, into whole: inout TxnOffsetCommitResponse) {
        mergeTopics(part.topics, to: &whole.topics, name: \.name, partitions: \.partitions)
    }
}
