import ConnectTesting
import Testing

@testable import connectd

@Suite("The demo's files")
struct DemoFilesTests {
    private func files(
        _ folder: TemporaryFolder,
        goal: Int,
        pace: DemoPace = DemoPace(blockBytes: 200),
        text: [String] = []
    ) throws -> DemoFiles {
        try DemoFiles(
            source: folder.path("source.txt"),
            sink: folder.path("sink.txt"),
            goal: goal,
            text: DemoText(files: text),
            pace: pace
        )
    }

    @Test("One line goes ahead; when it has arrived the rest follows in blocks, and ends at a whole line")
    func pacing() async throws {
        let folder = try TemporaryFolder()
        let files = try files(folder, goal: 3000)
        var counts = try await files.turn()
        #expect(counts.writtenRecords == 1)
        let waiting = try await files.turn()
        #expect(waiting == counts)
        let firstLine = try #require(folder.read("source.txt"))
        try folder.write("sink.txt", String(decoding: firstLine, as: UTF8.self))
        counts = try await files.turn()
        #expect((200..<300).contains(counts.writtenBytes - firstLine.count))
        #expect(counts.arrivedRecords == 1)
        // Nothing that is behind keeps it from writing on.
        while counts.writtenBytes < 3000 { counts = try await files.turn() }
        #expect(await !files.isComplete)
        let source = try #require(folder.read("source.txt"))
        try folder.write("sink.txt", String(decoding: source, as: UTF8.self))
        counts = try await files.turn()
        #expect(await files.isComplete)
        #expect(source.count == counts.arrivedBytes)
        #expect((3000..<3100).contains(source.count))
        #expect(source.last == 0x0a)
        #expect(counts.arrivedRecords == source.count { $0 == 0x0a })
        #expect(counts.lag == 0)
        #expect(try await files.firstDifference() == nil)
    }

    @Test("A block is filled from as many pieces of text as it takes")
    func smallPieces() async throws {
        let folder = try TemporaryFolder()
        try folder.write("piece.txt", "a piece far smaller than a block\n")
        let files = try files(folder, goal: 3000, pace: DemoPace(blockBytes: 1000), text: [folder.path("piece.txt")])
        let first = try await files.turn()
        try folder.write("sink.txt", String(decoding: try #require(folder.read("source.txt")), as: UTF8.self))
        let second = try await files.turn()
        #expect(second.writtenBytes - first.writtenBytes >= 1000)
    }

    @Test("A difference is found, in the middle and at the end")
    func difference() async throws {
        let folder = try TemporaryFolder()
        let files = try files(folder, goal: 500)
        var bytes = Array("one\ntwo\nthree\n".utf8)
        try folder.write("source.txt", String(decoding: bytes, as: UTF8.self))
        try folder.write("sink.txt", String(decoding: bytes.dropLast(3), as: UTF8.self))
        #expect(try await files.firstDifference() == bytes.count - 3)
        bytes[5] = 0x21
        try folder.write("sink.txt", String(decoding: bytes, as: UTF8.self))
        #expect(try await files.firstDifference() == 5)
    }
}
