import CRdKafka
import Synchronization

/// One of a client's queues, with a function that is called when it turns from empty to non-empty.
///
/// librdkafka's queues are thread-safe ("all rd_kafka_* functions are thread-safe unless stated otherwise"); the class adds no
/// state but the two pointers.
final class KafkaQueue: @unchecked Sendable {
    // @unchecked: the pointer is written once; the object behind it is thread-safe by librdkafka's contract.

    let pointer: OpaquePointer
    private let wakeup: Wakeup
    private let isClosed = Atomic(false)

    /// Takes the reference over. `onEvent` runs on a thread of librdkafka that holds the queue's lock: it must be quick and must
    /// not call librdkafka.
    init(taking pointer: OpaquePointer, onEvent: @escaping @Sendable () -> Void) {
        self.pointer = pointer
        wakeup = Wakeup(onEvent)
        rd_kafka_queue_cb_event_enable(pointer, wakeQueueReader, Unmanaged.passUnretained(wakeup).toOpaque())
        // What was there before counts too: the call-back comes only for what is added from now on.
        onEvent()
    }

    deinit {
        close()
    }

    /// Gives the queue back; must happen before its client is destroyed. Idempotent.
    func close() {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // Takes the queue's lock, which call-backs run under: after this none is running and none will come.
        rd_kafka_queue_cb_event_enable(pointer, nil, nil)
        rd_kafka_queue_destroy(pointer)
    }
}

private final class Wakeup: Sendable {
    let onEvent: @Sendable () -> Void

    init(_ onEvent: @escaping @Sendable () -> Void) {
        self.onEvent = onEvent
    }
}

private func wakeQueueReader(_ client: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) {
    guard let argument else { return }
    Unmanaged<Wakeup>.fromOpaque(argument).takeUnretainedValue().onEvent()
}
