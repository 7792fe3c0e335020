import Testing

@testable import EmbeddedBroker

@Suite("Compaction plan")
struct CompactionPlanTests {
    /// Segments of 100 offsets and 1000 bytes each, written 100 ms after each other from 1000 on; the last one grows.
    static func plan(
        _ count: Int,
        compactedUpTo: Int64 = 0,
        stableOffset: Int64 = .max,
        now: Int64 = 10_000,
        _ change: (inout LogConfiguration) -> Void = { _ in }
    ) -> CompactionPlan {
        let segments = (0..<Int64(count)).map { number in
            CompactionPlan.Segment(
                baseOffset: number * 100,
                nextOffset: number * 100 + 100,
                size: 1000,
                firstTimestamp: 1000 + number * 100,
                maxTimestamp: 1099 + number * 100
            )
        }
        var configuration = LogConfiguration()
        change(&configuration)
        return CompactionPlan(
            segments: segments,
            compactedUpTo: compactedUpTo,
            stableOffset: stableOffset,
            configuration: configuration,
            now: now
        )
    }

    @Test("leaves out the segment that grows")
    func active() {
        #expect(Self.plan(1).count == 0)
        #expect(!Self.plan(1).isDue(LogConfiguration()))
        let plan = Self.plan(5)
        #expect(plan.count == 4)
        #expect(plan.dirtyStart == 0)
        #expect(plan.dirtyRatio == 1)
        #expect(plan.isDue(LogConfiguration()))
    }

    @Test("waits until enough is dirty")
    func ratio() {
        // Kafka: more than min.cleanable.dirty.ratio, not as much.
        #expect(!Self.plan(5, compactedUpTo: 200).isDue(LogConfiguration()))
        #expect(Self.plan(5, compactedUpTo: 200).dirtyRatio == 0.5)
        #expect(Self.plan(5, compactedUpTo: 100).isDue(LogConfiguration()))
        #expect(Self.plan(5, compactedUpTo: 400).dirtyRatio == 0)
        var always = LogConfiguration()
        always.minCleanableDirtyRatio = 0
        #expect(!Self.plan(5, compactedUpTo: 400).isDue(always))
        #expect(Self.plan(5, compactedUpTo: 300).isDue(always))
    }

    @Test("stops at open transactions")
    func transactions() {
        #expect(Self.plan(5, stableOffset: 250).count == 2)
        #expect(Self.plan(5, stableOffset: 0).count == 0)
    }

    @Test("starts over when the log is shorter than it was")
    func shortened() {
        #expect(Self.plan(5, compactedUpTo: 900).dirtyStart == 0)
    }

    @Test("honours min.compaction.lag.ms and max.compaction.lag.ms")
    func lags() {
        #expect(Self.plan(5, now: 1300) { $0.minCompactionLagMs = 150 }.count == 1)
        // Producers' clocks may be ahead.
        #expect(Self.plan(5, now: 1000).count == 4)
        #expect(Self.plan(5, compactedUpTo: 300, now: 1450) { $0.minCompactionLagMs = 150 }.count == 3)
        let overdue = Self.plan(5, compactedUpTo: 300, now: 1400) { $0.maxCompactionLagMs = 99 }
        #expect(overdue.isOverdue && !overdue.needsRoll)
        #expect(overdue.isDue(LogConfiguration()))
        #expect(!Self.plan(5, compactedUpTo: 300, now: 1400) { $0.maxCompactionLagMs = 100 }.isOverdue)
        let rolling = Self.plan(5, compactedUpTo: 400, now: 1501) { $0.maxCompactionLagMs = 100 }
        #expect(rolling.needsRoll)
    }

    @Test("makes one segment of several small ones")
    func groups() {
        func segment(_ base: Int64, _ next: Int64, _ size: Int64) -> CompactionPlan.Segment {
            .init(baseOffset: base, nextOffset: next, size: size, firstTimestamp: -1, maxTimestamp: -1)
        }
        let sizes: [Int64] = [10, 20, 70, 1, 200, 0, 50, 60]
        let segments = sizes.enumerated().map { segment(Int64($0) * 10, Int64($0) * 10 + 10, $1) }
        #expect(CompactionPlan.groups(segments, segmentBytes: 100) == [0..<3, 3..<4, 4..<5, 5..<7, 7..<8])
        // Offsets have to fit into 32 bits relative to the first.
        let far = [segment(0, 10, 1), segment(10, 3_000_000_000, 1), segment(3_000_000_000, 3_000_000_001, 1)]
        #expect(CompactionPlan.groups(far, segmentBytes: 100) == [0..<1, 1..<2, 2..<3])
        #expect(CompactionPlan.groups([], segmentBytes: 100).isEmpty)
    }
}
