import Converters
import Engine
import FileStream
import Transforms

/// The plugins of connectd.
enum Plugins {
    static func all() -> PluginRegistry {
        var plugins = PluginRegistry()
        ConvertersPlugins.register(in: &plugins)
        TransformsPlugins.register(in: &plugins)
        FileStreamPlugins.register(in: &plugins)
        return plugins
    }
}
