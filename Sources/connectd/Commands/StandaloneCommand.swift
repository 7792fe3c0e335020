import Actors
import ArgumentParser
import Engine
import Kafka
import Logging

/// `connectd standalone`: the worker, from the files that Kafka Connect's standalone mode takes.
struct StandaloneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "standalone",
        abstract: "Run a worker with connectors, from the files of Kafka Connect's standalone mode.",
        discussion: """
            The worker file is a Java properties file. A connector file is a properties file or JSON: a map of keys and values, or \
            an object with "name", "config" and perhaps "initial_state". A connector file that cannot be used is reported, and \
            the others run. SIGINT and SIGTERM stop the tasks and store their offsets first; a second signal stops at once.
            """
    )

    @Argument(help: ArgumentHelp("The worker's configuration.", valueName: "worker.properties"))
    var workerFile: String

    @Argument(help: ArgumentHelp("The connectors to run.", valueName: "connector-file"))
    var connectorFiles: [String] = []

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func run() async throws {
        let clock = SystemClock()
        let logger = logging.makeLogger(clock: clock, console: .standard)
        let program = await Program(clock: clock, logger: logger)
        logger.info("connectd starts", metadata: ["version": "\(Version.current)", "file": "\(workerFile)"])
        try await reportingErrors(to: logger) {
            let setup = WorkerSetup(fileSystem: LocalFileSystem(), logger: logger)
            try await setup.withBrokers(of: setup.readWorker(workerFile)) { configuration, _ in
                let worker = try setup.makeWorker(configuration, clock: clock)
                let service = WorkerService(worker: worker, connectors: setup.readConnectors(connectorFiles))
                _ = try await program.run([service])
            }
        }
    }
}
