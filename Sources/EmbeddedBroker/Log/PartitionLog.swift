import Logging
import NIOCore

/// What an append did.
struct Appended: Equatable {
    var baseOffset: Int64
    var lastOffset: Int64
    /// ms; -1 unless the topic's timestamps are LogAppendTime.
    var logAppendTime: Int64 = -1
    var logStartOffset: Int64
    /// The batch was here before: the offsets are those it got then.
    var isDuplicate = false
}

/// What a read found.
struct LogRead {
    /// Whole batches, the first of which holds the offset asked for or one after it; empty at the end of the log.
    var records: ByteBuffer
    var highWatermark: Int64
    var lastStableOffset: Int64
    var logStartOffset: Int64
    /// The aborted transactions that reach into `records`; nil for read_uncommitted.
    var abortedTransactions: [AbortedTransaction]?
}

/// A transaction that was aborted: what read_committed readers leave out.
struct AbortedTransaction: Equatable, Sendable {
    var producerID: Int64
    /// Of its first batch.
    var firstOffset: Int64
    /// Of its marker.
    var lastOffset: Int64
}

/// An isolation.level of Fetch and ListOffsets.
enum IsolationLevel: Int8, Sendable {
    case readUncommitted = 0
    case readCommitted = 1
}

/// The log of one partition: segments of batches as producers sent them, the state of its producers, its transactions.
/// Used on the broker's event loop only.
final class PartitionLog {
    let partition: TopicPartition
    /// Replaced when the topic's configuration is altered; holds from the next append on.
    var configuration: LogConfiguration
    /// Called after every append that made the log longer, and when the last stable offset moved.
    var onAppend: (() -> Void)?

    /// Opens the log in `folder`, which is made at the first append, and recovers it: a torn tail is cut.
    init(
        partition: TopicPartition,
        storage: any BrokerStorage,
        folder: String,
        configuration: LogConfiguration,
        clock: BrokerClock,
        logger: Logger
    ) throws(StorageError) {
        self.partition = partition
        self.configuration = configuration
    }

    /// The first offset that can be read.
    private(set) var logStartOffset: Int64 = 0
    /// The offset the next record gets. There are no followers, so this is the high watermark too.
    private(set) var logEndOffset: Int64 = 0
    var highWatermark: Int64 { logEndOffset }
    /// What read_committed readers may read up to: the start of the earliest transaction still open.
    var lastStableOffset: Int64 { logEndOffset }
    var sizeInBytes: Int64 { 0 }

    /// Checks and appends one batch as a producer sent it (the `records` of a Produce request). The disk is synced when
    /// `flush.messages` demands it, unless `flush` is false: then the caller calls ``flushIfDue()`` before it answers.
    func append(_ records: ByteBuffer, flush: Bool = true) throws(ErrorCode) -> Appended { throw .kafkaStorageError }

    /// Appends one batch of a coordinator: `batch` from ``RecordBatchBuilder``.
    func appendInternal(_ batch: ByteBuffer, flush: Bool = true) throws(ErrorCode) -> Appended {
        throw .kafkaStorageError
    }

    /// Ends a producer's transaction in this partition.
    func writeMarker(producerID: Int64, epoch: Int16, coordinatorEpoch: Int32, commit: Bool) throws(ErrorCode) {
        throw .kafkaStorageError
    }

    /// Batches from the one that holds `offset` on, `maxBytes` at most. `minOne`: the first batch comes even when it is
    /// larger. OFFSET_OUT_OF_RANGE outside of the log.
    func read(
        from offset: Int64,
        maxBytes: Int,
        minOne: Bool,
        isolation: IsolationLevel
    ) throws(ErrorCode) -> LogRead { throw .kafkaStorageError }

    /// The first record whose timestamp is `timestamp` (ms) or later, as ListOffsets asks for it; nil when there is none.
    func offset(
        forTimestamp timestamp: Int64,
        isolation: IsolationLevel
    ) throws(ErrorCode) -> (offset: Int64, timestamp: Int64)? { throw .kafkaStorageError }

    /// The record with the largest timestamp (ListOffsets -3, KIP-734); nil in an empty log.
    func maxTimestampOffset() throws(ErrorCode) -> (offset: Int64, timestamp: Int64)? { throw .kafkaStorageError }

    /// Moves the start of the log up to `offset` (-1: to the high watermark) and answers where it is now.
    func deleteRecords(before offset: Int64) throws(ErrorCode) -> Int64 { throw .kafkaStorageError }

    /// Deletes the oldest segments as far as `retention.ms` and `retention.bytes` say. `now`: wall clock, ms.
    func runRetention(now: Int64) throws(ErrorCode) { throw .kafkaStorageError }

    /// Forgets producers that have been silent for `afterMs`, unless a transaction of theirs is open.
    func expireProducers(now: Int64, afterMs: Int64 = 86_400_000) {}

    /// Every batch from the one that holds `offset` on, each with its bytes (a slice of a larger read).
    func scan(
        from offset: Int64,
        _ body: (RecordBatchHeader, ByteBuffer) throws(ErrorCode) -> Void
    ) throws(ErrorCode) { throw .kafkaStorageError }

    /// Syncs what is not synced yet.
    func flush() throws(ErrorCode) { throw .kafkaStorageError }

    /// Syncs when `flush.messages` or `flush.ms` say so. Cheap when not.
    func flushIfDue() throws(ErrorCode) { throw .kafkaStorageError }

    /// Ends the active segment, so that retention and compaction may have it. Nothing happens when it is empty.
    func roll() throws(ErrorCode) { throw .kafkaStorageError }

    /// Syncs everything and leaves what makes the next opening quick. The log must not be used after it.
    func close() throws(ErrorCode) { throw .kafkaStorageError }

    /// Removes the log with its folder. The log must not be used after it.
    func remove() throws(ErrorCode) { throw .kafkaStorageError }
}
