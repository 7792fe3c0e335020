import NIOCore

/// A record that a coordinator keeps. `value` nil is a tombstone.
struct CoordinatorRecord: Equatable, Sendable {
    var key: ByteBuffer
    var value: ByteBuffer?
}

/// What a coordinator finds in its log at start.
enum CoordinatorEntry {
    /// A record; `transaction` names the producer when it is part of a transaction whose marker follows.
    case record(CoordinatorRecord, offset: Int64, transaction: (producerID: Int64, epoch: Int16)?)
    /// The end of a producer's transaction.
    case marker(producerID: Int64, epoch: Int16, commit: Bool)
}

/// Where the group and the transaction coordinator keep their state: one partition of an internal topic. Used on the
/// broker's event loop only.
protocol CoordinatorLog: AnyObject {
    /// Appends `records` as one batch: all of them are kept or none is. Durable per the topic's flush policy when it
    /// returns. `transaction`: the batch is part of that producer's transaction.
    func append(
        _ records: [CoordinatorRecord],
        transaction: (producerID: Int64, epoch: Int16)?
    ) throws(ErrorCode)

    /// Everything kept, in order. Keys and values are slices of larger reads: copy what is to be held for long.
    func replay(_ body: (CoordinatorEntry) -> Void) throws(ErrorCode)
}
