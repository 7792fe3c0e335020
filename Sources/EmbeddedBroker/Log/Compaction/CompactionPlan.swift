/// What of a log is to be compacted now (Kafka: `LogCleanerManager.cleanableOffsets`, `LogToClean`).
struct CompactionPlan: Equatable {
    /// What matters of a segment.
    struct Segment: Equatable {
        var baseOffset: Int64
        var nextOffset: Int64
        /// In bytes.
        var size: Int64
        /// ms; -1 when there is none.
        var firstTimestamp: Int64
        /// ms; -1 when there is none.
        var maxTimestamp: Int64
    }

    /// How many segments, from the first on, may be rewritten.
    var count: Int
    /// Records before this offset are the newest of their keys among those before it.
    var dirtyStart: Int64
    /// The share of bytes from ``dirtyStart`` on.
    var dirtyRatio: Double
    /// Something has waited for longer than `max.compaction.lag.ms`.
    var isOverdue: Bool
    /// What has waited so long is in the segment that grows: it has to be ended first.
    var needsRoll: Bool

    /// - Parameters:
    ///   - segments: In order, the one that grows last.
    ///   - compactedUpTo: Where the last pass ended.
    ///   - stableOffset: From here on transactions are open, and nobody knows how they end.
    ///   - now: Wall clock, ms.
    init(
        segments: [Segment],
        compactedUpTo: Int64,
        stableOffset: Int64,
        configuration: LogConfiguration,
        now: Int64
    ) {
        let sealed = segments.dropLast()
        let first = segments.first?.baseOffset ?? 0
        let activeBase = segments.last?.baseOffset ?? 0
        // The log may have lost its end since then, or its start may have moved.
        let start = compactedUpTo > activeBase ? first : max(first, compactedUpTo)
        dirtyStart = start
        // Without a lag nothing waits, not even what says that it is from the future.
        let lag = configuration.minCompactionLagMs
        count =
            sealed.prefix { segment in
                segment.nextOffset <= stableOffset
                    && (lag == 0 || segment.nextOffset <= start || Self.age(segment.maxTimestamp, now) >= lag)
            }.count
        var clean: Int64 = 0
        var dirty: Int64 = 0
        for segment in sealed.prefix(count) {
            if segment.nextOffset <= start { clean += segment.size } else { dirty += segment.size }
        }
        dirtyRatio = dirty > 0 ? Double(dirty) / Double(clean + dirty) : 0
        let waiting = segments.firstIndex { $0.nextOffset > start && $0.size > 0 }
        isOverdue =
            waiting.map { Self.age(segments[$0].firstTimestamp, now) > configuration.maxCompactionLagMs } ?? false
        needsRoll = isOverdue && waiting == segments.count - 1
    }

    /// Whether a pass is worth its work.
    func isDue(_ configuration: LogConfiguration) -> Bool {
        dirtyRatio > 0 && (isOverdue || dirtyRatio > configuration.minCleanableDirtyRatio)
    }

    /// How long ago, in ms. Batches without a time are as old as can be.
    private static func age(_ timestamp: Int64, _ now: Int64) -> Int64 {
        guard timestamp >= 0 else { return .max }
        let passed = now.subtractingReportingOverflow(timestamp)
        return passed.overflow ? .max : passed.partialValue
    }

    /// Cuts `segments` into runs that become one segment each: not larger than `segmentBytes`, with offsets that can be told
    /// relative to the first.
    static func groups(_ segments: [Segment], segmentBytes: Int64) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        while start < segments.count {
            var end = start + 1
            var size = segments[start].size
            while end < segments.count, size + segments[end].size <= segmentBytes,
                segments[end].nextOffset - segments[start].baseOffset <= Int64(Int32.max)
            {
                size += segments[end].size
                end += 1
            }
            groups.append(start..<end)
            start = end
        }
        return groups
    }
}
