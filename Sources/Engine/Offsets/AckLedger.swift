import DequeModule

/// Which source offsets may be stored: those of batches that Kafka has acknowledged wholly, with every earlier batch of the
/// same source partition acknowledged too (rule 1). A pure state machine; the producer actor owns one per task.
///
/// A batch is *open* from ``submit(_:records:offsets:)`` until as many acknowledgements as records have come, then *done*. Its
/// offset for a source partition becomes storable when it is done and stands at the front of that partition's queue.
///
/// Source: `org.apache.kafka.connect.runtime.SubmittedRecords`, per batch instead of per record.
public struct AckLedger: Sendable {
    private struct OpenBatch {
        var missing: Int
        var partitions: [OffsetMap]
    }

    private struct Entry {
        var batch: UInt64
        var offset: OffsetMap
        var isDone: Bool
    }

    private var open: [UInt64: OpenBatch] = [:]
    private var queues: [OffsetMap: Deque<Entry>] = [:]
    private var storable: [OffsetMap: OffsetMap] = [:]

    /// Records submitted and not yet acknowledged.
    public private(set) var pendingRecords = 0

    /// An empty ledger.
    public init() {}

    /// A batch goes to Kafka. Identifiers never repeat. A batch without records is done at once, in its turn.
    public mutating func submit(_ batch: UInt64, records: Int, offsets: [(partition: OffsetMap, offset: OffsetMap)]) {
        for (partition, offset) in offsets {
            queues[partition, default: []].append(Entry(batch: batch, offset: offset, isDone: false))
        }
        open[batch] = OpenBatch(missing: records, partitions: offsets.map(\.partition))
        pendingRecords += records
        if records == 0 { finish(batch) }
    }

    /// Kafka has `count` more records of a batch. Returns true when that was the last of them.
    @discardableResult
    public mutating func acknowledge(_ batch: UInt64, count: Int) -> Bool {
        guard let missing = open[batch]?.missing else { return false }
        let acknowledged = min(count, missing)
        pendingRecords -= acknowledged
        open[batch]?.missing = missing - acknowledged
        guard acknowledged == missing else { return false }
        finish(batch)
        return true
    }

    /// The latest storable offset of each source partition that has moved since it was last stored.
    public var storableOffsets: [OffsetMap: OffsetMap] { storable }

    /// These offsets are stored now. A partition that has moved on meanwhile stays storable.
    public mutating func markStored(_ offsets: [OffsetMap: OffsetMap]) {
        for (partition, offset) in offsets where storable[partition] == offset {
            storable[partition] = nil
        }
    }

    private mutating func finish(_ batch: UInt64) {
        guard let done = open.removeValue(forKey: batch) else { return }
        for partition in done.partitions {
            guard var queue = queues.removeValue(forKey: partition) else { continue }
            // Usually the first: batches are acknowledged nearly in order.
            if let index = queue.firstIndex(where: { $0.batch == batch }) { queue[index].isDone = true }
            while let first = queue.first, first.isDone {
                storable[partition] = first.offset
                queue.removeFirst()
            }
            if !queue.isEmpty { queues[partition] = queue }
        }
    }
}
