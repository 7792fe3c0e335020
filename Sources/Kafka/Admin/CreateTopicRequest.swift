import CRdKafka
import Engine

/// librdkafka's objects for the creation of one topic; freed with it.
struct CreateTopicRequest: ~Copyable {
    private let topic: OpaquePointer
    private let options: OpaquePointer

    /// Throws ``ConnectError/Code/configuration`` for values that no broker would take.
    init(_ new: NewTopic, client: OpaquePointer, timeout: CInt, opaque: UnsafeMutableRawPointer?) throws {
        var reason = [CChar](repeating: 0, count: 256)
        guard
            let topic = rd_kafka_NewTopic_new(
                new.name,
                new.partitions,
                CInt(new.replicationFactor),
                &reason,
                reason.count
            )
        else {
            throw ConnectError(
                .configuration,
                "Topic \(new.name) cannot be created with \(new.partitions) partitions and replication factor "
                    + "\(new.replicationFactor): \(KafkaHandle.string(reason))."
            )
        }
        guard let options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS) else {
            rd_kafka_NewTopic_destroy(topic)
            throw ConnectError(.connect, "The Kafka admin client has no memory.")
        }
        do {
            try Self.configure(topic, options, as: new, timeout: timeout)
        } catch {
            rd_kafka_NewTopic_destroy(topic)
            rd_kafka_AdminOptions_destroy(options)
            throw error
        }
        rd_kafka_AdminOptions_set_opaque(options, opaque)
        self.topic = topic
        self.options = options
    }

    private static func configure(
        _ topic: OpaquePointer,
        _ options: OpaquePointer,
        as new: NewTopic,
        timeout: CInt
    ) throws {
        for (name, value) in new.configuration.sorted(by: { $0.key < $1.key }) {
            let code = rd_kafka_NewTopic_set_config(topic, name, value)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw ConnectError(
                    .configuration,
                    "Topic \(new.name) cannot have the setting \(name): \(KafkaErrors.text(code))."
                )
            }
        }
        var reason = [CChar](repeating: 0, count: 256)
        let code = rd_kafka_AdminOptions_set_request_timeout(options, timeout, &reason, reason.count)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw ConnectError(
                .configuration,
                "The request timeout \(timeout) ms is not allowed: \(KafkaHandle.string(reason))."
            )
        }
    }

    deinit {
        rd_kafka_NewTopic_destroy(topic)
        rd_kafka_AdminOptions_destroy(options)
    }

    /// Sends it; the answer comes as an event on `queue`. librdkafka copies what it needs.
    func send(_ client: OpaquePointer, queue: OpaquePointer) {
        var topics: [OpaquePointer?] = [topic]
        rd_kafka_CreateTopics(client, &topics, 1, options, queue)
    }
}
