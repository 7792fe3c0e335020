extension PartitionLog {
    /// Moves the start of the log up to `offset` (-1: to the high watermark) and answers where it is now.
    func deleteRecords(before offset: Int64) throws(ErrorCode) -> Int64 {
        guard configuration.isDeleted else { throw .policyViolation }
        let target = offset == -1 ? highWatermark : offset
        guard target >= 0, target <= highWatermark else { throw .offsetOutOfRange }
        if target > logStart { try moveStart(to: target) }
        return logStart
    }

    /// Deletes the oldest segments as far as `retention.ms` and `retention.bytes` say. `now`: wall clock, ms.
    func runRetention(now: Int64) throws(ErrorCode) {
        guard configuration.isDeleted else { return }
        var count = 0
        if configuration.retentionMs >= 0 {
            while count < segments.count, segments[count].size > 0,
                isOlder(segments[count], than: configuration.retentionMs, now: now)
            { count += 1 }
        }
        if configuration.retentionBytes >= 0 {
            var excess = sizeInBytes - configuration.retentionBytes
            for segment in segments.prefix(count) { excess -= segment.size }
            // The one that grows stays: it is what the limit is measured by.
            while count < segments.count - 1, excess - segments[count].size >= 0 {
                excess -= segments[count].size
                count += 1
            }
        }
        guard count > 0 else { return }
        try moveStart(to: max(logStart, segments[count - 1].nextOffset))
    }

    private func isOlder(_ segment: LogSegment, than age: Int64, now: Int64) -> Bool {
        let newest = segment.maxTimestamp >= 0 ? segment.maxTimestamp : segment.lastAppend
        let passed = now.subtractingReportingOverflow(newest)
        return !passed.overflow && passed.partialValue > age
    }

    private func moveStart(to offset: Int64) throws(ErrorCode) {
        do throws(StorageError) {
            try writeLogStart(offset)
            // The segment that grows goes too when nothing of it is left; the log goes on in a new one.
            if offset >= logEndOffset { roll() }
            try dropSegmentsBelowStart()
        } catch {
            throw failed(error)
        }
        aborted.removeAll { $0.lastOffset < logStart }
    }

    /// Forgets producers that have been silent for `afterMs`, unless a transaction of theirs is open.
    func expireProducers(now: Int64, afterMs: Int64 = 86_400_000) {
        producers.expire(now: now, afterMs: afterMs)
    }
}
