/// A key of librdkafka that Java's clients do not have, written as such in a Connect file.
struct NativeClientKey: Sendable {
    /// What becomes of it.
    enum Handling: Sendable, Hashable {
        /// Goes to librdkafka as it is, in place of what the mapping would set.
        case passed
        /// Another spelling of this Java key.
        case spells(String)
        /// The engine depends on its value: it is left out with a warning that gives this reason.
        case engineOwned(String)
    }

    let name: String
    /// The clients for whose handles librdkafka has the key.
    let clients: ClientKinds
    let handling: Handling
    let isSecret: Bool
    /// True when only the worker's file may set it: its value reaches a shell or loads code.
    let isWorkerOnly: Bool

    init(
        _ name: String,
        _ clients: ClientKinds = .all,
        _ handling: Handling = .passed,
        secret: Bool = false,
        workerOnly: Bool = false
    ) {
        self.name = name
        self.clients = clients
        self.handling = handling
        self.isSecret = secret
        self.isWorkerOnly = workerOnly
    }
}

/// The keys of librdkafka 2.0 besides those that Java has under the same name.
enum NativeClientKeys {
    /// Every key, sorted by name.
    static let all: [NativeClientKey] = (passed + spellings + engineOwned).sorted { $0.name < $1.name }

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    static func find(_ name: String) -> NativeClientKey? { byName[name] }

    private static let passed: [NativeClientKey] = [
        NativeClientKey("api.version.fallback.ms"),
        NativeClientKey("api.version.request"),
        NativeClientKey("api.version.request.timeout.ms"),
        NativeClientKey("batch.num.messages", .producing),
        NativeClientKey("broker.address.family"),
        NativeClientKey("broker.address.ttl"),
        NativeClientKey("broker.version.fallback"),
        NativeClientKey("compression.level", .producing),
        NativeClientKey("coordinator.query.interval.ms", .consumer),
        NativeClientKey("debug"),
        NativeClientKey("enable.gapless.guarantee", .producing),
        NativeClientKey("enable.random.seed"),
        NativeClientKey("enable.sasl.oauthbearer.unsecure.jwt"),
        NativeClientKey("enable.ssl.certificate.verification"),
        NativeClientKey("fetch.error.backoff.ms", .consumer),
        NativeClientKey("log.connection.close"),
        NativeClientKey("log.thread.name"),
        NativeClientKey("log_level"),
        NativeClientKey("message.copy.max.bytes"),
        NativeClientKey("message.max.bytes"),
        NativeClientKey("partitioner", .producing),
        NativeClientKey("plugin.library.paths", workerOnly: true),
        NativeClientKey("queue.buffering.backpressure.threshold", .producing),
        NativeClientKey("queue.buffering.max.kbytes", .producing),
        NativeClientKey("queue.buffering.max.messages", .producing),
        NativeClientKey("queue.buffering.max.ms", .producing),
        NativeClientKey("queued.max.messages.kbytes", .consumer),
        NativeClientKey("queued.min.messages", .consumer),
        NativeClientKey("receive.message.max.bytes"),
        NativeClientKey("reconnect.backoff.jitter.ms"),
        NativeClientKey("sasl.kerberos.keytab"),
        NativeClientKey("sasl.kerberos.principal"),
        NativeClientKey("sasl.oauthbearer.client.id"),
        NativeClientKey("sasl.oauthbearer.client.secret", secret: true),
        NativeClientKey("sasl.oauthbearer.config", secret: true),
        NativeClientKey("sasl.oauthbearer.extensions"),
        NativeClientKey("sasl.oauthbearer.method"),
        NativeClientKey("sasl.password", secret: true),
        NativeClientKey("sasl.username"),
        NativeClientKey("socket.blocking.max.ms"),
        NativeClientKey("socket.keepalive.enable"),
        NativeClientKey("socket.max.fails"),
        NativeClientKey("socket.nagle.disable"),
        NativeClientKey("socket.receive.buffer.bytes"),
        NativeClientKey("socket.send.buffer.bytes"),
        NativeClientKey("socket.timeout.ms"),
        NativeClientKey("ssl.ca.certificate.stores"),
        NativeClientKey("ssl.ca.location"),
        NativeClientKey("ssl.ca.pem"),
        NativeClientKey("ssl.certificate.location"),
        NativeClientKey("ssl.certificate.pem"),
        NativeClientKey("ssl.crl.location"),
        NativeClientKey("ssl.curves.list"),
        NativeClientKey("ssl.engine.id", workerOnly: true),
        NativeClientKey("ssl.engine.location", workerOnly: true),
        NativeClientKey("ssl.key.location"),
        NativeClientKey("ssl.key.pem", secret: true),
        NativeClientKey("ssl.providers", workerOnly: true),
        NativeClientKey("ssl.sigalgs.list"),
        NativeClientKey("statistics.interval.ms"),
        NativeClientKey("sticky.partitioning.linger.ms", .producing),
        NativeClientKey("test.mock.num.brokers", workerOnly: true),
        NativeClientKey("topic.blacklist"),
        NativeClientKey("topic.metadata.propagation.max.ms"),
        NativeClientKey("topic.metadata.refresh.fast.cnt"),
        NativeClientKey("topic.metadata.refresh.fast.interval.ms"),
        NativeClientKey("topic.metadata.refresh.interval.ms"),
        NativeClientKey("topic.metadata.refresh.sparse"),
    ]

    private static let spellings: [NativeClientKey] = [
        NativeClientKey("compression.codec", .producing, .spells("compression.type")),
        NativeClientKey("fetch.message.max.bytes", .consumer, .spells("max.partition.fetch.bytes")),
        NativeClientKey("fetch.wait.max.ms", .consumer, .spells("fetch.max.wait.ms")),
        NativeClientKey("max.in.flight", .all, .spells("max.in.flight.requests.per.connection")),
        NativeClientKey("message.send.max.retries", .producing, .spells("retries")),
        NativeClientKey("message.timeout.ms", .producing, .spells("delivery.timeout.ms")),
        NativeClientKey("metadata.broker.list", .all, .spells("bootstrap.servers")),
        NativeClientKey("request.required.acks", .producing, .spells("acks")),
        NativeClientKey("sasl.mechanisms", .all, .spells("sasl.mechanism")),
    ]

    private static let callback = NativeClientKey.Handling.engineOwned("It takes a function, not text.")
    private static let commits = NativeClientKey.Handling.engineOwned("The worker stores and commits offsets itself.")
    private static let reports = NativeClientKey.Handling.engineOwned("The worker needs every delivery report.")

    private static let engineOwned: [NativeClientKey] = [
        NativeClientKey("auto.commit.enable", .consumer, commits),
        NativeClientKey("background_event_cb", .all, callback),
        NativeClientKey("builtin.features", .all, .engineOwned("It only tells what librdkafka was built with.")),
        NativeClientKey("closesocket_cb", .all, callback),
        NativeClientKey("connect_cb", .all, callback),
        NativeClientKey(
            "consume.callback.max.messages",
            .consumer,
            .engineOwned("The worker reads without callbacks.")
        ),
        NativeClientKey("consume_cb", .consumer, callback),
        NativeClientKey("default_topic_conf", .all, callback),
        NativeClientKey("delivery.report.only.error", .producing, reports),
        NativeClientKey("dr_cb", .producing, callback),
        NativeClientKey("dr_msg_cb", .producing, callback),
        NativeClientKey("enable.auto.offset.store", .consumer, commits),
        NativeClientKey("enable.partition.eof", .consumer, .engineOwned("The worker decides which events it gets.")),
        NativeClientKey("enabled_events", .all, .engineOwned("The worker decides which events it gets.")),
        NativeClientKey("error_cb", .all, callback),
        NativeClientKey("group.protocol.type", .consumer, .engineOwned("librdkafka knows one value only.")),
        NativeClientKey("interceptors", .all, callback),
        NativeClientKey("internal.termination.signal", .all, .engineOwned("The worker handles signals itself.")),
        NativeClientKey("log.queue", .all, .engineOwned("The worker decides which events it gets.")),
        NativeClientKey("log_cb", .all, callback),
        NativeClientKey("msg_order_cmp", .producing, callback),
        NativeClientKey("oauthbearer_token_refresh_cb", .all, callback),
        NativeClientKey("offset.store.method", .consumer, commits),
        NativeClientKey("offset.store.path", .consumer, commits),
        NativeClientKey("offset.store.sync.interval.ms", .consumer, commits),
        NativeClientKey("offset_commit_cb", .consumer, callback),
        NativeClientKey("opaque", .all, callback),
        NativeClientKey("open_cb", .all, callback),
        NativeClientKey("partitioner_cb", .producing, callback),
        NativeClientKey("produce.offset.report", .producing, reports),
        NativeClientKey("queuing.strategy", .producing, .engineOwned("The order of records must hold.")),
        NativeClientKey("rebalance_cb", .consumer, callback),
        NativeClientKey("resolve_cb", .all, callback),
        NativeClientKey("socket_cb", .all, callback),
        NativeClientKey("ssl.certificate.verify_cb", .all, callback),
        NativeClientKey("ssl_ca", .all, callback),
        NativeClientKey("ssl_certificate", .all, callback),
        NativeClientKey("ssl_engine_callback_data", .all, callback),
        NativeClientKey("ssl_key", .all, callback),
        NativeClientKey("stats_cb", .all, callback),
        NativeClientKey("throttle_cb", .all, callback),
    ]
}
