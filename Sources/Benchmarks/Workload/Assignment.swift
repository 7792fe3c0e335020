import Engine
import Kafka

/// What one measured process has to do.
struct Assignment: Sendable {
    let scenario: Scenario
    let bootstrapServers: String
    let topic: String
    /// file-to-kafka: the files to read, one for each task. kafka-to-file: the file to write.
    let files: [String]
    /// Records in all.
    let records: Int
    /// Bytes of the file at the end (kafka-to-file).
    let outputBytes: Int
    /// The connector's name, and with it the group's: a new one for each run, so that each reads from the beginning.
    let name: String
    /// Where the worker keeps its offsets: a file that is not there yet.
    let offsetFile: String
    let batching: BatchingOptions

    /// The worker's configuration. Throws when a flag has a value that cannot be.
    func workerConfiguration(plugins: PluginRegistry) throws -> WorkerConfiguration {
        let keys = [
            "bootstrap.servers": bootstrapServers,
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "offset.storage.file.filename": offsetFile,
            // The topic is there already.
            "topic.creation.enable": "false",
        ].merging(batching.converter.workerConfiguration) { _, last in last }
        return try WorkerConfiguration(RawConfiguration(keys, file: "the benchmark's worker"), plugins: plugins)
    }

    /// The connectors' files.
    func connectorFiles() throws -> [ConnectorFile] {
        let common = batching.connectorConfiguration(scenario)
        let own: [[String: String]] =
            switch scenario {
            case .fileToKafka:
                files.enumerated().map { index, file in
                    [
                        "name": "\(name)-\(index)", "connector.class": "FileStreamSource", "file": file,
                        "topic": topic,
                    ]
                }
            case .kafkaToFile:
                files.map { file in
                    ["name": name, "connector.class": "FileStreamSink", "file": file, "topics": topic]
                }
            }
        return try own.map { try Self.file($0.merging(common) { _, last in last }) }
    }

    /// What the engine gives librdkafka for the first connector: so that both sides' clients are configured alike.
    func clientProperties() throws -> [ClientProperty] {
        let plugins = Plugins.all()
        let worker = try workerConfiguration(plugins: plugins)
        let connector = try ConnectorConfiguration(
            try connectorFiles()[0].configuration,
            worker: worker,
            plugins: plugins
        )
        var keys: [String: String]
        let kind: ClientKind
        switch scenario {
        case .fileToKafka:
            keys = worker.producerConfiguration(for: connector)
            kind = .producer
        case .kafkaToFile:
            keys = worker.consumerConfiguration(for: connector)
            kind = .consumer
        }
        keys["client.id"] = name
        return try ClientConfigurationMapping.map(keys, kind: kind).properties
    }

    private static func file(_ configuration: [String: String]) throws -> ConnectorFile {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in configuration {
            writer.name(key)
            writer.string(value)
        }
        writer.endObject()
        return try ConnectorFile.read(writer.bytes(), file: "the benchmark's connector.json")
    }
}
