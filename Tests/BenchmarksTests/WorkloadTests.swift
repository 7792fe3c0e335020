import ArgumentParser
import Engine
import Testing

@testable import Benchmarks

struct WorkloadTests {
    @Test(arguments: [1, 7, 100, 1000])
    func linesHaveTheLengthAskedFor(length: Int) {
        var generator = LineGenerator(lineByteCount: length, seed: 7)
        let text = Self.text(&generator, lines: 50, length: length)
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(lines.count == 51)
        #expect(lines.last?.isEmpty == true)
        #expect(lines.dropLast().allSatisfy { $0.count == length })
        #expect(text.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) && $0 != 0x22 && $0 != 0x5c })
    }

    @Test func linesDifferAndFollowFromTheSeed() {
        var first = LineGenerator(lineByteCount: 100, seed: 1)
        var again = LineGenerator(lineByteCount: 100, seed: 1)
        var other = LineGenerator(lineByteCount: 100, seed: 2)
        let text = Self.text(&first, lines: 200, length: 100)
        #expect(text == Self.text(&again, lines: 200, length: 100))
        #expect(text != Self.text(&other, lines: 200, length: 100))
        #expect(Set(text.split(separator: 0x0a)).count == 200)
    }

    @Test func quotedLinesAreJSON() throws {
        var generator = LineGenerator(lineByteCount: 40, isQuoted: true, seed: 1)
        for line in Self.text(&generator, lines: 20, length: 40).split(separator: 0x0a) {
            #expect(try JSONValue.parse(Array(line)).stringValue?.utf8.count == 38)
        }
    }

    @Test func inputIsSharedAmongFiles() throws {
        let folder = try WorkFolder(in: WorkFolder.temporary)
        defer { folder.remove() }
        var generator = LineGenerator(lineByteCount: 9, seed: 1)
        let files = try folder.writeInput(files: 3, records: 10, generator: &generator, lineByteCount: 9)
        let counts = try files.map { try LineCount.of($0) }
        #expect(counts.map(\.lines) == [4, 3, 3])
        #expect(counts.map(\.bytes) == [40, 30, 30])
    }

    @Test func partitionsHoldWhatAMockClusterKeeps() throws {
        func partitions(_ scenario: Scenario, _ records: Int) throws -> Int {
            Workload(
                scenario: scenario,
                records: records,
                recordBytes: 100,
                seed: 1,
                batching: try BatchingOptions.parse([])
            ).defaultPartitions(onMock: true)
        }
        #expect(try partitions(.fileToKafka, 10_000_000) == 1)
        #expect(try partitions(.kafkaToFile, 10_000_000) == 250)
        #expect(try partitions(.kafkaToFile, 40_000) == 1)
        #expect(try partitions(.kafkaToFile, 40_001) == 2)
    }

    @Test func batchingFlagsReachTheMeasuredProcess() throws {
        let flags = [
            "--linger-ms", "7", "--batch-size", "4096", "--compression", "zstd", "--buffer-memory", "1000000",
            "--tasks", "2", "--converters", "3", "--converter", "Json", "--source-batch", "11", "--poll-records", "12",
            "--fetch-bytes", "13", "--partition-fetch-bytes", "14", "--channel-records", "15", "--channel-bytes", "16",
            "--in-flight-bytes", "17", "--client", "retries=5", "--client", "queued.min.messages=1000",
        ]
        #expect(try BatchingOptions.parse(flags).arguments == flags)
        let keys = try BatchingOptions.parse(flags).connectorConfiguration(.fileToKafka)
        #expect(keys["producer.override.linger.ms"] == "7")
        #expect(keys["producer.override.retries"] == "5")
        #expect(keys["batch.size"] == "11")
        #expect(keys["converter.pool.size"] == "3")
    }

    private static func text(_ generator: inout LineGenerator, lines: Int, length: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: lines * (length + 1))
        bytes.withUnsafeMutableBytes { generator.fill($0) }
        return bytes
    }
}
