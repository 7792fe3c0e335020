/// The keys that every connector takes, whatever its class.
///
/// Source: `org.apache.kafka.connect.runtime.ConnectorConfig`.
public enum ConnectorKeys {
    static let name = "name"
    static let connectorClass = "connector.class"
    static let tasksMax = "tasks.max"
    static let tasksMaxEnforce = "tasks.max.enforce"
    static let transforms = "transforms"
    static let predicates = "predicates"
    static let topics = "topics"
    static let topicsRegex = "topics.regex"
    static let deadLetterQueueTopic = "errors.deadletterqueue.topic.name"
    static let exactlyOnceSupport = "exactly.once.support"
    static let topicCreationGroups = "topic.creation.groups"

    private static let commonGroup = "Common"
    private static let errorGroup = "Error Handling"

    /// What source and sink connectors take.
    public static let common = ConfigDefinition(identity + converters + chains + errors)

    private static let identity: [ConfigKey] = [
        ConfigKey(
            name,
            .string,
            validator: .nonEmptyStringWithoutControlCharacters,
            importance: .high,
            documentation: "The name of the connector, unique in the worker.",
            group: commonGroup,
            orderInGroup: 1,
            width: .medium,
            displayName: "Connector name"
        ),
        ConfigKey(
            connectorClass,
            .string,
            importance: .high,
            documentation:
                "The class of the connector: its full name, its last part, or that without the word Connector.",
            group: commonGroup,
            orderInGroup: 2,
            width: .long,
            displayName: "Connector class"
        ),
        ConfigKey(
            "connector.plugin.version",
            .string,
            default: nil,
            importance: .medium,
            documentation:
                "The version of the connector's class. The plugins of this program are built in, so there is one.",
            group: commonGroup,
            orderInGroup: 3,
            width: .medium,
            displayName: "Connector version"
        ),
        ConfigKey(
            tasksMax,
            .int,
            default: 1,
            validator: .atLeast(1),
            importance: .high,
            documentation: "How many tasks the connector may have at most.",
            group: commonGroup,
            orderInGroup: 4,
            width: .short,
            displayName: "Tasks max"
        ),
        ConfigKey(
            tasksMaxEnforce,
            .boolean,
            default: true,
            importance: .low,
            documentation:
                "Whether a connector that asks for more tasks than tasks.max fails (true), or only causes a warning.",
            group: commonGroup,
            orderInGroup: 5,
            width: .short,
            displayName: "Enforce tasks max"
        ),
    ]

    private static let converters: [ConfigKey] =
        converter(WorkerKeys.keyConverter, "key", "Key converter", order: 6)
        + converter(WorkerKeys.valueConverter, "value", "Value converter", order: 8)
        + converter(WorkerKeys.headerConverter, "header values", "Header converter", order: 10)

    private static func converter(_ key: String, _ what: String, _ display: String, order: Int) -> [ConfigKey] {
        [
            ConfigKey(
                key,
                .class,
                default: nil,
                importance: .low,
                documentation:
                    "The converter between Connect data and the \(what) of this connector's Kafka records. Its own keys "
                    + "follow the prefix \(key). Not given means the worker's converter with the worker's keys.",
                group: commonGroup,
                orderInGroup: order,
                width: .short,
                displayName: "\(display) class"
            ),
            ConfigKey(
                "\(key).plugin.version",
                .string,
                default: nil,
                importance: .low,
                documentation:
                    "The version of the class named by \(key). The plugins of this program are built in, so there is "
                    + "one.",
                group: commonGroup,
                orderInGroup: order + 1,
                width: .short,
                displayName: "\(display) version"
            ),
        ]
    }

    private static let chains: [ConfigKey] = [
        ConfigKey(
            transforms,
            .list,
            default: [],
            validator: .aliases,
            importance: .low,
            documentation: "Names for the transformations that records pass, in this order. Each has a class under "
                + "transforms.<name>.type and its own keys beside it; transforms.<name>.predicate and "
                + "transforms.<name>.negate say which records it applies to.",
            group: "Transforms",
            orderInGroup: 12,
            width: .long,
            displayName: "Transforms"
        ),
        ConfigKey(
            predicates,
            .list,
            default: [],
            validator: .aliases,
            importance: .low,
            documentation:
                "Names for the predicates that transformations use. Each has a class under predicates.<name>.type and "
                + "its own keys beside it.",
            group: "Predicates",
            orderInGroup: 13,
            width: .long,
            displayName: "Predicates"
        ),
        ConfigKey(
            "config.action.reload",
            .string,
            default: "restart",
            validator: .oneOf(["none", "restart"]),
            importance: .low,
            documentation: "What happens when a value from a config provider changes: restart the connector, or none.",
            group: commonGroup,
            orderInGroup: 14,
            width: .medium,
            displayName: "Reload Action"
        ),
    ]

    private static let errors: [ConfigKey] = [
        ConfigKey(
            "errors.retry.timeout",
            .long,
            default: 0,
            importance: .medium,
            documentation:
                "For how many milliseconds a failed operation is tried again: 0 for not at all, -1 for ever.",
            group: errorGroup,
            orderInGroup: 1,
            width: .medium,
            displayName: "Retry Timeout for Errors"
        ),
        ConfigKey(
            "errors.retry.delay.max.ms",
            .long,
            default: 60000,
            importance: .medium,
            documentation: "The longest wait between two tries, in milliseconds.",
            group: errorGroup,
            orderInGroup: 2,
            width: .medium,
            displayName: "Maximum Delay Between Retries for Errors"
        ),
        ConfigKey(
            "errors.tolerance",
            .string,
            default: "none",
            validator: .oneOf(["none", "all"]),
            importance: .medium,
            documentation:
                "What a record does that cannot be handled: with none it fails the task, with all it is left out (and "
                + "goes to the dead letter queue, if there is one).",
            group: errorGroup,
            orderInGroup: 3,
            width: .short,
            displayName: "Error Tolerance"
        ),
        ConfigKey(
            "errors.log.enable",
            .boolean,
            default: false,
            importance: .medium,
            documentation: "Whether tolerated errors are logged too. Errors that fail a task always are.",
            group: errorGroup,
            orderInGroup: 4,
            width: .short,
            displayName: "Log Errors"
        ),
        ConfigKey(
            "errors.log.include.messages",
            .boolean,
            default: false,
            importance: .medium,
            documentation: "Whether such log lines name the record: topic, partition, offset and timestamp.",
            group: errorGroup,
            orderInGroup: 5,
            width: .short,
            displayName: "Log Error Details"
        ),
    ]

    /// The dead letter queue. Kafka Connect has one for sinks only.
    static let deadLetterQueue: [ConfigKey] = [
        ConfigKey(
            deadLetterQueueTopic,
            .string,
            default: "",
            importance: .medium,
            documentation: "The topic that records go to which cannot be handled. Empty means none.",
            group: errorGroup,
            orderInGroup: 6,
            width: .medium,
            displayName: "Dead Letter Queue Topic Name"
        ),
        ConfigKey(
            "errors.deadletterqueue.topic.replication.factor",
            .short,
            default: 3,
            importance: .medium,
            documentation: "The replication factor that the dead letter queue is created with when it does not exist.",
            group: errorGroup,
            orderInGroup: 7,
            width: .medium,
            displayName: "Dead Letter Queue Topic Replication Factor"
        ),
        ConfigKey(
            "errors.deadletterqueue.context.headers.enable",
            .boolean,
            default: false,
            importance: .medium,
            documentation:
                "Whether records in the dead letter queue carry headers, with names that begin with __connect.errors., "
                + "that tell where they come from and what went wrong.",
            group: errorGroup,
            orderInGroup: 8,
            width: .medium,
            displayName: "Enable Error Context Headers"
        ),
    ]
}

extension ConfigValidator {
    /// Names that are given once each.
    ///
    /// Source: `ConnectorConfig.aliasValidator`.
    static let aliases = ConfigValidator("a list of names, each once, separated by commas") {
        (value: ConfigValue?) -> String? in
        guard case .list(let names)? = value else { return "a list of names, each once, separated by commas" }
        if names.contains("") { return "a list of names without empty ones, separated by commas" }
        return Set(names).count == names.count ? nil : "a list of names, each once"
    }

    /// A regular expression that topics can be subscribed to with.
    static let subscriptionPattern = ConfigValidator(
        "a regular expression, without look-around, back references, possessive quantifiers, atomic groups and flags, which "
            + "the Kafka client here does not know"
    ) { value in
        guard case .string(let pattern)? = value else { return true }
        return TopicPattern.posix(pattern) != nil
    }
}
