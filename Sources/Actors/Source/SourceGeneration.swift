import Engine
import Logging

/// One run of a source task from start to end: its actors, the channels between them, and the commits of its offsets.
///
///     SourceTaskActor ─channel→ ConverterPool ─channel→ ProducerActor ─librdkafka→ broker
///            ▲                                               │
///            └────── OffsetStore ◀── acked prefix ── AckLedger
actor SourceGeneration: TaskGeneration {
    struct Parts: Sendable {
        var connector: String
        var task: any SourceTask
        var configuration: [String: String]
        var conversion: RecordConversion
        var tolerance: ErrorTolerance
        var poolSize: Int
        var channelCapacity: FlowCost
        var maximumInFlightBytes: Int
        var flushInterval: Duration
        var stopTimeout: Duration
        var client: any ProducerClient
        var topics: TopicCreator?
        var store: any OffsetStore
        var clock: any WorkerClock
        var counters: TaskCounters
        var logger: Logger
    }

    private let parts: Parts
    private let children = ChildTasks()
    private let source: SourceTaskActor
    private let producer: ProducerActor
    private let pool: ConverterPool
    private var reportTaker: Task<Void, any Error>?
    private var isDraining = false
    // Once over, this run may not store offsets any more: the next one may be running.
    private var isOver = false

    init(_ parts: Parts, isPaused: Bool, name: String) {
        self.parts = parts
        source = SourceTaskActor(
            task: parts.task,
            name: name,
            isPaused: isPaused,
            counters: parts.counters,
            logger: parts.logger
        )
        producer = ProducerActor(
            client: parts.client,
            maximumInFlightBytes: parts.maximumInFlightBytes,
            topics: parts.topics,
            tolerance: parts.tolerance,
            counters: parts.counters,
            logger: parts.logger
        )
        pool = ConverterPool(
            conversion: parts.conversion,
            tolerance: parts.tolerance,
            size: parts.poolSize,
            capacity: parts.channelCapacity,
            counters: parts.counters,
            logger: parts.logger
        )
    }

    func run(onStarted: @escaping @Sendable () async -> Void) async throws {
        let (source, producer, pool, parts) = (source, producer, pool, parts)
        let context = SourceTaskContext(logger: parts.logger, clock: parts.clock) { partitions in
            await parts.store.offsets(connector: parts.connector, partitions: partitions)
        }
        pool.start(in: children)
        children.start("producer") { [children] in
            try await producer.submitAll(from: pool.outputs)
            // Everything is acknowledged: the loops that have no end of their own may go.
            children.cancel(["reports", "commits"])
        }
        children.start("reports") { try await ignoringCancellation { try await producer.takeReports() } }
        children.start("commits") { try await ignoringCancellation { try await self.commitPeriodically() } }
        children.start("source") {
            try await source.run(
                configuration: parts.configuration,
                context: context,
                sender: RoundRobinSender(pool.inputs),
                onStarted: onStarted
            )
        }
        do {
            try await children.waitForAll()
        } catch {
            await end()
            throw error
        }
        await end()
    }

    func drain() async {
        guard !isDraining else { return }
        isDraining = true
        await source.drain()
    }

    func cancel() async {
        children.cancelAll()
    }

    func setPaused(_ paused: Bool) async {
        await source.setPaused(paused)
    }

    private func end() async {
        // What Kafka has acknowledged before a failure counts: fewer records are read twice after the restart.
        await children.end(
            grace: parts.stopTimeout,
            clock: parts.clock,
            logger: parts.logger,
            leftBehind: "the task can no longer store offsets"
        )
        await commit()
        isOver = true
        await parts.client.close()
    }

    private func commitPeriodically() async throws {
        while true {
            try await parts.clock.sleep(for: parts.flushInterval)
            await commit()
        }
    }

    /// Stores what may be stored. A failure is logged and tried again at the next interval: nothing is lost, at worst more is
    /// read twice.
    private func commit() async {
        let offsets = await producer.storableOffsets
        guard !offsets.isEmpty, !isOver else { return }
        do {
            try await parts.store.store(connector: parts.connector, offsets)
        } catch {
            parts.counters.update { $0.offsetCommitFailures += 1 }
            parts.logger.error(
                "offsets could not be stored, trying again in \(parts.flushInterval.text): \(ErrorText.describe(error))"
            )
            return
        }
        await producer.markStored(offsets)
        parts.counters.update { $0.offsetCommits += 1 }
        if !isDraining { await source.commit(offsets) }
    }
}

/// Runs a loop that ends by being cancelled.
func ignoringCancellation(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch is CancellationError {
        return
    }
}
