import OrderedCollections

extension ConnectorCheck {
    /// What is worth saying about keys that nothing reads.
    func notices(_ values: ParsedConfiguration) -> [ConfigurationNotice] {
        var notices: [ConfigurationNotice] = []
        let transforms = Set(aliases(ConnectorKeys.transforms, values))
        let predicates = Set(aliases(ConnectorKeys.predicates, values))
        let groups = Set(aliases(ConnectorKeys.topicCreationGroups, values)).union(["default"])
        for key in raw.entries.keys {
            if let message =
                lonelyConverterKey(key) ?? unknownAlias(key, "transforms.", transforms, ConnectorKeys.transforms)
                ?? unknownAlias(key, "predicates.", predicates, ConnectorKeys.predicates)
                ?? topicCreationKey(key, groups: groups) ?? unknown(key)
            {
                notices.append(ConfigurationNotice(.warning, key: key, "\(raw.place(of: key)): \(key) \(message)"))
            } else if let reason = withoutEffect(key) {
                notices.append(
                    ConfigurationNotice(
                        .note,
                        key: key,
                        "\(raw.place(of: key)): \(key) is accepted and without effect: \(reason)"
                    )
                )
            }
        }
        return notices
    }

    /// Why a key that every connector may have does nothing here.
    private func withoutEffect(_ key: String) -> String? {
        guard ConnectorKeys.definition(of: kind).keys[key] != nil else { return nil }
        if key.hasSuffix(".plugin.version") { return "the plugins of this program are built in" }
        return switch key {
        case "transaction.boundary", "transaction.boundary.interval.ms": "this version has no exactly-once sources"
        case "offsets.storage.topic": "offsets are kept where the worker file says"
        default: nil
        }
    }

    /// A converter's key without the converter: Kafka Connect ignores it in silence, which surprises.
    private func lonelyConverterKey(_ key: String) -> String? {
        for (converter, _) in ConverterKeys.all where key.hasPrefix("\(converter).") && raw[converter] == nil {
            guard ConnectorKeys.common.keys[key] == nil else { return nil }
            return "has no effect without \(converter) beside it: the worker's converter comes with the worker's keys"
        }
        return nil
    }

    private func unknownAlias(_ key: String, _ prefix: String, _ known: Set<String>, _ list: String) -> String? {
        guard key.hasPrefix(prefix) else { return nil }
        let rest = key.dropFirst(prefix.count)
        guard !known.contains(where: { rest.hasPrefix("\($0).") }) else { return nil }
        let alias = String(rest.prefix { $0 != "." })
        return "has no effect: \(list) does not name \(alias.quotedForMessage)"
            + NearestName.suggestion(for: alias, among: known.sorted())
    }

    private func topicCreationKey(_ key: String, groups: Set<String>) -> String? {
        guard kind == .source, key.hasPrefix(Self.topicCreationPrefix) else { return nil }
        guard worker.topicCreationEnable else {
            return "has no effect: topic.creation.enable is false in the worker file"
        }
        if key == ConnectorKeys.topicCreationGroups { return nil }
        if key == "topic.creation.default.include" || key == "topic.creation.default.exclude" {
            return "has no effect: the default group takes every topic that no other group takes"
        }
        return unknownAlias(key, Self.topicCreationPrefix, groups, ConnectorKeys.topicCreationGroups)
    }

    /// A key that neither every connector nor this connector's class knows.
    private func unknown(_ key: String) -> String? {
        guard let definition else { return nil }
        let common = ConnectorKeys.definition(of: kind)
        if common.keys[key] != nil || definition.keys[key] != nil { return nil }
        var families = ClientKeys.Kind.allCases.map(\.overridePrefix)
        families += ConverterKeys.all.map { "\($0.key)." } + ["transforms.", "predicates."]
        if kind == .source { families.append(Self.topicCreationPrefix) }
        if families.contains(where: { key.hasPrefix($0) && key.utf8.count > $0.utf8.count }) { return nil }
        let className = raw[ConnectorKeys.connectorClass]?.trimmingJavaWhitespace() ?? "the connector"
        return "is not a key of connectors or of \(className) and is ignored"
            + NearestName.suggestion(for: key, among: Array(common.keys.keys) + Array(definition.keys.keys))
    }
}
