import ConnectTesting
import Engine
import Logging
import Testing

@testable import Actors

/// A worker in a world of the test's making: clock, files and broker are fakes, plugins follow scripts.
final class Harness: Sendable {
    let clock = ManualClock()
    let files: MemoryFileSystem
    let broker: InMemoryBroker
    let worker: Worker
    private let running: Task<Void, any Error>

    /// `keys` go into the worker file.
    init(
        _ keys: [String: String] = [:],
        sources: [any ScriptedSource.Type] = [],
        sinks: [any ScriptedSink.Type] = [],
        files: MemoryFileSystem = MemoryFileSystem(),
        broker: InMemoryBroker = InMemoryBroker()
    ) throws {
        self.files = files
        self.broker = broker
        var plugins = PluginRegistry()
        plugins.add(converter: PassThroughConverter.self, as: "test.PassThroughConverter")
        plugins.add(headerConverter: PassThroughConverter.self, as: "test.PassThroughConverter")
        for source in sources { plugins.add(source: source, as: "test.\(source)Connector") }
        for sink in sinks { plugins.add(sink: sink, as: "test.\(sink)Connector") }
        let given: [String: String] = [
            "bootstrap.servers": "localhost:9092",
            "key.converter": "test.PassThroughConverter",
            "value.converter": "test.PassThroughConverter",
            "header.converter": "test.PassThroughConverter",
            "offset.storage.file.filename": "/offsets",
            "offset.flush.interval.ms": "60000",
        ]
        let configuration = try WorkerConfiguration(RawConfiguration(given.merging(keys) { $1 }), plugins: plugins)
        let worker = try Worker(
            configuration: configuration,
            plugins: plugins,
            world: World(clock: clock, fileSystem: files, clients: broker, random: { 0.5 }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        self.worker = worker
        running = Task { try await worker.run() }
    }

    func start(_ name: String, _ keys: [String: String]) async throws {
        let text = keys.merging(["name": name]) { $1 }.map { "\($0)=\($1)" }.joined(separator: "\n")
        await worker.start(try ConnectorFile.read(Array(text.utf8), file: "\(name).properties"))
    }

    /// A good end.
    func stop() async throws {
        worker.shutdown()
        try await running.value
    }

    /// Waits for the worker's end without asking for it again.
    func waitForEnd() async throws { try await running.value }

    func status(_ name: String) async -> ConnectorStatus? {
        await worker.statuses().first { $0.name == name }
    }

    /// Suspends until the connector's first task satisfies a condition. Every look lets other jobs run first.
    func waitForTask(_ name: String, _ isDone: (TaskStatus) -> Bool) async {
        while true {
            if let task = await status(name)?.tasks.first, isDone(task) { return }
            await Task.yield()
        }
    }

    func waitUntil(_ isDone: () async -> Bool) async {
        while !(await isDone()) { await Task.yield() }
    }
}

/// Text and bytes as they are.
struct PassThroughConverter: Converter, HeaderConverter {
    static var configDefinition: ConfigDefinition { ConfigDefinition() }

    init(configuration: [String: String], isKey: Bool) {}
    init(headerConfiguration: [String: String]) {}

    func fromConnectData(topic: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        switch value {
        case .null: return nil
        case .string("bad"): throw ConnectError(.data, "a bad value")
        case .string(let text): return Array(text.utf8)
        case .bytes(let bytes): return bytes
        default: throw ConnectError(.data, "neither text nor bytes")
        }
    }

    func toConnectData(topic: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        guard let bytes else { return .null }
        if bytes.elementsEqual("bad".utf8) { throw ConnectError(.data, "a bad value") }
        return SchemaAndValue(schema: nil, value: .bytes(Array(bytes)))
    }

    func fromConnectHeader(topic: String, key: String, schema: Schema?, value: Value) throws -> [UInt8]? {
        try fromConnectData(topic: topic, schema: schema, value: value)
    }

    func toConnectHeader(topic: String, key: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
        try toConnectData(topic: topic, bytes: bytes)
    }
}

extension InMemoryBroker {
    /// Values of a topic's first partition, as text.
    func lines(_ topic: String) -> [String] {
        records(topic).map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }

    func append(_ lines: [String], to topic: String) {
        append(
            lines.map { StoredRecord(key: nil, value: Array($0.utf8)) },
            to: TopicPartition(topic: topic, partition: 0)
        )
    }
}
