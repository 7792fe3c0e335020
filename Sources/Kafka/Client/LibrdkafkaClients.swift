public import Engine
import Logging

/// The clients that a worker talks to Kafka with, made of librdkafka.
public struct LibrdkafkaClients: BrokerClients {
    /// Makes nothing yet; each client is made on demand.
    public init() {}

    /// See ``BrokerClients/makeProducer(_:context:)``. What the configuration says without effect is logged.
    public func makeProducer(
        _ configuration: [String: String],
        context: ClientContext
    ) throws -> any ProducerClient {
        try KafkaProducer(map(configuration, kind: .producer, context: context), context: context)
    }

    /// See ``BrokerClients/makeConsumer(_:context:)``. What the configuration says without effect is logged.
    public func makeConsumer(
        _ configuration: [String: String],
        context: ClientContext
    ) throws -> any ConsumerClient {
        try KafkaConsumer(map(configuration, kind: .consumer, context: context), context: context)
    }

    /// See ``BrokerClients/makeAdmin(_:context:)``. What the configuration says without effect is logged.
    public func makeAdmin(
        _ configuration: [String: String],
        context: ClientContext
    ) throws -> any AdminClient {
        try KafkaAdmin(map(configuration, kind: .admin, context: context), context: context)
    }

    private func map(
        _ configuration: [String: String],
        kind: ClientKind,
        context: ClientContext
    ) throws -> MappedClientConfiguration {
        var configuration = configuration
        if configuration["client.id"]?.isEmpty ?? true { configuration["client.id"] = context.clientID }
        let mapped = try ClientConfigurationMapping.map(configuration, kind: kind)
        for notice in mapped.notices {
            context.logger.log(
                level: notice.severity == .warning ? .warning : .info,
                "The \(kind.rawValue)'s key '\(notice.key ?? "")': \(notice.message)"
            )
        }
        return mapped
    }
}
