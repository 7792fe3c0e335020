public import Engine

/// The two file connectors, as the program adds them to its plugins.
public enum FileStreamPlugins {
    /// The class name of the source in Kafka Connect.
    public static let sourceClassName = "org.apache.kafka.connect.file.FileStreamSourceConnector"
    /// The class name of the sink in Kafka Connect.
    public static let sinkClassName = "org.apache.kafka.connect.file.FileStreamSinkConnector"

    /// Adds both connectors under their Java class names. Called once, before the worker starts.
    public static func register(in registry: inout PluginRegistry) {
        registry.add(source: FileStreamSourceConnector.self, as: sourceClassName)
        registry.add(sink: FileStreamSinkConnector.self, as: sinkClassName)
    }
}
