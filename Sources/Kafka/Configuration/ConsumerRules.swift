internal import Engine

extension MappingBuilder {
    /// The rules of a consumer.
    mutating func mapConsumer() throws {
        settings.maxPollRecords = try integer("max.poll.records")
        try mapOffsets()
        try mapGroup()
        try mapFetchBounds()
        if flag("exclude.internal.topics") {
            set("topic.blacklist", "^__consumer_offsets$,^__transaction_state$,^__share_group_state$")
        }
    }

    private mutating func mapOffsets() throws {
        // Rule 2: only the worker knows what the sink made durable.
        if flag("enable.auto.commit") {
            warn(
                "enable.auto.commit",
                "It stays false: the worker commits an offset once the sink says that its record is durable."
            )
        }
        set("enable.auto.commit", "false")
        set("enable.auto.offset.store", "false")

        let reset = value("auto.offset.reset") ?? ""
        switch reset.lowercased() {
        case "earliest", "latest": set("auto.offset.reset", reset.lowercased())
        case "none": set("auto.offset.reset", "error")
        case let word where word.hasPrefix("by_duration"):
            throw error(
                "The consumer's key 'auto.offset.reset' has the value '\(reset)', which librdkafka cannot do; expected earliest, latest "
                    + "or none. To start at a time, set the connector's offsets before it starts."
            )
        default: throw wrongValue("auto.offset.reset", reset, expected: "one of earliest, latest, none")
        }
    }

    private mutating func mapGroup() throws {
        if value("group.protocol")?.lowercased() == "consumer" {
            warn("group.protocol", "librdkafka 2.0 knows the classic protocol only, which is used: brokers offer both.")
        }
        let session = try integer("session.timeout.ms")
        let heartbeat = try integer("heartbeat.interval.ms")
        guard heartbeat < session else {
            throw error(
                "The consumer's key 'heartbeat.interval.ms' has the value '\(heartbeat)'; expected less than 'session.timeout.ms' "
                    + "(\(session))."
            )
        }
        let poll = try integer("max.poll.interval.ms")
        let effectivePoll = max(poll, min(session, 3_600_000))
        if effectivePoll != poll {
            note(
                given["max.poll.interval.ms"] == nil ? "session.timeout.ms" : "max.poll.interval.ms",
                "librdkafka wants 'max.poll.interval.ms' no lower than 'session.timeout.ms': \(effectivePoll) is used instead of \(poll)."
            )
        }
        set("max.poll.interval.ms", effectivePoll, in: 1...86_400_000, for: "max.poll.interval.ms")
        settings.maxPollIntervalMilliseconds = min(effectivePoll, 86_400_000)
        try mapAssignors()
    }

    /// Source: KIP-429 for what a mix of assignors means.
    private mutating func mapAssignors() throws {
        let key = "partition.assignment.strategy"
        let isWritten = given[key] != nil
        var eager: [String] = []
        var isCooperative = false
        var hasSticky = false
        for entry in (value(key) ?? "").listEntries() {
            switch entry.split(separator: ".").last.map({ String($0).lowercased() }) ?? "" {
            case "rangeassignor", "range": eager.append("range")
            case "roundrobinassignor", "roundrobin": eager.append("roundrobin")
            case "cooperativestickyassignor", "cooperative-sticky": isCooperative = true
            case "stickyassignor", "sticky": hasSticky = true
            default:
                throw wrongValue(
                    key,
                    entry,
                    expected:
                        "RangeAssignor, RoundRobinAssignor or CooperativeStickyAssignor of org.apache.kafka.clients.consumer"
                )
            }
        }
        if hasSticky {
            warn(
                key,
                eager.isEmpty
                    ? "librdkafka has no StickyAssignor: 'cooperative-sticky' is used, which cannot share a group with Java members that "
                        + "use StickyAssignor."
                    : "librdkafka has no StickyAssignor: '\(eager.joined(separator: ","))' is used."
            )
        } else if isCooperative, !eager.isEmpty, isWritten {
            note(
                key,
                "librdkafka does not mix cooperative and eager assignors: '\(eager.joined(separator: ","))' is used. Name "
                    + "CooperativeStickyAssignor alone to rebalance cooperatively."
            )
        }
        guard !eager.isEmpty || isCooperative || hasSticky else {
            throw wrongValue(key, "", expected: "at least one assignor")
        }
        var seen: Set<String> = []
        let distinct = eager.filter { seen.insert($0).inserted }
        settings.isCooperative = distinct.isEmpty
        set(key, distinct.isEmpty ? "cooperative-sticky" : distinct.joined(separator: ","))
    }

    private mutating func mapFetchBounds() throws {
        let key = "fetch.max.bytes"
        let bytes = try integer(key)
        let fitting = min(max(bytes, 1000), 2_147_483_135)
        // librdkafka refuses fetch.max.bytes below message.max.bytes, whose default is 1000000 and which only limits requests here.
        if fitting < 1_000_000 { set("message.max.bytes", String(fitting)) }
        set(key, bytes, in: 1000...2_147_483_135, for: key)
        let ahead = max(fitting, try integer("max.partition.fetch.bytes"))
        set("queued.max.messages.kbytes", String(min(max(ahead / 1024 + (ahead % 1024 == 0 ? 0 : 1), 1), 2_097_151)))
    }
}
