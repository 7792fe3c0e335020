extension EmbeddedBroker {
    /// How a broker is to run.
    public struct Configuration: Sendable {
        /// Where it keeps everything; `nil` keeps everything in memory, gone with the broker.
        public var folder: String?
        /// Where clients come in; the first is the one to bootstrap from. A port of 0 is chosen by the system.
        public var listeners: [BrokerListener]
        /// What is synced to the disk before an answer.
        public var flush: FlushPolicy
        /// Whether topics that a client names in a metadata request come into being (Kafka's `auto.create.topics.enable`).
        public var createsTopics: Bool
        /// How many partitions such topics have (Kafka's `num.partitions`).
        public var defaultPartitions: Int
        /// Topic configurations that take the place of Kafka's defaults, for all topics.
        public var topicDefaults: [String: String]
        /// How long a group waits for more members when its first comes, in ms (Kafka's `group.initial.rebalance.delay.ms`, there 3000).
        public var initialRebalanceDelayMs: Int
        /// The shortest session that a group's member may ask for, in ms (Kafka's `group.min.session.timeout.ms`).
        public var minSessionTimeoutMs: Int
        /// How often old segments are looked for and topics are compacted, in ms (Kafka's `log.retention.check.interval.ms`).
        public var upkeepIntervalMs: Int

        /// A broker in memory, on a free port of 127.0.0.1, unless told otherwise.
        public init(
            folder: String? = nil,
            listeners: [BrokerListener] = [BrokerListener()],
            flush: FlushPolicy = .system,
            createsTopics: Bool = true,
            defaultPartitions: Int = 1,
            topicDefaults: [String: String] = [:],
            initialRebalanceDelayMs: Int = 0,
            minSessionTimeoutMs: Int = 6000,
            upkeepIntervalMs: Int = 15_000
        ) {
            self.folder = folder
            self.listeners = listeners
            self.flush = flush
            self.createsTopics = createsTopics
            self.defaultPartitions = defaultPartitions
            self.topicDefaults = topicDefaults
            self.initialRebalanceDelayMs = initialRebalanceDelayMs
            self.minSessionTimeoutMs = minSessionTimeoutMs
            self.upkeepIntervalMs = upkeepIntervalMs
        }
    }

    /// When what was written is forced to the disk. Whatever the policy, what was acknowledged survives the end of the process; only a
    /// crash of the machine can lose what is not on the disk.
    public enum FlushPolicy: Sendable, Equatable {
        /// When the operating system sees fit, as Kafka does by default.
        case system
        /// At the latest so many ms after it was written (Kafka's `log.flush.interval.ms`).
        case interval(milliseconds: Int64)
        /// Before each answer to a Produce request, and before each answer of the coordinators.
        case always

        /// The topic configurations that say so.
        var topicDefaults: [String: String] {
            switch self {
            case .system: [:]
            case .interval(let milliseconds): ["flush.ms": String(milliseconds)]
            case .always: ["flush.messages": "1"]
            }
        }
    }

    /// Checked.
    static func settings(of configuration: Configuration) throws(BrokerError) -> BrokerSettings {
        guard !configuration.listeners.isEmpty else {
            throw BrokerError("An embedded broker needs a listener: an address and a port for its clients.")
        }
        var settings = BrokerSettings()
        settings.createsTopics = configuration.createsTopics
        guard let partitions = Int32(exactly: configuration.defaultPartitions), (1...10_000).contains(partitions) else {
            throw BrokerError(
                "Topics can have 1 to 10000 partitions by default, not \(configuration.defaultPartitions)."
            )
        }
        settings.defaultPartitions = partitions
        settings.topicDefaults = configuration.flush.topicDefaults.merging(configuration.topicDefaults) { _, given in
            given
        }
        do {
            _ = try LogConfiguration(settings.topicDefaults)
        } catch {
            throw BrokerError("The topic configurations for all topics cannot be used: \(error.message)")
        }
        guard let delay = Int32(exactly: configuration.initialRebalanceDelayMs), delay >= 0 else {
            throw BrokerError("The initial rebalance delay cannot be \(configuration.initialRebalanceDelayMs) ms.")
        }
        settings.groups.initialRebalanceDelayMs = delay
        guard let session = Int32(exactly: configuration.minSessionTimeoutMs), session >= 1 else {
            throw BrokerError("The shortest session timeout cannot be \(configuration.minSessionTimeoutMs) ms.")
        }
        settings.groups.minSessionTimeoutMs = session
        guard configuration.upkeepIntervalMs > 0 else {
            throw BrokerError("The interval of upkeep must be above 0 ms, not \(configuration.upkeepIntervalMs).")
        }
        settings.upkeepIntervalMs = Int64(configuration.upkeepIntervalMs)
        return settings
    }
}
