import ArgumentParser
import ConnectTesting
import EmbeddedBroker
import Engine
import Glibc
import Logging

/// A broker in a process of its own: prints its address, and ends when its standard input does.
struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "broker", shouldDisplay: false)

    @Option var kind: BrokerKind
    @Option var folder: String
    @Option var topic: String
    @Option var partitions: Int

    func run() async throws {
        switch kind {
        case .embedded, .memory:
            var logger = Logger(label: "broker")
            logger.logLevel = .error
            let broker = try await EmbeddedBroker.start(
                EmbeddedBroker.Configuration(folder: kind == .memory ? nil : folder),
                logger: logger
            )
            try await broker.createTopic(topic, partitions: partitions)
            serve(broker.bootstrapServers)
            try await broker.shutDown()
        case .mock:
            let cluster = try MockCluster(topics: [(name: topic, partitions: partitions)])
            serve(cluster.bootstrapServers)
        }
        // Memory goes with the process: nothing to tidy up.
        _exit(0)
    }

    private func serve(_ address: String) {
        print(address)
        fflush(nil)
        ChildProcess.waitForEndOfInput()
    }

    /// The command line that starts one.
    static func arguments(_ kind: BrokerKind, folder: String, topic: String, partitions: Int) -> [String] {
        [
            configuration.commandName ?? "", "--kind", kind.rawValue, "--folder", folder, "--topic", topic,
            "--partitions", String(partitions),
        ]
    }
}
