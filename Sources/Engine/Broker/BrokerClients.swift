/// Makes the clients that tasks talk to Kafka with. One implementation wraps librdkafka; tests hand in fakes.
///
/// Configurations are Java client keys without prefix (`acks`, `linger.ms`), already merged: worker, then connector.
public protocol BrokerClients: Sendable {
    /// A producer for one task. Throws ``ConnectError/Code/configuration`` for values that cannot work. Does not wait for a broker.
    func makeProducer(_ configuration: [String: String], context: ClientContext) throws -> any ProducerClient
    /// A consumer for one task.
    func makeConsumer(_ configuration: [String: String], context: ClientContext) throws -> any ConsumerClient
    /// An admin client.
    func makeAdmin(_ configuration: [String: String], context: ClientContext) throws -> any AdminClient
}

/// A client of librdkafka or of a test that produces. All methods but `close` return without blocking; one actor calls them.
public protocol ProducerClient: AnyObject, Sendable {
    /// An element whenever delivery reports or errors may be waiting in ``drain()``. One reader; wake-ups merge. Ends with
    /// ``close()``, and for good when the task that reads it is cancelled.
    var wakeups: AsyncStream<Void> { get }
    /// Hands records `from…` of a serialised batch to the client without copying: the client keeps the batch until its last
    /// delivery report. `id` comes back in the reports. Fewer accepted than given means the client's queue is full: call
    /// again with the rest after the next wake-up. Never blocks, never drops.
    func produce(_ batch: RecordBatch, id: UInt64, from start: Int) -> ProduceOutcome
    /// Everything that happened since the last call.
    func drain() -> [ProducerEvent]
    /// Records handed over and not yet reported.
    var inFlightCount: Int { get }
    /// Drops what is in flight (reported as failed or not at all) and frees the client. Returns when that is done; may take
    /// seconds, holds no thread of the cooperative pool. Idempotent.
    func close() async
}

/// What became of a call to ``ProducerClient/produce(_:id:from:)``.
public struct ProduceOutcome: Sendable {
    /// The index after the last record that was accepted or rejected; less than the batch's count means the queue is full.
    public var nextIndex: Int
    /// Records that can never be sent as they are (too large, unknown partition): they get no delivery report.
    public var rejected: [RecordFailure]

    /// Makes one of its parts.
    public init(nextIndex: Int, rejected: [RecordFailure] = []) {
        self.nextIndex = nextIndex
        self.rejected = rejected
    }
}

/// Something a producer has to say.
public enum ProducerEvent: Sendable {
    /// So many records of a batch reached Kafka, and these did not for good.
    case delivered(batch: UInt64, count: Int, failures: [RecordFailure])
    /// The client as a whole: brokers unreachable, authentication failed. `isFatal` means it will never work again.
    case error(ConnectError, isFatal: Bool)
}

/// A consumer: in a group (``subscribe(_:)``), or on partitions of its own choice (``assign(_:)``). All methods but the `async`
/// ones return without waiting for a broker; one actor calls them.
public protocol ConsumerClient: AnyObject, Sendable {
    /// An element whenever ``poll(maxRecords:maxBytes:)`` may have something. One reader; wake-ups merge. Ends with ``close()``, and
    /// for good when the task that reads it is cancelled.
    var wakeups: AsyncStream<Void> { get }
    /// Joins the group for these topics; names that begin with `^` are regular expressions.
    func subscribe(_ topics: [String]) throws
    /// Reads these partitions from these offsets, in no group: no ``ConsumerEvent/assigned(_:)`` follows, nothing can be committed.
    /// -2 means from the beginning, -1 from the end. For a configuration without `group.id`; called once, instead of
    /// ``subscribe(_:)``.
    func assign(_ partitions: [TopicPartition: Int64]) throws
    /// The offset after the last record that ``poll(maxRecords:maxBytes:)`` returned or passed over (transaction markers,
    /// offsets that compaction removed at a partition's end). Partitions of which nothing was read yet are missing. A partition
    /// is read to its end when its position has reached ``AdminClient/endOffsets(_:)``.
    func positions(_ partitions: [TopicPartition]) -> [TopicPartition: Int64]
    /// What is there now; empty when nothing is. Counts as a poll for `max.poll.interval.ms`, so it is to be called at least that
    /// often, also while everything is paused.
    func poll(maxRecords: Int, maxBytes: Int) -> [ConsumerEvent]
    /// Takes partitions on after ``ConsumerEvent/assigned(_:)``; fetching starts (paused or not).
    func completeAssignment(_ partitions: [TopicPartition], paused: Bool) throws
    /// Gives partitions back after ``ConsumerEvent/revoked(_:lost:)``, once their offsets are committed.
    func completeRevocation(_ partitions: [TopicPartition]) throws
    /// Stops fetching; messages fetched and not yet polled are fetched again after `resume`, so nothing is lost.
    func pause(_ partitions: [TopicPartition]) throws
    /// Goes on fetching.
    func resume(_ partitions: [TopicPartition]) throws
    /// Moves the next record to read, also right after ``completeAssignment(_:paused:)``.
    func seek(_ offsets: [TopicPartition: Int64]) async throws
    /// Commits offsets (of the next record to read) to the group. Suspends until the broker has answered.
    func commit(_ offsets: [TopicPartition: Int64]) async throws
    /// Leaves the group and frees the client. Idempotent.
    func close() async
}

/// Something a consumer has to say.
public enum ConsumerEvent: Sendable {
    /// Records, in the order of their partitions; their cells are `bytes` or `null`.
    case records(RecordBatch)
    /// The group gives these partitions to this member: answer with `completeAssignment`.
    case assigned([TopicPartition])
    /// The group takes these partitions back: answer with `completeRevocation`. `lost` means they are somebody else's already
    /// and can no longer be committed.
    case revoked([TopicPartition], lost: Bool)
    /// The client as a whole. `isFatal` means it will never work again.
    case error(ConnectError, isFatal: Bool)
}

/// Administration of topics. The methods suspend until the broker has answered.
public protocol AdminClient: AnyObject, Sendable {
    /// Partition counts of the topics that exist.
    func describeTopics(_ names: [String]) async throws -> [String: Int]
    /// Creates a topic. Returns false when it was there already. Throws ``AdminUnsupported`` when the broker has no topic administration.
    func createTopic(_ topic: NewTopic) async throws -> Bool
    /// The offset after the last record of each partition that no open transaction holds back. Throws when one of them is
    /// unknown.
    func endOffsets(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Int64]
    /// Frees the client. Idempotent.
    func close() async
}

/// The broker does not know the request.
public struct AdminUnsupported: Error, Sendable {
    /// Makes one of its parts.
    public init() {}
}

/// A topic to create.
public struct NewTopic: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The number of partitions; -1 for the broker's default.
    public var partitions: Int32
    /// The replication factor; -1 for the broker's default.
    public var replicationFactor: Int16
    /// Topic configuration.
    public var configuration: [String: String]

    /// Makes one of its parts.
    public init(name: String, partitions: Int32, replicationFactor: Int16, configuration: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.configuration = configuration
    }
}
