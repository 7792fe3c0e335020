import ConnectTesting
import Engine
import Glibc
import Testing

@testable import connectd

/// What the README gives to copy has to work.
@Suite("The README")
struct ReadmeTests {
    /// The fenced blocks of properties, in order.
    private func propertiesBlocks() throws -> [[UInt8]] {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let text = try #require(TemporaryFolder.content(of: "\(root)/README.md"))
        var blocks: [[UInt8]] = []
        var block: [String]?
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```properties" {
                block = []
            } else if line == "```", let lines = block {
                blocks.append(Array(lines.joined(separator: "\n").utf8))
                block = nil
            } else {
                block?.append(String(line))
            }
        }
        return blocks
    }

    @Test("The worker file and the connector files are right, and nothing in them raises a notice")
    func files() throws {
        let blocks = try propertiesBlocks()
        #expect(blocks.count == 3)
        let plugins = WorkerSetup.plugins()
        let worker = try WorkerConfiguration(
            PropertiesReader.read(try #require(blocks.first), file: "worker.properties"),
            plugins: plugins
        )
        #expect(worker.notices.isEmpty)
        let names = try blocks.dropFirst().map { block in
            let file = try ConnectorFile.read(block, file: "connector.properties")
            let connector = try ConnectorConfiguration(file.configuration, worker: worker, plugins: plugins)
            #expect(connector.notices.isEmpty)
            return file.name
        }
        #expect(names == ["file-source", "file-sink"])
    }
}
