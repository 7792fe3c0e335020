extension BrokerCore {
    /// What stands for "not asked" in the fields of authorized operations.
    private static let operationsNotAsked = Int32.min

    /// Metadata: the broker, and topics with their partitions. Topics that are asked for by name and are not there come into
    /// being when the client and the broker allow it.
    func metadata(_ request: MetadataRequest, _ context: RequestContext) -> MetadataResponse {
        var response = MetadataResponse(
            brokers: [
                .init(nodeID: Self.nodeID, host: context.advertised.host, port: context.advertised.port)
            ],
            clusterID: topics.clusterID,
            controllerID: Self.nodeID
        )
        // Version 0 has no null: no names are all names.
        let wanted = context.version == 0 && request.topics?.isEmpty == true ? nil : request.topics
        if let wanted {
            response.topics = wanted.map { describe($0, mayCreate: request.allowAutoTopicCreation) }
        } else {
            response.topics = topics.all.map(describe)
        }
        return response
    }

    private func describe(
        _ wanted: MetadataRequest.MetadataRequestTopic,
        mayCreate: Bool
    ) -> MetadataResponse.MetadataResponseTopic {
        if wanted.topicID != .zero {
            if let topic = topics.topic(wanted.topicID) { return describe(topic) }
            return .init(errorCode: ErrorCode.unknownTopicID.rawValue, name: nil, topicID: wanted.topicID)
        }
        let name = wanted.name ?? ""
        if let topic = topics.topic(name) { return describe(topic) }
        do {
            return describe(try createOnDemand(name, mayCreate: mayCreate))
        } catch {
            return .init(errorCode: error.rawValue, name: name, isInternal: TopicName.isInternal(name))
        }
    }

    private func createOnDemand(_ name: String, mayCreate: Bool) throws(ErrorCode) -> TopicStore.Topic {
        guard TopicName.objection(to: name) == nil else { throw .invalidTopic }
        guard mayCreate, settings.createsTopics else { throw .unknownTopicOrPartition }
        guard topics.collision(with: name) == nil else { throw .invalidTopic }
        if TopicName.isInternal(name) {
            return try topics.create(name, partitions: 1, overrides: InternalTopicLog.overrides)
        }
        return try topics.create(name, partitions: settings.defaultPartitions, overrides: [:])
    }

    private func describe(_ topic: TopicStore.Topic) -> MetadataResponse.MetadataResponseTopic {
        .init(
            name: topic.name,
            topicID: topic.id,
            isInternal: topic.isInternal,
            partitions: (0..<topic.partitionCount).map { index in
                .init(
                    partitionIndex: index,
                    leaderID: Self.nodeID,
                    leaderEpoch: Self.leaderEpoch,
                    replicaNodes: [Self.nodeID],
                    isrNodes: [Self.nodeID]
                )
            },
            topicAuthorizedOperations: Self.operationsNotAsked
        )
    }

    /// DescribeCluster.
    func describeCluster(_ request: DescribeClusterRequest, _ context: RequestContext) -> DescribeClusterResponse {
        // 1 asks for brokers; 2 for KRaft's controllers, which have endpoints of their own and are not here.
        guard request.endpointType == 1 else {
            return DescribeClusterResponse(
                errorCode: ErrorCode.unsupportedEndpointType.rawValue,
                errorMessage: "This broker has no controller endpoints.",
                endpointType: request.endpointType
            )
        }
        return DescribeClusterResponse(
            clusterID: topics.clusterID,
            controllerID: Self.nodeID,
            brokers: [
                .init(brokerID: Self.nodeID, host: context.advertised.host, port: context.advertised.port)
            ]
        )
    }

    /// FindCoordinator: always this broker. As with Kafka, the coordinator's topic comes into being with the question.
    func findCoordinator(_ request: FindCoordinatorRequest, _ context: RequestContext) -> FindCoordinatorResponse {
        let keys = context.version >= 4 ? request.coordinatorKeys : [request.key]
        let error = coordinatorError(keyType: request.keyType)
        let isFound = error == .none
        let coordinators = keys.map { key in
            FindCoordinatorResponse.Coordinator(
                key: key,
                nodeID: isFound ? Self.nodeID : -1,
                host: isFound ? context.advertised.host : "",
                port: isFound ? context.advertised.port : -1,
                errorCode: error.rawValue
            )
        }
        guard context.version < 4, let only = coordinators.first else {
            return FindCoordinatorResponse(coordinators: coordinators)
        }
        return FindCoordinatorResponse(errorCode: only.errorCode, nodeID: only.nodeID, host: only.host, port: only.port)
    }

    private func coordinatorError(keyType: Int8) -> ErrorCode {
        do {
            switch keyType {
            case 0: try offsetsLog.ensureTopic()
            case 1: try transactionsLog.ensureTopic()
            default: return .invalidRequest
            }
            return .none
        } catch {
            return .coordinatorNotAvailable
        }
    }
}
