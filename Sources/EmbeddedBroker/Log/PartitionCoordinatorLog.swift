import Logging
import NIOCore

/// The ``CoordinatorLog`` in a partition's log.
final class PartitionCoordinatorLog: CoordinatorLog {
    private let log: PartitionLog

    init(_ log: PartitionLog) {
        self.log = log
    }

    func append(
        _ records: [CoordinatorRecord],
        transaction: (producerID: Int64, epoch: Int16)?
    ) throws(ErrorCode) {
        guard !records.isEmpty else { return }
        let batch = RecordBatchBuilder.batch(
            records.map { ($0.key, $0.value, []) },
            timestamp: log.clock.wall,
            producerID: transaction?.producerID ?? -1,
            producerEpoch: transaction?.epoch ?? -1,
            isTransactional: transaction != nil
        )
        _ = try log.appendInternal(batch)
    }

    func replay(_ body: (CoordinatorEntry) -> Void) throws(ErrorCode) {
        try log.scan(from: log.logStartOffset) { (header, batch) throws(ErrorCode) in
            let transaction: (producerID: Int64, epoch: Int16)? =
                header.isTransactional ? (header.producerID, header.producerEpoch) : nil
            if header.isControl {
                guard let marker = ControlRecord(batch, header) else { return }
                body(.marker(producerID: header.producerID, epoch: header.producerEpoch, commit: marker.commit))
                return
            }
            do throws(RecordError) {
                var reader = try RecordBatchContents.reader(of: batch, header)
                while let record = try reader.next() {
                    guard let key = record.key else { continue }
                    body(
                        .record(
                            CoordinatorRecord(key: key, value: record.value),
                            offset: header.place(of: record).offset,
                            transaction: transaction
                        )
                    )
                }
            } catch {
                self.log.logger.error(
                    "\(self.log.partition): the batch at offset \(header.baseOffset): \(error.message)"
                )
                throw .corruptMessage
            }
        }
    }
}
