/// What becomes of a record that cannot be handled: the `errors.` keys of a connector.
public struct ErrorHandlingConfiguration: Sendable, Hashable {
    /// For how long a failed operation is tried again; `nil` for ever, zero for not at all.
    public var retryTimeout: Duration?
    /// The longest wait between two tries.
    public var retryDelayMax: Duration
    /// Whether records that cannot be handled are left out instead of failing the task.
    public var toleratesAll: Bool
    /// Whether tolerated errors are logged.
    public var logEnable: Bool
    /// Whether such log lines name the record.
    public var logIncludeMessages: Bool
    /// Where such records go; `nil` for nowhere.
    public var deadLetterQueue: DeadLetterQueueConfiguration?

    /// Read from the keys of a connector.
    init(_ values: ParsedConfiguration) throws(ConnectError) {
        let timeout = try values.long("errors.retry.timeout")
        retryTimeout = timeout < 0 ? nil : .milliseconds(timeout)
        retryDelayMax = .milliseconds(max(0, try values.long("errors.retry.delay.max.ms")))
        toleratesAll = try values.string("errors.tolerance") == "all"
        logEnable = try values.boolean("errors.log.enable")
        logIncludeMessages = try values.boolean("errors.log.include.messages")
        let topic = try values.string(ConnectorKeys.deadLetterQueueTopic)
        if !topic.isEmpty {
            deadLetterQueue = DeadLetterQueueConfiguration(
                topic: topic,
                replicationFactor: Int16(try values.int("errors.deadletterqueue.topic.replication.factor")),
                contextHeadersEnable: try values.boolean("errors.deadletterqueue.context.headers.enable")
            )
        }
    }
}

/// A connector's dead letter queue.
public struct DeadLetterQueueConfiguration: Sendable, Hashable {
    /// Its topic.
    public var topic: String
    /// The replication factor when it is created.
    public var replicationFactor: Int16
    /// Whether its records carry headers that tell what went wrong.
    public var contextHeadersEnable: Bool

    /// The topic as the administration of topics takes it: one partition, as Kafka Connect creates it.
    public var newTopic: NewTopic {
        NewTopic(name: topic, partitions: 1, replicationFactor: replicationFactor)
    }
}
