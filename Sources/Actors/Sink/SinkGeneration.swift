import Engine
import Logging

/// One run of a sink task from start to end: its actors and the channels between them.
///
///     broker ─librdkafka→ ConsumerActor ─channel→ ConverterPool ─channel→ SinkTaskActor
///        ▲                                                                    │
///        └───────────── commit ◀── what the sink says is durable ◀────────────┘
actor SinkGeneration: TaskGeneration {
    struct Parts: Sendable {
        var task: any SinkTask
        var configuration: [String: String]
        var conversion: RecordConversion
        var tolerance: ErrorTolerance
        var poolSize: Int
        var channelCapacity: FlowCost
        var flushInterval: Duration
        var stopTimeout: Duration
        var consumer: ConsumerActor.Settings
        var client: any ConsumerClient
        var clock: any WorkerClock
        var counters: TaskCounters
        var logger: Logger
    }

    private let parts: Parts
    private let children = ChildTasks()
    private let consumer: ConsumerActor
    private let sink: SinkTaskActor
    private let pool: ConverterPool

    init(_ parts: Parts, isPaused: Bool, name: String) {
        self.parts = parts
        pool = ConverterPool(
            conversion: parts.conversion,
            tolerance: parts.tolerance,
            size: parts.poolSize,
            capacity: parts.channelCapacity,
            counters: parts.counters,
            logger: parts.logger
        )
        consumer = ConsumerActor(
            client: parts.client,
            settings: parts.consumer,
            sender: RoundRobinSender(pool.inputs),
            isPaused: isPaused,
            clock: parts.clock,
            counters: parts.counters,
            logger: parts.logger
        )
        sink = SinkTaskActor(
            task: parts.task,
            name: name,
            consumer: consumer,
            flushInterval: parts.flushInterval,
            clock: parts.clock,
            counters: parts.counters,
            logger: parts.logger
        )
    }

    func run(onStarted: @escaping @Sendable () async -> Void) async throws {
        let (consumer, sink, pool, parts, children) = (consumer, sink, pool, parts, children)
        children.start("sink") {
            try await sink.start(configuration: parts.configuration)
            await onStarted()
            pool.start(in: children)
            children.start("consumer") { try await consumer.run() }
            children.start("commits") {
                try await ignoringCancellation {
                    while true {
                        try await parts.clock.sleep(for: parts.flushInterval)
                        try await sink.commitIfDue()
                    }
                }
            }
            try await sink.run(from: pool.outputs)
            children.cancel(["commits"])
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
        await consumer.drain()
    }

    func cancel() async {
        children.cancelAll()
    }

    func setPaused(_ paused: Bool) async {
        await consumer.setPaused(paused)
    }

    private func end() async {
        await children.end(
            grace: parts.stopTimeout,
            clock: parts.clock,
            logger: parts.logger,
            leftBehind: "the task can no longer commit offsets"
        )
        // The client goes with this run: a plugin that comes back to life later finds nothing to commit with.
        await parts.client.close()
    }
}
