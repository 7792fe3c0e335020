import ConnectTesting
import EmbeddedBroker
import Engine
import Kafka
import Testing

/// The embedded broker's security and librdkafka's, face to face.
@Suite("Secured listeners of the embedded broker", .timeLimit(.minutes(5)))
struct BrokerSecurityTests {
    private static func certificate(_ name: String) -> String {
        let folders = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        return folders.joined(separator: "/") + "/EmbeddedBrokerTests/Security/Fixtures/" + name
    }

    private static let tls = BrokerSecurity.TLS(
        certificateFile: certificate("broker.pem"),
        keyFile: certificate("broker-key.pem"),
        trustFile: certificate("ca.pem"),
        clientAuthentication: .required
    )
    private static let sasl = BrokerSecurity.SASL(users: ["alice": "wonder=land, büro"])

    private func start(_ security: BrokerSecurity) async throws -> EmbeddedBroker {
        try await EmbeddedBroker.start(
            EmbeddedBroker.Configuration(listeners: [BrokerListener(security: security)]),
            logger: testContext().logger
        )
    }

    /// Asks for the topics, as a client that is let in can.
    ///
    /// - Parameter patience: how long it tries, in ms: librdkafka goes on trying after a refusal.
    private func topics(
        _ broker: EmbeddedBroker,
        _ keys: [String: String],
        patience: Int = 60_000
    ) async throws -> [String: Int] {
        let keys = keys.merging([
            "bootstrap.servers": broker.bootstrapServers, "default.api.timeout.ms": "\(patience)",
            "request.timeout.ms": "\(min(patience, 30_000))",
        ]) { $1 }
        let admin = try LibrdkafkaClients().makeAdmin(keys, context: testContext())
        do {
            let topics = try await admin.describeTopics(["secret"])
            await admin.close()
            return topics
        } catch {
            await admin.close()
            throw error
        }
    }

    private func jaas(_ mechanism: SASLMechanism, password: String) -> [String: String] {
        let login = mechanism == .plain ? "plain.PlainLoginModule" : "scram.ScramLoginModule"
        return [
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism.rawValue,
            "sasl.jaas.config":
                "org.apache.kafka.common.security.\(login) required username=\"alice\" password=\"\(password)\";",
        ]
    }

    @Test("let in who knows the password, by every mechanism", arguments: SASLMechanism.allCases)
    func rightPassword(mechanism: SASLMechanism) async throws {
        let broker = try await start(BrokerSecurity(sasl: Self.sasl))
        try await broker.createTopic("secret", partitions: 2)
        let found = try await topics(broker, jaas(mechanism, password: "wonder=land, büro"))
        #expect(found == ["secret": 2])
        try await broker.shutDown()
    }

    @Test("keep out who does not, by every mechanism", arguments: SASLMechanism.allCases)
    func wrongPassword(mechanism: SASLMechanism) async throws {
        let broker = try await start(BrokerSecurity(sasl: Self.sasl))
        await #expect(throws: ConnectError.self) {
            try await topics(broker, jaas(mechanism, password: "wonderland"), patience: 2000)
        }
        await #expect(throws: ConnectError.self) { try await topics(broker, [:], patience: 2000) }
        try await broker.shutDown()
    }

    @Test("encrypt, and ask for certificates and passwords at once")
    func tls() async throws {
        let broker = try await start(BrokerSecurity(tls: Self.tls, sasl: Self.sasl))
        try await broker.createTopic("secret")
        var keys = jaas(.scramSHA512, password: "wonder=land, büro")
        keys["security.protocol"] = "SASL_SSL"
        keys["ssl.truststore.type"] = "PEM"
        keys["ssl.truststore.location"] = Self.certificate("ca.pem")
        await #expect(throws: ConnectError.self) { try await topics(broker, keys, patience: 2000) }
        keys["ssl.keystore.type"] = "PEM"
        keys["ssl.keystore.location"] = Self.certificate("client-with-key.pem")
        #expect(try await topics(broker, keys) == ["secret": 1])
        try await broker.shutDown()
    }
}
