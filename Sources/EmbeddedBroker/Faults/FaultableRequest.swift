/// A request as faults see it: what topics and partitions it is about, and how one of them is taken out of it.
protocol FaultableRequest: RequestMessage {
    /// Every partition the request names; a request that names whole topics has them with partition -1.
    ///
    /// - Parameter topicName: the name of a topic that a request gives by its id.
    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition]

    /// The ids by which the request names topics.
    var topicIDs: [UUID128] { get }

    /// Whether the answer has a place for an error per partition, so that one can fail while the others are served.
    static var failsByPartition: Bool { get }

    /// Takes one partition out; what comes back is the same request about this partition alone.
    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> Self?

    /// Adds to an answer what was answered about partitions that were taken out.
    static func merge(_ part: Response, into whole: inout Response)
}

/// Most requests fail or succeed as a whole, and many name no topic.
extension FaultableRequest {
    func partitions(topicName: (UUID128) -> String?) -> [TopicPartition] { [] }
    var topicIDs: [UUID128] { [] }
    static var failsByPartition: Bool { false }
    mutating func take(_ partition: TopicPartition, topicName: (UUID128) -> String?) -> Self? { nil }
    static func merge(_ part: Response, into whole: inout Response) {}
}

extension TopicPartition {
    /// Stands for a topic as a whole.
    static func whole(_ topic: String) -> TopicPartition { TopicPartition(topic: topic, partition: -1) }
}

/// Moves what `isPartition` says of the topics of `isTopic` out of a request's list; topics left with nothing go.
func takeOut<Topic, Partition>(
    of topics: inout [Topic],
    partitions: WritableKeyPath<Topic, [Partition]>,
    isTopic: (Topic) -> Bool,
    isPartition: (Partition) -> Bool
) -> [Topic] {
    var taken: [Topic] = []
    for index in topics.indices where isTopic(topics[index]) {
        let matching = topics[index][keyPath: partitions].filter(isPartition)
        guard !matching.isEmpty else { continue }
        topics[index][keyPath: partitions].removeAll(where: isPartition)
        var part = topics[index]
        part[keyPath: partitions] = matching
        taken.append(part)
    }
    topics.removeAll { $0[keyPath: partitions].isEmpty }
    return taken
}

/// Adds an answer's partitions to those of the same topic, or the topic when it is new.
func mergeTopics<Topic, Partition, Name: Equatable>(
    _ part: [Topic],
    to whole: inout [Topic],
    name: KeyPath<Topic, Name>,
    partitions: WritableKeyPath<Topic, [Partition]>
) {
    for topic in part {
        if let index = whole.firstIndex(where: { $0[keyPath: name] == topic[keyPath: name] }) {
            whole[index][keyPath: partitions] += topic[keyPath: partitions]
        } else {
            whole.append(topic)
        }
    }
}
