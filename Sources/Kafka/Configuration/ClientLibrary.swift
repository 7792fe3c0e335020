internal import CRdKafka

/// What the installed librdkafka can do, as far as the mapping depends on it.
public struct ClientLibrary: Sendable, Hashable {
    /// Its version, such as `2.0.2`.
    public var version: String
    /// The features it was built with (`builtin.features`), such as `ssl`, `sasl_scram`, `oidc`.
    public var features: Set<String>

    /// A library as described; tests use it.
    public init(version: String, features: Set<String>) {
        self.version = version
        self.features = features
    }

    /// The library this program is linked with; asked once.
    public static let installed: ClientLibrary = {
        let version = String(cString: rd_kafka_version_str())
        guard let configuration = rd_kafka_conf_new() else { return ClientLibrary(version: version, features: []) }
        defer { rd_kafka_conf_destroy(configuration) }
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer -> String in
            guard let base = buffer.baseAddress else { return "" }
            var size = buffer.count
            guard rd_kafka_conf_get(configuration, "builtin.features", base, &size) == RD_KAFKA_CONF_OK else {
                return ""
            }
            return String(cString: base)
        }
        return ClientLibrary(version: version, features: Set(text.split(separator: ",").map(String.init)))
    }()
}
