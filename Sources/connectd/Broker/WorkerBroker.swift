import EmbeddedBroker
import Engine
import Logging

extension WorkerSetup {
    /// Runs `body` with a worker configuration that names brokers to reach: where the file has `bootstrap.servers=embedded`, a broker
    /// is started before and stopped after.
    ///
    /// - Parameter body: gets the broker too, if there is one.
    func withBrokers<Result>(
        of configuration: WorkerConfiguration,
        _ body: (WorkerConfiguration, EmbeddedBroker?) async throws -> Result
    ) async throws -> Result {
        guard let wanted = configuration.embeddedBroker else { return try await body(configuration, nil) }
        let listener = BrokerListener(host: wanted.listener.host, port: wanted.listener.port)
        listener.warnIfOpenToStrangers(logger)
        return try await withEmbeddedBroker(
            EmbeddedBroker.Configuration(
                folder: wanted.directory,
                listeners: [listener],
                flush: EmbeddedBroker.FlushPolicy(wanted.flush)
            ),
            logger: logger,
            explain: { Self.explain($0, wanted, in: configuration.raw) },
            { broker in
                logger.info(
                    "An embedded Kafka broker runs in this process",
                    metadata: ["address": "\(broker.bootstrapServers)", "folder": "\(wanted.directory)"]
                )
                return try await body(configuration.reaching(embeddedBroker: broker.bootstrapServers), broker)
            }
        )
    }

    /// The broker's complaint with the key to change.
    private static func explain(
        _ error: BrokerError,
        _ wanted: EmbeddedBrokerConfiguration,
        in raw: RawConfiguration
    ) -> ConnectError {
        let (key, value): (String, String)
        switch error.subject {
        case .listener: (key, value) = (EmbeddedBrokerKeys.listener, wanted.listener.description)
        case .folder: (key, value) = (EmbeddedBrokerKeys.directory, wanted.directory)
        case .other: return ConnectError(.configuration, error.description)
        }
        let origin = raw[key] == nil ? " (its default)" : ""
        return ConnectError(.configuration, "\(raw.place(of: key)): \(key) = \(value)\(origin): \(error)")
    }
}
