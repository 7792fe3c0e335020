/// How the group coordinator behaves: Kafka's broker settings of the same names, with Kafka's defaults but where told.
struct GroupConfiguration: Sendable, Equatable {
    /// `group.min.session.timeout.ms`.
    var minSessionTimeoutMs: Int32 = 6000
    /// `group.max.session.timeout.ms`.
    var maxSessionTimeoutMs: Int32 = 1_800_000
    /// `group.initial.rebalance.delay.ms`; Kafka: 3000. Here nobody waits for others that may never come.
    var initialRebalanceDelayMs: Int32 = 0
    /// `group.max.size`.
    var maxSize: Int = Int(Int32.max)
    /// How long a member that has no id yet may wait for its join to be answered before it is taken for gone, in ms.
    var newMemberJoinTimeoutMs: Int32 = 300_000
    /// `offset.metadata.max.bytes`, counted in UTF-16 units as Kafka does.
    var offsetMetadataMaxSize: Int = 4096
    /// `offsets.retention.minutes`, in ms: how long the offsets of a group without members are kept.
    var offsetsRetentionMs: Int64 = 7 * 24 * 60 * 60_000
    /// `offsets.retention.check.interval.ms`.
    var offsetsRetentionCheckIntervalMs: Int64 = 600_000
}

/// Who sent a request, as DescribeGroups tells it.
struct ClientIdentity: Sendable, Equatable {
    /// The `client.id` of the request's header; empty when it has none.
    var clientID: String
    /// The peer's address with a slash before it (`/127.0.0.1`), the form in which Kafka keeps it.
    var clientHost: String
}
