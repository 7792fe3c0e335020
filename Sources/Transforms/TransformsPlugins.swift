public import Engine

/// Registers the transformations and predicates that come with connectd. Called once by the program, before the worker starts.
public enum TransformsPlugins {
    /// Puts every transformation and predicate of this target into the registry, under its Java class names.
    public static func register(in registry: inout PluginRegistry) {
        // The first ones come with their own change; the place in the record's way (ConverterPool) is there already.
    }
}
