import ConnectTesting
import Engine
import FileStream
import OrderedCollections
import Testing

@Suite struct PluginTests {
    private func registry() -> PluginRegistry {
        var registry = PluginRegistry()
        FileStreamPlugins.register(in: &registry)
        return registry
    }

    @Test(arguments: [
        ("org.apache.kafka.connect.file.FileStreamSourceConnector", PluginRegistry.Kind.source),
        ("FileStreamSourceConnector", .source), ("FileStreamSource", .source),
        ("org.apache.kafka.connect.file.FileStreamSinkConnector", .sink), ("FileStreamSinkConnector", .sink),
        ("FileStreamSink", .sink),
    ])
    func connectorsAreFoundByNameAndAlias(name: String, kind: PluginRegistry.Kind) throws {
        let entry = try registry().entry(named: name, kinds: [.source, .sink])
        #expect(entry.kind == kind)
        switch entry.type {
        case .source(let type): #expect(type is FileStreamSourceConnector.Type)
        case .sink(let type): #expect(type is FileStreamSinkConnector.Type)
        default: Issue.record("not a connector")
        }
    }

    @Test(arguments: ["FileStream", "fileStreamSource", "kafka.connect.file.FileStreamSource", ""])
    func otherNamesAreNot(name: String) {
        #expect(throws: ConnectError.self) { try registry().entry(named: name, kinds: [.source, .sink]) }
    }

    @Test func misspeltNameIsPutRight() {
        let error = #expect(throws: ConnectError.self) {
            try registry().entry(named: "FileStreamSorce", kinds: [.source, .sink])
        }
        #expect(error?.message.contains("did you mean FileStreamSource?") == true)
    }

    @Test(arguments: [
        (["topic": ""], "topic"), ([:], "topic"), (["topic": "t", "batch.size": "many"], "batch.size"),
        (["topic": "t", "batch.size": "99999999999"], "batch.size"),
    ])
    func wrongConfigurationIsAnError(configuration: [String: String], key: String) async {
        let error = await #expect(throws: ConnectError.self) {
            try await FileStreamSourceConnector().start(configuration: configuration, context: connectorContext)
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(key) == true)
    }

    @Test func sinkTasksShareTheConfiguration() async throws {
        let connector = FileStreamSinkConnector()
        try await connector.start(configuration: ["file": "f", "name": "n"], context: connectorContext)
        #expect(
            try await connector.taskConfigurations(maximum: 3)
                == Array(repeating: ["file": "f", "name": "n"], count: 3)
        )
    }

    @Test(arguments: [FileStreamPlugins.sourceClassName, FileStreamPlugins.sinkClassName])
    func keysAreThoseOfConnect(className: String) throws {
        let recorded = try JSONValue.parse(try GoldenFolder().bytes("configdef-plugins.json"))
        let keys = try #require(recorded[className]?.arrayValue)
        let definition = try registry().entry(named: className, kinds: [.source, .sink]).configDefinition
        #expect(Array(definition.keys.keys) == keys.compactMap { $0["name"]?.stringValue })
        for key in keys {
            let own = try #require(definition.keys[key["name"]?.stringValue ?? ""])
            #expect(own.type.rawValue.lowercased() == key["type"]?.stringValue?.lowercased())
            #expect(own.isRequired == key["required"]?.boolValue)
            #expect(own.importance.rawValue.lowercased() == key["importance"]?.stringValue?.lowercased())
            let recordedDefault = key["default"].flatMap { $0.isNull ? nil : $0.stringValue ?? $0.description }
            #expect(own.defaultValue?.text == recordedDefault)
            #expect((own.validator == nil) == (key["validator"]?.isNull ?? true))
        }
    }
}
