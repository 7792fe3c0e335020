import ConnectTesting
import Engine
import OrderedCollections
import Testing

struct WorkerConfigurationTests {
    private func read(_ text: String) throws -> WorkerConfiguration {
        try WorkerConfiguration(PropertiesReader.read(Array(text.utf8), file: "w.properties"))
    }

    private let minimum = """
        bootstrap.servers=a:9092,b:9093
        key.converter=org.apache.kafka.connect.storage.StringConverter
        value.converter=org.apache.kafka.connect.json.JsonConverter
        value.converter.schemas.enable=false
        offset.storage.file.filename=/var/offsets

        """

    @Test func definitionsAsRecorded() throws {
        #expect(
            try RecordedDefinition("StandaloneConfig").differences(from: WorkerKeys.standalone, comparesForm: true)
                .isEmpty
        )
        #expect(
            try RecordedDefinition("WorkerConfig-base").differences(from: WorkerKeys.base, comparesForm: true).isEmpty
        )
    }

    @Test func everyKeyIsDocumentedInSentences() {
        for key in WorkerConfiguration.definition.keys.values {
            #expect(key.documentation.hasSuffix(".") && key.documentation.utf8.count > 20, "\(key.name)")
        }
    }

    @Test func clientKeysAsRecorded() throws {
        let files: [(ClientKeys.Kind, String)] = [
            (.producer, "ProducerConfig"), (.consumer, "ConsumerConfig"), (.admin, "AdminClientConfig"),
        ]
        for (kind, file) in files {
            #expect(try ClientKeys.names(of: kind) == Set(RecordedDefinition("client-\(file)").names))
        }
    }

    @Test func defaultsAndConverters() throws {
        let worker = try read(minimum)
        #expect(worker.notices.isEmpty)
        #expect(worker.bootstrapServers == ["a:9092", "b:9093"])
        #expect(worker.keyConverter.className == "org.apache.kafka.connect.storage.StringConverter")
        #expect(worker.keyConverter.configuration.isEmpty)
        #expect(worker.valueConverter.configuration == ["schemas.enable": "false"])
        #expect(worker.headerConverter.className == "org.apache.kafka.connect.storage.SimpleHeaderConverter")
        #expect(worker.offsetFlushInterval == .seconds(60))
        #expect(worker.offsetFlushTimeout == .seconds(5))
        #expect(worker.taskShutdownGracefulTimeout == .seconds(5))
        #expect(worker.offsetStorageFile == "/var/offsets")
        #expect(worker.offsetStorageTopic == nil)
        #expect(worker.topicCreationEnable)
        #expect(worker.clientOverridePolicy == .all)
        #expect(worker.engine.restart == RestartPolicy())
        #expect(worker.engine.converterPoolSize == 1)
        #expect(worker.engine.channelCapacityRecords == 16384)
        #expect(worker.engine.channelCapacityBytes == 16_777_216)
        #expect(worker.engine.producerInFlightBytes == 33_554_432)
    }

    @Test func missingKeysAreNamedTogether() throws {
        let message = try configurationMessage { _ = try read("") }
        for key in ["bootstrap.servers", "key.converter", "value.converter", "offset.storage.file.filename"] {
            #expect(message.contains("\(key) is missing"))
        }
        #expect(message.hasPrefix("w.properties has 4 errors:"))
    }

    @Test(
        arguments: [
            ("offset.flush.interval.ms=soon", "expected a whole number"),
            ("bootstrap.servers=", "expected"),
            ("bootstrap.servers=localhost", "\"localhost\" is none"),
            ("bootstrap.servers=localhost:90920", "host:port"),
            ("bootstrap.servers=a:1,b", "\"b\" is none"),
            ("bootstrap.servers=:9092", "host:port"),
            ("client.dns.lookup=never", "expected one of use_all_dns_ips"),
            ("plugin.discovery=sometimes", "upper or lower case"),
            ("metrics.num.samples=0", "at least 1"),
            ("topic.creation.enable=1", "expected true or false"),
            ("listeners=localhost:8083", "\"localhost:8083\" is none"),
            ("response.http.headers.config=set", "rules"),
            ("connector.client.config.override.policy=Some", "expected All, None, Principal or Allowlist"),
            ("converter.pool.size=0", "from 1 to 1024"),
            ("offset.storage.topic=o\noffset.storage.partitions=0", "a positive number, or -1"),
        ]
    )
    func wrongValues(line: String, expected: String) throws {
        let text = minimum.split(separator: "\n").filter { !$0.hasPrefix("bootstrap") || !line.hasPrefix("bootstrap") }
        let message = try configurationMessage { _ = try read(text.joined(separator: "\n") + "\n" + line) }
        let key = line.split(separator: "\n").last?.split(separator: "=").first.map(String.init) ?? "?"
        #expect(message.contains("w.properties:"))
        #expect(message.contains(key))
        #expect(message.contains(expected))
    }

    @Test(arguments: ["localhost:9092", "[::1]:9092", "SASL_SSL://broker-1.example.com:9093", "10.0.0.1:1", "::1:9092"])
    func brokerAddresses(address: String) throws {
        #expect(try WorkerConfiguration.sample(["bootstrap.servers": address]).bootstrapServers == [address])
    }

    @Test(arguments: ["http://:8083", "https://localhost:8443,http://[::1]:8083", "HTTP://0.0.0.0:0"])
    func listeners(urls: String) throws {
        let notices = try WorkerConfiguration.sample(["listeners": urls]).notices
        #expect(
            notices.map(\.message) == [
                "worker.properties: listeners is accepted and without effect: this version has no REST API"
            ]
        )
    }

    @Test(arguments: ["set X-Frame-Options:DENY", "\"add Cache-Control: no-cache, no-store\", setDate Expires: 0", ""])
    func headerRules(rules: String) throws {
        #expect(try WorkerConfiguration.sample(["response.http.headers.config": rules]).notices.count == 1)
    }

    // MARK: Offsets in a topic

    @Test func anOffsetTopicReplacesTheFile() throws {
        let text = minimum.split(separator: "\n").filter { !$0.hasPrefix("offset.storage.file") }.joined(
            separator: "\n"
        )
        let worker = try read(
            text
                + "\noffset.storage.topic=offsets\noffset.storage.replication.factor=1\noffset.storage.segment.bytes=1048576"
        )
        #expect(worker.offsetStorageFile == nil)
        let topic = try #require(worker.offsetStorageTopic)
        #expect(topic.newTopic.name == "offsets")
        #expect(topic.newTopic.partitions == 25)
        #expect(topic.newTopic.replicationFactor == 1)
        #expect(topic.newTopic.configuration == ["cleanup.policy": "compact", "segment.bytes": "1048576"])
        #expect(worker.notices.isEmpty)
    }

    @Test func fileAndTopicTogether() throws {
        let worker = try WorkerConfiguration.sample(["offset.storage.topic": "offsets"])
        #expect(worker.offsetStorageFile == "/var/lib/connect/offsets")
        #expect(worker.offsetStorageTopic?.configuration == ["cleanup.policy": "compact"])
    }

    // MARK: Notices

    @Test func everyKeyOfADistributedWorkerIsAccepted() throws {
        var more: [String: String] = [:]
        let recorded = try RecordedDefinition("DistributedConfig")
        for key in recorded.keys {
            guard let name = key["name"]?.stringValue else { continue }
            guard name != "bootstrap.servers", !name.hasSuffix("converter") else { continue }
            let text = key["default"]?.stringValue ?? key["default"]?.numberValue?.text
            let flag = key["default"]?.boolValue.map { String($0) }
            let list = key["default"]?.arrayValue?.compactMap(\.stringValue).joined(separator: ",")
            more[name] = text ?? flag ?? list ?? (key["required"]?.boolValue == true ? "t" : nil)
        }
        #expect(more.count > 80)
        let worker = try WorkerConfiguration.sample(more)
        #expect(worker.notices.filter { $0.severity == .warning }.map(\.message) == [])
        let notes = worker.notices.filter { $0.message.contains("distributed worker") }
        #expect(notes.count == 5)
        let all = notes.map(\.message).joined()
        for key in [
            "group.id", "config.storage.topic", "status.storage.topic", "inter.worker.key.size",
            "worker.sync.timeout.ms",
        ]
        where more[key] != nil {
            #expect(all.contains(key))
        }
    }

    @Test(
        arguments: [
            ("ofset.flush.interval.ms", "did you mean offset.flush.interval.ms?"),
            ("task.restart.max.attempt", "did you mean task.restart.max.attempts?"),
            ("sasl.mechanisms", "did you mean sasl.mechanism?"),
            ("zzz", "is not a key of the worker and is ignored"),
            ("linger.ms", "write producer.linger.ms"),
            ("max.poll.records", "write consumer.max.poll.records"),
            ("producer.", "is not a key of the worker"),
        ]
    )
    func unknownKeysAreWarnedAbout(key: String, expected: String) throws {
        let worker = try read("\(minimum)\(key)=s3cret")
        #expect(worker.notices.map(\.severity) == [.warning])
        #expect(worker.notices.map(\.key) == [key])
        let message = worker.notices.first?.message ?? ""
        #expect(message.contains(expected))
        #expect(message.hasPrefix("w.properties:6: \(key) is"))
        #expect(!message.contains("s3cret"))
    }

    @Test(
        arguments: [
            "producer.linger.ms", "consumer.max.poll.records", "admin.retries", "key.converter.x",
            "header.converter.type",
            "config.providers.file.class", "listeners.https.ssl.keystore.location", "metrics.context.x",
            "security.protocol",
            "sasl.jaas.config", "request.timeout.ms", "client.id",
        ]
    )
    func familiesAreKnown(key: String) throws {
        #expect(try read("\(minimum)\(key)=x").notices.isEmpty)
    }

    @Test func keysOfJavaAlone() throws {
        let worker = try read("\(minimum)plugin.path=/a,/b\nplugin.discovery=service_load")
        #expect(worker.notices.map(\.severity) == [.note])
        let message = worker.notices.first?.message
        #expect(message?.contains("plugin.path, plugin.discovery are accepted and without effect") == true)
    }

    @Test func unknownConvertersAndTheirKeys() throws {
        let message = try configurationMessage {
            _ = try WorkerConfiguration.sample(["key.converter": "StrungConverter"], plugins: TestPlugins.registry)
        }
        #expect(message.contains("key.converter = \"StrungConverter\""))
        #expect(message.contains("did you mean StringConverter?"))
        #expect(message.contains("has 2 errors"))
        let worker = try WorkerConfiguration.sample(
            ["value.converter": "StringConverter", "value.converter.converter.encodin": "x"],
            plugins: TestPlugins.registry
        )
        let warnings = worker.notices.map(\.message).joined(separator: "\n")
        #expect(warnings.contains("value.converter.schemas.enable is not a key of org.apache"))
        #expect(warnings.contains("did you mean value.converter.converter.encoding?"))
    }
}
