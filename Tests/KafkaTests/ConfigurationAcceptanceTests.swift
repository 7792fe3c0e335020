import Engine
import Testing

@testable import Kafka

/// What the mapping produces is given to the installed librdkafka.
@Suite struct ConfigurationAcceptanceTests {
    static let typical: [[String: String]] = [
        [:],
        ["linger.ms": "0", "batch.size": "0", "buffer.memory": "0", "max.request.size": "0", "max.block.ms": "0"],
        ["linger.ms": "9223372036854775807", "buffer.memory": "9223372036854775807"],
        ["acks": "1"], ["acks": "0"], ["acks": "all", "enable.idempotence": "false"],
        ["retries": "0"], ["max.in.flight.requests.per.connection": "1"],
        ["delivery.timeout.ms": "120000"], ["delivery.timeout.ms": "30005"],
        ["delivery.timeout.ms": "0", "linger.ms": "0", "request.timeout.ms": "0"],
        ["transactional.id": "orders-0"],
        ["transactional.id": "orders-0", "transaction.timeout.ms": "1", "delivery.timeout.ms": "120000"],
        ["transactional.id": "orders-0", "transaction.timeout.ms": "5000"],
        ["compression.type": "gzip", "compression.gzip.level": "9"],
        ["compression.type": "lz4", "compression.lz4.level": "17"],
        ["compression.type": "zstd", "compression.zstd.level": "22"],
        ["compression.type": "zstd", "compression.zstd.level": "-131072"], ["compression.type": "snappy"],
        ["partitioner.class": "org.apache.kafka.clients.producer.RoundRobinPartitioner"],
        ["partitioner.ignore.keys": "true"],
        [
            "group.id": "g",
            "partition.assignment.strategy": "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
        ],
        ["group.id": "g", "partition.assignment.strategy": "RoundRobinAssignor,RangeAssignor"],
        ["group.id": "g", "session.timeout.ms": "600000", "max.poll.interval.ms": "1000"],
        ["fetch.max.bytes": "0"], ["fetch.max.bytes": "2147483647", "max.partition.fetch.bytes": "2147483647"],
        ["fetch.max.bytes": "5000"], ["fetch.min.bytes": "0", "fetch.max.wait.ms": "2147483647"],
        [
            "auto.offset.reset": "none", "isolation.level": "read_committed", "client.rack": "r1",
            "group.instance.id": "i",
        ],
        ["exclude.internal.topics": "false", "check.crcs": "false", "allow.auto.create.topics": "false"],
        ["reconnect.backoff.ms": "5000"], ["reconnect.backoff.ms": "5000", "reconnect.backoff.max.ms": "1"],
        ["metadata.max.age.ms": "0"], ["connections.max.idle.ms": "-1"], ["connections.max.idle.ms": "0"],
        ["send.buffer.bytes": "-1", "receive.buffer.bytes": "2147483647"],
        ["socket.connection.setup.timeout.ms": "60000"], ["retry.backoff.ms": "0"],
        ["bootstrap.servers": "SSL://a.example:9092, [::1]:9093 ,10.0.0.1:9094"],
        ["statistics.interval.ms": "1000", "debug": "broker", "queue.buffering.max.messages": "0"],
        [
            "security.protocol": "SSL",
            "ssl.cipher.suites": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256",
        ],
        ["security.protocol": "ssl", "ssl.endpoint.identification.algorithm": ""],
    ]

    @Test(arguments: ClientKind.allCases, typical)
    func librdkafkaMakesAClientWithoutComplaint(kind: ClientKind, java: [String: String]) throws {
        #expect(try tryOut(mapped(java, kind)) == [])
    }

    @Test(arguments: ClientKind.allCases)
    func noPropertyIsOfAnotherClient(kind: ClientKind) throws {
        let scopes = Dictionary(
            try LibraryKey.all().map { ($0.name, $0.scope) },
            uniquingKeysWith: { first, _ in first }
        )
        for java in Self.typical {
            for property in try mapped(java, kind).properties {
                let scope = try #require(scopes[property.name], "\(property.name)")
                #expect(scope == "*" || (scope == "C") == (kind == .consumer), "\(property.name)")
            }
        }
    }

    /// Every number of every key at the ends of Java's range: either librdkafka takes what comes of it, or the error names the key.
    @Test(arguments: ClientKind.allCases)
    func numbersAtTheEndsOfTheirRangeAreTakenOrExplained(kind: ClientKind) throws {
        for key in JavaClientKeys.all where key.clients.contains(kind) {
            let range: ClosedRange<Int64>
            switch key.type {
            case .int(let bounds), .long(let bounds), .short(let bounds): range = bounds
            default: continue
            }
            for number in [range.lowerBound, range.lowerBound + 1, range.upperBound - 1, range.upperBound] {
                do {
                    try tryOut(mapped([key.name: String(number)], kind), makesClient: false)
                } catch let error as ConnectError {
                    #expect(error.message.contains(key.name), "\(key.name)=\(number): \(error)")
                }
            }
            for outside in [
                range.lowerBound.subtractingReportingOverflow(1), range.upperBound.addingReportingOverflow(1),
            ]
            where !outside.overflow {
                let message = mappingError([key.name: String(outside.partialValue)], kind)
                #expect(message.contains("'\(key.name)'") && message.contains("'\(outside.partialValue)'"))
                #expect(message.contains("expected a whole number"))
            }
        }
    }
}
