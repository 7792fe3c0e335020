import OrderedCollections

/// The reference of worker and connector keys for users, made from the definitions that configurations are read with.
public enum ConfigurationReference {
    /// The text of `docs/configuration.md`; a test holds the file to it.
    ///
    /// - Parameter plugins: plugins whose keys are listed too, after the worker's and the connectors'.
    public static func markdown(plugins: PluginRegistry = PluginRegistry()) -> String {
        var parts = [introduction]
        let standard = WorkerConfiguration.definition.removing(
            Set(EngineKeys.definition.keys.keys).union(EmbeddedBrokerKeys.definition.keys.keys)
        )
        parts.append(section("## The worker file", workerText, standard))
        parts.append(section("### Keys of this engine", engineText, EngineKeys.definition))
        parts.append(section("### The embedded broker", embeddedBrokerText, EmbeddedBrokerKeys.definition))
        parts.append(distributed)
        parts.append(section("## Every connector", connectorText, ConnectorKeys.common))
        let common = Set(ConnectorKeys.common.keys.keys)
        let queue = ConfigDefinition(ConnectorKeys.deadLetterQueue)
        parts.append(
            section("### Source connectors", "Besides, for sources:", ConnectorKeys.source.removing(common))
        )
        parts.append(
            section(
                "### Groups of topics to create",
                topicCreationText,
                ConnectorKeys.topicCreation(group: "default").prefixed("topic.creation.default.")
            )
        )
        parts.append(
            section(
                "### Sink connectors",
                "Besides, for sinks:",
                ConnectorKeys.sink.removing(common.union(queue.keys.keys))
            )
        )
        parts.append(section("### Dead letter queue", queueText, queue))
        parts.append(
            section(
                "### Transformations and predicates",
                chainText,
                ChainKeys.transformation.prefixed("transforms.<name>.").adding(
                    ChainKeys.predicate.prefixed("predicates.<name>.")
                )
            )
        )
        for entry in plugins.entries.sorted(by: { $0.className < $1.className }) {
            parts.append(section("## \(entry.className)", pluginText(entry), entry.configDefinition))
        }
        return parts.joined(separator: "\n")
    }

    /// A table of a definition's keys, in the order defined.
    static func table(_ definition: ConfigDefinition) -> String {
        var lines = ["| Key | Type | Default | Importance | Meaning |", "|---|---|---|---|---|"]
        for key in definition.keys.values where !key.isInternal {
            var meaning = key.documentation
            if let validator = key.validator { meaning += " Takes \(validator.expectation)." }
            let type = key.type.rawValue.lowercased()
            let importance = key.importance.rawValue.lowercased()
            lines.append("| `\(key.name)` | \(type) | \(defaultText(key)) | \(importance) | \(escaped(meaning)) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(_ heading: String, _ text: String, _ definition: ConfigDefinition) -> String {
        definition.keys.isEmpty ? "\(heading)\n\n\(text)\n" : "\(heading)\n\n\(text)\n\n\(table(definition))"
    }

    private static func defaultText(_ key: ConfigKey) -> String {
        if key.isRequired { return "required" }
        guard let value = key.defaultValue else { return "none" }
        return value.text.isEmpty ? "empty" : "`\(value.text)`"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
    }

    private static func pluginText(_ entry: PluginRegistry.Entry) -> String {
        let aliases = entry.aliases.map { "`\($0)`" }.joined(separator: " or ")
        let kind = entry.kind.rawValue.replacing("_", with: " ")
        return "A \(kind), for short \(aliases)."
            + (entry.configDefinition.keys.isEmpty ? " It has no keys of its own." : "")
    }

    // MARK: Texts

    private static let introduction = """
        # Configuration

        This page is made from the definitions in the sources; do not edit it by hand.
        `make docs` writes it anew; `connectd config-reference` prints it.

        A worker file is a properties file as Java reads it: `key=value` lines, `#` comments, `\\` at the end of a line to go on in the
        next, characters beyond ASCII as `\\uXXXX`. A connector file is a properties file too, or JSON: an object of keys and values, or
        `{"name": …, "config": {…}, "initial_state": "RUNNING|PAUSED|STOPPED"}`. Keys, defaults and meanings are Kafka Connect's;
        what differs is in [compatibility](compatibility.md). A wrong value is an error that names file, line, key and what is expected;
        an unknown key is a warning with the nearest known one.

        Values may hold `${provider:path:key}` for config providers that `config.providers` names: `FileConfigProvider` (a key of a
        properties file), `DirectoryConfigProvider` (a file of a folder) and `EnvVarConfigProvider` (`${provider:VARIABLE}`). What they
        give is never shown in messages.

        """

    private static let workerText = """
        Keys of Kafka clients (security, connections) at the top level of the file count for every client; with the prefixes
        `producer.`, `consumer.` and `admin.` they count for that kind alone, and a connector may override them with
        `producer.override.`, `consumer.override.` and `admin.override.`. A client that has a `security.protocol` of its own takes no
        security key from the top level.
        """

    private static let engineText = "What Kafka Connect does not have. A connector may give the same keys for itself."

    private static let embeddedBrokerText = """
        With `bootstrap.servers=embedded` the worker runs a Kafka broker in its own process, started before the connectors and stopped
        after them ([the embedded broker](embedded-broker.md) says what it is for). Kafka Connect does not have these keys.
        """

    private static let connectorText = """
        A connector's configuration goes to its class whole; the class's own keys stand beside these.
        """

    private static let topicCreationText = """
        A group of topics has its keys under `topic.creation.<group>.`; further keys there are configuration of the topics
        themselves. Other groups than `default` take their numbers from `default` when they have none.
        """

    private static let queueText = "For sinks, as in Kafka Connect, and for sources too."

    private static let chainText = "Beside the keys of the class itself:"

    private static var distributed: String {
        var lines = [
            "### Keys of the distributed worker", "",
            "Accepted, so that one file can serve both kinds of workers, with a note in the log:", "",
        ]
        for (keys, reason) in DistributedKeys.unused {
            lines.append("- \(keys.map { "`\($0)`" }.joined(separator: ", ")): \(reason).")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
