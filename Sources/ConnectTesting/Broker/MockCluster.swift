import CRdKafka
import Dispatch
import Engine
import Synchronization

/// Several brokers inside this process: librdkafka's mock cluster, listening on 127.0.0.1 on ports of its own choice.
///
/// For tests that want several brokers, leaders that move, or a broker that refuses connections; all others use an `EmbeddedBroker`,
/// which tells the truth. Everything is in memory and gone with ``close()``. Its limits (librdkafka 2.0.2, seen by running):
/// a partition keeps 5 MiB of message sets as they were sent (compressed, 69 bytes and more each) and drops its oldest beyond that,
/// as a short retention would; librdkafka's second limit, 100,000 message sets, lies above that and is never met; there is no topic administration (``createTopic(_:partitions:replication:)`` is a call to this object, not a
/// request); unknown topics that a producer names are created with four partitions; a group's rebalance takes it 3 s
/// at first and `session.timeout.ms` less a second later, and offsets are refused in the middle of one; aborted transactions are
/// not hidden from readers; no TLS, no SASL.
public final class MockCluster: Sendable {
    /// What `bootstrap.servers` is to be set to: every broker's `127.0.0.1:port`.
    public let bootstrapServers: String

    private struct Cluster: @unchecked Sendable {
        // @unchecked: the mock cluster takes every call as a message to its own thread.
        let pointer: OpaquePointer
    }

    private let client: Client
    private let cluster: Mutex<Cluster?>

    // The client that the cluster hangs on; it talks to nobody.
    private struct Client: @unchecked Sendable {
        // @unchecked: librdkafka's client handles take calls from every thread.
        let pointer: OpaquePointer
    }

    /// Starts `brokers` brokers with ids from 1, and creates topics. Returns when their ports are open.
    public init(brokers: Int = 1, topics: [(name: String, partitions: Int)] = []) throws {
        guard (1...32).contains(brokers) else {
            throw ConnectError(.configuration, "A mock cluster has 1 to 32 brokers, not \(brokers).")
        }
        let configuration = rd_kafka_conf_new()
        // Errors only: as a client of itself it would note that it has no broker to talk to.
        rd_kafka_conf_set(configuration, "log_level", "3", nil, 0)
        var reason = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw ConnectError(.inputOutput, "A mock cluster cannot start: \(text).")
        }
        guard let pointer = rd_kafka_mock_cluster_new(client, CInt(brokers)) else {
            rd_kafka_destroy(client)
            throw ConnectError(.inputOutput, "A mock cluster cannot open ports on 127.0.0.1.")
        }
        self.client = Client(pointer: client)
        cluster = Mutex(Cluster(pointer: pointer))
        bootstrapServers = rd_kafka_mock_cluster_bootstraps(pointer).map { String(cString: $0) } ?? ""
        for topic in topics {
            try createTopic(topic.name, partitions: topic.partitions)
        }
    }

    deinit {
        let cluster = cluster.withLock { $0 }
        // Both wait for threads, and the last one to let go of this may be a thread that must not.
        let client = client
        DispatchQueue.global().async {
            if let cluster { rd_kafka_mock_cluster_destroy(cluster.pointer) }
            rd_kafka_destroy(client.pointer)
        }
    }

    /// Creates a topic. Throws when it is there already. Replication is cut to the number of brokers.
    public func createTopic(_ name: String, partitions: Int, replication: Int = 1) throws {
        guard (1...10_000).contains(partitions), replication >= 1 else {
            throw ConnectError(
                .configuration,
                "Topic \(name) needs 1 to 10000 partitions and at least 1 replica, not \(partitions) and \(replication)."
            )
        }
        try call("create topic \(name)") { cluster in
            rd_kafka_mock_topic_create(cluster, name, CInt(partitions), CInt(replication))
        }
    }

    /// Stops the brokers. Idempotent.
    public func close() async {
        let cluster = cluster.withLock { cluster in
            defer { cluster = nil }
            return cluster
        }
        guard let cluster else { return }
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                rd_kafka_mock_cluster_destroy(cluster.pointer)
                continuation.resume()
            }
        }
    }

    // MARK: Faults

    /// The next requests of one kind fail with these codes, one each; then all is well again. `0` lets one request pass;
    /// ``ProtocolError/disconnect`` closes the connection instead of answering.
    ///
    /// For tests. Kinds and codes are those of Kafka's protocol.
    public func failRequests(_ kind: RequestKind, with codes: [ProtocolError]) {
        let errors = codes.map { rd_kafka_resp_err_t(rawValue: $0.rawValue) }
        cluster.withLock { cluster in
            guard let cluster else { return }
            rd_kafka_mock_push_request_errors_array(cluster.pointer, kind.rawValue, errors.count, errors)
        }
    }

    /// Closes a broker's connections and refuses new ones, until ``setUp(broker:)``. `nil` means all brokers.
    public func setDown(broker: Int32? = nil) throws {
        try call("stop a broker") { rd_kafka_mock_broker_set_down($0, broker ?? -1) }
    }

    /// Lets a broker accept connections again. `nil` means all brokers.
    public func setUp(broker: Int32? = nil) throws {
        try call("start a broker") { rd_kafka_mock_broker_set_up($0, broker ?? -1) }
    }

    /// Delays every answer of a broker. `nil` means all brokers.
    public func setRoundTripTime(milliseconds: Int32, broker: Int32? = nil) throws {
        try call("delay a broker") { rd_kafka_mock_broker_set_rtt($0, broker ?? -1, milliseconds) }
    }

    private func call(_ what: String, _ body: (OpaquePointer) -> rd_kafka_resp_err_t) throws {
        let code = cluster.withLock { cluster in
            cluster.map { body($0.pointer) } ?? RD_KAFKA_RESP_ERR__DESTROY
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = String(cString: rd_kafka_err2str(code))
            throw ConnectError(.kafkaTransient, "The mock cluster cannot \(what): \(reason).")
        }
    }

    /// The kind of a request: Kafka's API keys.
    public struct RequestKind: RawRepresentable, Sendable, Hashable {
        /// The API key.
        public let rawValue: Int16

        /// Any API key.
        public init(rawValue: Int16) {
            self.rawValue = rawValue
        }

        /// Produce.
        public static let produce = RequestKind(rawValue: 0)
        /// Fetch.
        public static let fetch = RequestKind(rawValue: 1)
        /// Metadata.
        public static let metadata = RequestKind(rawValue: 3)
        /// OffsetCommit.
        public static let offsetCommit = RequestKind(rawValue: 8)
        /// FindCoordinator.
        public static let findCoordinator = RequestKind(rawValue: 10)
        /// JoinGroup.
        public static let joinGroup = RequestKind(rawValue: 11)
        /// Heartbeat.
        public static let heartbeat = RequestKind(rawValue: 12)
    }

    /// What a broker answers: Kafka's error codes.
    public struct ProtocolError: RawRepresentable, Sendable, Hashable {
        /// The error code.
        public let rawValue: Int32

        /// Any error code.
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// No error.
        public static let none = ProtocolError(rawValue: 0)
        /// The broker closes the connection.
        public static let disconnect = ProtocolError(rawValue: RD_KAFKA_RESP_ERR__TRANSPORT.rawValue)
        /// NOT_LEADER_OR_FOLLOWER.
        public static let notLeader = ProtocolError(rawValue: 6)
        /// REQUEST_TIMED_OUT.
        public static let timedOut = ProtocolError(rawValue: 7)
        /// MESSAGE_TOO_LARGE.
        public static let messageTooLarge = ProtocolError(rawValue: 10)
        /// REBALANCE_IN_PROGRESS.
        public static let rebalanceInProgress = ProtocolError(rawValue: 27)
        /// TOPIC_AUTHORIZATION_FAILED.
        public static let topicAuthorizationFailed = ProtocolError(rawValue: 29)
        /// NOT_ENOUGH_REPLICAS.
        public static let notEnoughReplicas = ProtocolError(rawValue: 19)
    }
}
