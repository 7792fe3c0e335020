import Engine

/// Which client a configuration is for.
enum ClientRole {
    case producer
    case consumer
    case admin
}

/// From Java's client configuration to librdkafka's properties.
enum ClientProperties {
    static func make(_ java: [String: String], role: ClientRole, context: ClientContext) throws -> [(
        name: String, value: String
    )] {
        var properties = java
        properties["client.id"] = properties["client.id"] ?? context.clientID
        switch role {
        case .producer:
            properties["enable.idempotence"] = properties["enable.idempotence"] ?? "true"
            properties["message.timeout.ms"] = properties["message.timeout.ms"] ?? "0"
            properties["partitioner"] = properties["partitioner"] ?? "murmur2_random"
        case .consumer:
            properties["enable.auto.commit"] = "false"
            properties["enable.auto.offset.store"] = "false"
        case .admin:
            break
        }
        return properties.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
