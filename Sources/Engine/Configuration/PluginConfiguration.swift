/// A class named in a configuration, with the keys meant for it.
public struct PluginConfiguration: Sendable, Hashable {
    /// The class name or alias as written; resolve it with ``PluginRegistry``.
    public var className: String
    /// Its own keys, without prefix.
    public var configuration: [String: String]

    /// A class and its keys.
    public init(className: String, configuration: [String: String] = [:]) {
        self.className = className
        self.configuration = configuration
    }
}

extension RawConfiguration {
    /// The class under a key and the keys below it (`value.converter` and `value.converter.schemas.enable`); `nil` when the key is
    /// not there.
    ///
    /// Source: `org.apache.kafka.connect.runtime.isolation.Plugins.newConverter`.
    func plugin(at key: String) -> PluginConfiguration? {
        guard let className = self[key] else { return nil }
        return PluginConfiguration(className: className.trimmingJavaWhitespace(), configuration: pluginKeys(below: key))
    }

    func pluginKeys(below key: String) -> [String: String] {
        var configuration = map(withPrefix: "\(key).")
        configuration["plugin.version"] = nil
        return configuration
    }
}
