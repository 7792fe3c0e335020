import OrderedCollections

// How members come in (Kafka: `classicGroupJoinToClassicGroup` and what it calls).

extension ClassicGroup {
    /// A member wants to be part of the next generation. Its answer is among the actions of this event or of a later one.
    mutating func join(_ join: GroupJoin, now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        let isUnknown = join.memberID.isEmpty
        if state == .dead {
            refuse(join, .coordinatorNotAvailable, memberID: join.memberID, into: &actions)
        } else if !hasRoom(for: join.memberID) {
            if !isUnknown { remove(join.memberID, into: &actions) }
            refuse(join, .groupMaxSizeReached, memberID: "", into: &actions)
        } else if !supports(protocolType: join.protocolType, protocols: join.protocols) {
            refuse(join, .inconsistentGroupProtocol, memberID: join.memberID, into: &actions)
        } else if !isUnknown {
            joinKnown(join, now: now, into: &actions)
        } else if let instance = join.instanceID {
            if let oldID = staticMembers[instance] {
                replaceStaticMember(oldID, with: join, now: now, into: &actions)
            } else {
                add(join, as: join.newMemberID, now: now, into: &actions)
            }
        } else if join.requiresMemberID {
            pendingMembers.insert(join.newMemberID)
            actions.append(.schedule(.member(join.newMemberID), afterMs: Int64(join.sessionTimeoutMs)))
            refuse(join, .memberIDRequired, memberID: join.newMemberID, into: &actions)
        } else {
            add(join, as: join.newMemberID, now: now, into: &actions)
        }
        return actions
    }

    /// Whether one more may come in. While members join, those count who have joined already: the last to come stay out.
    private func hasRoom(for memberID: String) -> Bool {
        switch state {
        case .empty, .dead:
            true
        case .preparingRebalance:
            members[memberID]?.waitingJoin != nil
                || members.values.count { $0.waitingJoin != nil } < configuration.maxSize
        case .completingRebalance, .stable:
            members[memberID] != nil || members.count < configuration.maxSize
        }
    }

    private func refuse(_ join: GroupJoin, _ error: ErrorCode, memberID: String, into actions: inout [GroupAction]) {
        actions.append(.answerJoin(join.ticket, .failed(error, memberID: memberID)))
    }

    private mutating func joinKnown(_ join: GroupJoin, now: Int64, into actions: inout [GroupAction]) {
        let memberID = join.memberID
        if pendingMembers.contains(memberID) {
            // Ids are only given out to dynamic members.
            guard join.instanceID == nil else {
                return refuse(join, .unknownServerError, memberID: "", into: &actions)
            }
            return add(join, as: memberID, now: now, into: &actions)
        }
        let refusal = check(memberID: memberID, instanceID: join.instanceID)
        guard refusal == .none, let member = members[memberID] else {
            return refuse(join, refusal, memberID: memberID, into: &actions)
        }
        let hasChanged = member.protocols != join.protocols
        switch state {
        case .preparingRebalance:
            rejoin(join, because: "member \(memberID) joins", now: now, into: &actions)
        case .completingRebalance where hasChanged:
            rejoin(join, because: "member \(memberID) has changed", now: now, into: &actions)
        case .stable where leader == memberID:
            // What the leader sees may have changed although it says the same of itself: topics, for example.
            rejoin(join, because: "leader \(memberID) joins again", now: now, into: &actions)
        case .stable where hasChanged:
            rejoin(join, because: "member \(memberID) has changed", now: now, into: &actions)
        case .completingRebalance, .stable:
            // Most likely the answer to its first request was lost.
            let isAssigning = state == .completingRebalance && leader == memberID
            actions.append(.answerJoin(join.ticket, joined(memberID, members: isAssigning ? memberList : [])))
        case .empty, .dead:
            refuse(join, .unknownMemberID, memberID: memberID, into: &actions)
        }
    }

    /// The answer to a member of the present generation.
    func joined(
        _ memberID: String,
        leader: String? = nil,
        skipAssignment: Bool = false,
        members: [JoinGroupResponse.JoinGroupResponseMember]
    ) -> JoinGroupResponse {
        JoinGroupResponse(
            generationID: generation,
            protocolType: protocolType,
            protocolName: protocolName,
            leader: leader ?? self.leader ?? "",
            skipAssignment: skipAssignment,
            memberID: memberID,
            members: members
        )
    }

    private mutating func add(_ join: GroupJoin, as memberID: String, now: Int64, into actions: inout [GroupAction]) {
        if members.isEmpty { protocolType = join.protocolType }
        if state == .preparingRebalance, previousState == .empty { hasNewMember = true }
        insert(
            GroupMember(
                id: memberID,
                instanceID: join.instanceID,
                client: join.client,
                rebalanceTimeoutMs: join.rebalanceTimeoutMs,
                sessionTimeoutMs: join.sessionTimeoutMs,
                protocols: join.protocols,
                isNew: true,
                waitingJoin: join.ticket
            )
        )
        // It sends no heartbeats while it waits; should its client be gone, it must not hold up the others for ever.
        actions.append(.schedule(.member(memberID), afterMs: Int64(configuration.newMemberJoinTimeoutMs)))
        rebalanceOrComplete(because: "member \(memberID) is new\(join.saidReason)", now: now, into: &actions)
    }

    private mutating func rejoin(
        _ join: GroupJoin,
        because reason: String,
        now: Int64,
        into actions: inout [GroupAction]
    ) {
        update(join.memberID, with: join, into: &actions)
        rebalanceOrComplete(because: reason + join.saidReason, now: now, into: &actions)
    }

    /// A static member that has lost its id, by a restart of its client most likely, takes the place it had (KIP-345).
    private mutating func replaceStaticMember(
        _ oldID: String,
        with join: GroupJoin,
        now: Int64,
        into actions: inout [GroupAction]
    ) {
        let previous = self
        guard let old = members.removeValue(forKey: oldID) else {
            return refuse(join, .unknownMemberID, memberID: "", into: &actions)
        }
        // Whoever waits under the old id is a double.
        if let ticket = old.waitingJoin {
            actions.append(.answerJoin(ticket, .failed(.fencedInstanceID, memberID: oldID)))
        }
        if let ticket = old.waitingSync { actions.append(.answerSync(ticket, .failed(.fencedInstanceID))) }
        let newID = join.newMemberID
        members[newID] = old.renamed(to: newID)
        if leader == oldID { leader = newID }
        if let instance = old.instanceID { staticMembers[instance] = newID }
        if pendingSyncs.remove(oldID) != nil { pendingSyncs.insert(newID) }
        update(newID, with: join, into: &actions)
        actions.append(.cancel(.member(oldID)))
        actions.append(.schedule(.member(newID), afterMs: Int64(join.sessionTimeoutMs)))

        switch state {
        case .stable where selectProtocol() == protocolName:
            // Nothing changes for the others, so nobody needs to join again; only the id is written down.
            pendingStore = .staticMember(previous: previous, join: join)
            actions.append(.store(storedValue()))
        case .stable:
            rebalanceOrComplete(
                because: "static member \(newID) changes the protocol\(join.saidReason)",
                now: now,
                into: &actions
            )
        case .completingRebalance:
            // The leader may be assigning to the old id already.
            prepareRebalance(
                because: "static member \(newID) came back\(join.saidReason)",
                now: now,
                into: &actions
            )
        case .preparingRebalance, .empty, .dead:
            completeJoinIfEveryoneIsThere(now: now, into: &actions)
        }
    }

    /// The id of a static member that came back was written down, or could not be.
    mutating func staticMemberStored(
        _ error: ErrorCode,
        previous: ClassicGroup,
        join: GroupJoin,
        into actions: inout [GroupAction]
    ) {
        let memberID = join.newMemberID
        guard error == .none else {
            self = previous
            actions.append(.cancel(.member(memberID)))
            if let instance = join.instanceID, let oldID = staticMembers[instance], let old = members[oldID] {
                actions.append(heartbeatTimer(old))
            }
            var refusal = joined("", members: [])
            refusal.errorCode = error.asCoordinatorError.rawValue
            actions.append(.answerJoin(join.ticket, refusal))
            return
        }
        members[memberID]?.waitingJoin = nil
        let isLeader = leader == memberID
        let answer: JoinGroupResponse
        if join.knowsSkipAssignment {
            answer = joined(memberID, skipAssignment: isLeader, members: isLeader ? memberList : [])
        } else {
            // Told that it leads, an older client would assign, which nobody asks for now: it is told the old id.
            answer = joined(memberID, leader: previous.leader, members: [])
        }
        actions.append(.answerJoin(join.ticket, answer))
    }
}

extension GroupJoin {
    /// The client's reason, to be added to ours.
    var saidReason: String {
        guard let reason, !reason.isEmpty else { return "" }
        return "; client: \(reason)"
    }
}
