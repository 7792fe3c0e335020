import ConnectTesting
import EmbeddedBroker
import Engine
import Kafka
import Testing

/// Faults of the embedded broker as librdkafka meets them.
@Suite("Faults of the embedded broker", .timeLimit(.minutes(5)))
struct BrokerFaultTests {
    private func producer(_ broker: TestBroker) throws -> any ProducerClient {
        try LibrdkafkaClients().makeProducer(
            broker.configuration([
                "retry.backoff.ms": "10", "request.timeout.ms": "1000", "reconnect.backoff.ms": "10",
                "reconnect.backoff.max.ms": "50", "enable.idempotence": "true",
            ]),
            context: testContext()
        )
    }

    @Test(
        "An answer that is lost after the work is done makes no record come twice from an idempotent producer",
        arguments: [BrokerFault.Effect.loseAnswer, .cutBeforeAnswer, .cutInAnswer]
    )
    func lostAnswer(effect: BrokerFault.Effect) async throws {
        let broker = try await TestBroker.startEmbedded()
        let embedded = try #require(broker.embedded)
        let topic = try await broker.makeTopic()
        let producer = try producer(broker)
        let fault = try await embedded.add(BrokerFault(effect, api: .produce, topic: topic, partition: 0, times: 3))
        _ = producer.produce(makeBatch((0..<50).map { "\($0)" }, topic: topic), id: 1, from: 0)
        try await embedded.waitUntilStruck(fault, times: 3)
        let result = await producer.settle()
        #expect(result.delivered == 50)
        await producer.close()
        #expect(try await readAll(topic, partitions: 1, from: broker).compactMap(\.value) == (0..<50).map { "\($0)" })
        try await broker.close()
    }

    @Test("An error for one partition leaves the others alone")
    func onePartition() async throws {
        let broker = try await TestBroker.startEmbedded()
        let embedded = try #require(broker.embedded)
        let topic = try await broker.makeTopic(partitions: 2)
        let producer = try producer(broker)
        let fault = try await embedded.add(
            BrokerFault(.error(.notLeaderOrFollower), api: .produce, topic: topic, partition: 1, times: nil)
        )
        _ = producer.produce(makeBatch(["a"], topic: topic, partition: 1), id: 1, from: 0)
        _ = producer.produce(makeBatch(["b"], topic: topic, partition: 0), id: 2, from: 0)
        try await embedded.waitUntilStruck(fault, times: 2)
        // Partition 0 is served all the while: its report comes before the fault goes.
        var iterator = producer.wakeups.makeAsyncIterator()
        while producer.inFlightCount > 1 {
            _ = producer.drain()
            if producer.inFlightCount > 1 { await iterator.next() }
        }
        try await embedded.remove(fault)
        _ = await producer.settle()
        await producer.close()
        let seen = try await readAll(topic, partitions: 2, from: broker)
        #expect(Set(seen.map { "\($0.partition)\($0.value ?? "")" }) == ["1a", "0b"])
        #expect(seen.count == 2)
        try await broker.close()
    }

    @Test("A paused broker answers nothing; when it goes on, everything arrives once")
    func pause() async throws {
        let broker = try await TestBroker.startEmbedded()
        let embedded = try #require(broker.embedded)
        let topic = try await broker.makeTopic()
        let producer = try producer(broker)
        _ = producer.produce(makeBatch(["first"], topic: topic), id: 1, from: 0)
        #expect(await producer.settle().delivered == 1)
        try await embedded.pause()
        _ = producer.produce(makeBatch((0..<20).map { "\($0)" }, topic: topic), id: 2, from: 0)
        #expect(producer.inFlightCount == 20)
        try await embedded.resume()
        #expect(await producer.settle().delivered == 20)
        await producer.close()
        #expect(
            try await readAll(topic, partitions: 1, from: broker).compactMap(\.value)
                == ["first"] + (0..<20).map { "\($0)" }
        )
        try await broker.close()
    }
}
