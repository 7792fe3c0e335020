import OrderedCollections

/// What the Kafka clients of tasks and of the worker itself are configured with: Java client keys without prefix, merged. No
/// `client.id` unless the user gave one: whoever makes the client names it.
///
/// Order, later wins: the engine's defaults, the worker file's top level, its `producer.` (`consumer.`, `admin.`) keys, the
/// connector's `producer.override.` (…) keys. Kafka Connect lets only its admin clients inherit from the top level; here all clients
/// do, as a file that names its security once is meant. A client that has a `security.protocol` of its own (by prefix or
/// override) inherits no security key, so that files written for Kafka Connect keep their meaning.
///
/// Source: `org.apache.kafka.connect.runtime.Worker.baseProducerConfigs`, `baseConsumerConfigs`, `adminConfigs`.
extension WorkerConfiguration {
    /// The producer of a source task, or of a dead letter queue.
    public func producerConfiguration(for connector: ConnectorConfiguration? = nil) -> [String: String] {
        let given = merged(.producer, for: connector)
        return ProducerDefaults.defaults(given: given).merging(given) { _, given in given }
    }

    /// The consumer of a sink task.
    public func consumerConfiguration(for connector: ConnectorConfiguration) -> [String: String] {
        let defaults = [
            "group.id": "connect-\(connector.name)",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": "false",
        ]
        return defaults.merging(merged(.consumer, for: connector)) { _, given in given }
    }

    /// The admin client of a connector, or of the worker.
    public func adminConfiguration(for connector: ConnectorConfiguration? = nil) -> [String: String] {
        var configuration = merged(.admin, for: connector)
        if configuration["client.id"] == nil { configuration["client.id"] = raw["client.id"] }
        return configuration
    }

    /// The producer that writes the offset topic: one request at a time, never giving up, nothing lost.
    ///
    /// Source: `org.apache.kafka.connect.storage.KafkaOffsetBackingStore`, `KafkaBasedLog`.
    public func offsetStoreProducerConfiguration() -> [String: String] {
        var configuration = topLevel(.producer)
        configuration["acks"] = "all"
        configuration["delivery.timeout.ms"] = String(Int32.max)
        configuration["enable.idempotence"] = "false"
        configuration["max.in.flight.requests.per.connection"] = "1"
        return configuration
    }

    /// The consumer that reads the offset topic from its beginning. It joins no group.
    public func offsetStoreConsumerConfiguration() -> [String: String] {
        var configuration = topLevel(.consumer)
        configuration["group.id"] = nil
        configuration["auto.offset.reset"] = "earliest"
        configuration["enable.auto.commit"] = "false"
        return configuration
    }

    private func merged(_ kind: ClientKeys.Kind, for connector: ConnectorConfiguration?) -> [String: String] {
        let own = raw.map(withPrefix: kind.workerPrefix).merging(connector?.clientOverrides(kind) ?? [:]) { _, last in
            last
        }
        let hasOwnSecurity = own["security.protocol"] != nil
        var inherited: [String: String] = ["bootstrap.servers": bootstrapServers.joined(separator: ",")]
        for (key, entry) in raw.entries {
            if ClientKeys.connection.contains(key) || (!hasOwnSecurity && ClientKeys.security.contains(key)) {
                inherited[key] = entry.value
            }
        }
        return inherited.merging(own) { _, own in own }
    }

    /// All keys at the top level that a kind of client takes: what the worker's own clients are made of.
    private func topLevel(_ kind: ClientKeys.Kind) -> [String: String] {
        let names = ClientKeys.names(of: kind).subtracting(WorkerKeys.notForClients)
        return raw.map.filter { names.contains($0.key) }
    }
}

extension WorkerKeys {
    /// Keys of the worker that clients take too, under the same names but for themselves.
    static let notForClients: Set<String> = [
        "client.id", "config.providers", "metric.reporters", "metrics.num.samples", "metrics.recording.level",
        "metrics.sample.window.ms",
    ]
}

/// What a producer does unless told otherwise: keep the order, never give up.
enum ProducerDefaults {
    /// The defaults beside what the user gave.
    ///
    /// Kafka Connect keeps order with one request in flight and no idempotence (KIP-318). Idempotence keeps it with five in
    /// flight and without duplicates on retries, so that is the default, unless a key of the user's rules it out.
    static func defaults(given: [String: String]) -> [String: String] {
        var defaults = [
            "acks": "all",
            "delivery.timeout.ms": String(Int32.max),
            "max.block.ms": String(Int64.max),
        ]
        if allowsIdempotence(given) {
            defaults["enable.idempotence"] = "true"
            defaults["max.in.flight.requests.per.connection"] = "5"
        } else {
            defaults["enable.idempotence"] = "false"
            defaults["max.in.flight.requests.per.connection"] = "1"
        }
        return defaults
    }

    private static func allowsIdempotence(_ given: [String: String]) -> Bool {
        func trimmed(_ key: String) -> String? { given[key]?.trimmingJavaWhitespace() }
        if let asked = trimmed("enable.idempotence") { return asked.lowercased() == "true" }
        if let acks = trimmed("acks"), acks != "all", acks != "-1" { return false }
        if trimmed("retries") == "0" { return false }
        if let inFlight = trimmed("max.in.flight.requests.per.connection"), Int(inFlight).map({ $0 > 5 }) ?? true {
            return false
        }
        return true
    }
}
