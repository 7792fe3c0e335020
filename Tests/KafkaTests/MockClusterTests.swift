import ConnectTesting
import Engine
import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct MockClusterTests {
    @Test func listensOnLoopbackOnly() async throws {
        let cluster = try MockCluster(brokers: 3, topics: [("a", 2)])
        let servers = cluster.bootstrapServers.split(separator: ",")
        #expect(servers.count == 3)
        #expect(servers.allSatisfy { $0.hasPrefix("127.0.0.1:") })
        await cluster.close()
        await cluster.close()
    }

    @Test func refusesWhatItCannotDo() async throws {
        #expect(throws: ConnectError.self) { try MockCluster(brokers: 0) }
        let cluster = try MockCluster(brokers: 1, topics: [("a", 1)])
        #expect(throws: ConnectError.self) { try cluster.createTopic("a", partitions: 1) }
        #expect(throws: ConnectError.self) { try cluster.createTopic("b", partitions: 0) }
        await cluster.close()
        #expect(throws: ConnectError.self) { try cluster.createTopic("c", partitions: 1) }
    }

    @Test func brokersGoDownAndComeBack() async throws {
        let topic = "t"
        let cluster = try MockCluster(topics: [(topic, 1)])
        let producer = try LibrdkafkaClients().makeProducer(
            [
                "bootstrap.servers": cluster.bootstrapServers, "reconnect.backoff.ms": "10",
                "reconnect.backoff.max.ms": "50",
            ],
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
        await cluster.close()
    }
}
