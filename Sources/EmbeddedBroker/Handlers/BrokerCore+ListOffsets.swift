extension BrokerCore {
    /// ListOffsets: the first, the last, or the first offset at a time.
    func listOffsets(_ request: ListOffsetsRequest) -> ListOffsetsResponse {
        ListOffsetsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        listOffset($0, of: topic.name, isolation: request.isolationLevel)
                    }
                )
            }
        )
    }

    /// What a timestamp below 0 stands for (Kafka: `ListOffsetsRequest`).
    private enum SpecialTime {
        static let latest: Int64 = -1
        static let earliest: Int64 = -2
        static let largestTimestamp: Int64 = -3
        static let earliestLocal: Int64 = -4
        static let latestTiered: Int64 = -5
    }

    private func listOffset(
        _ part: ListOffsetsRequest.ListOffsetsTopic.ListOffsetsPartition,
        of topic: String,
        isolation: Int8
    ) -> ListOffsetsResponse.ListOffsetsTopicResponse.ListOffsetsPartitionResponse {
        var answer = ListOffsetsResponse.ListOffsetsTopicResponse.ListOffsetsPartitionResponse(
            partitionIndex: part.partitionIndex
        )
        do {
            let log = try topics.log(TopicPartition(topic: topic, partition: part.partitionIndex))
            try checkLeaderEpoch(part.currentLeaderEpoch)
            let end = isolation == 1 ? log.lastStableOffset : log.highWatermark
            switch part.timestamp {
            case SpecialTime.earliest, SpecialTime.earliestLocal:
                (answer.offset, answer.leaderEpoch) = (log.logStartOffset, Self.leaderEpoch)
            case SpecialTime.latest:
                (answer.offset, answer.leaderEpoch) = (end, Self.leaderEpoch)
            case SpecialTime.latestTiered:
                // There is no tiered storage, so nothing is in it.
                break
            case SpecialTime.largestTimestamp:
                if let found = try log.maxTimestampOffset() { set(&answer, found, before: end) }
            case 0...:
                if let found = try log.offset(
                    forTimestamp: part.timestamp,
                    isolation: isolation == 1 ? .readCommitted : .readUncommitted
                ) {
                    set(&answer, found, before: end)
                }
            default:
                answer.errorCode = ErrorCode.unsupportedVersion.rawValue
            }
        } catch {
            answer.errorCode = error.rawValue
        }
        return answer
    }

    private func set(
        _ answer: inout ListOffsetsResponse.ListOffsetsTopicResponse.ListOffsetsPartitionResponse,
        _ found: (offset: Int64, timestamp: Int64),
        before end: Int64
    ) {
        guard found.offset < end else { return }
        answer.offset = found.offset
        answer.timestamp = found.timestamp
        answer.leaderEpoch = Self.leaderEpoch
    }

    /// OffsetForLeaderEpoch: where the records of an epoch end. There is one epoch.
    func offsetForLeaderEpoch(_ request: OffsetForLeaderEpochRequest) -> OffsetForLeaderEpochResponse {
        OffsetForLeaderEpochResponse(
            topics: request.topics.map { topic in
                .init(
                    topic: topic.topic,
                    partitions: topic.partitions.map { part in
                        var answer = OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult.EpochEndOffset(
                            partition: part.partition
                        )
                        do throws(ErrorCode) {
                            let log = try topics.log(TopicPartition(topic: topic.topic, partition: part.partition))
                            try checkLeaderEpoch(part.currentLeaderEpoch)
                            if part.leaderEpoch == Self.leaderEpoch {
                                answer.leaderEpoch = Self.leaderEpoch
                                answer.endOffset = log.highWatermark
                            }
                        } catch {
                            answer.errorCode = error.rawValue
                        }
                        return answer
                    }
                )
            }
        )
    }

    /// DeleteRecords: moves a log's start; -1 is its end.
    func deleteRecords(_ request: DeleteRecordsRequest) -> DeleteRecordsResponse {
        DeleteRecordsResponse(
            topics: request.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map { part in
                        var answer = DeleteRecordsResponse.DeleteRecordsTopicResult.DeleteRecordsPartitionResult(
                            partitionIndex: part.partitionIndex,
                            lowWatermark: -1
                        )
                        do throws(ErrorCode) {
                            guard !TopicName.isInternal(topic.name) else { throw .invalidTopic }
                            let log = try topics.log(TopicPartition(topic: topic.name, partition: part.partitionIndex))
                            answer.lowWatermark = try log.deleteRecords(before: part.offset)
                        } catch {
                            answer.errorCode = error.rawValue
                        }
                        return answer
                    }
                )
            }
        )
    }
}
