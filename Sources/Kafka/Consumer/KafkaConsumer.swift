import CRdKafka
import Dispatch
public import Engine
import Synchronization

/// librdkafka's consumer behind ``ConsumerClient``: records point into librdkafka's own memory, rebalances are answered by the
/// caller when it is ready, nothing waits, nothing polls.
public final class KafkaConsumer: ConsumerClient {
    /// See ``ConsumerClient/wakeups``.
    public let wakeups: AsyncStream<Void>

    private let wakeup: AsyncStream<Void>.Continuation
    private let handle: KafkaHandle
    private let commits: ReplyQueue<Void>
    private let core: Mutex<ConsumerCore?>
    private let closing = Closing()

    /// A consumer as ``LibrdkafkaClients`` makes it. Does not wait for a broker. Nothing is committed unless ``commit(_:)`` is
    /// called.
    init(_ configuration: MappedClientConfiguration, context: ClientContext) throws {
        // Tells positions at a partition's end, which may lie past its last record.
        let own = [ClientProperty("enable.partition.eof", "true")]
        handle = try KafkaHandle(
            kind: .consumer,
            properties: configuration.properties + own,
            logger: context.logger,
            rebalance: true
        )
        let (wakeups, wakeup) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.wakeups = wakeups
        self.wakeup = wakeup
        commits = try ReplyQueue(handle: handle, label: "connectd.kafka.commits", parse: Self.parseCommit)
        let hasGroup = !(configuration["group.id"] ?? "").isEmpty
        core = Mutex(
            ConsumerCore(handle: handle, hasGroup: hasGroup, stall: Self.stall(configuration)) { wakeup.yield() }
        )
    }

    deinit {
        // The net for a consumer that nobody closed.
        guard let remains = takeRemains() else { return }
        BlockingThread.start { remains.destroy() }
    }

    /// See ``ConsumerClient/subscribe(_:)``.
    public func subscribe(_ topics: [String]) throws {
        try withCore { try $0.subscribe(topics) }
    }

    /// See ``ConsumerClient/assign(_:)``.
    public func assign(_ partitions: [TopicPartition: Int64]) throws {
        try withCore { try $0.assign(partitions) }
    }

    /// See ``ConsumerClient/positions(_:)``.
    public func positions(_ partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        core.withLock { $0?.positions(partitions) } ?? [:]
    }

    /// See ``ConsumerClient/poll(maxRecords:maxBytes:)``. `maxBytes` is overshot by at most one record.
    public func poll(maxRecords: Int, maxBytes: Int) -> [ConsumerEvent] {
        core.withLock { $0?.poll(maxRecords: maxRecords, maxBytes: maxBytes) } ?? []
    }

    /// See ``ConsumerClient/completeAssignment(_:paused:)``.
    public func completeAssignment(_ partitions: [TopicPartition], paused: Bool) throws {
        try withCore { try $0.completeAssignment(partitions, paused: paused) }
    }

    /// See ``ConsumerClient/completeRevocation(_:)``. No record of these partitions comes after this.
    public func completeRevocation(_ partitions: [TopicPartition]) throws {
        try withCore { try $0.completeRevocation(partitions) }
    }

    /// See ``ConsumerClient/pause(_:)``.
    public func pause(_ partitions: [TopicPartition]) throws {
        try withCore { try $0.pause(partitions) }
    }

    /// See ``ConsumerClient/resume(_:)``.
    public func resume(_ partitions: [TopicPartition]) throws {
        try withCore { try $0.resume(partitions) }
    }

    /// See ``ConsumerClient/seek(_:)``. Does not suspend; no record from before comes after this.
    public func seek(_ offsets: [TopicPartition: Int64]) async throws {
        try withCore { try $0.seek(offsets) }
    }

    /// See ``ConsumerClient/commit(_:)``. The error names the partitions whose offset was refused. Cancellation stops waiting; the
    /// offsets may still be committed.
    public func commit(_ offsets: [TopicPartition: Int64]) async throws {
        guard !offsets.isEmpty else { return }
        let handle = handle
        try await commits.request { queue, opaque in
            let list = TopicPartitionList(offsets)
            let code = rd_kafka_commit_queue(handle.pointer, list.pointer, queue, nil, opaque)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaErrors.error(code, "The consumer cannot commit offsets")
            }
        }
    }

    /// See ``ConsumerClient/close()``. Batches that are still alive keep the client's memory, not its place in the group. Without
    /// an answer from the broker within ``closeTimeout`` it returns all the same, and the client goes in the background when
    /// its last requests have timed out; the group then notices by the session timeout.
    public func close() async {
        await closing.run {
            guard let remains = takeRemains() else { return }
            // librdkafka 2.0.2 does not leave while a commit waits for a coordinator that has gone.
            let isClosed = Promise<Void>()
            BlockingThread.start {
                remains.destroy()
                isClosed.fulfil(.success(()))
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.closeTimeout) { isClosed.fulfil(.success(())) }
            await isClosed.uncancelled()
            commits.close()
            wakeup.finish()
        }
    }

    /// How long ``close()`` waits for the group to let go, in seconds.
    private static let closeTimeout = 5.0

    private func withCore(_ body: (ConsumerCore) throws -> Void) throws {
        try core.withLock { core in
            guard let core else { throw ConnectError(.kafkaTransient, "The consumer is closed.") }
            try body(core)
        }
    }

    private func takeRemains() -> Remains? {
        core.withLock { core in
            guard let taken = core else { return nil }
            core = nil
            return Remains(core: taken, commits: commits, handle: handle)
        }
    }

    private struct Remains: @unchecked Sendable {
        // @unchecked: one owner, which hands them from thread to thread.
        let core: ConsumerCore
        let commits: ReplyQueue<Void>
        let handle: KafkaHandle

        /// Leaves the group and destroys the client. Blocks.
        func destroy() {
            core.shutDown()
            commits.close()
            handle.destroyBlocking()
        }
    }

    private static func stall(_ configuration: MappedClientConfiguration) -> FetchStall {
        func number(_ name: String, default value: Int) -> Int { configuration[name].flatMap { Int($0) } ?? value }
        // librdkafka's own defaults.
        let kilobytes = number("queued.max.messages.kbytes", default: 65_536)
        return FetchStall(
            recordLimit: number("queued.min.messages", default: 100_000),
            byteLimit: kilobytes.multipliedReportingOverflow(by: 1024).partialValue
        )
    }

    private static func parseCommit(_ event: OpaquePointer) -> Result<Void, any Error> {
        let code = rd_kafka_event_error(event)
        var refused: [(TopicPartition, rd_kafka_resp_err_t)] = []
        if let list = rd_kafka_event_topic_partition_list(event) {
            refused = TopicPartitionList.entries(of: list).filter { $0.error != RD_KAFKA_RESP_ERR_NO_ERROR }
                .map { ($0.partition, $0.error) }
        }
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR || !refused.isEmpty else { return .success(()) }
        let reason = code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : refused[0].1
        let places = refused.map(\.0).sorted().map(\.description).joined(separator: ", ")
        return .failure(
            KafkaErrors.error(
                reason,
                places.isEmpty
                    ? "The group did not take the offsets" : "The group did not take the offsets of \(places)"
            )
        )
    }
}
