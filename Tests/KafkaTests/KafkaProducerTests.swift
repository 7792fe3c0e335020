import ConnectTesting
import EmbeddedBroker
import Engine
import Kafka
import Testing

@Suite struct KafkaProducerTests {
    @Test func deliversABatch() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(broker.configuration(), context: testContext())
        let live = LiveCounter()
        let outcome = producer.produce(
            makeBatch((0..<1000).map { "record \($0)" }, topic: topic, counter: live),
            id: 7,
            from: 0
        )
        #expect(outcome.nextIndex == 1000)
        #expect(outcome.rejected.isEmpty)
        let result = await producer.settle()
        #expect(result.delivered == 1000)
        #expect(result.failures.isEmpty)
        #expect(producer.inFlightCount == 0)
        #expect(live.count == 0)
        await producer.close()
        try await broker.close()
    }

    @Test func tooLargeRecordIsRejectedAndTheRestGoesOn() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(broker.configuration(), context: testContext())
        let large = String(repeating: "x", count: 2_000_000)
        let outcome = producer.produce(makeBatch(["a", large, "b"], topic: topic), id: 1, from: 0)
        #expect(outcome.nextIndex == 3)
        #expect(outcome.rejected.map(\.index) == [1])
        #expect(outcome.rejected.first?.error.code == .recordTooLarge)
        #expect(outcome.rejected.first?.error.message.contains(topic) == true)
        let result = await producer.settle()
        #expect(result.delivered == 2)
        await producer.close()
        try await broker.close()
    }

    @Test func aFullQueueKeepsOrderAndLosesNothing() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(
            broker.configuration(["queue.buffering.max.messages": "37", "linger.ms": "0"]),
            context: testContext()
        )
        let live = LiveCounter()
        var iterator = producer.wakeups.makeAsyncIterator()
        var delivered = 0
        var stops = 0
        for id in 0..<40 {
            // Every third batch takes the path of records with a timestamp.
            let batch = makeBatch(
                (0..<50).map { "\(id * 50 + $0)" },
                topic: topic,
                timestamp: id % 3 == 0 ? 1_700_000_000_000 : RecordSlot.noTimestamp,
                counter: live
            )
            var next = 0
            while next < batch.count {
                let outcome = producer.produce(batch, id: UInt64(id), from: next)
                #expect(outcome.rejected.isEmpty)
                next = outcome.nextIndex
                guard next < batch.count else { break }
                stops += 1
                _ = await iterator.next()
                delivered += producer.drain().deliveredCount
            }
        }
        #expect(stops > 0)
        while producer.inFlightCount > 0 {
            delivered += producer.drain().deliveredCount
            if producer.inFlightCount > 0 { _ = await iterator.next() }
        }
        #expect(delivered == 2000)
        #expect(live.count == 0)
        await producer.close()
        let seen = try await readAll(topic, partitions: 1, from: broker)
        #expect(seen.compactMap(\.value) == (0..<2000).map { "\($0)" })
        try await broker.close()
    }

    @Test func aRecordLargerThanTheBufferIsRejectedNotWaitedFor() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(
            broker.configuration(["queue.buffering.max.kbytes": "10"]),
            context: testContext()
        )
        let batch = makeBatch([String(repeating: "x", count: 20_000), "small"], topic: topic)
        let outcome = producer.produce(batch, id: 1, from: 0)
        #expect(outcome.nextIndex == 2)
        #expect(outcome.rejected.map(\.index) == [0])
        #expect(outcome.rejected.first?.error.code == .recordTooLarge)
        #expect(outcome.rejected.first?.error.message.contains("buffer.memory") == true)
        #expect(await producer.settle().delivered == 1)
        await producer.close()
        try await broker.close()
    }

    @Test func unknownPartitionsAreRejectedAndLeakNothing() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 2)
        let producer = try LibrdkafkaClients().makeProducer(
            broker.configuration(["queue.buffering.max.messages": "10"]),
            context: testContext()
        )
        // The topic's partitions are known once something has been delivered.
        _ = producer.produce(makeBatch(["a"], topic: topic, partition: 1), id: 1, from: 0)
        #expect(await producer.settle().delivered == 1)
        for id in 2..<12 {
            let outcome = producer.produce(
                makeBatch(["b", "c", "d"], topic: topic, partition: 7),
                id: UInt64(id),
                from: 0
            )
            #expect(outcome.nextIndex == 3)
            #expect(outcome.rejected.map(\.index) == [0, 1, 2])
            #expect(outcome.rejected.first?.error.code == .data)
        }
        #expect(producer.inFlightCount == 0)
        #expect(producer.produce(makeBatch(["e"], topic: topic), id: 99, from: 0).nextIndex == 1)
        #expect(await producer.settle().delivered == 1)
        await producer.close()
        try await broker.close()
    }

    @Test func batchesOfManyTopicsAndPartitionsArriveWhereTheyBelong() async throws {
        let broker = try await TestBroker.start()
        let first = try await broker.makeTopic("first", partitions: 3)
        let second = try await broker.makeTopic("second", partitions: 3)
        var batch = RecordBatch()
        let arena = Arena()
        for number in 0..<300 {
            batch.append(
                ConnectRecord(
                    topic: number % 2 == 0 ? first : second,
                    partition: Int32(number % 3),
                    value: SchemaAndValue(schema: nil, value: .string("\(number)"))
                ),
                arena: arena
            )
        }
        let producer = try LibrdkafkaClients().makeProducer(broker.configuration(), context: testContext())
        #expect(producer.produce(batch, id: 1, from: 0).nextIndex == 300)
        #expect(await producer.settle().delivered == 300)
        await producer.close()
        for (topic, remainder) in [(first, 0), (second, 1)] {
            let seen = try await readAll(topic, partitions: 3, from: broker)
            for partition in 0..<3 {
                let expected = (0..<300).filter { $0 % 2 == remainder && $0 % 3 == partition }.map { "\($0)" }
                #expect(seen.filter { $0.partition == Int32(partition) }.compactMap(\.value) == expected)
            }
        }
        try await broker.close()
    }

    @Test func thousandsOfBatchesLeaveNothingBehind() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(
            broker.configuration(["linger.ms": "1"]),
            context: testContext()
        )
        let live = LiveCounter()
        var iterator = producer.wakeups.makeAsyncIterator()
        var delivered = 0
        for id in 0..<3000 {
            let batch = makeBatch(["1", "2", "3"], topic: topic, counter: live)
            #expect(producer.produce(batch, id: UInt64(id), from: 0).nextIndex == 3)
            if id % 100 == 99 { delivered += producer.drain().deliveredCount }
        }
        while producer.inFlightCount > 0 {
            delivered += producer.drain().deliveredCount
            if producer.inFlightCount > 0 { _ = await iterator.next() }
        }
        #expect(delivered == 9000)
        #expect(live.count == 0)
        #expect(live.peak > 1)
        await producer.close()
        try await broker.close()
    }

    @Test func closingLetsGoOfWhatIsInFlight() async throws {
        // Nobody listens: the batch can never be delivered.
        let producer = try LibrdkafkaClients().makeProducer(
            ["bootstrap.servers": "127.0.0.1:1"],
            context: testContext()
        )
        let live = LiveCounter()
        #expect(producer.produce(makeBatch(["a", "b"], topic: "t", counter: live), id: 1, from: 0).nextIndex == 2)
        #expect(producer.inFlightCount == 2)
        #expect(live.count == 1)
        await producer.close()
        #expect(live.count == 0)
        #expect(producer.inFlightCount == 0)
        let late = producer.produce(makeBatch(["c"], topic: "t"), id: 2, from: 0)
        #expect(late.rejected.map(\.index) == [0])
        await producer.close()
    }

    @Test func aForgottenProducerLetsGoToo() async throws {
        let live = LiveCounter()
        do {
            let producer = try LibrdkafkaClients().makeProducer(
                ["bootstrap.servers": "127.0.0.1:1"],
                context: testContext()
            )
            _ = producer.produce(makeBatch(["a"], topic: "t", counter: live), id: 1, from: 0)
        }
        await live.waitForNone()
    }

    @Test func anUnreachableBrokerIsNamedOnce() async throws {
        let producer = try LibrdkafkaClients().makeProducer(
            ["bootstrap.servers": "127.0.0.1:1", "reconnect.backoff.ms": "1", "reconnect.backoff.max.ms": "2"],
            context: testContext()
        )
        var errors: [ConnectError] = []
        for await _ in producer.wakeups {
            for case .error(let error, _) in producer.drain() { errors.append(error) }
            if !errors.isEmpty { break }
        }
        #expect(errors.count == 1)
        #expect(errors.first?.code == .kafkaTransient)
        #expect(errors.first?.message.contains("127.0.0.1:1: connection refused") == true)
        await producer.close()
    }

    @Test func aBrokerThatFailsAndComesBackGetsEveryRecordInOrder() async throws {
        let broker = try await TestBroker.startEmbedded()
        let embedded = try #require(broker.embedded)
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(
            broker.configuration([
                "retry.backoff.ms": "10", "request.timeout.ms": "1000", "reconnect.backoff.ms": "10",
                "reconnect.backoff.max.ms": "50",
            ]),
            context: testContext()
        )
        let effects: [BrokerFault.Effect] = [
            .error(.notLeaderOrFollower), .error(.notEnoughReplicas), .cutBeforeWork, .cutBeforeAnswer,
            .error(.requestTimedOut), .cutInAnswer, .loseAnswer,
        ]
        for effect in effects { try await embedded.add(BrokerFault(effect, api: .produce)) }
        for id in 0..<20 {
            _ = producer.produce(makeBatch((0..<10).map { "\(id * 10 + $0)" }, topic: topic), id: UInt64(id), from: 0)
        }
        let result = await producer.settle()
        #expect(result.delivered == 200)
        #expect(result.failures.isEmpty)
        await producer.close()
        let seen = try await readAll(topic, partitions: 1, from: broker)
        #expect(seen.compactMap(\.value) == (0..<200).map { "\($0)" })
        try await broker.close()
    }

    @Test func aWrongSettingIsAConfigurationError() {
        #expect(throws: ConnectError.self) {
            try LibrdkafkaClients().makeProducer(
                ["bootstrap.servers": "127.0.0.1:1", "acks": "seven"],
                context: testContext()
            )
        }
    }
}

extension [ProducerEvent] {
    fileprivate var deliveredCount: Int {
        reduce(0) { sum, event in
            if case .delivered(_, let count, _) = event { sum + count } else { sum }
        }
    }
}
