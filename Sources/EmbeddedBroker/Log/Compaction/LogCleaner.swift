import Logging
import NIOCore

/// Compacts the logs of topics with `cleanup.policy=compact` (Kafka: `LogCleaner`): of the records of a key the newest
/// stays, tombstones stay for `delete.retention.ms`, offsets never change.
///
/// The broker calls ``step(_:)`` from its event loop: again soon while it answers true, so that other work comes in
/// between, and now and then otherwise. One log is compacted at a time. Whatever a crash interrupts, the next start
/// finds each segment either old or compacted.
final class LogCleaner {
    /// How long a log is left alone after a failure, in ms; twice as long after each further one.
    static let firstWaitMs: Int64 = 15_000
    /// The longest wait after a failure, in ms.
    private static let longestWaitMs: Int64 = 3_600_000

    private struct Failure {
        var waitMs: Int64
        /// Monotonic, ms.
        var until: Int64
    }

    private let clock: BrokerClock
    private let logger: Logger
    private let mapCapacity: Int
    private let stepBytes: Int
    private var run: CompactionRun?
    private var failures: [TopicPartition: Failure] = [:]

    /// - Parameter stepBytes: About how much of a log is gone through in one step.
    init(
        clock: BrokerClock,
        logger: Logger,
        mapCapacity: Int = CompactionMap.defaultCapacity,
        stepBytes: Int = 256 * 1024
    ) {
        self.clock = clock
        self.logger = logger
        self.mapCapacity = mapCapacity
        self.stepBytes = stepBytes
    }

    /// Does a piece of work: some milliseconds. `logs`: all there are. Answers whether there may be more to do at once.
    func step(_ logs: some Sequence<PartitionLog>) -> Bool {
        guard let run = run ?? choose(logs) else { return false }
        self.run = run
        guard run.isCurrent, run.log.configuration.isCompacted else {
            run.abandon()
            self.run = nil
            return true
        }
        do throws(StorageError) {
            guard try run.step(budget: stepBytes) else { return true }
            try run.log.keepCompacted(upTo: run.compactedUpTo)
            failures[run.log.partition] = nil
            logger.debug("\(run.log.partition): compacted from \(run.sizeBefore) to \(run.sizeAfter) bytes")
        } catch {
            failed(run, error)
        }
        self.run = nil
        return true
    }

    /// The log that has most to gain.
    private func choose(_ logs: some Sequence<PartitionLog>) -> CompactionRun? {
        let now = clock.wall
        var best: (log: PartitionLog, plan: CompactionPlan)?
        for log in logs where log.configuration.isCompacted && log.isOpen && !isWaiting(log) {
            do throws(StorageError) {
                let plan = try log.compactionPlan(now: now)
                guard plan.isDue(log.configuration), plan.dirtyRatio > best?.plan.dirtyRatio ?? 0 else { continue }
                best = (log, plan)
            } catch {
                wait(log, error)
            }
        }
        return best.map { log, plan in
            CompactionRun(
                log: log,
                segments: Array(log.sealedSegments.prefix(plan.count)),
                dirtyStart: plan.dirtyStart,
                now: now,
                mapCapacity: mapCapacity
            )
        }
    }

    // MARK: Failures

    private func isWaiting(_ log: PartitionLog) -> Bool {
        guard let failure = failures[log.partition] else { return false }
        return failure.until > clock.monotonic
    }

    private func failed(_ run: CompactionRun, _ error: StorageError) {
        run.abandon()
        wait(run.log, error)
    }

    private func wait(_ log: PartitionLog, _ error: StorageError) {
        let last = failures[log.partition]?.waitMs ?? Self.firstWaitMs / 2
        let waitMs = min(last * 2, Self.longestWaitMs)
        failures[log.partition] = Failure(waitMs: waitMs, until: clock.monotonic + waitMs)
        logger.warning("\(log.partition): compaction failed and is tried again in \(waitMs / 1000) s: \(error)")
    }
}

extension PartitionLog {
    private static let compactedFile = "compacted-offset"

    /// What is to be compacted now. Ends the segment that grows when `max.compaction.lag.ms` asks for it.
    fileprivate func compactionPlan(now: Int64) throws(StorageError) -> CompactionPlan {
        let start = try compactedStart()
        let plan = makePlan(start, now)
        guard plan.needsRoll else { return plan }
        roll()
        return makePlan(start, now)
    }

    private func makePlan(_ start: Int64, _ now: Int64) -> CompactionPlan {
        CompactionPlan(
            segments: segments.map(CompactionPlan.Segment.init),
            compactedUpTo: start,
            stableOffset: lastStableOffset,
            configuration: configuration,
            now: now
        )
    }

    /// Where the last pass ended. A wrong answer costs work, nothing else.
    private func compactedStart() throws(StorageError) -> Int64 {
        if let known = compactedUpTo { return known }
        let contents = try storage.contents(of: path(Self.compactedFile))
        let offset = contents.flatMap { Int64(String(buffer: $0).prefix { $0 != "\n" }) } ?? 0
        compactedUpTo = offset
        return offset
    }

    /// Notes where a pass ended.
    fileprivate func keepCompacted(upTo offset: Int64) throws(StorageError) {
        compactedUpTo = offset
        try storage.replace(path(Self.compactedFile), with: ByteBuffer(string: "\(offset)\n"), isDurable: false)
    }
}
