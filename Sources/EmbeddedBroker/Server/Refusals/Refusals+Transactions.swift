extension InitProducerIdRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> InitProducerIdResponse {
        InitProducerIdResponse(errorCode: error.rawValue, producerEpoch: -1)
    }
}

extension AddPartitionsToTxnRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> AddPartitionsToTxnResponse {
        AddPartitionsToTxnResponse(
            resultsByTopicV3AndBelow: v3AndBelowTopics.map { topic in
                .init(
                    name: topic.name,
                    resultsByPartition: topic.partitions.map {
                        .init(partitionIndex: $0, partitionErrorCode: error.rawValue)
                    }
                )
            }
        )
    }
}

extension AddOffsetsToTxnRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> AddOffsetsToTxnResponse {
        AddOffsetsToTxnResponse(errorCode: error.rawValue)
    }
}

extension TxnOffsetCommitRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> TxnOffsetCommitResponse {
        TxnOffsetCommitResponse(
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

extension EndTxnRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> EndTxnResponse {
        EndTxnResponse(errorCode: error.rawValue)
    }
}
