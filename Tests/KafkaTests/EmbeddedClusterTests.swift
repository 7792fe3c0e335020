import ConnectTesting
import Engine
import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct EmbeddedClusterTests {
    @Test func listensOnLoopbackOnly() async throws {
        let cluster = try EmbeddedCluster(brokers: 3, topics: [("a", 2)])
        let servers = cluster.bootstrapServers.split(separator: ",")
        #expect(servers.count == 3)
        #expect(servers.allSatisfy { $0.hasPrefix("127.0.0.1:") })
        await cluster.close()
        await cluster.close()
    }

    @Test func refusesWhatItCannotDo() async throws {
        #expect(throws: ConnectError.self) { try EmbeddedCluster(brokers: 0) }
        let cluster = try EmbeddedCluster(brokers: 1, topics: [("a", 1)])
        #expect(throws: ConnectError.self) { try cluster.createTopic("a", partitions: 1) }
        #expect(throws: ConnectError.self) { try cluster.createTopic("b", partitions: 0) }
        await cluster.close()
        #expect(throws: ConnectError.self) { try cluster.createTopic("c", partitions: 1) }
    }

    @Test func aPartitionKeepsAboutFiveMegabytes() async throws {
        let broker = try TestBroker(embedded: 1)
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(broker.configuration(), context: testContext())
        let value = String(repeating: "x", count: 100_000)
        for id in 0..<80 {
            _ = producer.produce(makeBatch([value], topic: topic), id: UInt64(id), from: 0)
        }
        #expect(await producer.settle().delivered == 80)
        await producer.close()
        let admin = try LibrdkafkaClients().makeAdmin(broker.configuration(), context: testContext())
        let partition = TopicPartition(topic: topic, partition: 0)
        let (low, high) = try await #require(admin as? KafkaAdmin).watermarks(partition)
        #expect(high == 80)
        // 5 MiB are 52 of these records; message sets of several records go as a whole.
        #expect((27...53).contains(high - low))
        await admin.close()
        await broker.close()
    }

    @Test func brokersGoDownAndComeBack() async throws {
        let broker = try TestBroker(embedded: 1)
        let cluster = try #require(broker.cluster)
        let topic = try await broker.makeTopic()
        let producer = try LibrdkafkaClients().makeProducer(
            broker.configuration(["reconnect.backoff.ms": "10", "reconnect.backoff.max.ms": "50"]),
            context: testContext()
        )
        _ = producer.produce(makeBatch(["a"], topic: topic), id: 1, from: 0)
        #expect(await producer.settle().delivered == 1)
        try cluster.setDown()
        var errors: [ConnectError] = []
        for await _ in producer.wakeups {
            for case .error(let error, _) in producer.drain() { errors.append(error) }
            if !errors.isEmpty { break }
        }
        #expect(errors.first?.code == .kafkaTransient)
        _ = producer.produce(makeBatch(["b"], topic: topic), id: 2, from: 0)
        try cluster.setUp()
        #expect(await producer.settle().delivered == 1)
        await producer.close()
        await broker.close()
    }
}
