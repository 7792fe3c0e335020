/// The requests this broker knows, by the number each has in Kafka's protocol.
public enum APIKey: Int16, Sendable, Hashable, CaseIterable {
    /// Produce.
    case produce = 0
    /// Fetch.
    case fetch = 1
    /// ListOffsets.
    case listOffsets = 2
    /// Metadata.
    case metadata = 3
    /// OffsetCommit.
    case offsetCommit = 8
    /// OffsetFetch.
    case offsetFetch = 9
    /// FindCoordinator.
    case findCoordinator = 10
    /// JoinGroup.
    case joinGroup = 11
    /// Heartbeat.
    case heartbeat = 12
    /// LeaveGroup.
    case leaveGroup = 13
    /// SyncGroup.
    case syncGroup = 14
    /// DescribeGroups.
    case describeGroups = 15
    /// ListGroups.
    case listGroups = 16
    /// SaslHandshake.
    case saslHandshake = 17
    /// ApiVersions.
    case apiVersions = 18
    /// CreateTopics.
    case createTopics = 19
    /// DeleteTopics.
    case deleteTopics = 20
    /// DeleteRecords.
    case deleteRecords = 21
    /// InitProducerId.
    case initProducerID = 22
    /// OffsetForLeaderEpoch.
    case offsetForLeaderEpoch = 23
    /// AddPartitionsToTxn.
    case addPartitionsToTxn = 24
    /// AddOffsetsToTxn.
    case addOffsetsToTxn = 25
    /// EndTxn.
    case endTxn = 26
    /// TxnOffsetCommit.
    case txnOffsetCommit = 28
    /// DescribeConfigs.
    case describeConfigs = 32
    /// AlterConfigs.
    case alterConfigs = 33
    /// SaslAuthenticate.
    case saslAuthenticate = 36
    /// CreatePartitions.
    case createPartitions = 37
    /// DeleteGroups.
    case deleteGroups = 42
    /// IncrementalAlterConfigs.
    case incrementalAlterConfigs = 44
    /// OffsetDelete.
    case offsetDelete = 47
    /// DescribeCluster.
    case describeCluster = 60
}
