import OrderedCollections

/// What this engine takes beyond Kafka Connect: sizes of a task's channels and pool, and when a failed task starts again.
///
/// Given in the worker file; each connector may say otherwise under the same keys.
public struct EngineSettings: Sendable, Hashable {
    /// How a failed task is started again.
    public var restart: RestartPolicy
    /// Converter actors per task.
    public var converterPoolSize: Int
    /// Records that each channel of a task may hold.
    public var channelCapacityRecords: Int
    /// Bytes that each channel of a task may hold.
    public var channelCapacityBytes: Int
    /// Bytes of a source task that may be on their way to Kafka, unacknowledged.
    public var producerInFlightBytes: Int
}

/// The keys of ``EngineSettings``.
public enum EngineKeys {
    /// The keys with their defaults, as the worker file takes them.
    public static let definition = ConfigDefinition([
        ConfigKey(
            "task.restart.enable",
            .boolean,
            default: true,
            importance: .medium,
            documentation:
                "Whether a failed task is started again by itself. With false it stays FAILED until somebody "
                + "restarts it, as in Kafka Connect."
        ),
        ConfigKey(
            "task.restart.max.attempts",
            .int,
            default: 10,
            validator: .atLeast(0),
            importance: .medium,
            documentation: "How many restarts within task.restart.window.ms a task is given before it stays FAILED."
        ),
        milliseconds("task.restart.window.ms", 600_000, "The milliseconds in which restarts are counted."),
        milliseconds(
            "task.restart.backoff.initial.ms",
            1000,
            "The milliseconds before the first restart. The wait doubles with each further one, with some jitter."
        ),
        milliseconds("task.restart.backoff.max.ms", 60_000, "The longest wait before a restart, in milliseconds."),
        milliseconds(
            "task.restart.reset.ms",
            300_000,
            "After running for so many milliseconds without a failure a task's restarts are forgotten."
        ),
        ConfigKey(
            "converter.pool.size",
            .int,
            default: 1,
            validator: .between(1...1024),
            importance: .medium,
            documentation:
                "How many converter actors a task has. More of them convert more batches at the same time; the order "
                + "of records stays."
        ),
        ConfigKey(
            "channel.capacity.records",
            .int,
            default: 16384,
            validator: .atLeast(1),
            importance: .low,
            documentation: "How many records each channel of a task may hold before its sender waits."
        ),
        ConfigKey(
            "channel.capacity.bytes",
            .int,
            default: 16_777_216,
            validator: .atLeast(1),
            importance: .low,
            documentation: "How many bytes each channel of a task may hold before its sender waits."
        ),
        ConfigKey(
            "producer.in.flight.bytes",
            .int,
            default: 33_554_432,
            validator: .atLeast(1),
            importance: .low,
            documentation:
                "How many bytes of a source task may be on their way to Kafka before reading waits for acknowledgements."
        ),
    ])

    /// The same keys for a connector: without defaults, so that what is not given is the worker's.
    static let overrides = ConfigDefinition(
        definition.keys.values.map { key in
            ConfigKey(
                key.name,
                key.type,
                default: nil,
                validator: key.validator,
                importance: key.importance,
                documentation: key.documentation + " Not given means as in the worker file.",
                group: "Engine"
            )
        }
    )

    private static func milliseconds(_ name: String, _ value: Int64, _ documentation: String) -> ConfigKey {
        ConfigKey(
            name,
            .long,
            default: ConfigDefault(integerLiteral: value),
            validator: .atLeast(0),
            importance: .low,
            documentation: documentation
        )
    }
}

extension EngineSettings {
    /// The settings in values read with ``EngineKeys/definition``.
    init(_ values: ParsedConfiguration) throws(ConnectError) {
        restart = RestartPolicy(
            isEnabled: try values.boolean("task.restart.enable"),
            maximumAttempts: try values.int("task.restart.max.attempts"),
            window: try values.milliseconds("task.restart.window.ms"),
            initialBackoff: try values.milliseconds("task.restart.backoff.initial.ms"),
            maximumBackoff: try values.milliseconds("task.restart.backoff.max.ms"),
            resetAfter: try values.milliseconds("task.restart.reset.ms")
        )
        converterPoolSize = try values.int("converter.pool.size")
        channelCapacityRecords = try values.int("channel.capacity.records")
        channelCapacityBytes = try values.int("channel.capacity.bytes")
        producerInFlightBytes = try values.int("producer.in.flight.bytes")
    }
}
