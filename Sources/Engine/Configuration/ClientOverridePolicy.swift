/// Which client keys a connector may override.
///
/// Source: `org.apache.kafka.connect.connector.policy` and KIP-458, KIP-1188.
public enum ClientOverridePolicy: Sendable, Hashable {
    /// Every key.
    case all
    /// No key.
    case none
    /// Protocol, mechanism and JAAS configuration, so that each connector can have its own user.
    case principal
    /// The keys listed in the worker file.
    case allowlist(Set<String>)

    /// The worker key that lists what ``allowlist(_:)`` allows.
    static let allowlistKey = "connector.client.config.override.allowlist"
    private static let principalKeys: Set<String> = ["security.protocol", "sasl.mechanism", "sasl.jaas.config"]

    /// The policy of a name: an alias, or the full name of Kafka Connect's class. `nil` for others.
    static func named(_ name: String, allowlist: [String]) -> ClientOverridePolicy? {
        let suffix = "ConnectorClientConfigOverridePolicy"
        let simple = name.split(separator: ".").last.map(String.init) ?? name
        switch simple.hasSuffix(suffix) ? String(simple.dropLast(suffix.count)) : simple {
        case "All": return .all
        case "None": return ClientOverridePolicy.none
        case "Principal": return .principal
        case "Allowlist": return .allowlist(Set(allowlist))
        default: return nil
        }
    }

    /// Keys that no policy leaves to connectors, because their values reach a shell or load code into the worker. Kafka's client has a
    /// table of all keys, whose test holds this set to it.
    public static let workerOnlyKeys: Set<String> = [
        "plugin.library.paths",
        "sasl.kerberos.kinit.cmd",
        "ssl.engine.id",
        "ssl.engine.location",
        "ssl.providers",
        "test.mock.num.brokers",
    ]

    /// Whether a client key, without prefix, may be overridden.
    public func allows(_ key: String) -> Bool {
        guard !Self.workerOnlyKeys.contains(key) else { return false }
        return switch self {
        case .all: true
        case .none: false
        case .principal: Self.principalKeys.contains(key)
        case .allowlist(let keys): keys.contains(key)
        }
    }

    /// Why a key with prefix, such as `producer.override.acks`, may not be given by a connector; `nil` when it may.
    func refusal(of key: String, name: String, kind: ClientKeys.Kind) -> String? {
        guard !allows(name) else { return nil }
        if Self.workerOnlyKeys.contains(name) {
            return
                "\(key) is given, but its value reaches a shell or loads code, which is left to the worker: remove it, or set "
                + "\(kind.workerPrefix)\(name) in the worker file"
        }
        return "\(key) is given, but the worker allows \(summary) to be overridden: remove it, or change "
            + "connector.client.config.override.policy in the worker file"
    }

    /// What may be overridden, to follow the words "the worker allows".
    var summary: String {
        switch self {
        case .all: "every key"
        case .none: "none"
        case .principal: "only \(Self.principalKeys.sorted().joined(separator: ", "))"
        case .allowlist(let keys): keys.isEmpty ? "none" : "only \(keys.sorted().joined(separator: ", "))"
        }
    }
}
