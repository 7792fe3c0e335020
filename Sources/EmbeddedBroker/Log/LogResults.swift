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
    /// What the last stable offset became with the marker: no transaction aborted later starts before it.
    var lastStableOffset: Int64
}

/// An isolation.level of Fetch and ListOffsets.
enum IsolationLevel: Int8, Sendable {
    case readUncommitted = 0
    case readCommitted = 1
}
