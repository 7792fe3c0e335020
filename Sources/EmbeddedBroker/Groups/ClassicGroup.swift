import NIOCore
import OrderedCollections

/// A group of the classic protocol: who is in it, who leads it, which generation is valid, who waits for what.
///
/// Pure: each event gives the actions that follow from it; times come from outside (`now`: wall clock, in ms). The rules are
/// those of Kafka's `ClassicGroup` and `GroupMetadataManager`; where Kafka leaves a request without any answer (a join or
/// sync that a later one of the same member replaces, a sync of a member that leaves), this answers it.
struct ClassicGroup: Equatable, Sendable {
    /// Kafka's `ClassicGroupState`, by the names that clients see.
    enum State: String, Sendable {
        case empty = "Empty"
        case preparingRebalance = "PreparingRebalance"
        case completingRebalance = "CompletingRebalance"
        case stable = "Stable"
        case dead = "Dead"
    }

    /// What a record is written for.
    indirect enum PendingStore: Equatable, Sendable {
        /// The last member has gone.
        case emptyGeneration
        /// The leader has assigned.
        case assignments([String: ByteBuffer])
        /// A static member came back under another id. `previous` is the group as it was.
        case staticMember(previous: ClassicGroup, join: GroupJoin)
    }

    /// How long the first members are still waited for, in ms.
    struct InitialDelay: Equatable, Sendable {
        var delay: Int64
        var remaining: Int64
    }

    let id: String
    let configuration: GroupConfiguration
    var state = State.empty
    var previousState = State.dead
    /// When the group came into its state; `nil` when a record of old does not tell.
    var stateTimestamp: Int64?
    /// `nil` for a group without members ever, that only keeps offsets.
    var protocolType: String?
    /// The protocol that this generation has chosen.
    var protocolName: String?
    var generation: Int32 = 0
    var leader: String?
    /// In the order in which they joined.
    var members: OrderedDictionary<String, GroupMember> = [:]
    /// Member ids by instance id.
    var staticMembers: [String: String] = [:]
    /// Ids given out (KIP-394) that have not joined yet.
    var pendingMembers: Set<String> = []
    /// Members of this generation that have not asked for their assignment yet.
    var pendingSyncs: Set<String> = []
    /// How many members know each protocol.
    var knownProtocols: [String: Int] = [:]
    /// What the members of a consumer group are subscribed to; `nil` when unknown.
    var subscribedTopics: Set<String>?
    var initialDelay: InitialDelay?
    /// A member came while the first ones were waited for.
    var hasNewMember = false
    var pendingStore: PendingStore?

    /// A group that nobody has joined yet.
    init(id: String, configuration: GroupConfiguration, now: Int64) {
        self.id = id
        self.configuration = configuration
        stateTimestamp = now
    }

    /// A group as it was written down; `nil` when the record makes no sense.
    init?(id: String, configuration: GroupConfiguration, stored value: GroupMetadataValue) {
        self.id = id
        self.configuration = configuration
        generation = value.generation
        protocolType = value.protocolType.isEmpty ? nil : value.protocolType
        protocolName = value.protocolName
        stateTimestamp = value.currentStateTimestamp == -1 ? nil : value.currentStateTimestamp
        for member in value.members {
            guard let name = value.protocolName, members[member.memberID] == nil else { return nil }
            if let instance = member.groupInstanceID, staticMembers[instance] != nil { return nil }
            insert(
                GroupMember(
                    id: member.memberID,
                    instanceID: member.groupInstanceID,
                    client: ClientIdentity(clientID: member.clientID, clientHost: member.clientHost),
                    rebalanceTimeoutMs: member.rebalanceTimeout == -1 ? member.sessionTimeout : member.rebalanceTimeout,
                    sessionTimeoutMs: member.sessionTimeout,
                    protocols: [GroupProtocol(name: name, metadata: member.subscription.ownCopy)],
                    assignment: member.assignment.ownCopy
                )
            )
        }
        if let leader = value.leader, members[leader] != nil { self.leader = leader }
        state = members.isEmpty ? .empty : .stable
        subscribedTopics = computeSubscribedTopics()
    }

    // MARK: What it is

    var usesConsumerProtocol: Bool { protocolType == ConsumerSubscription.protocolType }

    var everyoneHasJoined: Bool {
        pendingMembers.isEmpty && members.values.allSatisfy { $0.waitingJoin != nil }
    }

    /// The longest any member may take to join again, in ms. Never 0, so that no timer goes round without time passing.
    var rebalanceTimeoutMs: Int64 {
        Int64(max(1, members.values.reduce(0) { max($0, $1.rebalanceTimeoutMs) }))
    }

    var canRebalance: Bool { state == .empty || state == .stable || state == .completingRebalance }

    /// Whether offsets of `topic` are in use by the members. When it is not known what consumers read, all are.
    func isSubscribed(to topic: String) -> Bool {
        subscribedTopics.map { $0.contains(topic) } ?? usesConsumerProtocol
    }

    /// The group as it is written down.
    func storedValue(assignments: [String: ByteBuffer]? = nil) -> GroupMetadataValue {
        GroupMetadataValue(
            protocolType: protocolType ?? "",
            generation: generation,
            protocolName: protocolName,
            leader: leader,
            currentStateTimestamp: stateTimestamp ?? -1,
            members: members.values.map { member in
                GroupMetadataValue.Member(
                    memberID: member.id,
                    groupInstanceID: member.instanceID,
                    clientID: member.client.clientID,
                    clientHost: member.client.clientHost,
                    rebalanceTimeout: member.rebalanceTimeoutMs,
                    sessionTimeout: member.sessionTimeoutMs,
                    subscription: member.metadata(for: protocolName) ?? ByteBuffer(),
                    assignment: assignments.map { $0[member.id] ?? ByteBuffer() } ?? member.assignment
                )
            }
        )
    }

    /// What the leader is told about everyone.
    var memberList: [JoinGroupResponse.JoinGroupResponseMember] {
        members.values.map { member in
            JoinGroupResponse.JoinGroupResponseMember(
                memberID: member.id,
                groupInstanceID: member.instanceID,
                metadata: member.metadata(for: protocolName) ?? ByteBuffer()
            )
        }
    }

    // MARK: Protocols

    /// Whether a member with these protocols fits to the others.
    func supports(protocolType: String, protocols: [GroupProtocol]) -> Bool {
        if state == .empty { return !protocolType.isEmpty && !protocols.isEmpty }
        return protocolType == self.protocolType
            && protocols.contains { knownProtocols[$0.name, default: 0] == members.count }
    }

    /// The protocol most members like best among those that all know; of several, the one voted for first.
    func selectProtocol() -> String? {
        var votes: OrderedDictionary<String, Int> = [:]
        for member in members.values {
            guard let vote = member.protocols.first(where: { knownProtocols[$0.name] == members.count }) else {
                continue
            }
            votes[vote.name, default: 0] += 1
        }
        let most = votes.values.max()
        return votes.first { $0.value == most }?.key
    }

    func computeSubscribedTopics() -> Set<String>? {
        guard usesConsumerProtocol else { return nil }
        guard !members.isEmpty else { return [] }
        guard let protocolName else { return nil }
        var all: Set<String> = []
        for member in members.values {
            guard let metadata = member.metadata(for: protocolName),
                let topics = ConsumerSubscription.topics(in: metadata)
            else { return nil }
            all.formUnion(topics)
        }
        return all
    }

    // MARK: Keeping the books

    mutating func transition(to next: State, now: Int64) {
        previousState = state
        state = next
        stateTimestamp = now
    }

    mutating func insert(_ member: GroupMember) {
        members[member.id] = member
        count(member.protocols, by: 1)
        if let instance = member.instanceID { staticMembers[instance] = member.id }
        if leader == nil { leader = member.id }
        pendingMembers.remove(member.id)
    }

    /// Takes a member out, pending or not; nobody is left waiting on its behalf.
    mutating func remove(_ memberID: String, into actions: inout [GroupAction]) {
        if let member = members.removeValue(forKey: memberID) {
            count(member.protocols, by: -1)
            if let instance = member.instanceID { staticMembers[instance] = nil }
            if let ticket = member.waitingJoin {
                actions.append(.answerJoin(ticket, .failed(.unknownMemberID)))
            }
            if let ticket = member.waitingSync {
                actions.append(.answerSync(ticket, .failed(.unknownMemberID)))
            }
        }
        if leader == memberID { leader = members.keys.first }
        pendingMembers.remove(memberID)
        pendingSyncs.remove(memberID)
        actions.append(.cancel(.member(memberID)))
    }

    /// Takes over what a join request says about a member, which waits for the answer from now on.
    mutating func update(_ memberID: String, with join: GroupJoin, into actions: inout [GroupAction]) {
        guard var member = members[memberID] else { return }
        if let superseded = member.waitingJoin {
            actions.append(.answerJoin(superseded, .failed(.rebalanceInProgress, memberID: memberID)))
        }
        count(member.protocols, by: -1)
        member.protocols = join.protocols
        member.rebalanceTimeoutMs = join.rebalanceTimeoutMs
        member.sessionTimeoutMs = join.sessionTimeoutMs
        member.waitingJoin = join.ticket
        count(member.protocols, by: 1)
        members[memberID] = member
    }

    mutating func count(_ protocols: [GroupProtocol], by change: Int) {
        for item in protocols {
            let known = knownProtocols[item.name, default: 0] + change
            knownProtocols[item.name] = known == 0 ? nil : known
        }
    }

    /// Starts a member's session anew.
    func heartbeatTimer(_ member: GroupMember) -> GroupAction {
        .schedule(.member(member.id), afterMs: Int64(member.sessionTimeoutMs))
    }

    /// Whether a request that claims to come from this member may go on.
    func check(memberID: String, instanceID: String?) -> ErrorCode {
        if let instanceID {
            guard let known = staticMembers[instanceID] else { return .unknownMemberID }
            guard known == memberID else { return .fencedInstanceID }
        }
        return members[memberID] == nil ? .unknownMemberID : .none
    }
}

extension JoinGroupResponse {
    /// A refusal.
    static func failed(_ error: ErrorCode, memberID: String = "") -> JoinGroupResponse {
        JoinGroupResponse(errorCode: error.rawValue, protocolName: nil, memberID: memberID)
    }
}

extension SyncGroupResponse {
    /// A refusal.
    static func failed(_ error: ErrorCode) -> SyncGroupResponse {
        SyncGroupResponse(errorCode: error.rawValue)
    }
}
