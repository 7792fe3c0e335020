// The requests about committed offsets.

extension GroupCoordinator {
    /// OffsetCommit.
    func commitOffsets(_ request: OffsetCommitRequest, version: Int16) -> OffsetCommitResponse {
        var response = request.refused(.none)
        guard
            request.topics.contains(where: { topic in
                topic.partitions.contains { exists(topic.name, $0.partitionIndex) }
            })
        else {
            return request.refused(isClosed ? .notCoordinator : .unknownTopicOrPartition)
        }
        let refusal = allowCommit(request, version: version)
        let now = clock.wall
        var expireTimestamp: Int64 = -1
        if request.retentionTimeMs != -1 {
            let (sum, isTooLong) = now.addingReportingOverflow(request.retentionTimeMs)
            expireTimestamp = isTooLong ? .max : max(0, sum)
        }
        var records: [GroupRecord] = []
        for (topicIndex, topic) in request.topics.enumerated() {
            for (index, partition) in topic.partitions.enumerated() {
                let metadata = partition.committedMetadata ?? ""
                let error = error(
                    topic.name,
                    partition.partitionIndex,
                    metadata: metadata,
                    refusal: refusal
                )
                response.topics[topicIndex].partitions[index].errorCode = error.rawValue
                guard error == .none else { continue }
                records.append(
                    .offset(
                        OffsetCommitKey(group: request.groupID, topic: topic.name, partition: partition.partitionIndex),
                        OffsetCommitValue(
                            offset: partition.committedOffset,
                            leaderEpoch: max(-1, partition.committedLeaderEpoch),
                            metadata: metadata,
                            commitTimestamp: now,
                            expireTimestamp: expireTimestamp
                        )
                    )
                )
            }
        }
        do throws(ErrorCode) {
            try append(records, transaction: nil)
        } catch {
            for topic in response.topics.indices {
                for partition in response.topics[topic].partitions.indices
                where response.topics[topic].partitions[partition].errorCode == ErrorCode.none.rawValue {
                    response.topics[topic].partitions[partition].errorCode = error.asOffsetCommitError.rawValue
                }
            }
        }
        return response
    }

    private func allowCommit(_ request: OffsetCommitRequest, version: Int16) -> ErrorCode {
        guard !isClosed else { return .notCoordinator }
        guard let entry = entries[request.groupID] else {
            // Consumers that assign partitions to themselves need no group.
            if request.generationIDOrMemberEpoch < 0 { return .none }
            return version >= 9 ? .groupIDNotFound : .illegalGeneration
        }
        let (error, actions) = entry.group.commit(
            memberID: request.memberID,
            instanceID: request.groupInstanceID,
            generation: request.generationIDOrMemberEpoch,
            isTransactional: false
        )
        perform(actions, on: entry)
        return error
    }

    /// TxnOffsetCommit. That the offsets' partition is part of the producer's transaction is the caller's to check.
    func commitTransactionalOffsets(_ request: TxnOffsetCommitRequest) -> TxnOffsetCommitResponse {
        var response = request.refused(.none)
        guard
            request.topics.contains(where: { topic in
                topic.partitions.contains { exists(topic.name, $0.partitionIndex) }
            })
        else {
            return request.refused(isClosed ? .notCoordinator : .unknownTopicOrPartition)
        }
        let refusal = allowCommit(request)
        let now = clock.wall
        var records: [GroupRecord] = []
        for (topicIndex, topic) in request.topics.enumerated() {
            for (index, partition) in topic.partitions.enumerated() {
                let metadata = partition.committedMetadata ?? ""
                let error = error(
                    topic.name,
                    partition.partitionIndex,
                    metadata: metadata,
                    refusal: refusal
                )
                response.topics[topicIndex].partitions[index].errorCode = error.rawValue
                guard error == .none else { continue }
                records.append(
                    .offset(
                        OffsetCommitKey(group: request.groupID, topic: topic.name, partition: partition.partitionIndex),
                        OffsetCommitValue(
                            offset: partition.committedOffset,
                            leaderEpoch: max(-1, partition.committedLeaderEpoch),
                            metadata: metadata,
                            commitTimestamp: now
                        )
                    )
                )
            }
        }
        do throws(ErrorCode) {
            try append(records, transaction: (request.producerID, request.producerEpoch))
        } catch {
            for topic in response.topics.indices {
                for partition in response.topics[topic].partitions.indices
                where response.topics[topic].partitions[partition].errorCode == ErrorCode.none.rawValue {
                    response.topics[topic].partitions[partition].errorCode = error.asOffsetCommitError.rawValue
                }
            }
        }
        return response
    }

    private func allowCommit(_ request: TxnOffsetCommitRequest) -> ErrorCode {
        guard !isClosed else { return .notCoordinator }
        guard !request.groupID.isEmpty else { return .invalidGroupID }
        guard let entry = entries[request.groupID] else {
            return request.generationID < 0 ? .none : .illegalGeneration
        }
        return entry.group.commit(
            memberID: request.memberID,
            instanceID: request.groupInstanceID,
            generation: request.generationID,
            isTransactional: true
        ).0
    }

    private func exists(_ topic: String, _ partition: Int32) -> Bool {
        partitionExists(TopicPartition(topic: topic, partition: partition))
    }

    private func error(_ topic: String, _ partition: Int32, metadata: String, refusal: ErrorCode) -> ErrorCode {
        guard exists(topic, partition) else { return .unknownTopicOrPartition }
        guard refusal == .none else { return refusal }
        return metadata.utf16.count > configuration.offsetMetadataMaxSize ? .offsetMetadataTooLarge : .none
    }

    // MARK: Fetching

    /// OffsetFetch: one group before version 8, several from then on.
    func fetchOffsets(_ request: OffsetFetchRequest, version: Int16) -> OffsetFetchResponse {
        guard version >= 8 else { return fetchOfOneGroup(request) }
        return OffsetFetchResponse(
            groups: request.groups.map { group in
                guard !isClosed else {
                    return .init(groupID: group.groupID, errorCode: ErrorCode.notCoordinator.rawValue)
                }
                let wanted = group.topics?.map { ($0.name, $0.partitionIndexes) }
                return .init(
                    groupID: group.groupID,
                    topics: fetch(wanted, of: group.groupID, requireStable: request.requireStable)
                )
            }
        )
    }

    private func fetchOfOneGroup(_ request: OffsetFetchRequest) -> OffsetFetchResponse {
        let wanted = request.topics?.map { ($0.name, $0.partitionIndexes) }
        let found = fetch(wanted, of: request.groupID, requireStable: request.requireStable)
        let error: ErrorCode = isClosed ? .notCoordinator : .none
        return OffsetFetchResponse(
            // Version 1 has no error but those of the partitions.
            topics: found.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        .init(
                            partitionIndex: $0.partitionIndex,
                            committedOffset: isClosed ? -1 : $0.committedOffset,
                            committedLeaderEpoch: isClosed ? -1 : $0.committedLeaderEpoch,
                            metadata: isClosed ? "" : $0.metadata,
                            errorCode: isClosed ? error.rawValue : $0.errorCode
                        )
                    }
                )
            },
            errorCode: error.rawValue
        )
    }

    private typealias FoundTopic = OffsetFetchResponse.OffsetFetchResponseGroup.OffsetFetchResponseTopics

    /// The offsets of the partitions wanted, or all of the group.
    private func fetch(_ wanted: [(String, [Int32])]?, of group: String, requireStable: Bool) -> [FoundTopic] {
        let wanted =
            wanted
            ?? offsets.committed[group, default: [:]].map { ($0.key, $0.value.keys.sorted()) }.sorted { $0.0 < $1.0 }
        return wanted.map { topic, partitions in
            FoundTopic(
                name: topic,
                partitions: partitions.map { partition in
                    if requireStable, offsets.isPending(group, topic, partition) {
                        return .init(
                            partitionIndex: partition,
                            committedOffset: -1,
                            errorCode: ErrorCode.unstableOffsetCommit.rawValue
                        )
                    }
                    guard let offset = offsets.offset(group, topic, partition) else {
                        return .init(partitionIndex: partition, committedOffset: -1)
                    }
                    return .init(
                        partitionIndex: partition,
                        committedOffset: offset.offset,
                        committedLeaderEpoch: offset.leaderEpoch,
                        metadata: offset.metadata
                    )
                }
            )
        }
    }

    // MARK: Deleting

    /// OffsetDelete.
    func deleteOffsets(_ request: OffsetDeleteRequest) -> OffsetDeleteResponse {
        if let refusal = refusal(of: request) { return OffsetDeleteResponse(errorCode: refusal.rawValue) }
        guard let group = entries[request.groupID]?.group else {
            return OffsetDeleteResponse(errorCode: ErrorCode.groupIDNotFound.rawValue)
        }
        var gone: [OffsetCommitKey] = []
        let topics = request.topics.map { topic in
            OffsetDeleteResponse.OffsetDeleteResponseTopic(
                name: topic.name,
                partitions: topic.partitions.map { partition in
                    let key = OffsetCommitKey(
                        group: request.groupID,
                        topic: topic.name,
                        partition: partition.partitionIndex
                    )
                    var error = ErrorCode.none
                    if !exists(key.topic, key.partition) {
                        error = .unknownTopicOrPartition
                    } else if group.isSubscribed(to: key.topic) {
                        error = .groupSubscribedToTopic
                    } else if offsets.offset(key.group, key.topic, key.partition) != nil
                        || offsets.isPending(key.group, key.topic, key.partition)
                    {
                        gone.append(key)
                    }
                    return .init(partitionIndex: partition.partitionIndex, errorCode: error.rawValue)
                }
            )
        }
        do throws(ErrorCode) {
            try appendTombstones(gone)
        } catch {
            return OffsetDeleteResponse(errorCode: error.asCoordinatorError.rawValue)
        }
        return OffsetDeleteResponse(topics: topics)
    }

    private func refusal(of request: OffsetDeleteRequest) -> ErrorCode? {
        if isClosed { return .notCoordinator }
        if request.groupID.isEmpty { return .invalidGroupID }
        guard let group = entries[request.groupID]?.group else { return .groupIDNotFound }
        // Of consumers it is known what they read; of others everything may be in use.
        return group.state != .empty && !group.usesConsumerProtocol ? .nonEmptyGroup : nil
    }
}
