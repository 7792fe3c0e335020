import Engine
import Testing

@Suite("The worker's embedded broker")
struct EmbeddedBrokerConfigurationTests {
    private func read(_ text: String, offsets: String? = "/var/state/offsets") throws -> WorkerConfiguration {
        let file = """
            key.converter=org.apache.kafka.connect.storage.StringConverter
            value.converter=org.apache.kafka.connect.storage.StringConverter
            \(offsets.map { "offset.storage.file.filename=\($0)" } ?? "offset.storage.topic=offsets")
            \(text)
            """
        return try WorkerConfiguration(PropertiesReader.read(Array(file.utf8), file: "w.properties"))
    }

    @Test("is there only when bootstrap.servers says so")
    func outside() throws {
        #expect(try read("bootstrap.servers=localhost:9092").embeddedBroker == nil)
    }

    @Test("has its folder beside the offset file and listens on loopback unless told otherwise")
    func defaults() throws {
        let worker = try read("bootstrap.servers=embedded")
        #expect(
            worker.embeddedBroker
                == EmbeddedBrokerConfiguration(
                    directory: "/var/state/embedded-broker",
                    listener: ListenAddress(host: "127.0.0.1", port: 9092),
                    flush: .system
                )
        )
        #expect(worker.notices.isEmpty)
        #expect(
            try read("bootstrap.servers=embedded", offsets: "offsets").embeddedBroker?.directory == "embedded-broker"
        )
    }

    @Test("takes folder, address and flush policy")
    func given() throws {
        let worker = try read(
            """
            bootstrap.servers=embedded
            embedded.broker.dir=/data/kafka
            embedded.broker.listener=[::1]:9192
            embedded.broker.flush=250
            """,
            offsets: nil
        )
        #expect(
            worker.embeddedBroker
                == EmbeddedBrokerConfiguration(
                    directory: "/data/kafka",
                    listener: ListenAddress(host: "::1", port: 9192),
                    flush: .interval(milliseconds: 250)
                )
        )
        #expect(try read("bootstrap.servers=embedded\nembedded.broker.flush=always").embeddedBroker?.flush == .always)
    }

    @Test("needs a folder of its own name when there is no offset file")
    func noFolder() throws {
        let error = #expect(throws: ConnectError.self) { try read("bootstrap.servers=embedded", offsets: nil) }
        #expect(error?.message.contains("embedded.broker.dir is not given") == true)
    }

    @Test(
        "is refused with file, line, key and what is expected",
        arguments: [
            ("bootstrap.servers=embedded\nembedded.broker.listener=9092", "embedded.broker.listener", "host:port"),
            ("bootstrap.servers=embedded\nembedded.broker.listener=::1:9092", "embedded.broker.listener", "host:port"),
            ("bootstrap.servers=embedded\nembedded.broker.listener=a:70000", "embedded.broker.listener", "host:port"),
            ("bootstrap.servers=embedded\nembedded.broker.flush=sometimes", "embedded.broker.flush", "system, always"),
            ("bootstrap.servers=embedded\nembedded.broker.flush=0", "embedded.broker.flush", "at least 1"),
            ("bootstrap.servers=embedded\nembedded.broker.dir=", "embedded.broker.dir", "not empty"),
            ("bootstrap.servers=embedded,b:9092", "bootstrap.servers", "\"embedded\" is none"),
            ("bootstrap.servers=embedded\nsecurity.protocol=SSL", "security.protocol", "PLAINTEXT"),
        ]
    )
    func wrong(text: String, key: String, expected: String) throws {
        let error = #expect(throws: ConnectError.self) { try read(text) }
        #expect(error?.message.contains("w.properties:") == true)
        #expect(error?.message.contains(key) == true)
        #expect(error?.message.contains(expected) == true)
    }

    @Test("warns of its keys where there is none")
    func withoutEffect() throws {
        let worker = try read("bootstrap.servers=b:9092\nembedded.broker.dir=/x")
        #expect(worker.notices.map(\.key) == ["embedded.broker.dir"])
        #expect(worker.notices.first?.message.contains("without bootstrap.servers=embedded") == true)
    }

    @Test("is what all clients reach once it listens")
    func reached() throws {
        let worker = try read("bootstrap.servers=embedded").reaching(embeddedBroker: "127.0.0.1:4711")
        #expect(worker.bootstrapServers == ["127.0.0.1:4711"])
        for configuration in [
            worker.producerConfiguration(), worker.adminConfiguration(), worker.offsetStoreProducerConfiguration(),
            worker.offsetStoreConsumerConfiguration(),
        ] {
            #expect(configuration["bootstrap.servers"] == "127.0.0.1:4711")
        }
    }
}

@Suite("An address to listen on")
struct ListenAddressTests {
    @Test(
        "is read and written",
        arguments: [
            ("127.0.0.1:9092", "127.0.0.1", 9092), ("localhost:0", "localhost", 0), ("[::1]:65535", "::1", 65535),
            ("0.0.0.0:1", "0.0.0.0", 1),
        ]
    )
    func good(text: String, host: String, port: Int) {
        let address = ListenAddress(text)
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address?.description == text)
    }

    @Test(
        "is refused",
        arguments: ["", ":9092", "a", "a:", "a:b", "a:65536", "a:-1", "::1:9092", "PLAINTEXT://a:1", "a b:1", "a:+1"]
    )
    func bad(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test("knows loopback")
    func loopback() {
        #expect(
            ["127.0.0.1:1", "127.8.8.8:1", "localhost:1", "[::1]:1"].allSatisfy {
                ListenAddress($0)?.isLoopback == true
            }
        )
        #expect(["0.0.0.0:1", "10.0.0.1:1", "[::]:1", "host:1"].allSatisfy { ListenAddress($0)?.isLoopback == false })
    }
}
