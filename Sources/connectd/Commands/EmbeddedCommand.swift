import ArgumentParser
import EmbeddedBroker
import Engine
import Logging
import ServiceLifecycle

/// `connectd embedded`: the embedded cluster as a process of its own.
struct EmbeddedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embedded",
        abstract: "Run an in-memory Kafka cluster for first tries and tests.",
        discussion: """
            Prints its bootstrap address as the first line of standard output, then runs until SIGINT or SIGTERM. The ports are \
            chosen at random. Everything is in memory and gone at the end; a partition keeps about 5 MB and drops its oldest \
            records beyond that.
            """
    )

    @Option(help: ArgumentHelp("How many brokers, 1 to 32.", valueName: "count"))
    var brokers = 1

    @Option(
        name: .customLong("topic"),
        help: ArgumentHelp(
            "A topic to create, with 1 partition unless said otherwise. May be given several times. Other topics come into being "
                + "with 4 partitions when something is written to them.",
            valueName: "name[:partitions]"
        )
    )
    var topics: [TopicSpecification] = []

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func validate() throws {
        guard (1...32).contains(brokers) else { throw ValidationError("--brokers takes 1 to 32, not \(brokers).") }
        let names = topics.map(\.name)
        if let repeated = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("--topic names \(repeated) twice.")
        }
    }

    func run() async throws {
        let console = Console.standard
        let clock = SystemClock()
        let logger = logging.makeLogger(clock: clock, console: console)
        let program = await Program(clock: clock, logger: logger)
        try await reportingErrors(to: logger) {
            let cluster = try await EmbeddedBroker.start(logger: logger)
            for topic in topics { try await cluster.createTopic(topic.name, partitions: topic.partitions) }
            console.print(cluster.bootstrapServers)
            _ = try await program.run([UntilShutdown()])
            try await cluster.shutDown()
        }
    }
}

/// A service that only waits for the end.
private struct UntilShutdown: Service {
    func run() async throws {
        try await gracefulShutdown()
    }
}
