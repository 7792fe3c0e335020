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
        throw ConnectError(.connect, "This client is not part of the program yet.")
    }

    /// See ``BrokerClients/makeAdmin(_:context:)``.
    public func makeAdmin(
        _ configuration: [String: String],
        context: ClientContext
    ) throws -> any AdminClient {
        throw ConnectError(.connect, "This client is not part of the program yet.")
    }
}
