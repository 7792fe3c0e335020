import CRdKafka
import Engine

/// The messages that a batch's cells point into: librdkafka's own memory, given back when the batch dies.
final class ConsumedMessages: BatchMemory, @unchecked Sendable {
    // @unchecked: filled by the poll that made it; after the batch is handed on nobody writes.

    private let handle: KafkaHandle
    private var messages: ContiguousArray<UnsafeMutablePointer<rd_kafka_message_t>> = []

    init(handle: KafkaHandle) {
        self.handle = handle
        // A message refers to its client's memory: the client must outlive it.
        handle.beginHolding()
    }

    deinit {
        for message in messages { rd_kafka_message_destroy(message) }
        handle.endHolding()
    }

    /// Takes a message over.
    func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        messages.append(message)
    }
}
