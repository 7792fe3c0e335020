import ArgumentParser

/// What is measured.
enum Scenario: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Lines of a file become records of a topic; timed until the last one is acknowledged.
    case fileToKafka = "file-to-kafka"
    /// Records of a topic become lines of a file; timed until the last byte is in the file.
    case kafkaToFile = "kafka-to-file"
}

/// The value converter of the engine's connector.
enum ConverterChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
    case string = "String"
    case byteArray = "ByteArray"
    case json = "Json"

    /// The worker's `value.converter` keys.
    var workerConfiguration: [String: String] {
        switch self {
        case .string: ["value.converter": "org.apache.kafka.connect.storage.StringConverter"]
        case .byteArray: ["value.converter": "org.apache.kafka.connect.converters.ByteArrayConverter"]
        case .json:
            [
                "value.converter": "org.apache.kafka.connect.json.JsonConverter",
                "value.converter.schemas.enable": "false",
            ]
        }
    }
}

/// Who does the work.
enum Side: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The worker, with file connector, converter pool and client.
    case engine
    /// A plain loop over librdkafka.
    case control
}
