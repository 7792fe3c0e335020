/// The keys of a standalone worker's file that Kafka Connect knows too.
///
/// Source: `org.apache.kafka.connect.runtime.WorkerConfig`, `RestServerConfig` and `StandaloneConfig`.
public enum WorkerKeys {
    static let bootstrapServers = "bootstrap.servers"
    static let keyConverter = "key.converter"
    static let valueConverter = "value.converter"
    static let headerConverter = "header.converter"
    static let taskShutdownGracefulTimeout = "task.shutdown.graceful.timeout.ms"
    static let offsetFlushInterval = "offset.flush.interval.ms"
    static let offsetFlushTimeout = "offset.flush.timeout.ms"
    static let configProviders = "config.providers"
    static let clientConfigOverridePolicy = "connector.client.config.override.policy"
    static let topicCreationEnable = "topic.creation.enable"
    static let topicTrackingEnable = "topic.tracking.enable"
    static let topicTrackingAllowReset = "topic.tracking.allow.reset"
    static let offsetStorageFile = "offset.storage.file.filename"

    /// What every worker takes.
    public static let base = ConfigDefinition(
        general + javaPlugins + metrics + plugins + topicCreation + tls + topicTracking + rest
    )

    /// What a standalone worker takes.
    public static let standalone = base.adding([
        ConfigKey(
            offsetStorageFile,
            .string,
            importance: .high,
            documentation:
                "The file that holds the offsets of source connectors. Not needed when offset.storage.topic is set."
        )
    ])

    private static let general: [ConfigKey] = [
        ConfigKey(
            bootstrapServers,
            .list,
            validator: .all([.list(allowsEmpty: false), .brokerAddresses]),
            importance: .high,
            documentation:
                "The Kafka brokers to ask first, as host:port pairs. The rest of the cluster is learnt from them, so "
                + "two or three are enough. The one word embedded runs a broker in the worker's own process."
        ),
        ConfigKey(
            "client.dns.lookup",
            .string,
            default: "use_all_dns_ips",
            validator: .oneOf(["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]),
            importance: .medium,
            documentation: "How broker names become addresses: use_all_dns_ips tries every address of a name in turn; "
                + "resolve_canonical_bootstrap_servers_only replaces each bootstrap name by its canonical names first."
        ),
        ConfigKey(
            keyConverter,
            .class,
            importance: .high,
            documentation:
                "The converter between Connect data and the keys of Kafka records. Its own keys follow the prefix "
                + "key.converter."
        ),
        pluginVersion(of: keyConverter),
        ConfigKey(
            valueConverter,
            .class,
            importance: .high,
            documentation:
                "The converter between Connect data and the values of Kafka records. Its own keys follow the "
                + "prefix value.converter."
        ),
        pluginVersion(of: valueConverter),
        ConfigKey(
            taskShutdownGracefulTimeout,
            .long,
            default: 5000,
            importance: .low,
            documentation:
                "How many milliseconds all tasks together may take to stop. They are asked to stop at the same time, "
                + "then waited for one after the other."
        ),
        ConfigKey(
            offsetFlushInterval,
            .long,
            default: 60000,
            importance: .low,
            documentation: "How many milliseconds lie between two commits of a task's offsets."
        ),
        ConfigKey(
            offsetFlushTimeout,
            .long,
            default: 5000,
            importance: .low,
            documentation:
                "How many milliseconds a commit of offsets may take before it is given up and tried again at the next "
                + "interval. Sink connectors and exactly-once source connectors do not use it."
        ),
    ]

    private static let javaPlugins: [ConfigKey] = [
        ConfigKey(
            "plugin.path",
            .list,
            default: nil,
            validator: .list(allowsNull: true),
            importance: .low,
            documentation: "Folders with Java plugins. Accepted and not used: the plugins of this program are built in."
        ),
        ConfigKey(
            "plugin.discovery",
            .string,
            default: "hybrid_warn",
            validator: .oneOfIgnoringCase(["ONLY_SCAN", "SERVICE_LOAD", "HYBRID_WARN", "HYBRID_FAIL"]),
            importance: .low,
            documentation:
                "How Java plugins are found. Accepted and not used: the plugins of this program are built in."
        ),
    ]

    private static let plugins: [ConfigKey] = [
        ConfigKey(
            headerConverter,
            .class,
            default: "org.apache.kafka.connect.storage.SimpleHeaderConverter",
            importance: .low,
            documentation:
                "The converter between Connect data and the header values of Kafka records. Its own keys follow the "
                + "prefix header.converter."
        ),
        pluginVersion(of: headerConverter),
        ConfigKey(
            configProviders,
            .list,
            default: [],
            validator: .list(),
            importance: .low,
            documentation: "Names of config providers, in the order they are loaded. Each has a class under "
                + "config.providers.<name>.class and its own keys under config.providers.<name>.param., and replaces "
                + "${name:path:key} in values."
        ),
        ConfigKey(
            clientConfigOverridePolicy,
            .string,
            default: "All",
            importance: .medium,
            documentation: "Which client keys a connector may override with producer.override., consumer.override. and "
                + "admin.override.: All, None, Principal (security protocol, SASL mechanism and JAAS configuration) or "
                + "Allowlist (those in connector.client.config.override.allowlist)."
        ),
    ]

    private static let metrics: [ConfigKey] = [
        ConfigKey(
            "metrics.sample.window.ms",
            .long,
            default: 30000,
            validator: .atLeast(0),
            importance: .low,
            documentation: "How many milliseconds one sample of a metric spans."
        ),
        ConfigKey(
            "metrics.num.samples",
            .int,
            default: 2,
            validator: .atLeast(1),
            importance: .low,
            documentation: "How many samples a metric is computed from."
        ),
        ConfigKey(
            "metrics.recording.level",
            .string,
            default: "INFO",
            validator: .oneOf(["INFO", "DEBUG"]),
            importance: .low,
            documentation: "Which metrics are recorded: INFO, or DEBUG for more of them."
        ),
        ConfigKey(
            "metric.reporters",
            .list,
            default: ["org.apache.kafka.common.metrics.JmxReporter"],
            validator: .list(),
            importance: .low,
            documentation: "Java classes that metrics are reported to. Accepted and not used: there is no Java here."
        ),
    ]

    private static let topicCreation: [ConfigKey] = [
        ConfigKey(
            topicCreationEnable,
            .boolean,
            default: true,
            importance: .low,
            documentation:
                "Whether topics that source connectors write to are created by the worker, for connectors that are "
                + "configured with topic.creation. keys."
        )
    ]

    private static let topicTracking: [ConfigKey] = [
        ConfigKey(
            topicTrackingEnable,
            .boolean,
            default: true,
            importance: .low,
            documentation: "Whether the topics that each connector has used are remembered."
        ),
        ConfigKey(
            topicTrackingAllowReset,
            .boolean,
            default: true,
            importance: .low,
            documentation: "Whether a user may clear the set of topics that a connector has used."
        ),
    ]

    private static func pluginVersion(of key: String) -> ConfigKey {
        ConfigKey(
            "\(key).plugin.version",
            .string,
            default: nil,
            importance: .low,
            documentation:
                "The version of the class named by \(key). The plugins of this program are built in, so there is one."
        )
    }
}

extension ConfigValidator {
    /// A list of brokers as Java's clients take them: `host:port`, `[::1]:port`, either with a protocol before it.
    ///
    /// Source: `org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses`.
    static let brokerAddresses = ConfigValidator(
        "host:port pairs separated by commas, such as localhost:9092, or the one word embedded"
    ) { (value: ConfigValue?) -> String? in
        guard case .list(let addresses)? = value, addresses != [EmbeddedBrokerKeys.bootstrapValue] else { return nil }
        guard let wrong = addresses.first(where: { !BrokerAddress.isValid($0) }) else { return nil }
        return "host:port pairs separated by commas, such as localhost:9092; \(wrong.quotedForMessage) is none"
    }
}

/// The form of a broker's address.
enum BrokerAddress {
    /// True for an optional protocol, a name or an address (IPv6 in brackets or not) and a port from 0 to 65535.
    static func isValid(_ text: String) -> Bool {
        var rest = Substring(text)
        if let slashes = rest.firstRange(of: "://") {
            guard rest[..<slashes.lowerBound].allSatisfy(isNameCharacter) else { return false }
            rest = rest[slashes.upperBound...]
        }
        guard let colon = rest.lastIndex(of: ":") else { return false }
        let port = rest[rest.index(after: colon)...]
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.allSatisfy({ isNameCharacter($0) || $0 == ":" }) else { return false }
        return port.allSatisfy { ("0"..."9").contains($0) } && UInt16(port) != nil
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-%._".contains(character))
    }
}
