import NIOCore

/// Makes batches of the broker's own: what coordinators keep, and the markers that end transactions. Uncompressed.
enum RecordBatchBuilder {
    typealias Header = (key: String, value: ByteBuffer?)

    /// One batch of records, all with the timestamp `timestamp` (ms). `records` must not be empty. Offsets start at 0: the
    /// log assigns the real ones.
    static func batch(
        _ records: [(key: ByteBuffer?, value: ByteBuffer?, headers: [Header])],
        timestamp: Int64,
        producerID: Int64 = -1,
        producerEpoch: Int16 = -1,
        baseSequence: Int32 = -1,
        isTransactional: Bool = false
    ) -> ByteBuffer {
        var header = RecordBatchHeader()
        header.attributes = isTransactional ? 0x10 : 0
        header.baseTimestamp = timestamp
        header.maxTimestamp = timestamp
        header.producerID = producerID
        header.producerEpoch = producerEpoch
        header.baseSequence = baseSequence
        return batch(records, header: header)
    }

    /// The record that ends a producer's transaction: key `version type` (0 abort, 1 commit), value `version
    /// coordinatorEpoch` (Kafka: "Control Records").
    static func marker(
        producerID: Int64,
        producerEpoch: Int16,
        coordinatorEpoch: Int32,
        commit: Bool,
        timestamp: Int64
    ) -> ByteBuffer {
        var key = ByteBuffer()
        key.writeInteger(Int16(0))
        key.writeInteger(Int16(commit ? 1 : 0))
        var value = ByteBuffer()
        value.writeInteger(Int16(0))
        value.writeInteger(coordinatorEpoch)
        var header = RecordBatchHeader()
        header.attributes = 0x30
        header.baseTimestamp = timestamp
        header.maxTimestamp = timestamp
        header.producerID = producerID
        header.producerEpoch = producerEpoch
        return batch([(key, value, [])], header: header)
    }

    /// A batch with these records under `header`, whose length, counts and checksum are set here.
    static func batch(
        _ records: [(key: ByteBuffer?, value: ByteBuffer?, headers: [Header])],
        header: RecordBatchHeader
    ) -> ByteBuffer {
        var body = ByteBuffer()
        for (index, record) in records.enumerated() {
            write(record.key, record.value, record.headers, offsetDelta: index, into: &body)
        }
        var header = header
        header.batchLength = Int32(
            truncatingIfNeeded: RecordBatchHeader.size - RecordBatchHeader.lengthOverhead + body.readableBytes
        )
        header.recordCount = Int32(truncatingIfNeeded: records.count)
        header.lastOffsetDelta = header.recordCount - 1
        var batch = ByteBuffer()
        batch.reserveCapacity(RecordBatchHeader.size + body.readableBytes)
        header.write(into: &batch)
        batch.writeBuffer(&body)
        let checksum = batch.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) }
        batch.setInteger(checksum, at: 17)
        return batch
    }

    private static func write(
        _ key: ByteBuffer?,
        _ value: ByteBuffer?,
        _ headers: [Header],
        offsetDelta: Int,
        into body: inout ByteBuffer
    ) {
        var record = ByteBuffer()
        record.writeInteger(UInt8(0))
        record.writeVariableInteger(0)
        record.writeVariableInteger(Int64(offsetDelta))
        record.writeVariableBytes(key)
        record.writeVariableBytes(value)
        record.writeVariableInteger(Int64(headers.count))
        for header in headers {
            record.writeVariableBytes(ByteBuffer(string: header.key))
            record.writeVariableBytes(header.value)
        }
        body.writeVariableInteger(Int64(record.readableBytes))
        body.writeBuffer(&record)
    }
}

extension ByteBuffer {
    /// A variable-length integer for the length (-1 for nil), then the bytes.
    fileprivate mutating func writeVariableBytes(_ bytes: ByteBuffer?) {
        guard let bytes else { return writeVariableInteger(-1) }
        writeVariableInteger(Int64(bytes.readableBytes))
        writeImmutableBuffer(bytes)
    }
}
