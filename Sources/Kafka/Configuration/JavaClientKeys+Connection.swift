internal import Engine

extension JavaClientKeys {
    /// Keys about connections, metadata, time limits and metrics, which most clients share.
    static let connection: [JavaClientKey] = [
        JavaClientKey(
            "bootstrap.servers",
            .all,
            .list,
            defaults: [.admin: ""],
            .rule("bootstrap.servers"),
            "Each entry is `host:port`; a protocol in front (`SSL://`) is dropped, since `security.protocol` decides."
        ),
        JavaClientKey(
            "bootstrap.controllers",
            .admin,
            .list,
            default: "",
            .unsupported,
            "librdkafka talks to brokers only: give `bootstrap.servers`."
        ),
        JavaClientKey(
            "client.id",
            .all,
            .string,
            default: "",
            .sameName,
            "When it is not set, the worker names the client after connector and task."
        ),
        JavaClientKey(
            "client.dns.lookup",
            .all,
            .choice("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"),
            default: "use_all_dns_ips",
            .rule([]),
            "librdkafka always tries every address of a name, which is `use_all_dns_ips`; the other value is warned about."
        ),
        JavaClientKey(
            "security.protocol",
            .all,
            .choice(["SASL_SSL", "PLAINTEXT", "SSL", "SASL_PLAINTEXT"], ignoringCase: true),
            default: "PLAINTEXT",
            .rule("security.protocol"),
            "In lower case for librdkafka."
        ),
        JavaClientKey(
            "request.timeout.ms",
            .all,
            .int(atLeast: 0),
            default: "30000",
            .rule("socket.timeout.ms", "request.timeout.ms"),
            "The client's limit for a request; a producer also tells it to the broker. With `transactional.id` not above "
                + "`transaction.timeout.ms`."
        ),
        JavaClientKey(
            "default.api.timeout.ms",
            [.consumer, .admin],
            .int(atLeast: 0),
            default: "60000",
            .engine,
            "The limit for calls such as committing offsets and creating topics."
        ),
        JavaClientKey(
            "connections.max.idle.ms",
            .all,
            .long,
            default: "540000",
            defaults: [.admin: "300000"],
            .rule("connections.max.idle.ms"),
            "A negative value (never) becomes librdkafka's 0."
        ),
        JavaClientKey(
            "socket.connection.setup.timeout.ms",
            .all,
            .long,
            default: "10000",
            .rule("socket.connection.setup.timeout.ms"),
            "librdkafka has one limit, which covers TLS and SASL too, where Java's grows from this one to "
                + "`socket.connection.setup.timeout.max.ms`: the larger of the two is set."
        ),
        JavaClientKey(
            "socket.connection.setup.timeout.max.ms",
            .all,
            .long,
            default: "30000",
            .rule("socket.connection.setup.timeout.ms"),
            "See `socket.connection.setup.timeout.ms`."
        ),
        JavaClientKey(
            "send.buffer.bytes",
            .all,
            .int(atLeast: -1),
            default: "131072",
            own: .library,
            .rule("socket.send.buffer.bytes"),
            "-1 becomes librdkafka's 0. When it is not set the kernel sizes the buffer, which is faster over long distances."
        ),
        JavaClientKey(
            "receive.buffer.bytes",
            .all,
            .int(atLeast: -1),
            default: "65536",
            defaults: [.producer: "32768"],
            own: .library,
            .rule("socket.receive.buffer.bytes"),
            "-1 becomes librdkafka's 0. When it is not set the kernel sizes the buffer, which is faster over long distances."
        ),
        JavaClientKey(
            "reconnect.backoff.ms",
            .all,
            .long(atLeast: 0),
            default: "50",
            .rule("reconnect.backoff.ms"),
            "The first wait before connecting again."
        ),
        JavaClientKey(
            "reconnect.backoff.max.ms",
            .all,
            .long(atLeast: 0),
            default: "1000",
            .rule("reconnect.backoff.max.ms"),
            "The longest wait; when only `reconnect.backoff.ms` is set, that one, as in Java."
        ),
        JavaClientKey(
            "retry.backoff.ms",
            .all,
            .long(atLeast: 0),
            default: "100",
            .rule("retry.backoff.ms", "fetch.error.backoff.ms"),
            "A producer's and admin client's `retry.backoff.ms`, a consumer's `fetch.error.backoff.ms`."
        ),
        JavaClientKey(
            "retry.backoff.max.ms",
            .all,
            .long(atLeast: 0),
            default: "1000",
            .engine,
            "For the engine's own retries; librdkafka waits `retry.backoff.ms` each time."
        ),
        JavaClientKey(
            "retries",
            [.producer, .admin],
            .int(atLeast: 0),
            default: "2147483647",
            .rule("retries"),
            "A producer's goes to librdkafka; an admin client's tries are counted by the engine."
        ),
        JavaClientKey(
            "metadata.max.age.ms",
            .all,
            .long(atLeast: 0),
            default: "300000",
            .number("topic.metadata.refresh.interval.ms", 100...3_600_000),
            "How often metadata is fetched anew although nothing went wrong. librdkafka's own `metadata.max.age.ms` means another "
                + "thing: when metadata is forgotten; it stays at three times this value."
        ),
        JavaClientKey(
            "metadata.recovery.strategy",
            .all,
            .choice(["REBOOTSTRAP", "NONE"], ignoringCase: true),
            default: "rebootstrap",
            .noEffect(.note),
            "librdkafka keeps the bootstrap servers among its brokers and goes on trying them."
        ),
        JavaClientKey(
            "metadata.recovery.rebootstrap.trigger.ms",
            .all,
            .long(atLeast: 0),
            default: "300000",
            .noEffect(.note),
            "librdkafka keeps the bootstrap servers among its brokers and goes on trying them."
        ),
        JavaClientKey(
            "config.providers",
            .all,
            .list,
            default: "",
            .noEffect(.note),
            "The worker resolves `${provider:path:key}` before a client sees its configuration."
        ),
        JavaClientKey(
            "enable.metrics.push",
            .all,
            .boolean,
            default: "true",
            defaults: [.admin: "false"],
            .noEffect(.note),
            "librdkafka 2.0 does not push metrics to brokers; the worker keeps metrics of its own."
        ),
        JavaClientKey(
            "metric.reporters",
            .all,
            .list,
            default: "org.apache.kafka.common.metrics.JmxReporter",
            .noEffect(.note),
            "Java classes cannot run here; the worker keeps metrics of its own."
        ),
        JavaClientKey(
            "metrics.num.samples",
            .all,
            .int(atLeast: 1),
            default: "2",
            .noEffect(.note),
            "Metrics here are plain counters and histograms, which need no sample windows."
        ),
        JavaClientKey(
            "metrics.recording.level",
            .all,
            .choice("INFO", "DEBUG", "TRACE"),
            default: "INFO",
            .noEffect(.note),
            "Every metric is recorded."
        ),
        JavaClientKey(
            "metrics.sample.window.ms",
            .all,
            .long(atLeast: 0),
            default: "30000",
            .noEffect(.note),
            "Metrics here are plain counters and histograms, which need no sample windows."
        ),
    ]
}
