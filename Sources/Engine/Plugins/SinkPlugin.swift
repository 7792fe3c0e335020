public import Logging

/// Splits the work of one sink into tasks. Made and called by its connector actor, one call at a time.
///
/// Source: `org.apache.kafka.connect.sink.SinkConnector`.
public protocol SinkConnector: Sendable {
    /// The keys it takes, with types, defaults and checks.
    static var configDefinition: ConfigDefinition { get }
    /// Made once per start of the connector.
    init()
    /// Called once, before anything else.
    func start(configuration: [String: String], context: ConnectorContext) async throws
    /// One configuration per task, at most `maximum` of them.
    func taskConfigurations(maximum: Int) async throws -> [[String: String]]
    /// A new task. Called once per start of a task.
    func makeTask() -> any SinkTask
    /// Called once, last.
    func stop() async
}

/// Writes records of some topic partitions. All calls come from one task actor on its own executor, one at a time: blocking
/// calls are allowed there and hold up nobody else. Order of calls: `start`, then `open`, `put`…, `preCommit`, `close` as
/// partitions come and go, `stop` last.
///
/// Source: `org.apache.kafka.connect.sink.SinkTask`.
public protocol SinkTask: Sendable {
    /// Called once before anything else.
    func start(configuration: [String: String], context: SinkTaskContext) async throws
    /// These partitions are this task's from now on. Called after each assignment, with what was added.
    func open(_ partitions: [TopicPartition]) async throws
    /// Takes records; returning says they are accepted, not that they are durable. A ``ConnectError`` of class `transient`
    /// asks to be given the same batch again after a while; any other error fails the task.
    func put(_ batch: RecordBatch) async throws
    /// Makes everything put so far durable. Called by the default `preCommit`.
    func flush(_ offsets: [TopicPartition: Int64]) async throws
    /// Up to where everything is durable: the offset of the next record, by partition. What is returned is committed, no more
    /// (rule 2). Given are the offsets after the last record put. Called every `offset.flush.interval.ms` and before partitions go.
    func preCommit(_ offsets: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64]
    /// These partitions are no longer this task's. Called after their offsets were committed, if they still could be.
    func close(_ partitions: [TopicPartition]) async throws
    /// Called once, last, also after a failed `start`.
    func stop() async
}

extension SinkTask {
    /// Nothing to do by default.
    public func open(_ partitions: [TopicPartition]) async throws {}
    /// Nothing to do by default: `put` is durable when it returns.
    public func flush(_ offsets: [TopicPartition: Int64]) async throws {}
    /// By default, everything put is durable after a `flush`.
    public func preCommit(_ offsets: [TopicPartition: Int64]) async throws -> [TopicPartition: Int64] {
        try await flush(offsets)
        return offsets
    }
    /// Nothing to do by default.
    public func close(_ partitions: [TopicPartition]) async throws {}
}

/// What a sink task may ask of the worker.
public struct SinkTaskContext: Sendable {
    /// Logs with connector and task as fields.
    public let logger: Logger
    /// The worker's clock.
    public let clock: any WorkerClock
    /// Asks for a commit soon instead of at the next interval.
    public let requestCommit: @Sendable () -> Void

    /// Makes one of its parts.
    public init(logger: Logger, clock: any WorkerClock, requestCommit: @escaping @Sendable () -> Void) {
        self.logger = logger
        self.clock = clock
        self.requestCommit = requestCommit
    }
}
