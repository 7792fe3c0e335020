extension BrokerCore {
    /// What a configuration can belong to (Kafka: `ConfigResource.Type`).
    private enum ResourceType {
        static let topic: Int8 = 2
        static let broker: Int8 = 4
    }

    /// Where a value comes from (Kafka: `DescribeConfigsResponse.ConfigSource`).
    enum ConfigSource: Int8 {
        case topic = 1
        case broker = 4
        case defaults = 5
    }

    /// One configuration of a topic with the value that holds.
    struct DescribedConfig {
        var name: String
        var value: String
        var source: ConfigSource
        var type: Int8
        /// The values that would hold one after the other, the first of them ``value``.
        var synonyms: [(value: String, source: ConfigSource)]
    }

    // MARK: What holds

    /// Every configuration of a topic with these overrides, in the order of their names.
    func described(overrides: [String: String]) -> [DescribedConfig] {
        LogConfiguration.definitions.map { definition in
            var synonyms: [(value: String, source: ConfigSource)] = []
            if let value = overrides[definition.name] { synonyms.append((value, .topic)) }
            if let value = settings.topicDefaults[definition.name] { synonyms.append((value, .broker)) }
            synonyms.append((definition.defaultText, .defaults))
            return DescribedConfig(
                name: definition.name,
                value: synonyms[0].value,
                source: synonyms[0].source,
                type: definition.type.rawValue,
                synonyms: synonyms
            )
        }
    }

    /// DescribeConfigs, of topics and of the broker.
    func describeConfigs(_ request: DescribeConfigsRequest) -> DescribeConfigsResponse {
        DescribeConfigsResponse(
            results: request.resources.map { resource in
                var answer = DescribeConfigsResponse.DescribeConfigsResult(
                    errorMessage: nil,
                    resourceType: resource.resourceType,
                    resourceName: resource.resourceName
                )
                do throws(AdminRefusal) {
                    let wanted = resource.configurationKeys.map(Set.init)
                    answer.configs = try configs(of: resource)
                        .filter { wanted?.contains($0.name) ?? true }
                        .map { describe($0, isReadOnly: resource.resourceType == ResourceType.broker, in: request) }
                } catch {
                    answer.errorCode = error.code.rawValue
                    answer.errorMessage = error.message
                }
                return answer
            }
        )
    }

    private func configs(
        of resource: DescribeConfigsRequest.DescribeConfigsResource
    ) throws(AdminRefusal) -> [DescribedConfig] {
        switch resource.resourceType {
        case ResourceType.topic:
            guard let topic = topics.topic(resource.resourceName) else {
                throw AdminRefusal(.unknownTopicOrPartition)
            }
            return described(overrides: topic.overrides)
        case ResourceType.broker:
            guard resource.resourceName.isEmpty || resource.resourceName == String(Self.nodeID) else {
                throw AdminRefusal(
                    .invalidRequest,
                    "Unexpected broker id, expected \(Self.nodeID) or empty string, but received \(resource.resourceName)"
                )
            }
            return settings.described
        default:
            throw AdminRefusal(.invalidRequest, "Unsupported resource type \(resource.resourceType).")
        }
    }

    private func describe(
        _ config: DescribedConfig,
        isReadOnly: Bool,
        in request: DescribeConfigsRequest
    ) -> DescribeConfigsResponse.DescribeConfigsResult.DescribeConfigsResourceResult {
        .init(
            name: config.name,
            value: config.value,
            readOnly: isReadOnly,
            configSource: config.source.rawValue,
            synonyms: request.includeSynonyms
                ? config.synonyms.map { .init(name: config.name, value: $0.value, source: $0.source.rawValue) } : [],
            configType: config.type,
            documentation: nil
        )
    }

    // MARK: Changes

    /// The overrides that a request asks for, checked; a null value is no override.
    func overrides(in entries: [(name: String, value: String?)]) throws(AdminRefusal) -> [String: String] {
        var overrides: [String: String] = [:]
        for entry in entries {
            guard overrides[entry.name] == nil else {
                throw AdminRefusal(.invalidConfig, "Duplicate configuration \(entry.name).")
            }
            guard let value = entry.value else {
                throw AdminRefusal(.invalidConfig, "Null value not supported for topic configs: \(entry.name)")
            }
            overrides[entry.name] = value
        }
        try check(overrides)
        return overrides
    }

    private func check(_ overrides: [String: String]) throws(AdminRefusal) {
        do {
            _ = try LogConfiguration(overrides)
        } catch {
            throw AdminRefusal(.invalidConfig, error.message)
        }
    }

    /// AlterConfigs: replaces all of a topic's overrides.
    func alterConfigs(_ request: AlterConfigsRequest) -> AlterConfigsResponse {
        AlterConfigsResponse(
            responses: request.resources.map { resource in
                let refusal = alter(
                    resourceType: resource.resourceType,
                    name: resource.resourceName,
                    validateOnly: request.validateOnly
                ) { (_) throws(AdminRefusal) in
                    try overrides(in: resource.configs.map { ($0.name, $0.value) })
                }
                return .init(
                    errorCode: refusal?.code.rawValue ?? 0,
                    errorMessage: refusal?.message,
                    resourceType: resource.resourceType,
                    resourceName: resource.resourceName
                )
            }
        )
    }

    /// IncrementalAlterConfigs (KIP-339): changes some of a topic's overrides.
    func incrementalAlterConfigs(_ request: IncrementalAlterConfigsRequest) -> IncrementalAlterConfigsResponse {
        IncrementalAlterConfigsResponse(
            responses: request.resources.map { resource in
                let refusal = alter(
                    resourceType: resource.resourceType,
                    name: resource.resourceName,
                    validateOnly: request.validateOnly
                ) { (before) throws(AdminRefusal) in
                    try changed(before, by: resource.configs)
                }
                return .init(
                    errorCode: refusal?.code.rawValue ?? 0,
                    errorMessage: refusal?.message,
                    resourceType: resource.resourceType,
                    resourceName: resource.resourceName
                )
            }
        )
    }

    private func changed(
        _ before: [String: String],
        by changes: [IncrementalAlterConfigsRequest.AlterConfigsResource.AlterableConfig]
    ) throws(AdminRefusal) -> [String: String] {
        var overrides = before
        var seen: Set<String> = []
        for change in changes {
            guard seen.insert(change.name).inserted else {
                throw AdminRefusal(.invalidRequest, "Error due to duplicate config keys: \(change.name)")
            }
            switch change.configOperation {
            case 0:
                guard let value = change.value else {
                    throw AdminRefusal(.invalidConfig, "Null value not supported for topic configs: \(change.name)")
                }
                overrides[change.name] = value
            case 1:
                guard LogConfiguration.definition(of: change.name) != nil else {
                    throw AdminRefusal(.invalidConfig, "Unknown topic config name: \(change.name)")
                }
                overrides[change.name] = nil
            case 2, 3:
                guard let definition = LogConfiguration.definition(of: change.name), definition.type == .list else {
                    throw AdminRefusal(
                        .invalidConfig,
                        "Config value append is not allowed for config key: \(change.name)"
                    )
                }
                let now = overrides[change.name] ?? settings.topicDefaults[change.name] ?? definition.defaultText
                overrides[change.name] = Self.list(now, change.value ?? "", isAppended: change.configOperation == 2)
            default:
                throw AdminRefusal(.invalidRequest, "Unknown operation \(change.configOperation).")
            }
        }
        try check(overrides)
        return overrides
    }

    private static func list(_ now: String, _ change: String, isAppended: Bool) -> String {
        let present = now.split(separator: ",").map(String.init)
        let changed = change.split(separator: ",").map(String.init)
        let result =
            isAppended
            ? present + changed.filter { !present.contains($0) } : present.filter { !changed.contains($0) }
        return result.joined(separator: ",")
    }

    /// Changes one topic's overrides; answers why not.
    private func alter(
        resourceType: Int8,
        name: String,
        validateOnly: Bool,
        _ change: ([String: String]) throws(AdminRefusal) -> [String: String]
    ) -> AdminRefusal? {
        guard resourceType == ResourceType.topic else {
            return AdminRefusal(
                .invalidRequest,
                "Only the configurations of topics can be changed on an embedded broker; its own are set where it is started."
            )
        }
        guard let topic = topics.topic(name) else { return AdminRefusal(.unknownTopicOrPartition) }
        do throws(AdminRefusal) {
            let overrides = try change(topic.overrides)
            guard !validateOnly else { return nil }
            do {
                try topics.configure(topic, overrides)
            } catch {
                throw AdminRefusal(error)
            }
            return nil
        } catch {
            return error
        }
    }
}
