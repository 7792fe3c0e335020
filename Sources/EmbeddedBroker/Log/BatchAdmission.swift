import NIOCore

/// What a batch from a producer must be to get into a log, as far as its head can tell (Kafka: `UnifiedLog`, `LogValidator`,
/// `ProduceRequest`).
enum BatchAdmission {
    /// - Parameter now: wall clock, ms.
    static func check(
        _ records: ByteBuffer,
        _ configuration: LogConfiguration,
        now: Int64
    ) throws(ErrorCode) -> RecordBatchHeader {
        guard records.readableBytes > 0 else { throw .invalidRecord }
        guard let header = RecordBatchHeader(records) else { throw .corruptMessage }
        guard header.magic == 2 else { throw .invalidRecord }
        guard Int(header.batchLength) >= RecordBatchHeader.size - RecordBatchHeader.lengthOverhead,
            header.sizeInBytes <= records.readableBytes
        else { throw .corruptMessage }
        // One batch per partition and request is the rule since Produce version 3.
        guard header.sizeInBytes == records.readableBytes, header.baseOffset == 0 else { throw .invalidRecord }
        guard header.sizeInBytes <= Int(configuration.maxMessageBytes) else { throw .messageTooLarge }
        guard header.sizeInBytes <= Int(configuration.segmentBytes) else { throw .recordListTooLarge }
        let checksum = records.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) }
        guard checksum == header.checksum else { throw .corruptMessage }
        guard header.recordCount > 0, header.lastOffsetDelta == header.recordCount - 1, !header.isControl
        else { throw .invalidRecord }
        // A record has seven bytes at least; a count beyond that would only burn offsets.
        guard header.codec != 0 || Int(header.recordCount) * 7 <= header.sizeInBytes - RecordBatchHeader.size
        else { throw .invalidRecord }
        guard header.codec <= 4 else { throw .unsupportedCompressionType }
        if header.hasProducerID {
            guard header.baseSequence >= 0, header.producerEpoch >= 0 else { throw .invalidRecord }
        } else if header.isTransactional {
            throw .invalidRecord
        }
        try checkTimestamps(header, configuration, now: now)
        return header
    }

    private static func checkTimestamps(
        _ header: RecordBatchHeader,
        _ configuration: LogConfiguration,
        now: Int64
    ) throws(ErrorCode) {
        // Only brokers say LogAppendTime.
        guard !header.isLogAppendTime else { throw .invalidTimestamp }
        guard configuration.timestampType == .createTime else { return }
        if header.maxTimestamp > now {
            let ahead = header.maxTimestamp.subtractingReportingOverflow(now)
            guard !ahead.overflow, ahead.partialValue <= configuration.timestampAfterMaxMs
            else { throw .invalidTimestamp }
        }
        if header.baseTimestamp >= 0, header.baseTimestamp < now, configuration.timestampBeforeMaxMs < .max {
            guard now - header.baseTimestamp <= configuration.timestampBeforeMaxMs else { throw .invalidTimestamp }
        }
    }
}
