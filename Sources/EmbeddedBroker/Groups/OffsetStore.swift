/// The committed offsets of all groups, and those that wait for the end of a transaction.
///
/// Pure: it is told what is in the log and in which order (Kafka: `OffsetMetadataManager`).
struct OffsetStore: Equatable, Sendable {
    struct Offset: Equatable, Sendable {
        var offset: Int64
        var leaderEpoch: Int32
        var metadata: String
        /// Wall clock, ms.
        var commitTimestamp: Int64
        /// When a client of old wants it forgotten; wall clock, ms.
        var expireTimestamp: Int64?
        /// Where it stands in the log: of two, the later one is valid.
        var order: Int64
    }

    /// By topic, then by partition.
    typealias Offsets = [String: [Int32: Offset]]

    private(set) var committed: [String: Offsets] = [:]
    /// By producer id, then by group.
    private(set) var pending: [Int64: [String: Offsets]] = [:]
    /// The producers with pending offsets, by group.
    private var producers: [String: Set<Int64>] = [:]

    /// The groups that have offsets, pending ones included.
    var groups: Set<String> { Set(committed.keys).union(producers.keys) }

    func offset(_ group: String, _ topic: String, _ partition: Int32) -> Offset? {
        committed[group]?[topic]?[partition]
    }

    func isPending(_ group: String, _ topic: String, _ partition: Int32) -> Bool {
        producers[group]?.contains { pending[$0]?[group]?[topic]?[partition] != nil } ?? false
    }

    func hasPendingOffsets(_ group: String) -> Bool { producers[group] != nil }

    /// A committed offset; with a producer, pending until its transaction ends.
    mutating func put(_ key: OffsetCommitKey, _ offset: Offset, producerID: Int64?) {
        if let producerID {
            pending[producerID, default: [:]][key.group, default: [:]][key.topic, default: [:]][key.partition] = offset
            producers[key.group, default: []].insert(producerID)
        } else {
            committed[key.group, default: [:]][key.topic, default: [:]][key.partition] = offset
        }
    }

    /// The offset is gone, wherever it is kept.
    mutating func remove(_ key: OffsetCommitKey) {
        committed.removeOffset(key)
        for producerID in producers[key.group] ?? [] {
            pending[producerID]?.removeOffset(key)
            if pending[producerID]?[key.group] == nil { forget(producerID, of: key.group) }
        }
    }

    /// A producer's transaction has ended: what it committed becomes valid, or never was.
    mutating func endTransaction(producerID: Int64, committed isCommitted: Bool) {
        guard let groups = pending[producerID] else { return }
        for (group, topics) in groups {
            forget(producerID, of: group)
            guard isCommitted else { continue }
            for (topic, partitions) in topics {
                for (partition, offset) in partitions {
                    if let present = self.offset(group, topic, partition), present.order > offset.order { continue }
                    committed[group, default: [:]][topic, default: [:]][partition] = offset
                }
            }
        }
    }

    private mutating func forget(_ producerID: Int64, of group: String) {
        pending[producerID]?[group] = nil
        if pending[producerID]?.isEmpty == true { pending[producerID] = nil }
        producers[group]?.remove(producerID)
        if producers[group]?.isEmpty == true { producers[group] = nil }
    }

    /// Every offset kept of a group, pending ones included, sorted.
    func keys(of group: String) -> [OffsetCommitKey] {
        var keys = Set(committed[group, default: [:]].keys(of: group))
        for producerID in producers[group] ?? [] {
            keys.formUnion(pending[producerID]?[group]?.keys(of: group) ?? [])
        }
        return keys.sorted()
    }

    /// Every offset kept of `topic`, in whatever group, sorted.
    func keys(ofTopic topic: String) -> [OffsetCommitKey] {
        groups.flatMap { keys(of: $0) }.filter { $0.topic == topic }.sorted()
    }
}

extension OffsetCommitKey: Comparable {
    static func < (left: OffsetCommitKey, right: OffsetCommitKey) -> Bool {
        (left.group, left.topic, left.partition) < (right.group, right.topic, right.partition)
    }
}

extension OffsetStore.Offsets {
    fileprivate func keys(of group: String) -> [OffsetCommitKey] {
        flatMap { topic, partitions in
            partitions.keys.map { OffsetCommitKey(group: group, topic: topic, partition: $0) }
        }
    }
}

extension [String: OffsetStore.Offsets] {
    /// Leaves no empty dictionary behind.
    fileprivate mutating func removeOffset(_ key: OffsetCommitKey) {
        self[key.group]?[key.topic]?[key.partition] = nil
        if self[key.group]?[key.topic]?.isEmpty == true { self[key.group]?[key.topic] = nil }
        if self[key.group]?.isEmpty == true { self[key.group] = nil }
    }
}
