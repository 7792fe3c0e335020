import OrderedCollections

/// Checks one connector's configuration against everything that takes keys from it, and reads the parts that have aliases.
struct ConnectorCheck {
    let raw: RawConfiguration
    let kind: ConnectorConfiguration.Kind
    /// The keys of the connector's class, if known.
    let definition: ConfigDefinition?
    let worker: WorkerConfiguration
    let plugins: PluginRegistry?

    /// Every problem and notice there is.
    func run() -> ConfigValidation {
        var validation = ConnectorKeys.definition(of: kind).validate(raw)
        func add(_ other: ConfigValidation) {
            validation.problems += other.problems.filter { problem in
                !validation.problems.contains { $0.key == problem.key }
            }
            validation.notices += other.notices.filter { !validation.notices.contains($0) }
        }
        // The class may define a key that every connector has (such as `topics`): then the first problem found is enough.
        if let definition { add(definition.validate(raw)) }
        for part in converterParts() + transformParts(validation.values) + predicateParts(validation.values) {
            add(part)
        }
        if kind == .sink { validation.problems += sinkTopicProblems(validation.values) }
        if kind == .source {
            for group in topicCreationGroups(validation.values) { add(group.definition.validate(raw)) }
        }
        validation.problems += overrideProblems() + exactlyOnceProblems(validation.values)
        validation.notices += notices(validation.values)
        return validation
    }

    // MARK: Plugins

    private var pluginCheck: PluginCheck { PluginCheck(raw: raw, plugins: plugins) }

    private func converterParts() -> [ConfigValidation] {
        ConverterKeys.all.map { key, kind in
            pluginCheck.run(classKey: key, prefix: "\(key).", kinds: [kind])
        }
    }

    private func transformParts(_ values: ParsedConfiguration) -> [ConfigValidation] {
        let predicates = (try? values.list(ConnectorKeys.predicates)) ?? []
        return aliases(ConnectorKeys.transforms, values).flatMap { alias in
            let prefix = "transforms.\(alias)."
            var keys = ChainKeys.transformation.prefixed(prefix).validate(raw)
            let predicate = raw["\(prefix)predicate"]?.trimmingJavaWhitespace() ?? ""
            if !predicate.isEmpty, !predicates.contains(predicate) {
                let expected =
                    predicates.isEmpty
                    ? "a name that the key predicates lists; it lists none"
                    : "one of the names that the key predicates lists: \(predicates.joined(separator: ", "))"
                keys.problems.append(
                    ConfigurationProblem(
                        key: "\(prefix)predicate",
                        "\(prefix)predicate = \(raw.quoted("\(prefix)predicate")): expected \(expected)"
                    )
                )
            }
            let own = pluginCheck.run(
                classKey: "\(prefix)type",
                prefix: prefix,
                kinds: [.transformation],
                reserved: ChainKeys.reservedForTransformations
            )
            return [keys, own]
        }
    }

    private func predicateParts(_ values: ParsedConfiguration) -> [ConfigValidation] {
        aliases(ConnectorKeys.predicates, values).flatMap { alias in
            let prefix = "predicates.\(alias)."
            return [
                ChainKeys.predicate.prefixed(prefix).validate(raw),
                pluginCheck.run(
                    classKey: "\(prefix)type",
                    prefix: prefix,
                    kinds: [.predicate],
                    reserved: ChainKeys.reservedForPredicates
                ),
            ]
        }
    }

    func aliases(_ key: String, _ values: ParsedConfiguration) -> [String] {
        (try? values.list(key)) ?? []
    }

    /// The transformations, once everything is checked.
    func transforms(_ values: ParsedConfiguration) throws(ConnectError) -> [TransformationConfiguration] {
        var result: [TransformationConfiguration] = []
        for alias in try values.list(ConnectorKeys.transforms) {
            let prefix = "transforms.\(alias)."
            let keys = try ChainKeys.transformation.prefixed(prefix).parse(raw)
            let predicate = try keys.string("\(prefix)predicate")
            result.append(
                TransformationConfiguration(
                    alias: alias,
                    plugin: PluginConfiguration(
                        className: try keys.className("\(prefix)type"),
                        configuration: raw.map(withPrefix: prefix).filter {
                            !ChainKeys.reservedForTransformations.contains($0.key)
                        }
                    ),
                    predicate: predicate.isEmpty ? nil : predicate,
                    negate: try keys.boolean("\(prefix)negate")
                )
            )
        }
        return result
    }

    /// The predicates, once everything is checked.
    func predicates(
        _ values: ParsedConfiguration
    ) throws(ConnectError) -> OrderedDictionary<String, PluginConfiguration> {
        var result: OrderedDictionary<String, PluginConfiguration> = [:]
        for alias in try values.list(ConnectorKeys.predicates) {
            let prefix = "predicates.\(alias)."
            let keys = try ChainKeys.predicate.prefixed(prefix).parse(raw)
            result[alias] = PluginConfiguration(
                className: try keys.className("\(prefix)type"),
                configuration: raw.map(withPrefix: prefix).filter { !ChainKeys.reservedForPredicates.contains($0.key) }
            )
        }
        return result
    }

    // MARK: Topics

    /// Source: `SinkConnectorConfig.validate`.
    private func sinkTopicProblems(_ values: ParsedConfiguration) -> [ConfigurationProblem] {
        guard let names = try? values.list(ConnectorKeys.topics),
            let pattern = try? values.string(ConnectorKeys.topicsRegex)
        else { return [] }
        switch (names.isEmpty, pattern.isEmpty) {
        case (true, true):
            return [
                ConfigurationProblem(
                    key: ConnectorKeys.topics,
                    "\(ConnectorKeys.topics) is missing: a sink needs topics (names separated by commas) or topics.regex"
                )
            ]
        case (false, false):
            return [
                ConfigurationProblem(
                    key: ConnectorKeys.topicsRegex,
                    "topics and topics.regex are both given: expected exactly one of them"
                )
            ]
        default: break
        }
        let queue = (try? values.string(ConnectorKeys.deadLetterQueueTopic)) ?? ""
        guard !queue.isEmpty, names.contains(queue) || (!pattern.isEmpty && TopicPattern.matches(pattern, queue)) else {
            return []
        }
        let key = names.isEmpty ? ConnectorKeys.topicsRegex : ConnectorKeys.topics
        return [
            ConfigurationProblem(
                key: ConnectorKeys.deadLetterQueueTopic,
                "\(ConnectorKeys.deadLetterQueueTopic) = \(raw.quoted(ConnectorKeys.deadLetterQueueTopic)): expected a topic that the sink does not read "
                    + "itself, but \(key) takes it in"
            )
        ]
    }

    /// The groups of topics to create with their definitions, prefixed: the named ones, then `default`. None when no
    /// `topic.creation.` key is given or the worker creates no topics.
    ///
    /// Source: `SourceConnectorConfig.enrich`.
    private func topicCreationGroups(
        _ values: ParsedConfiguration
    ) -> [(group: String, prefix: String, definition: ConfigDefinition)] {
        guard kind == .source, worker.topicCreationEnable,
            raw.entries.keys.contains(where: { $0.hasPrefix(ConnectorCheck.topicCreationPrefix) })
        else { return [] }
        func prefix(_ group: String) -> String { "\(Self.topicCreationPrefix)\(group)." }
        let defaults = ConnectorKeys.topicCreation(group: "default").prefixed(prefix("default"))
        // The other groups take their numbers from the default group, where these can be read.
        let numbers = defaults.validate(raw).values
        func text(_ key: String) -> ConfigDefault {
            numbers.value(prefix("default") + key).map { .text($0.text) } ?? .null
        }
        var result = aliases(ConnectorKeys.topicCreationGroups, values).filter { $0 != "default" }.map { group in
            let definition = ConnectorKeys.topicCreation(
                group: group,
                replicationFactor: text("replication.factor"),
                partitions: text("partitions")
            )
            return (group, prefix(group), definition.prefixed(prefix(group)))
        }
        result.append(("default", prefix("default"), defaults))
        return result
    }

    static let topicCreationPrefix = "topic.creation."

    /// The rules, once everything is checked.
    func topicCreationRules(_ values: ParsedConfiguration) throws(ConnectError) -> [TopicCreationRule] {
        var rules: [TopicCreationRule] = []
        for (group, prefix, definition) in topicCreationGroups(values) {
            let keys = try definition.parse(raw)
            let reserved = Set(definition.keys.keys)
            let isDefault = group == "default"
            rules.append(
                TopicCreationRule(
                    group: group,
                    // The default group takes everything that is left, whatever its patterns say.
                    include: isDefault ? [".*"] : try keys.list("\(prefix)include"),
                    exclude: isDefault ? [] : try keys.list("\(prefix)exclude"),
                    partitions: Int32(try keys.int("\(prefix)partitions")),
                    replicationFactor: Int16(try keys.int("\(prefix)replication.factor")),
                    configuration: raw.map(withPrefix: prefix).filter { !reserved.contains(prefix + $0.key) }
                )
            )
        }
        return rules
    }

    /// A connector that insists on exactly-once must not run without it.
    private func exactlyOnceProblems(_ values: ParsedConfiguration) -> [ConfigurationProblem] {
        let key = ConnectorKeys.exactlyOnceSupport
        guard kind == .source, (try? values.string(key))?.lowercased() == "required" else { return [] }
        return [
            ConfigurationProblem(
                key: key,
                "\(key) = \(raw.quoted(key)): this version has no exactly-once sources; use requested, and records may come twice "
                    + "after a crash"
            )
        ]
    }

    // MARK: Overrides

    private func overrideProblems() -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for client in ClientKeys.Kind.allCases {
            for key in raw.entries.keys where key.hasPrefix(client.overridePrefix) {
                let name = String(key.dropFirst(client.overridePrefix.count))
                guard
                    let refusal = worker.clientOverridePolicy.refusal(of: key, name: name, kind: client)
                else { continue }
                problems.append(ConfigurationProblem(key: key, refusal))
            }
        }
        return problems
    }
}

/// The keys beside a transformation's and a predicate's own.
///
/// Source: `org.apache.kafka.connect.runtime.ConnectorConfig.enrich`.
enum ChainKeys {
    static let reservedForTransformations: Set<String> = ["type", "type.plugin.version", "predicate", "negate"]
    static let reservedForPredicates: Set<String> = ["type", "type.plugin.version"]

    static let transformation = ConfigDefinition([
        ConfigKey("type", .class, importance: .high, documentation: "The class of the transformation.", width: .long),
        ConfigKey(
            "type.plugin.version",
            .string,
            default: nil,
            importance: .medium,
            documentation: "The version of that class. The plugins of this program are built in, so there is one."
        ),
        ConfigKey(
            "predicate",
            .string,
            default: "",
            importance: .medium,
            documentation: "The alias of a predicate; the transformation applies only to records for which it is true."
        ),
        ConfigKey(
            "negate",
            .boolean,
            default: false,
            importance: .medium,
            documentation: "Whether the transformation applies to records for which the predicate is false instead."
        ),
    ])

    static let predicate = ConfigDefinition([
        ConfigKey("type", .class, importance: .high, documentation: "The class of the predicate.", width: .long),
        ConfigKey(
            "type.plugin.version",
            .string,
            default: nil,
            importance: .medium,
            documentation: "The version of that class. The plugins of this program are built in, so there is one."
        ),
    ])
}
