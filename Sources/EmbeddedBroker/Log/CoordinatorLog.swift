import NIOCore

/// What a coordinator remembers across restarts, one change after the other: a partition of `__consumer_offsets` or
/// `__transaction_state`.
protocol CoordinatorLog: AnyObject {
    /// Appends `records` as one batch; they are durable, as the flush policy has it, when this returns. When it throws,
    /// none of them is kept.
    ///
    /// - Parameter transaction: the producer of whose transaction the batch is a part.
    func append(_ records: [CoordinatorRecord], transaction: (producerID: Int64, epoch: Int16)?) throws(ErrorCode)

    /// Hands everything kept to `body`, in order.
    func replay(_ body: (CoordinatorEntry) -> Void) throws(ErrorCode)
}

/// A record that a coordinator keeps.
struct CoordinatorRecord: Equatable, Sendable {
    var key: ByteBuffer
    /// `nil` for a tombstone.
    var value: ByteBuffer?
}

/// What a replay comes across.
enum CoordinatorEntry {
    /// A record, at its offset, with the producer of the transaction that it is a part of.
    case record(CoordinatorRecord, offset: Int64, transaction: (producerID: Int64, epoch: Int16)?)
    /// The end of a producer's transaction.
    case marker(producerID: Int64, epoch: Int16, commit: Bool)
}
