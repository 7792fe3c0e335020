import Engine
import Synchronization

/// The only member of its group on an ``InMemoryBroker``.
final class InMemoryConsumer: ConsumerClient {
    private struct State {
        var events: [ConsumerEvent] = []
        var next: [TopicPartition: Int64] = [:]
        var paused: Set<TopicPartition> = []
        var isClosed = false
    }

    let wakeups: AsyncStream<Void>
    let wakeup: AsyncStream<Void>.Continuation
    private let broker: InMemoryBroker
    private let group: String
    private let state = Mutex(State())

    init(broker: InMemoryBroker, group: String) {
        self.broker = broker
        self.group = group
        (wakeups, wakeup) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func subscribe(_ topics: [String]) {
        let partitions = broker.state.withLock { state in
            topics.flatMap { topic in
                (0..<(state.topics[topic]?.count ?? 0)).map { TopicPartition(topic: topic, partition: Int32($0)) }
            }
        }
        state.withLock { $0.events.append(.assigned(partitions)) }
        wakeup.yield()
    }

    func assign(_ partitions: [TopicPartition: Int64]) {
        let ends = broker.state.withLock { state in
            partitions.mapValues { _ in 0 }.merging(
                partitions.keys.map { ($0, state.topics[$0.topic]?[Int($0.partition)].count ?? 0) }
            ) { $1 }
        }
        state.withLock { state in
            for (partition, offset) in partitions {
                state.next[partition] = offset == -2 ? 0 : offset == -1 ? Int64(ends[partition] ?? 0) : offset
            }
        }
        wakeup.yield()
    }

    func positions(_ partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        state.withLock { $0.next.filter { partitions.contains($0.key) } }
    }

    func poll(maxRecords: Int, maxBytes: Int) -> [ConsumerEvent] {
        state.withLock { state in
            var events = state.events
            state.events.removeAll()
            var batch = RecordBatch()
            let arena = Arena()
            for (partition, offset) in state.next.sorted(by: { $0.key < $1.key })
            where !state.paused.contains(partition) {
                let room = maxRecords - batch.count
                let stored = broker.state.withLock { $0.topics[partition.topic]?[Int(partition.partition)] ?? [] }
                let slice = stored.dropFirst(Int(offset)).prefix(max(room, 0))
                for (index, record) in slice.enumerated() {
                    let key = record.key.map(Value.bytes) ?? .null
                    let value = record.value.map(Value.bytes) ?? .null
                    batch.append(
                        ConnectRecord(
                            topic: partition.topic,
                            partition: partition.partition,
                            key: SchemaAndValue(schema: nil, value: key),
                            value: SchemaAndValue(schema: nil, value: value)
                        ),
                        offset: offset + Int64(index),
                        arena: arena
                    )
                }
                state.next[partition] = offset + Int64(slice.count)
            }
            if !batch.isEmpty { events.append(.records(batch)) }
            return events
        }
    }

    func completeAssignment(_ partitions: [TopicPartition], paused: Bool) {
        let committed = broker.committed(group: group)
        state.withLock { state in
            for partition in partitions {
                state.next[partition] = committed[partition] ?? 0
                if paused { state.paused.insert(partition) }
            }
        }
        wakeup.yield()
    }

    func completeRevocation(_ partitions: [TopicPartition]) {
        state.withLock { state in
            for partition in partitions {
                state.next[partition] = nil
                state.paused.remove(partition)
            }
        }
    }

    func pause(_ partitions: [TopicPartition]) {
        state.withLock { $0.paused.formUnion(partitions) }
    }

    func resume(_ partitions: [TopicPartition]) {
        state.withLock { $0.paused.subtract(partitions) }
        wakeup.yield()
    }

    func seek(_ offsets: [TopicPartition: Int64]) async {
        state.withLock { $0.next.merge(offsets) { $1 } }
        wakeup.yield()
    }

    func commit(_ offsets: [TopicPartition: Int64]) async throws {
        let failure = broker.state.withLock { state -> ConnectError? in
            if !state.commitFailures.isEmpty { return state.commitFailures.removeFirst() }
            state.committed[group, default: [:]].merge(offsets) { $1 }
            return nil
        }
        if let failure { throw failure }
    }

    func close() async {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        wakeup.finish()
        broker.state.withLock { $0.closedClients += 1 }
    }
}
