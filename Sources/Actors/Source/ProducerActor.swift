import Engine
import Logging

/// Hands batches to Kafka in order and keeps the ledger of what Kafka has acknowledged (rules 1, 3, 8).
///
/// Two loops share the actor: one takes parcels and hands them over, one takes delivery reports whenever the client says that
/// there are some. The first waits for the second when the client's queue or the in-flight budget is full; nothing spins and
/// nothing is dropped.
actor ProducerActor {
    private let client: any ProducerClient
    private let maximumInFlightBytes: Int
    private let topics: TopicCreator?
    private let tolerance: ErrorTolerance
    private let counters: TaskCounters
    private let logger: Logger

    private var ledger = AckLedger()
    private var nextBatchID: UInt64 = 0
    private var inFlightBytes = 0
    private var batchBytes: [UInt64: Int] = [:]
    private var spaceWaiter: CheckedContinuation<Void, Never>?
    private var failure: (any Error)?
    private var isOver = false

    init(
        client: any ProducerClient,
        maximumInFlightBytes: Int,
        topics: TopicCreator?,
        tolerance: ErrorTolerance,
        counters: TaskCounters,
        logger: Logger
    ) {
        self.client = client
        self.maximumInFlightBytes = maximumInFlightBytes
        self.topics = topics
        self.tolerance = tolerance
        self.counters = counters
        self.logger = logger
    }

    /// Takes parcels until their end and then waits until Kafka has answered for all of them. Throws when a record cannot be
    /// delivered, or the client has failed for good.
    func submitAll(from channels: [BoundedChannel<Parcel>]) async throws {
        defer {
            isOver = true
            wakeSubmitter()
        }
        var receiver = RoundRobinReceiver(channels)
        while let parcel = await receiver.next() {
            try await submit(parcel.batch)
            // Reports get their turn after each batch, not only when the budget is full.
            await Task.yield()
        }
        try Task.checkCancellation()
        while ledger.pendingRecords > 0 { try await waitForDelivery() }
    }

    /// Takes delivery reports until the task is cancelled. Throws what ``submitAll(from:)`` throws.
    func takeReports() async throws {
        for await _ in client.wakeups {
            takeEvents()
            wakeSubmitter()
            if let failure { throw failure }
        }
        try Task.checkCancellation()
    }

    /// The offsets that may be stored now.
    var storableOffsets: [OffsetMap: OffsetMap] { ledger.storableOffsets }

    /// These offsets are stored.
    func markStored(_ offsets: [OffsetMap: OffsetMap]) { ledger.markStored(offsets) }

    private func submit(_ batch: RecordBatch) async throws {
        if let topics { try await topics.ensure(batch.topics) }
        while inFlightBytes > 0, inFlightBytes + batch.byteCount > maximumInFlightBytes {
            try await waitForDelivery()
        }
        nextBatchID += 1
        let id = nextBatchID
        ledger.submit(id, records: batch.count, offsets: batch.sourceOffsets)
        guard !batch.isEmpty else { return }
        inFlightBytes += batch.byteCount
        batchBytes[id] = batch.byteCount
        var index = 0
        while index < batch.count {
            let outcome = client.produce(batch, id: id, from: index)
            index = outcome.nextIndex
            if !outcome.rejected.isEmpty { try settle(id, failures: outcome.rejected, delivered: 0) }
            if index < batch.count { try await waitForDelivery() }
        }
    }

    /// Suspends until reports have been taken at least once more.
    private func waitForDelivery() async throws {
        if let failure { throw failure }
        try Task.checkCancellation()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled || failure != nil {
                    continuation.resume()
                } else {
                    // No wake-up can be lost: this loop and the one that takes reports share the actor, and the client
                    // signals again for whatever it queues after a drain.
                    spaceWaiter = continuation
                }
            }
        } onCancel: {
            Task { await self.wakeSubmitter() }
        }
        if let failure { throw failure }
        try Task.checkCancellation()
    }

    private func wakeSubmitter() {
        spaceWaiter?.resume()
        spaceWaiter = nil
    }

    private func takeEvents() {
        for event in client.drain() {
            switch event {
            case .delivered(let batch, let count, let failures):
                do {
                    try settle(batch, failures: failures, delivered: count)
                } catch {
                    failure = failure ?? error
                }
            case .error(let error, let isFatal):
                if isFatal {
                    failure = failure ?? error
                } else {
                    logger.warning("\(error.description)")
                }
            }
        }
    }

    /// Books delivered and failed records of a batch. A failed one that is not tolerated fails the task: its offset, and all
    /// later ones of its source partition, are never stored.
    private func settle(_ id: UInt64, failures: [RecordFailure], delivered: Int) throws {
        let tolerated = try tolerance.handle(failures, logger: logger)
        let isDone = ledger.acknowledge(id, count: delivered + tolerated)
        var bytes = 0
        if isDone, let batch = batchBytes.removeValue(forKey: id) {
            bytes = batch
            inFlightBytes -= batch
        }
        counters.update {
            $0.delivered += delivered
            $0.deliveredBytes += bytes
            $0.tolerated += tolerated
        }
    }
}
