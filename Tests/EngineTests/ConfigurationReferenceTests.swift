import Engine
import OrderedCollections
import Testing

struct ConfigurationReferenceTests {
    @Test func everyKeyAndPluginIsListed() {
        let text = ConfigurationReference.markdown(plugins: TestPlugins.registry)
        let names =
            Array(WorkerConfiguration.definition.keys.keys) + Array(ConnectorKeys.source.keys.keys)
            + Array(ConnectorKeys.sink.keys.keys) + [
                "topic.creation.default.partitions", "transforms.<name>.type", "batch.size",
            ]
        for name in names { #expect(text.contains("| `\(name)` |"), "\(name)") }
        #expect(
            text.contains(
                "## org.example.LineSourceConnector\n\nA source, for short `LineSourceConnector` or `LineSource`."
            )
        )
        #expect(text.contains("| `tasks.max` | int | `1` | high |"))
        #expect(text.contains("| `offset.storage.file.filename` | string | required | high |"))
    }
}
