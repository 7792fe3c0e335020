import NIOCore
import OrderedCollections

// The requests of administrators.

extension GroupCoordinator {
    /// What everyone may do with a group where nothing is forbidden: READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and
    /// ALTER_CONFIGS, one bit for each (Kafka: `AclEntry.supportedOperations`).
    private static let allOperations: Int32 = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11

    /// ListGroups.
    func listGroups(_ request: ListGroupsRequest) -> ListGroupsResponse {
        guard !isClosed else { return ListGroupsResponse(errorCode: ErrorCode.notCoordinator.rawValue) }
        let states = Set(request.statesFilter.map { $0.lowercased() })
        let types = Set(request.typesFilter.map { $0.lowercased() })
        guard types.isEmpty || types.contains("classic") else { return ListGroupsResponse() }
        let groups = entries.values.map(\.group)
            .filter { states.isEmpty || states.contains($0.state.rawValue.lowercased()) }
            .sorted { $0.id < $1.id }
        return ListGroupsResponse(
            groups: groups.map {
                .init(
                    groupID: $0.id,
                    protocolType: $0.protocolType ?? "",
                    groupState: $0.state.rawValue,
                    groupType: "classic"
                )
            }
        )
    }

    /// DescribeGroups.
    func describeGroups(_ request: DescribeGroupsRequest, version: Int16) -> DescribeGroupsResponse {
        DescribeGroupsResponse(
            groups: request.groups.map { id in
                guard !isClosed else { return .init(errorCode: ErrorCode.notCoordinator.rawValue, groupID: id) }
                guard let group = entries[id]?.group else { return missing(id, request, version: version) }
                let isStable = group.state == .stable
                return .init(
                    groupID: id,
                    groupState: group.state.rawValue,
                    protocolType: group.protocolType ?? "",
                    protocolData: isStable ? group.protocolName ?? "" : "",
                    members: group.members.values.map { member in
                        .init(
                            memberID: member.id,
                            groupInstanceID: member.instanceID,
                            clientID: member.client.clientID,
                            clientHost: member.client.clientHost,
                            memberMetadata: isStable ? member.metadata(for: group.protocolName) ?? .init() : .init(),
                            memberAssignment: member.assignment
                        )
                    },
                    authorizedOperations: request.includeAuthorizedOperations ? Self.allOperations : .min
                )
            }
        )
    }

    /// A group that is not there is dead; from version 6 on it is an error (KIP-1043).
    private func missing(
        _ id: String,
        _ request: DescribeGroupsRequest,
        version: Int16
    ) -> DescribeGroupsResponse.DescribedGroup {
        guard version >= 6 else {
            return .init(
                groupID: id,
                groupState: ClassicGroup.State.dead.rawValue,
                authorizedOperations: request.includeAuthorizedOperations ? Self.allOperations : .min
            )
        }
        return .init(
            errorCode: ErrorCode.groupIDNotFound.rawValue,
            errorMessage: "Group \(id) not found.",
            groupID: id,
            groupState: ClassicGroup.State.dead.rawValue
        )
    }

    /// DeleteGroups: groups without members, with their offsets.
    func deleteGroups(_ request: DeleteGroupsRequest) -> DeleteGroupsResponse {
        DeleteGroupsResponse(
            results: OrderedSet(request.groupsNames).map { .init(groupID: $0, errorCode: deleteGroup($0).rawValue) }
        )
    }

    private func deleteGroup(_ id: String) -> ErrorCode {
        guard !isClosed else { return .notCoordinator }
        guard let group = entries[id]?.group else { return .groupIDNotFound }
        guard group.state == .empty else { return .nonEmptyGroup }
        do throws(ErrorCode) {
            try appendTombstones(offsets.keys(of: id))
            try append([.group(id, nil)], transaction: nil)
        } catch {
            return error.asCoordinatorError
        }
        drop(id)
        return .none
    }
}
