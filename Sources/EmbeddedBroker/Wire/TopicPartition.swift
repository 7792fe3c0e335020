/// One partition of one topic.
struct TopicPartition: Hashable, Sendable, CustomStringConvertible {
    var topic: String
    var partition: Int32

    /// `topic-partition`, also the name of the partition's folder.
    var description: String { "\(topic)-\(partition)" }
}
