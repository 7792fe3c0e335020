import Engine
import Logging

/// Calls one source task's code, on an executor of its own: start, poll in a loop, commit, stop.
actor SourceTaskActor {
    private let executor: QueueExecutor
    private let task: any SourceTask
    private let counters: TaskCounters
    private let logger: Logger

    private var pollLoop: Task<Void, any Error>?
    private var isDraining = false
    private var isPaused: Bool
    private var resumed: CheckedContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(task: any SourceTask, name: String, isPaused: Bool, counters: TaskCounters, logger: Logger) {
        self.executor = QueueExecutor(label: "source-task-\(name)")
        self.task = task
        self.isPaused = isPaused
        self.counters = counters
        self.logger = logger
    }

    /// The task's whole life: returns when the source has ended or ``drain()`` was asked for, throws when the task's code does.
    /// The sender is finished in either case; the task's `stop` is called last.
    func run(
        configuration: [String: String],
        context: SourceTaskContext,
        sender: RoundRobinSender,
        onStarted: @escaping @Sendable () async -> Void
    ) async throws {
        do {
            try await task.start(configuration: configuration, context: context)
            await onStarted()
            let loop = Task { try await self.poll(sender) }
            pollLoop = loop
            if isDraining { loop.cancel() }
            try await withTaskCancellationHandler {
                try await loop.value
            } onCancel: {
                loop.cancel()
            }
        } catch {
            sender.finish()
            await task.stop()
            if isDraining, error is CancellationError { return }
            throw error
        }
        sender.finish()
        await task.stop()
    }

    /// No more polls. What was polled and handed on stays on its way; what a running poll has not returned is read again later.
    func drain() {
        isDraining = true
        pollLoop?.cancel()
        resumed?.resume()
        resumed = nil
    }

    /// Stops or goes on calling `poll`; a poll that is running is let finish.
    func setPaused(_ paused: Bool) {
        isPaused = paused
        if !paused {
            resumed?.resume()
            resumed = nil
        }
    }

    /// Tells the task which offsets are stored. A failure is the task's own affair: it is logged, and the next commit says more.
    func commit(_ offsets: [OffsetMap: OffsetMap]) async {
        do {
            try await task.commit(offsets)
        } catch {
            logger.warning(
                "the task's commit failed, the offsets are stored all the same: \(ErrorText.describe(error))"
            )
        }
    }

    private func poll(_ sender: RoundRobinSender) async throws {
        var sender = sender
        while !isDraining {
            await waitWhilePaused()
            if isDraining { return }
            try Task.checkCancellation()
            let batch: RecordBatch?
            do {
                batch = try await task.poll()
            } catch let error as ConnectError where error.code == .retriable {
                // Connect's meaning: nothing was returned, ask again.
                logger.warning("poll asks to be tried again: \(error)")
                continue
            }
            guard let batch else {
                logger.info("the source has ended: no more polls")
                return
            }
            if batch.isEmpty, batch.sourceOffsets.isEmpty { continue }
            let count = batch.count
            counters.update { $0.polled += count }
            try await sender.send(Parcel(batch: batch))
        }
    }

    private func waitWhilePaused() async {
        guard isPaused, !isDraining, !Task.isCancelled else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled || isDraining || !isPaused {
                    continuation.resume()
                } else {
                    resumed = continuation
                }
            }
        } onCancel: {
            Task { await self.setPaused(false) }
        }
    }
}
