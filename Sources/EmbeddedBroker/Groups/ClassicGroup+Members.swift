import NIOCore
import OrderedCollections

// What members do in between: fetch their assignment, show that they are alive, leave.

extension ClassicGroup {
    /// A member asks for its assignment; the leader brings everyone's.
    mutating func sync(_ sync: GroupSync, now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        let refusal = refusal(of: sync)
        guard refusal == .none, let member = members[sync.memberID] else {
            return [.answerSync(sync.ticket, .failed(refusal == .none ? .unknownMemberID : refusal))]
        }
        pendingSyncs.remove(sync.memberID)
        if pendingSyncs.isEmpty { actions.append(.cancel(.sync)) }
        if state == .stable {
            actions.append(.answerSync(sync.ticket, synced(member)))
            actions.append(heartbeatTimer(member))
            return actions
        }
        if let superseded = member.waitingSync {
            actions.append(.answerSync(superseded, .failed(.rebalanceInProgress)))
        }
        members[sync.memberID]?.waitingSync = sync.ticket
        if leader == sync.memberID {
            let assignments = sync.assignments.filter { members[$0.key] != nil }
            pendingStore = .assignments(assignments)
            actions.append(.store(storedValue(assignments: assignments)))
        }
        return actions
    }

    private func refusal(of sync: GroupSync) -> ErrorCode {
        guard state != .dead else { return .coordinatorNotAvailable }
        guard state != .empty else { return .unknownMemberID }
        let refusal = check(memberID: sync.memberID, instanceID: sync.instanceID)
        guard refusal == .none else { return refusal }
        guard sync.generation == generation else { return .illegalGeneration }
        if let type = sync.protocolType, let protocolType, type != protocolType { return .inconsistentGroupProtocol }
        if let name = sync.protocolName, let protocolName, name != protocolName { return .inconsistentGroupProtocol }
        return state == .preparingRebalance ? .rebalanceInProgress : .none
    }

    /// The time for fetching assignments is over: who has not done so is gone.
    mutating func syncTimedOut(now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        guard state == .completingRebalance || state == .stable, !pendingSyncs.isEmpty else { return actions }
        let gone = members.keys.filter { pendingSyncs.contains($0) }
        for memberID in gone { remove(memberID, into: &actions) }
        prepareRebalance(
            because: "no sync came from \(gone.joined(separator: ", "))",
            now: now,
            into: &actions
        )
        return actions
    }

    /// A member shows that it is alive.
    func heartbeat(memberID: String, instanceID: String?, generation: Int32) -> (ErrorCode, [GroupAction]) {
        guard state != .dead else { return (.coordinatorNotAvailable, []) }
        let refusal = check(memberID: memberID, instanceID: instanceID)
        guard refusal == .none, let member = members[memberID] else { return (refusal, []) }
        guard generation == self.generation else { return (.illegalGeneration, []) }
        switch state {
        case .empty, .dead: return (.unknownMemberID, [])
        case .preparingRebalance: return (.rebalanceInProgress, [heartbeatTimer(member)])
        case .completingRebalance, .stable: return (.none, [heartbeatTimer(member)])
        }
    }

    /// A member's session is over, or it has taken too long to come in.
    mutating func memberTimedOut(_ memberID: String, now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        if pendingMembers.contains(memberID) {
            remove(memberID, into: &actions)
            if state == .preparingRebalance, everyoneHasJoined { completeJoin(now: now, into: &actions) }
            return actions
        }
        guard let member = members[memberID], !member.isExcusedFromHeartbeats else { return actions }
        actions.append(.note("member \(memberID) has not been heard of and is removed"))
        remove(memberID, into: &actions)
        if state == .stable || state == .completingRebalance {
            rebalanceOrComplete(because: "member \(memberID) is gone", now: now, into: &actions)
        } else if state == .preparingRebalance, everyoneHasJoined {
            completeJoin(now: now, into: &actions)
        }
        return actions
    }

    /// Members go, or an administrator sends them away by their instance ids. One code for each, in order.
    mutating func leave(
        _ leaving: [LeaveGroupRequest.MemberIdentity],
        now: Int64
    ) -> (errors: [ErrorCode], actions: [GroupAction]) {
        var actions: [GroupAction] = []
        guard state != .dead else { return (leaving.map { _ in .coordinatorNotAvailable }, actions) }
        let errors = leaving.map { leave($0, into: &actions) }
        guard errors.contains(.none) else { return (errors, actions) }
        switch state {
        case .stable, .completingRebalance:
            let reason = leaving.first { $0.reason?.isEmpty == false }?.reason.map { "; client: \($0)" } ?? ""
            rebalanceOrComplete(because: "members left\(reason)", now: now, into: &actions)
        case .preparingRebalance:
            completeJoinIfEveryoneIsThere(now: now, into: &actions)
        case .empty, .dead:
            break
        }
        return (errors, actions)
    }

    private mutating func leave(
        _ leaving: LeaveGroupRequest.MemberIdentity,
        into actions: inout [GroupAction]
    ) -> ErrorCode {
        if leaving.memberID.isEmpty {
            guard let instance = leaving.groupInstanceID, let memberID = staticMembers[instance] else {
                return .unknownMemberID
            }
            remove(memberID, into: &actions)
            return .none
        }
        if pendingMembers.contains(leaving.memberID) {
            remove(leaving.memberID, into: &actions)
            return .none
        }
        let refusal = check(memberID: leaving.memberID, instanceID: leaving.groupInstanceID)
        guard refusal == .none else { return refusal }
        remove(leaving.memberID, into: &actions)
        return .none
    }

    /// Whether a commit of offsets may go on, and what follows from it (Kafka: `ClassicGroup.validateOffsetCommit`).
    func commit(
        memberID: String,
        instanceID: String?,
        generation: Int32,
        isTransactional: Bool
    ) -> (ErrorCode, [GroupAction]) {
        guard state != .dead else { return (.coordinatorNotAvailable, []) }
        // An administrator, or a consumer that assigns partitions to itself.
        if generation < 0, state == .empty { return (.none, []) }
        if generation >= 0 || !memberID.isEmpty || instanceID != nil {
            let refusal = check(memberID: memberID, instanceID: instanceID)
            guard refusal == .none else { return (refusal, []) }
            guard generation == self.generation else { return (.illegalGeneration, []) }
        } else if !isTransactional, state != .empty {
            return (.unknownMemberID, [])
        }
        guard !isTransactional else { return (.none, []) }
        guard state != .completingRebalance else { return (.rebalanceInProgress, []) }
        guard let member = members[memberID] else { return (.none, []) }
        return (.none, [heartbeatTimer(member)])
    }

    /// The group was read from the log: its members go on, if they are still there.
    mutating func resumed(now: Int64) -> [GroupAction] {
        var actions = members.values.map { heartbeatTimer($0) }
        if members.count > configuration.maxSize {
            prepareRebalance(because: "it has more members than it may", now: now, into: &actions)
        }
        return actions
    }

    /// The broker goes: whoever waits is sent to look for the coordinator again.
    mutating func closed(now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = [.cancel(.join), .cancel(.sync)]
        for memberID in pendingMembers { actions.append(.cancel(.member(memberID))) }
        for member in members.values {
            actions.append(.cancel(.member(member.id)))
            if let ticket = member.waitingJoin {
                actions.append(.answerJoin(ticket, .failed(.notCoordinator, memberID: member.id)))
            }
            if let ticket = member.waitingSync { actions.append(.answerSync(ticket, .failed(.notCoordinator))) }
            members[member.id]?.waitingJoin = nil
            members[member.id]?.waitingSync = nil
        }
        transition(to: .dead, now: now)
        return actions
    }
}
