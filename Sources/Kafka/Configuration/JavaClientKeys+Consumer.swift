internal import Engine

extension JavaClientKeys {
    /// Keys of the consumer alone.
    static let consumer: [JavaClientKey] = [
        JavaClientKey(
            "group.id",
            .consumer,
            .string,
            .sameName,
            "When it is not set, the worker uses `connect-<connector>`."
        ),
        JavaClientKey("group.instance.id", .consumer, .nonEmptyString, .sameName, "As it is."),
        JavaClientKey("client.rack", .consumer, .string, default: "", .sameName, "As it is."),
        JavaClientKey(
            "group.protocol",
            .consumer,
            .choice(["CONSUMER", "CLASSIC"], ignoringCase: true),
            default: "classic",
            .rule([]),
            "librdkafka 2.0 knows the classic protocol only: `consumer` is warned about and `classic` used."
        ),
        JavaClientKey(
            "group.remote.assignor",
            .consumer,
            .string,
            .noEffect(.note),
            "It belongs to the `consumer` group protocol, which librdkafka 2.0 does not know."
        ),
        JavaClientKey(
            "partition.assignment.strategy",
            .consumer,
            .list,
            default: "org.apache.kafka.clients.consumer.RangeAssignor,"
                + "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            .rule("partition.assignment.strategy"),
            "Range, RoundRobin and CooperativeSticky assignors become `range`, `roundrobin` and `cooperative-sticky`. librdkafka does "
                + "not mix cooperative with eager ones: of a mix, as Java's default is one, the eager ones stay, which is what Java's "
                + "group does until its last eager member is gone. `StickyAssignor` alone becomes `cooperative-sticky`."
        ),
        JavaClientKey(
            "session.timeout.ms",
            .consumer,
            .int,
            default: "45000",
            .number("session.timeout.ms", 1...3_600_000),
            "As it is."
        ),
        JavaClientKey(
            "heartbeat.interval.ms",
            .consumer,
            .int,
            default: "3000",
            .number("heartbeat.interval.ms", 1...3_600_000),
            "Must be lower than `session.timeout.ms`."
        ),
        JavaClientKey(
            "max.poll.interval.ms",
            .consumer,
            .int(atLeast: 1),
            default: "300000",
            .rule("max.poll.interval.ms"),
            "Raised to `session.timeout.ms` where it is lower, which librdkafka insists on."
        ),
        JavaClientKey(
            "max.poll.records",
            .consumer,
            .int(atLeast: 1),
            default: "500",
            .engine,
            "The most records that one `put` of a sink task gets."
        ),
        JavaClientKey(
            "enable.auto.commit",
            .consumer,
            .boolean,
            default: "true",
            own: .value("false"),
            .rule("enable.auto.commit", "enable.auto.offset.store"),
            "Always off, as Connect's worker has it: the worker commits what the sink says is durable."
        ),
        JavaClientKey(
            "auto.commit.interval.ms",
            .consumer,
            .int(atLeast: 0),
            default: "5000",
            .noEffect(.note),
            "The worker commits by itself, every `offset.flush.interval.ms`."
        ),
        JavaClientKey(
            "auto.offset.reset",
            .consumer,
            .string,
            default: "latest",
            own: .value("earliest"),
            .rule("auto.offset.reset"),
            "`earliest` unless set, as Connect's worker has it; `none` becomes `error`; `by_duration:…` is an error."
        ),
        JavaClientKey(
            "isolation.level",
            .consumer,
            .choice("read_committed", "read_uncommitted"),
            default: "read_uncommitted",
            .sameName,
            "librdkafka's own default is `read_committed`."
        ),
        JavaClientKey(
            "fetch.min.bytes",
            .consumer,
            .int(atLeast: 0),
            default: "1",
            .number("fetch.min.bytes", 1...100_000_000),
            "As it is."
        ),
        JavaClientKey(
            "fetch.max.wait.ms",
            .consumer,
            .int(atLeast: 0),
            default: "500",
            .number("fetch.wait.max.ms", 0...299_000),
            "Under another name. `socket.timeout.ms` stays 1000 above it, as librdkafka wants it."
        ),
        JavaClientKey(
            "fetch.max.bytes",
            .consumer,
            .int(atLeast: 0),
            default: "52428800",
            .rule("fetch.max.bytes", "message.max.bytes", "queued.max.messages.kbytes"),
            "Also bounds what is fetched ahead, as a Java consumer holds no more than its fetches. librdkafka wants it no lower than "
                + "`message.max.bytes`, which is lowered with it."
        ),
        JavaClientKey(
            "max.partition.fetch.bytes",
            .consumer,
            .int(atLeast: 0),
            default: "1048576",
            .number("fetch.message.max.bytes", 1...1_000_000_000),
            "Under another name."
        ),
        JavaClientKey(
            "check.crcs",
            .consumer,
            .boolean,
            default: "true",
            .sameName,
            "librdkafka's own default is false."
        ),
        JavaClientKey(
            "allow.auto.create.topics",
            .consumer,
            .boolean,
            default: "true",
            .sameName,
            "librdkafka's own default is false."
        ),
        JavaClientKey(
            "exclude.internal.topics",
            .consumer,
            .boolean,
            default: "true",
            .rule("topic.blacklist"),
            "While true, `__consumer_offsets`, `__transaction_state` and `__share_group_state` do not exist for this consumer, by "
                + "pattern or by name (Java hides them from patterns only): to read one by name set it to false."
        ),
        JavaClientKey(
            "key.deserializer",
            .consumer,
            .className,
            .noEffect(.note),
            "`key.converter` reads the bytes of the key."
        ),
        JavaClientKey(
            "value.deserializer",
            .consumer,
            .className,
            .noEffect(.note),
            "`value.converter` reads the bytes of the value."
        ),
        JavaClientKey(
            "share.acknowledgement.mode",
            .consumer,
            .choice("implicit", "explicit"),
            default: "implicit",
            .noEffect(.note),
            "It belongs to share groups, which Connect does not use."
        ),
        JavaClientKey(
            "share.acquire.mode",
            .consumer,
            .choice(["batch_optimized", "record_limit"], ignoringCase: true),
            default: "BATCH_OPTIMIZED",
            .noEffect(.note),
            "It belongs to share groups, which Connect does not use."
        ),
        JavaClientKey(
            "internal.throw.on.fetch.stable.offset.unsupported",
            .consumer,
            .boolean,
            default: "false",
            .noEffect(.note),
            "An internal switch of Kafka Streams."
        ),
    ]
}
