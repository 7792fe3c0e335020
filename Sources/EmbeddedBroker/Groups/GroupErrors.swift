// Answers that say the same error about everything a request asked for.

extension OffsetCommitRequest {
    func answer(_ error: ErrorCode) -> OffsetCommitResponse {
        var response = OffsetCommitResponse()
        response.topics = topics.map { topic in
            .init(
                name: topic.name,
                partitions: topic.partitions.map { .init(partitionIndex: $0.partitionIndex, errorCode: error.rawValue) }
            )
        }
        return response
    }
}

extension TxnOffsetCommitRequest {
    func answer(_ error: ErrorCode) -> TxnOffsetCommitResponse {
        var response = TxnOffsetCommitResponse()
        response.topics = topics.map { topic in
            .init(
                name: topic.name,
                partitions: topic.partitions.map { .init(partitionIndex: $0.partitionIndex, errorCode: error.rawValue) }
            )
        }
        return response
    }
}

extension ErrorCode {
    /// What a client is told when a group's record could not be written (Kafka: `appendGroupMetadataErrorToResponseError`
    /// and `CoordinatorOperationExceptionHelper`): errors upon which it looks for the coordinator again and comes back.
    var asCoordinatorError: ErrorCode {
        switch self {
        case .unknownTopicOrPartition, .notEnoughReplicas, .requestTimedOut: .coordinatorNotAvailable
        case .notLeaderOrFollower, .kafkaStorageError: .notCoordinator
        case .messageTooLarge, .recordListTooLarge: .unknownServerError
        default: self
        }
    }

    /// The same for an OffsetCommit or TxnOffsetCommit, where a batch that is too large has a code of its own.
    var asOffsetCommitError: ErrorCode {
        switch self {
        case .messageTooLarge, .recordListTooLarge: .invalidCommitOffsetSize
        default: asCoordinatorError
        }
    }
}
