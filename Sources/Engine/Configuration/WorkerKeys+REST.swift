extension WorkerKeys {
    /// The REST API.
    ///
    /// Source: `org.apache.kafka.connect.runtime.rest.RestServerConfig`.
    static let rest: [ConfigKey] = [
        ConfigKey(
            "listeners",
            .list,
            default: ["http://:8083"],
            validator: .all([.list(allowsEmpty: false), .urls]),
            importance: .low,
            documentation:
                "The addresses that the REST API listens on, as http://host:port or https://host:port. Without a "
                + "host every network interface is meant."
        ),
        ConfigKey(
            "rest.advertised.host.name",
            .string,
            default: nil,
            importance: .low,
            documentation: "The host name that is given to others for reaching the REST API."
        ),
        ConfigKey(
            "rest.advertised.port",
            .int,
            default: nil,
            importance: .low,
            documentation: "The port that is given to others for reaching the REST API."
        ),
        ConfigKey(
            "rest.advertised.listener",
            .string,
            default: nil,
            importance: .low,
            documentation: "The kind of listener, http or https, that is given to others."
        ),
        ConfigKey(
            "access.control.allow.origin",
            .string,
            default: "",
            importance: .low,
            documentation:
                "The origin of web pages that may call the REST API from a browser; * for all, empty for none but its "
                + "own."
        ),
        ConfigKey(
            "access.control.allow.methods",
            .string,
            default: "",
            importance: .low,
            documentation: "The HTTP methods that such web pages may use; empty means GET, POST and HEAD."
        ),
        ConfigKey(
            "response.http.headers.config",
            .string,
            default: "",
            validator: .headerRules,
            importance: .low,
            documentation:
                "Headers for every REST answer, as rules '[action] [name]:[value]' separated by commas, with the "
                + "actions set, add, setDate and addDate. A rule that holds a comma stands in double quotes."
        ),
        ConfigKey(
            "ssl.client.auth",
            .string,
            default: "none",
            validator: .oneOf(["required", "requested", "none"]),
            importance: .low,
            documentation: "Whether an https listener asks its clients for certificates: required, requested or none."
        ),
        ConfigKey(
            "rest.extension.classes",
            .list,
            default: [],
            validator: .list(),
            importance: .low,
            documentation: "Java classes that extend the REST API. Accepted and not used: there is no Java here."
        ),
        ConfigKey(
            "admin.listeners",
            .list,
            default: nil,
            validator: .all([.list(allowsNull: true), .urls]),
            importance: .low,
            documentation:
                "The addresses that the administrative part of the REST API listens on; not given means those of "
                + "listeners, empty means none."
        ),
    ]
}

extension ConfigValidator {
    /// A list of `http://` and `https://` addresses with port. Null passes.
    ///
    /// Source: `RestServerConfig.ListenersValidator`.
    fileprivate static let urls = ConfigValidator("URLs separated by commas, such as http://localhost:8083") {
        (value: ConfigValue?) -> String? in
        guard case .list(let urls)? = value, let wrong = urls.first(where: { !isListener($0) }) else { return nil }
        return "URLs separated by commas, such as http://localhost:8083; \(wrong.quotedForMessage) is none"
    }

    private static func isListener(_ url: String) -> Bool {
        let lowercased = url.lowercased()
        for scheme in ["http://", "https://"] where lowercased.hasPrefix(scheme) {
            let address = lowercased.dropFirst(scheme.count)
            // Without a host the listener serves every interface.
            return BrokerAddress.isValid(address.hasPrefix(":") ? "any\(address)" : String(address))
        }
        return false
    }

    /// Rules for response headers.
    ///
    /// Source: `RestServerConfig.ResponseHttpHeadersValidator`.
    fileprivate static let headerRules = ConfigValidator("rules '[action] [name]:[value]' separated by commas") {
        (value: ConfigValue?) -> String? in
        guard case .string(let text)? = value, !text.isEmpty else { return nil }
        for rule in rules(in: text) where !isHeaderRule(rule) {
            return
                "rules '[action] [name]:[value]' separated by commas, with the actions set, add, setDate and addDate; "
                + "\(rule.quotedForMessage) is none"
        }
        return nil
    }

    /// The rules of a text; commas within double quotes do not separate.
    private static func rules(in text: String) -> [String] {
        var rules = [""]
        var isQuoted = false
        for character in text {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: rules.append("")
            default: rules[rules.count - 1].append(character)
            }
        }
        return rules.map { $0.trimmingJavaWhitespace() }
    }

    private static func isHeaderRule(_ rule: String) -> Bool {
        let words = rule.split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
        guard words.count == 2, ["set", "add", "setdate", "adddate"].contains(words[0].lowercased()) else {
            return false
        }
        let parts = words[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let name = String(parts[0]).trimmingJavaWhitespace()
        return !name.isEmpty && !name.contains(where: \.isWhitespace)
    }
}
