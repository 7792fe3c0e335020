import Actors
import Converters
import Engine
import FileStream
import Kafka
import Logging
import Transforms

/// Reads the files that a worker is made from, and knows the plugins that this program was built with.
struct WorkerSetup {
    let plugins: PluginRegistry
    let fileSystem: any FileSystem
    let logger: Logger

    init(fileSystem: any FileSystem, logger: Logger) {
        self.fileSystem = fileSystem
        self.logger = logger
        plugins = Self.plugins()
    }

    /// Everything that this program was built with.
    static func plugins() -> PluginRegistry {
        var plugins = PluginRegistry()
        ConvertersPlugins.register(in: &plugins)
        TransformsPlugins.register(in: &plugins)
        FileStreamPlugins.register(in: &plugins)
        return plugins
    }

    /// A worker over librdkafka that has not started yet.
    func makeWorker(_ configuration: WorkerConfiguration, clock: any WorkerClock) throws -> Worker {
        try Worker(
            configuration: configuration,
            plugins: plugins,
            world: World(clock: clock, fileSystem: fileSystem, clients: LibrdkafkaClients()),
            logger: logger
        )
    }

    /// The worker's configuration; its notices are logged.
    func readWorker(_ path: String) throws -> WorkerConfiguration {
        let raw = try PropertiesReader.read(content(of: path, kind: "worker"), file: path)
        let configuration = try WorkerConfiguration(
            raw,
            plugins: plugins,
            fileSystem: fileSystem,
            environment: Environment.variables()
        )
        for notice in configuration.notices { logger.log(notice) }
        return configuration
    }

    /// The connectors of those files that can be read. Each of the others costs one error line and nothing more.
    func readConnectors(_ paths: [String]) -> [ConnectorFile] {
        var connectors: [ConnectorFile] = []
        var fileOfName: [String: String] = [:]
        for path in paths {
            do {
                let connector = try ConnectorFile.read(content(of: path, kind: "connector"), file: path)
                if let earlier = fileOfName.updateValue(path, forKey: connector.name) {
                    throw ConnectError(
                        .configuration,
                        "\(path): the connector \(connector.name) is in \(earlier) too: give one of them another name"
                    )
                }
                connectors.append(connector)
            } catch {
                var logger = logger
                logger[metadataKey: "file"] = "\(path)"
                logger.logLines(.error, String(describing: error))
            }
        }
        return connectors
    }

    private func content(of path: String, kind: String) throws -> [UInt8] {
        guard let content = try fileSystem.read(path) else {
            throw ConnectError(.configuration, "There is no \(kind) file \(path): check the path")
        }
        return content
    }
}
