import ConnectTesting
import Engine
import Kafka
import Testing

@Suite(.timeLimit(.minutes(10))) struct KafkaAdminTests {
    private func makeAdmin(_ broker: TestBroker, _ extra: [String: String] = [:]) throws -> any AdminClient {
        try LibrdkafkaClients().makeAdmin(broker.configuration(extra), context: testContext())
    }

    @Test func describesTopicsWithoutCreatingThem() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 3)
        let admin = try makeAdmin(broker)
        for _ in 0..<2 {
            let found = try await admin.describeTopics([topic, "missing-\(topic)"])
            #expect(found == [topic: 3])
        }
        await admin.close()
        try await broker.close()
    }

    @Test func createsATopicOnce() async throws {
        let broker = try await TestBroker.start()
        let admin = try makeAdmin(broker)
        let topic = NewTopic(
            name: TestBroker.makeGroup("created"),
            partitions: 2,
            replicationFactor: -1,
            configuration: ["cleanup.policy": "compact"]
        )
        #expect(try await admin.createTopic(topic))
        #expect(try await admin.createTopic(topic) == false)
        #expect(try await admin.describeTopics([topic.name]) == [topic.name: 2])
        await admin.close()
        try await broker.close()
    }

    @Test func wrongTopicsAreConfigurationErrors() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic()
        let admin = try makeAdmin(broker)
        await #expect {
            try await admin.createTopic(NewTopic(name: "t", partitions: 0, replicationFactor: 1))
        } throws: {
            ($0 as? ConnectError)?.code == .configuration
        }
        await #expect { try await admin.endOffsets([TopicPartition(topic: topic, partition: 99)]) } throws: {
            ($0 as? ConnectError)?.message.contains("1 partition") == true
        }
        await admin.close()
        try await broker.close()
    }

    @Test func endOffsetsAndWatermarks() async throws {
        let broker = try await TestBroker.start()
        let topic = try await broker.makeTopic(partitions: 5)
        let producer = try LibrdkafkaClients().makeProducer(broker.configuration(), context: testContext())
        _ = producer.produce(makeBatch(["a", "b", "c"], topic: topic, partition: 4), id: 1, from: 0)
        #expect(await producer.settle().delivered == 3)
        await producer.close()
        let admin = try makeAdmin(broker)
        let partitions = (0..<5).map { TopicPartition(topic: topic, partition: $0) }
        let ends = try await admin.endOffsets(partitions)
        #expect(ends == [partitions[0]: 0, partitions[1]: 0, partitions[2]: 0, partitions[3]: 0, partitions[4]: 3])
        #expect(try await admin.endOffsets([]).isEmpty)
        let watermarks = try await #require(admin as? KafkaAdmin).watermarks(partitions[4])
        #expect(watermarks == (0, 3))
        await admin.close()
        try await broker.close()
    }

    @Test func noBrokerMeansAnErrorThatNamesTheCause() async throws {
        let admin = try LibrdkafkaClients().makeAdmin(
            ["bootstrap.servers": "127.0.0.1:1", "default.api.timeout.ms": "300", "request.timeout.ms": "200"],
            context: testContext()
        )
        await #expect { try await admin.describeTopics(["t"]) } throws: { error in
            guard let error = error as? ConnectError else { return false }
            return error.code == .kafkaTransient && error.message.contains("cannot be looked up (t)")
                && error.message.contains("127.0.0.1:1: connection refused")
        }
        await #expect(throws: ConnectError.self) {
            try await admin.createTopic(NewTopic(name: "t", partitions: 1, replicationFactor: 1))
        }
        await admin.close()
    }

    @Test func closingAndCancellingEndRequestsThatWait() async throws {
        let admin = try LibrdkafkaClients().makeAdmin(["bootstrap.servers": "127.0.0.1:1"], context: testContext())
        let cancelled = Task { try await admin.describeTopics(["t"]) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let description = Task { try await admin.describeTopics(["t"]) }
        let creation = Task { try await admin.createTopic(NewTopic(name: "t", partitions: 1, replicationFactor: 1)) }
        await admin.close()
        await #expect(throws: ConnectError.self) { try await description.value }
        await #expect(throws: ConnectError.self) { try await creation.value }
        await #expect(throws: ConnectError.self) { try await admin.describeTopics(["t"]) }
        await admin.close()
    }
}
