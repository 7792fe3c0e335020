public import EmbeddedBroker
import Engine
import Glibc
import Kafka
import Logging

/// The broker that tests talk to: the one named in `CONNECT_BOOTSTRAP`, or an embedded broker of the test's own, in memory.
///
/// `CONNECT_SECURITY_…` variables become client keys: what follows the prefix, in lower case, with dots for underscores
/// (`CONNECT_SECURITY_SASL_JAAS_CONFIG` is `sasl.jaas.config`); `CONNECT_SECURITY_PROTOCOL` is `security.protocol`.
public struct TestBroker: Sendable {
    /// What `bootstrap.servers` is to be set to.
    public let bootstrapServers: String
    /// Client keys beyond `bootstrap.servers`: the broker's security.
    public let security: [String: String]
    /// The embedded broker, for faults and time; `nil` for a broker from outside.
    public let embedded: EmbeddedBroker?

    /// The outside broker when there is one, else a new embedded broker.
    public static func start() async throws -> TestBroker {
        if let bootstrap = outside {
            return TestBroker(bootstrapServers: bootstrap, security: security(in: environment), embedded: nil)
        }
        return try await startEmbedded()
    }

    /// A new embedded broker, whatever the environment says: for tests that need its faults. It takes session timeouts from 100 ms on,
    /// so that tests need not wait for a dead member as long as a person would.
    public static func startEmbedded(
        _ configuration: EmbeddedBroker.Configuration = EmbeddedBroker.Configuration(minSessionTimeoutMs: 100)
    ) async throws -> TestBroker {
        var logger = Logger(label: "embedded-broker")
        logger.logLevel = .error
        let broker = try await EmbeddedBroker.start(configuration, logger: logger)
        return TestBroker(bootstrapServers: broker.bootstrapServers, security: [:], embedded: broker)
    }

    private init(bootstrapServers: String, security: [String: String], embedded: EmbeddedBroker?) {
        self.bootstrapServers = bootstrapServers
        self.security = security
        self.embedded = embedded
    }

    /// The broker named in `CONNECT_BOOTSTRAP`; `nil` when none is.
    public static var outside: String? { environment["CONNECT_BOOTSTRAP"].flatMap { $0.isEmpty ? nil : $0 } }

    /// Client configuration, Java's keys: bootstrap servers and security, then `extra`.
    public func configuration(_ extra: [String: String] = [:]) -> [String: String] {
        var configuration = security
        configuration["bootstrap.servers"] = bootstrapServers
        return configuration.merging(extra) { _, new in new }
    }

    /// A new topic with a name of its own. On an outside broker it is created through the admin client.
    public func makeTopic(_ hint: String = "test", partitions: Int = 1) async throws -> String {
        let name = "\(hint)-\(Self.uniqueSuffix())"
        if let embedded {
            try await embedded.createTopic(name, partitions: partitions)
            return name
        }
        let admin = try LibrdkafkaClients().makeAdmin(
            configuration(),
            context: ClientContext(logger: Logger(label: "test-admin"), clientID: "test-admin")
        )
        do {
            _ = try await admin.createTopic(
                NewTopic(name: name, partitions: Int32(partitions), replicationFactor: -1)
            )
        } catch {
            await admin.close()
            throw error
        }
        await admin.close()
        return name
    }

    /// A name for a consumer group that nobody used before.
    public static func makeGroup(_ hint: String = "group") -> String { "\(hint)-\(uniqueSuffix())" }

    /// Stops the embedded broker, if it is one.
    public func close() async throws {
        try await embedded?.shutDown()
    }

    private static func uniqueSuffix() -> String {
        String(UInt64.random(in: 0...UInt64.max), radix: 36)
    }

    static func security(in environment: [String: String]) -> [String: String] {
        var keys: [String: String] = [:]
        for (name, value) in environment {
            guard name.hasPrefix("CONNECT_SECURITY_") else { continue }
            let key = name.dropFirst("CONNECT_SECURITY_".count).lowercased().replacing("_", with: ".")
            keys[key == "protocol" ? "security.protocol" : key] = value
        }
        return keys
    }

    private static var environment: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }
}
