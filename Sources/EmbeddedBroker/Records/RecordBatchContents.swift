import NIOCore

/// What can only be known about a batch by reading its records. `batch` is always a whole batch, header first, and may
/// have more bytes after it.
enum RecordBatchContents {
    /// How many records without a key are named to their producer.
    private static let namedRecords = 100

    /// A reader of the batch's records.
    static func reader(of batch: ByteBuffer, _ header: RecordBatchHeader) throws(RecordError) -> RecordReader {
        let codec = try CompressionCodec(attributes: header.attributes)
        let start = batch.readerIndex + RecordBatchHeader.size
        let length = header.sizeInBytes - RecordBatchHeader.size
        guard length >= 0, let payload = batch.getSlice(at: start, length: length) else { throw .truncated }
        return try RecordReader(payload: payload, codec: codec, count: header.recordCount)
    }

    /// Checks a batch as a producer sent it: every record can be read, offsets count up from the base, and with
    /// `requiresKeys` (a compacted topic) every record has a key (Kafka's `LogValidator`).
    static func validate(
        _ batch: ByteBuffer,
        _ header: RecordBatchHeader,
        requiresKeys: Bool
    ) throws(RecordError) {
        var reader = try reader(of: batch, header)
        var index: Int32 = 0
        var keyless: [Int32] = []
        while let record = try reader.next() {
            guard record.offsetDelta == index else { throw .wrongOffset(index: index) }
            if requiresKeys, !record.hasKey, keyless.count < namedRecords { keyless.append(index) }
            index += 1
        }
        guard keyless.isEmpty else { throw .missingKeys(keyless) }
    }

    /// The first record at `offset` or later whose timestamp is `timestamp` (ms) or later.
    static func firstRecord(
        atOrAfter timestamp: Int64,
        from offset: Int64 = 0,
        in batch: ByteBuffer,
        _ header: RecordBatchHeader
    ) throws(RecordError) -> (offset: Int64, timestamp: Int64)? {
        guard header.maxTimestamp >= timestamp, header.lastOffset >= offset else { return nil }
        var reader = try reader(of: batch, header)
        while let record = try reader.next() {
            let place = header.place(of: record)
            if place.timestamp >= timestamp && place.offset >= offset { return place }
        }
        return nil
    }

    /// The first of the records with the largest timestamp; nil for a batch without records.
    static func latestRecord(
        in batch: ByteBuffer,
        _ header: RecordBatchHeader
    ) throws(RecordError) -> (offset: Int64, timestamp: Int64)? {
        var reader = try reader(of: batch, header)
        var latest: (offset: Int64, timestamp: Int64)?
        while let record = try reader.next() {
            let place = header.place(of: record)
            if place.timestamp > latest?.timestamp ?? .min { latest = place }
        }
        return latest
    }
}

extension RecordBatchHeader {
    /// The offset and the timestamp (ms) of one of the batch's records.
    func place(of record: Record) -> (offset: Int64, timestamp: Int64) {
        (
            baseOffset &+ Int64(record.offsetDelta),
            isLogAppendTime ? maxTimestamp : baseTimestamp &+ record.timestampDelta
        )
    }
}
