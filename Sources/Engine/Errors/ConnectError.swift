/// What went wrong, for people and for programs: a stable code, a message that names cause and fix, and where it happened.
///
/// The message never holds the content of a record or a secret (rule 7).
public struct ConnectError: Error, Sendable {
    /// The kind of error; the name is stable and shows in logs and statuses.
    public struct Code: Sendable, Hashable {
        /// The stable name, such as `data`.
        public let name: String
        /// The class under which Kafka Connect reports this kind.
        public let javaClassName: String
        /// How the supervisor treats it unless a plugin says otherwise.
        public let errorClass: ErrorClass

        /// A further code; the ready ones cover the engine's own errors.
        public init(name: String, javaClassName: String, errorClass: ErrorClass) {
            self.name = name
            self.javaClassName = javaClassName
            self.errorClass = errorClass
        }
    }

    /// The kind.
    public let code: Code
    /// One sentence or two: what, where, why, and how to mend it.
    public let message: String
    /// What caused it, if it was another error.
    public let cause: (any Error)?
    /// Where it happened; filled in by the stages the error passes on its way up.
    public var location: ErrorLocation

    /// Makes one of its parts.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil, location: ErrorLocation = ErrorLocation()) {
        self.code = code
        self.message = message
        self.cause = cause
        self.location = location
    }
}

extension ConnectError: CustomStringConvertible {
    /// As text for people.
    public var description: String {
        location.isEmpty ? message : "\(message) (\(location))"
    }
}

/// Where an error happened. Every part is optional.
public struct ErrorLocation: Sendable, Hashable, CustomStringConvertible {
    /// The stage of the record's way.
    public var stage: Stage?
    /// The topic of the record.
    public var topic: String?
    /// Its partition.
    public var partition: Int32?
    /// Its offset in Kafka, or its position in the source.
    public var offset: Int64?

    /// Makes one of its parts.
    public init(stage: Stage? = nil, topic: String? = nil, partition: Int32? = nil, offset: Int64? = nil) {
        self.stage = stage
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }

    /// True when nothing is known.
    public var isEmpty: Bool { stage == nil && topic == nil && partition == nil && offset == nil }

    /// As text for people.
    public var description: String {
        var parts: [String] = []
        if let stage { parts.append("stage \(stage.rawValue)") }
        if let topic { parts.append("topic \(topic)") }
        if let partition { parts.append("partition \(partition)") }
        if let offset { parts.append("offset \(offset)") }
        return parts.joined(separator: ", ")
    }
}

/// How the supervisor treats an error.
public enum ErrorClass: String, Sendable, Hashable, CaseIterable {
    /// Likely to pass by itself: retry, then restart the task.
    case transient
    /// Wrong or expired credentials, or a missing right: retry slowly, say it loudly.
    case authentication
    /// A record that cannot be handled: the connector's tolerance decides.
    case data
    /// Wrong configuration: trying again cannot help, so the task fails at once.
    case configuration
    /// Everything else: restart the task; past the budget it stays FAILED.
    case bug
}

/// The stage of a record's way that an operation belongs to.
///
/// Source: `org.apache.kafka.connect.runtime.errors.Stage`.
public enum Stage: String, Sendable, Hashable, CaseIterable {
    case taskPoll = "TASK_POLL"
    case taskPut = "TASK_PUT"
    case transformation = "TRANSFORMATION"
    case keyConverter = "KEY_CONVERTER"
    case valueConverter = "VALUE_CONVERTER"
    case headerConverter = "HEADER_CONVERTER"
    case kafkaProduce = "KAFKA_PRODUCE"
    case kafkaConsume = "KAFKA_CONSUME"
}

extension ConnectError.Code {
    private static func connect(_ name: String, _ java: String, _ errorClass: ErrorClass) -> ConnectError.Code {
        ConnectError.Code(name: name, javaClassName: "org.apache.kafka.connect.errors.\(java)", errorClass: errorClass)
    }

    /// A record's data does not fit.
    public static let data = connect("data", "DataException", .data)
    /// A schema is built wrongly.
    public static let schemaBuilder = connect("schema-builder", "SchemaBuilderException", .data)
    /// A value cannot become the type asked for, by its schema.
    public static let schemaProjector = connect("schema-projector", "SchemaProjectorException", .data)
    /// Anything of a plugin or the engine that has no better name.
    public static let connect = connect("connect", "ConnectException", .bug)
    /// A plugin asks to be called again with the same records.
    public static let retriable = connect("retriable", "RetriableException", .transient)
    /// A connector or task of that name is not there.
    public static let notFound = connect("not-found", "NotFoundException", .configuration)
    /// A configuration value is missing or wrong.
    public static let configuration = ConnectError.Code(
        name: "configuration",
        javaClassName: "org.apache.kafka.common.config.ConfigException",
        errorClass: .configuration
    )
    /// Bytes cannot be read, or a value cannot be written, by a serializer.
    public static let serialization = ConnectError.Code(
        name: "serialization",
        javaClassName: "org.apache.kafka.common.errors.SerializationException",
        errorClass: .data
    )
    /// Kafka refused or could not be reached, likely for a while.
    public static let kafkaTransient = ConnectError.Code(
        name: "kafka-transient",
        javaClassName: "org.apache.kafka.common.errors.RetriableException",
        errorClass: .transient
    )
    /// Kafka refused the credentials or the right.
    public static let kafkaAuthentication = ConnectError.Code(
        name: "kafka-authentication",
        javaClassName: "org.apache.kafka.common.errors.AuthenticationException",
        errorClass: .authentication
    )
    /// Kafka refused for a reason that trying again will not change.
    public static let kafkaFatal = ConnectError.Code(
        name: "kafka-fatal",
        javaClassName: "org.apache.kafka.common.KafkaException",
        errorClass: .bug
    )
    /// A record is larger than Kafka or the client allows.
    public static let recordTooLarge = ConnectError.Code(
        name: "record-too-large",
        javaClassName: "org.apache.kafka.common.errors.RecordTooLargeException",
        errorClass: .data
    )
    /// The file system refused.
    public static let inputOutput = ConnectError.Code(
        name: "input-output",
        javaClassName: "java.io.IOException",
        errorClass: .transient
    )
}
