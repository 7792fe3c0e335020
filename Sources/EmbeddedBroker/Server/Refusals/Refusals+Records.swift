extension ProduceRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> ProduceResponse {
        ProduceResponse(
            responses: topicData.map { topic in
                .init(
                    name: topic.name,
                    partitionResponses: topic.partitionData.map {
                        .init(index: $0.index, errorCode: error.rawValue, baseOffset: -1)
                    }
                )
            }
        )
    }
}

extension FetchRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> FetchResponse {
        FetchResponse(
            responses: topics.map { topic in
                .init(
                    topic: topic.topic,
                    topicID: topic.topicID,
                    partitions: topic.partitions.map { .failed($0.partition, error) }
                )
            }
        )
    }
}

extension ListOffsetsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> ListOffsetsResponse {
        ListOffsetsResponse(
            topics: topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        .init(partitionIndex: $0.partitionIndex, errorCode: error.rawValue)
                    }
                )
            }
        )
    }
}

extension DeleteRecordsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> DeleteRecordsResponse {
        DeleteRecordsResponse(
            topics: topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        .init(partitionIndex: $0.partitionIndex, lowWatermark: -1, errorCode: error.rawValue)
                    }
                )
            }
        )
    }
}

extension OffsetForLeaderEpochRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> OffsetForLeaderEpochResponse {
        OffsetForLeaderEpochResponse(
            topics: topics.map { topic in
                .init(
                    topic: topic.topic,
                    partitions: topic.partitions.map { .init(errorCode: error.rawValue, partition: $0.partition) }
                )
            }
        )
    }
}
