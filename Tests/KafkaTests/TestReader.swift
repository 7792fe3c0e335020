import ConnectTesting
import Engine
import Kafka

/// A record as a test sees it.
struct Seen: Equatable {
    var partition: Int32
    var offset: Int64
    var key: String?
    var value: String?
    var timestamp: Int64
    var headers: [String: String?] = [:]
}

extension RecordBatch {
    /// The records, copied out.
    func seen() -> [Seen] {
        records.map { record in
            Seen(
                partition: record.partition,
                offset: record.offset,
                key: text(record.key),
                value: text(record.value),
                timestamp: record.timestamp,
                headers: Dictionary(
                    headerSlots(of: record).map { (text($0.key) ?? "", text($0.value)) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        }
    }

    private func text(_ cell: Cell) -> String? {
        cell.kind == .null ? nil : String(decoding: cell.buffer, as: UTF8.self)
    }
}

/// Merges the wake-ups of several clients. Each is forwarded by a task that ends when its client is closed; a reader that is
/// cancelled would end the client's stream for good.
final class WakeupHub: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func attach(_ wakeups: AsyncStream<Void>) {
        let continuation = continuation
        Task { for await _ in wakeups { continuation.yield() } }
    }

    func next() async {
        var iterator = stream.makeAsyncIterator()
        _ = await iterator.next()
    }
}

/// Reads with a consumer until a condition holds; answers rebalances at once unless told otherwise.
final class TestReader {
    let consumer: any ConsumerClient
    var seen: [Seen] = []
    var errors: [ConnectError] = []
    var owned: Set<TopicPartition> = []
    var revocations = 0
    var startsPaused = false
    var commitsOnRevocation = false
    var onAssigned: (([TopicPartition]) async throws -> Void)?
    private let hub: WakeupHub

    init(_ consumer: any ConsumerClient, hub: WakeupHub = WakeupHub()) {
        self.consumer = consumer
        self.hub = hub
        hub.attach(consumer.wakeups)
    }

    var values: [String] { seen.compactMap(\.value) }

    /// Polls once without waiting.
    func poll(maxRecords: Int = 500, maxBytes: Int = 1 << 20) async throws {
        for event in consumer.poll(maxRecords: maxRecords, maxBytes: maxBytes) {
            switch event {
            case .records(let batch):
                seen += batch.seen()
            case .assigned(let partitions):
                owned.formUnion(partitions)
                try consumer.completeAssignment(partitions, paused: startsPaused)
                try await onAssigned?(partitions)
            case .revoked(let partitions, let isLost):
                if commitsOnRevocation, !isLost { try await commitWhatWasRead(of: partitions) }
                revocations += 1
                owned.subtract(partitions)
                try consumer.completeRevocation(partitions)
            case .error(let error, _):
                errors.append(error)
            }
        }
    }

    // Unlike a broker, the embedded cluster refuses commits in the middle of an eager rebalance; then records are read twice.
    private func commitWhatWasRead(of partitions: [TopicPartition]) async throws {
        do {
            try await consumer.commit(consumer.positions(partitions))
        } catch let error as ConnectError where error.message.contains("REBALANCE_IN_PROGRESS") {
            errors.append(error)
        }
    }

    /// Polls until the condition holds.
    func read(maxRecords: Int = 500, until condition: () -> Bool) async throws {
        while !condition() {
            try await poll(maxRecords: maxRecords)
            if condition() { return }
            await hub.next()
        }
    }
}

/// Polls several readers in turn until a condition holds.
func read(_ readers: [TestReader], hub: WakeupHub, until condition: () -> Bool) async throws {
    while !condition() {
        for reader in readers { try await reader.poll() }
        if condition() { return }
        await hub.next()
    }
}

/// Everything in a topic.
func readAll(_ topic: String, partitions: Int32, from broker: TestBroker) async throws -> [Seen] {
    let all = (0..<partitions).map { TopicPartition(topic: topic, partition: $0) }
    let admin = try LibrdkafkaClients().makeAdmin(broker.configuration(), context: testContext())
    let ends = try await admin.endOffsets(all)
    await admin.close()
    let consumer = try LibrdkafkaClients().makeConsumer(
        broker.configuration(["fetch.max.wait.ms": "20"]),
        context: testContext()
    )
    let reader = TestReader(consumer)
    try consumer.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, Int64(-2)) }))
    try await reader.read {
        let positions = consumer.positions(all)
        return all.allSatisfy { (positions[$0] ?? -1) >= ends[$0] ?? .max }
    }
    await consumer.close()
    return reader.seen
}
