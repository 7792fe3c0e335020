import CRdKafka
import Dispatch
public import Engine
import Synchronization

/// librdkafka's admin client behind ``AdminClient``. Requests that librdkafka offers as events wait in a promise; the others block
/// a thread of their own.
public final class KafkaAdmin: AdminClient {
    private let handle: KafkaHandle
    private let main: KafkaQueue
    private let creations: ReplyQueue<Bool>
    private let state = Mutex(State())
    private let timeout: CInt
    private let closing = Closing()

    private struct State {
        var isClosed = false
        // Requests on threads of their own; the client is destroyed after the last.
        var running = 0
        var pending: [UInt: any Failing] = [:]
        var nextID: UInt = 0
        // The last complaint about a broker: why there is no answer.
        var complaint: ConnectError?
    }

    /// An admin client as ``LibrdkafkaClients`` makes it. Requests wait for at most `default.api.timeout.ms`.
    init(_ configuration: MappedClientConfiguration, context: ClientContext) throws {
        // A producer of 2.0.2 has the broker create the topics that it asks about, unless told not to.
        let own = [ClientProperty("allow.auto.create.topics", "false")]
        handle = try KafkaHandle(
            kind: .producer,
            properties: configuration.properties + own,
            logger: context.logger
        )
        // Below an hour: librdkafka takes no more for a request.
        timeout = CInt(clamping: min(configuration.settings.defaultAPITimeoutMilliseconds, 3_600_000))
        creations = try ReplyQueue(handle: handle, label: "connectd.kafka.admin", parse: Self.parseCreation)
        guard let pointer = rd_kafka_queue_get_main(handle.pointer) else {
            throw ConnectError(.connect, "The Kafka admin client has no event queue.")
        }
        let reader = DispatchQueue(label: "connectd.kafka.admin.errors")
        let relay = Relay()
        main = KafkaQueue(taking: pointer) { reader.async { relay.run() } }
        relay.set { [weak self] in self?.takeErrors() }
        // What came before the relay knew its target.
        reader.async { relay.run() }
    }

    deinit {
        main.close()
        creations.close()
    }

    // MARK: AdminClient

    /// See ``AdminClient/describeTopics(_:)``. Asks for all topics of the cluster: a request that names topics would have brokers
    /// older than 0.11 create them.
    public func describeTopics(_ names: [String]) async throws -> [String: Int] {
        guard !names.isEmpty else { return [:] }
        let timeout = timeout
        return try await call { client in try Self.describe(names, client: client, timeout: timeout) }
    }

    /// See ``AdminClient/createTopic(_:)``.
    public func createTopic(_ topic: NewTopic) async throws -> Bool {
        guard topic.partitions == -1 || topic.partitions > 0 else {
            throw ConnectError(
                .configuration,
                "Topic \(topic.name) cannot have \(topic.partitions) partitions: give at least 1, or -1 for the broker's default."
            )
        }
        let handle = handle
        let timeout = timeout
        return try await creations.request { queue, opaque in
            let request = try CreateTopicRequest(topic, client: handle.pointer, timeout: timeout, opaque: opaque)
            request.send(handle.pointer, queue: queue)
        }
    }

    /// See ``AdminClient/endOffsets(_:)``. One request per leader.
    public func endOffsets(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let timeout = timeout
        return try await call { client in
            // As a "timestamp", -1 asks for the end (Kafka's ListOffsets).
            let list = TopicPartitionList(Dictionary(partitions.map { ($0, Int64(-1)) }) { first, _ in first })
            let code = rd_kafka_offsets_for_times(client, list.pointer, timeout)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaErrors.error(code, "The end offsets of \(partitions.count) partitions cannot be read")
            }
            var ends: [TopicPartition: Int64] = [:]
            for entry in list.entries {
                guard entry.error == RD_KAFKA_RESP_ERR_NO_ERROR, entry.offset >= 0 else {
                    let reason = entry.error == RD_KAFKA_RESP_ERR_NO_ERROR ? RD_KAFKA_RESP_ERR__NO_OFFSET : entry.error
                    throw KafkaErrors.error(reason, "The end offset of \(entry.partition) cannot be read")
                }
                ends[entry.partition] = entry.offset
            }
            return ends
        }
    }

    /// The first and the next offset of a partition.
    public func watermarks(_ partition: TopicPartition) async throws -> (low: Int64, high: Int64) {
        let timeout = timeout
        return try await call { client in
            var low: Int64 = 0
            var high: Int64 = 0
            let code = rd_kafka_query_watermark_offsets(
                client,
                partition.topic,
                partition.partition,
                &low,
                &high,
                timeout
            )
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaErrors.error(code, "The offsets of \(partition) cannot be read")
            }
            return (low, high)
        }
    }

    /// See ``AdminClient/close()``. Requests that wait end with an error; a thread that still blocks in one takes the client with it
    /// when it returns.
    public func close() async {
        await closing.run {
            let (pending, isIdle) = state.withLock { state in
                state.isClosed = true
                return (state.pending.values.map { $0 }, state.running == 0)
            }
            for promise in pending { promise.fail(Self.closed) }
            creations.close()
            main.close()
            if isIdle { await handle.destroy() }
        }
    }

    // MARK: Blocking requests

    // Runs `body` on a thread of its own. Ends early when the caller is cancelled, the client is closed, or the brokers refuse the
    // credentials (waiting on would not help).
    private func call<Value: Sendable>(
        _ body: @escaping @Sendable (_ client: OpaquePointer) throws -> Value
    ) async throws -> Value {
        let promise = Promise<Value>()
        let id = try state.withLock { state in
            guard !state.isClosed else { throw Self.closed }
            state.running += 1
            state.nextID += 1
            state.pending[state.nextID] = promise
            return state.nextID
        }
        defer { state.withLock { _ = $0.pending.removeValue(forKey: id) } }
        BlockingThread.start { [self, handle] in
            let result = Result { try body(handle.pointer) }
            promise.fulfil(result.mapError { explain($0) })
            let isLast = state.withLock { state in
                state.running -= 1
                return state.isClosed && state.running == 0
            }
            if isLast { handle.destroyBlocking() }
        }
        return try await promise.value()
    }

    // No answer has a reason that librdkafka tells elsewhere.
    private func explain(_ error: any Error) -> any Error {
        guard let error = error as? ConnectError, error.code == .kafkaTransient,
            let complaint = state.withLock({ $0.complaint })
        else { return error }
        return ConnectError(complaint.code, "\(error.message) \(complaint.message)", cause: error)
    }

    private func takeErrors() {
        rd_kafka_poll(handle.pointer, 0)
        for (error, isFatal) in handle.callbacks.takeErrors() {
            let pending: [any Failing] = state.withLock { state in
                state.complaint = error
                let isHopeless = isFatal || error.code.errorClass == .authentication
                return isHopeless ? state.pending.values.map { $0 } : []
            }
            for promise in pending { promise.fail(error) }
            if error.code.errorClass == .authentication { creations.failAll(with: error) }
        }
    }

    private static let closed = ConnectError(.kafkaTransient, "The Kafka admin client is closed.")

    private static func describe(_ names: [String], client: OpaquePointer, timeout: CInt) throws -> [String: Int] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client, 1, nil, &metadata, timeout)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            throw KafkaErrors.error(code, "Topics cannot be looked up (\(names.sorted().joined(separator: ", ")))")
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        let wanted = Set(names)
        var partitions: [String: Int] = [:]
        for found in UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt)) {
            let name = found.topic.map { String(cString: $0) } ?? ""
            guard wanted.contains(name) else { continue }
            switch found.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
                if found.partition_cnt > 0 { partitions[name] = Int(found.partition_cnt) }
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
                break
            case let code:
                throw KafkaErrors.error(code, "Topic \(name) cannot be looked up")
            }
        }
        return partitions
    }

    private static func parseCreation(_ event: OpaquePointer) -> Result<Bool, any Error> {
        let code = rd_kafka_event_error(event)
        if isUnsupported(code) { return .failure(AdminUnsupported()) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            return .failure(KafkaErrors.error(code, "The topic cannot be created"))
        }
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(event),
            let topics = rd_kafka_CreateTopics_result_topics(result, &count), count > 0, let topic = topics[0]
        else { return .failure(ConnectError(.kafkaTransient, "The broker's answer names no topic.")) }
        switch rd_kafka_topic_result_error(topic) {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            return .success(true)
        case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
            return .success(false)
        case let code where isUnsupported(code):
            return .failure(AdminUnsupported())
        case let code:
            let name = rd_kafka_topic_result_name(topic).map { String(cString: $0) } ?? ""
            let reason = rd_kafka_topic_result_error_string(topic).map { String(cString: $0) } ?? KafkaErrors.text(code)
            return .failure(
                ConnectError(
                    KafkaErrors.code(code),
                    "Topic \(name) cannot be created: \(reason) (\(KafkaErrors.name(code)))\(KafkaErrors.hint(code))."
                )
            )
        }
    }

    private static func isUnsupported(_ code: rd_kafka_resp_err_t) -> Bool {
        code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE || code == RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION
    }
}

/// A promise of any kind, to be ended early.
private protocol Failing: Sendable {
    func fail(_ error: ConnectError)
}

extension Promise: Failing {
    fileprivate func fail(_ error: ConnectError) {
        fulfil(.failure(error))
    }
}

/// Lets a queue's call-back reach an object that is made after the queue.
private final class Relay: Sendable {
    private let target = Mutex<(@Sendable () -> Void)?>(nil)

    func set(_ target: @escaping @Sendable () -> Void) {
        self.target.withLock { $0 = target }
    }

    func run() {
        target.withLock { $0 }?()
    }
}
