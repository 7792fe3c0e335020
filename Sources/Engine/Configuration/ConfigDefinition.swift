public import OrderedCollections

/// The keys that something takes: name, type, default, check, importance and documentation of each.
///
/// Source: `org.apache.kafka.common.config.ConfigDef`.
public struct ConfigDefinition: Sendable {
    /// The keys by name, in the order defined.
    public private(set) var keys: OrderedDictionary<String, ConfigKey> = [:]

    /// A definition of these keys.
    public init(_ keys: [ConfigKey] = []) {
        for key in keys { self.keys[key.name] = key }
    }
}

/// One key of a ``ConfigDefinition``.
public struct ConfigKey: Sendable {
    /// The key's name.
    public let name: String

    public init(name: String) {
        self.name = name
    }
}
