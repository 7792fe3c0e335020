import Engine
import Logging

/// Source offsets in a compacted Kafka topic, in Connect's own record format: key `["connector",{partition}]`, value the offset.
///
/// Source: `org.apache.kafka.connect.storage.KafkaOffsetBackingStore`.
actor TopicOffsetStore: OffsetStore {
    struct Parts: Sendable {
        var topic: NewTopic
        var producer: any ProducerClient
        var consumer: any ConsumerClient
        var admin: any AdminClient
        var logger: Logger
    }

    private struct PendingStore {
        var missing: Int
        var failure: ConnectError?
        var continuation: CheckedContinuation<Void, any Error>
    }

    private let parts: Parts
    private var table = OffsetTable()
    private var pending: [UInt64: PendingStore] = [:]
    private var lastID: UInt64 = 0
    private var reports: Task<Void, Never>?

    init(_ parts: Parts) {
        self.parts = parts
    }

    func load() async throws {
        let name = parts.topic.name
        do {
            if try await parts.admin.createTopic(parts.topic) {
                parts.logger.info("created the topic for source offsets", metadata: ["topic": "\(name)"])
            }
        } catch is AdminUnsupported {
            parts.logger.info(
                "the broker has no topic administration; the topic for source offsets must exist or be created by it",
                metadata: ["topic": "\(name)"]
            )
        }
        guard let count = try await parts.admin.describeTopics([name])[name] else {
            throw ConnectError(
                .kafkaTransient,
                "the topic \(name) of offset.storage.topic does not exist: create it with cleanup.policy=compact"
            )
        }
        let partitions = (0..<Int32(count)).map { TopicPartition(topic: name, partition: $0) }
        let ends = try await parts.admin.endOffsets(partitions)
        try await read(upTo: ends)
        await parts.consumer.close()
        parts.logger.info("offsets read", metadata: ["topic": "\(name)", "offsets": "\(table.count)"])
        reports = Task { [weak self, producer = parts.producer] in
            for await _ in producer.wakeups { await self?.takeReports() }
        }
    }

    func offsets(connector: String, partitions: [OffsetMap]) -> [OffsetMap: OffsetMap] {
        table.offsets(connector: connector, partitions: partitions)
    }

    func store(connector: String, _ offsets: [OffsetMap: OffsetMap]) async throws {
        guard !offsets.isEmpty else { return }
        var batch = RecordBatch()
        let arena = Arena(blockByteCount: 1024)
        for (partition, offset) in offsets {
            let record = ConnectRecord(
                topic: parts.topic.name,
                key: SchemaAndValue(
                    schema: nil,
                    value: .bytes(try OffsetMap.jsonKey(connector: connector, partition: partition))
                ),
                value: SchemaAndValue(schema: nil, value: .bytes(try offset.jsonBytes()))
            )
            batch.append(record, arena: arena)
        }
        lastID += 1
        let id = lastID
        try await withCheckedThrowingContinuation { continuation in
            // Registered before it is produced: the report may come at once.
            pending[id] = PendingStore(missing: batch.count, failure: nil, continuation: continuation)
            let outcome = parts.producer.produce(batch, id: id, from: 0)
            let refused = outcome.rejected.count + batch.count - outcome.nextIndex
            guard refused > 0 else { return }
            settle(
                id,
                count: refused,
                failure: outcome.rejected.first?.error
                    ?? ConnectError(
                        .kafkaTransient,
                        "the producer's queue for \(parts.topic.name) is full: Kafka is not answering"
                    )
            )
        }
        table.merge(connector: connector, offsets)
    }

    func close() async {
        reports?.cancel()
        await parts.consumer.close()
        await parts.producer.close()
        await parts.admin.close()
        let left = pending
        pending.removeAll()
        for store in left.values {
            store.continuation.resume(
                throwing: ConnectError(.kafkaTransient, "the offset store was closed before Kafka had answered")
            )
        }
    }

    private func read(upTo ends: [TopicPartition: Int64]) async throws {
        let wanted = ends.filter { $0.value > 0 }
        guard !wanted.isEmpty else { return }
        try parts.consumer.assign(wanted.mapValues { _ in -2 })
        let partitions = Array(wanted.keys)
        func isDone() -> Bool {
            let positions = parts.consumer.positions(partitions)
            return wanted.allSatisfy { positions[$0.key] ?? 0 >= $0.value }
        }
        for await _ in parts.consumer.wakeups {
            while true {
                let events = parts.consumer.poll(maxRecords: 1000, maxBytes: 4 << 20)
                if events.isEmpty { break }
                for event in events { try take(event) }
            }
            if isDone() { return }
        }
        throw CancellationError()
    }

    private func take(_ event: ConsumerEvent) throws {
        switch event {
        case .records(let batch):
            for slot in batch.records {
                do {
                    try table.apply(
                        key: Array(slot.key.buffer),
                        value: slot.value.kind == .null ? nil : Array(slot.value.buffer)
                    )
                } catch {
                    // One foreign record in the topic must not keep every connector from starting; it is no offset of ours.
                    parts.logger.warning(
                        "a record of the offset topic is not an offset, passed over: \(ErrorText.describe(error))",
                        metadata: [
                            "topic": "\(parts.topic.name)", "partition": "\(slot.partition)",
                            "offset": "\(slot.offset)",
                        ]
                    )
                }
            }
        case .error(let error, let isFatal):
            if isFatal { throw error }
            parts.logger.warning("\(error.description)")
        case .assigned, .revoked:
            break
        }
    }

    private func takeReports() {
        for event in parts.producer.drain() {
            switch event {
            case .delivered(let batch, let count, let failures):
                settle(batch, count: count + failures.count, failure: failures.first?.error)
            case .error(let error, _):
                parts.logger.warning("offset topic: \(error.description)")
            }
        }
    }

    private func settle(_ id: UInt64, count: Int, failure: ConnectError?) {
        guard var store = pending.removeValue(forKey: id) else { return }
        store.missing -= count
        store.failure = store.failure ?? failure
        guard store.missing <= 0 else {
            pending[id] = store
            return
        }
        if let failure = store.failure {
            store.continuation.resume(throwing: failure)
        } else {
            store.continuation.resume()
        }
    }
}

/// Offsets in a topic and in a file: written to both; read from the topic, and from the file what the topic does not have (the
/// way from one to the other).
actor CombinedOffsetStore: OffsetStore {
    private let topic: any OffsetStore
    private let file: any OffsetStore

    init(topic: any OffsetStore, file: any OffsetStore) {
        self.topic = topic
        self.file = file
    }

    func load() async throws {
        try await file.load()
        try await topic.load()
    }

    func offsets(connector: String, partitions: [OffsetMap]) async -> [OffsetMap: OffsetMap] {
        let older = await file.offsets(connector: connector, partitions: partitions)
        return older.merging(await topic.offsets(connector: connector, partitions: partitions)) { $1 }
    }

    func store(connector: String, _ offsets: [OffsetMap: OffsetMap]) async throws {
        try await topic.store(connector: connector, offsets)
        try await file.store(connector: connector, offsets)
    }

    func close() async {
        await topic.close()
        await file.close()
    }
}
