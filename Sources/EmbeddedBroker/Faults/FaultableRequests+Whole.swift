// The requests that fail or succeed as a whole, or topic by topic.

extension MetadataRequest: FaultableRequest {
    static var failsByPartition: Bool { true }

    var topicIDs: [UUID128] { (topics ?? []).map(\.topicID).filter { $0 != .zero } }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        (topics ?? []).compactMap { ($0.name ?? topicName($0.topicID)).map(TopicPartition.whole) }
    }

    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> MetadataRequest? {
        guard let topics else { return nil }
        func isMatch(_ topic: MetadataRequestTopic) -> Bool {
            (topic.name ?? topicName(topic.topicID)) == partition.topic
        }
        var part = self
        part.topics = topics.filter(isMatch)
        self.topics = topics.filter { !isMatch($0) }
        return part.topics?.isEmpty == false ? part : nil
    }

    static func merge(_ part: MetadataResponse, into whole: inout MetadataResponse) {
        whole.topics += part.topics
    }
}

extension AddPartitionsToTxnRequest: FaultableRequest {
    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        v3AndBelowTopics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0) }
        }
    }
}

extension OffsetFetchRequest: FaultableRequest {
    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        let old = (topics ?? []).flatMap { topic in
            topic.partitionIndexes.map { TopicPartition(topic: topic.name, partition: $0) }
        }
        let grouped = groups.flatMap { $0.topics ?? [] }.flatMap { topic in
            topic.partitionIndexes.map { TopicPartition(topic: topic.name, partition: $0) }
        }
        return old + grouped
    }
}

extension OffsetDeleteRequest: FaultableRequest {
    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.partitionIndex) }
        }
    }
}

extension CreateTopicsRequest: FaultableRequest {
    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] { topics.map { .whole($0.name) } }
}

extension DeleteTopicsRequest: FaultableRequest {
    var topicIDs: [UUID128] { topics.map(\.topicID).filter { $0 != .zero } }

    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] {
        topicNames.map(TopicPartition.whole)
            + topics.compactMap { ($0.name ?? topicName($0.topicID)).map(TopicPartition.whole) }
    }
}

extension CreatePartitionsRequest: FaultableRequest {
    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] { topics.map { .whole($0.name) } }
}

extension ApiVersionsRequest: FaultableRequest {}
extension DescribeClusterRequest: FaultableRequest {}
extension FindCoordinatorRequest: FaultableRequest {}
extension SaslHandshakeRequest: FaultableRequest {}
extension SaslAuthenticateRequest: FaultableRequest {}
extension JoinGroupRequest: FaultableRequest {}
extension SyncGroupRequest: FaultableRequest {}
extension HeartbeatRequest: FaultableRequest {}
extension LeaveGroupRequest: FaultableRequest {}
extension ListGroupsRequest: FaultableRequest {}
extension DescribeGroupsRequest: FaultableRequest {}
extension DeleteGroupsRequest: FaultableRequest {}
extension DescribeConfigsRequest: FaultableRequest {}
extension AlterConfigsRequest: FaultableRequest {}
extension IncrementalAlterConfigsRequest: FaultableRequest {}
extension InitProducerIdRequest: FaultableRequest {}
extension AddOffsetsToTxnRequest: FaultableRequest {}
extension EndTxnRequest: FaultableRequest {}
