import NIOCore

/// One way of assigning partitions that a member knows, with what it has to say about it (KIP-62's group protocols).
struct GroupProtocol: Equatable, Sendable {
    var name: String
    var metadata: ByteBuffer
}

/// A member of a group of the classic protocol.
struct GroupMember: Equatable, Sendable {
    /// Names one request that waits for its answer.
    typealias Ticket = UInt64

    let id: String
    /// `group.instance.id` of a static member (KIP-345).
    let instanceID: String?
    var client: ClientIdentity
    var rebalanceTimeoutMs: Int32
    var sessionTimeoutMs: Int32
    /// In the order in which the member likes them; no name twice.
    var protocols: [GroupProtocol]
    var assignment = ByteBuffer()
    /// The member does not know its id yet, so it cannot send heartbeats: only a time limit tells that it is gone.
    var isNew = false
    var waitingJoin: Ticket?
    var waitingSync: Ticket?

    /// Who waits for the others is alive, whatever its heartbeats.
    var isExcusedFromHeartbeats: Bool { !isNew && (waitingJoin != nil || waitingSync != nil) }

    /// What the member has to say about the protocol `name`.
    func metadata(for name: String?) -> ByteBuffer? {
        protocols.first { $0.name == name }?.metadata
    }

    /// The same member under another id; nobody waits for an answer on its behalf.
    func renamed(to newID: String) -> GroupMember {
        GroupMember(
            id: newID,
            instanceID: instanceID,
            client: client,
            rebalanceTimeoutMs: rebalanceTimeoutMs,
            sessionTimeoutMs: sessionTimeoutMs,
            protocols: protocols,
            assignment: assignment
        )
    }
}
