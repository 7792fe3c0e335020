import CRdKafka
public import Engine
import Synchronization

/// librdkafka's producer behind ``ProducerClient``: batches go in without a copy and stay alive until their last delivery report;
/// nothing waits, nothing polls.
public final class KafkaProducer: ProducerClient {
    /// See ``ProducerClient/wakeups``.
    public let wakeups: AsyncStream<Void>

    private let wakeup: AsyncStream<Void>.Continuation
    private let handle: KafkaHandle
    private let queue: KafkaQueue
    private let core: Mutex<ProducerCore?>
    private let closing = Closing()

    /// A producer as ``LibrdkafkaClients`` makes it. Does not wait for a broker.
    init(_ configuration: MappedClientConfiguration, context: ClientContext) throws {
        handle = try KafkaHandle(
            kind: .producer,
            properties: configuration.properties,
            logger: context.logger,
            deliveryReports: true
        )
        let (wakeups, wakeup) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.wakeups = wakeups
        self.wakeup = wakeup
        guard let main = rd_kafka_queue_get_main(handle.pointer) else {
            throw ConnectError(.connect, "The Kafka producer has no event queue.")
        }
        queue = KafkaQueue(taking: main) { wakeup.yield() }
        core = Mutex(ProducerCore(handle: handle))
    }

    deinit {
        // The net for a producer that nobody closed: the batches must outlive librdkafka's threads.
        guard let remains = takeRemains() else { return }
        BlockingThread.start { remains.destroy() }
    }

    /// See ``ProducerClient/produce(_:id:from:)``. After ``close()`` every record is rejected.
    public func produce(_ batch: RecordBatch, id: UInt64, from start: Int) -> ProduceOutcome {
        core.withLock { core in
            core?.produce(batch, id: id, from: start)
        } ?? Self.rejection(batch, from: start)
    }

    /// See ``ProducerClient/drain()``.
    public func drain() -> [ProducerEvent] {
        core.withLock { $0?.drain(queue) } ?? []
    }

    /// See ``ProducerClient/inFlightCount``.
    public var inFlightCount: Int {
        core.withLock { $0?.inFlightCount } ?? 0
    }

    /// See ``ProducerClient/close()``.
    public func close() async {
        await closing.run {
            guard let remains = takeRemains() else { return }
            await BlockingThread.run { remains.destroy() }
            wakeup.finish()
        }
    }

    // Who takes the remains is the only one to touch them from then on.
    private func takeRemains() -> Remains? {
        core.withLock { core in
            guard let taken = core else { return nil }
            core = nil
            return Remains(core: taken, queue: queue, handle: handle)
        }
    }

    private struct Remains: @unchecked Sendable {
        // @unchecked: one owner, which hands them from thread to thread.
        let core: ProducerCore
        let queue: KafkaQueue
        let handle: KafkaHandle

        /// Throws away what is in flight (so that destroying does not wait for it), destroys the client, and only then lets go of
        /// the batches: until then librdkafka may read from them. Blocks.
        func destroy() {
            core.purge(queue)
            core.releaseTopics()
            queue.close()
            handle.destroyBlocking()
            core.releaseBatches()
        }
    }

    private static func rejection(_ batch: RecordBatch, from start: Int) -> ProduceOutcome {
        let error = ConnectError(
            .kafkaTransient,
            "A record came after the producer was closed: it was not sent.",
            location: ErrorLocation(stage: .kafkaProduce)
        )
        return ProduceOutcome(
            nextIndex: batch.count,
            rejected: (start..<max(start, batch.count)).map { RecordFailure(index: $0, error: error) }
        )
    }
}
