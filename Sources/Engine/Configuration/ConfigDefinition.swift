public import OrderedCollections

/// The keys that something takes: name, type, default, check, importance and documentation of each.
///
/// Plugins state theirs once; the worker reads configurations against it and documentation is made from it.
///
/// Source: `org.apache.kafka.common.config.ConfigDef`.
public struct ConfigDefinition: Sendable {
    /// The keys by name, in the order defined.
    public private(set) var keys: OrderedDictionary<String, ConfigKey> = [:]

    /// A definition of these keys. Of two keys with one name the later counts.
    public init(_ keys: [ConfigKey] = []) {
        for key in keys { self.keys[key.name] = key }
    }

    /// This definition and further keys.
    public func adding(_ more: [ConfigKey]) -> ConfigDefinition {
        ConfigDefinition(Array(keys.values) + more)
    }

    /// This definition and another one's keys.
    public func adding(_ other: ConfigDefinition) -> ConfigDefinition { adding(Array(other.keys.values)) }

    /// The same keys with a prefix, as they stand in the configuration around their owner's.
    public func prefixed(_ prefix: String) -> ConfigDefinition {
        ConfigDefinition(keys.values.map { $0.prefixed(prefix) })
    }

    /// This definition without some keys.
    public func removing(_ names: Set<String>) -> ConfigDefinition {
        ConfigDefinition(keys.values.filter { !names.contains($0.name) })
    }
}

/// What reading a configuration against a definition gave.
public struct ConfigValidation: Sendable {
    /// The values that could be read, defaults included; a key with a problem is absent.
    public var values: ParsedConfiguration
    /// What is wrong, in the order of the definition.
    public var problems: [ConfigurationProblem]
    /// What the user should know.
    public var notices: [ConfigurationNotice]
}

extension ConfigDefinition {
    /// Reads a map whose origin is not known, as plugins do with what they are given.
    ///
    /// - Throws: ``ConnectError/Code/configuration`` that names all keys with wrong values.
    public func parse(_ configuration: [String: String]) throws(ConnectError) -> ParsedConfiguration {
        try parse(RawConfiguration(configuration))
    }

    /// Reads a configuration; keys that are not defined are left alone.
    ///
    /// - Throws: ``ConnectError/Code/configuration`` that names all keys with wrong values, with file and line where known.
    public func parse(_ configuration: RawConfiguration) throws(ConnectError) -> ParsedConfiguration {
        let validation = validate(configuration)
        if let error = validation.problems.error(in: configuration) { throw error }
        return validation.values
    }

    /// Reads a configuration and reports every wrong key instead of throwing.
    ///
    /// - Parameter isKnownClass: asked for values of type CLASS.
    ///
    /// Source: `ConfigDef.parse` and `ConfigDef.validate`.
    public func validate(
        _ configuration: RawConfiguration,
        isKnownClass: (String) -> Bool = ConfigType.looksLikeClassName
    ) -> ConfigValidation {
        var values: OrderedDictionary<String, ConfigValue?> = [:]
        var problems: [ConfigurationProblem] = []
        var notices: [ConfigurationNotice] = []
        for key in keys.values {
            switch key.read(configuration.entries[key.name], isKnownClass: isKnownClass) {
            case .success(let reading):
                values.updateValue(reading.value, forKey: key.name)
                if !reading.dropped.isEmpty {
                    let isHidden = configuration.entries[key.name]?.isHidden == true
                    notices.append(
                        key.droppedDuplicates(
                            isHidden ? [Secret.hidden] : reading.dropped,
                            place: configuration.place(of: key.name)
                        )
                    )
                }
            case .failure(let problem): problems.append(problem)
            }
        }
        return ConfigValidation(values: ParsedConfiguration(values), problems: problems, notices: notices)
    }
}

extension ConfigurationProblem: Error {}

extension ConfigKey {
    fileprivate typealias Reading = (value: ConfigValue?, dropped: [String])

    /// The value that a text, or its absence, stands for.
    fileprivate func read(
        _ entry: RawConfiguration.Entry?,
        isKnownClass: (String) -> Bool
    ) -> Result<Reading, ConfigurationProblem> {
        let isHidden = entry?.isHidden == true || type == .password
        guard entry != nil || !isRequired else {
            return .failure(
                ConfigurationProblem(key: name, "\(name) is missing and has no default: add it, with \(expectation)")
            )
        }
        var value = defaultValue
        if let entry {
            do throws(ConfigTypeMismatch) {
                value = try type.parse(entry.value, isKnownClass: isKnownClass)
            } catch {
                return .failure(problem(entry.value, isHidden: isHidden, expected: error.expected))
            }
        }
        var dropped: [String] = []
        if case .list(let elements)? = value, validator?.dropsDuplicates == true {
            let distinct = OrderedSet(elements)
            if distinct.count < elements.count {
                var seen: Set<String> = []
                dropped = elements.filter { !seen.insert($0).inserted }
                value = .list(Array(distinct))
            }
        }
        if let expected = validator?.problem(value) {
            // What a check says of one value may quote it.
            return .failure(
                problem(entry?.value, isHidden: isHidden, expected: isHidden ? expectation : expected)
            )
        }
        return .success((value, dropped))
    }

    /// What values the key takes, to follow the word "expected".
    public var expectation: String { validator?.expectation ?? type.expectation }

    /// A problem with this key's value.
    private func problem(_ text: String?, isHidden: Bool, expected: String) -> ConfigurationProblem {
        let shown = text.map { "= \(isHidden ? Secret.hidden : $0.quotedForMessage)" } ?? "has no value"
        return ConfigurationProblem(key: name, "\(name) \(shown): expected \(expected)")
    }

    fileprivate func droppedDuplicates(_ elements: [String], place: String) -> ConfigurationNotice {
        ConfigurationNotice(
            .warning,
            key: name,
            "\(place): \(name) names \(elements.joined(separator: ", ")) more than once; each counts once"
        )
    }
}

extension String {
    /// In quotes, control characters escaped, cut after 200 characters.
    var quotedForMessage: String {
        var result = "\""
        for scalar in unicodeScalars.prefix(200) {
            if scalar.properties.generalCategory == .control {
                result += scalar.escaped(asASCII: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + (unicodeScalars.count > 200 ? "…\"" : "\"")
    }
}
