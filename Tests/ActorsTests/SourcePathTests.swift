import ConnectTesting
import Engine
import Testing

@testable import Actors

// Each test has a plugin type of its own, because plugins are made by their type and the script belongs to the type.

@Suite("The source path", .timeLimit(.minutes(10)))
struct SourcePathTests {
    private struct Plain: ScriptedSource { static let script = Script([.lines(["a", "b"]), .lines(["c"])]) }

    @Test func recordsArriveInOrderAndTheirOffsetsAreStoredOnADrain() async throws {
        let harness = try Harness(sources: [Plain.self])
        try await harness.start("lines", ["connector.class": "Plain"])
        await harness.waitForTask("lines") { $0.counters.delivered == 3 }
        #expect(harness.broker.lines("scripted") == ["a", "b", "c"])
        #expect(harness.files.text("/offsets") == nil, "no flush interval has passed")
        try await harness.stop()
        #expect(
            harness.files.text("/offsets")?.contains(#"{"key":["lines",{"source":"script"}],"offset":{"line":3}}"#)
                == true
        )
        #expect(Plain.script.seen.stops == 1)
        #expect(harness.broker.openClients == 0)
    }

    private struct Held: ScriptedSource { static let script = Script([.lines(["a"]), .lines(["b"]), .lines(["c"])]) }

    /// Rule 1: what Kafka has not acknowledged is never stored, flush interval or not.
    @Test func onlyAcknowledgedOffsetsAreStored() async throws {
        let harness = try Harness(sources: [Held.self])
        harness.broker.holdAcknowledgements()
        try await harness.start("held", ["connector.class": "Held"])
        await harness.waitUntil { harness.broker.heldAcknowledgements == 3 }
        harness.clock.advance(by: .seconds(60))
        harness.broker.releaseAcknowledgements(2)
        await harness.waitForTask("held") { $0.counters.delivered == 2 }
        await harness.clock.waitForSleepers()
        #expect(harness.files.text("/offsets") == nil)
        harness.clock.advance(by: .seconds(60))
        await harness.waitUntil { harness.files.text("/offsets") != nil }
        #expect(harness.files.text("/offsets")?.contains(#""offset":{"line":2}"#) == true)
        await Held.script.wait { !$0.committedOffsets.isEmpty }
        #expect(Held.script.seen.committedOffsets == [["line": .int64(2)]])
        harness.broker.releaseAcknowledgements()
        try await harness.stop()
        #expect(harness.files.text("/offsets")?.contains(#""offset":{"line":3}"#) == true)
    }

    private struct Many: ScriptedSource {
        static let script = Script([.lines((0..<1000).map(String.init)), .lines((1000..<1500).map(String.init))])
    }

    @Test func aFullQueueDelaysAndDropsNothing() async throws {
        let harness = try Harness(["converter.pool.size": "3"], sources: [Many.self])
        harness.broker.setQueueCapacity(7)
        try await harness.start("many", ["connector.class": "Many"])
        await harness.waitForTask("many") { $0.counters.delivered == 1500 }
        #expect(harness.broker.lines("scripted") == (0..<1500).map(String.init))
        try await harness.stop()
    }

    private struct Failing: ScriptedSource {
        static let script = Script([
            .lines(["a"]), .fail(ConnectError(.connect, "the source is gone")), .lines(["b"]),
        ])
    }

    @Test func aFailedTaskIsRestartedAndGoesOn() async throws {
        let harness = try Harness(sources: [Failing.self])
        try await harness.start("failing", ["connector.class": "Failing"])
        await harness.waitForTask("failing") { $0.life.state == .restarting }
        let waiting = await harness.status("failing")?.tasks.first
        #expect(waiting?.life.trace?.contains("the source is gone") == true)
        #expect(waiting?.life.nextTryIn == .seconds(1))
        #expect(await harness.status("failing")?.life.state == .running, "the connector is not its task")
        harness.clock.advance(by: .seconds(1))
        await harness.waitForTask("failing") { $0.counters.delivered == 2 }
        // The offset of "a" was stored when its generation ended, so it is not read again.
        #expect(harness.broker.lines("scripted") == ["a", "b"])
        let healed = await harness.status("failing")?.tasks.first
        #expect(healed?.life.state == .running)
        #expect(healed?.life.trace == nil)
        #expect(healed?.life.restartCount == 1)
        try await harness.stop()
    }

    private struct Misconfigured: ScriptedSource {
        static let script = Script([.fail(ConnectError(.configuration, "no such table"))])
    }
    private struct Neighbour: ScriptedSource { static let script = Script([.lines(["x"])]) }

    @Test func aTaskThatCannotBeHelpedFailsAloneAndWaitsForAPerson() async throws {
        let harness = try Harness(sources: [Misconfigured.self, Neighbour.self])
        try await harness.start("wrong", ["connector.class": "Misconfigured"])
        await harness.waitForTask("wrong") { $0.life.state == .failed }
        try await harness.start("right", ["connector.class": "Neighbour"])
        await harness.waitForTask("right") { $0.counters.delivered == 1 }
        #expect(await harness.status("wrong")?.tasks.first?.life.trace?.contains("no such table") == true)
        Misconfigured.script.add([.lines(["y"])])
        try await harness.worker.restart(connector: "wrong", task: 0)
        await harness.waitForTask("wrong") { $0.counters.delivered == 1 }
        try await harness.stop()
    }

    private struct Hanging: ScriptedSource { static let script = Script([.hang]) }
    private struct Healthy: ScriptedSource { static let script = Script([.lines(["x"])]) }

    @Test func aTaskThatHangsHoldsUpNobodyAndIsLeftBehindAtTheEnd() async throws {
        let harness = try Harness(sources: [Hanging.self, Healthy.self])
        try await harness.start("hanging", ["connector.class": "Hanging"])
        try await harness.start("healthy", ["connector.class": "Healthy"])
        await harness.waitForTask("healthy") { $0.counters.delivered == 1 }
        await Hanging.script.wait { $0.stepsLeft == 0 && $0.starts == 1 }
        harness.worker.shutdown()
        // The healthy one drains by itself; only then does time pass, for the other's deadlines.
        await harness.waitUntil { harness.files.text("/offsets") != nil }
        let pusher = Task { [clock = harness.clock] in
            while !Task.isCancelled {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        try await harness.waitForEnd()
        pusher.cancel()
        #expect(harness.files.text("/offsets")?.contains("healthy") == true)
        #expect(harness.broker.openClients == 0, "the client of the hanging task is closed all the same")
    }

    private struct Refused: ScriptedSource { static let script = Script([.lines(["a", "b"]), .lines(["c"])]) }

    /// Rule 3: a record that Kafka does not take is not lost; its task fails and reads it again.
    @Test func aRefusedRecordFailsTheTaskAndIsReadAgain() async throws {
        let harness = try Harness(sources: [Refused.self])
        harness.broker.refuseProduce([ConnectError(.kafkaTransient, "not enough replicas")])
        try await harness.start("refused", ["connector.class": "Refused"])
        await harness.waitForTask("refused") { $0.life.state == .restarting }
        Refused.script.add([.lines(["a", "b"]), .lines(["c"])])
        harness.clock.advance(by: .seconds(1))
        await harness.waitUntil { harness.broker.lines("scripted").suffix(3) == ["a", "b", "c"] }
        try await harness.stop()
    }

    private struct Bad: ScriptedSource { static let script = Script([.lines(["a", "bad", "b"])]) }

    @Test func toleranceDecidesAboutRecordsThatCannotBeConverted() async throws {
        let harness = try Harness(sources: [Bad.self])
        try await harness.start("strict", ["connector.class": "Bad"])
        await harness.waitForTask("strict") { $0.life.state == .failed }
        #expect(await harness.status("strict")?.tasks.first?.life.trace?.contains("VALUE_CONVERTER") == true)
        #expect(harness.broker.lines("scripted") == [])
        Bad.script.add([.lines(["a", "bad", "b"])])
        try await harness.start("tolerant", ["connector.class": "Bad", "errors.tolerance": "all"])
        await harness.waitForTask("tolerant") { $0.counters.delivered == 2 }
        #expect(harness.broker.lines("scripted") == ["a", "b"])
        let counters = await harness.status("tolerant")?.tasks.first?.counters
        #expect(counters?.polled == 3 && counters?.tolerated == 1)
        try await harness.stop()
    }

    private struct DiskFull: ScriptedSource { static let script = Script([.lines(["a"])]) }

    @Test func aStoreThatFailsIsTriedAgainAndNothingStops() async throws {
        let harness = try Harness(sources: [DiskFull.self])
        harness.files.failReplacements([ConnectError(.inputOutput, "no space left")])
        try await harness.start("full", ["connector.class": "DiskFull"])
        await harness.waitForTask("full") { $0.counters.delivered == 1 }
        await harness.clock.waitForSleepers()
        harness.clock.advance(by: .seconds(60))
        await harness.waitForTask("full") { $0.counters.offsetCommitFailures == 1 }
        #expect(await harness.status("full")?.tasks.first?.life.state == .running)
        await harness.clock.waitForSleepers()
        harness.clock.advance(by: .seconds(60))
        await harness.waitForTask("full") { $0.counters.offsetCommits == 1 }
        try await harness.stop()
    }

    private struct Paused: ScriptedSource { static let script = Script([.lines(["a"])]) }

    @Test func aPausedConnectorPollsNothingUntilItIsResumed() async throws {
        let harness = try Harness(sources: [Paused.self])
        let file = #"{"name":"paused","config":{"connector.class":"Paused"},"initial_state":"PAUSED"}"#
        await harness.worker.start(try ConnectorFile.read(Array(file.utf8), file: "paused.json"))
        await harness.waitForTask("paused") { $0.life.state == .paused }
        #expect(Paused.script.seen.stepsLeft == 1)
        try await harness.worker.setPaused(false, connector: "paused")
        await harness.waitForTask("paused") { $0.counters.delivered == 1 }
        try await harness.stop()
    }

    private struct Stopped: ScriptedSource { static let script = Script([.lines(["a"])]) }

    @Test func aConnectorCreatedStoppedDoesNotStart() async throws {
        let harness = try Harness(sources: [Stopped.self])
        let file = #"{"name":"stopped","config":{"connector.class":"Stopped"},"initial_state":"STOPPED"}"#
        await harness.worker.start(try ConnectorFile.read(Array(file.utf8), file: "stopped.json"))
        await harness.waitUntil { await harness.status("stopped") != nil }
        #expect(await harness.status("stopped")?.life.state == .stopped)
        #expect(Stopped.script.seen.starts == 0)
        try await harness.stop()
    }

    private struct Creating: ScriptedSource { static let script = Script([.lines(["a"])]) }

    @Test func topicsAreCreatedByTheConnectorsRules() async throws {
        let harness = try Harness(sources: [Creating.self])
        try await harness.start(
            "creating",
            [
                "connector.class": "Creating",
                "topic.creation.default.partitions": "3",
                "topic.creation.default.replication.factor": "1",
                "topic.creation.default.cleanup.policy": "compact",
            ]
        )
        await harness.waitForTask("creating") { $0.counters.delivered == 1 }
        #expect(
            harness.broker.createdTopics == [
                NewTopic(
                    name: "scripted",
                    partitions: 3,
                    replicationFactor: 1,
                    configuration: ["cleanup.policy": "compact"]
                )
            ]
        )
        try await harness.stop()
    }

    private struct Ending: ScriptedSource { static let script = Script([.lines(["a"]), .end]) }

    @Test func aSourceThatEndsHasItsOffsetsStored() async throws {
        let harness = try Harness(sources: [Ending.self])
        try await harness.start("ending", ["connector.class": "Ending"])
        await harness.waitUntil { harness.files.text("/offsets") != nil }
        #expect(harness.broker.lines("scripted") == ["a"])
        try await harness.stop()
    }
}
