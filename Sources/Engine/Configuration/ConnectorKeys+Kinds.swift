import OrderedCollections

extension ConnectorKeys {
    /// What source connectors take.
    ///
    /// Source: `org.apache.kafka.connect.runtime.SourceConnectorConfig`.
    public static let source = common.adding([
        ConfigKey(
            topicCreationGroups,
            .list,
            default: [],
            validator: .aliases,
            importance: .low,
            documentation:
                "Names for groups of topics that are created alike, in the order they are tried. The group default, "
                + "which takes every other topic, is always there and is not named here.",
            group: "Topic Creation",
            orderInGroup: 1,
            width: .long,
            displayName: "Topic Creation Groups"
        ),
        ConfigKey(
            exactlyOnceSupport,
            .string,
            default: "requested",
            validator: .oneOfIgnoringCase(["REQUIRED", "REQUESTED"]),
            importance: .medium,
            documentation:
                "Whether the connector must support exactly-once: with required a connector that does not is refused.",
            group: "Exactly Once Support",
            orderInGroup: 2,
            width: .short,
            displayName: "Exactly once support"
        ),
        ConfigKey(
            "transaction.boundary",
            .string,
            default: "poll",
            validator: .oneOfIgnoringCase(["INTERVAL", "POLL", "CONNECTOR"]),
            importance: .medium,
            documentation:
                "When transactions of an exactly-once source end: after each poll, after an interval, or where the "
                + "connector says.",
            group: "Exactly Once Support",
            orderInGroup: 3,
            width: .short,
            displayName: "Transaction Boundary"
        ),
        ConfigKey(
            "transaction.boundary.interval.ms",
            .long,
            default: nil,
            validator: .atLeast(0),
            importance: .low,
            documentation:
                "The milliseconds between transactions when transaction.boundary is interval. Not given means the "
                + "worker's offset.flush.interval.ms.",
            group: "Exactly Once Support",
            orderInGroup: 4,
            width: .short,
            displayName: "Transaction boundary interval"
        ),
        ConfigKey(
            "offsets.storage.topic",
            .string,
            default: nil,
            validator: .nonEmptyString,
            importance: .low,
            documentation:
                "A topic for this connector's offsets alone. Not given means where the worker keeps its offsets.",
            group: "offsets.topic",
            orderInGroup: 1,
            width: .long,
            displayName: "Offsets topic"
        ),
    ])

    /// What sink connectors take.
    ///
    /// Source: `org.apache.kafka.connect.runtime.SinkConnectorConfig`.
    public static let sink = common.adding(
        [
            ConfigKey(
                topics,
                .list,
                default: [],
                validator: .list(),
                importance: .high,
                documentation: "The topics to read, separated by commas. Either this or topics.regex must be given.",
                group: "Common",
                orderInGroup: 4,
                width: .long,
                displayName: "Topics"
            ),
            ConfigKey(
                topicsRegex,
                .string,
                default: "",
                validator: .subscriptionPattern,
                importance: .high,
                documentation:
                    "A regular expression for the topics to read; it must match the whole name. Either this or topics "
                    + "must be given.",
                group: "Common",
                orderInGroup: 4,
                width: .long,
                displayName: "Topics regex"
            ),
        ] + deadLetterQueue
    )

    /// What this engine takes for a connector of a kind: Kafka Connect's keys, the dead letter queue for sources too, and the
    /// engine's own keys.
    public static func definition(of kind: ConnectorConfiguration.Kind) -> ConfigDefinition {
        switch kind {
        case .source: sourceDefinition
        case .sink: sinkDefinition
        }
    }

    private static let sourceDefinition = source.adding(deadLetterQueue).adding(EngineKeys.overrides)
    private static let sinkDefinition = sink.adding(EngineKeys.overrides)

    /// The keys of one group of topics to create. `topic.creation.default.` comes first: the other groups take their numbers from it.
    ///
    /// Source: `org.apache.kafka.connect.runtime.TopicCreationConfig`.
    public static func topicCreation(
        group: String,
        replicationFactor: ConfigDefault = .required,
        partitions: ConfigDefault = .required
    ) -> ConfigDefinition {
        let isDefault = group == "default"
        return ConfigDefinition([
            ConfigKey(
                "include",
                .list,
                default: isDefault ? [".*"] : [],
                validator: .regularExpressions,
                importance: .low,
                documentation: "Regular expressions for the topics of the group; each must match the whole name.",
                group: group,
                orderInGroup: 1,
                width: .long,
                displayName: "Inclusion Topic Pattern for \(group)"
            ),
            ConfigKey(
                "exclude",
                .list,
                default: [],
                validator: .regularExpressions,
                importance: .low,
                documentation: "Regular expressions for topics that are not of the group, though included.",
                group: group,
                orderInGroup: 2,
                width: .long,
                displayName: "Exclusion Topic Pattern for \(group)"
            ),
            ConfigKey(
                "replication.factor",
                .short,
                default: replicationFactor,
                validator: .topicReplicationFactor,
                importance: .low,
                documentation: "The replication factor of topics that are created; -1 for the broker's default.",
                group: group,
                orderInGroup: 3,
                width: .long,
                displayName: "Replication Factor for Topics in \(group)"
            ),
            ConfigKey(
                "partitions",
                .int,
                default: partitions,
                validator: .topicPartitions,
                importance: .low,
                documentation: "The number of partitions of topics that are created; -1 for the broker's default.",
                group: group,
                orderInGroup: 4,
                width: .long,
                displayName: "Partition Count for Topics in \(group)"
            ),
        ])
    }
}

extension ConfigValidator {
    /// A list of regular expressions.
    fileprivate static let regularExpressions = ConfigValidator("a list of regular expressions, without look-behind") {
        (value: ConfigValue?) -> String? in
        guard case .list(let patterns)? = value, let wrong = patterns.first(where: { !TopicPattern.isValid($0) }) else {
            return nil
        }
        return "a list of regular expressions, without look-behind; \(wrong.quotedForMessage) is none"
    }
}
