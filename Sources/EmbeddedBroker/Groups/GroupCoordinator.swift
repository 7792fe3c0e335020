import Logging

/// Keeps the consumer groups of the broker and their committed offsets, as Kafka's group coordinator does for the classic
/// protocol. One method for each request; what has to wait for other members answers through `reply`, everything else at
/// once. Whatever an answer acknowledges is in the ``CoordinatorLog`` before.
final class GroupCoordinator {
    /// - Parameter partitionExists: offsets are only kept of partitions that are there.
    init(
        clock: BrokerClock,
        timers: BrokerTimers,
        log: any CoordinatorLog,
        configuration: GroupConfiguration = GroupConfiguration(),
        logger: Logger,
        partitionExists: @escaping (TopicPartition) -> Bool
    ) {}

    /// Takes up what the log holds. Called once, before the first request.
    func replay() throws(ErrorCode) {}

    /// Answers everyone who waits with NOT_COORDINATOR and takes no further request.
    func shutDown() {}

    // MARK: Members

    /// JoinGroup. `reply` is called once, maybe before this returns.
    func join(
        _ request: JoinGroupRequest,
        version: Int16,
        client: ClientIdentity,
        reply: @escaping (JoinGroupResponse) -> Void
    ) {
        reply(JoinGroupResponse(errorCode: ErrorCode.coordinatorLoadInProgress.rawValue, memberID: request.memberID))
    }

    /// SyncGroup. `reply` is called once, maybe before this returns.
    func sync(_ request: SyncGroupRequest, version: Int16, reply: @escaping (SyncGroupResponse) -> Void) {
        reply(SyncGroupResponse(errorCode: ErrorCode.coordinatorLoadInProgress.rawValue))
    }

    /// Heartbeat.
    func heartbeat(_ request: HeartbeatRequest) -> HeartbeatResponse {
        HeartbeatResponse()
    }

    /// LeaveGroup.
    func leave(_ request: LeaveGroupRequest, version: Int16) -> LeaveGroupResponse {
        LeaveGroupResponse(errorCode: ErrorCode.coordinatorLoadInProgress.rawValue)
    }

    // MARK: Offsets

    /// OffsetCommit.
    func commitOffsets(_ request: OffsetCommitRequest, version: Int16) -> OffsetCommitResponse {
        request.answer(.coordinatorLoadInProgress)
    }

    /// TxnOffsetCommit. That the offsets' partition is part of the producer's transaction is the caller's to check.
    func commitTransactionalOffsets(_ request: TxnOffsetCommitRequest) -> TxnOffsetCommitResponse {
        request.answer(.coordinatorLoadInProgress)
    }

    /// OffsetFetch.
    func fetchOffsets(_ request: OffsetFetchRequest, version: Int16) -> OffsetFetchResponse {
        OffsetFetchResponse(errorCode: ErrorCode.coordinatorLoadInProgress.rawValue)
    }

    /// OffsetDelete.
    func deleteOffsets(_ request: OffsetDeleteRequest) -> OffsetDeleteResponse {
        OffsetDeleteResponse(errorCode: ErrorCode.coordinatorLoadInProgress.rawValue)
    }

    /// A marker of this producer was written to the offsets' partition: its pending offsets become valid or vanish.
    func transactionCompleted(producerID: Int64, committed: Bool) {}

    /// Forgets the offsets of topics that are no more.
    func topicsDeleted(_ topics: [String]) {}

    // MARK: Administration

    /// ListGroups.
    func listGroups(_ request: ListGroupsRequest) -> ListGroupsResponse {
        ListGroupsResponse(errorCode: ErrorCode.coordinatorLoadInProgress.rawValue)
    }

    /// DescribeGroups.
    func describeGroups(_ request: DescribeGroupsRequest, version: Int16) -> DescribeGroupsResponse {
        DescribeGroupsResponse(
            groups: request.groups.map { .init(errorCode: ErrorCode.coordinatorLoadInProgress.rawValue, groupID: $0) }
        )
    }

    /// DeleteGroups.
    func deleteGroups(_ request: DeleteGroupsRequest) -> DeleteGroupsResponse {
        DeleteGroupsResponse(
            results: request.groupsNames.map {
                .init(groupID: $0, errorCode: ErrorCode.coordinatorLoadInProgress.rawValue)
            }
        )
    }
}
