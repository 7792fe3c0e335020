import NIOCore

@testable import EmbeddedBroker

/// A ``CoordinatorLog`` that keeps everything in memory and can refuse to.
final class RecordedLog: CoordinatorLog {
    enum Item {
        case batch([CoordinatorRecord], transaction: (producerID: Int64, epoch: Int16)?)
        case marker(producerID: Int64, epoch: Int16, commit: Bool)
    }

    var items: [Item] = []
    /// What ``append(_:transaction:)`` throws.
    var failure: ErrorCode?

    /// Every record, in order.
    var records: [CoordinatorRecord] {
        items.flatMap { item in
            if case .batch(let records, _) = item { return records }
            return []
        }
    }

    func append(
        _ records: [CoordinatorRecord],
        transaction: (producerID: Int64, epoch: Int16)?
    ) throws(ErrorCode) {
        if let failure { throw failure }
        items.append(.batch(records, transaction: transaction))
    }

    func replay(_ body: (CoordinatorEntry) -> Void) throws(ErrorCode) {
        var offset: Int64 = 0
        for item in items {
            switch item {
            case .batch(let records, let transaction):
                for record in records {
                    body(.record(record, offset: offset, transaction: transaction))
                    offset += 1
                }
            case .marker(let producerID, let epoch, let commit):
                body(.marker(producerID: producerID, epoch: epoch, commit: commit))
                offset += 1
            }
        }
    }
}
