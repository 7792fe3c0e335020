import CRdKafka
import Dispatch
import Engine
import Synchronization

/// Requests whose answers come as events on a queue of their own (offset commits, topic creation): each waits in a promise, and
/// an event wakes the queue's reader, which hops off librdkafka's thread and drains without waiting.
final class ReplyQueue<Value: Sendable>: Sendable {
    private struct State {
        var nextID: UInt = 1
        var promises: [UInt: Promise<Value>] = [:]
        var queue: KafkaQueue?
    }

    private let state = Mutex(State())
    private let reader: DispatchQueue
    private let parse: @Sendable (OpaquePointer) -> Result<Value, any Error>

    /// `parse` reads the answer out of an event that it does not keep.
    init(
        handle: KafkaHandle,
        label: String,
        parse: @escaping @Sendable (OpaquePointer) -> Result<Value, any Error>
    ) throws {
        guard let pointer = rd_kafka_queue_new(handle.pointer) else {
            throw ConnectError(.connect, "The Kafka client cannot make a queue.")
        }
        reader = DispatchQueue(label: label)
        self.parse = parse
        let reader = reader
        let queue = KafkaQueue(taking: pointer) { [weak self] in
            guard let self else { return }
            reader.async { self.drain() }
        }
        state.withLock { $0.queue = queue }
    }

    /// Sends a request and suspends until its answer is there. `send` gets the queue and the number that the event is to carry
    /// as its opaque pointer; it must not block. Cancellation stops waiting; the request may still be carried out.
    func request(_ send: (_ queue: OpaquePointer, _ opaque: UnsafeMutableRawPointer?) throws -> Void) async throws
        -> Value
    {
        let (id, promise) = try state.withLock { state in
            guard let queue = state.queue else {
                throw ConnectError(.kafkaTransient, "The Kafka client is closed.")
            }
            let id = state.nextID
            state.nextID += 1
            let promise = Promise<Value>()
            state.promises[id] = promise
            do {
                try send(queue.pointer, UnsafeMutableRawPointer(bitPattern: id))
            } catch {
                state.promises[id] = nil
                throw error
            }
            return (id, promise)
        }
        defer { state.withLock { $0.promises[id] = nil } }
        return try await promise.value()
    }

    /// Ends every request that waits, and gives the queue back. Must happen before the client is destroyed. Idempotent.
    func close() {
        let (promises, queue) = state.withLock { state in
            defer {
                state.promises = [:]
                state.queue = nil
            }
            return (state.promises, state.queue)
        }
        fail(
            promises.values,
            with: ConnectError(.kafkaTransient, "The Kafka client was closed before the broker answered.")
        )
        queue?.close()
    }

    /// Ends every request that waits: the client has learnt that there will be no answer.
    func failAll(with error: ConnectError) {
        fail(state.withLock { Array($0.promises.values) }, with: error)
    }

    private func fail(_ promises: some Sequence<Promise<Value>>, with error: ConnectError) {
        for promise in promises { promise.fulfil(.failure(error)) }
    }

    private func drain() {
        while true {
            let answer: (promise: Promise<Value>?, result: Result<Value, any Error>)? = state.withLock { state in
                guard let queue = state.queue, let event = rd_kafka_queue_poll(queue.pointer, 0) else { return nil }
                defer { rd_kafka_event_destroy(event) }
                let id = UInt(bitPattern: rd_kafka_event_opaque(event))
                return (state.promises[id], parse(event))
            }
            guard let answer else { return }
            answer.promise?.fulfil(answer.result)
        }
    }
}
