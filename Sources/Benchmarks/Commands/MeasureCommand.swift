import ArgumentParser
import Engine
import Glibc
import Logging

/// One measured run in a process of its own: prints its result, and goes when its standard input ends.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "measure", shouldDisplay: false)

    @Option var side: Side
    @Option var scenario: Scenario
    @Option var bootstrap: String
    @Option var topic: String
    @Option var name: String
    @Option var records: Int
    @Option var outputBytes: Int
    @Option var offsetFile: String
    @Option(name: .customLong("file")) var files: [String] = []
    @OptionGroup var batching: BatchingOptions

    init() {}

    func run() async throws {
        let assignment = Assignment(
            scenario: scenario,
            bootstrapServers: bootstrap,
            topic: topic,
            files: files,
            records: records,
            outputBytes: outputBytes,
            name: name,
            offsetFile: offsetFile,
            batching: batching
        )
        switch side {
        case .control:
            report(try ControlRun.measure(assignment))
            ChildProcess.waitForEndOfInput()
        case .engine:
            var logger = Logger(label: "engine") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .warning
            let run = try await EngineRun(assignment, logger: logger)
            report(try await run.measure())
            // The parent counts what has arrived before the worker drains: a drain must not complete what was not done.
            ChildProcess.waitForEndOfInput()
            try await run.stop()
        }
    }

    private func report(_ measurement: Measurement) {
        print(measurement.line)
        fflush(nil)
    }

    /// The command line that runs an assignment.
    static func arguments(_ side: Side, _ assignment: Assignment) -> [String] {
        [
            configuration.commandName ?? "", "--side", side.rawValue, "--scenario", assignment.scenario.rawValue,
            "--bootstrap", assignment.bootstrapServers, "--topic", assignment.topic, "--name", assignment.name,
            "--records", String(assignment.records), "--output-bytes", String(assignment.outputBytes),
            "--offset-file", assignment.offsetFile,
        ] + assignment.files.flatMap { ["--file", $0] } + assignment.batching.arguments
    }
}
