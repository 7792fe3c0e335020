import ArgumentParser
import Engine
import Glibc
import Kafka
import Logging

/// The embedded cluster in a process of its own: prints its address, and ends when its standard input does.
struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "broker", shouldDisplay: false)

    @Option var topic: String
    @Option var partitions: Int

    func run() async throws {
        var logger = Logger(label: "broker")
        logger.logLevel = .error
        let cluster = try EmbeddedCluster(topics: [(name: topic, partitions: partitions)], logger: logger)
        print(cluster.bootstrapServers)
        fflush(nil)
        ChildProcess.waitForEndOfInput()
        // Memory goes with the process: nothing to tidy up.
        _exit(0)
    }

    /// The command line that starts one.
    static func arguments(topic: String, partitions: Int) -> [String] {
        [configuration.commandName ?? "", "--topic", topic, "--partitions", String(partitions)]
    }
}
