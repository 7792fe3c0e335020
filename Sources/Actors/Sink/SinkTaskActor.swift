import Engine
import Logging

/// Calls one sink task's code, on an executor of its own: start, open, put, preCommit, close, stop.
actor SinkTaskActor {
    private let executor: QueueExecutor
    private let task: any SinkTask
    private let consumer: ConsumerActor
    private let flushInterval: Duration
    private let retryBackoff: (initial: Duration, maximum: Duration)
    private let clock: any WorkerClock
    private let counters: TaskCounters
    private let logger: Logger

    // The offset after the last record put, by open partition.
    private var positions: [TopicPartition: Int64] = [:]
    private var committed: [TopicPartition: Int64] = [:]
    private var nextCommit: Duration
    private var runningCommit: Task<Void, Never>?
    private var isCommitRequested = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        task: any SinkTask,
        name: String,
        consumer: ConsumerActor,
        flushInterval: Duration,
        clock: any WorkerClock,
        counters: TaskCounters,
        logger: Logger
    ) {
        self.executor = QueueExecutor(label: "sink-task-\(name)")
        self.task = task
        self.consumer = consumer
        self.flushInterval = flushInterval
        self.retryBackoff = (.seconds(1), .seconds(30))
        self.clock = clock
        self.counters = counters
        self.logger = logger
        self.nextCommit = clock.now() + flushInterval
    }

    /// The task's start. Called before the consumer joins its group, so that a task that cannot start never takes partitions.
    func start(configuration: [String: String]) async throws {
        let context = SinkTaskContext(logger: logger, clock: clock) { Task { await self.requestCommit() } }
        do {
            try await task.start(configuration: configuration, context: context)
        } catch {
            await task.stop()
            throw error
        }
    }

    /// Takes parcels until their end; the task's `stop` is called last.
    func run(from channels: [BoundedChannel<Parcel>]) async throws {
        do {
            var receiver = RoundRobinReceiver(channels)
            while let parcel = await receiver.next() {
                await enter()
                defer { leave() }
                try await take(parcel)
                if isCommitRequested || clock.now() >= nextCommit { try await beginCommit() }
            }
            try Task.checkCancellation()
        } catch {
            await task.stop()
            throw error
        }
        await runningCommit?.value
        await task.stop()
    }

    /// The flush interval has passed, or the task asks: commits now if the task is between two puts.
    func commitIfDue() async throws {
        guard !isBusy, clock.now() >= nextCommit || isCommitRequested else { return }
        await enter()
        defer { leave() }
        try await beginCommit()
    }

    // The actor is re-entrant at each `await` on the task's code; calls to that code must not overlap.
    private var isBusy = false
    private var entering: [CheckedContinuation<Void, Never>] = []

    private func enter() async {
        while isBusy { await withCheckedContinuation { entering.append($0) } }
        isBusy = true
    }

    private func leave() {
        isBusy = false
        if !entering.isEmpty { entering.removeFirst().resume() }
    }

    private func requestCommit() { isCommitRequested = true }

    private func take(_ parcel: Parcel) async throws {
        if !parcel.batch.isEmpty {
            try await put(parcel.batch)
            let (count, bytes) = (parcel.batch.count, parcel.batch.byteCount)
            counters.update {
                $0.delivered += count
                $0.deliveredBytes += bytes
            }
        }
        // Rule 2 begins here: what a put has accepted may be flushed, and only then committed.
        for (partition, offset) in parcel.positions { positions[partition] = offset }
        switch parcel.marker {
        case nil: break
        case .opened(let partitions):
            for partition in partitions { positions[partition] = nil }
            try await task.open(partitions)
        case .closed(let partitions, let lost, let done):
            try await close(partitions, lost: lost)
            done()
        }
    }

    /// Gives the batch to the task, again and again while the task says that its trouble will pass.
    private func put(_ batch: RecordBatch) async throws {
        var backoff = retryBackoff.initial
        while true {
            do {
                return try await task.put(batch)
            } catch let error as ConnectError where error.code.errorClass == .transient {
                try Task.checkCancellation()
                logger.warning(
                    "put failed, the same \(batch.count) records again in \(backoff.text): \(error.description)"
                )
                try await clock.sleep(for: backoff)
                backoff = min(backoff * 2, retryBackoff.maximum)
            }
        }
    }

    private func close(_ partitions: [TopicPartition], lost: Bool) async throws {
        await runningCommit?.value
        if !lost {
            let current = positions.filter { partitions.contains($0.key) }
            if let offsets = try await durableOffsets(current) { await commit(offsets) }
        }
        for partition in partitions {
            positions[partition] = nil
            committed[partition] = nil
        }
        try await task.close(partitions)
    }

    private func beginCommit() async throws {
        nextCommit = clock.now() + flushInterval
        isCommitRequested = false
        // One commit at a time: a broker that is slow to answer must not hold up the puts.
        guard runningCommit == nil, let offsets = try await durableOffsets(positions) else { return }
        runningCommit = Task {
            await commit(offsets)
            runningCommit = nil
        }
    }

    /// What the task says is durable and is not committed yet (rule 2); `nil` when there is nothing.
    private func durableOffsets(_ current: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64]? {
        let moved = current.filter { committed[$0.key] != $0.value }
        guard !moved.isEmpty else { return nil }
        var durable = try await task.preCommit(current)
        for (partition, offset) in durable {
            guard let position = current[partition], offset <= position, offset >= 0 else {
                logger.warning(
                    "preCommit named an offset that was never put; it is not committed",
                    metadata: [
                        "topic": "\(partition.topic)", "partition": "\(partition.partition)", "offset": "\(offset)",
                    ]
                )
                durable[partition] = nil
                continue
            }
            if committed[partition] == offset { durable[partition] = nil }
        }
        return durable.isEmpty ? nil : durable
    }

    /// A failure is logged and made good by the next commit: nothing is lost, at worst more is read twice.
    private func commit(_ offsets: [TopicPartition: Int64]) async {
        do {
            try await consumer.commit(offsets)
            for (partition, offset) in offsets where positions[partition] != nil { committed[partition] = offset }
            counters.update { $0.offsetCommits += 1 }
        } catch {
            counters.update { $0.offsetCommitFailures += 1 }
            logger.warning("offsets could not be committed, trying again with the next: \(ErrorText.describe(error))")
        }
    }
}
