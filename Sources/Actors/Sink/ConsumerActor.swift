import DequeModule
import Engine
import Logging

/// Reads a sink task's partitions and hands batches to the converter pool, never more than its channels hold.
///
/// One loop serves the client whenever it signals, a batch was accepted, or the time has come to be seen polling. When the sink is
/// slow, the loop pauses the partitions and goes on serving the client, so the group does not evict the task
/// (`max.poll.interval.ms`) and a rebalance is answered at once.
actor ConsumerActor {
    struct Settings: Sendable {
        var topics: [String]
        /// `max.poll.records`.
        var maximumRecords: Int
        /// Bytes of one batch.
        var maximumBytes: Int
        /// How long a full pipeline is waited for before the partitions are paused.
        var pauseAfter: Duration
        /// How often the client is polled at least, also while everything is paused: well below `max.poll.interval.ms`.
        var pollAtLeastEvery: Duration
        /// How long a revoked partition's records may take to be finished and committed before the partition is given up.
        var revocationDeadline: Duration
    }

    private let client: any ConsumerClient
    private let settings: Settings
    private let clock: any WorkerClock
    private let counters: TaskCounters
    private let logger: Logger
    private var sender: RoundRobinSender

    private var assigned: Set<TopicPartition> = []
    // Parcels on their way into the pipeline, in order. Records are polled only while it is empty, so it stays short.
    private var outbox: Deque<Parcel> = []
    private var isSending = false
    private var isBackpressured = false
    private var isPausedByUser: Bool
    private var isDraining = false
    private var failure: (any Error)?

    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(
        client: any ConsumerClient,
        settings: Settings,
        sender: RoundRobinSender,
        isPaused: Bool,
        clock: any WorkerClock,
        counters: TaskCounters,
        logger: Logger
    ) {
        self.client = client
        self.settings = settings
        self.sender = sender
        self.isPausedByUser = isPaused
        self.clock = clock
        self.counters = counters
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Serves the client until drained or failed. On a drain the partitions are closed in band, like on a revocation, and the
    /// pipeline's input ends.
    func run() async throws {
        defer {
            signal.finish()
            sender.finish()
        }
        try client.subscribe(settings.topics)
        let forwarder = Task { [client, signal] in
            for await _ in client.wakeups { signal.yield() }
        }
        let ticker = Task { [clock, signal, settings] in
            while true {
                try await clock.sleep(for: settings.pollAtLeastEvery)
                signal.yield()
            }
        }
        defer {
            forwarder.cancel()
            ticker.cancel()
        }
        signal.yield()
        for await _ in signals {
            if let failure { throw failure }
            if isDraining { break }
            try await serve()
        }
        try Task.checkCancellation()
        if isDraining { try await finish() }
    }

    /// Asks for a good end.
    func drain() {
        isDraining = true
        signal.yield()
    }

    /// Stops or goes on fetching; the task keeps its partitions.
    func setPaused(_ paused: Bool) {
        guard paused != isPausedByUser else { return }
        isPausedByUser = paused
        attempt {
            if paused {
                try client.pause(Array(assigned))
            } else if !isBackpressured {
                try client.resume(Array(assigned))
            }
        }
        signal.yield()
    }

    /// Commits offsets that the sink says are durable (rule 2). Partitions that are no longer this task's are left out.
    func commit(_ offsets: [TopicPartition: Int64]) async throws {
        let own = offsets.filter { assigned.contains($0.key) }
        if !own.isEmpty { try await client.commit(own) }
    }

    // MARK: Serving

    private func serve() async throws {
        while !isDraining {
            // With a parcel waiting for room, polling would fetch what cannot be taken; once the partitions are paused it brings no
            // records, only rebalances and errors, and the group sees a living member.
            if isSending, !isBackpressured { return }
            let events = client.poll(maxRecords: settings.maximumRecords, maxBytes: settings.maximumBytes)
            if events.isEmpty { return }
            for event in events { try await handle(event) }
            if let failure { throw failure }
            // Commits and a drain must get their turn, however long the topic is.
            await Task.yield()
        }
    }

    private func handle(_ event: ConsumerEvent) async throws {
        switch event {
        case .records(let batch):
            let count = batch.count
            counters.update { $0.polled += count }
            enqueue(Parcel(batch: batch, positions: batch.nextOffsets))
        case .assigned(let partitions):
            logger.info("partitions assigned", metadata: ["partitions": "\(Self.list(partitions))"])
            assigned.formUnion(partitions)
            try client.completeAssignment(partitions, paused: isPausedByUser || isBackpressured)
            // In band, so that `open` precedes the first record.
            enqueue(Parcel(batch: RecordBatch(), marker: .opened(partitions)))
        case .revoked(let partitions, let lost):
            logger.info(
                "partitions \(lost ? "lost" : "revoked")",
                metadata: ["partitions": "\(Self.list(partitions))"]
            )
            try await close(partitions, lost: lost)
            try client.completeRevocation(partitions)
        case .error(let error, let isFatal):
            if isFatal { throw error }
            logger.warning("\(error.description)")
        }
    }

    private func enqueue(_ parcel: Parcel) {
        outbox.append(parcel)
        pump()
    }

    /// Sends what waits, as far as there is room; the first that finds none is sent by a task of its own.
    private func pump() {
        guard !isSending else { return }
        while let parcel = outbox.popFirst() {
            if sender.trySend(parcel) { continue }
            isSending = true
            Task { await self.sendWaiting(parcel) }
            return
        }
        guard isBackpressured else { return }
        isBackpressured = false
        if !isPausedByUser { attempt { try client.resume(Array(assigned)) } }
    }

    private func sendWaiting(_ parcel: Parcel) async {
        let deadline = clock.now() + settings.pauseAfter
        let pauser = Task {
            try await clock.sleep(until: deadline)
            self.pauseForBackpressure()
        }
        defer { pauser.cancel() }
        do {
            var sender = self.sender
            try await sender.send(parcel)
            self.sender = sender
            // Going on costs a new fetch of what the pause threw away: only when there is room for more than the next batch.
            if isBackpressured, outbox.isEmpty { try await sender.waitForHalf() }
        } catch {
            // The pipeline has ended: whoever ended it reports why.
            failure = failure ?? error
        }
        isSending = false
        pump()
        signal.yield()
    }

    private func pauseForBackpressure() {
        guard isSending, !isBackpressured else { return }
        logger.debug("the sink is slow: partitions paused until it catches up")
        isBackpressured = true
        attempt { try client.pause(Array(assigned)) }
        signal.yield()
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            failure = failure ?? error
        }
    }

    // MARK: Closing

    /// Has the pipeline finish and commit what it holds of these partitions; gives up after the deadline.
    private func close(_ partitions: [TopicPartition], lost: Bool) async throws {
        if lost { assigned.subtract(partitions) }
        discardQueued(Set(partitions))
        let (closed, done) = AsyncStream.makeStream(of: Bool.self)
        let deadline = clock.now() + settings.revocationDeadline
        let timer = Task { [clock] in
            try await clock.sleep(until: deadline)
            done.yield(false)
        }
        enqueue(Parcel(batch: RecordBatch(), marker: .closed(partitions, lost: lost) { done.yield(true) }))
        var iterator = closed.makeAsyncIterator()
        let isDone = await iterator.next() ?? false
        timer.cancel()
        assigned.subtract(partitions)
        if let failure { throw failure }
        guard !isDone else { return }
        logger.warning(
            """
            the sink did not finish its records within \(settings.revocationDeadline.text): the partitions go without a commit, \
            and their new owner reads those records again
            """,
            metadata: ["partitions": "\(Self.list(partitions))"]
        )
    }

    /// Records that wait outside the pipeline and were never handed to the sink: their next reader gets them from Kafka.
    private func discardQueued(_ partitions: Set<TopicPartition>) {
        for position in outbox.indices where outbox[position].marker == nil {
            outbox[position].discard(partitions)
        }
    }

    private func finish() async throws {
        try client.pause(Array(assigned))
        try await close(Array(assigned), lost: false)
    }

    private static func list(_ partitions: [TopicPartition]) -> String {
        partitions.sorted().map(\.description).joined(separator: " ")
    }
}

extension RecordBatch {
    /// The offset after the last record of each partition. One look-up per run of records of the same partition.
    var nextOffsets: [TopicPartition: Int64] {
        var result: [TopicPartition: Int64] = [:]
        var index = 0
        while index < records.count {
            let first = records[index]
            var last = first.offset
            while index < records.count, records[index].topic == first.topic,
                records[index].partition == first.partition
            {
                last = records[index].offset
                index += 1
            }
            result[TopicPartition(topic: topic(of: first), partition: first.partition)] = last + 1
        }
        return result
    }
}

extension Parcel {
    /// Takes the records of some partitions out, and their positions.
    mutating func discard(_ partitions: Set<TopicPartition>) {
        let unwanted = batch.records.indices.filter { index in
            let slot = batch.records[index]
            return partitions.contains(TopicPartition(topic: batch.topic(of: slot), partition: slot.partition))
        }
        batch.removeRecords(at: unwanted)
        for partition in partitions { positions[partition] = nil }
    }
}
