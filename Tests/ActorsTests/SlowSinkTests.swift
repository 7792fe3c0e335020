import ConnectTesting
import Engine
import Kafka
import Logging
import Synchronization
import Testing

@testable import Actors

@Suite("A sink far slower than its source", .timeLimit(.minutes(10)))
struct SlowSinkTests {
    private static let recordCount = 20_000
    private static let capacity = 2000

    /// Rule 4 and the group's patience, with librdkafka and a broker: the sink sits on its first batch for twice
    /// `max.poll.interval.ms`, then takes everything.
    @Test func isNotEvictedReadsNoMoreThanItsBoundAndLosesNothing() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic("slow")
        try await produce(Self.recordCount, to: topic, broker)

        var plugins = PluginRegistry()
        plugins.add(converter: PassThroughConverter.self, as: "test.PassThroughConverter")
        plugins.add(headerConverter: PassThroughConverter.self, as: "test.PassThroughConverter")
        plugins.add(sink: SlowSink.self, as: "test.SlowSinkConnector")
        // As short as the brokers allow: Kafka wants sessions of 6 s.
        let patience = broker.embedded == nil ? 6500 : 1000
        let security = broker.security
        let worker = try Worker(
            configuration: WorkerConfiguration(
                RawConfiguration(
                    security.merging([
                        "bootstrap.servers": broker.bootstrapServers,
                        "key.converter": "test.PassThroughConverter",
                        "value.converter": "test.PassThroughConverter",
                        "header.converter": "test.PassThroughConverter",
                        "offset.storage.file.filename": "/offsets",
                        "consumer.max.poll.interval.ms": String(patience),
                        "consumer.session.timeout.ms": String(patience - 100),
                        "consumer.heartbeat.interval.ms": "100",
                        "channel.capacity.records": String(Self.capacity),
                    ]) { $1 }
                ),
                plugins: plugins
            ),
            plugins: plugins,
            world: World(clock: SystemClock(), fileSystem: MemoryFileSystem(), clients: LibrdkafkaClients()),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await worker.run() }
        let file = "name=slow-\(topic)\nconnector.class=SlowSink\ntopics=\(topic)\npatience.ms=\(patience)\n"
        await worker.start(try ConnectorFile.read(Array(file.utf8), file: "slow.properties"))

        await SlowSink.seen.wait { $0.isHolding }
        // It holds on for twice the group's patience; the plugin itself tells when that is over.
        await SlowSink.seen.wait { !$0.isHolding }
        let polled = await worker.statuses().first?.tasks.first?.counters.polled ?? 0
        // Two channels, and one batch in each of the three hands (the bound that docs/architecture.md states).
        #expect(polled <= 2 * Self.capacity + 3 * 2000)
        await SlowSink.seen.wait { $0.received.count >= Self.recordCount }
        worker.shutdown()
        try await running.value

        let seen = SlowSink.seen.value
        #expect(seen.received == (0..<Self.recordCount).map { "record \($0)" })
        #expect(seen.opens == 1, "assigned once, never evicted")
        try await broker.close()
    }

    private func produce(_ count: Int, to topic: String, _ broker: TestBroker) async throws {
        let producer = try LibrdkafkaClients().makeProducer(
            broker.configuration(),
            context: ClientContext(logger: Logger(label: "test"), clientID: "test")
        )
        var batch = RecordBatch()
        let arena = Arena()
        for number in 0..<count {
            let record = ConnectRecord(
                topic: topic,
                partition: 0,
                value: SchemaAndValue(schema: nil, value: .string("record \(number)"))
            )
            batch.append(record, arena: arena)
        }
        let outcome = producer.produce(batch, id: 1, from: 0)
        #expect(outcome.nextIndex == count && outcome.rejected.isEmpty)
        var delivered = 0
        for await _ in producer.wakeups {
            for case .delivered(_, let count, let failures) in producer.drain() {
                delivered += count
                #expect(failures.isEmpty)
            }
            if delivered == count { break }
        }
        await producer.close()
    }
}

private final class SlowSink: SinkConnector {
    struct Seen {
        var isHolding = false
        var received: [String] = []
        var opens = 0
    }

    static let seen = Watched(Seen())
    static var configDefinition: ConfigDefinition { ConfigDefinition() }
    private let configuration = Mutex<[String: String]>([:])

    func start(configuration: [String: String], context: ConnectorContext) async throws {
        self.configuration.withLock { $0 = configuration }
    }
    func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [configuration.withLock { $0 }] }
    func makeTask() -> any SinkTask { SlowSinkTask() }
    func stop() async {}
}

private actor SlowSinkTask: SinkTask {
    private var hold = Duration.zero
    private var clock: (any WorkerClock)?

    func start(configuration: [String: String], context: SinkTaskContext) async throws {
        hold = .milliseconds(2 * (configuration["patience.ms"].flatMap { Int($0) } ?? 0))
        clock = context.clock
    }

    func open(_ partitions: [TopicPartition]) async throws {
        SlowSink.seen.update { $0.opens += 1 }
    }

    func put(_ batch: RecordBatch) async throws {
        if hold > .zero {
            SlowSink.seen.update { $0.isHolding = true }
            try await clock?.sleep(for: hold)
            hold = .zero
            SlowSink.seen.update { $0.isHolding = false }
        }
        let values = batch.records.map { String(decoding: $0.value.buffer, as: UTF8.self) }
        SlowSink.seen.update { $0.received += values }
    }

    func stop() async {}
}
