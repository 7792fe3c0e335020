import CRdKafka
import Dispatch
import Synchronization

/// Copies one partition into two topics, exactly once: each transaction holds copies in both and the offset up to which
/// the partition is copied. At times it aborts, at times it dies in mid-transaction and comes back.
final class TransactionalLoad: Sendable {
    struct State {
        /// The end of the last transaction whose commit was acknowledged, as an offset of the input.
        var committed: Int64 = 0
        var commits = 0
        var aborts = 0
        /// Deaths in mid-transaction.
        var deaths = 0
        /// Why transactions were left to the next producer to end.
        var interruptions: [String] = []
        var problems: [String] = []
        var isStopping = false
        var isAbandoned = false
    }

    let name: String
    let partition: Int32
    private let state = Mutex(State())
    private let bootstrap: String

    /// How long librdkafka may block before the call is made again, in ms.
    private static let patience: Int32 = 5000

    static let input = "in"
    static let outputs: [(topic: String, partitions: Int)] = [("out-a", 3), ("out-b", 1)]

    init(partition: Int32, bootstrap: String) {
        name = "copy-\(partition)"
        self.partition = partition
        self.bootstrap = bootstrap
    }

    /// The open transaction is still ended.
    func stop() {
        state.withLock { $0.isStopping = true }
    }

    /// Ends without a broker.
    func abandon() {
        state.withLock { state in
            state.isStopping = true
            state.isAbandoned = true
        }
    }

    var snapshot: State { state.withLock { $0 } }

    /// Copies until stopped; then no transaction is open. On a thread of its own: librdkafka's calls block.
    func run() async {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: name).async {
                do {
                    while !self.isStopping { try self.live() }
                    // A last producer ends what the one before left open.
                    _ = try self.makeProducer()
                } catch {
                    self.state.withLock { $0.problems.append("\(self.name): \(error)") }
                }
                continuation.resume()
            }
        }
    }

    /// What the group has committed in the end; a negative number for nothing.
    func committedOffset() throws -> Int64 {
        let consumer = try makeConsumer()
        while true {
            if let offset = consumer.committed(Self.input, partition) { return offset }
        }
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    /// How a step went.
    private enum Verdict { case done, again, abort, startOver }

    /// One life of the producer.
    private func live() throws {
        let consumer = try makeConsumer()
        let producer = try makeProducer()
        while !isStopping {
            guard let offset = consumer.committed(Self.input, partition) else { continue }
            let acknowledged = state.withLock { $0.committed }
            guard max(offset, 0) >= acknowledged else {
                throw NativeClient.Failure(description: "\(offset) is committed where \(acknowledged) was acknowledged")
            }
            try consumer.assign([(Self.input, partition, max(offset, 0))])
            var isAtCommittedOffset = true
            while isAtCommittedOffset, !isStopping {
                let records = read(consumer)
                guard let last = records.last else { continue }
                if Int.random(in: 0..<25) == 0 {
                    try die(producer, records)
                    return
                }
                switch try copy(records, producer, consumer) {
                case .done:
                    state.withLock { state in
                        state.commits += 1
                        state.committed = last.offset + 1
                    }
                    // Now and then what is committed is looked at, not only relied on.
                    isAtCommittedOffset = Int.random(in: 0..<4) > 0
                case .again, .abort: isAtCommittedOffset = false
                case .startOver: return
                }
            }
        }
    }

    private func read(_ consumer: NativeClient) -> [NativeClient.Polled] {
        var records: [NativeClient.Polled] = []
        let count = Int.random(in: 1...30)
        while records.count < count, let record = consumer.poll(milliseconds: records.isEmpty ? 100 : 5) {
            records.append(record)
        }
        return records
    }

    /// `.done` when the transaction is committed, `.abort` when it is aborted.
    private func copy(
        _ records: [NativeClient.Polled],
        _ producer: NativeClient,
        _ consumer: NativeClient
    ) throws -> Verdict {
        switch try judge(rd_kafka_begin_transaction(producer.handle)) {
        case .done: break
        case .again, .abort, .startOver: return .startOver
        }
        var verdict = try write(records, producer)
        if verdict == .done { verdict = try sendOffsets(after: records, producer, consumer) }
        if verdict == .done {
            if Int.random(in: 0..<5) > 0 {
                verdict = try repeatedly { rd_kafka_commit_transaction(producer.handle, Self.patience) }
                if verdict == .done { return .done }
            } else {
                verdict = try abort(producer)
                if verdict == .done {
                    state.withLock { $0.aborts += 1 }
                    return .abort
                }
            }
        }
        // The next producer ends what this one cannot.
        return .startOver
    }

    /// Only once nothing is on its way: librdkafka takes records that an abort purges for never sent and gives their sequence
    /// numbers to others, though a broker that was killed before it could answer may have them.
    private func abort(_ producer: NativeClient) throws -> Verdict {
        while rd_kafka_flush(producer.handle, Self.patience) != RD_KAFKA_RESP_ERR_NO_ERROR {
            if producer.fatalError != nil || state.withLock({ $0.isAbandoned }) { return .startOver }
        }
        return try repeatedly { rd_kafka_abort_transaction(producer.handle, Self.patience) }
    }

    private func repeatedly(_ call: () -> OpaquePointer?) throws -> Verdict {
        while true {
            let verdict = try judge(call())
            if verdict != .again { return verdict }
        }
    }

    private func write(_ records: [NativeClient.Polled], _ producer: NativeClient) throws -> Verdict {
        for record in records {
            for output in Self.outputs {
                let code = producer.produce(
                    output.topic,
                    partition: Int32.random(in: 0..<Int32(output.partitions)),
                    key: name,
                    value: String(record.offset)
                )
                if code != RD_KAFKA_RESP_ERR_NO_ERROR { return producer.fatalError == nil ? .abort : .startOver }
            }
        }
        return .done
    }

    private func sendOffsets(
        after records: [NativeClient.Polled],
        _ producer: NativeClient,
        _ consumer: NativeClient
    ) throws -> Verdict {
        guard let last = records.last else { return .abort }
        let list = rd_kafka_topic_partition_list_new(1)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        rd_kafka_topic_partition_list_add(list, Self.input, partition)
        rd_kafka_topic_partition_list_set_offset(list, Self.input, partition, last.offset + 1)
        let group = rd_kafka_consumer_group_metadata(consumer.handle)
        defer { rd_kafka_consumer_group_metadata_destroy(group) }
        return try repeatedly {
            rd_kafka_send_offsets_to_transaction(producer.handle, list, group, Self.patience)
        }
    }

    /// Leaves a transaction open, with records on their way.
    private func die(_ producer: NativeClient, _ records: [NativeClient.Polled]) throws {
        if try judge(rd_kafka_begin_transaction(producer.handle)) == .done {
            _ = try write(records, producer)
            rd_kafka_flush(producer.handle, 20)
        }
        state.withLock { $0.deaths += 1 }
    }

    private func makeConsumer() throws -> NativeClient {
        try NativeClient(
            RD_KAFKA_CONSUMER,
            bootstrap: bootstrap,
            [
                "group.id": "group-of-\(name)", "isolation.level": "read_committed", "enable.auto.commit": "false",
                "auto.offset.reset": "earliest", "fetch.wait.max.ms": "50", "fetch.error.backoff.ms": "20",
            ]
        )
    }

    private func makeProducer() throws -> NativeClient {
        while true {
            let producer = try NativeClient(
                RD_KAFKA_PRODUCER,
                bootstrap: bootstrap,
                ["transactional.id": name, "transaction.timeout.ms": "60000", "linger.ms": "1"]
            )
            var verdict = Verdict.again
            while verdict == .again { verdict = try judge(rd_kafka_init_transactions(producer.handle, Self.patience)) }
            if verdict == .done { return producer }
            if state.withLock({ $0.isAbandoned }) { throw NativeClient.Failure(description: "abandoned") }
        }
    }

    /// Only this load uses its transactional ID, so nothing fences it: whatever librdkafka cannot go on after is a fault.
    private func judge(_ error: OpaquePointer?) throws -> Verdict {
        guard let error else { return .done }
        defer { rd_kafka_error_destroy(error) }
        if state.withLock({ $0.isAbandoned }) { return .startOver }
        if rd_kafka_error_is_fatal(error) != 0 {
            throw NativeClient.Failure(
                description: String(cString: rd_kafka_error_name(error)) + ": "
                    + String(cString: rd_kafka_error_string(error))
            )
        }
        if rd_kafka_error_txn_requires_abort(error) != 0 {
            let reason = String(cString: rd_kafka_error_string(error))
            state.withLock { $0.interruptions.append(reason) }
            return .abort
        }
        if rd_kafka_error_is_retriable(error) != 0 { return .again }
        throw NativeClient.Failure(
            description: String(cString: rd_kafka_error_name(error)) + ": "
                + String(cString: rd_kafka_error_string(error))
        )
    }
}
