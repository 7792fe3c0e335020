public import OrderedCollections

/// The configuration of one connector, checked: its own keys, the connector class's keys, and those of its converters,
/// transformations and predicates.
///
/// Source: `org.apache.kafka.connect.runtime.ConnectorConfig`, `SourceConnectorConfig`, `SinkConnectorConfig`.
public struct ConnectorConfiguration: Sendable {
    /// The two kinds of connectors.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case source
        case sink
    }

    /// What was written: for answers.
    public let written: RawConfiguration
    /// The same with the values of config providers filled in: not for answers or logs. ``RawConfiguration/map`` is what the
    /// connector's class is started with.
    public let raw: RawConfiguration
    /// All keys of ``ConnectorKeys/definition(of:)``, typed.
    public let values: ParsedConfiguration
    /// What the user should know: unknown keys, keys without effect.
    public let notices: [ConfigurationNotice]

    /// Source or sink.
    public let kind: Kind
    /// The connector's name.
    public let name: String
    /// Its class as written: a full name or an alias.
    public let connectorClass: String
    /// How many tasks it may have at most.
    public let tasksMax: Int
    /// Whether more tasks than that fail the connector instead of causing a warning.
    public let tasksMaxEnforce: Bool
    /// The converter of keys: the connector's own, else the worker's.
    public let keyConverter: PluginConfiguration
    /// The converter of values: the connector's own, else the worker's.
    public let valueConverter: PluginConfiguration
    /// The converter of headers: the connector's own, else the worker's.
    public let headerConverter: PluginConfiguration
    /// The transformations in the order they apply.
    public let transforms: [TransformationConfiguration]
    /// The predicates by alias.
    public let predicates: OrderedDictionary<String, PluginConfiguration>
    /// What becomes of records that cannot be handled.
    public let errors: ErrorHandlingConfiguration
    /// What a sink reads; `nil` for sources.
    public let topics: SinkTopics?
    /// How topics are created that a source writes to, in the order the groups are tried; empty means the worker creates none.
    public let topicCreationRules: [TopicCreationRule]
    /// Sizes and restarts: the connector's own, else the worker's.
    public let engine: EngineSettings

    /// Reads a connector's configuration and finds its class among the plugins.
    ///
    /// - Throws: ``ConnectError/Code/configuration`` that names every wrong key with file, line, value and what is expected.
    public init(
        _ written: RawConfiguration,
        worker: WorkerConfiguration,
        plugins: PluginRegistry
    ) throws(ConnectError) {
        let plugin = try Self.plugin(of: worker.configProviders.resolve(written), plugins: plugins)
        try self.init(
            written,
            kind: plugin.kind == .source ? .source : .sink,
            definition: plugin.configDefinition,
            worker: worker,
            plugins: plugins
        )
    }

    /// Reads the configuration of a connector whose class is known.
    ///
    /// - Parameters:
    ///   - definition: the keys of the connector's class; `nil` when they are not known, then no key is unknown.
    ///   - plugins: for converters, transformations and predicates; `nil` leaves their classes and keys unchecked.
    /// - Throws: ``ConnectError/Code/configuration`` that names every wrong key with file, line, value and what is expected.
    public init(
        _ written: RawConfiguration,
        kind: Kind,
        definition: ConfigDefinition?,
        worker: WorkerConfiguration,
        plugins: PluginRegistry? = nil
    ) throws(ConnectError) {
        let raw = try worker.configProviders.resolve(written)
        let check = ConnectorCheck(raw: raw, kind: kind, definition: definition, worker: worker, plugins: plugins)
        let validation = check.run()
        let notices = raw.notices + validation.notices
        if let error = validation.problems.error(in: raw, notices: notices) { throw error }

        let values = validation.values
        self.written = written
        self.raw = raw
        self.values = values
        self.kind = kind
        self.notices = notices
        name = try values.string(ConnectorKeys.name)
        connectorClass = try values.string(ConnectorKeys.connectorClass)
        tasksMax = try values.int(ConnectorKeys.tasksMax)
        tasksMaxEnforce = try values.boolean(ConnectorKeys.tasksMaxEnforce)
        keyConverter = raw.plugin(at: WorkerKeys.keyConverter) ?? worker.keyConverter
        valueConverter = raw.plugin(at: WorkerKeys.valueConverter) ?? worker.valueConverter
        headerConverter = raw.plugin(at: WorkerKeys.headerConverter) ?? worker.headerConverter
        transforms = try check.transforms(values)
        predicates = try check.predicates(values)
        errors = try ErrorHandlingConfiguration(values)
        topics = kind == .sink ? try SinkTopics(values) : nil
        topicCreationRules = try check.topicCreationRules(values)
        engine = try worker.engine.overridden(by: values)
    }

    /// The plugin that a configuration's `connector.class` names.
    ///
    /// - Throws: ``ConnectError/Code/configuration`` when the key is missing or names no connector of this program.
    public static func plugin(
        of raw: RawConfiguration,
        plugins: PluginRegistry
    ) throws(ConnectError) -> PluginRegistry.Entry {
        let key = ConnectorKeys.connectorClass
        guard raw[key]?.trimmingJavaWhitespace().isEmpty == false else {
            throw ConnectError(
                .configuration,
                "\(raw.place(of: key)): \(key) is missing: name the class of the connector, such as FileStreamSource"
            )
        }
        do throws(ConfigurationProblem) {
            return try PluginCheck(raw: raw, plugins: plugins).entry(classKey: key, plugins, kinds: [.source, .sink])
        } catch {
            throw ConnectError(.configuration, "\(raw.place(of: key)): \(error.message)")
        }
    }

    /// The Java client keys that the connector overrides, without prefix.
    public func clientOverrides(_ kind: ClientKeys.Kind) -> [String: String] {
        raw.map(withPrefix: kind.overridePrefix)
    }
}

/// One transformation of a connector.
public struct TransformationConfiguration: Sendable, Hashable {
    /// Its alias.
    public var alias: String
    /// Its class and own keys.
    public var plugin: PluginConfiguration
    /// The alias of the predicate that decides on each record; `nil` for all records.
    public var predicate: String?
    /// Whether it applies where the predicate does not.
    public var negate: Bool
}

/// What a sink reads.
public enum SinkTopics: Sendable, Hashable {
    /// Topics by name.
    case names([String])
    /// Topics whose whole names match a regular expression.
    case pattern(String)

    /// Read from the keys of a sink, of which one is given: that was checked.
    init(_ values: ParsedConfiguration) throws(ConnectError) {
        let names = try values.list(ConnectorKeys.topics)
        self = names.isEmpty ? .pattern(try values.string(ConnectorKeys.topicsRegex)) : .names(names)
    }

    /// What a consumer subscribes to: the names, or the pattern as librdkafka takes it, bound to whole names by `^` and `$`.
    public var subscription: [String] {
        switch self {
        case .names(let names): names
        // A pattern without a POSIX form was refused when it was read.
        case .pattern(let pattern): ["^(\(TopicPattern.posix(pattern) ?? pattern))$"]
        }
    }
}

extension EngineSettings {
    /// These settings with what a connector says otherwise, read with ``EngineKeys/overrides``.
    func overridden(by values: ParsedConfiguration) throws(ConnectError) -> EngineSettings {
        var result = self
        func milliseconds(_ key: String, _ otherwise: Duration) throws(ConnectError) -> Duration {
            try values.optionalLong(key).map { .milliseconds($0) } ?? otherwise
        }
        result.restart = RestartPolicy(
            isEnabled: try values.optionalBoolean("task.restart.enable") ?? restart.isEnabled,
            maximumAttempts: try values.optionalInt("task.restart.max.attempts") ?? restart.maximumAttempts,
            window: try milliseconds("task.restart.window.ms", restart.window),
            initialBackoff: try milliseconds("task.restart.backoff.initial.ms", restart.initialBackoff),
            maximumBackoff: try milliseconds("task.restart.backoff.max.ms", restart.maximumBackoff),
            resetAfter: try milliseconds("task.restart.reset.ms", restart.resetAfter)
        )
        result.converterPoolSize = try values.optionalInt("converter.pool.size") ?? converterPoolSize
        result.channelCapacityRecords = try values.optionalInt("channel.capacity.records") ?? channelCapacityRecords
        result.channelCapacityBytes = try values.optionalInt("channel.capacity.bytes") ?? channelCapacityBytes
        result.producerInFlightBytes = try values.optionalInt("producer.in.flight.bytes") ?? producerInFlightBytes
        return result
    }
}
