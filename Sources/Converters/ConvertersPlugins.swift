public import Engine

/// The converters of this target, under the Java class names by which Kafka Connect knows them.
public enum ConvertersPlugins {
    /// Adds every converter and header converter. Called once, by the program, before the worker starts.
    public static func register(in registry: inout PluginRegistry) {
        registry.add(converter: StringConverter.self, as: "org.apache.kafka.connect.storage.StringConverter")
        registry.add(converter: JsonConverter.self, as: "org.apache.kafka.connect.json.JsonConverter")
        registry.add(converter: ByteArrayConverter.self, as: "org.apache.kafka.connect.converters.ByteArrayConverter")

        registry.add(headerConverter: StringConverter.self, as: "org.apache.kafka.connect.storage.StringConverter")
        registry.add(headerConverter: JsonConverter.self, as: "org.apache.kafka.connect.json.JsonConverter")
        registry.add(
            headerConverter: ByteArrayConverter.self,
            as: "org.apache.kafka.connect.converters.ByteArrayConverter"
        )
        registry.add(
            headerConverter: SimpleHeaderConverter.self,
            as: "org.apache.kafka.connect.storage.SimpleHeaderConverter"
        )
    }
}
