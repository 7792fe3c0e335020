import ConnectTesting
import Logging
import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("The broker's protocol", .timeLimit(.minutes(10)))
struct ProtocolTests {
    private static func quiet() -> Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    /// A broker in memory with one topic, for the time of `body`.
    private func withBroker(
        _ configuration: EmbeddedBroker.Configuration = EmbeddedBroker.Configuration(),
        _ body: (EmbeddedBroker) async throws -> Void
    ) async throws {
        let broker = try await EmbeddedBroker.start(configuration, logger: Self.quiet())
        try await broker.createTopic("orders", partitions: 2)
        do {
            try await body(broker)
        } catch {
            try await broker.shutDown()
            throw error
        }
        try await broker.shutDown()
    }

    private func batch(_ values: String...) -> ByteBuffer {
        RecordBatchBuilder.batch(
            values.map { (key: ByteBuffer(string: "k"), value: ByteBuffer(string: $0), headers: []) },
            timestamp: 1000
        )
    }

    private func produce(_ records: ByteBuffer?, acks: Int16 = -1, topic: String = "orders") -> ProduceRequest {
        ProduceRequest(
            acks: acks,
            timeoutMs: 1000,
            topicData: [.init(name: topic, partitionData: [.init(records: records)])]
        )
    }

    private func fetch(from offset: Int64 = 0, wait: Int32 = 60_000) -> FetchRequest {
        var request = FetchRequest(maxWaitMs: wait, minBytes: 1, maxBytes: 1 << 20)
        request.topics = [
            .init(topic: "orders", partitions: [.init(partition: 0, fetchOffset: offset, partitionMaxBytes: 1 << 20)])
        ]
        return request
    }

    @Test("an ApiVersions request of a version to come is answered in version 0 with what there is")
    func futureApiVersions() async throws {
        try await withBroker { broker in
            let client = try RawClient(broker.bootstrapServers)
            // Key 18, version 77, correlation 5, no client id, and a body that nobody can know.
            try client.send([0, 0, 0, 13, 0, 18, 0, 77, 0, 0, 0, 5, 0xff, 0xff, 1, 2, 3])
            var frame = try #require(try client.receiveFrame())
            #expect(frame.readInteger(as: Int32.self) == 5)
            var decoder = WireDecoder(frame, version: 0, isFlexible: false)
            let answer = try ApiVersionsResponse.decode(from: &decoder)
            #expect(answer.errorCode == ErrorCode.unsupportedVersion.rawValue)
            #expect(answer.apiKeys.contains { $0.apiKey == 18 && $0.maxVersion == 4 })
            // The client goes on with a version that there is.
            #expect(try client.call(ApiVersionsRequest(), version: 3).apiKeys.count == APIKey.allCases.count)
        }
    }

    @Test(
        "what is no request closes the connection, and the broker goes on",
        arguments: [
            [0xff, 0xff, 0xff, 0xff],  // a negative length
            [0x7f, 0xff, 0xff, 0xff],  // a length beyond the limit
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01],  // the beginning of a TLS handshake
            [0, 0, 0, 4, 0, 0, 0, 9],  // no room for a header
            [0, 0, 0, 10, 0x03, 0xe7, 0, 0, 0, 0, 0, 1, 0xff, 0xff],  // API key 999
            [0, 0, 0, 10, 0, 3, 0, 99, 0, 0, 0, 1, 0xff, 0xff],  // Metadata, version 99
            [0, 0, 0, 12, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff],  // Metadata with half of a count
        ] as [[UInt8]]
    )
    func noRequest(bytes: [UInt8]) async throws {
        try await withBroker { broker in
            let client = try RawClient(broker.bootstrapServers)
            try client.send(bytes)
            #expect(try client.receiveFrame() == nil)
            let other = try RawClient(broker.bootstrapServers)
            #expect(try other.call(MetadataRequest(topics: nil), version: 9).topics.map(\.name) == ["orders"])
        }
    }

    @Test("requests of one connection are answered in their order, also when they come in one piece")
    func order() async throws {
        try await withBroker { broker in
            let client = try RawClient(broker.bootstrapServers)
            for _ in 0..<50 {
                try client.send(produce(batch("a")), version: 9)
                try client.send(MetadataRequest(topics: nil), version: 12)
            }
            for offset in 0..<50 {
                let produced = try client.receive(ProduceRequest.self, version: 9)
                #expect(produced.responses[0].partitionResponses[0].baseOffset == Int64(offset))
                #expect(try client.receive(MetadataRequest.self, version: 12).topics.count == 1)
            }
        }
    }

    @Test("a fetch at the end waits for the next record, at every version")
    func longPoll() async throws {
        try await withBroker { broker in
            let (reader, writer) = (try RawClient(broker.bootstrapServers), try RawClient(broker.bootstrapServers))
            let described = try reader.call(MetadataRequest(topics: nil), version: 12)
            for (offset, version) in FetchRequest.versions.enumerated() {
                var request = fetch(from: Int64(offset))
                request.topics[0].topicID = described.topics[0].topicID
                try reader.send(request, version: version)
                _ = try writer.call(produce(batch("v\(version)")), version: 9)
                let answer = try reader.receive(FetchRequest.self, version: version)
                let data = answer.responses[0].partitions[0]
                #expect(data.errorCode == 0)
                #expect(data.highWatermark == Int64(offset) + 1)
                #expect(data.records.flatMap { RecordBatchHeader($0) }?.baseOffset == Int64(offset))
            }
        }
    }

    @Test("records without a key are named to whoever sends them to a compacted topic")
    func keylessRecords() async throws {
        try await withBroker { broker in
            try await broker.createTopic("table", partitions: 1, configurations: ["cleanup.policy": "compact"])
            let client = try RawClient(broker.bootstrapServers)
            let records = RecordBatchBuilder.batch(
                ["a", nil, "b", nil].map { (key: $0.map { ByteBuffer(string: $0) }, value: nil, headers: []) },
                timestamp: 1000
            )
            let refused = try client.call(produce(records, topic: "table"), version: 9).responses[0].partitionResponses[
                0
            ]
            #expect(refused.errorCode == ErrorCode.invalidRecord.rawValue)
            #expect(refused.recordErrors.map(\.batchIndex) == [1, 3])
            #expect(refused.errorMessage?.contains("key") == true)
            let taken = try client.call(produce(batch("v"), topic: "table"), version: 9)
            #expect(taken.responses[0].partitionResponses[0].errorCode == 0)
            #expect(taken.responses[0].partitionResponses[0].errorMessage == nil)
        }
    }

    @Test("upkeep compacts what may be compacted")
    func compaction() async throws {
        try await withBroker { broker in
            let configurations = [
                "cleanup.policy": "compact", "segment.bytes": "300", "min.cleanable.dirty.ratio": "0.01",
            ]
            try await broker.createTopic("table", partitions: 1, configurations: configurations)
            let client = try RawClient(broker.bootstrapServers)
            for number in 0..<20 { _ = try client.call(produce(batch("v\(number)"), topic: "table"), version: 9) }
            try await broker.runUpkeep()
            var offsets: [Int64] = []
            while offsets.last != 19 {
                var request = fetch(from: (offsets.last ?? -1) + 1)
                request.topics[0].topic = "table"
                let data = try client.call(request, version: 4).responses[0].partitions[0]
                #expect(data.highWatermark == 20)
                var records = try #require(data.records)
                try #require(records.readableBytes > 0)
                while let header = RecordBatchHeader(records), records.readSlice(length: header.sizeInBytes) != nil {
                    offsets.append(header.baseOffset)
                }
            }
            // The segment that grows is as it came; of the others the newest value is left.
            #expect(offsets.count < 6)
        }
    }

    @Test("a fetch that nothing comes for is answered when its time is over, by the broker's clock")
    func fetchDeadline() async throws {
        try await withBroker { broker in
            let client = try RawClient(broker.bootstrapServers)
            let id = try await broker.add(BrokerFault(.delayWork(milliseconds: 0), api: .fetch))
            try client.send(fetch(wait: 50_000_000), version: 4)
            // The request has arrived, so that the clock moves on for it and not before it.
            try await broker.waitUntilStruck(id)
            try await broker.advanceClock(byMilliseconds: 50_000_000)
            let data = try client.receive(FetchRequest.self, version: 4).responses[0].partitions[0]
            #expect(data.errorCode == 0 && data.records?.readableBytes == 0)
        }
    }

    @Test("deleting a topic answers those who wait for its records")
    func deletedTopic() async throws {
        try await withBroker { broker in
            let (reader, admin) = (try RawClient(broker.bootstrapServers), try RawClient(broker.bootstrapServers))
            let id = try await broker.add(BrokerFault(.delayWork(milliseconds: 0), api: .fetch))
            try reader.send(fetch(), version: 4)
            try await broker.waitUntilStruck(id)
            _ = try admin.call(DeleteTopicsRequest(topicNames: ["orders"]), version: 1)
            let data = try reader.receive(FetchRequest.self, version: 4).responses[0].partitions[0]
            #expect(data.errorCode == ErrorCode.unknownTopicOrPartition.rawValue)
        }
    }

    @Test("acks=0 has no answer, and an error that cannot be told closes the connection")
    func noAcknowledgement() async throws {
        try await withBroker { broker in
            let client = try RawClient(broker.bootstrapServers)
            try client.send(produce(batch("a"), acks: 0), version: 3)
            // The next answer is that of the next request.
            #expect(try client.call(produce(batch("b")), version: 3).responses[0].partitionResponses[0].baseOffset == 1)
            try client.send(produce(batch("c"), acks: 0, topic: "missing"), version: 3)
            #expect(try client.receiveFrame() == nil)
        }
    }

    @Test(
        "produce says what is wrong",
        arguments: [
            ("unknown topic", ErrorCode.unknownTopicOrPartition), ("internal topic", .invalidTopic),
            ("acks", .invalidRequiredAcks), ("damage", .corruptMessage), ("old format", .invalidRecord),
            ("replicas", .notEnoughReplicas), ("too large", .messageTooLarge), ("nothing", .invalidRecord),
        ] as [(String, ErrorCode)]
    )
    func refusals(what: String, error: ErrorCode) async throws {
        try await withBroker { broker in
            let client = try RawClient(broker.bootstrapServers)
            try await broker.createTopic("strict", configurations: ["min.insync.replicas": "2"])
            try await broker.createTopic("small", configurations: ["max.message.bytes": "80"])
            var records = batch("a long enough value")
            var topic = "orders"
            var acks: Int16 = -1
            switch what {
            case "unknown topic": topic = "missing"
            case "internal topic":
                _ = try client.call(FindCoordinatorRequest(key: "g"), version: 0)
                topic = TopicName.offsets
            case "acks": acks = 2
            case "damage": records.setInteger(UInt8(0xee), at: records.writerIndex - 1)
            case "old format": records.setInteger(Int8(1), at: 16)
            case "replicas": topic = "strict"
            case "too large": topic = "small"
            default: records = ByteBuffer()
            }
            let answer = try client.call(produce(records, acks: acks, topic: topic), version: 8)
            #expect(answer.responses[0].partitionResponses[0].errorCode == error.rawValue)
            #expect(answer.responses[0].partitionResponses[0].baseOffset == -1)
        }
    }

    @Test("topics, records and ids are there again after a restart and after a crash", arguments: [true, false])
    func restart(isClean: Bool) async throws {
        let folder = try TemporaryFolder()
        let configuration = EmbeddedBroker.Configuration(folder: folder.root)
        var topicID = UUID128.zero
        var clusterID: String?
        for round in 0..<3 {
            let broker = try await EmbeddedBroker.start(configuration, logger: Self.quiet())
            let client = try RawClient(broker.bootstrapServers)
            if round == 0 { try await broker.createTopic("orders", configurations: ["retention.ms": "7"]) }
            let metadata = try client.call(MetadataRequest(topics: nil), version: 12)
            if round > 0 { #expect(metadata.topics[0].topicID == topicID && metadata.clusterID == clusterID) }
            (topicID, clusterID) = (metadata.topics[0].topicID, metadata.clusterID)
            let produced = try client.call(produce(batch("a", "b")), version: 9)
            #expect(produced.responses[0].partitionResponses[0].baseOffset == Int64(2 * round))
            let described = try client.call(
                DescribeConfigsRequest(
                    resources: [.init(resourceType: 2, resourceName: "orders", configurationKeys: ["retention.ms"])]
                ),
                version: 4
            )
            #expect(described.results[0].configs.map(\.value) == ["7"])
            #expect(described.results[0].configs.map(\.configSource) == [1])
            if isClean { try await broker.shutDown() } else { try await broker.crash() }
        }
    }

    @Test("a folder that another broker uses is refused, with its name")
    func oneBrokerAFolder() async throws {
        let folder = try TemporaryFolder()
        let configuration = EmbeddedBroker.Configuration(folder: folder.root)
        let first = try await EmbeddedBroker.start(configuration, logger: Self.quiet())
        await #expect { _ = try await EmbeddedBroker.start(configuration, logger: Self.quiet()) } throws: {
            "\($0)".contains(folder.root) && "\($0)".contains("Another embedded broker")
        }
        try await first.shutDown()
        let second = try await EmbeddedBroker.start(configuration, logger: Self.quiet())
        try await second.shutDown()
    }

    @Test("a port that is taken is refused, with its number")
    func portTaken() async throws {
        try await withBroker { broker in
            let port = try #require(broker.bootstrapServers.split(separator: ":").last.flatMap { Int($0) })
            let configuration = EmbeddedBroker.Configuration(listeners: [BrokerListener(port: port)])
            await #expect { _ = try await EmbeddedBroker.start(configuration, logger: Self.quiet()) } throws: {
                "\($0)".contains("127.0.0.1:\(port)")
            }
        }
    }

    @Test("after its end a broker says so")
    func ended() async throws {
        let broker = try await EmbeddedBroker.start(logger: Self.quiet())
        let id = try await broker.add(BrokerFault(.loseAnswer))
        let struck = Task { try await broker.waitUntilStruck(id) }
        try await broker.shutDown()
        try await broker.shutDown()
        await #expect(throws: BrokerError.self) { try await struck.value }
        await #expect(throws: BrokerError.self) { try await broker.createTopic("t") }
    }
}
