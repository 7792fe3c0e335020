import Glibc
import Testing

/// Files that tests read: `Fixtures` beside this source.
enum Fixture {
    static func path(_ name: String, from source: String = #filePath) -> String {
        source.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Fixtures/" + name
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        let file = try #require(fopen(path(name), "rb"), "no fixture \(name)")
        defer { fclose(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return content }
            content += chunk[0..<count]
        }
    }
}
