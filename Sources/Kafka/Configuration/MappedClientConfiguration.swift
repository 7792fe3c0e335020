public import Engine

/// What a Java client configuration means for librdkafka and for the engine.
///
/// Made by ``ClientConfigurationMapping/map(_:kind:library:)``, once per client.
public struct MappedClientConfiguration: Sendable {
    /// The client this is for.
    public let kind: ClientKind
    /// Keys and values for `rd_kafka_conf_set`, to be set in this order. No name occurs twice.
    public let properties: [ClientProperty]
    /// What a person should know: keys that have no effect here, values that were adapted. Never holds a secret (rule 7).
    public let notices: [ConfigurationNotice]
    /// What the engine itself has to do, because librdkafka has no key for it.
    public let settings: ClientEngineSettings

    /// The value set for a key of librdkafka.
    public subscript(name: String) -> String? {
        properties.first { $0.name == name }?.value
    }
}

/// One key of librdkafka with its value. Its description hides the value of a secret.
public struct ClientProperty: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// librdkafka's name of the key.
    public let name: String
    /// The value as `rd_kafka_conf_set` takes it.
    public let value: String
    /// True for passwords, private keys and the like: never log the value.
    public let isSecret: Bool

    init(_ name: String, _ value: String, isSecret: Bool = false) {
        self.name = name
        self.value = value
        self.isSecret = isSecret
    }

    /// `name=value`, the value of a secret hidden.
    public var description: String { "\(name)=\(isSecret ? "[hidden]" : value)" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// Shows no more than `description` does.
    public var customMirror: Mirror { Mirror(self, children: ["property": description]) }
}

/// The settings of a Java client that the engine follows itself.
///
/// Each is the value given, or the default that the table in `docs/client-configuration.md` states. Those of other kinds of client
/// hold that default too and mean nothing.
public struct ClientEngineSettings: Sendable, Hashable {
    /// `max.poll.records`: the most records of one poll.
    public var maxPollRecords: Int64 = 500
    /// `max.poll.interval.ms`: the longest time between polls, in ms.
    public var maxPollIntervalMilliseconds: Int64 = 300_000
    /// `max.block.ms`: how long a send may wait for room, in ms; `Int64.max` for ever.
    public var maxBlockMilliseconds: Int64 = .max
    /// `buffer.memory`: the bound of records waiting in the producer, in bytes.
    public var bufferMemoryBytes: Int64 = 33_554_432
    /// `max.request.size`: the largest record or request, in bytes.
    public var maxRequestSizeBytes: Int64 = 1_048_576
    /// `delivery.timeout.ms`: after so many ms a record counts as failed; `nil` for never.
    public var deliveryTimeoutMilliseconds: Int64?
    /// `enable.idempotence` as it takes effect.
    public var isIdempotent = true
    /// `transactional.id`.
    public var transactionalID: String?
    /// `request.timeout.ms`: how long one request may take, in ms.
    public var requestTimeoutMilliseconds: Int64 = 30_000
    /// `default.api.timeout.ms`: how long a call may take, retries included, in ms.
    public var defaultAPITimeoutMilliseconds: Int64 = 60_000
    /// `retries` of an admin client.
    public var retries: Int64 = 2_147_483_647
    /// `retry.backoff.ms`: the first wait between two tries, in ms.
    public var retryBackoffMilliseconds: Int64 = 100
    /// `retry.backoff.max.ms`: the longest wait between two tries, in ms.
    public var retryBackoffMaxMilliseconds: Int64 = 1000
    /// True when the assignor moves partitions one by one (`rd_kafka_incremental_assign`) instead of all at once.
    public var isCooperative = false

    /// The defaults.
    public init() {}
}
