import CRdKafka
import Engine
import Glibc
import Kafka

/// The control of kafka-to-file, as one would write it in C: `rd_kafka_consume_batch_queue`, values copied into one big buffer
/// with a newline behind each, `write` when it is full. One thread.
final class BareConsumer: @unchecked Sendable {
    // @unchecked: one thread runs it; when that has ended another one drops it.

    /// How long nothing may come before the run counts as failed.
    private static let patience = 60.0
    private static let bufferByteCount = 1 << 20
    private static let batchCount = 2000
    // Also how much longer than needed the last, incomplete batch may take.
    private static let waitMilliseconds: CInt = 10

    private let client: BareClient
    private let queue: OpaquePointer
    private let file: Int32
    private let path: String
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: BareConsumer.bufferByteCount, alignment: 16)
    private var used = 0

    init(properties: [ClientProperty], topic: String, file path: String) throws {
        client = try BareClient(RD_KAFKA_CONSUMER, properties: properties)
        rd_kafka_poll_set_consumer(client.pointer)
        guard let queue = rd_kafka_queue_get_consumer(client.pointer) else {
            throw BareClient.error("get the consumer's queue", rd_kafka_last_error())
        }
        self.queue = queue
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SystemError.last("open \(path)") }
        let topics = rd_kafka_topic_partition_list_new(1)
        defer { rd_kafka_topic_partition_list_destroy(topics) }
        rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA)
        let code = rd_kafka_subscribe(client.pointer, topics)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw BareClient.error("subscribe", code) }
    }

    deinit {
        rd_kafka_consumer_close(client.pointer)
        rd_kafka_queue_destroy(queue)
        client.destroy()
        if file >= 0 { close(file) }
        buffer.deallocate()
    }

    /// Runs until all threads together have written `total` bytes. `written` is theirs in common. Returns when this one
    /// got its first record, if it got any.
    func run(until total: Int, written: SharedCount) throws -> Measurement.Start? {
        var first: Measurement.Start?
        let messages = UnsafeMutableBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>
            .allocate(capacity: Self.batchCount)
        messages.initialize(repeating: nil)
        defer { messages.deallocate() }
        var watch = StopWatch()
        while written.value < total {
            let count = rd_kafka_consume_batch_queue(
                queue,
                Self.waitMilliseconds,
                messages.baseAddress,
                messages.count
            )
            guard count >= 0 else { throw BareClient.error("consume", rd_kafka_last_error()) }
            if first == nil, count > 0 { first = Measurement.Start() }
            for position in 0..<Int(count) {
                guard let message = messages[position] else { continue }
                if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                    try append(message.pointee.payload, message.pointee.len, written)
                }
                rd_kafka_message_destroy(message)
            }
            // A batch that is not full is the last of what is there.
            if count < Self.batchCount { try flush(written) }
            if count > 0 {
                watch = StopWatch()
            } else if watch.seconds > Self.patience {
                throw ConnectError(.kafkaTransient, "the control got no record for \(Self.patience) s")
            }
        }
        return first
    }

    private func append(_ payload: UnsafeMutableRawPointer?, _ count: Int, _ written: SharedCount) throws {
        if used + count + 1 > buffer.count { try flush(written) }
        guard let base = buffer.baseAddress, count < buffer.count else {
            throw ConnectError(.recordTooLarge, "a record of \(count) bytes does not fit the control's buffer")
        }
        if let payload { memcpy(base + used, payload, count) }
        base.storeBytes(of: 0x0a, toByteOffset: used + count, as: UInt8.self)
        used += count + 1
    }

    private func flush(_ written: SharedCount) throws {
        guard used > 0 else { return }
        try SystemError.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<used]), to: file, path: path)
        written.add(used)
        used = 0
    }
}
