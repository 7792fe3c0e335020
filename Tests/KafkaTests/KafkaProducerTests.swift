import ConnectTesting
import Engine
import Kafka
import Testing

@Suite struct KafkaProducerTests {
    @Test func deliversABatch() async throws {
        let broker = try TestBroker()
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
        await broker.close()
    }

    @Test func tooLargeRecordIsRejectedAndTheRestGoesOn() async throws {
        let broker = try TestBroker()
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
        await broker.close()
    }
}
