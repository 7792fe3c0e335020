public import Engine

/// What a scripted plugin does at one call.
public enum ScriptedStep: Sendable {
    /// A source returns these lines.
    case lines([String])
    /// The call throws.
    case fail(any Error)
    /// The call never returns, not even when it is cancelled.
    case hang
    /// The source has ended.
    case end
}

/// A script shared by the connector and tasks of one test, and what they were seen doing.
///
/// Plugins are made by their type, so a test registers a type of its own that names its script.
public final class Script: Sendable {
    struct State: Sendable {
        var steps: [ScriptedStep] = []
        var starts = 0
        var stops = 0
        var received: [String] = []
        var opened: [TopicPartition] = []
        var closed: [TopicPartition] = []
        var flushes = 0
        var committedOffsets: [OffsetMap] = []
        var tasks = 1
    }

    /// What the plugins were seen doing so far.
    public struct Seen: Sendable {
        /// Starts of tasks.
        public var starts: Int
        /// Stops of tasks.
        public var stops: Int
        /// Values put into the sink, in order.
        public var received: [String]
        /// Partitions opened.
        public var opened: [TopicPartition]
        /// Partitions closed.
        public var closed: [TopicPartition]
        /// Flushes of the sink.
        public var flushes: Int
        /// Offsets the source was told are stored.
        public var committedOffsets: [OffsetMap]
        /// Steps of the script not taken yet.
        public var stepsLeft: Int
    }

    let state = Watched(State())

    /// A script of steps, taken one per `poll` or `put`; when none is left a source waits and a sink accepts.
    public init(_ steps: [ScriptedStep] = [], tasks: Int = 1) {
        note {
            $0.steps = steps
            $0.tasks = tasks
        }
    }

    /// What was seen so far.
    public var seen: Seen { state.value.seen }

    /// Adds steps.
    public func add(_ steps: [ScriptedStep]) {
        note { $0.steps += steps }
    }

    /// Suspends until what was seen satisfies a condition.
    public func wait(until isDone: @escaping @Sendable (Seen) -> Bool) async {
        await state.wait { isDone($0.seen) }
    }

    @discardableResult
    func note<Result: Sendable>(_ change: (inout State) -> Result) -> Result { state.update(change) }

    func nextStep() -> ScriptedStep? {
        note { $0.steps.isEmpty ? nil : $0.steps.removeFirst() }
    }
}

extension Script.State {
    var seen: Script.Seen {
        Script.Seen(
            starts: starts,
            stops: stops,
            received: received,
            opened: opened,
            closed: closed,
            flushes: flushes,
            committedOffsets: committedOffsets,
            stepsLeft: steps.count
        )
    }
}

/// A source that follows a script. Each line is one record to topic `scripted`; offsets count lines.
public protocol ScriptedSource: SourceConnector {
    /// The script of this type.
    static var script: Script { get }
}

extension ScriptedSource {
    /// No keys of its own.
    public static var configDefinition: ConfigDefinition { ConfigDefinition() }
    /// Nothing to start.
    public func start(configuration: [String: String], context: ConnectorContext) async throws {}
    /// As many tasks as the script says, at most.
    public func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        (0..<min(Self.script.state.value.tasks, maximum)).map { ["index": String($0)] }
    }
    /// A task that follows the script.
    public func makeTask() -> any SourceTask { ScriptedSourceTask(script: Self.script) }
    /// Nothing to stop.
    public func stop() async {}
}

/// A sink that follows a script: one step per `put`; without a step it accepts.
public protocol ScriptedSink: SinkConnector {
    /// The script of this type.
    static var script: Script { get }
}

extension ScriptedSink {
    /// No keys of its own.
    public static var configDefinition: ConfigDefinition { ConfigDefinition() }
    /// Nothing to start.
    public func start(configuration: [String: String], context: ConnectorContext) async throws {}
    /// As many tasks as the script says, at most.
    public func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        (0..<min(Self.script.state.value.tasks, maximum)).map { ["index": String($0)] }
    }
    /// A task that follows the script.
    public func makeTask() -> any SinkTask { ScriptedSinkTask(script: Self.script) }
    /// Nothing to stop.
    public func stop() async {}
}

private actor ScriptedSourceTask: SourceTask {
    private static let partition: OffsetMap = ["source": .string("script")]
    private let script: Script
    private var line: Int64 = 0

    init(script: Script) {
        self.script = script
    }

    func start(configuration: [String: String], context: SourceTaskContext) async throws {
        let stored = try await context.offsets([Self.partition])[Self.partition]
        if case .int64(let position)? = stored?["line"] { line = position }
        script.note { $0.starts += 1 }
    }

    func poll() async throws -> RecordBatch? {
        switch script.nextStep() {
        case .lines(let lines):
            var batch = RecordBatch()
            let arena = Arena()
            for text in lines {
                line += 1
                let record = ConnectRecord(
                    topic: "scripted",
                    value: SchemaAndValue(schema: .string, value: .string(text))
                )
                batch.append(
                    SourceRecord(sourcePartition: Self.partition, sourceOffset: ["line": .int64(line)], record: record),
                    arena: arena
                )
            }
            return batch
        case .fail(let error): throw error
        case .hang: await hangForever()
        case .end: return nil
        case nil:
            // Nothing left: wait for a cancellation or for more steps.
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            Task { [script] in
                await script.wait { $0.stepsLeft > 0 }
                continuation.finish()
            }
            for await _ in stream {}
            try Task.checkCancellation()
        }
        return RecordBatch()
    }

    func commit(_ offsets: [OffsetMap: OffsetMap]) async throws {
        script.note { $0.committedOffsets += offsets.values }
    }

    func stop() async {
        script.note { $0.stops += 1 }
    }
}

private actor ScriptedSinkTask: SinkTask {
    private let script: Script

    init(script: Script) {
        self.script = script
    }

    func start(configuration: [String: String], context: SinkTaskContext) async throws {
        script.note { $0.starts += 1 }
    }

    func open(_ partitions: [TopicPartition]) async throws {
        script.note { $0.opened += partitions }
    }

    func put(_ batch: RecordBatch) async throws {
        switch script.nextStep() {
        case .fail(let error): throw error
        case .hang: await hangForever()
        case .lines, .end, nil: break
        }
        let values = batch.records.map { String(decoding: $0.value.buffer, as: UTF8.self) }
        script.note { $0.received += values }
    }

    func flush(_ offsets: [TopicPartition: Int64]) async throws {
        script.note { $0.flushes += 1 }
    }

    func close(_ partitions: [TopicPartition]) async throws {
        script.note { $0.closed += partitions }
    }

    func stop() async {
        script.note { $0.stops += 1 }
    }
}

/// Never returns and does not heed cancellation: a plugin that hangs.
private func hangForever() async {
    await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
}
