import Actors
import ArgumentParser
import EmbeddedBroker
import Engine
import Logging
import ServiceLifecycle

/// `connectd embedded`: the embedded broker as a process of its own.
struct EmbeddedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embedded",
        abstract: "Run a one-node Kafka broker for first tries, tests and machines at the edge.",
        discussion: """
            Prints its bootstrap address as the first line of standard output, then runs until SIGINT or SIGTERM. With --dir it keeps \
            everything in that folder and goes on from there the next time; without, everything is in memory and gone at the end. \
            Production is Apache Kafka.
            """
    )

    @Option(help: ArgumentHelp("The folder to keep everything in; made when it is not there.", valueName: "folder"))
    var dir: String?

    @Option(
        help: ArgumentHelp(
            "Where to listen. Port 0 takes a free port. Only programs of this machine reach 127.0.0.1.",
            valueName: "host:port"
        )
    )
    var listen = ListenAddress(host: "127.0.0.1", port: 0)

    @Option(
        help: ArgumentHelp(
            "The host that clients are told to come to (default: the address that they came by).",
            valueName: "host"
        )
    )
    var advertise: String?

    @Option(
        name: .customLong("topic"),
        help: ArgumentHelp(
            "A topic to create if it is not there, with 1 partition unless said otherwise. May be given several times. Other "
                + "topics come into being with 1 partition when something is written to them.",
            valueName: "name[:partitions]"
        )
    )
    var topics: [TopicSpecification] = []

    @Option(
        help: ArgumentHelp(
            "When records are forced to the disk: system leaves it to the operating system, always does it before each answer, a "
                + "number does it at the latest after so many milliseconds.",
            valueName: "policy"
        )
    )
    var flush: EmbeddedBrokerConfiguration.Flush = .system

    @OptionGroup(title: "Security (without it, whoever reaches the address may do everything)")
    var security: ListenerSecurityOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func validate() throws {
        let names = topics.map(\.name)
        if let repeated = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("--topic names \(repeated) twice.")
        }
        if dir == nil, flush != .system {
            throw ValidationError("--flush needs --dir: without it nothing is on the disk.")
        }
    }

    func run() async throws {
        let console = Console.standard
        let clock = SystemClock()
        let logger = logging.makeLogger(clock: clock, console: console)
        let program = await Program(clock: clock, logger: logger)
        try await reportingErrors(to: logger) {
            let listener = BrokerListener(
                host: listen.host,
                port: listen.port,
                advertisedHost: advertise,
                security: try security.security(fileSystem: LocalFileSystem())
            )
            listener.warnIfOpenToStrangers(logger)
            let configuration = EmbeddedBroker.Configuration(
                folder: dir,
                listeners: [listener],
                flush: EmbeddedBroker.FlushPolicy(flush)
            )
            try await withEmbeddedBroker(configuration, logger: logger, explain: explain) { broker in
                for topic in topics {
                    try await broker.createTopic(topic.name, partitions: topic.partitions, unlessThere: true)
                }
                console.print(broker.bootstrapServers)
                _ = try await program.run([UntilShutdown()])
            }
        }
    }

    /// The broker's complaint with the flag to change.
    private func explain(_ error: BrokerError) -> any Error {
        switch error.subject {
        case .listener: ConnectError(.configuration, "--listen \(listen): \(error)")
        case .folder: ConnectError(.configuration, "--dir \(dir ?? ""): \(error)")
        case .other: error
        }
    }
}

/// A service that only waits for the end.
private struct UntilShutdown: Service {
    func run() async throws {
        try await gracefulShutdown()
    }
}
