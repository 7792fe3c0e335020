import NIOCore

/// What is to be done after an event of a ``ClassicGroup``, in this order.
enum GroupAction: Equatable, Sendable {
    case answerJoin(GroupMember.Ticket, JoinGroupResponse)
    case answerSync(GroupMember.Ticket, SyncGroupResponse)
    /// Write the group down and tell it by ``ClassicGroup/stored(_:now:)`` before any other event.
    case store(GroupMetadataValue)
    /// Tell the group when this time has passed; a timer of that name which runs already is set anew.
    case schedule(GroupTimer, afterMs: Int64)
    case cancel(GroupTimer)
    /// Worth a line in the log.
    case note(String)
}

/// The times a group waits for.
enum GroupTimer: Hashable, Sendable {
    /// A member's session, or what a member without an id may take.
    case member(String)
    /// The end of the phase in which members join.
    case join
    /// The end of the phase in which members fetch their assignment.
    case sync
}

/// A JoinGroup request as a ``ClassicGroup`` sees it.
struct GroupJoin: Equatable, Sendable {
    var ticket: GroupMember.Ticket
    /// Empty for a member that has none yet.
    var memberID: String
    /// The id to give to a member that has none; never used before.
    var newMemberID: String
    var instanceID: String?
    var client: ClientIdentity
    var sessionTimeoutMs: Int32
    var rebalanceTimeoutMs: Int32
    var protocolType: String
    var protocols: [GroupProtocol]
    /// A member without an id is told one and has to come again with it (KIP-394, version 4 on).
    var requiresMemberID: Bool
    /// The client understands that a leader may have nothing to assign (KIP-814, version 9 on).
    var knowsSkipAssignment: Bool
    /// What the client says about why it joins (KIP-800).
    var reason: String?
}

/// A SyncGroup request as a ``ClassicGroup`` sees it.
struct GroupSync: Equatable, Sendable {
    var ticket: GroupMember.Ticket
    var memberID: String
    var instanceID: String?
    var generation: Int32
    var protocolType: String?
    var protocolName: String?
    var assignments: [String: ByteBuffer]
}
