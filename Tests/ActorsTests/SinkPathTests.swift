import ConnectTesting
import Engine
import Testing

@testable import Actors

@Suite("The sink path", .timeLimit(.minutes(10)))
struct SinkPathTests {
    private static func keys(_ name: String) -> [String: String] { ["connector.class": name, "topics": "t"] }
    private static let partition = TopicPartition(topic: "t", partition: 0)

    private static func harness(_ sink: any ScriptedSink.Type, _ lines: [String], _ keys: [String: String] = [:]) throws
        -> Harness
    {
        let harness = try Harness(keys, sinks: [sink])
        harness.broker.createTopic("t", partitions: 1)
        harness.broker.append(lines, to: "t")
        return harness
    }

    private struct Plain: ScriptedSink { static let script = Script() }

    @Test func recordsArriveInOrderAndOffsetsAreCommittedAfterAFlush() async throws {
        let lines = (0..<5000).map(String.init)
        let harness = try Self.harness(
            Plain.self,
            lines,
            ["converter.pool.size": "3", "channel.capacity.records": "2000"]
        )
        try await harness.start("sink", Self.keys("Plain"))
        await Plain.script.wait { $0.received.count == 5000 }
        #expect(Plain.script.seen.received == lines)
        #expect(harness.broker.committed(group: "connect-sink") == [:], "no flush interval has passed")
        await harness.clock.waitForSleepers(2)
        harness.clock.advance(by: .seconds(60))
        await harness.waitUntil { harness.broker.committed(group: "connect-sink") == [Self.partition: 5000] }
        #expect(Plain.script.seen.flushes >= 1)
        harness.broker.append(["last"], to: "t")
        await Plain.script.wait { $0.received.count == 5001 }
        try await harness.stop()
        #expect(harness.broker.committed(group: "connect-sink") == [Self.partition: 5001], "a drain commits")
        #expect(Plain.script.seen.opened == [Self.partition])
        #expect(Plain.script.seen.closed == [Self.partition])
        #expect(Plain.script.seen.stops == 1)
        #expect(harness.broker.openClients == 0)
    }

    private struct Retrying: ScriptedSink {
        static let script = Script([
            .fail(ConnectError(.retriable, "busy")), .fail(ConnectError(.inputOutput, "disk full")),
        ])
    }

    @Test func aPutThatAsksForItGetsTheSameRecordsAgain() async throws {
        let harness = try Self.harness(Retrying.self, ["a", "b"])
        try await harness.start("sink", Self.keys("Retrying"))
        await Retrying.script.wait { $0.stepsLeft == 1 }
        let pusher = Task { [clock = harness.clock] in
            while !Task.isCancelled {
                clock.advance(by: .milliseconds(100))
                await Task.yield()
            }
        }
        await Retrying.script.wait { $0.received.count == 2 }
        pusher.cancel()
        #expect(Retrying.script.seen.received == ["a", "b"])
        #expect(Retrying.script.seen.starts == 1, "the task was not restarted for that")
        try await harness.stop()
    }

    private struct Crashing: ScriptedSink { static let script = Script([.fail(ConnectError(.connect, "crash"))]) }

    /// Rule 2: what a failed put did not take is not committed, and comes again.
    @Test func aTaskThatFailsGetsItsRecordsAgain() async throws {
        let harness = try Self.harness(Crashing.self, ["a", "b"])
        try await harness.start("sink", Self.keys("Crashing"))
        await harness.waitForTask("sink") { $0.life.state == .restarting }
        #expect(harness.broker.committed(group: "connect-sink") == [:])
        harness.clock.advance(by: .seconds(2))
        await Crashing.script.wait { $0.received.count == 2 }
        #expect(Crashing.script.seen.starts == 2)
        try await harness.stop()
        #expect(harness.broker.committed(group: "connect-sink") == [Self.partition: 2])
    }

    private struct Unlucky: ScriptedSink { static let script = Script() }

    @Test func aCommitThatFailsIsMadeGoodByTheNext() async throws {
        let harness = try Self.harness(Unlucky.self, ["a"])
        harness.broker.failCommits([ConnectError(.kafkaTransient, "coordinator moved")])
        try await harness.start("sink", Self.keys("Unlucky"))
        await Unlucky.script.wait { $0.received.count == 1 }
        await harness.clock.waitForSleepers(2)
        harness.clock.advance(by: .seconds(60))
        await harness.waitForTask("sink") { $0.counters.offsetCommitFailures == 1 }
        #expect(harness.broker.committed(group: "connect-sink") == [:])
        try await harness.stop()
        #expect(harness.broker.committed(group: "connect-sink") == [Self.partition: 1])
    }

    private struct Hanging: ScriptedSink { static let script = Script([.hang]) }
    private struct Healthy: ScriptedSink { static let script = Script() }

    @Test func aPutThatHangsHoldsUpNobodyAndItsRecordsAreNotCommitted() async throws {
        let harness = try Harness(sinks: [Hanging.self, Healthy.self])
        harness.broker.createTopic("t", partitions: 1)
        harness.broker.append(["a", "b"], to: "t")
        try await harness.start("hanging", Self.keys("Hanging"))
        await Hanging.script.wait { $0.stepsLeft == 0 }
        try await harness.start("healthy", Self.keys("Healthy"))
        await Healthy.script.wait { $0.received == ["a", "b"] }
        harness.worker.shutdown()
        // The healthy one drains by itself; only then does time pass, for the other's deadlines.
        await harness.waitUntil { harness.broker.committed(group: "connect-healthy") != [:] }
        let pusher = Task { [clock = harness.clock] in
            while !Task.isCancelled {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        try await harness.waitForEnd()
        pusher.cancel()
        #expect(harness.broker.committed(group: "connect-hanging") == [:])
        #expect(harness.broker.committed(group: "connect-healthy") == [Self.partition: 2])
    }

    private struct Tolerant: ScriptedSink { static let script = Script() }

    /// Offsets move past a record that was skipped: otherwise it would come back for ever.
    @Test func skippedRecordsAreCommittedToo() async throws {
        let harness = try Self.harness(Tolerant.self, ["a", "bad"])
        try await harness.start("sink", Self.keys("Tolerant").merging(["errors.tolerance": "all"]) { $1 })
        await Tolerant.script.wait { $0.received == ["a"] }
        await harness.waitForTask("sink") { $0.counters.tolerated == 1 }
        try await harness.stop()
        #expect(harness.broker.committed(group: "connect-sink") == [Self.partition: 2])
    }

    private struct Slow: ScriptedSink { static let script = Script([.hang]) }

    /// Rule 4: a sink that takes nothing holds back the reading, not the memory.
    @Test func aSlowSinkBoundsWhatIsRead() async throws {
        let lines = (0..<100_000).map(String.init)
        let harness = try Self.harness(Slow.self, lines, ["channel.capacity.records": "4000"])
        try await harness.start("sink", Self.keys("Slow"))
        await Slow.script.wait { $0.stepsLeft == 0 }
        // The pause comes after a while of waiting; after it nothing more is read.
        await harness.waitForTask("sink") { $0.counters.polled >= 8000 }
        await harness.clock.waitForSleepers(3)
        harness.clock.advance(by: .seconds(1))
        for _ in 0..<1000 { await Task.yield() }
        let polled = await harness.status("sink")?.tasks.first?.counters.polled ?? 0
        // Two channels of 4,000 records, one batch of 2,000 in each of the three hands.
        #expect(polled <= 2 * 4000 + 3 * 2000)
        harness.worker.shutdown()
        let pusher = Task { [clock = harness.clock] in
            while !Task.isCancelled {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        try await harness.waitForEnd()
        pusher.cancel()
    }
}
