import ConnectTesting
import Engine
import Logging
import Testing

@testable import Actors

@Suite("Offset stores", .timeLimit(.minutes(10)))
struct OffsetStoreTests {
    private struct Lines: ScriptedSource { static let script = Script([.lines(["a", "b"])]) }

    /// A worker with an offset topic writes Connect's own records there, and the next one goes on from them.
    @Test func aTopicKeepsOffsetsAcrossWorkers() async throws {
        let keys = [
            "offset.storage.topic": "connect-offsets", "offset.storage.partitions": "3",
            "offset.storage.replication.factor": "1",
        ]
        let first = try Harness(keys, sources: [Lines.self])
        try await first.start("lines", ["connector.class": "Lines"])
        await first.waitForTask("lines") { $0.counters.delivered == 2 }
        try await first.stop()
        #expect(first.broker.createdTopics.first?.name == "connect-offsets")
        #expect(first.broker.createdTopics.first?.configuration["cleanup.policy"] == "compact")
        let stored = (0..<3).flatMap { first.broker.records("connect-offsets", partition: $0) }
        #expect(stored.map { String(decoding: $0.key ?? [], as: UTF8.self) } == [#"["lines",{"source":"script"}]"#])
        #expect(stored.map { String(decoding: $0.value ?? [], as: UTF8.self) } == [#"{"line":2}"#])

        Lines.script.add([.lines(["c"])])
        let second = try Harness(keys, sources: [Lines.self], broker: first.broker)
        try await second.start("lines", ["connector.class": "Lines"])
        await second.waitForTask("lines") { $0.counters.delivered == 1 }
        try await second.stop()
        let all = (0..<3).flatMap { first.broker.records("connect-offsets", partition: $0) }
        #expect(all.last.map { String(decoding: $0.value ?? [], as: UTF8.self) } == #"{"line":3}"#)
    }

    private struct Moving: ScriptedSource { static let script = Script([.lines(["a"])]) }

    /// From a file to a topic without losing the place: what the topic does not have is read from the file.
    @Test func aFileFillsInWhatTheTopicDoesNotHave() async throws {
        let files = MemoryFileSystem()
        files.put("/offsets", Array(#"{"key":["moving",{"source":"script"}],"offset":{"line":40}}"#.utf8))
        let harness = try Harness(["offset.storage.topic": "offsets"], sources: [Moving.self], files: files)
        try await harness.start("moving", ["connector.class": "Moving"])
        await harness.waitForTask("moving") { $0.counters.delivered == 1 }
        try await harness.stop()
        #expect(files.text("/offsets")?.contains(#""offset":{"line":41}"#) == true, "written to both")
        let stored = harness.broker.records("offsets").map { String(decoding: $0.value ?? [], as: UTF8.self) }
        #expect(stored == [#"{"line":41}"#])
    }

    /// The file of Kafka Connect's worker is read, and kept beside the new one.
    @Test func theFileOfKafkaConnectIsTakenOver() async throws {
        let files = MemoryFileSystem()
        let java: [UInt8] =
            [0xAC, 0xED, 0, 5, 0x73, 0x72, 0, 17] + Array("java.util.HashMap".utf8)
            + [5, 7, 0xDA, 0xC1, 0xC3, 0x16, 0x60, 0xD1, 3, 0, 2, 0x46, 0, 10] + Array("loadFactor".utf8)
            + [0x49, 0, 9] + Array("threshold".utf8)
            + [0x78, 0x70, 0x3F, 0x40, 0, 0, 0, 0, 0, 12, 0x77, 8, 0, 0, 0, 16, 0, 0, 0, 1]
            + [0x75, 0x72, 0, 2, 0x5B, 0x42, 0xAC, 0xF3, 0x17, 0xF8, 6, 8, 0x54, 0xE0, 2, 0, 0, 0x78, 0x70]
            + Self.array(#"["taken",{"source":"script"}]"#) + [0x75, 0x71, 0, 0x7E, 0, 2] + Self.array(#"{"line":7}"#)
            + [0x78]
        files.put("/offsets", java)
        let harness = try Harness(sources: [Taken.self], files: files)
        try await harness.start("taken", ["connector.class": "Taken"])
        await harness.waitForTask("taken") { $0.counters.delivered == 1 }
        try await harness.stop()
        #expect(files.text("/offsets")?.contains(#""offset":{"line":8}"#) == true)
        #expect(try files.read("/offsets.java") == java)
    }

    private struct Taken: ScriptedSource { static let script = Script([.lines(["h"])]) }

    private static func array(_ text: String) -> [UInt8] {
        [0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8)
    }

    /// A broken file stops the worker: starting without it would read every source twice.
    @Test func aBrokenFileStopsTheWorker() async throws {
        let files = MemoryFileSystem()
        files.put("/offsets", Array("nonsense".utf8))
        let harness = try Harness(files: files)
        let error = await #expect(throws: ConnectError.self) { try await harness.waitForEnd() }
        #expect(error?.message.contains("/offsets, line 1") == true)
        #expect(files.text("/offsets") == "nonsense")
    }

    /// Stores that come while a write is under way share the next write.
    @Test func manyStoresShareWrites() async throws {
        let files = MemoryFileSystem()
        let store = FileOffsetStore(
            path: "/o",
            fileSystem: files,
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        )
        try await store.load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await store.store(connector: "c\(number)", [["p": .int64(1)]: ["o": .int64(Int64(number))]])
                    #expect(files.text("/o")?.contains(#"["c\#(number)","#) == true, "returned before it was written")
                }
            }
            try await group.waitForAll()
        }
        #expect(files.replacements <= 200)
        #expect(files.text("/o")?.split(separator: "\n").count == 201)
    }
}

@Suite("A worker with many connectors", .timeLimit(.minutes(10)))
struct ManyConnectorsTests {
    private struct Endless: ScriptedSource { static let script = Script() }
    private struct Hanging: ScriptedSource { static let script = Script([.hang]) }

    /// Three hundred start at the same time, one that hangs among them.
    @Test func startTogether() async throws {
        let harness = try Harness(sources: [Endless.self, Hanging.self])
        try await harness.start("hanging", ["connector.class": "Hanging"])
        await Hanging.script.wait { $0.stepsLeft == 0 && $0.starts == 1 }
        for number in 0..<300 { try await harness.start("c\(number)", ["connector.class": "Endless"]) }
        await Endless.script.wait { $0.starts == 300 }
        await harness.waitUntil {
            await harness.worker.statuses().allSatisfy { $0.tasks.first?.life.state == .running }
        }
        harness.worker.shutdown()
        await Endless.script.wait { $0.stops == 300 }
        let pusher = Task { [clock = harness.clock] in
            while !Task.isCancelled {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        try await harness.waitForEnd()
        pusher.cancel()
        #expect(harness.broker.openClients == 0)
    }
}
