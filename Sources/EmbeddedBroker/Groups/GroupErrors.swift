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
