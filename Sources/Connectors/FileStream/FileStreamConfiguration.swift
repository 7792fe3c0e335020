import Engine

/// The keys of the two file connectors, as Kafka Connect defines them.
///
/// Source: `org.apache.kafka.connect.file.{FileStreamSourceConnector,FileStreamSinkConnector}`.
enum FileStreamConfiguration {
    static let file = "file"
    static let topic = "topic"
    static let batchSize = "batch.size"

    static let source = ConfigDefinition([
        ConfigKey(
            file,
            .string,
            default: nil,
            importance: .high,
            documentation: "The file to read. Without it standard input is read."
        ),
        ConfigKey(
            topic,
            .string,
            validator: .nonEmptyString,
            importance: .high,
            documentation: "The topic that the lines are written to."
        ),
        ConfigKey(
            batchSize,
            .int,
            default: 2000,
            importance: .low,
            documentation: "The most records that the task reads at a time."
        ),
    ])

    static let sink = ConfigDefinition([
        ConfigKey(
            file,
            .string,
            default: nil,
            importance: .high,
            documentation: "The file to write to. Without it records go to standard output."
        )
    ])

    /// The file named, or `nil` for standard input or output.
    static func file(_ configuration: ParsedConfiguration) throws(ConnectError) -> String? {
        guard let path = try configuration.optionalString(file), !path.isEmpty else { return nil }
        return path
    }
}
