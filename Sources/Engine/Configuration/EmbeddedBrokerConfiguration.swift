import OrderedCollections

/// The Kafka broker that a worker runs in its own process, for `bootstrap.servers=embedded`.
public struct EmbeddedBrokerConfiguration: Sendable, Hashable {
    /// The folder it keeps everything in.
    public var directory: String
    /// Where it listens.
    public var listener: ListenAddress
    /// What is forced to the disk before an answer.
    public var flush: Flush

    /// See the properties.
    public init(directory: String, listener: ListenAddress, flush: Flush = .system) {
        self.directory = directory
        self.listener = listener
        self.flush = flush
    }

    /// When what was written is forced to the disk.
    public enum Flush: Sendable, Hashable, CustomStringConvertible {
        /// When the operating system sees fit.
        case system
        /// At the latest after so many milliseconds.
        case interval(milliseconds: Int64)
        /// Before every answer.
        case always

        /// Reads `system`, `always` or a number of milliseconds above 0.
        public init?(_ text: String) {
            switch text {
            case "system": self = .system
            case "always": self = .always
            default:
                guard let milliseconds = Int64(text), milliseconds > 0 else { return nil }
                self = .interval(milliseconds: milliseconds)
            }
        }

        /// As it is written.
        public var description: String {
            switch self {
            case .system: "system"
            case .always: "always"
            case .interval(let milliseconds): String(milliseconds)
            }
        }
    }
}

/// The keys of ``EmbeddedBrokerConfiguration``.
public enum EmbeddedBrokerKeys {
    /// The value of `bootstrap.servers` that asks for a broker in the worker's process.
    public static let bootstrapValue = "embedded"
    /// The folder.
    public static let directory = "embedded.broker.dir"
    /// The address.
    public static let listener = "embedded.broker.listener"
    static let flush = "embedded.broker.flush"

    /// The keys with their defaults, as the worker file takes them.
    public static let definition = ConfigDefinition([
        ConfigKey(
            directory,
            .string,
            default: nil,
            validator: .nonEmptyStringWithoutControlCharacters,
            importance: .medium,
            documentation:
                "The folder in which the embedded broker keeps topics, groups and transactions; made when it is not there. Not "
                + "given means the folder embedded-broker beside the file of offset.storage.file.filename."
        ),
        ConfigKey(
            listener,
            .string,
            default: "127.0.0.1:9092",
            validator: ConfigValidator("host:port, such as 127.0.0.1:9092") { value in
                guard case .string(let text)? = value else { return false }
                return ListenAddress(text.trimmingJavaWhitespace()) != nil
            },
            importance: .medium,
            documentation:
                "Where the embedded broker listens, for this worker and for other programs. Whoever reaches the address can "
                + "read and write everything, so it should stay on the loopback interface. Port 0 takes a free port."
        ),
        ConfigKey(
            flush,
            .string,
            default: "system",
            validator: ConfigValidator("system, always or a number of milliseconds of at least 1") { value in
                guard case .string(let text)? = value else { return false }
                return EmbeddedBrokerConfiguration.Flush(text.trimmingJavaWhitespace()) != nil
            },
            importance: .low,
            documentation:
                "When the embedded broker forces records to the disk: system leaves it to the operating system, always does it "
                + "before each answer, a number does it at the latest after so many milliseconds. What was acknowledged survives "
                + "the end of the process in any case; this is about power cuts and crashes of the machine."
        ),
    ])

    /// What stands in the way of an embedded broker beyond single values.
    static func problems(in raw: RawConfiguration, servers: [String]) -> [ConfigurationProblem] {
        guard servers == [bootstrapValue] else { return [] }
        var problems: [ConfigurationProblem] = []
        if raw[directory] == nil, raw[WorkerKeys.offsetStorageFile] == nil {
            problems.append(
                ConfigurationProblem(
                    key: directory,
                    "\(directory) is not given: with bootstrap.servers=embedded and without offset.storage.file.filename it has "
                        + "to name the folder for the embedded broker"
                )
            )
        }
        if let security = raw["security.protocol"]?.trimmingJavaWhitespace(), security.uppercased() != "PLAINTEXT" {
            problems.append(
                ConfigurationProblem(
                    key: "security.protocol",
                    "security.protocol = \(raw.quoted("security.protocol")): expected PLAINTEXT, or nothing, with "
                        + "bootstrap.servers=embedded, whose listener is a plain one"
                )
            )
        }
        return problems
    }

    /// What is worth saying about keys that have no effect.
    static func notices(for raw: RawConfiguration, servers: [String]) -> [ConfigurationNotice] {
        guard servers != [bootstrapValue] else { return [] }
        return definition.keys.keys.filter { raw[$0] != nil }.map { key in
            ConfigurationNotice(
                .warning,
                key: key,
                "\(raw.place(of: key)): \(key) has no effect without bootstrap.servers=\(bootstrapValue)"
            )
        }
    }
}

extension EmbeddedBrokerConfiguration {
    /// `nil` unless `bootstrap.servers` asks for a broker in the worker's process.
    init?(_ values: ParsedConfiguration) throws(ConnectError) {
        guard try values.list(WorkerKeys.bootstrapServers) == [EmbeddedBrokerKeys.bootstrapValue] else { return nil }
        let listener = try values.string(EmbeddedBrokerKeys.listener).trimmingJavaWhitespace()
        let flush = try values.string(EmbeddedBrokerKeys.flush).trimmingJavaWhitespace()
        // Both have passed their validators.
        guard let address = ListenAddress(listener), let policy = Flush(flush) else { return nil }
        self.listener = address
        self.flush = policy
        if let given = try values.optionalString(EmbeddedBrokerKeys.directory) {
            directory = given
        } else {
            let offsets = try values.string(WorkerKeys.offsetStorageFile)
            let folder = offsets.lastIndex(of: "/").map { offsets[...$0] } ?? ""
            directory = folder + "embedded-broker"
        }
    }
}
