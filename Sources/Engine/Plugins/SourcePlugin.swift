public import Logging

/// Splits the work of one source into tasks. Made and called by its connector actor, one call at a time.
///
/// Source: `org.apache.kafka.connect.source.SourceConnector`.
public protocol SourceConnector: Sendable {
    /// The keys it takes, with types, defaults and checks.
    static var configDefinition: ConfigDefinition { get }
    /// Made once per start of the connector.
    init()
    /// Called once, before anything else. May suspend; a hang costs this connector alone.
    func start(configuration: [String: String], context: ConnectorContext) async throws
    /// One configuration per task, at most `maximum` of them. Fewer means fewer tasks.
    func taskConfigurations(maximum: Int) async throws -> [[String: String]]
    /// A new task. Called once per start of a task.
    func makeTask() -> any SourceTask
    /// Called once, last.
    func stop() async
}

/// Reads a share of a source. All calls come from one task actor on its own executor, one at a time: blocking file or
/// library calls are allowed there and hold up nobody else.
///
/// Source: `org.apache.kafka.connect.source.SourceTask`.
public protocol SourceTask: Sendable {
    /// Called once before the first `poll`.
    func start(configuration: [String: String], context: SourceTaskContext) async throws
    /// The next records. Suspends until there are some; returns an empty batch when it has nothing to say but wants to be
    /// asked again at once, `nil` when the source has ended for good. Called in a loop. On cancellation it returns or throws
    /// `CancellationError` soon; records not returned are read again after a restart.
    func poll() async throws -> RecordBatch?
    /// These offsets are stored: the source may forget what lies before them. Called after each offset flush.
    func commit(_ offsets: [OffsetMap: OffsetMap]) async throws
    /// Called once, last, also after a failed `start`.
    func stop() async
}

extension SourceTask {
    /// Nothing to do by default.
    public func commit(_ offsets: [OffsetMap: OffsetMap]) async throws {}
}

/// What a connector may ask of the worker.
public struct ConnectorContext: Sendable {
    /// Logs with the connector's name as a field.
    public let logger: Logger
    /// The worker's clock.
    public let clock: any WorkerClock
    /// Asks the worker to call `taskConfigurations` again and restart the tasks: the source has changed shape.
    public let requestTaskReconfiguration: @Sendable () -> Void

    /// Makes one of its parts.
    public init(
        logger: Logger,
        clock: any WorkerClock,
        requestTaskReconfiguration: @escaping @Sendable () -> Void
    ) {
        self.logger = logger
        self.clock = clock
        self.requestTaskReconfiguration = requestTaskReconfiguration
    }
}

/// What a source task may ask of the worker.
public struct SourceTaskContext: Sendable {
    /// Logs with connector and task as fields.
    public let logger: Logger
    /// The worker's clock.
    public let clock: any WorkerClock
    /// Stored offsets by source partition; a partition without one is absent from the answer. Suspends on the store.
    public let offsets: @Sendable ([OffsetMap]) async throws -> [OffsetMap: OffsetMap]

    /// Makes one of its parts.
    public init(
        logger: Logger,
        clock: any WorkerClock,
        offsets: @escaping @Sendable ([OffsetMap]) async throws -> [OffsetMap: OffsetMap]
    ) {
        self.logger = logger
        self.clock = clock
        self.offsets = offsets
    }
}
