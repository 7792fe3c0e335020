import Engine

/// Plugins that do nothing but have keys.
enum TestPlugins {
    static var registry: PluginRegistry {
        var registry = PluginRegistry()
        registry.add(source: Source.self, as: "org.example.LineSourceConnector")
        registry.add(sink: Sink.self, as: "org.example.LineSinkConnector")
        registry.add(converter: Text.self, as: "org.apache.kafka.connect.storage.StringConverter")
        registry.add(headerConverter: Text.self, as: "org.apache.kafka.connect.storage.SimpleHeaderConverter")
        registry.add(transformation: Route.self, as: "org.example.Route")
        registry.add(predicate: Matches.self, as: "org.example.Matches")
        return registry
    }

    struct Source: SourceConnector {
        static let configDefinition = ConfigDefinition([
            ConfigKey("file", .string, importance: .high, documentation: "The file to read."),
            ConfigKey("token", .password, default: nil, importance: .low, documentation: "A token."),
            ConfigKey(
                "batch.size",
                .int,
                default: 10,
                validator: .atLeast(1),
                importance: .low,
                documentation: "A size."
            ),
        ])
        func start(configuration: [String: String], context: ConnectorContext) async throws {}
        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
        func makeTask() -> any SourceTask { NoTask() }
        func stop() async {}
    }

    struct Sink: SinkConnector {
        static let configDefinition = ConfigDefinition([
            ConfigKey("file", .string, importance: .high, documentation: "The file to write.")
        ])
        func start(configuration: [String: String], context: ConnectorContext) async throws {}
        func taskConfigurations(maximum: Int) async throws -> [[String: String]] { [] }
        func makeTask() -> any SinkTask { NoTask() }
        func stop() async {}
    }

    struct NoTask: SourceTask, SinkTask {
        func start(configuration: [String: String], context: SourceTaskContext) async throws {}
        func start(configuration: [String: String], context: SinkTaskContext) async throws {}
        func poll() async throws -> RecordBatch? { nil }
        func put(_ batch: RecordBatch) async throws {}
        func stop() async {}
    }

    struct Text: Converter, HeaderConverter {
        static let configDefinition = ConfigDefinition([
            ConfigKey("converter.encoding", .string, default: "UTF-8", importance: .low, documentation: "An encoding.")
        ])
        init(configuration: [String: String], isKey: Bool) throws {}
        init(headerConfiguration: [String: String]) throws {}
        func fromConnectData(topic: String, schema: Schema?, value: Value) throws -> [UInt8]? { nil }
        func toConnectData(topic: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
            throw ConnectError(.data, "no data")
        }
        func fromConnectHeader(topic: String, key: String, schema: Schema?, value: Value) throws -> [UInt8]? { nil }
        func toConnectHeader(topic: String, key: String, bytes: UnsafeRawBufferPointer?) throws -> SchemaAndValue {
            throw ConnectError(.data, "no data")
        }
    }

    struct Route: Transformation {
        static let configDefinition = ConfigDefinition([
            ConfigKey("regex", .string, importance: .high, documentation: "A pattern.")
        ])
        init(configuration: [String: String]) throws {}
        func apply(_ record: inout ConnectRecord) throws -> Bool { true }
    }

    struct Matches: Predicate {
        static let configDefinition = ConfigDefinition([
            ConfigKey("pattern", .string, importance: .high, documentation: "A pattern.")
        ])
        init(configuration: [String: String]) throws {}
        func test(_ record: ConnectRecord) throws -> Bool { true }
    }
}
