import Engine
import Kafka
import Logging

/// A new topic, on a broker of its own or on one from outside.
final class TopicOnBroker {
    let name: String
    let bootstrapServers: String
    private let partitions: [TopicPartition]
    private let broker: ChildProcess?
    private let admin: any AdminClient

    private let folder: WorkFolder
    private let folderName: String

    /// - Parameters:
    ///   - kind: the broker to start when there is none from outside.
    ///   - folder: where it keeps its files.
    init(
        name: String,
        _ partitions: Int,
        _ outside: String?,
        _ kind: BrokerKind,
        in folder: WorkFolder
    ) async throws {
        self.folder = folder
        folderName = "\(name).broker"
        self.name = name
        self.partitions = (0..<partitions).map { TopicPartition(topic: name, partition: Int32($0)) }
        if let outside {
            broker = nil
            bootstrapServers = outside
        } else {
            let broker = try ChildProcess(
                BrokerCommand.arguments(kind, folder: folder.file(folderName), topic: name, partitions: partitions)
            )
            self.broker = broker
            bootstrapServers = try broker.readLine()
        }
        var logger = Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        admin = try LibrdkafkaClients().makeAdmin(
            ["bootstrap.servers": bootstrapServers],
            context: ClientContext(logger: logger, clientID: "benchmark-admin")
        )
        guard outside != nil else { return }
        do {
            _ = try await admin.createTopic(
                NewTopic(name: name, partitions: Int32(partitions), replicationFactor: -1)
            )
        } catch is AdminUnsupported {
            throw ConnectError(
                .configuration,
                "the broker \(bootstrapServers) does not let clients create topics: leave --bootstrap out for an embedded broker, or "
                    + "name another broker"
            )
        }
    }

    /// The records that ever came into the topic: high watermarks count them also when the broker has dropped some since.
    func recordCount() async throws -> Int {
        try await admin.endOffsets(partitions).values.reduce(0) { $0 + Int($1) }
    }

    /// True when no partition has dropped its first record.
    func isWhole() async throws -> Bool {
        guard let admin = admin as? KafkaAdmin else { return true }
        for partition in partitions {
            if try await admin.watermarks(partition).low > 0 { return false }
        }
        return true
    }

    /// Ends a broker that was started for the topic, and removes its files. A topic on a broker from outside stays: deleting is not for a bench to do.
    func close() async throws {
        await admin.close()
        try broker?.finish()
        folder.remove(folderName)
    }
}
