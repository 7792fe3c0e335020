import Glibc
import Kafka
import Testing

/// `docs/client-configuration.md` says what the mapping does.
@Suite struct ConfigurationReferenceTests {
    @Test func documentIsTheOneThatTheTablesMake() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(root)/docs/client-configuration.md"
        let text = MappingReference.markdown()
        if getenv("CONNECT_WRITE_DOCS") != nil {
            let file = try #require(fopen(path, "w"))
            fputs(text, file)
            fclose(file)
        }
        let committed = String(decoding: try OpenedFile(path).bytes, as: UTF8.self)
        #expect(
            committed == text,
            "write it anew: CONNECT_WRITE_DOCS=1 swift test --filter ConfigurationReferenceTests"
        )
    }
}

/// A file read whole.
struct OpenedFile {
    let bytes: [UInt8]

    struct Missing: Error {
        let path: String
    }

    init(_ path: String) throws {
        guard let file = fopen(path, "r") else { throw Missing(path: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        self.bytes = bytes
    }
}
