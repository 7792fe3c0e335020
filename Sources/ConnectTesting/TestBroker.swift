import Engine
import Glibc
public import Kafka
import Logging

/// The broker that tests talk to: the one named in `CONNECT_BOOTSTRAP`, or an embedded cluster of the test's own.
///
/// `CONNECT_SECURITY_…` variables become client keys: what follows the prefix, in lower case, with dots for underscores
/// (`CONNECT_SECURITY_SASL_JAAS_CONFIG` is `sasl.jaas.config`); `CONNECT_SECURITY_PROTOCOL` is `security.protocol`.
public struct TestBroker: Sendable {
    /// What `bootstrap.servers` is to be set to.
    public let bootstrapServers: String
    /// Client keys beyond `bootstrap.servers`: the broker's security.
    public let security: [String: String]
    /// The embedded cluster, for faults and topics; `nil` for a broker from outside.
    public let cluster: EmbeddedCluster?

    /// The outside broker when there is one, else a new embedded cluster.
    public init(brokers: Int = 1) throws {
        if let bootstrap = Self.outside {
            self.init(bootstrapServers: bootstrap, security: Self.security(in: Self.environment), cluster: nil)
        } else {
            try self.init(embedded: brokers)
        }
    }

    /// A new embedded cluster, whatever the environment says.
    public init(embedded brokers: Int) throws {
        var logger = Logger(label: "embedded-cluster")
        logger.logLevel = .error
        let cluster = try EmbeddedCluster(brokers: brokers, logger: logger)
        self.init(bootstrapServers: cluster.bootstrapServers, security: [:], cluster: cluster)
    }

    private init(bootstrapServers: String, security: [String: String], cluster: EmbeddedCluster?) {
        self.bootstrapServers = bootstrapServers
        self.security = security
        self.cluster = cluster
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
        if let cluster {
            try cluster.createTopic(name, partitions: partitions)
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

    /// Stops the embedded cluster, if it is one.
    public func close() async {
        await cluster?.close()
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
