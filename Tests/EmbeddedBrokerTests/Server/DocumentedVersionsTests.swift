import Glibc
import Testing

@testable import EmbeddedBroker

/// What `docs/embedded-broker.md` says of the protocol has to be so.
@Suite("The page about the embedded broker")
struct DocumentedVersionsTests {
    @Test("lists every API with the versions that are offered")
    func versions() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let page = try #require(Self.content(of: "\(root)/docs/embedded-broker.md"))
        var documented: [Int16: String] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("|") {
            // Two APIs a row: `| Produce (0) | 0 to 11 | | DeleteTopics (20) | 1 to 6 |`.
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.split(separator: " ").joined(separator: " ")
            }
            for (name, versions) in zip(cells, cells.dropFirst()) {
                guard name.hasSuffix(")"), let open = name.lastIndex(of: "("),
                    let key = Int16(name[name.index(after: open)...].dropLast()), APIKey(rawValue: key) != nil
                else { continue }
                documented[key] = versions
            }
        }
        for key in APIKey.allCases {
            let offered = try #require(BrokerCore.offered(key.rawValue)).versions
            let text =
                offered.count == 1
                ? "\(offered.lowerBound)" : "\(offered.lowerBound) to \(offered.upperBound)"
            #expect(documented[key.rawValue] == text, "\(key)")
        }
    }

    private static func content(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += block.prefix(count)
        }
    }
}
