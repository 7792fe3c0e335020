import OrderedCollections

/// The configuration of a standalone worker: read once at start from the worker file, then only looked at.
///
/// Source: `org.apache.kafka.connect.runtime.standalone.StandaloneConfig`.
public struct WorkerConfiguration: Sendable {
    /// The keys and values, those from config providers filled in: not for answers or logs.
    public private(set) var raw: RawConfiguration
    /// The config providers, for connectors' values.
    public let configProviders: ConfigProviders
    /// All keys of ``definition``, typed.
    public let values: ParsedConfiguration
    /// What the user should know: unknown keys, keys without meaning here.
    public let notices: [ConfigurationNotice]

    /// The Kafka brokers to ask first, as `host:port`.
    public private(set) var bootstrapServers: [String]
    /// The broker to run in this process, when `bootstrap.servers` is `embedded`.
    public let embeddedBroker: EmbeddedBrokerConfiguration?
    /// The converter of keys for connectors that name none.
    public let keyConverter: PluginConfiguration
    /// The converter of values for connectors that name none.
    public let valueConverter: PluginConfiguration
    /// The converter of headers for connectors that name none.
    public let headerConverter: PluginConfiguration
    /// The time between two commits of a task's offsets.
    public let offsetFlushInterval: Duration
    /// How long a commit of offsets may take.
    public let offsetFlushTimeout: Duration
    /// How long all tasks together may take to stop.
    public let taskShutdownGracefulTimeout: Duration
    /// The offset file; `nil` when offsets are kept in a topic alone.
    public let offsetStorageFile: String?
    /// The offset topic, if offsets are kept in one.
    public let offsetStorageTopic: OffsetTopicConfiguration?
    /// Whether the worker creates the topics that source connectors write to.
    public let topicCreationEnable: Bool
    /// Which client keys a connector may override.
    public let clientOverridePolicy: ClientOverridePolicy
    /// Sizes and restarts, for connectors that say nothing else.
    public let engine: EngineSettings

    /// All keys with a meaning or at least a type in a standalone worker's file.
    public static let definition = WorkerKeys.standalone.adding(DistributedKeys.offsetStorage).adding([
        ConfigKey(
            ClientOverridePolicy.allowlistKey,
            .list,
            default: [],
            validator: .list(),
            importance: .medium,
            documentation: "The client keys, without prefix, that connectors may override under the policy Allowlist."
        )
    ]).adding(EmbeddedBrokerKeys.definition).adding(EngineKeys.definition)

    /// Reads a worker's configuration.
    ///
    /// - Parameters:
    ///   - written: what is in the worker file.
    ///   - plugins: when given, converters that it lacks, and wrong keys of converters, are errors.
    ///   - fileSystem: for config providers that read files; they are an error when it is not given. Read here, so this may block.
    ///   - environment: for config providers that read the environment.
    /// - Throws: ``ConnectError/Code/configuration`` that names every wrong key with file, line, value and what is expected.
    public init(
        _ written: RawConfiguration,
        plugins: PluginRegistry? = nil,
        fileSystem: (any FileSystem)? = nil,
        environment: [String: String] = [:]
    ) throws(ConnectError) {
        configProviders = try Self.providers(written, fileSystem: fileSystem, environment: environment)
        let raw = try configProviders.resolve(written)
        let hasOffsetTopic = raw[DistributedKeys.offsetStorageTopic] != nil
        let hasOffsetFile = raw[WorkerKeys.offsetStorageFile] != nil
        let definition =
            hasOffsetTopic && !hasOffsetFile
            ? Self.definition.removing([WorkerKeys.offsetStorageFile]) : Self.definition
        var validation = definition.validate(raw)
        let policyName = raw[WorkerKeys.clientConfigOverridePolicy]?.trimmingJavaWhitespace() ?? "All"
        let allowlist = try? validation.values.list(ClientOverridePolicy.allowlistKey)
        let policy = ClientOverridePolicy.named(policyName, allowlist: allowlist ?? [])
        validation.problems += Self.problems(in: raw, policy: policy)
        for (key, kind) in ConverterKeys.all {
            let part = PluginCheck(raw: raw, plugins: plugins).run(classKey: key, prefix: "\(key).", kinds: [kind])
            validation.problems += part.problems
            validation.notices += part.notices
        }
        let servers = (try? validation.values.list(WorkerKeys.bootstrapServers)) ?? []
        validation.problems += EmbeddedBrokerKeys.problems(in: raw, servers: servers)
        let notices =
            raw.notices + validation.notices + WorkerNotices.notices(for: raw)
            + EmbeddedBrokerKeys.notices(for: raw, servers: servers)
        if let error = validation.problems.error(in: raw, notices: notices) { throw error }

        let values = validation.values
        self.raw = raw
        self.values = values
        self.notices = notices
        bootstrapServers = try values.list(WorkerKeys.bootstrapServers)
        embeddedBroker = try EmbeddedBrokerConfiguration(values)
        keyConverter = try Self.converter(WorkerKeys.keyConverter, raw, values)
        valueConverter = try Self.converter(WorkerKeys.valueConverter, raw, values)
        headerConverter = try Self.converter(WorkerKeys.headerConverter, raw, values)
        offsetFlushInterval = try values.milliseconds(WorkerKeys.offsetFlushInterval)
        offsetFlushTimeout = try values.milliseconds(WorkerKeys.offsetFlushTimeout)
        taskShutdownGracefulTimeout = try values.milliseconds(WorkerKeys.taskShutdownGracefulTimeout)
        offsetStorageFile = hasOffsetFile ? try values.string(WorkerKeys.offsetStorageFile) : nil
        offsetStorageTopic = try OffsetTopicConfiguration(values, raw)
        topicCreationEnable = try values.boolean(WorkerKeys.topicCreationEnable)
        clientOverridePolicy = policy ?? .none
        engine = try EngineSettings(values)
    }

    /// The same configuration with `bootstrap.servers` set to where the embedded broker has come to listen.
    public func reaching(embeddedBroker address: String) -> WorkerConfiguration {
        var copy = self
        copy.bootstrapServers = [address]
        copy.raw.entries[WorkerKeys.bootstrapServers]?.value = address
        return copy
    }

    private static func providers(
        _ written: RawConfiguration,
        fileSystem: (any FileSystem)?,
        environment: [String: String]
    ) throws(ConnectError) -> ConfigProviders {
        let key = WorkerKeys.configProviders
        guard !ConfigProviders.names(in: written).isEmpty else { return .none }
        guard let fileSystem else {
            throw ConnectError(
                .configuration,
                "\(written.place(of: key)): \(key) is given, but no file can be read here"
            )
        }
        return try ConfigProviders(written, fileSystem: fileSystem, environment: environment)
    }

    private static func converter(
        _ key: String,
        _ raw: RawConfiguration,
        _ values: ParsedConfiguration
    ) throws(ConnectError) -> PluginConfiguration {
        PluginConfiguration(className: try values.className(key), configuration: raw.pluginKeys(below: key))
    }

    /// What is wrong beyond single values.
    private static func problems(
        in raw: RawConfiguration,
        policy: ClientOverridePolicy?
    ) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if policy == nil {
            problems.append(
                ConfigurationProblem(
                    key: WorkerKeys.clientConfigOverridePolicy,
                    "\(WorkerKeys.clientConfigOverridePolicy) = \(raw.quoted(WorkerKeys.clientConfigOverridePolicy)): expected All, None, Principal "
                        + "or Allowlist"
                )
            )
        }
        return problems
    }
}

/// The topic that keeps the offsets of source connectors.
///
/// Source: `org.apache.kafka.connect.runtime.distributed.DistributedConfig.offsetStorageTopicSettings`.
public struct OffsetTopicConfiguration: Sendable, Hashable {
    /// The topic's name.
    public var name: String
    /// The number of partitions when it is created; -1 for the broker's default.
    public var partitions: Int32
    /// The replication factor when it is created; -1 for the broker's default.
    public var replicationFactor: Int16
    /// Its further configuration when it is created; always compacted.
    public var configuration: [String: String]

    /// What the administration of topics takes.
    public var newTopic: NewTopic {
        NewTopic(
            name: name,
            partitions: partitions,
            replicationFactor: replicationFactor,
            configuration: configuration
        )
    }

    /// `nil` when no topic is named.
    init?(_ values: ParsedConfiguration, _ raw: RawConfiguration) throws(ConnectError) {
        guard let name = try values.optionalString(DistributedKeys.offsetStorageTopic) else { return nil }
        self.name = name
        partitions = Int32(try values.int(DistributedKeys.offsetStoragePartitions))
        replicationFactor = Int16(try values.int(DistributedKeys.offsetStorageReplicationFactor))
        configuration = raw.map(withPrefix: DistributedKeys.offsetStoragePrefix)
        for key in ["topic", "partitions", "replication.factor", "file.filename"] { configuration[key] = nil }
        configuration["cleanup.policy"] = "compact"
    }
}

/// The keys that name converters.
enum ConverterKeys {
    static let all: [(key: String, kind: PluginRegistry.Kind)] = [
        (WorkerKeys.keyConverter, .converter),
        (WorkerKeys.valueConverter, .converter),
        (WorkerKeys.headerConverter, .headerConverter),
    ]
}
