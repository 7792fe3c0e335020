import NIOCore

// The requests of members.

extension GroupCoordinator {
    /// JoinGroup. `reply` is called once, maybe before this returns.
    func join(
        _ request: JoinGroupRequest,
        version: Int16,
        client: ClientIdentity,
        reply: @escaping (JoinGroupResponse) -> Void
    ) {
        let answer = { (response: JoinGroupResponse) in reply(response.adapted(to: version)) }
        if let refusal = refusal(of: request) {
            return answer(.failed(refusal, memberID: request.memberID))
        }
        let isNew = entries[request.groupID] == nil
        guard !isNew || request.memberID.isEmpty else {
            return answer(.failed(.unknownMemberID, memberID: request.memberID))
        }
        let entry = ensureGroup(request.groupID)
        let join = GroupJoin(
            ticket: ticket(answer),
            memberID: request.memberID,
            newMemberID: "\(request.groupInstanceID ?? client.clientID)-\(Self.newUUID())",
            instanceID: request.groupInstanceID,
            client: client,
            sessionTimeoutMs: request.sessionTimeoutMs,
            // Version 0 has one time for both.
            rebalanceTimeoutMs: version == 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
            protocolType: request.protocolType,
            protocols: request.uniqueProtocols,
            requiresMemberID: version >= 4,
            knowsSkipAssignment: version >= 9,
            reason: request.reason
        )
        let actions = entry.group.join(join, now: clock.wall)
        // Whoever is refused leaves no group behind.
        if isNew, entry.group.state == .empty, entry.group.pendingMembers.isEmpty { drop(request.groupID) }
        perform(actions, on: entry)
    }

    private func refusal(of request: JoinGroupRequest) -> ErrorCode? {
        if isClosed { return .notCoordinator }
        if request.groupID.isEmpty { return .invalidGroupID }
        guard request.sessionTimeoutMs >= configuration.minSessionTimeoutMs,
            request.sessionTimeoutMs <= configuration.maxSessionTimeoutMs
        else { return .invalidSessionTimeout }
        return nil
    }

    /// A random UUID in the form that everybody knows.
    private static func newUUID() -> String {
        let id = UUID128.random()
        let digits = Array([id.high, id.low].map { ("000000000000000" + String($0, radix: 16)).suffix(16) }.joined())
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    /// SyncGroup. `reply` is called once, maybe before this returns.
    func sync(_ request: SyncGroupRequest, version: Int16, reply: @escaping (SyncGroupResponse) -> Void) {
        guard !isClosed else { return reply(.failed(.notCoordinator)) }
        // From version 5 on both have to be told (KIP-559).
        guard version < 5 || (request.protocolType != nil && request.protocolName != nil) else {
            return reply(.failed(.inconsistentGroupProtocol))
        }
        guard !request.groupID.isEmpty else { return reply(.failed(.invalidGroupID)) }
        guard let entry = entries[request.groupID] else { return reply(.failed(.unknownMemberID)) }
        var assignments: [String: ByteBuffer] = [:]
        for item in request.assignments { assignments[item.memberID] = item.assignment.ownCopy }
        let sync = GroupSync(
            ticket: ticket(reply),
            memberID: request.memberID,
            instanceID: request.groupInstanceID,
            generation: request.generationID,
            protocolType: request.protocolType,
            protocolName: request.protocolName,
            assignments: assignments
        )
        perform(entry.group.sync(sync, now: clock.wall), on: entry)
    }

    /// Heartbeat.
    func heartbeat(_ request: HeartbeatRequest) -> HeartbeatResponse {
        HeartbeatResponse(errorCode: takeHeartbeat(request).rawValue)
    }

    private func takeHeartbeat(_ request: HeartbeatRequest) -> ErrorCode {
        guard !isClosed else { return .notCoordinator }
        guard !request.groupID.isEmpty else { return .invalidGroupID }
        guard let entry = entries[request.groupID] else { return .unknownMemberID }
        let (error, actions) = entry.group.heartbeat(
            memberID: request.memberID,
            instanceID: request.groupInstanceID,
            generation: request.generationID
        )
        perform(actions, on: entry)
        return error
    }

    /// LeaveGroup.
    func leave(_ request: LeaveGroupRequest, version: Int16) -> LeaveGroupResponse {
        guard !isClosed else { return LeaveGroupResponse(errorCode: ErrorCode.notCoordinator.rawValue) }
        guard !request.groupID.isEmpty else { return LeaveGroupResponse(errorCode: ErrorCode.invalidGroupID.rawValue) }
        // Before version 3 a request is about one member.
        let leaving = version < 3 ? [LeaveGroupRequest.MemberIdentity(memberID: request.memberID)] : request.members
        var errors = leaving.map { _ in ErrorCode.unknownMemberID }
        if let entry = entries[request.groupID] {
            let outcome = entry.group.leave(leaving, now: clock.wall)
            errors = outcome.errors
            perform(outcome.actions, on: entry)
        }
        guard version >= 3 else {
            return LeaveGroupResponse(errorCode: errors.first?.rawValue ?? ErrorCode.none.rawValue)
        }
        return LeaveGroupResponse(
            members: zip(leaving, errors).map { member, error in
                .init(memberID: member.memberID, groupInstanceID: member.groupInstanceID, errorCode: error.rawValue)
            }
        )
    }
}

extension JoinGroupRequest {
    /// The protocols without those whose name came before.
    var uniqueProtocols: [GroupProtocol] {
        var names: Set<String> = []
        return protocols.filter { names.insert($0.name).inserted }
            .map { GroupProtocol(name: $0.name, metadata: $0.metadata.ownCopy) }
    }
}

extension JoinGroupResponse {
    /// Version 7 made "no protocol" a null, which was an empty string before.
    func adapted(to version: Int16) -> JoinGroupResponse {
        var response = self
        if version < 7 {
            response.protocolName = protocolName ?? ""
        } else if protocolName == "" {
            response.protocolName = nil
        }
        return response
    }
}
