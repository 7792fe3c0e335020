import Actors
import EmbeddedBroker
import Engine
import Logging
import UnixSignals

/// The demo from its first line to its last: an embedded broker, a worker from configuration files as a user would write them,
/// a driver that feeds and watches.
struct Demo {
    let goal: ByteSize
    let folder: DemoFolder
    let isKept: Bool
    let clock: any WorkerClock
    let console: Console
    let logger: Logger

    /// Throws when a file differs or nothing moves; an ``Exit`` when a signal ended it early.
    func run(in program: Program) async throws {
        defer { if !isKept { folder.remove() } }
        let text = DemoText(files: DemoTextFiles.find())
        let origin = text.origin
        let files = try DemoFiles(source: folder.source, sink: folder.sink, goal: goal.bytes, text: text)
        try folder.writeConfiguration()
        let setup = WorkerSetup(fileSystem: LocalFileSystem(), logger: logger)
        try await setup.withBrokers(of: setup.readWorker(folder.worker)) { configuration, broker in
            introduce(text: origin, broker: configuration.bootstrapServers.joined(separator: ","))
            // Before the sink asks for it: a consumer looks for a topic that is not there only every now and then.
            try await broker?.createTopic(DemoFolder.topic, unlessThere: true)
            try await move(files, with: configuration, setup, in: program)
        }
    }

    private func move(
        _ files: DemoFiles,
        with configuration: WorkerConfiguration,
        _ setup: WorkerSetup,
        in program: Program
    ) async throws {
        let worker = try setup.makeWorker(configuration, clock: clock)
        let connectors = setup.readConnectors([folder.sourceConnector, folder.sinkConnector])
        let driver = DemoDriver(files: files, goal: goal.bytes, clock: clock, console: console) {
            Self.failure(in: await worker.statuses())
        }
        let signal = try await program.run([WorkerService(worker: worker, connectors: connectors), driver])
        try await conclude(await driver.outcome, signal: signal, files: files)
    }

    private func introduce(text: String, broker: String) {
        console.print(
            """
            connectd demo: \(goal) of text from a file through a Kafka topic into a second file
              text    \(text)
              broker  \(broker), in this process
              topic   \(DemoFolder.topic), one partition
              files   \(folder.path)\(isKept ? "" : " (removed at the end; --keep keeps it)")

            """
        )
    }

    private func conclude(_ outcome: DemoDriver.Outcome?, signal: UnixSignal?, files: DemoFiles) async throws {
        let progress = DemoProgress(goal: goal.bytes)
        switch outcome {
        case .complete(let counts, let elapsed):
            console.print(progress.summary(counts, elapsed: elapsed))
            if let offset = try await files.firstDifference() {
                throw ConnectError(
                    .data,
                    "\(folder.source) and \(folder.sink) differ from byte \(offset) on. This is a bug in connectd; please report "
                        + "it, with the two files (--keep keeps them)"
                )
            }
            console.print("Both files are the same, byte for byte.\n\n\(next)")
        case .stopped(let counts, let elapsed):
            if counts.arrivedRecords > 0 { console.print(progress.summary(counts, elapsed: elapsed)) }
            console.print("Stopped before the end: the files were not compared.")
            throw Exit(status: signal.map(StopRule.status(endedBy:)) ?? .failure)
        case nil:
            throw ConnectError(.connect, "The worker ended before everything had arrived; its log lines say why")
        }
    }

    /// What to try next, ready to be copied.
    private var next: String {
        let program = CommandLine.arguments.first ?? "connectd"
        let kept =
            isKept
            ? """
              Look at what ran:
                ls -l \(folder.path)
                cat \(folder.worker) \(folder.sourceConnector) \(folder.sinkConnector)
                \(program) standalone \(folder.worker) \(folder.sourceConnector) \(folder.sinkConnector)

            """
            : ""
        return """
            \(kept)Try next:
              \(program) demo --size 1GB --keep        more of it; keeps the files and the configuration to look at
              \(program) embedded --topic lines        a Kafka broker to play with; prints its address
              \(program) standalone --help             your own worker and connector files, as connect-standalone.sh takes them
            """
    }

    /// Names the first connector or task that has failed for good.
    private static func failure(in statuses: [ConnectorStatus]) -> String? {
        for status in statuses {
            if status.life.state == .failed {
                return "The connector \(status.name) has failed: \(status.life.trace ?? "see the log")"
            }
            for task in status.tasks where task.life.state == .failed {
                return "Task \(task.id) of the connector \(status.name) has failed: \(task.life.trace ?? "see the log")"
            }
        }
        return nil
    }
}
