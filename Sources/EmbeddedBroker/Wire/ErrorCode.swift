/// An error as an answer carries it (Kafka protocol guide, "Error Codes").
public struct ErrorCode: RawRepresentable, Error, Hashable, Sendable {
    /// The number on the wire; 0 is success.
    public let rawValue: Int16

    /// Any code.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// UNKNOWN_SERVER_ERROR.
    public static let unknownServerError = ErrorCode(rawValue: -1)

    /// NONE.
    public static let none = ErrorCode(rawValue: 0)

    /// OFFSET_OUT_OF_RANGE.
    public static let offsetOutOfRange = ErrorCode(rawValue: 1)

    /// CORRUPT_MESSAGE.
    public static let corruptMessage = ErrorCode(rawValue: 2)

    /// UNKNOWN_TOPIC_OR_PARTITION.
    public static let unknownTopicOrPartition = ErrorCode(rawValue: 3)

    /// LEADER_NOT_AVAILABLE.
    public static let leaderNotAvailable = ErrorCode(rawValue: 5)

    /// NOT_LEADER_OR_FOLLOWER.
    public static let notLeaderOrFollower = ErrorCode(rawValue: 6)

    /// REQUEST_TIMED_OUT.
    public static let requestTimedOut = ErrorCode(rawValue: 7)

    /// MESSAGE_TOO_LARGE.
    public static let messageTooLarge = ErrorCode(rawValue: 10)

    /// OFFSET_METADATA_TOO_LARGE.
    public static let offsetMetadataTooLarge = ErrorCode(rawValue: 12)

    /// NETWORK_EXCEPTION.
    public static let networkException = ErrorCode(rawValue: 13)

    /// COORDINATOR_LOAD_IN_PROGRESS.
    public static let coordinatorLoadInProgress = ErrorCode(rawValue: 14)

    /// COORDINATOR_NOT_AVAILABLE.
    public static let coordinatorNotAvailable = ErrorCode(rawValue: 15)

    /// NOT_COORDINATOR.
    public static let notCoordinator = ErrorCode(rawValue: 16)

    /// INVALID_TOPIC.
    public static let invalidTopic = ErrorCode(rawValue: 17)

    /// RECORD_LIST_TOO_LARGE.
    public static let recordListTooLarge = ErrorCode(rawValue: 18)

    /// NOT_ENOUGH_REPLICAS.
    public static let notEnoughReplicas = ErrorCode(rawValue: 19)

    /// INVALID_REQUIRED_ACKS.
    public static let invalidRequiredAcks = ErrorCode(rawValue: 21)

    /// ILLEGAL_GENERATION.
    public static let illegalGeneration = ErrorCode(rawValue: 22)

    /// INCONSISTENT_GROUP_PROTOCOL.
    public static let inconsistentGroupProtocol = ErrorCode(rawValue: 23)

    /// INVALID_GROUP_ID.
    public static let invalidGroupID = ErrorCode(rawValue: 24)

    /// UNKNOWN_MEMBER_ID.
    public static let unknownMemberID = ErrorCode(rawValue: 25)

    /// INVALID_SESSION_TIMEOUT.
    public static let invalidSessionTimeout = ErrorCode(rawValue: 26)

    /// REBALANCE_IN_PROGRESS.
    public static let rebalanceInProgress = ErrorCode(rawValue: 27)

    /// INVALID_COMMIT_OFFSET_SIZE.
    public static let invalidCommitOffsetSize = ErrorCode(rawValue: 28)

    /// TOPIC_AUTHORIZATION_FAILED.
    public static let topicAuthorizationFailed = ErrorCode(rawValue: 29)

    /// GROUP_AUTHORIZATION_FAILED.
    public static let groupAuthorizationFailed = ErrorCode(rawValue: 30)

    /// CLUSTER_AUTHORIZATION_FAILED.
    public static let clusterAuthorizationFailed = ErrorCode(rawValue: 31)

    /// INVALID_TIMESTAMP.
    public static let invalidTimestamp = ErrorCode(rawValue: 32)

    /// UNSUPPORTED_SASL_MECHANISM.
    public static let unsupportedSASLMechanism = ErrorCode(rawValue: 33)

    /// ILLEGAL_SASL_STATE.
    public static let illegalSASLState = ErrorCode(rawValue: 34)

    /// UNSUPPORTED_VERSION.
    public static let unsupportedVersion = ErrorCode(rawValue: 35)

    /// TOPIC_ALREADY_EXISTS.
    public static let topicAlreadyExists = ErrorCode(rawValue: 36)

    /// INVALID_PARTITIONS.
    public static let invalidPartitions = ErrorCode(rawValue: 37)

    /// INVALID_REPLICATION_FACTOR.
    public static let invalidReplicationFactor = ErrorCode(rawValue: 38)

    /// INVALID_REPLICA_ASSIGNMENT.
    public static let invalidReplicaAssignment = ErrorCode(rawValue: 39)

    /// INVALID_CONFIG.
    public static let invalidConfig = ErrorCode(rawValue: 40)

    /// INVALID_REQUEST.
    public static let invalidRequest = ErrorCode(rawValue: 42)

    /// UNSUPPORTED_FOR_MESSAGE_FORMAT.
    public static let unsupportedForMessageFormat = ErrorCode(rawValue: 43)

    /// POLICY_VIOLATION.
    public static let policyViolation = ErrorCode(rawValue: 44)

    /// OUT_OF_ORDER_SEQUENCE_NUMBER.
    public static let outOfOrderSequenceNumber = ErrorCode(rawValue: 45)

    /// DUPLICATE_SEQUENCE_NUMBER.
    public static let duplicateSequenceNumber = ErrorCode(rawValue: 46)

    /// INVALID_PRODUCER_EPOCH.
    public static let invalidProducerEpoch = ErrorCode(rawValue: 47)

    /// INVALID_TXN_STATE.
    public static let invalidTxnState = ErrorCode(rawValue: 48)

    /// INVALID_PRODUCER_ID_MAPPING.
    public static let invalidProducerIDMapping = ErrorCode(rawValue: 49)

    /// INVALID_TRANSACTION_TIMEOUT.
    public static let invalidTransactionTimeout = ErrorCode(rawValue: 50)

    /// CONCURRENT_TRANSACTIONS.
    public static let concurrentTransactions = ErrorCode(rawValue: 51)

    /// TRANSACTION_COORDINATOR_FENCED.
    public static let transactionCoordinatorFenced = ErrorCode(rawValue: 52)

    /// TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
    public static let transactionalIDAuthorizationFailed = ErrorCode(rawValue: 53)

    /// OPERATION_NOT_ATTEMPTED.
    public static let operationNotAttempted = ErrorCode(rawValue: 55)

    /// KAFKA_STORAGE_ERROR.
    public static let kafkaStorageError = ErrorCode(rawValue: 56)

    /// SASL_AUTHENTICATION_FAILED.
    public static let saslAuthenticationFailed = ErrorCode(rawValue: 58)

    /// UNKNOWN_PRODUCER_ID.
    public static let unknownProducerID = ErrorCode(rawValue: 59)

    /// NON_EMPTY_GROUP.
    public static let nonEmptyGroup = ErrorCode(rawValue: 68)

    /// GROUP_ID_NOT_FOUND.
    public static let groupIDNotFound = ErrorCode(rawValue: 69)

    /// FETCH_SESSION_ID_NOT_FOUND.
    public static let fetchSessionIDNotFound = ErrorCode(rawValue: 70)

    /// INVALID_FETCH_SESSION_EPOCH.
    public static let invalidFetchSessionEpoch = ErrorCode(rawValue: 71)

    /// FENCED_LEADER_EPOCH.
    public static let fencedLeaderEpoch = ErrorCode(rawValue: 74)

    /// UNKNOWN_LEADER_EPOCH.
    public static let unknownLeaderEpoch = ErrorCode(rawValue: 75)

    /// UNSUPPORTED_COMPRESSION_TYPE.
    public static let unsupportedCompressionType = ErrorCode(rawValue: 76)

    /// MEMBER_ID_REQUIRED.
    public static let memberIDRequired = ErrorCode(rawValue: 79)

    /// GROUP_MAX_SIZE_REACHED.
    public static let groupMaxSizeReached = ErrorCode(rawValue: 81)

    /// FENCED_INSTANCE_ID.
    public static let fencedInstanceID = ErrorCode(rawValue: 82)

    /// GROUP_SUBSCRIBED_TO_TOPIC.
    public static let groupSubscribedToTopic = ErrorCode(rawValue: 86)

    /// INVALID_RECORD.
    public static let invalidRecord = ErrorCode(rawValue: 87)

    /// UNSTABLE_OFFSET_COMMIT.
    public static let unstableOffsetCommit = ErrorCode(rawValue: 88)

    /// PRODUCER_FENCED.
    public static let producerFenced = ErrorCode(rawValue: 90)

    /// UNKNOWN_TOPIC_ID.
    public static let unknownTopicID = ErrorCode(rawValue: 100)

    /// UNSUPPORTED_ENDPOINT_TYPE.
    public static let unsupportedEndpointType = ErrorCode(rawValue: 115)

    /// TRANSACTION_ABORTABLE.
    public static let transactionAbortable = ErrorCode(rawValue: 120)
}
