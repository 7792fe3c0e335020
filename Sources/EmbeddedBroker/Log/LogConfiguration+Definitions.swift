extension LogConfiguration {
    /// A type as DescribeConfigs names it.
    enum EntryType: Int8, Sendable {
        case boolean = 1
        case string = 2
        case int = 3
        case long = 5
        case double = 6
        case list = 7
    }

    /// One entry of a topic's configuration.
    struct Definition: Sendable {
        let name: String
        let type: EntryType
        /// As DescribeConfigs shows it.
        let defaultText: String
        /// What a value must be, for messages.
        let expected: String
        /// Takes the value into a configuration; false when it is none.
        let set: @Sendable (inout LogConfiguration, String) -> Bool
    }

    /// Every entry, by name (Kafka: "Topic-Level Configs").
    static let definitions: [Definition] = [
        Definition(name: "cleanup.policy", type: .list, defaultText: "delete", expected: "compact, delete or both") {
            let policies = $1.split(separator: ",").map { $0.trimmingSpaces() }
            guard !policies.isEmpty, policies.allSatisfy({ $0 == "compact" || $0 == "delete" }) else { return false }
            $0.isCompacted = policies.contains("compact")
            $0.isDeleted = policies.contains("delete")
            return true
        },
        choice(
            "compression.type",
            \.compressionType,
            "producer",
            ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]
        ),
        long("delete.retention.ms", \.deleteRetentionMs, 0),
        long("file.delete.delay.ms", \.fileDeleteDelayMs, 0),
        long("flush.messages", \.flushMessages, 1),
        long("flush.ms", \.flushMs, 0),
        int("index.interval.bytes", \.indexIntervalBytes, 0),
        long("max.compaction.lag.ms", \.maxCompactionLagMs, 1),
        int("max.message.bytes", \.maxMessageBytes, 0),
        long("message.timestamp.after.max.ms", \.timestampAfterMaxMs, 0),
        long("message.timestamp.before.max.ms", \.timestampBeforeMaxMs, 0),
        Definition(
            name: "message.timestamp.type",
            type: .string,
            defaultText: "CreateTime",
            expected: "CreateTime or LogAppendTime"
        ) {
            guard let type = TimestampType(rawValue: $1) else { return false }
            $0.timestampType = type
            return true
        },
        Definition(
            name: "min.cleanable.dirty.ratio",
            type: .double,
            defaultText: "0.5",
            expected: "a number from 0 to 1"
        ) {
            guard let ratio = Double($1), ratio >= 0, ratio <= 1 else { return false }
            $0.minCleanableDirtyRatio = ratio
            return true
        },
        long("min.compaction.lag.ms", \.minCompactionLagMs, 0),
        int("min.insync.replicas", \.minInSyncReplicas, 1),
        boolean("preallocate", \.preallocate),
        long("retention.bytes", \.retentionBytes, -1),
        long("retention.ms", \.retentionMs, -1),
        int("segment.bytes", \.segmentBytes, 14),
        int("segment.index.bytes", \.segmentIndexBytes, 4),
        long("segment.jitter.ms", \.segmentJitterMs, 0),
        long("segment.ms", \.segmentMs, 1),
        boolean("unclean.leader.election.enable", \.uncleanLeaderElection),
    ]

    private typealias Path<Value> = WritableKeyPath<LogConfiguration, Value> & Sendable

    private static func long(_ name: String, _ path: any Path<Int64>, _ least: Int64) -> Definition {
        number(name, path, least, .long)
    }

    private static func int(_ name: String, _ path: any Path<Int32>, _ least: Int32) -> Definition {
        number(name, path, least, .int)
    }

    private static func number<Number: FixedWidthInteger & Sendable>(
        _ name: String,
        _ path: any Path<Number>,
        _ least: Number,
        _ type: EntryType
    ) -> Definition {
        Definition(
            name: name,
            type: type,
            defaultText: String(LogConfiguration()[keyPath: path]),
            expected: "a whole number from \(least) to \(Number.max)"
        ) {
            guard let number = Number($1), number >= least else { return false }
            $0[keyPath: path] = number
            return true
        }
    }

    private static func boolean(_ name: String, _ path: any Path<Bool>) -> Definition {
        Definition(name: name, type: .boolean, defaultText: "false", expected: "true or false") {
            guard let value = Bool($1.lowercased()) else { return false }
            $0[keyPath: path] = value
            return true
        }
    }

    private static func choice(
        _ name: String,
        _ path: any Path<String>,
        _ defaultText: String,
        _ choices: [String]
    ) -> Definition {
        Definition(
            name: name,
            type: .string,
            defaultText: defaultText,
            expected: "one of \(choices.joined(separator: ", "))"
        ) {
            guard choices.contains($1) else { return false }
            $0[keyPath: path] = $1
            return true
        }
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
