import CRdKafka

/// A librdkafka client for loads that need what the `Kafka` target does not offer: transactions, offsets of acknowledged
/// records, records of aborted transactions. Used by one thread.
final class NativeClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// A record, or the end of a partition.
    struct Polled {
        var partition: Int32
        var offset: Int64
        var key: String
        var value: String
        var isEnd: Bool
    }

    let handle: OpaquePointer
    private let isConsumer: Bool
    private var topics: [String: OpaquePointer] = [:]

    /// - Parameter configure: sets callbacks.
    init(
        _ type: rd_kafka_type_t,
        bootstrap: String,
        _ settings: [String: String],
        configure: (OpaquePointer) -> Void = { _ in }
    ) throws {
        guard let configuration = rd_kafka_conf_new() else { throw Failure(description: "no memory") }
        var all = [
            "bootstrap.servers": bootstrap,
            // A broker that is killed all the time is looked for all the time.
            "reconnect.backoff.ms": "10", "reconnect.backoff.max.ms": "50",
            "topic.metadata.refresh.fast.interval.ms": "50",
        ]
        if type == RD_KAFKA_PRODUCER { all["retry.backoff.ms"] = "20" }
        all.merge(settings) { _, given in given }
        var text = [CChar](repeating: 0, count: 512)
        for (key, value) in all
        where rd_kafka_conf_set(configuration, key, value, &text, text.count) != RD_KAFKA_CONF_OK {
            rd_kafka_conf_destroy(configuration)
            throw Failure(description: "\(key)=\(value): \(Self.string(text))")
        }
        rd_kafka_conf_set_log_cb(configuration, nil)
        configure(configuration)
        guard let handle = rd_kafka_new(type, configuration, &text, text.count) else {
            rd_kafka_conf_destroy(configuration)
            throw Failure(description: Self.string(text))
        }
        self.handle = handle
        isConsumer = type == RD_KAFKA_CONSUMER
        if isConsumer { rd_kafka_poll_set_consumer(handle) }
    }

    deinit {
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        // A broker that is down just now is not waited for.
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    /// The error after which the client is of no more use.
    var fatalError: String? {
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(handle, &text, text.count)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : Self.name(code) + ": " + Self.string(text)
    }

    /// Hands a record over; the error when the client does not take it.
    func produce(
        _ topic: String,
        partition: Int32,
        key: String,
        value: String,
        tag: Int = 0
    ) -> rd_kafka_resp_err_t {
        let known = topics[topic] ?? rd_kafka_topic_new(handle, topic, nil)
        topics[topic] = known
        var value = value
        let code = key.withCString { keyBytes in
            value.withUTF8 { bytes in
                rd_kafka_produce(
                    known,
                    partition,
                    RD_KAFKA_MSG_F_COPY,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                    bytes.count,
                    keyBytes,
                    key.utf8.count,
                    UnsafeMutableRawPointer(bitPattern: tag)
                )
            }
        }
        return code == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error()
    }

    // MARK: Reading

    /// Reads from these places on, and from nowhere else.
    func assign(_ places: [(topic: String, partition: Int32, offset: Int64)]) throws {
        let list = rd_kafka_topic_partition_list_new(Int32(places.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for place in places {
            rd_kafka_topic_partition_list_add(list, place.topic, place.partition)
            rd_kafka_topic_partition_list_set_offset(list, place.topic, place.partition, place.offset)
        }
        let code = rd_kafka_assign(handle, list)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Failure(description: Self.name(code)) }
    }

    /// The next record; `nil` when none came in time or the broker is away.
    func poll(milliseconds: Int32) -> Polled? {
        guard let message = rd_kafka_consumer_poll(handle, milliseconds) else { return nil }
        defer { rd_kafka_message_destroy(message) }
        let isEnd = message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF
        guard isEnd || message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return Polled(
            partition: message.pointee.partition,
            offset: message.pointee.offset,
            key: isEnd ? "" : Self.text(message.pointee.key, message.pointee.key_len),
            value: isEnd ? "" : Self.text(message.pointee.payload, message.pointee.len),
            isEnd: isEnd
        )
    }

    /// What the group has committed: an offset, or a negative number for none. `nil` when the broker is away.
    func committed(_ topic: String, _ partition: Int32) -> Int64? {
        let list = rd_kafka_topic_partition_list_new(1)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        rd_kafka_topic_partition_list_add(list, topic, partition)
        let code = rd_kafka_committed(handle, list, 5000)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let element = list?.pointee.elems,
            element.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR
        else { return nil }
        return element.pointee.offset
    }

    // MARK: Text

    static func name(_ code: rd_kafka_resp_err_t) -> String { String(cString: rd_kafka_err2name(code)) }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func text(_ bytes: UnsafeMutableRawPointer?, _ count: Int) -> String {
        bytes.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self) } ?? ""
    }
}
