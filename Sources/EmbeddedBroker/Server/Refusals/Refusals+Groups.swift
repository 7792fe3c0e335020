extension JoinGroupRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> JoinGroupResponse {
        JoinGroupResponse(errorCode: error.rawValue, memberID: memberID)
    }
}

extension SyncGroupRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> SyncGroupResponse {
        SyncGroupResponse(errorCode: error.rawValue)
    }
}

extension HeartbeatRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> HeartbeatResponse {
        HeartbeatResponse(errorCode: error.rawValue)
    }
}

extension LeaveGroupRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> LeaveGroupResponse {
        LeaveGroupResponse(errorCode: error.rawValue)
    }
}

extension OffsetCommitRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> OffsetCommitResponse {
        OffsetCommitResponse(
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

extension OffsetFetchRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> OffsetFetchResponse {
        // Version 1 has no place for the request's error: it is said for each partition.
        OffsetFetchResponse(
            topics: (topics ?? []).map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitionIndexes.map {
                        .init(partitionIndex: $0, committedOffset: -1, errorCode: error.rawValue)
                    }
                )
            },
            errorCode: error.rawValue,
            groups: groups.map { .init(groupID: $0.groupID, errorCode: error.rawValue) }
        )
    }
}

extension OffsetDeleteRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> OffsetDeleteResponse {
        OffsetDeleteResponse(errorCode: error.rawValue)
    }
}

extension ListGroupsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> ListGroupsResponse {
        ListGroupsResponse(errorCode: error.rawValue)
    }
}

extension DescribeGroupsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> DescribeGroupsResponse {
        DescribeGroupsResponse(groups: groups.map { .init(errorCode: error.rawValue, groupID: $0) })
    }
}

extension DeleteGroupsRequest: RefusableRequest {
    func refused(_ error: ErrorCode) -> DeleteGroupsResponse {
        DeleteGroupsResponse(results: groupsNames.map { .init(groupID: $0, errorCode: error.rawValue) })
    }
}
