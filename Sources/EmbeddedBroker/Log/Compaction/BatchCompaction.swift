import NIOCore

/// What becomes of one batch (Kafka: `Cleaner.cleanInto`, `MemoryRecords.filterTo`).
///
/// Offsets never change: a batch that loses records keeps its base offset and its last one. Tombstones, and markers of
/// transactions without records, stay for a time that is set when compaction first meets them: it is kept in the batch,
/// in the place of the base timestamp (KIP-534).
struct BatchCompaction {
    enum Outcome: Equatable {
        case keep
        case replace(ByteBuffer)
        case drop
    }

    /// What is known of a batch beside its records.
    struct Standing {
        /// Part of an aborted transaction, or a marker whose transaction has no batches.
        var isObsolete: Bool
        /// The last batch of a producer that is still known: its sequence numbers have to survive without the snapshot of
        /// the producers, so it stays, empty if need be.
        var isLastOfProducer: Bool
    }

    let map: CompactionMap
    /// Wall clock, ms.
    let now: Int64
    let deleteRetentionMs: Int64

    /// A batch that cannot be read as records stays as it is: what it says is not compaction's to judge.
    func outcome(of batch: ByteBuffer, _ header: RecordBatchHeader, _ standing: Standing) -> Outcome {
        let isExpired = header.hasDeleteHorizon && header.baseTimestamp <= now
        let isDiscarded = standing.isObsolete && (!header.isControl || isExpired)
        do throws(RecordError) {
            if isDiscarded || header.recordCount == 0 {
                guard standing.isLastOfProducer else { return .drop }
                return header.recordCount == 0 ? .keep : .replace(Self.empty(header))
            }
            return try rewritten(batch, header, standing, isExpired: isExpired)
        } catch {
            return .keep
        }
    }

    private func rewritten(
        _ batch: ByteBuffer,
        _ header: RecordBatchHeader,
        _ standing: Standing,
        isExpired: Bool
    ) throws(RecordError) -> Outcome {
        var hasTombstones = false
        var kept: Int32 = 0
        var reader = try RecordBatchContents.reader(of: batch, header)
        while let record = try reader.next() {
            guard isKept(record, header, isExpired: isExpired) else { continue }
            kept += 1
            if !record.hasValue { hasTombstones = true }
        }
        guard kept > 0 else { return standing.isLastOfProducer ? .replace(Self.empty(header)) : .drop }
        let startsWaiting =
            !header.hasDeleteHorizon && (header.isControl ? standing.isObsolete : hasTombstones)
        if kept == header.recordCount && !startsWaiting { return .keep }
        return .replace(try copy(batch, header, isExpired: isExpired, startsWaiting: startsWaiting))
    }

    private func isKept(_ record: Record, _ header: RecordBatchHeader, isExpired: Bool) -> Bool {
        let offset = header.baseOffset &+ Int64(record.offsetDelta)
        if header.isControl || offset >= map.end { return true }
        // Without a key there is nothing to be found by: it came before the topic was a compacted one.
        guard let key = record.key, !map.isSuperseded(key, at: offset) else { return false }
        return record.hasValue || !isExpired
    }

    /// The batch with the records that stay. A second reading, so that only one copy of them is held.
    private func copy(
        _ batch: ByteBuffer,
        _ header: RecordBatchHeader,
        isExpired: Bool,
        startsWaiting: Bool
    ) throws(RecordError) -> ByteBuffer {
        var new = header
        if startsWaiting {
            new.attributes |= 0x40
            new.baseTimestamp = now.addingReportingOverflow(deleteRetentionMs).overflow ? .max : now + deleteRetentionMs
        }
        new.recordCount = 0
        if !header.isLogAppendTime { new.maxTimestamp = .min }
        var records = ByteBuffer()
        var reader = try RecordBatchContents.reader(of: batch, header)
        while let record = try reader.next() {
            guard isKept(record, header, isExpired: isExpired) else { continue }
            let timestamp = header.baseTimestamp &+ record.timestampDelta
            record.write(into: &records, timestampDelta: timestamp &- new.baseTimestamp)
            if !header.isLogAppendTime { new.maxTimestamp = max(new.maxTimestamp, timestamp) }
            new.recordCount += 1
        }
        let codec = try CompressionCodec(attributes: header.attributes)
        return Self.batch(new, try codec.compress(records))
    }

    /// The batch without its records.
    private static func empty(_ header: RecordBatchHeader) -> ByteBuffer {
        var new = header
        // Nothing is compressed, nothing waits.
        new.attributes &= ~0x47
        new.baseTimestamp = -1
        new.recordCount = 0
        return batch(new, ByteBuffer())
    }

    private static func batch(_ header: RecordBatchHeader, _ payload: ByteBuffer) -> ByteBuffer {
        var header = header
        header.batchLength = Int32(
            truncatingIfNeeded: RecordBatchHeader.size - RecordBatchHeader.lengthOverhead + payload.readableBytes
        )
        var batch = ByteBuffer()
        batch.reserveCapacity(RecordBatchHeader.size + payload.readableBytes)
        header.write(into: &batch)
        batch.writeImmutableBuffer(payload)
        batch.setInteger(batch.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) }, at: 17)
        return batch
    }
}
