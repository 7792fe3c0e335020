public import Engine

/// The clients that a worker talks to Kafka with, made of librdkafka.
public struct LibrdkafkaClients: BrokerClients {
    /// Makes nothing yet; each client is made on demand.
    public init() {}

    /// See ``BrokerClients/makeProducer(_:context:)``.
    public func makeProducer(
        _ configuration: [String: String],
        context: ClientContext
    ) throws -> any ProducerClient {
        try KafkaProducer(
            properties: ClientProperties.make(configuration, role: .producer, context: context),
            context: context
        )
    }

    /// See ``BrokerClients/makeConsumer(_:context:)``.
    public func makeConsumer(
        _ configuration: [String: String],
        context: ClientContext
    ) throws -> any ConsumerClient {
        try KafkaConsumer(
            properties: ClientProperties.make(configuration, role: .consumer, context: context),
            context: context
        )
    }

    /// See ``BrokerClients/makeAdmin(_:context:)``.
    public func makeAdmin(
        _ configuration: [String: String],
        context: ClientContext
    ) throws -> any AdminClient {
        try KafkaAdmin(
            properties: ClientProperties.make(configuration, role: .admin, context: context),
            timeout: Int32(configuration["default.api.timeout.ms"] ?? "") ?? 60_000,
            context: context
        )
    }
}
