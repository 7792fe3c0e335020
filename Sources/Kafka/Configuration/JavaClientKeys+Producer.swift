internal import Engine

extension JavaClientKeys {
    /// Keys of the producer alone.
    static let producer: [JavaClientKey] = [
        JavaClientKey(
            "acks",
            .producer,
            .choice("all", "-1", "0", "1"),
            default: "all",
            .rule("acks"),
            "A value other than `all` turns idempotence off unless `enable.idempotence=true` is set, which is then an error."
        ),
        JavaClientKey(
            "enable.idempotence",
            .producer,
            .boolean,
            default: "true",
            .rule("enable.idempotence"),
            "On, as in Java's producer (Connect's worker turns it off for the sake of old brokers)."
        ),
        JavaClientKey(
            "max.in.flight.requests.per.connection",
            .producer,
            .int(atLeast: 1),
            default: "5",
            .rule("max.in.flight.requests.per.connection"),
            "At most 5 with idempotence. Without it, 1 unless set, as Connect's worker has it, so that retries keep the order."
        ),
        JavaClientKey(
            "delivery.timeout.ms",
            .producer,
            .int(atLeast: 0),
            default: "120000",
            own: .value("2147483647"),
            .rule("message.timeout.ms"),
            "2147483647, which Connect's worker sets, means for ever and becomes librdkafka's 0. Must be at least "
                + "`linger.ms` + `request.timeout.ms`."
        ),
        JavaClientKey(
            "linger.ms",
            .producer,
            .long(atLeast: 0),
            default: "5",
            .number("linger.ms", 0...900_000),
            "How long a batch waits for more records."
        ),
        JavaClientKey(
            "batch.size",
            .producer,
            .int(atLeast: 0),
            default: "16384",
            own: .library,
            .number("batch.size", 1...2_147_483_647),
            "The largest batch of one partition. When it is not set librdkafka's 1000000 stays: librdkafka sends one batch a request "
                + "where Java's producer puts the batches of many partitions into one, so that 16384 would slow it down."
        ),
        JavaClientKey(
            "buffer.memory",
            .producer,
            .long(atLeast: 0),
            default: "33554432",
            .rule("queue.buffering.max.kbytes"),
            "Rounded up to whole kilobytes. librdkafka's limit of 100000 records (`queue.buffering.max.messages`) holds besides."
        ),
        JavaClientKey(
            "max.request.size",
            .producer,
            .int(atLeast: 0),
            default: "1048576",
            .number("message.max.bytes", 1000...1_000_000_000),
            "The largest record and the largest batch."
        ),
        JavaClientKey(
            "max.block.ms",
            .producer,
            .long(atLeast: 0),
            default: "60000",
            own: .value("9223372036854775807"),
            .engine,
            "How long a send may wait for room in the producer: for ever, as Connect's worker sets it."
        ),
        JavaClientKey(
            "compression.type",
            .producer,
            .choice("none", "gzip", "snappy", "lz4", "zstd"),
            default: "none",
            .sameName,
            "As it is."
        ),
        JavaClientKey(
            "compression.gzip.level",
            .producer,
            .int(-1...9),
            default: "-1",
            .rule("compression.level"),
            "Set when `compression.type=gzip`."
        ),
        JavaClientKey(
            "compression.lz4.level",
            .producer,
            .int(1...17),
            default: "9",
            .rule("compression.level"),
            "Set when `compression.type=lz4`. Java's 9 means its fast compressor, which is librdkafka's default; levels above 12 "
                + "become 12."
        ),
        JavaClientKey(
            "compression.zstd.level",
            .producer,
            .int(-131_072...22),
            default: "3",
            .rule("compression.level"),
            "Set when `compression.type=zstd`. librdkafka takes 1 to 12: lower levels become 1 (0 is zstd's default, 3), higher 12."
        ),
        JavaClientKey(
            "partitioner.class",
            .producer,
            .className,
            .rule("partitioner", "sticky.partitioning.linger.ms"),
            "Java's default is `murmur2_random`: the same key lands in the same partition. `RoundRobinPartitioner` becomes `random`: "
                + "as even, but not in turn. Other classes are an error."
        ),
        JavaClientKey(
            "partitioner.ignore.keys",
            .producer,
            .boolean,
            default: "false",
            .rule("partitioner"),
            "`true` spreads records over partitions whatever their key: librdkafka's `random`."
        ),
        JavaClientKey(
            "partitioner.adaptive.partitioning.enable",
            .producer,
            .boolean,
            default: "true",
            .noEffect(.note),
            "librdkafka spreads records without key evenly, a batch at a time."
        ),
        JavaClientKey(
            "partitioner.availability.timeout.ms",
            .producer,
            .long(atLeast: 0),
            default: "0",
            .noEffect(.note),
            "librdkafka leaves partitions without leader out by itself when it spreads records without key."
        ),
        JavaClientKey(
            "metadata.max.idle.ms",
            .producer,
            .long(atLeast: 5000),
            default: "300000",
            .noEffect(.note),
            "librdkafka keeps the metadata of the topics it writes to."
        ),
        JavaClientKey(
            "transactional.id",
            .producer,
            .nonEmptyString,
            .sameName,
            "Needs idempotence."
        ),
        JavaClientKey(
            "transaction.timeout.ms",
            .producer,
            .int,
            default: "60000",
            .rule("transaction.timeout.ms"),
            "Set when `transactional.id` is; 1000 at least. A finite `delivery.timeout.ms` is limited to it."
        ),
        JavaClientKey(
            "transaction.two.phase.commit.enable",
            .producer,
            .boolean,
            default: "false",
            .unsupported,
            "librdkafka 2.0 has no two-phase commit."
        ),
        JavaClientKey(
            "key.serializer",
            .producer,
            .className,
            .noEffect(.note),
            "`key.converter` makes the bytes of the key."
        ),
        JavaClientKey(
            "value.serializer",
            .producer,
            .className,
            .noEffect(.note),
            "`value.converter` makes the bytes of the value."
        ),
        JavaClientKey(
            "interceptor.classes",
            [.producer, .consumer],
            .list,
            default: "",
            .noEffect(.warning),
            "Java classes cannot run here. A transformation can change records on their way."
        ),
    ]
}
