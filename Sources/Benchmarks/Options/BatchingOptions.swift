import ArgumentParser

/// The flags that say how records are batched. Both sides get the same; what is not given is the engine's default.
struct BatchingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("linger.ms of the producer.", valueName: "ms"))
    var lingerMs = 5

    @Option(help: ArgumentHelp("batch.size of the producer.", valueName: "bytes"))
    var batchSize = 1_048_576

    @Option(help: ArgumentHelp("compression.type of the producer: none, gzip, snappy, lz4 or zstd.", valueName: "type"))
    var compression = "lz4"

    @Option(help: ArgumentHelp("buffer.memory of the producer.", valueName: "bytes"))
    var bufferMemory: Int?

    @Option(
        help: ArgumentHelp(
            "file-to-kafka: source files, each with its connector. kafka-to-file: tasks.max. The control runs as many loops.",
            valueName: "count"
        )
    )
    var tasks = 1

    @Option(help: ArgumentHelp("converter.pool.size: converter actors of each task.", valueName: "count"))
    var converters = 2

    @Option(help: ArgumentHelp("The engine's value converter: String, ByteArray or Json.", valueName: "name"))
    var converter = ConverterChoice.string

    @Option(help: ArgumentHelp("batch.size of the file source: lines of one poll.", valueName: "records"))
    var sourceBatch: Int?

    @Option(help: ArgumentHelp("max.poll.records of the consumer.", valueName: "records"))
    var pollRecords: Int?

    @Option(help: ArgumentHelp("fetch.max.bytes of the consumer.", valueName: "bytes"))
    var fetchBytes: Int?

    @Option(help: ArgumentHelp("max.partition.fetch.bytes of the consumer.", valueName: "bytes"))
    var partitionFetchBytes: Int?

    @Option(help: ArgumentHelp("channel.capacity.records of each task.", valueName: "records"))
    var channelRecords: Int?

    @Option(help: ArgumentHelp("channel.capacity.bytes of each task.", valueName: "bytes"))
    var channelBytes: Int?

    @Option(help: ArgumentHelp("producer.in.flight.bytes of each task.", valueName: "bytes"))
    var inFlightBytes: Int?

    @Option(
        name: .customLong("client"),
        help: ArgumentHelp(
            "A key of the producer (file-to-kafka) or consumer (kafka-to-file), Java's or librdkafka's. May be given several times.",
            valueName: "key=value"
        )
    )
    var clientKeys: [ClientKey] = []

    func validate() throws {
        guard (1...64).contains(tasks) else { throw ValidationError("--tasks takes 1 to 64, not \(tasks).") }
    }

    /// The same flags as a command line.
    var arguments: [String] {
        let flags: [(String, String?)] = [
            ("--linger-ms", String(lingerMs)), ("--batch-size", String(batchSize)), ("--compression", compression),
            ("--buffer-memory", bufferMemory.map(String.init)), ("--tasks", String(tasks)),
            ("--converters", String(converters)), ("--converter", converter.rawValue),
            ("--source-batch", sourceBatch.map(String.init)), ("--poll-records", pollRecords.map(String.init)),
            ("--fetch-bytes", fetchBytes.map(String.init)),
            ("--partition-fetch-bytes", partitionFetchBytes.map(String.init)),
            ("--channel-records", channelRecords.map(String.init)),
            ("--channel-bytes", channelBytes.map(String.init)), ("--in-flight-bytes", inFlightBytes.map(String.init)),
        ]
        return flags.flatMap { name, value in value.map { [name, $0] } ?? [] }
            + clientKeys.flatMap { ["--client", "\($0.name)=\($0.value)"] }
    }

    /// The connector's keys beside its class, name, file and topic.
    func connectorConfiguration(_ scenario: Scenario) -> [String: String] {
        let keys: [(String, String?)] =
            switch scenario {
            case .fileToKafka:
                [
                    ("tasks.max", "1"),
                    ("producer.override.linger.ms", String(lingerMs)),
                    ("producer.override.batch.size", String(batchSize)),
                    ("producer.override.compression.type", compression),
                    ("producer.override.buffer.memory", bufferMemory.map(String.init)),
                    ("batch.size", sourceBatch.map(String.init)),
                    ("producer.in.flight.bytes", inFlightBytes.map(String.init)),
                ]
            case .kafkaToFile:
                [
                    ("tasks.max", String(tasks)),
                    ("consumer.override.max.poll.records", pollRecords.map(String.init)),
                    ("consumer.override.fetch.max.bytes", fetchBytes.map(String.init)),
                    ("consumer.override.max.partition.fetch.bytes", partitionFetchBytes.map(String.init)),
                ]
            }
        let common: [(String, String?)] = [
            ("converter.pool.size", String(converters)),
            ("channel.capacity.records", channelRecords.map(String.init)),
            ("channel.capacity.bytes", channelBytes.map(String.init)),
        ]
        let prefix = scenario == .fileToKafka ? "producer.override." : "consumer.override."
        let given = clientKeys.map { (prefix + $0.name, Optional($0.value)) }
        return Dictionary((keys + common + given).compactMap { name, value in value.map { (name, $0) } }) { _, last in
            last
        }
    }
}

/// A client's key with its value, as the command line has it.
struct ClientKey: ExpressibleByArgument, Sendable {
    let name: String
    let value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
        name = String(argument[..<equals])
        value = String(argument[argument.index(after: equals)...])
    }
}
