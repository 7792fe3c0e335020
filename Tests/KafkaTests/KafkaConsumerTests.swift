import ConnectTesting
import EmbeddedBroker
import Engine
import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct KafkaConsumerTests {
    let clients = LibrdkafkaClients()

    private func makeReader(
        _ broker: TestBroker,
        _ extra: [String: String],
        hub: WakeupHub = WakeupHub()
    ) throws -> TestReader {
        TestReader(try makeConsumer(broker, extra), hub: hub)
    }

    // The embedded cluster holds a group's first join for 3 s: shorter sessions would end in it. A later rebalance takes it the
    // session timeout less a second.
    private func makeConsumer(_ broker: TestBroker, _ extra: [String: String]) throws -> any ConsumerClient {
        let configuration = broker.configuration(
            [
                "auto.offset.reset": "earliest", "session.timeout.ms": "4000", "heartbeat.interval.ms": "200",
                "fetch.max.wait.ms": "20",
            ]
            .merging(extra) { $1 }
        )
        return try clients.makeConsumer(configuration, context: testContext())
    }

    private func produce(_ batches: [RecordBatch], to broker: TestBroker) async throws {
        let producer = try clients.makeProducer(broker.configuration(), context: testContext())
        var count = 0
        for (id, batch) in batches.enumerated() {
            #expect(producer.produce(batch, id: UInt64(id), from: 0).nextIndex == batch.count)
            count += batch.count
        }
        let result = await producer.settle()
        #expect(result.delivered == count)
        await producer.close()
    }

    @Test func whatGoesInComesOut() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        var batch = RecordBatch()
        let arena = Arena()
        batch.append(
            ConnectRecord(
                topic: topic,
                key: SchemaAndValue(schema: nil, value: .string("k1")),
                value: SchemaAndValue(schema: nil, value: .string("v1"))
            ),
            arena: arena
        )
        batch.append(
            ConnectRecord(
                topic: topic,
                value: SchemaAndValue(schema: nil, value: .string("v2")),
                timestamp: 1_234_567_890_123,
                headers: [
                    Header(key: "h1", value: SchemaAndValue(schema: nil, value: .string("x"))),
                    Header(key: "h2", value: .null),
                    Header(key: "h3", value: SchemaAndValue(schema: nil, value: .bytes([]))),
                ]
            ),
            arena: arena
        )
        batch.append(
            ConnectRecord(topic: topic, key: SchemaAndValue(schema: nil, value: .string("k3")), value: .null),
            arena: arena
        )
        batch.append(
            ConnectRecord(
                topic: topic,
                key: SchemaAndValue(schema: nil, value: .string("")),
                value: SchemaAndValue(schema: nil, value: .string(""))
            ),
            arena: arena
        )
        try await produce([batch], to: broker)

        let reader = try makeReader(broker, ["group.id": TestBroker.makeGroup()])
        try reader.consumer.subscribe([topic])
        try await reader.read { reader.seen.count >= 4 }
        #expect(reader.seen.map(\.key) == ["k1", nil, "k3", ""])
        #expect(reader.seen.map(\.value) == ["v1", "v2", nil, ""])
        #expect(reader.seen.map(\.offset) == [0, 1, 2, 3])
        #expect(reader.seen[1].timestamp == 1_234_567_890_123)
        #expect(reader.seen[0].timestamp > 1_600_000_000_000)
        #expect(reader.seen[1].headers == ["h1": "x", "h2": nil, "h3": ""])
        #expect(reader.seen[0].headers.isEmpty)
        await reader.consumer.close()
        try await broker.close()
    }

    @Test(arguments: ["RangeAssignor", "CooperativeStickyAssignor"])
    func commitAndResume(strategy: String) async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        try await produce([makeBatch((0..<100).map { "\($0)" }, topic: topic)], to: broker)
        let group = ["group.id": TestBroker.makeGroup(), "partition.assignment.strategy": strategy]

        let first = try makeReader(broker, group)
        try first.consumer.subscribe([topic])
        try await first.read(maxRecords: 7) { first.seen.count >= 40 }
        try await first.consumer.commit([TopicPartition(topic: topic, partition: 0): 40])
        await first.consumer.close()

        let second = try makeReader(broker, group)
        try second.consumer.subscribe([topic])
        try await second.read { second.seen.last?.value == "99" }
        #expect(second.values == (40..<100).map { "\($0)" })
        await second.consumer.close()
        try await broker.close()
    }

    @Test(arguments: ["RangeAssignor", "CooperativeStickyAssignor"])
    func twoConsumersShareAndTakeOver(strategy: String) async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 4)
        let group = ["group.id": TestBroker.makeGroup(), "partition.assignment.strategy": strategy]
        let hub = WakeupHub()
        let first = try makeReader(broker, group, hub: hub)
        try first.consumer.subscribe([topic])
        try await first.read { first.owned.count == 4 }

        let second = try makeReader(broker, group, hub: hub)
        try second.consumer.subscribe([topic])
        try await read([first, second], hub: hub) { first.owned.count == 2 && second.owned.count == 2 }
        #expect(first.owned.isDisjoint(with: second.owned))
        #expect(first.revocations >= 1)

        try await produce(
            (0..<4).map { partition in
                makeBatch((0..<50).map { "\(partition)/\($0)" }, topic: topic, partition: partition)
            },
            to: broker
        )
        try await read([first, second], hub: hub) { first.seen.count + second.seen.count >= 200 }
        let ownedByFirst = first.owned
        #expect(first.seen.allSatisfy { ownedByFirst.contains(TopicPartition(topic: topic, partition: $0.partition)) })
        #expect(Set(first.values + second.values).count == 200)

        await second.consumer.close()
        try await first.read { first.owned.count == 4 }
        await first.consumer.close()
        try await broker.close()
    }

    @Test func pauseAndResumeLoseNothing() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 2)
        try await produce(
            (0..<2).map { makeBatch((0..<500).map { "\($0)" }, topic: topic, partition: Int32($0)) },
            to: broker
        )
        let reader = try makeReader(broker, ["group.id": TestBroker.makeGroup()])
        reader.startsPaused = true
        try reader.consumer.subscribe([topic])
        try await reader.read { reader.owned.count == 2 }
        #expect(reader.seen.isEmpty)
        let partitions = Array(reader.owned)
        try reader.consumer.resume(partitions)
        for step in 1...20 {
            try await reader.read(maxRecords: 11) { reader.seen.count >= step * 40 }
            try reader.consumer.pause(partitions)
            let before = reader.seen.count
            try await reader.poll()
            #expect(reader.seen.count == before)
            try reader.consumer.resume(partitions)
        }
        try await reader.read { reader.seen.count >= 1000 }
        for partition: Int32 in 0..<2 {
            #expect(reader.seen.filter { $0.partition == partition }.map(\.offset) == Array(0..<500))
        }
        await reader.consumer.close()
        try await broker.close()
    }

    @Test func seekRightAfterAssignmentAndLater() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let partition = TopicPartition(topic: topic, partition: 0)
        try await produce([makeBatch((0..<100).map { "\($0)" }, topic: topic)], to: broker)
        let reader = try makeReader(broker, ["group.id": TestBroker.makeGroup()])
        reader.onAssigned = { _ in try await reader.consumer.seek([partition: 90]) }
        try reader.consumer.subscribe([topic])
        try await reader.read { reader.seen.last?.offset == 99 }
        #expect(reader.seen.map(\.offset) == Array(90..<100))
        try await reader.consumer.seek([partition: 20])
        try reader.consumer.pause([partition])
        try reader.consumer.resume([partition])
        try await reader.read { reader.seen.count >= 90 }
        #expect(reader.seen.dropFirst(10).map(\.offset) == Array(20..<100))
        await reader.consumer.close()
        try await broker.close()
    }

    @Test func manualAssignmentReadsToTheEnd() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 3)
        try await produce(
            (0..<2).map { makeBatch((0..<30).map { "\($0)" }, topic: topic, partition: Int32($0)) },
            to: broker
        )
        let partitions = (0..<3).map { TopicPartition(topic: topic, partition: $0) }
        let admin = try clients.makeAdmin(broker.configuration(), context: testContext())
        let ends = try await admin.endOffsets(partitions)
        #expect(ends == [partitions[0]: 30, partitions[1]: 30, partitions[2]: 0])
        await admin.close()

        let reader = try makeReader(broker, [:])
        try reader.consumer.assign([partitions[0]: -2, partitions[1]: 25, partitions[2]: -2])
        try await reader.read {
            let positions = reader.consumer.positions(partitions)
            return partitions.allSatisfy { (positions[$0] ?? -1) >= ends[$0] ?? .max }
        }
        #expect(reader.seen.filter { $0.partition == 0 }.map(\.offset) == Array(0..<30))
        #expect(reader.seen.filter { $0.partition == 1 }.map(\.offset) == Array(25..<30))
        #expect(throws: ConnectError.self) { try reader.consumer.subscribe([topic]) }
        await reader.consumer.close()
        try await broker.close()
    }

    @Test func batchesOutliveTheConsumer() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        try await produce([makeBatch(["a", "b"], topic: topic)], to: broker)
        let consumer = try makeConsumer(broker, [:])
        try consumer.assign([TopicPartition(topic: topic, partition: 0): -2])
        var kept: [RecordBatch] = []
        var iterator = consumer.wakeups.makeAsyncIterator()
        while kept.reduce(0, { $0 + $1.count }) < 2 {
            for case .records(let batch) in consumer.poll(maxRecords: 10, maxBytes: 1000) { kept.append(batch) }
            if kept.isEmpty { _ = await iterator.next() }
        }
        await consumer.close()
        try await broker.close()
        #expect(kept.flatMap { $0.seen() }.compactMap(\.value) == ["a", "b"])
    }

    @Test func closingInTheMiddleOfARebalanceEnds() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 2)
        for answersFirst in [false, true] {
            let group = ["group.id": TestBroker.makeGroup()]
            let consumer = try makeConsumer(broker, group)
            try consumer.subscribe([topic])
            var iterator = consumer.wakeups.makeAsyncIterator()
            var isAssigned = false
            while !isAssigned {
                for case .assigned(let partitions) in consumer.poll(maxRecords: 1, maxBytes: 1) {
                    if answersFirst { try consumer.completeAssignment(partitions, paused: false) }
                    isAssigned = true
                }
                if !isAssigned { _ = await iterator.next() }
            }
            if answersFirst {
                // A second member takes partitions back; nobody answers that.
                let second = try makeConsumer(broker, group)
                try second.subscribe([topic])
                var isRevoked = false
                while !isRevoked {
                    for case .revoked in consumer.poll(maxRecords: 1, maxBytes: 1) { isRevoked = true }
                    if !isRevoked { _ = await iterator.next() }
                }
                await consumer.close()
                await second.close()
            } else {
                await consumer.close()
            }
            #expect(consumer.poll(maxRecords: 1, maxBytes: 1).isEmpty)
            #expect(throws: ConnectError.self) { try consumer.subscribe([topic]) }
        }
        try await broker.close()
    }

    @Test func aRefusedCommitNamesPartitionAndCause() async throws {
        let broker = try await TestBroker.startEmbedded()
        let embedded = try #require(broker.embedded)
        let topic = try await broker.makeTopic()
        let partition = TopicPartition(topic: topic, partition: 0)
        let reader = try makeReader(broker, ["group.id": TestBroker.makeGroup()])
        try reader.consumer.subscribe([topic])
        try await reader.read { reader.owned.count == 1 }
        // OFFSET_METADATA_TOO_LARGE: nothing that a retry would mend.
        try await embedded.add(BrokerFault(.error(.offsetMetadataTooLarge), api: .offsetCommit))
        await #expect { try await reader.consumer.commit([partition: 1]) } throws: {
            ($0 as? ConnectError)?.message.contains("\(partition)") == true
        }
        try await reader.consumer.commit([partition: 1])
        try await reader.consumer.commit([:])
        await reader.consumer.close()
        await #expect(throws: ConnectError.self) { try await reader.consumer.commit([partition: 2]) }
        try await broker.close()
    }

    @Test func closingEndsWithoutABroker() async throws {
        let broker = try await TestBroker.startEmbedded()
        let embedded = try #require(broker.embedded)
        let topic = try await broker.makeTopic()
        let reader = try makeReader(broker, ["group.id": TestBroker.makeGroup()])
        try reader.consumer.subscribe([topic])
        try await reader.read { reader.owned.count == 1 }
        let commit = Task { [consumer = reader.consumer] in
            try await consumer.commit([TopicPartition(topic: topic, partition: 0): 1])
        }
        try await embedded.shutDown()
        await reader.consumer.close()
        // Either it went through before the broker went down, or it ended with an error; it does not wait for ever.
        _ = await commit.result
        try await broker.close()
    }

    @Test func aSubscriptionCanBeAPattern() async throws {
        let broker = try await TestBroker.start()
        let prefix = TestBroker.makeGroup("pattern")
        let topics = [try await broker.makeTopic("\(prefix)-a"), try await broker.makeTopic("\(prefix)-b")]
        _ = try await broker.makeTopic("other-\(prefix)")
        let reader = try makeReader(broker, ["group.id": TestBroker.makeGroup()])
        try reader.consumer.subscribe(["^\(prefix).*"])
        try await reader.read { reader.owned.count == 2 }
        #expect(Set(reader.owned.map(\.topic)) == Set(topics))
        await reader.consumer.close()
        try await broker.close()
    }

    @Test func memoryGoesWithTheBatch() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        try await produce([makeBatch((0..<100).map { "\($0)" }, topic: topic)], to: broker)
        let consumer = try makeConsumer(broker, [:])
        try consumer.assign([TopicPartition(topic: topic, partition: 0): -2])
        let memories = WeakMemories()
        var count = 0
        var iterator = consumer.wakeups.makeAsyncIterator()
        while count < 100 {
            let before = count
            for case .records(let batch) in consumer.poll(maxRecords: 10, maxBytes: 1 << 20) {
                #expect(batch.count <= 10)
                #expect(batch.memories.count == 1)
                memories.add(batch.memories[0])
                count += batch.count
            }
            if count == before { _ = await iterator.next() }
        }
        #expect(memories.count >= 10)
        #expect(memories.liveCount == 0)
        await consumer.close()
        try await broker.close()
    }

    @Test func pollIsBoundedByBytes() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let value = String(repeating: "x", count: 1000)
        try await produce([makeBatch((0..<100).map { _ in value }, topic: topic)], to: broker)
        let consumer = try makeConsumer(broker, [:])
        try consumer.assign([TopicPartition(topic: topic, partition: 0): -2])
        var count = 0
        var iterator = consumer.wakeups.makeAsyncIterator()
        while count < 100 {
            let before = count
            for case .records(let batch) in consumer.poll(maxRecords: 1000, maxBytes: 2500) {
                #expect(batch.byteCount <= 3000)
                count += batch.count
            }
            if count == before { _ = await iterator.next() }
        }
        await consumer.close()
        try await broker.close()
    }

    @Test func aMemberThatDoesNotPollIsToldThatItLostItsPartitions() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let consumer = try makeConsumer(
            broker,
            ["group.id": TestBroker.makeGroup(), "max.poll.interval.ms": "4000"]
        )
        try consumer.subscribe([topic])
        var iterator = consumer.wakeups.makeAsyncIterator()
        var isAssigned = false
        while !isAssigned {
            for case .assigned(let partitions) in consumer.poll(maxRecords: 1, maxBytes: 1) {
                try consumer.completeAssignment(partitions, paused: true)
                isAssigned = true
            }
            if !isAssigned { _ = await iterator.next() }
        }
        var errors: [ConnectError] = []
        var lost: [TopicPartition] = []
        while lost.isEmpty {
            // The client speaks up by itself once the interval is over.
            _ = await iterator.next()
            for event in consumer.poll(maxRecords: 1, maxBytes: 1) {
                switch event {
                case .error(let error, _): errors.append(error)
                case .revoked(let partitions, lost: true):
                    lost = partitions
                    try consumer.completeRevocation(partitions)
                default: break
                }
            }
        }
        #expect(lost == [TopicPartition(topic: topic, partition: 0)])
        #expect(errors.contains { $0.message.contains("max.poll.interval.ms") })
        await consumer.close()
        try await broker.close()
    }

    @Test(arguments: ["RangeAssignor", "CooperativeStickyAssignor"])
    func rebalancesUnderLoadLoseNothing(strategy: String) async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 4)
        let settings = ["group.id": TestBroker.makeGroup(), "partition.assignment.strategy": strategy]
        let producer = try clients.makeProducer(broker.configuration(["linger.ms": "0"]), context: testContext())
        let hub = WakeupHub()
        hub.attach(producer.wakeups)
        let steady = try makeReader(broker, settings, hub: hub)
        // So that what was read is not read again: a record lost on the way would be missed for good.
        steady.commitsOnRevocation = true
        try steady.consumer.subscribe([topic])
        try await steady.read { steady.owned.count == 4 }
        var produced = 0
        var read = 0
        // No more than what is read in time: the embedded cluster keeps little.
        func produceSome() {
            _ = producer.drain()
            guard produced < 10_000, produced < read + 500, producer.inFlightCount < 100 else { return }
            let batch = makeBatch(
                (0..<20).map { "\(produced + $0)" },
                topic: topic,
                partition: Int32(produced / 20 % 4)
            )
            #expect(producer.produce(batch, id: UInt64(produced), from: 0).nextIndex == 20)
            produced += 20
        }
        let guest = try makeReader(broker, settings, hub: hub)
        try guest.consumer.subscribe([topic])
        try await KafkaTests.read([steady, guest], hub: hub) {
            read = steady.seen.count + guest.seen.count
            produceSome()
            return steady.owned.count == 2 && guest.owned.count == 2
        }
        let goal = min(produced + 400, 10_000)
        try await KafkaTests.read([steady, guest], hub: hub) {
            read = steady.seen.count + guest.seen.count
            produceSome()
            return produced >= goal
        }
        // What the guest read counts; what it did not commit is read again by the other.
        await guest.consumer.close()
        let others = Set(guest.values)
        try await steady.read {
            read = steady.seen.count + others.count
            produceSome()
            return steady.owned.count == 4
        }
        while producer.inFlightCount > 0 {
            _ = producer.drain()
            if producer.inFlightCount > 0 { await hub.next() }
        }
        try await steady.read {
            steady.seen.count + others.count >= produced && others.union(steady.values).count == produced
        }
        await producer.close()
        await steady.consumer.close()
        try await broker.close()
    }
}

/// Memories that may be gone.
private final class WeakMemories {
    private struct Box {
        weak var memory: (any BatchMemory)?
    }

    private var boxes: [Box] = []

    var count: Int { boxes.count }
    var liveCount: Int { boxes.count { $0.memory != nil } }

    func add(_ memory: any BatchMemory) {
        boxes.append(Box(memory: memory))
    }
}
