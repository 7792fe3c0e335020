import Glibc
import Logging
import NIOCore

extension PartitionLog {
    /// Batches from the one that holds `offset` on, `maxBytes` at most. `minOne`: the first batch comes even when it is
    /// larger. OFFSET_OUT_OF_RANGE outside of the log. One `pread(2)` of whole batches, out of one segment.
    func read(
        from offset: Int64,
        maxBytes: Int,
        minOne: Bool,
        isolation: IsolationLevel
    ) throws(ErrorCode) -> LogRead {
        guard offset >= logStart, offset <= logEndOffset else { throw .offsetOutOfRange }
        let limit = isolation == .readCommitted ? lastStableOffset : logEndOffset
        var found = Found()
        if offset < limit, maxBytes > 0 || minOne {
            do throws(StorageError) {
                found = try find(offset, limit: limit, maxBytes: max(0, maxBytes), minOne: minOne)
            } catch {
                throw failed(error)
            }
        }
        return LogRead(
            records: found.records,
            highWatermark: logEndOffset,
            lastStableOffset: lastStableOffset,
            logStartOffset: logStart,
            abortedTransactions: isolation == .readCommitted ? abortedTransactions(from: offset, to: found.end) : nil
        )
    }

    private struct Found {
        var records = ByteBuffer()
        /// The offset after the last batch.
        var end: Int64 = 0
    }

    /// The place in ``segments`` of the segment whose base is the last one up to `offset`.
    private func place(of offset: Int64) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].baseOffset <= offset { low = middle } else { high = middle }
        }
        return low
    }

    private func find(_ offset: Int64, limit: Int64, maxBytes: Int, minOne: Bool) throws(StorageError) -> Found {
        for segment in segments[place(of: offset)...] where segment.size > 0 {
            let hint = readHints.position(of: offset, inSegment: segment.baseOffset)
            var position: Int64
            if let hint { position = hint } else { position = try segment.position(of: offset) }
            // Without a hint the batch may begin up to an index interval after the position.
            let slack = hint == nil ? Int(configuration.indexIntervalBytes) : 0
            var wanted = max(maxBytes, RecordBatchHeader.size) + min(slack, 1 << 16)
            while position < segment.size {
                let left = Int(clamping: segment.size - position)
                var bytes = try segment.file.read(at: position, count: min(left, wanted))
                let skipped = Self.skip(upTo: offset, in: &bytes)
                position += Int64(skipped.count)
                guard let header = skipped.header else {
                    // Without a step on, the same bytes would be read again.
                    guard skipped.count > 0 else { throw Self.damage(segment) }
                    continue
                }
                guard header.baseOffset < limit else { return Found() }
                if header.sizeInBytes > maxBytes, !minOne { return Found() }
                guard header.sizeInBytes <= bytes.readableBytes else {
                    // The batch reaches past what was read.
                    guard header.sizeInBytes <= Int(clamping: segment.size - position) else {
                        throw Self.damage(segment)
                    }
                    wanted = max(maxBytes, header.sizeInBytes)
                    continue
                }
                return whole(bytes, of: segment, at: position, from: offset, limit: limit, maxBytes: maxBytes)
            }
        }
        return Found()
    }

    /// Moves `bytes` on to the first batch that ends at `offset` or later. No header: read on after `count` bytes.
    private static func skip(upTo offset: Int64, in bytes: inout ByteBuffer) -> (count: Int, header: RecordBatchHeader?)
    {
        var count = 0
        while let header = RecordBatchHeader(bytes), header.isPlausible {
            if header.lastOffset >= offset { return (count, header) }
            count += header.sizeInBytes
            guard header.sizeInBytes <= bytes.readableBytes else { return (count, nil) }
            bytes.moveReaderIndex(forwardBy: header.sizeInBytes)
        }
        return (count, nil)
    }

    private static func damage(_ segment: LogSegment) -> StorageError {
        StorageError(attempt: "find the batches of", path: segment.file.path, code: EBADMSG)
    }

    /// As many whole batches as fit; the first is there whole.
    private func whole(
        _ bytes: ByteBuffer,
        of segment: LogSegment,
        at position: Int64,
        from offset: Int64,
        limit: Int64,
        maxBytes: Int
    ) -> Found {
        var found = Found(records: bytes, end: offset)
        var rest = bytes
        var count = 0
        while let header = RecordBatchHeader(rest), header.isPlausible, header.baseOffset < limit,
            count == 0 || count + header.sizeInBytes <= maxBytes, header.sizeInBytes <= rest.readableBytes
        {
            count += header.sizeInBytes
            found.end = header.nextOffset
            rest.moveReaderIndex(forwardBy: header.sizeInBytes)
        }
        found.records.moveWriterIndex(to: found.records.readerIndex + count)
        readHints.remember(
            found.end,
            inSegment: segment.baseOffset,
            at: position + Int64(count),
            from: offset
        )
        return found
    }

    /// The aborted transactions with batches from `offset` to before `end`, or whose marker is there.
    private func abortedTransactions(from offset: Int64, to end: Int64) -> [AbortedTransaction] {
        var low = 0
        var high = aborted.count
        while low < high {
            let middle = (low + high) / 2
            if aborted[middle].lastOffset < offset { low = middle + 1 } else { high = middle }
        }
        var found: [AbortedTransaction] = []
        for transaction in aborted[low...] {
            if transaction.firstOffset < end { found.append(transaction) }
            if transaction.lastStableOffset >= end { break }
        }
        return found
    }

    // MARK: By time

    /// The first record whose timestamp is `timestamp` (ms) or later, as ListOffsets asks for it; nil when there is none.
    func offset(
        forTimestamp timestamp: Int64,
        isolation: IsolationLevel
    ) throws(ErrorCode) -> (offset: Int64, timestamp: Int64)? {
        let limit = isolation == .readCommitted ? lastStableOffset : logEndOffset
        for segment in segments where segment.maxTimestamp >= timestamp && segment.nextOffset > logStart {
            var result: (offset: Int64, timestamp: Int64)?
            do throws(StorageError) {
                let start = try segment.position(ofTimestamp: timestamp)
                result = try first(in: segment, from: start) { header, batch in
                    guard !header.isControl else { return nil }
                    do throws(RecordError) {
                        return try RecordBatchContents.firstRecord(
                            atOrAfter: timestamp,
                            from: self.logStart,
                            in: batch,
                            header
                        )
                    } catch {
                        // The head is all there is to go by.
                        guard header.maxTimestamp >= timestamp else { return nil }
                        return (max(header.baseOffset, self.logStart), header.maxTimestamp)
                    }
                }
            } catch {
                throw failed(error)
            }
            if let result { return result.offset < limit ? result : nil }
        }
        return nil
    }

    /// The record with the largest timestamp (ListOffsets -3, KIP-734); nil in an empty log.
    func maxTimestampOffset() throws(ErrorCode) -> (offset: Int64, timestamp: Int64)? {
        var latest: LogSegment?
        for segment in segments where segment.maxTimestampOffset >= 0 && segment.nextOffset > logStart {
            if segment.maxTimestamp > latest?.maxTimestamp ?? .min { latest = segment }
        }
        guard let latest else { return nil }
        do throws(StorageError) {
            let start = try latest.position(of: latest.maxTimestampOffset)
            return try first(in: latest, from: start) { header, batch in
                guard header.maxTimestamp == latest.maxTimestamp else { return nil }
                do throws(RecordError) {
                    return try RecordBatchContents.latestRecord(in: batch, header)
                } catch {
                    return (header.baseOffset, header.maxTimestamp)
                }
            }
        } catch {
            throw failed(error)
        }
    }

    /// The first answer that `body` has about a batch of `segment` from `position` on.
    private func first(
        in segment: LogSegment,
        from position: Int64,
        _ body: (RecordBatchHeader, ByteBuffer) -> (offset: Int64, timestamp: Int64)?
    ) throws(StorageError) -> (offset: Int64, timestamp: Int64)? {
        var found: (offset: Int64, timestamp: Int64)?
        _ = try BatchScan.run(segment.file, from: position, to: segment.size, verify: false) { header, batch, _ in
            found = body(header, batch)
            return found == nil
        }
        return found
    }

    // MARK: Everything

    /// Every batch from the one that holds `offset` on, each with its bytes (a slice of a larger read).
    func scan(
        from offset: Int64,
        _ body: (RecordBatchHeader, ByteBuffer) throws(ErrorCode) -> Void
    ) throws(ErrorCode) {
        for segment in segments where segment.nextOffset > offset {
            try scan(segment, from: offset, body)
        }
    }

    /// The same for one of the log's segments.
    func scan(
        _ segment: LogSegment,
        from offset: Int64 = 0,
        _ body: (RecordBatchHeader, ByteBuffer) throws(ErrorCode) -> Void
    ) throws(ErrorCode) {
        var failure: ErrorCode?
        var end: Int64 = 0
        do throws(StorageError) {
            let start = offset > segment.baseOffset ? try segment.position(of: offset) : 0
            end = try BatchScan.run(segment.file, from: start, to: segment.size, verify: false) { header, batch, _ in
                guard header.lastOffset >= offset else { return true }
                do throws(ErrorCode) { try body(header, batch) } catch { failure = error }
                return failure == nil
            }
        } catch {
            throw failed(error)
        }
        if let failure { throw failure }
        guard end == segment.size else {
            logger.error("\(partition): the segment at offset \(segment.baseOffset) has no batch at byte \(end)")
            throw .corruptMessage
        }
    }
}
