import NIOCore
import OrderedCollections

// How one generation follows another (Kafka: `prepareRebalance`, `completeClassicGroupJoin`).

extension ClassicGroup {
    mutating func rebalanceOrComplete(because reason: String, now: Int64, into actions: inout [GroupAction]) {
        if canRebalance {
            prepareRebalance(because: reason, now: now, into: &actions)
        } else {
            completeJoinIfEveryoneIsThere(now: now, into: &actions)
        }
    }

    /// Has everyone join again.
    mutating func prepareRebalance(because reason: String, now: Int64, into actions: inout [GroupAction]) {
        if state == .completingRebalance {
            propagateAssignments([:], error: .rebalanceInProgress, into: &actions)
        }
        pendingSyncs.removeAll()
        actions.append(.cancel(.sync))
        let isFirst = state == .empty
        transition(to: .preparingRebalance, now: now)
        actions.append(.note("rebalances, generation \(generation) ends: \(reason)"))
        if isFirst {
            // Where one member comes, others follow: give them time before the first generation.
            let delay = Int64(max(0, configuration.initialRebalanceDelayMs))
            initialDelay = InitialDelay(delay: delay, remaining: max(0, rebalanceTimeoutMs - delay))
            hasNewMember = false
            actions.append(.schedule(.join, afterMs: delay))
        } else if everyoneHasJoined {
            completeJoin(now: now, into: &actions)
        } else {
            actions.append(.schedule(.join, afterMs: rebalanceTimeoutMs))
        }
    }

    mutating func completeJoinIfEveryoneIsThere(now: Int64, into actions: inout [GroupAction]) {
        guard state == .preparingRebalance, previousState != .empty, everyoneHasJoined else { return }
        completeJoin(now: now, into: &actions)
    }

    /// The time for joining is over.
    mutating func joinTimedOut(now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        guard state == .preparingRebalance else { return actions }
        if let delay = initialDelay, hasNewMember, delay.remaining > 0 {
            hasNewMember = false
            let next = min(Int64(max(0, configuration.initialRebalanceDelayMs)), delay.remaining)
            initialDelay = InitialDelay(delay: next, remaining: max(0, delay.remaining - delay.delay))
            actions.append(.schedule(.join, afterMs: next))
        } else {
            completeJoin(now: now, into: &actions)
        }
        return actions
    }

    /// Begins the next generation with those who are there.
    mutating func completeJoin(now: Int64, into actions: inout [GroupAction]) {
        actions.append(.cancel(.join))
        initialDelay = nil
        // Static members have until their session ends.
        for member in members.values where member.waitingJoin == nil && member.instanceID == nil {
            actions.append(.note("member \(member.id) has not joined in time and is removed"))
            remove(member.id, into: &actions)
        }
        guard members.isEmpty || electLeader() else {
            // Only sessions that end can help; no hurry, however short a time the members have set.
            actions.append(.schedule(.join, afterMs: max(100, rebalanceTimeoutMs)))
            return
        }
        generation = generation < .max ? generation + 1 : 1
        pendingSyncs.removeAll()
        if members.isEmpty {
            protocolName = nil
            subscribedTopics = computeSubscribedTopics()
            transition(to: .empty, now: now)
            actions.append(.note("generation \(generation) has no members"))
            pendingStore = .emptyGeneration
            actions.append(.store(storedValue()))
        } else {
            protocolName = selectProtocol()
            subscribedTopics = computeSubscribedTopics()
            transition(to: .completingRebalance, now: now)
            actions.append(.note("generation \(generation) has \(members.count) members, led by \(leader ?? "nobody")"))
            welcomeEveryone(into: &actions)
            actions.append(.schedule(.sync, afterMs: rebalanceTimeoutMs))
        }
    }

    private mutating func welcomeEveryone(into actions: inout [GroupAction]) {
        let list = memberList
        for index in members.elements.indices {
            let member = members.elements[index].value
            if let ticket = member.waitingJoin {
                let answer = joined(member.id, members: leader == member.id ? list : [])
                actions.append(.answerJoin(ticket, answer))
            }
            members.values[index].waitingJoin = nil
            members.values[index].isNew = false
            pendingSyncs.insert(member.id)
            actions.append(heartbeatTimer(member))
        }
    }

    /// A leader who has not joined is replaced by one who has. False when nobody has joined.
    private mutating func electLeader() -> Bool {
        if let leader, members[leader]?.waitingJoin != nil { return true }
        guard let next = members.values.first(where: { $0.waitingJoin != nil }) else { return false }
        leader = next.id
        return true
    }

    /// Ends everyone's waiting for an assignment.
    mutating func propagateAssignments(
        _ assignments: [String: ByteBuffer],
        error: ErrorCode,
        into actions: inout [GroupAction]
    ) {
        for index in members.elements.indices {
            var member = members.elements[index].value
            member.assignment = assignments[member.id] ?? ByteBuffer()
            if let ticket = member.waitingSync {
                member.waitingSync = nil
                actions.append(.answerSync(ticket, error == .none ? synced(member) : .failed(error)))
                // Its session was not watched while it waited.
                actions.append(heartbeatTimer(member))
            }
            members.values[index] = member
        }
    }

    /// The answer to a member whose assignment is known.
    func synced(_ member: GroupMember) -> SyncGroupResponse {
        SyncGroupResponse(protocolType: protocolType, protocolName: protocolName, assignment: member.assignment)
    }

    /// The record was written, or, with an error, it was not.
    mutating func stored(_ error: ErrorCode, now: Int64) -> [GroupAction] {
        var actions: [GroupAction] = []
        switch pendingStore {
        case .assignments(let assignments):
            pendingStore = nil
            if error == .none {
                propagateAssignments(assignments, error: .none, into: &actions)
                transition(to: .stable, now: now)
            } else {
                propagateAssignments([:], error: error.asCoordinatorError, into: &actions)
                rebalanceOrComplete(because: "its assignments could not be stored", now: now, into: &actions)
            }
        case .staticMember(let previous, let join):
            pendingStore = nil
            staticMemberStored(error, previous: previous, join: join, into: &actions)
        case .emptyGeneration, nil:
            // Without the record the generation before comes back after a restart and times out: nothing is lost by it.
            pendingStore = nil
        }
        return actions
    }
}
