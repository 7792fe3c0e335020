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

    /// Whether a client key, without prefix, may be overridden.
    public func allows(_ key: String) -> Bool {
        switch self {
        case .all: true
        case .none: false
        case .principal: Self.principalKeys.contains(key)
        case .allowlist(let keys): keys.contains(key)
        }
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
