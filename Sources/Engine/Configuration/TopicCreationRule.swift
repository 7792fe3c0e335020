/// How topics of one group are created that a source connector writes to.
///
/// Source: `org.apache.kafka.connect.util.TopicCreationGroup`, KIP-158.
public struct TopicCreationRule: Sendable, Hashable {
    /// The group's name; `default` takes what no other group takes.
    public var group: String
    /// Regular expressions for whole topic names.
    public var include: [String]
    /// Regular expressions for whole topic names that are not of the group.
    public var exclude: [String]
    /// The number of partitions; -1 for the broker's default.
    public var partitions: Int32
    /// The replication factor; -1 for the broker's default.
    public var replicationFactor: Int16
    /// Configuration of the topics.
    public var configuration: [String: String]

    /// True when a topic is of the group. Compiles the patterns: ask once per topic.
    public func matches(_ topic: String) -> Bool {
        include.contains { TopicPattern.matches($0, topic) } && !exclude.contains { TopicPattern.matches($0, topic) }
    }

    /// The topic as the administration of topics takes it.
    public func newTopic(_ name: String) -> NewTopic {
        NewTopic(
            name: name,
            partitions: partitions,
            replicationFactor: replicationFactor,
            configuration: configuration
        )
    }
}
