import Engine
import Testing

@testable import Kafka

/// What single keys become.
@Suite struct ConfigurationMappingTests {
    // MARK: Defaults

    @Test func producerDefaultsAreConnects() throws {
        let result = try mapped([:])
        let expected = [
            "bootstrap.servers": "127.0.0.1:1", "acks": "-1", "enable.idempotence": "true", "message.timeout.ms": "0",
            "max.in.flight.requests.per.connection": "5", "partitioner": "murmur2_random", "linger.ms": "5",
            "message.max.bytes": "1048576", "queue.buffering.max.kbytes": "32768", "retries": "2147483647",
            "compression.type": "none", "request.timeout.ms": "30000", "socket.timeout.ms": "30000",
            "topic.metadata.refresh.interval.ms": "300000", "reconnect.backoff.ms": "50",
            "reconnect.backoff.max.ms": "1000",
            "retry.backoff.ms": "100", "connections.max.idle.ms": "540000",
            "socket.connection.setup.timeout.ms": "30000",
            "security.protocol": "plaintext", "socket.nagle.disable": "true", "socket.keepalive.enable": "true",
        ]
        #expect(Dictionary(uniqueKeysWithValues: result.properties.map { ($0.name, $0.value) }) == expected)
        #expect(result.notices == [])
        #expect(result.settings.maxBlockMilliseconds == .max)
        #expect(result.settings.bufferMemoryBytes == 33_554_432)
        #expect(result.settings.deliveryTimeoutMilliseconds == nil)
        #expect(result.settings.isIdempotent)
    }

    @Test func consumerDefaultsAreConnects() throws {
        let result = try mapped([:], .consumer)
        let expected = [
            "bootstrap.servers": "127.0.0.1:1", "auto.offset.reset": "earliest", "enable.auto.commit": "false",
            "enable.auto.offset.store": "false", "isolation.level": "read_uncommitted", "check.crcs": "true",
            "allow.auto.create.topics": "true", "partition.assignment.strategy": "range", "session.timeout.ms": "45000",
            "heartbeat.interval.ms": "3000", "max.poll.interval.ms": "300000", "fetch.min.bytes": "1",
            "fetch.wait.max.ms": "500", "fetch.max.bytes": "52428800", "fetch.message.max.bytes": "1048576",
            "queued.max.messages.kbytes": "51200", "fetch.error.backoff.ms": "100", "socket.timeout.ms": "30000",
            "topic.blacklist": "^__consumer_offsets$,^__transaction_state$,^__share_group_state$",
            "topic.metadata.refresh.interval.ms": "300000", "reconnect.backoff.ms": "50",
            "reconnect.backoff.max.ms": "1000",
            "connections.max.idle.ms": "540000", "socket.connection.setup.timeout.ms": "30000",
            "security.protocol": "plaintext", "socket.nagle.disable": "true", "socket.keepalive.enable": "true",
        ]
        #expect(Dictionary(uniqueKeysWithValues: result.properties.map { ($0.name, $0.value) }) == expected)
        #expect(result.notices == [])
        #expect(result.settings.maxPollRecords == 500)
        #expect(!result.settings.isCooperative)
    }

    @Test func adminDefaultsAreJavas() throws {
        let result = try mapped([:], .admin)
        #expect(result["connections.max.idle.ms"] == "300000")
        #expect(result["socket.timeout.ms"] == "30000")
        #expect(result["request.timeout.ms"] == nil)
        #expect(result.settings.defaultAPITimeoutMilliseconds == 60_000)
        #expect(result.settings.retries == 2_147_483_647)
        #expect(result.notices == [])
    }

    @Test func sameInputGivesSameOrder() throws {
        let java = ["linger.ms": "7", "acks": "all", "zzz": "1", "aaa": "2", "statistics.interval.ms": "1000"]
        let first = try mapped(java)
        for _ in 0..<5 {
            let again = try mapped(java)
            #expect(again.properties == first.properties)
            #expect(again.notices == first.notices)
        }
        #expect(Set(first.properties.map(\.name)).count == first.properties.count)
    }

    // MARK: Single keys

    @Test(
        arguments: [
            ("acks", "all", "acks", "-1"), ("linger.ms", " 20 ", "linger.ms", "20"),
            ("batch.size", "1048576", "batch.size", "1048576"),
            ("buffer.memory", "1025", "queue.buffering.max.kbytes", "2"),
            ("max.request.size", "5000000", "message.max.bytes", "5000000"),
            ("delivery.timeout.ms", "2147483647", "message.timeout.ms", "0"),
            ("delivery.timeout.ms", "90000", "message.timeout.ms", "90000"),
            ("metadata.max.age.ms", "60000", "topic.metadata.refresh.interval.ms", "60000"),
            ("request.timeout.ms", "5000", "socket.timeout.ms", "5000"),
            ("request.timeout.ms", "5000", "request.timeout.ms", "5000"),
            ("send.buffer.bytes", "-1", "socket.send.buffer.bytes", "0"),
            ("connections.max.idle.ms", "-1", "connections.max.idle.ms", "0"),
            ("client.id", "me", "client.id", "me"),
            ("reconnect.backoff.ms", "7000", "reconnect.backoff.max.ms", "7000"),
            ("partitioner.ignore.keys", "TRUE", "partitioner", "random"),
            ("partitioner.class", "org.apache.kafka.clients.producer.RoundRobinPartitioner", "partitioner", "random"),
            ("partitioner.class", "", "partitioner", "murmur2_random"),
        ]
    )
    func producerKeys(java: String, value: String, name: String, expected: String) throws {
        #expect(try mapped([java: value])[name] == expected)
    }

    @Test(
        arguments: [
            ("fetch.max.wait.ms", "9", "fetch.wait.max.ms", "9"),
            ("max.partition.fetch.bytes", "9", "fetch.message.max.bytes", "9"),
            ("auto.offset.reset", "latest", "auto.offset.reset", "latest"),
            ("auto.offset.reset", "none", "auto.offset.reset", "error"),
            ("isolation.level", "read_committed", "isolation.level", "read_committed"),
            ("fetch.max.bytes", "1048576", "queued.max.messages.kbytes", "1024"),
            ("fetch.max.bytes", "2000", "message.max.bytes", "2000"),
            ("retry.backoff.ms", "250", "fetch.error.backoff.ms", "250"),
            ("client.rack", "rack-1", "client.rack", "rack-1"), ("group.instance.id", "a", "group.instance.id", "a"),
        ]
    )
    func consumerKeys(java: String, value: String, name: String, expected: String) throws {
        #expect(try mapped([java: value], .consumer)[name] == expected)
    }

    @Test func settingsForTheEngine() throws {
        let producer = try mapped(["max.block.ms": "1", "buffer.memory": "2048", "max.request.size": "3000"]).settings
        #expect(producer.maxBlockMilliseconds == 1)
        #expect(producer.bufferMemoryBytes == 2048)
        #expect(producer.maxRequestSizeBytes == 3000)
        let native = try mapped(["queue.buffering.max.kbytes": "7", "message.max.bytes": "4000"])
        #expect(native.settings.bufferMemoryBytes == 7168)
        #expect(native.settings.maxRequestSizeBytes == 4000)
        #expect(native["queue.buffering.max.kbytes"] == "7")
        let consumer = try mapped(["max.poll.records": "17", "default.api.timeout.ms": "5"], .consumer).settings
        #expect(consumer.maxPollRecords == 17)
        #expect(consumer.defaultAPITimeoutMilliseconds == 5)
        #expect(try mapped(["retries": "3"], .admin).settings.retries == 3)
    }

    @Test(
        arguments: [
            ("gzip", "9", "9"), ("gzip", "-1", "-1"), ("lz4", "9", "-1"), ("lz4", "1", "1"), ("lz4", "17", "12"),
            ("zstd", "3", "3"), ("zstd", "0", "-1"), ("zstd", "22", "12"), ("zstd", "-7", "1"),
        ]
    )
    func compressionLevels(type: String, level: String, expected: String) throws {
        let result = try mapped(["compression.type": type, "compression.\(type).level": level])
        #expect(result["compression.level"] == expected)
        let isMoved = ["17", "22", "-7"].contains(level)
        #expect(result.messages("compression.\(type).level", .note).count == (isMoved ? 1 : 0))
    }

    @Test func levelOfAnotherCodecIsNotUsed() throws {
        let result = try mapped(["compression.type": "lz4", "compression.gzip.level": "9"])
        #expect(result["compression.level"] == nil)
        #expect(result.messages("compression.gzip.level") == ["Not used while 'compression.type' is lz4."])
        #expect(mappingError(["compression.type": "gzip", "compression.gzip.level": "0"]).contains("1 to 9"))
    }

    // MARK: Idempotence

    @Test(arguments: [["acks": "1"], ["acks": "0"], ["retries": "0"]])
    func whatRulesOutIdempotenceTurnsItOff(java: [String: String]) throws {
        let result = try mapped(java)
        #expect(result["enable.idempotence"] == "false")
        #expect(result["max.in.flight.requests.per.connection"] == "1")
        #expect(result.notices.map(\.severity) == [.warning])
        #expect(!result.settings.isIdempotent)
        let message = mappingError(java.merging(["enable.idempotence": "true"]) { _, new in new })
        #expect(message.contains("enable.idempotence=true"))
        #expect(mappingError(java.merging(["transactional.id": "t"]) { _, new in new }).contains("'transactional.id'"))
    }

    @Test func manyInFlightNeedIdempotenceOff() throws {
        let message = mappingError(["max.in.flight.requests.per.connection": "6"])
        #expect(message.contains("'max.in.flight.requests.per.connection' has the value '6'"))
        let result = try mapped(["max.in.flight.requests.per.connection": "6", "enable.idempotence": "false"])
        #expect(result["max.in.flight.requests.per.connection"] == "6")
        #expect(result.messages("max.in.flight.requests.per.connection", .warning).count == 1)
        #expect(try mapped(["enable.idempotence": "false"])["max.in.flight.requests.per.connection"] == "1")
    }

    @Test func deliveryTimeoutCoversLingerAndRequest() throws {
        let message = mappingError(["delivery.timeout.ms": "30004"])
        #expect(message.contains("'delivery.timeout.ms' has the value '30004'"))
        #expect(message.contains("5 + 30000"))
        #expect(try mapped(["delivery.timeout.ms": "30005"]).settings.deliveryTimeoutMilliseconds == 30_005)
    }

    @Test func transactionsBoundDeliveryAndRequests() throws {
        let result = try mapped([
            "transactional.id": "t", "transaction.timeout.ms": "10000", "delivery.timeout.ms": "40000",
        ])
        #expect(result["transaction.timeout.ms"] == "10000")
        #expect(result["message.timeout.ms"] == "10000")
        #expect(result["socket.timeout.ms"] == "10000")
        #expect(result.settings.transactionalID == "t")
        #expect(try mapped(["transaction.timeout.ms": "10000"])["transaction.timeout.ms"] == nil)
        #expect(mappingError(["transactional.id": ""]).contains("text that is not empty"))
        #expect(mappingError(["transaction.two.phase.commit.enable": "true"]).contains("two-phase"))
        #expect(try mapped(["transaction.two.phase.commit.enable": "false"]).notices == [])
    }

    // MARK: Groups

    @Test(
        arguments: [
            ("org.apache.kafka.clients.consumer.RangeAssignor", "range", 0),
            ("org.apache.kafka.clients.consumer.RoundRobinAssignor,RangeAssignor", "roundrobin,range", 0),
            ("org.apache.kafka.clients.consumer.CooperativeStickyAssignor", "cooperative-sticky", 0),
            ("org.apache.kafka.clients.consumer.StickyAssignor", "cooperative-sticky", 1),
            ("RangeAssignor, CooperativeStickyAssignor", "range", 1), ("cooperative-sticky", "cooperative-sticky", 0),
            ("StickyAssignor,RangeAssignor", "range", 1),
        ]
    )
    func assignors(java: String, expected: String, notices: Int) throws {
        let result = try mapped(["partition.assignment.strategy": java], .consumer)
        #expect(result["partition.assignment.strategy"] == expected)
        #expect(result.notices.count == notices)
        #expect(result.settings.isCooperative == (expected == "cooperative-sticky"))
    }

    @Test func groupKeysThatCannotWork() throws {
        #expect(mappingError(["partition.assignment.strategy": "com.acme.Mine"], .consumer).contains("'com.acme.Mine'"))
        #expect(mappingError(["partition.assignment.strategy": ""], .consumer).contains("at least one"))
        #expect(mappingError(["heartbeat.interval.ms": "45000"], .consumer).contains("'session.timeout.ms'"))
        #expect(mappingError(["auto.offset.reset": "by_duration:PT1H"], .consumer).contains("by_duration:PT1H"))
        #expect(mappingError(["auto.offset.reset": "smallest"], .consumer).contains("earliest, latest, none"))
        let result = try mapped(["max.poll.interval.ms": "10000", "session.timeout.ms": "20000"], .consumer)
        #expect(result["max.poll.interval.ms"] == "20000")
        #expect(result.messages("max.poll.interval.ms", .note).count == 1)
        #expect(result.settings.maxPollIntervalMilliseconds == 20_000)
    }

    @Test func offsetsAreTheWorkersBusiness() throws {
        let result = try mapped(["enable.auto.commit": "true", "group.protocol": "consumer"], .consumer)
        #expect(result["enable.auto.commit"] == "false")
        #expect(result.messages("enable.auto.commit", .warning).count == 1)
        #expect(result.messages("group.protocol", .warning).count == 1)
        #expect(try mapped(["enable.auto.commit": "false"], .consumer).notices == [])
        #expect(try mapped(["exclude.internal.topics": "false"], .consumer)["topic.blacklist"] == nil)
    }

    // MARK: Addresses

    @Test(
        arguments: [
            "host", "host:", ":9092", "host:0", "host:65536", "host:abc", "a:9092,b", "ho st:9092", "::1:9092",
            "a/b:9092",
        ]
    )
    func wrongAddresses(value: String) {
        #expect(mappingError(["bootstrap.servers": value]).contains("'bootstrap.servers'"))
    }

    @Test func addresses() throws {
        let result = try mapped(["bootstrap.servers": "PLAINTEXT://a.example:9092 , [2001:db8::1]:9093,,10.0.0.1:1"])
        #expect(result["bootstrap.servers"] == "a.example:9092,[2001:db8::1]:9093,10.0.0.1:1")
        #expect(mappingError(["bootstrap.servers": " , "]).contains("missing"))
        #expect(
            mappingError(["bootstrap.controllers": "a:1"], .admin).contains("'bootstrap.controllers' cannot be used")
        )
        let embedded = try ClientConfigurationMapping.map(["test.mock.num.brokers": "1"], kind: .producer)
        #expect(embedded["bootstrap.servers"] == nil)
    }

    // MARK: Other keys

    @Test func valuesThatDoNotFit() {
        let message = mappingError(["linger.ms": "soon"])
        #expect(
            message == "The producer's key 'linger.ms' has the value 'soon'; expected a whole number of at least 0."
        )
        #expect(mappingError(["acks": "2"]).contains("one of all, -1, 0, 1"))
        #expect(mappingError(["enable.idempotence": "yes"]).contains("true or false"))
        #expect(mappingError(["compression.type": "brotli"]).contains("none, gzip, snappy, lz4, zstd"))
        #expect(mappingError(["partitioner.class": "com.acme.Mine"]).contains("'com.acme.Mine'"))
        #expect(mappingError(["security.protocol": "TLS"]).contains("SASL_SSL"))
        #expect(mappingError(["request.timeout.ms": "99999999999"], .admin).contains("admin's key"))
    }

    @Test func unknownKeysAreWarnedAbout() throws {
        let result = try mapped(["lingr.ms": "secret-value", "com.acme.setting": "x"])
        #expect(result.messages("lingr.ms", .warning).first?.contains("Did you mean 'linger.ms'?") == true)
        #expect(result.messages("com.acme.setting", .warning).count == 1)
        #expect(!result.notices.contains { $0.message.contains("secret-value") })
        #expect(result["lingr.ms"] == nil)
    }

    @Test func keysOfOtherClientsAreNoted() throws {
        let result = try mapped(["max.poll.records": "5", "queued.min.messages": "5"])
        #expect(result.messages("max.poll.records", .note).first?.contains("key of the consumer") == true)
        #expect(result.messages("queued.min.messages", .note).first?.contains("key of the consumer") == true)
        #expect(result["queued.min.messages"] == nil)
    }

    @Test func keysWithoutMeaningAreNoted() throws {
        let result = try mapped([
            "key.serializer": "X", "interceptor.classes": "com.acme.Audit", "metric.reporters": "",
        ])
        #expect(result.messages("key.serializer", .note).first?.hasPrefix("It has no effect here.") == true)
        #expect(result.messages("interceptor.classes", .warning).count == 1)
        #expect(result.messages("metric.reporters", .note).count == 1)
    }

    @Test func librdkafkasKeysPass() throws {
        let result = try mapped(["statistics.interval.ms": "5000", "socket.nagle.disable": "false", "debug": "msg"])
        #expect(result["statistics.interval.ms"] == "5000")
        #expect(result["socket.nagle.disable"] == "false")
        #expect(result.messages("debug", .note).count == 1)
        let owned = try mapped(["dr_cb": "x", "delivery.report.only.error": "true", "queuing.strategy": "lifo"])
        #expect(owned.notices.map(\.severity) == [.warning, .warning, .warning])
        #expect(owned["delivery.report.only.error"] == nil)
        #expect(owned["queuing.strategy"] == nil)
        let unchecked = try mapped(["enable.ssl.certificate.verification": "false"])
        #expect(unchecked.messages("enable.ssl.certificate.verification", .warning).count == 1)
    }

    @Test func librdkafkasSpellingsOfJavaKeysFollowTheSameRules() throws {
        let result = try mapped([
            "message.timeout.ms": "0", "request.required.acks": "1", "metadata.broker.list": "b:1",
        ])
        #expect(result["message.timeout.ms"] == "0")
        #expect(result["acks"] == "1")
        #expect(result["enable.idempotence"] == "false")
        #expect(result.messages("request.required.acks", .note) == ["librdkafka's name of 'acks'."])
        // The Java key, where both are written.
        #expect(result["bootstrap.servers"] == "127.0.0.1:1")
        #expect(result.messages("metadata.broker.list", .warning).count == 1)
        #expect(mappingError(["message.timeout.ms": "x"]).contains("'message.timeout.ms'"))
    }

    @Test func numbersOutsideLibrdkafkasRangeAreMoved() throws {
        let result = try mapped(["linger.ms": "1000000", "metadata.max.age.ms": "0"])
        #expect(result["linger.ms"] == "900000")
        #expect(result.messages("linger.ms", .note).first?.contains("900000 is used instead of 1000000") == true)
        #expect(result["topic.metadata.refresh.interval.ms"] == "100")
    }
}
