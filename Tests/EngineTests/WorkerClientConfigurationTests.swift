import Engine
import Testing

struct WorkerClientConfigurationTests {
    private func connector(
        _ worker: WorkerConfiguration,
        _ more: [String: String] = [:]
    ) throws -> ConnectorConfiguration {
        let required = ["name": "c", "connector.class": "X", "topics": "t"]
        return try ConnectorConfiguration(
            RawConfiguration(required.merging(more) { _, last in last }),
            kind: .sink,
            definition: nil,
            worker: worker
        )
    }

    @Test func producerDefaults() throws {
        let worker = try WorkerConfiguration.sample()
        #expect(
            worker.producerConfiguration() == [
                "bootstrap.servers": "localhost:9092", "acks": "all", "delivery.timeout.ms": "2147483647",
                "max.block.ms": "9223372036854775807", "enable.idempotence": "true",
                "max.in.flight.requests.per.connection": "5",
            ]
        )
    }

    @Test(
        arguments: [
            ["acks": "1"], ["retries": "0"], ["max.in.flight.requests.per.connection": "6"],
            ["enable.idempotence": "false"],
        ]
    )
    func keysThatRuleOutIdempotence(given: [String: String]) throws {
        let prefixed = Dictionary(uniqueKeysWithValues: given.map { ("producer.\($0.key)", $0.value) })
        let producer = try WorkerConfiguration.sample(prefixed).producerConfiguration()
        #expect(producer["enable.idempotence"] == "false")
        for (key, value) in given { #expect(producer[key] == value) }
        if given["max.in.flight.requests.per.connection"] == nil {
            #expect(producer["max.in.flight.requests.per.connection"] == "1")
        }
    }

    @Test func laterLayersWin() throws {
        let worker = try WorkerConfiguration.sample([
            "request.timeout.ms": "1", "retry.backoff.ms": "1", "reconnect.backoff.ms": "1",
            "producer.retry.backoff.ms": "2", "producer.reconnect.backoff.ms": "2", "producer.linger.ms": "7",
        ])
        let connector = try connector(
            worker,
            ["producer.override.reconnect.backoff.ms": "3", "producer.override.acks": "1"]
        )
        let producer = worker.producerConfiguration(for: connector)
        #expect(producer["request.timeout.ms"] == "1")
        #expect(producer["retry.backoff.ms"] == "2")
        #expect(producer["reconnect.backoff.ms"] == "3")
        #expect(producer["linger.ms"] == "7")
        #expect(producer["acks"] == "1")
        #expect(worker.producerConfiguration()["acks"] == "all")
    }

    @Test func everyClientInheritsSecurityFromTheTopLevel() throws {
        let security = [
            "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.jaas.config": "x",
            "ssl.truststore.location": "/t",
        ]
        let worker = try WorkerConfiguration.sample(security.merging(["ssl.client.auth": "none"]) { _, last in last })
        let connector = try connector(worker)
        let clients = [
            worker.producerConfiguration(for: connector), worker.consumerConfiguration(for: connector),
            worker.adminConfiguration(), worker.offsetStoreProducerConfiguration(),
            worker.offsetStoreConsumerConfiguration(),
        ]
        for client in clients {
            for (key, value) in security { #expect(client[key] == value) }
            #expect(client["ssl.client.auth"] == nil)
        }
    }

    @Test func aClientWithAProtocolOfItsOwnInheritsNoSecurity() throws {
        let worker = try WorkerConfiguration.sample([
            "ssl.keystore.location": "/rest.jks", "producer.security.protocol": "SSL",
            "producer.ssl.truststore.location": "/t",
        ])
        let connector = try connector(worker, ["consumer.override.security.protocol": "PLAINTEXT"])
        #expect(worker.producerConfiguration()["ssl.keystore.location"] == nil)
        #expect(worker.producerConfiguration()["ssl.truststore.location"] == "/t")
        #expect(worker.consumerConfiguration(for: connector)["ssl.keystore.location"] == nil)
        #expect(worker.adminConfiguration()["ssl.keystore.location"] == "/rest.jks")
    }

    @Test func consumerDefaults() throws {
        let worker = try WorkerConfiguration.sample(["consumer.max.poll.records": "5", "client.id": "w"])
        let first = try connector(worker)
        #expect(
            worker.consumerConfiguration(for: first) == [
                "bootstrap.servers": "localhost:9092", "group.id": "connect-c", "auto.offset.reset": "earliest",
                "enable.auto.commit": "false", "max.poll.records": "5",
            ]
        )
        let second = try connector(
            worker,
            ["consumer.override.group.id": "mine", "consumer.override.auto.offset.reset": "latest"]
        )
        #expect(worker.consumerConfiguration(for: second)["group.id"] == "mine")
        #expect(worker.consumerConfiguration(for: second)["auto.offset.reset"] == "latest")
        #expect(worker.adminConfiguration(for: second)["client.id"] == "w")
    }

    @Test func offsetStoreClientsLoseNothing() throws {
        let worker = try WorkerConfiguration.sample([
            "acks": "0", "group.id": "g", "metric.reporters": "x", "producer.linger.ms": "5",
        ])
        let producer = worker.offsetStoreProducerConfiguration()
        #expect(producer["acks"] == "all")
        #expect(producer["max.in.flight.requests.per.connection"] == "1")
        #expect(producer["linger.ms"] == nil)
        #expect(producer["metric.reporters"] == nil)
        let consumer = worker.offsetStoreConsumerConfiguration()
        #expect(consumer["group.id"] == nil)
        #expect(consumer["auto.offset.reset"] == "earliest")
    }

    @Test(
        arguments: [
            ("None", ["producer.override.linger.ms"]),
            ("Principal", ["producer.override.linger.ms", "consumer.override.group.id"]),
            (
                "org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy",
                ["admin.override.retries"]
            ),
            ("Allowlist", ["consumer.override.group.id"]),
        ]
    )
    func overridesTheWorkerForbids(policy: String, keys: [String]) throws {
        let worker = try WorkerConfiguration.sample([
            "connector.client.config.override.policy": policy,
            "connector.client.config.override.allowlist": "linger.ms",
        ])
        let overrides = Dictionary(uniqueKeysWithValues: keys.map { ($0, "1") })
        let message = try configurationMessage { _ = try connector(worker, overrides) }
        for key in keys { #expect(message.contains("\(key) is given, but the worker allows")) }
        #expect(message.contains("connector.client.config.override.policy"))
    }

    @Test func overridesTheWorkerAllows() throws {
        let principal = try WorkerConfiguration.sample(["connector.client.config.override.policy": "Principal"])
        #expect(
            try connector(principal, ["producer.override.sasl.jaas.config": "x"]).clientOverrides(.producer).count == 1
        )
        let list = try WorkerConfiguration.sample([
            "connector.client.config.override.policy": "Allowlist",
            "connector.client.config.override.allowlist": "linger.ms, batch.size",
        ])
        #expect(
            try connector(list, ["producer.override.batch.size": "1"]).clientOverrides(.producer) == ["batch.size": "1"]
        )
    }
}
