public import Engine
import Synchronization

/// A broker that exists only in memory, for tests of the engine: topics, one consumer per group, and a hand on every
/// acknowledgement.
///
/// It is no Kafka: no replication, no transactions, no rebalance between members. What it has, it does at once and in order.
public final class InMemoryBroker: BrokerClients {
    /// A record as it was stored.
    public struct StoredRecord: Sendable, Hashable {
        /// The key.
        public var key: [UInt8]?
        /// The value.
        public var value: [UInt8]?

        /// Makes one of its parts.
        public init(key: [UInt8]?, value: [UInt8]?) {
            self.key = key
            self.value = value
        }
    }

    struct State {
        var topics: [String: [[StoredRecord]]] = [:]
        var partitionsOfNewTopics = 1
        var committed: [String: [TopicPartition: Int64]] = [:]
        var holdsAcknowledgements = false
        var held: [@Sendable () -> Void] = []
        var refusals: [ConnectError] = []
        var commitFailures: [ConnectError] = []
        var queueCapacity = Int.max
        var wakeups: [AsyncStream<Void>.Continuation] = []
        var createdTopics: [NewTopic] = []
        var madeClients = 0
        var closedClients = 0
    }

    let state = Mutex(State())

    /// An empty broker.
    public init() {}

    /// Creates a topic. Producers create missing ones with one partition.
    public func createTopic(_ name: String, partitions: Int) {
        state.withLock { $0.topics[name] = Array(repeating: [], count: partitions) }
    }

    /// Appends records to a partition, waking consumers.
    public func append(_ records: [StoredRecord], to partition: TopicPartition) {
        let wakeups = state.withLock { state in
            state.topics[partition.topic]?[Int(partition.partition)].append(contentsOf: records)
            return state.wakeups
        }
        for wakeup in wakeups { wakeup.yield() }
    }

    /// What a partition holds.
    public func records(_ topic: String, partition: Int = 0) -> [StoredRecord] {
        state.withLock { $0.topics[topic]?[partition] ?? [] }
    }

    /// What a group has committed.
    public func committed(group: String) -> [TopicPartition: Int64] {
        state.withLock { $0.committed[group] ?? [:] }
    }

    /// Topics that were created by request.
    public var createdTopics: [NewTopic] { state.withLock { $0.createdTopics } }

    /// Clients made and not closed.
    public var openClients: Int { state.withLock { $0.madeClients - $0.closedClients } }

    /// From now on records are stored, but their acknowledgements wait for ``releaseAcknowledgements(_:)``.
    public func holdAcknowledgements() {
        state.withLock { $0.holdsAcknowledgements = true }
    }

    /// Number of calls to `produce` whose acknowledgement is held back.
    public var heldAcknowledgements: Int { state.withLock { $0.held.count } }

    /// Sends acknowledgements that were held back: the oldest ones, or all. With `all` no more are held.
    public func releaseAcknowledgements(_ count: Int? = nil) {
        let due = state.withLock { state -> [@Sendable () -> Void] in
            let number = min(count ?? state.held.count, state.held.count)
            if count == nil { state.holdsAcknowledgements = false }
            defer { state.held.removeFirst(number) }
            return Array(state.held.prefix(number))
        }
        for acknowledge in due { acknowledge() }
    }

    /// The next calls to `produce` store nothing; each record is reported as failed with one of these errors.
    public func refuseProduce(_ errors: [ConnectError]) {
        state.withLock { $0.refusals += errors }
    }

    /// The next commits fail with these errors.
    public func failCommits(_ errors: [ConnectError]) {
        state.withLock { $0.commitFailures += errors }
    }

    /// Records that one producer takes before it says that its queue is full.
    public func setQueueCapacity(_ records: Int) {
        state.withLock { $0.queueCapacity = records }
    }

    /// See ``BrokerClients``.
    public func makeProducer(_ configuration: [String: String], context: ClientContext) -> any ProducerClient {
        state.withLock { $0.madeClients += 1 }
        return InMemoryProducer(broker: self)
    }

    /// See ``BrokerClients``.
    public func makeConsumer(_ configuration: [String: String], context: ClientContext) -> any ConsumerClient {
        let consumer = InMemoryConsumer(broker: self, group: configuration["group.id"] ?? "")
        state.withLock { state in
            state.madeClients += 1
            state.wakeups.append(consumer.wakeup)
        }
        return consumer
    }

    /// See ``BrokerClients``.
    public func makeAdmin(_ configuration: [String: String], context: ClientContext) -> any AdminClient {
        state.withLock { $0.madeClients += 1 }
        return InMemoryAdmin(broker: self)
    }
}

private final class InMemoryProducer: ProducerClient {
    private struct Reports {
        var events: [ProducerEvent] = []
        var inFlight = 0
        var isClosed = false
    }

    let wakeups: AsyncStream<Void>
    private let wakeup: AsyncStream<Void>.Continuation
    private let broker: InMemoryBroker
    private let reports = Mutex(Reports())

    init(broker: InMemoryBroker) {
        self.broker = broker
        (wakeups, wakeup) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    var inFlightCount: Int { reports.withLock { $0.inFlight } }

    func produce(_ batch: RecordBatch, id: UInt64, from start: Int) -> ProduceOutcome {
        let inFlight = inFlightCount
        let count = broker.state.withLock { min(batch.count - start, max($0.queueCapacity - inFlight, 0)) }
        guard count > 0 else { return ProduceOutcome(nextIndex: start) }
        let accepted = start..<(start + count)
        let refusal = broker.state.withLock { state -> ConnectError? in
            if !state.refusals.isEmpty { return state.refusals.removeFirst() }
            for index in accepted { state.store(batch, index) }
            return nil
        }
        reports.withLock { $0.inFlight += count }
        let failures = refusal.map { error in accepted.map { RecordFailure(index: $0, error: error) } } ?? []
        let acknowledge: @Sendable () -> Void = { [self] in
            reports.withLock { reports in
                guard !reports.isClosed else { return }
                reports.inFlight -= count
                reports.events.append(.delivered(batch: id, count: count - failures.count, failures: failures))
            }
            wakeup.yield()
        }
        let isHeld = broker.state.withLock { state in
            if state.holdsAcknowledgements { state.held.append(acknowledge) }
            return state.holdsAcknowledgements
        }
        if !isHeld { acknowledge() }
        let wakeups = broker.state.withLock { $0.wakeups }
        for wakeup in wakeups { wakeup.yield() }
        return ProduceOutcome(nextIndex: accepted.upperBound)
    }

    func drain() -> [ProducerEvent] {
        reports.withLock { reports in
            defer { reports.events.removeAll() }
            return reports.events
        }
    }

    func close() async {
        let isFirst = reports.withLock { reports in
            defer { reports.isClosed = true }
            return !reports.isClosed
        }
        guard isFirst else { return }
        wakeup.finish()
        broker.state.withLock { $0.closedClients += 1 }
    }
}

extension InMemoryBroker.State {
    fileprivate mutating func store(_ batch: RecordBatch, _ index: Int) {
        let slot = batch.records[index]
        let topic = batch.topic(of: slot)
        if topics[topic] == nil { topics[topic] = Array(repeating: [], count: partitionsOfNewTopics) }
        let record = InMemoryBroker.StoredRecord(key: slot.key.stored, value: slot.value.stored)
        topics[topic]?[max(Int(slot.partition), 0)].append(record)
    }
}

extension Cell {
    fileprivate var stored: [UInt8]? { kind == .null ? nil : Array(buffer) }
}

private final class InMemoryAdmin: AdminClient {
    private let broker: InMemoryBroker

    init(broker: InMemoryBroker) {
        self.broker = broker
    }

    func describeTopics(_ names: [String]) async throws -> [String: Int] {
        broker.state.withLock { state in
            Dictionary(uniqueKeysWithValues: names.compactMap { name in state.topics[name].map { (name, $0.count) } })
        }
    }

    func createTopic(_ topic: NewTopic) async throws -> Bool {
        broker.state.withLock { state in
            guard state.topics[topic.name] == nil else { return false }
            state.topics[topic.name] = Array(repeating: [], count: max(Int(topic.partitions), 1))
            state.createdTopics.append(topic)
            return true
        }
    }

    func endOffsets(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
        broker.state.withLock { state in
            Dictionary(
                uniqueKeysWithValues: partitions.map { partition in
                    (partition, Int64(state.topics[partition.topic]?[Int(partition.partition)].count ?? 0))
                }
            )
        }
    }

    func close() async {
        broker.state.withLock { $0.closedClients += 1 }
    }
}
