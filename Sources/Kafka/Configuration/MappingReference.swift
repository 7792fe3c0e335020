internal import Engine

/// The reference of client keys for users, made from the tables that the mapping runs on.
public enum MappingReference {
    /// The text of `docs/client-configuration.md`; a test holds the file to it.
    public static func markdown() -> String {
        [introduction, javaTable, fixedTable, nativeTable, policies].joined(separator: "\n")
    }

    private static let introduction = """
        # Client configuration

        This page is made from the tables in `Sources/Kafka/Configuration`; do not edit it by hand.
        `CONNECT_WRITE_DOCS=1 swift test --filter ConfigurationReferenceTests` writes it anew.

        The keys of Kafka's Java clients work here as they do in Kafka Connect: with the prefixes `producer.`, `consumer.` and `admin.` in
        the worker's file, with `producer.override.`, `consumer.override.` and `admin.override.` in a connector's. They are translated to
        the keys of librdkafka 2.0. A value that Java refuses is an error here too, with the key, the value and what is expected; a value
        outside librdkafka's range is moved into it, and a note in the log says so; an unknown key is warned about, with the name that was
        probably meant.

        ## Keys of the Java clients

        "Default" is what takes effect when the key is not set; where that is not the Java client's own default, Java's stands in
        brackets.

        """

    private static var javaTable: String {
        var lines = ["| Java key | Clients | librdkafka key | What happens | Default |", "|---|---|---|---|---|"]
        for key in JavaClientKeys.all.sorted(by: { $0.name < $1.name }) {
            let clients = key.clients == .all ? "all" : key.clients.kinds.map(\.rawValue).joined(separator: ", ")
            var happens = [prefix(of: key.handling), key.about].filter { !$0.isEmpty }.joined(separator: " ")
            if key.isWorkerOnly { happens += " The worker's file only: no connector may override it." }
            lines.append(
                "| `\(key.name)` | \(clients) | \(target(of: key)) | \(escaped(happens)) | \(defaultText(of: key)) |"
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func prefix(of handling: JavaClientKey.Handling) -> String {
        switch handling {
        case .noEffect(.note): "Accepted, no effect."
        case .noEffect(.warning): "Accepted with a warning, no effect."
        case .unsupported: "An error unless it has its default."
        case .number(_, let range): "\(range.lowerBound) to \(range.upperBound)."
        case .sameName, .renamed, .rule, .engine: ""
        }
    }

    private static func target(of key: JavaClientKey) -> String {
        switch key.handling {
        case .sameName: "`\(key.name)`"
        case .renamed(let name), .number(let name, _): "`\(name)`"
        case .rule(let names): names.isEmpty ? "–" : names.map { "`\($0)`" }.joined(separator: ", ")
        case .engine: "the worker itself"
        case .noEffect, .unsupported: "–"
        }
    }

    private static func defaultText(of key: JavaClientKey) -> String {
        let java = key.clients.kinds.map { kind in (kind, key.javaDefault(for: kind)) }
        let isOne = Set(java.map(\.1)).count == 1
        let javaText =
            isOne
            ? code(java.first?.1 ?? nil) : java.map { "\($0.0.rawValue) \(code($0.1))" }.joined(separator: ", ")
        return switch key.ownDefault {
        case .java: javaText
        case .value(let value): "\(code(value)) (\(javaText))"
        case .library: "librdkafka's (\(javaText))"
        }
    }

    private static func code(_ value: String?) -> String {
        guard let value else { return "none" }
        return value.isEmpty ? "empty" : "`\(value)`"
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }

    private static var fixedTable: String {
        var lines = [
            "## Set without a key", "", "| librdkafka key | Value | Why |", "|---|---|---|",
        ]
        for (name, value, about) in ClientConfigurationMapping.fixed {
            lines.append("| `\(name)` | `\(value)` | \(about) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static var nativeTable: String {
        var lines = [
            "## Keys of librdkafka", "",
            "librdkafka's own keys may be written wherever a Java key may. They are passed on in place of what the Java keys would set, with "
                + "a note in the log.", "", "| librdkafka key | Clients | What happens |", "|---|---|---|",
        ]
        for key in NativeClientKeys.all {
            let clients = key.clients == .all ? "all" : key.clients.kinds.map(\.rawValue).joined(separator: ", ")
            var happens =
                switch key.handling {
                case .passed: "Passed on."
                case .spells(let name): "The same as `\(name)`."
                case .engineOwned(let reason): "Ignored with a warning. \(reason)"
                }
            if key.isWorkerOnly { happens += " The worker's file only: no connector may override it." }
            lines.append("| `\(key.name)` | \(clients) | \(happens) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let policies = """
        ## What a connector may override

        `connector.client.config.override.policy` in the worker's file decides, by Connect's names:

        | Policy | Keys that a connector may override |
        |---|---|
        | `All` | all |
        | `None` | none |
        | `Principal` | `sasl.jaas.config`, `sasl.mechanism`, `security.protocol` |
        | `Allowlist` | those named in `connector.client.config.override.allowlist` |

        Under every policy a connector is refused the keys marked "the worker's file only": their values reach a shell or load code.
        librdkafka gives `kinit` to a shell together with principal and keytab, so that these may hold plain characters only.

        """
}
