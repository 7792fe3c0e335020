import CRdKafka
import Engine
import Logging
import Synchronization

/// One `rd_kafka_t` with its call-back context: created by a throwing initialiser, destroyed by ``destroy()`` or, as a net, when
/// the last reference goes.
///
/// The object behind the pointer is thread-safe ("the entire API is thread-safe unless documented otherwise").
final class KafkaHandle: @unchecked Sendable {
    // @unchecked: the pointer is written once; librdkafka guards what is behind it.

    /// Which of librdkafka's two kinds of client.
    enum Kind {
        case producer
        /// Events are to be taken from the queue of the group; see ``KafkaConsumer``.
        case consumer
    }

    let pointer: OpaquePointer
    let callbacks: CallbackContext
    private let life = Mutex(Life())

    /// Starts a client; does not wait for a broker. Throws ``ConnectError/Code/configuration`` when librdkafka refuses a value.
    init(
        kind: Kind,
        properties: [ClientProperty],
        logger: Logger,
        deliveryReports: Bool = false,
        rebalance: Bool = false
    ) throws {
        guard let configuration = rd_kafka_conf_new() else { throw Self.outOfMemory }
        var isOwner = true
        defer { if isOwner { rd_kafka_conf_destroy(configuration) } }

        var text = [CChar](repeating: 0, count: 512)
        for property in properties {
            let code = rd_kafka_conf_set(configuration, property.name, property.value, &text, text.count)
            guard code == RD_KAFKA_CONF_OK else {
                // librdkafka's text quotes the value.
                let reason = property.isSecret ? "its value is not allowed" : Self.string(text)
                throw ConnectError(.configuration, "The Kafka client refuses \(property.name): \(reason).")
            }
        }
        let callbacks = CallbackContext(logger: logger)
        callbacks.install(in: configuration, rebalance: rebalance)
        if deliveryReports { rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_DR) }

        let type = kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        guard let pointer = rd_kafka_new(type, configuration, &text, text.count) else {
            throw ConnectError(.configuration, "The Kafka client cannot start: \(Self.string(text)).")
        }
        // On success librdkafka has taken the configuration over; on failure it is still ours.
        isOwner = false
        self.pointer = pointer
        self.callbacks = callbacks
    }

    deinit {
        // The net for a client that nobody closed. Destroying joins librdkafka's threads, so not on the thread that happened to
        // drop the last reference.
        guard life.withLock({ $0.beginDestroying(force: true) }) else { return }
        let remains = Remains(pointer: pointer, callbacks: callbacks)
        BlockingThread.start { remains.destroy() }
    }

    /// Destroys the client on a thread of its own and suspends until that is done; its topics and queues must be gone. While
    /// messages are held (``beginHolding()``) it returns at once, and the client goes with the last of them: a message refers to
    /// the client's memory. Idempotent.
    func destroy() async {
        guard life.withLock({ $0.beginDestroying(force: false) }) else { return }
        let remains = Remains(pointer: pointer, callbacks: callbacks)
        await BlockingThread.run { remains.destroy() }
    }

    /// The same on this thread, which it blocks.
    func destroyBlocking() {
        guard life.withLock({ $0.beginDestroying(force: false) }) else { return }
        Remains(pointer: pointer, callbacks: callbacks).destroy()
    }

    /// Messages of this client are in somebody's hands.
    func beginHolding() {
        life.withLock { $0.holders += 1 }
    }

    /// Messages that ``beginHolding()`` announced have been destroyed.
    func endHolding() {
        let isLast = life.withLock { life in
            life.holders -= 1
            return life.isDestroyWanted && life.beginDestroying(force: false)
        }
        guard isLast else { return }
        let remains = Remains(pointer: pointer, callbacks: callbacks)
        BlockingThread.start { remains.destroy() }
    }

    /// Who still needs the client, and whether it is gone.
    private struct Life {
        var holders = 0
        var isDestroyWanted = false
        var isDestroyed = false

        /// True when the caller is the one to destroy, now.
        mutating func beginDestroying(force: Bool) -> Bool {
            isDestroyWanted = true
            guard !isDestroyed, force || holders == 0 else { return false }
            isDestroyed = true
            return true
        }
    }

    private struct Remains: @unchecked Sendable {
        // @unchecked: see KafkaHandle.
        let pointer: OpaquePointer
        let callbacks: CallbackContext

        func destroy() {
            rd_kafka_destroy(pointer)
            withExtendedLifetime(callbacks) {}
        }
    }

    /// The error that ended a client for good, if there was one.
    static func fatalError(of client: OpaquePointer) -> (code: rd_kafka_resp_err_t, text: String)? {
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client, &text, text.count)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : (code, string(text))
    }

    static func string(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static let outOfMemory = ConnectError(.connect, "The Kafka client cannot start: no memory.")
}
