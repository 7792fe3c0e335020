import ConnectTesting
import Engine
import Testing

@testable import Benchmarks

/// The built program, on a few records.
struct ProgramTests {
    // The file source gives strings, so ByteArray is for the sink alone. One sink task: a group of two may rebalance, and what
    // is read twice then is not a figure.
    @Test(arguments: [
        ["--scenario", "file-to-kafka", "--tasks", "2", "--rounds", "2"],
        ["--scenario", "file-to-kafka", "--converter", "Json"],
        ["--scenario", "kafka-to-file", "--rounds", "2"],
        ["--scenario", "kafka-to-file", "--converter", "Json"],
        ["--scenario", "kafka-to-file", "--converter", "ByteArray"],
    ])
    func bothSidesMoveAllRecords(flags: [String]) async throws {
        let rounds = flags.contains("--rounds") ? 2 : 1
        let program = try RunningProgram(
            product: "Benchmarks",
            ["run", "--size", "300kB", "--rounds", "1", "--partitions", "3", "--control", "--json"] + flags
        )
        let lines = try await program.output.all().map { try JSONValue.parse($0) }
        #expect(await program.exitCode() == 0)
        #expect(lines.count == rounds + 1)
        for line in lines {
            #expect(line["scenario"]?.stringValue == flags[1])
            #expect((line["mb_per_s"]?.numberValue?.double ?? 0) > 0)
            #expect((line["control_mb_per_s"]?.numberValue?.double ?? 0) > 0)
            #expect((line["ratio"]?.numberValue?.double ?? 0) > 0)
        }
        #expect(lines.last?["summary"]?.boolValue == true)
    }

    @Test func aTopicThatLosesRecordsIsAnError() async throws {
        let program = try RunningProgram(
            product: "Benchmarks",
            [
                "run", "--brokers", "--scenario", "kafka-to-file", "--size", "8MB", "--partitions", "1",
                "--compression", "none",
            ]
        )
        let complaint = await program.errors.first(containing: "dropped")
        #expect(complaint?.contains("--partitions") == true)
        #expect(await program.exitCode() != 0)
    }

    @Test func wrongFlagsAreRefused() async throws {
        let program = try RunningProgram(product: "Benchmarks", ["run", "--converter", "ByteArray"])
        #expect(await program.errors.first(containing: "choose String or Json") != nil)
        #expect(await program.exitCode() == 64)
    }
}
