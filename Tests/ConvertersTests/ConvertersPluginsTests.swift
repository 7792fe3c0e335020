import Converters
import Engine
import Testing

@Suite("Names of converters")
struct ConvertersPluginsTests {
    private var registry: PluginRegistry {
        var registry = PluginRegistry()
        ConvertersPlugins.register(in: &registry)
        return registry
    }

    @Test(
        "converters are found by class name and alias",
        arguments: [
            "org.apache.kafka.connect.storage.StringConverter", "StringConverter", "String",
            "org.apache.kafka.connect.json.JsonConverter", "JsonConverter", "Json",
            "org.apache.kafka.connect.converters.ByteArrayConverter", "ByteArrayConverter", "ByteArray",
        ]
    )
    func converters(name: String) throws {
        for kind in [PluginRegistry.Kind.converter, .headerConverter] {
            let entry = try registry.entry(named: name, kinds: [kind])
            #expect(entry.className.contains(name))
            #expect(entry.kind == kind)
        }
    }

    @Test(
        "the default header converter is found",
        arguments: ["org.apache.kafka.connect.storage.SimpleHeaderConverter", "SimpleHeaderConverter", "Simple"]
    )
    func simple(name: String) throws {
        #expect(try registry.entry(named: name, kinds: [.headerConverter]).className.hasSuffix("SimpleHeaderConverter"))
        #expect(throws: ConnectError.self) { try registry.entry(named: name, kinds: [.converter]) }
    }

    @Test("the definitions take an empty configuration")
    func definitions() throws {
        for entry in registry.entries { _ = try entry.configDefinition.parse([:]) }
    }

    @Test("an encoding that is not known is named, with those that are")
    func encoding() throws {
        let error = try #require(throws: ConnectError.self) {
            try StringConverter(configuration: ["converter.encoding": "EBCDIC"], isKey: false)
        }
        #expect(error.message.contains("converter.encoding=EBCDIC"))
        #expect(error.message.contains("ISO-8859-1"))
        #expect(error.code.errorClass == .configuration)
    }
}
