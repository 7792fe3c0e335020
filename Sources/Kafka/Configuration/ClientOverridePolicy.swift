internal import Engine

/// Which client keys a connector may override with `producer.override.`, `consumer.override.` and `admin.override.`.
///
/// The worker makes one from `connector.client.config.override.policy` at its start and asks it for every connector, before the
/// connector starts and when a configuration is validated.
///
/// Source: `org.apache.kafka.connect.connector.policy.ConnectorClientConfigOverridePolicy` and its four implementations.
public struct ClientOverridePolicy: Sendable, Hashable {
    /// The rule.
    public enum Rule: Sendable, Hashable {
        /// No key.
        case none
        /// Every key.
        case all
        /// `sasl.jaas.config`, `sasl.mechanism` and `security.protocol`.
        case principal
        /// The keys named in `connector.client.config.override.allowlist`.
        case allowlist(Set<String>)
    }

    /// A key that may not be overridden.
    public struct Refusal: Sendable, Hashable {
        /// The key as the connector's configuration has it, with prefix.
        public let key: String
        /// Why not, and what to do.
        public let message: String
    }

    /// The rule.
    public let rule: Rule

    private static let principalKeys: Set<String> = ["sasl.jaas.config", "sasl.mechanism", "security.protocol"]
    private static let names = ["All", "None", "Principal", "Allowlist"]

    /// A policy with this rule.
    public init(_ rule: Rule) { self.rule = rule }

    /// The policy that `connector.client.config.override.policy` names: `All`, `None`, `Principal`, `Allowlist`, or a class name of
    /// Connect's such as `org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy`.
    ///
    /// - Parameter allowlist: The keys of `connector.client.config.override.allowlist`; only `Allowlist` reads it.
    /// - Throws: ``ConnectError`` with code `configuration` for any other name.
    public init(named name: String, allowlist: [String] = []) throws {
        let suffix = "ConnectorClientConfigOverridePolicy"
        let package = "org.apache.kafka.connect.connector.policy."
        var short = name.trimmingWhitespace()
        if short.hasPrefix(package) { short = String(short.dropFirst(package.count)) }
        if short.hasSuffix(suffix) { short = String(short.dropLast(suffix.count)) }
        switch short.lowercased() {
        case "all": rule = .all
        case "none": rule = .none
        case "principal": rule = .principal
        case "allowlist": rule = .allowlist(Set(allowlist))
        default:
            throw ConnectError(
                .configuration,
                "'connector.client.config.override.policy' has the value '\(name)'; expected one of "
                    + "\(Self.names.joined(separator: ", ")) or the class name of one."
            )
        }
    }

    /// The name of the policy, as in Connect.
    public var name: String {
        switch rule {
        case .all: "All"
        case .none: "None"
        case .principal: "Principal"
        case .allowlist: "Allowlist"
        }
    }

    /// Which of these overrides are refused; empty when all are allowed.
    ///
    /// Keys whose value reaches a shell or loads code are refused under every policy: they are the worker's alone.
    ///
    /// - Parameters:
    ///   - overrides: Keys without prefix, as ``ClientConfigurationMapping/map(_:kind:library:)`` takes them.
    ///   - kind: The client that they are for.
    public func refusals(of overrides: [String: String], kind: ClientKind) -> [Refusal] {
        overrides.keys.sorted().compactMap { name in
            let key = "\(kind.rawValue).override.\(name)"
            if Self.isWorkerOnly(name) {
                return Refusal(
                    key: key,
                    message: "'\(name)' reaches a shell or loads code, so that no connector may set it: set "
                        + "'\(kind.rawValue).\(name)' in the worker's file."
                )
            }
            guard !allows(name) else { return nil }
            return Refusal(
                key: key,
                message:
                    "The worker's policy '\(self.name)' (connector.client.config.override.policy) does not let a connector "
                    + "override '\(name)'."
            )
        }
    }

    /// Throws what ``refusals(of:kind:)`` finds, as one error.
    public func check(_ overrides: [String: String], kind: ClientKind) throws {
        let refusals = refusals(of: overrides, kind: kind)
        guard !refusals.isEmpty else { return }
        throw ConnectError(.configuration, refusals.map { "\($0.key): \($0.message)" }.joined(separator: " "))
    }

    /// True for keys that only the worker's file may set.
    public static func isWorkerOnly(_ name: String) -> Bool {
        JavaClientKeys.all.contains { $0.name == name && $0.isWorkerOnly }
            || NativeClientKeys.find(name)?.isWorkerOnly == true
    }

    private func allows(_ name: String) -> Bool {
        switch rule {
        case .all: true
        case .none: false
        case .principal: Self.principalKeys.contains(name)
        case .allowlist(let names): names.contains(name)
        }
    }
}
