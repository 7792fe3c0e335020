import ConnectTesting
import Engine
import Glibc
import OrderedCollections
import Testing

struct ConfigurationReferenceTests {
    /// `CONNECT_WRITE_DOCS=1` writes the page instead of comparing it.
    @Test func thePageIsMadeFromTheDefinitions() throws {
        let text = ConfigurationReference.markdown()
        let page = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/configuration.md"
        if getenv("CONNECT_WRITE_DOCS") != nil {
            let file = try #require(fopen(page, "w"))
            let written = fputs(text, file)
            #expect(fclose(file) == 0 && written >= 0)
        }
        let stored = try String(decoding: bytes(page), as: UTF8.self)
        #expect(
            stored == text,
            "docs/configuration.md is not up to date: CONNECT_WRITE_DOCS=1 swift test --filter ConfigurationReferenceTests"
        )
    }

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

    private func bytes(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"), "\(path) is missing")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }
}
