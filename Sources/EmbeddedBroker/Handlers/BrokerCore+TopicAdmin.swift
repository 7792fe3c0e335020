extension BrokerCore {
    /// A refusal with its sentence.
    struct AdminRefusal: Error {
        let code: ErrorCode
        let message: String?

        init(_ code: ErrorCode, _ message: String? = nil) {
            self.code = code
            self.message = message
        }
    }

    // MARK: CreateTopics

    /// CreateTopics.
    func createTopics(_ request: CreateTopicsRequest) -> CreateTopicsResponse {
        let names = request.topics.map(\.name)
        return CreateTopicsResponse(
            topics: request.topics.map { wanted in
                var answer = CreateTopicsResponse.CreatableTopicResult(name: wanted.name, errorMessage: nil)
                do throws(AdminRefusal) {
                    guard names.count(where: { $0 == wanted.name }) == 1 else {
                        throw AdminRefusal(.invalidRequest, "Duplicate topic name.")
                    }
                    let partitions = try check(wanted)
                    let overrides = try overrides(in: wanted.configs.map { ($0.name, $0.value) })
                    if !request.validateOnly {
                        do throws(ErrorCode) {
                            let topic = try topics.create(wanted.name, partitions: partitions, overrides: overrides)
                            answer.topicID = topic.id
                        } catch {
                            throw AdminRefusal(error)
                        }
                    }
                    answer.numPartitions = partitions
                    answer.replicationFactor = 1
                    answer.configs = described(overrides: overrides).map {
                        .init(name: $0.name, value: $0.value, readOnly: false, configSource: $0.source.rawValue)
                    }
                } catch {
                    answer.errorCode = error.code.rawValue
                    answer.errorMessage = error.message
                    answer.configs = nil
                }
                return answer
            }
        )
    }

    /// How many partitions a wanted topic will have.
    private func check(_ wanted: CreateTopicsRequest.CreatableTopic) throws(AdminRefusal) -> Int32 {
        if let objection = TopicName.objection(to: wanted.name) { throw AdminRefusal(.invalidTopic, objection) }
        if topics.topic(wanted.name) != nil {
            throw AdminRefusal(.topicAlreadyExists, "Topic '\(wanted.name)' already exists.")
        }
        if let other = topics.collision(with: wanted.name) {
            throw AdminRefusal(.invalidTopic, "Topic '\(wanted.name)' collides with existing topic: \(other)")
        }
        if !wanted.assignments.isEmpty {
            guard wanted.numPartitions == -1, wanted.replicationFactor == -1 else {
                throw AdminRefusal(
                    .invalidRequest,
                    "A manual partition assignment was specified, but numPartitions or replicationFactor was not set to -1."
                )
            }
            let indexes = wanted.assignments.map(\.partitionIndex).sorted()
            guard indexes == Array(0..<Int32(indexes.count)), indexes.count <= Self.partitionLimit else {
                throw AdminRefusal(
                    .invalidReplicaAssignment,
                    "partitions should be a consecutive 0-based integer sequence"
                )
            }
            try check(wanted.assignments.map(\.brokerIDs))
            return Int32(indexes.count)
        }
        guard wanted.replicationFactor == -1 || wanted.replicationFactor == 1 else {
            throw AdminRefusal(
                .invalidReplicationFactor,
                wanted.replicationFactor > 1
                    ? "Unable to replicate the partition \(wanted.replicationFactor) time(s): The target replication factor of "
                        + "\(wanted.replicationFactor) cannot be reached because only 1 broker(s) are registered."
                    : "Replication factor must be larger than 0, or -1 to use the default value."
            )
        }
        let count = wanted.numPartitions == -1 ? settings.defaultPartitions : wanted.numPartitions
        guard count >= 1 else {
            throw AdminRefusal(
                .invalidPartitions,
                "Number of partitions was set to an invalid non-positive value."
            )
        }
        guard count <= Self.partitionLimit else {
            throw AdminRefusal(
                .invalidPartitions,
                "An embedded broker has at most \(Self.partitionLimit) partitions a topic."
            )
        }
        return count
    }

    /// The most partitions of one topic.
    private static let partitionLimit = 10_000

    private func check(_ assignments: [[Int32]]) throws(AdminRefusal) {
        guard assignments.allSatisfy({ $0 == [Self.nodeID] }) else {
            throw AdminRefusal(
                .invalidReplicaAssignment,
                "An embedded broker is alone: every partition's replicas can only be [\(Self.nodeID)]."
            )
        }
    }

    // MARK: DeleteTopics, CreatePartitions

    /// DeleteTopics.
    func deleteTopics(_ request: DeleteTopicsRequest) -> DeleteTopicsResponse {
        let named = request.topicNames.map { (name: Optional($0), id: UUID128.zero) }
        let wanted = named + request.topics.map { (name: $0.name, id: $0.topicID) }
        return DeleteTopicsResponse(
            responses: wanted.map { wanted in
                var answer = DeleteTopicsResponse.DeletableTopicResult(name: wanted.name, topicID: wanted.id)
                let found = wanted.id == .zero ? topics.topic(wanted.name ?? "") : topics.topic(wanted.id)
                guard let topic = found else {
                    answer.errorCode =
                        (wanted.id == .zero ? ErrorCode.unknownTopicOrPartition : .unknownTopicID).rawValue
                    return answer
                }
                answer.name = topic.name
                answer.topicID = topic.id
                do throws(ErrorCode) {
                    guard !topic.isInternal else { throw .invalidTopic }
                    try delete(topic)
                } catch {
                    answer.errorCode = error.rawValue
                }
                return answer
            }
        )
    }

    private func delete(_ topic: TopicStore.Topic) throws(ErrorCode) {
        try topics.delete(topic)
        groups.topicsDeleted([topic.name])
        // Whoever waits for its records has waited enough.
        for index in 0..<topic.partitionCount {
            fetches.noteAppend(to: TopicPartition(topic: topic.name, partition: index))
        }
    }

    /// CreatePartitions.
    func createPartitions(_ request: CreatePartitionsRequest) -> CreatePartitionsResponse {
        CreatePartitionsResponse(
            results: request.topics.map { wanted in
                var answer = CreatePartitionsResponse.CreatePartitionsTopicResult(name: wanted.name)
                do throws(AdminRefusal) {
                    try grow(wanted, validateOnly: request.validateOnly)
                } catch {
                    answer.errorCode = error.code.rawValue
                    answer.errorMessage = error.message
                }
                return answer
            }
        )
    }

    private func grow(
        _ wanted: CreatePartitionsRequest.CreatePartitionsTopic,
        validateOnly: Bool
    ) throws(AdminRefusal) {
        guard let topic = topics.topic(wanted.name) else { throw AdminRefusal(.unknownTopicOrPartition) }
        guard !topic.isInternal else {
            throw AdminRefusal(.invalidTopic, "\(topic.name) has one partition on an embedded broker.")
        }
        let before = topic.partitionCount
        guard wanted.count > before else {
            throw AdminRefusal(
                .invalidPartitions,
                wanted.count == before
                    ? "Topic already has \(before) partition(s)."
                    : "The topic \(wanted.name) currently has \(before) partition(s); \(wanted.count) would not be an increase."
            )
        }
        guard wanted.count <= Self.partitionLimit else {
            throw AdminRefusal(
                .invalidPartitions,
                "An embedded broker has at most \(Self.partitionLimit) partitions a topic."
            )
        }
        if let assignments = wanted.assignments {
            guard assignments.count == Int(wanted.count - before) else {
                throw AdminRefusal(
                    .invalidReplicaAssignment,
                    "Attempted to add \(wanted.count - before) additional partition(s), but only \(assignments.count) "
                        + "assignment(s) were specified."
                )
            }
            try check(assignments.map(\.brokerIDs))
        }
        guard !validateOnly else { return }
        do {
            try topics.grow(topic, to: wanted.count)
        } catch {
            throw AdminRefusal(error)
        }
    }
}
