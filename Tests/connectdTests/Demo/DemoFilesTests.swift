import Testing

@testable import connectd

@Suite("The demo's files")
struct DemoFilesTests {
    private func files(
        _ folder: TemporaryFolder,
        goal: Int,
        pace: DemoPace = DemoPace(bytesInFlight: 1000, recordsInFlight: 100, blockBytes: 200)
    ) throws -> DemoFiles {
        try DemoFiles(
            source: folder.path("source.txt"),
            sink: folder.path("sink.txt"),
            goal: goal,
            text: DemoText(files: []),
            pace: pace
        )
    }

    @Test("The source waits for the sink, and ends at a whole line")
    func pacing() async throws {
        let folder = try TemporaryFolder()
        let files = try files(folder, goal: 3000)
        var counts = try await files.turn()
        #expect(counts.writtenBytes <= 1000 + 100)
        #expect(counts.writtenBytes > 500)
        #expect(counts.arrivedBytes == 0)
        let stillFull = try await files.turn()
        #expect(stillFull == counts)
        while await !files.isComplete {
            let source = try #require(folder.read("source.txt"))
            try folder.write("sink.txt", String(decoding: source, as: UTF8.self))
            counts = try await files.turn()
        }
        let source = try #require(folder.read("source.txt"))
        #expect(source.count == counts.arrivedBytes)
        #expect((3000..<3100).contains(source.count))
        #expect(source.last == 0x0a)
        #expect(counts.arrivedRecords == source.count { $0 == 0x0a })
        #expect(counts.lag == 0)
        #expect(try await files.firstDifference() == nil)
    }

    @Test("A difference is found, in the middle and at the end")
    func difference() async throws {
        let folder = try TemporaryFolder()
        let files = try files(folder, goal: 500)
        _ = try await files.turn()
        var bytes = try #require(folder.read("source.txt"))
        try folder.write("sink.txt", String(decoding: bytes.dropLast(3), as: UTF8.self))
        #expect(try await files.firstDifference() == bytes.count - 3)
        bytes[123] = 0x21
        try folder.write("sink.txt", String(decoding: bytes, as: UTF8.self))
        #expect(try await files.firstDifference() == 123)
    }

    @Test("Records on their way are bounded too")
    func recordBound() {
        var counts = DemoCounts(writtenBytes: 100, writtenRecords: 99, arrivedBytes: 0, arrivedRecords: 0)
        let pace = DemoPace(bytesInFlight: 1000, recordsInFlight: 100, blockBytes: 200)
        #expect(pace.hasRoom(counts))
        counts.writtenRecords = 100
        #expect(!pace.hasRoom(counts))
        counts.arrivedRecords = 1
        #expect(pace.hasRoom(counts))
    }
}
