import ConnectTesting
import Testing

@testable import connectd

/// `docs/configuration.md` says what the program takes.
@Suite("The configuration page")
struct ConfigurationPageTests {
    @Test("It is what the definitions and the plugins make")
    func page() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let stored = try #require(TemporaryFolder.content(of: "\(root)/docs/configuration.md"))
        #expect(
            String(decoding: stored, as: UTF8.self) == ConfigReferenceCommand.text(),
            "write it anew: make docs"
        )
    }
}
