internal import Engine

extension MappingBuilder {
    /// The rules of a producer.
    mutating func mapProducer() throws {
        try mapIdempotence()
        try mapDelivery()
        try mapBuffer()
        try mapCompressionLevel()
        try mapPartitioner()
    }

    /// Source: `ProducerConfig.postProcessAndValidateIdempotenceConfigs`.
    private mutating func mapIdempotence() throws {
        let acks = value("acks") == "all" ? "-1" : value("acks") ?? "-1"
        let isRequested = given["enable.idempotence"] != nil
        var isIdempotent = flag("enable.idempotence")
        if isIdempotent {
            let obstacles = [
                acks == "-1" ? nil : ("acks", "'acks' must be all"),
                try integer("retries") > 0 ? nil : ("retries", "'retries' must not be 0"),
            ].compactMap { $0 }
            for (key, demand) in obstacles {
                guard !isRequested else { throw error("With 'enable.idempotence=true' the producer's \(demand).") }
                isIdempotent = false
                warn(key, "It turns idempotence off, as in Java: records can be written twice after a lost answer.")
            }
        }
        if text("transactional.id") != nil, !isIdempotent {
            throw error(
                "The producer's 'transactional.id' needs idempotence: remove 'enable.idempotence=false', and keep 'acks=all' and "
                    + "'retries' above 0."
            )
        }

        var inFlight = try integer("max.in.flight.requests.per.connection")
        if isIdempotent {
            guard inFlight <= 5 else {
                throw error(
                    "The producer's key 'max.in.flight.requests.per.connection' has the value '\(inFlight)'; expected 1 to 5, or "
                        + "'enable.idempotence=false'."
                )
            }
        } else if given["max.in.flight.requests.per.connection"] == nil {
            inFlight = 1
        } else if inFlight > 1 {
            // Rule 8: order holds; a person who asks for this gives it up knowingly.
            warn(
                "max.in.flight.requests.per.connection",
                "Above 1 without idempotence, a retry can change the order of records."
            )
        }
        set("acks", acks)
        set("enable.idempotence", isIdempotent ? "true" : "false")
        set(
            "max.in.flight.requests.per.connection",
            inFlight,
            in: 1...1_000_000,
            for: "max.in.flight.requests.per.connection"
        )
        settings.isIdempotent = isIdempotent
        settings.transactionalID = text("transactional.id")
    }

    /// Source: `KafkaProducer.configureDeliveryTimeout`.
    private mutating func mapDelivery() throws {
        settings.maxBlockMilliseconds = try integer("max.block.ms")
        let transactionLimit = max(1000, try integer("transaction.timeout.ms"))
        let isTransactional = text("transactional.id") != nil
        if isTransactional {
            set(
                "transaction.timeout.ms",
                try integer("transaction.timeout.ms"),
                in: 1000...JavaValueType.maxInt,
                for: "transaction.timeout.ms"
            )
        } else if given["transaction.timeout.ms"] != nil {
            note("transaction.timeout.ms", "Not used without 'transactional.id'.")
        }

        var limit = try integer("delivery.timeout.ms")
        guard limit < JavaValueType.maxInt else {
            settings.deliveryTimeoutMilliseconds = nil
            set("message.timeout.ms", "0")
            return
        }
        let linger = try integer("linger.ms")
        let request = try integer("request.timeout.ms")
        let (lowest, overflow) = linger.addingReportingOverflow(request)
        guard !overflow, limit >= lowest else {
            throw error(
                "The producer's key 'delivery.timeout.ms' has the value '\(limit)'; expected at least 'linger.ms' + "
                    + "'request.timeout.ms' (\(linger) + \(request))."
            )
        }
        if isTransactional, limit > transactionLimit {
            note("delivery.timeout.ms", "Not above 'transaction.timeout.ms': \(transactionLimit) is used instead.")
            limit = transactionLimit
        }
        // librdkafka wants it above linger.ms, and takes 0 for ever.
        limit = max(limit, linger + 1)
        settings.deliveryTimeoutMilliseconds = limit
        set("message.timeout.ms", String(limit))
    }

    private mutating func mapBuffer() throws {
        let bytes = try integer("buffer.memory")
        settings.bufferMemoryBytes = bytes
        settings.maxRequestSizeBytes = try integer("max.request.size")
        let kilobytes = bytes / 1024 + (bytes % 1024 == 0 ? 0 : 1)
        set("queue.buffering.max.kbytes", kilobytes, in: 1...JavaValueType.maxInt, for: "buffer.memory")
    }

    private mutating func mapCompressionLevel() throws {
        let type = value("compression.type") ?? "none"
        for codec in ["gzip", "lz4", "zstd"] where codec != type && given["compression.\(codec).level"] != nil {
            note("compression.\(codec).level", "Not used while 'compression.type' is \(type).")
        }
        let key = "compression.\(type).level"
        guard given[key] != nil else { return }
        let level = try integer(key)
        switch type {
        case "gzip":
            guard level != 0 else { throw wrongValue(key, "0", expected: "1 to 9, or -1 for gzip's default") }
            set("compression.level", String(level))
        case "lz4":
            // Java keeps its fast compressor under the number of its default level.
            if level == 9 {
                set("compression.level", "-1")
            } else {
                set("compression.level", level, in: 1...12, for: key)
            }
        default:
            if level == 0 {
                set("compression.level", "-1")
            } else {
                set("compression.level", level, in: 1...12, for: key)
            }
        }
    }

    private mutating func mapPartitioner() throws {
        let className = text("partitioner.class")
        let simpleName = className.map { String($0.split(separator: ".").last ?? "") }
        switch simpleName {
        case nil, "DefaultPartitioner":
            guard flag("partitioner.ignore.keys") else {
                set("partitioner", "murmur2_random")
                return
            }
            set("partitioner", "random")
        case "UniformStickyPartitioner":
            set("partitioner", "random")
        case "RoundRobinPartitioner":
            note("partitioner.class", "Records are spread evenly over partitions, but at random instead of in turn.")
            set("partitioner", "random")
            set("sticky.partitioning.linger.ms", "0")
        default:
            throw wrongValue(
                "partitioner.class",
                className ?? "",
                expected:
                    "none, or org.apache.kafka.clients.producer.RoundRobinPartitioner; other Java classes cannot run here"
            )
        }
    }
}
