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
        #expect(counts.writtenRecords == 1)
        let firstLine = try #require(folder.read("source.txt"))
        try folder.write("sink.txt", String(decoding: firstLine, as: UTF8.self))
        counts = try await files.turn()
        #expect(counts.writtenBytes <= 1000 + 200)
        #expect(counts.writtenBytes > 500)
        #expect(counts.arrivedRecords == 1)
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
        var bytes = Array("one\ntwo\nthree\n".utf8)
        try folder.write("source.txt", String(decoding: bytes, as: UTF8.self))
        try folder.write("sink.txt", String(decoding: bytes.dropLast(3), as: UTF8.self))
        #expect(try await files.firstDifference() == bytes.count - 3)
        bytes[5] = 0x21
        try folder.write("sink.txt", String(decoding: bytes, as: UTF8.self))
        #expect(try await files.firstDifference() == 5)
    }

    @Test("Records on their way are bounded too")
    func recordBound() {
        var counts = DemoCounts(writtenBytes: 100, writtenRecords: 100, arrivedBytes: 1, arrivedRecords: 1)
        let pace = DemoPace(bytesInFlight: 1000, recordsInFlight: 100, blockBytes: 200)
        #expect(pace.bytesToWrite(counts) == 200)
        counts.writtenRecords = 101
        #expect(pace.bytesToWrite(counts) == 0)
        counts.arrivedRecords = 2
        #expect(pace.bytesToWrite(counts) == 200)
        counts.writtenBytes = 802
        #expect(pace.bytesToWrite(counts) == 0)
    }
}
