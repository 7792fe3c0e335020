import CCRC32C
import NIOCore

/// A ``ProducerTable`` as a file keeps it: what the state was at one offset. Numbers are big-endian; the checksum covers
/// what follows it.
enum ProducerSnapshot {
    private static let magic: UInt32 = 0x4350_5352
    private static let version: Int32 = 1

    static func encode(_ table: ProducerTable, at offset: Int64) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeInteger(offset)
        body.writeInteger(Int32(truncatingIfNeeded: table.producers.count))
        for (id, producer) in table.producers {
            body.writeInteger(id)
            body.writeInteger(producer.epoch)
            body.writeInteger(producer.coordinatorEpoch)
            body.writeInteger(producer.lastSeen)
            body.writeInteger(producer.transactionStart ?? -1)
            body.writeInteger(Int32(truncatingIfNeeded: producer.batches.count))
            for batch in producer.batches {
                body.writeInteger(batch.firstSequence)
                body.writeInteger(batch.lastSequence)
                body.writeInteger(batch.firstOffset)
                body.writeInteger(batch.lastOffset)
                body.writeInteger(batch.timestamp)
            }
        }
        var file = ByteBuffer()
        file.writeInteger(magic)
        file.writeInteger(version)
        file.writeInteger(body.checksum())
        file.writeBuffer(&body)
        return file
    }

    /// The state at `offset`; nil when the file is not one that was written whole for it.
    static func decode(_ contents: ByteBuffer, at offset: Int64) -> ProducerTable? {
        var file = contents
        guard file.readInteger(as: UInt32.self) == magic, file.readInteger(as: Int32.self) == version,
            let checksum = file.readInteger(as: UInt32.self), checksum == file.checksum(),
            file.readInteger(as: Int64.self) == offset, let count = file.readInteger(as: Int32.self)
        else { return nil }
        var producers: [Int64: ProducerTable.Producer] = [:]
        for _ in 0..<max(0, count) {
            guard let id = file.readInteger(as: Int64.self), let producer = readProducer(&file) else { return nil }
            producers[id] = producer
        }
        return ProducerTable(producers: producers)
    }

    private static func readProducer(_ file: inout ByteBuffer) -> ProducerTable.Producer? {
        guard let epoch = file.readInteger(as: Int16.self), let coordinatorEpoch = file.readInteger(as: Int32.self),
            let lastSeen = file.readInteger(as: Int64.self), let start = file.readInteger(as: Int64.self),
            let count = file.readInteger(as: Int32.self)
        else { return nil }
        var producer = ProducerTable.Producer(
            epoch: epoch,
            coordinatorEpoch: coordinatorEpoch,
            lastSeen: lastSeen,
            transactionStart: start >= 0 ? start : nil
        )
        for _ in 0..<max(0, count) {
            guard let firstSequence = file.readInteger(as: Int32.self),
                let lastSequence = file.readInteger(as: Int32.self),
                let firstOffset = file.readInteger(as: Int64.self),
                let lastOffset = file.readInteger(as: Int64.self), let timestamp = file.readInteger(as: Int64.self)
            else { return nil }
            producer.batches.append(
                ProducerTable.Batch(
                    firstSequence: firstSequence,
                    lastSequence: lastSequence,
                    firstOffset: firstOffset,
                    lastOffset: lastOffset,
                    timestamp: timestamp
                )
            )
        }
        return producer
    }
}

extension ByteBuffer {
    /// The CRC-32C of the readable bytes.
    func checksum() -> UInt32 {
        withUnsafeReadableBytes { connectd_crc32c(0, $0.baseAddress, $0.count) }
    }
}
