public import Engine
internal import Synchronization

/// Appends records to a file, a line a record.
///
/// Source: `org.apache.kafka.connect.file.FileStreamSinkConnector`.
public final class FileStreamSinkConnector: SinkConnector {
    private let configuration = Mutex<[String: String]>([:])

    /// `file`.
    public static var configDefinition: ConfigDefinition { FileStreamConfiguration.sink }

    /// Made by the worker.
    public init() {}

    /// Checks the configuration. Errors: ``ConnectError/Code/configuration``.
    public func start(configuration: [String: String], context: ConnectorContext) async throws {
        _ = try Self.configDefinition.parse(configuration)
        self.configuration.withLock { $0 = configuration }
    }

    /// As many tasks as allowed. They append to the same file, each batch in one piece.
    public func taskConfigurations(maximum: Int) async throws -> [[String: String]] {
        Array(repeating: configuration.withLock { $0 }, count: max(maximum, 1))
    }

    /// A task that appends to the file.
    public func makeTask() -> any SinkTask { FileStreamSinkTask() }

    /// Nothing to give back.
    public func stop() async {}
}
