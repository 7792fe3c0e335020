public import Engine
internal import Synchronization

/// Reads a text file, a line a record, and follows it as it grows.
///
/// Source: `org.apache.kafka.connect.file.FileStreamSourceConnector`.
public final class FileStreamSourceConnector: SourceConnector {
    private let configuration = Mutex<[String: String]>([:])

    /// `file`, `topic` and `batch.size`.
    public static var configDefinition: ConfigDefinition { FileStreamConfiguration.source }

    /// Made by the worker.
    public init() {}

    /// Checks the configuration. Errors: ``ConnectError/Code/configuration``.
    public func start(configuration: [String: String], context: ConnectorContext) async throws {
        _ = try Self.configDefinition.parse(configuration)
        self.configuration.withLock { $0 = configuration }
    }

    /// One task, whatever `tasks.max` says: a file has one reader.
    public func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        [configuration.withLock { $0 }]
    }

    /// A task that reads the file.
    public func makeTask() -> any SourceTask { FileStreamSourceTask() }

    /// Nothing to give back.
    public func stop() async {}
}
