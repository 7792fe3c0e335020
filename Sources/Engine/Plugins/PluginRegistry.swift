/// The plugins that this program was built with, by Java class name and by short alias.
///
/// Filled once by the program before the worker starts, then only read. Aliases follow Connect: the simple class name, and the
/// simple name without its kind (`FileStreamSource` for `FileStreamSourceConnector`).
///
/// Source: `org.apache.kafka.connect.runtime.isolation.PluginUtils`.
public struct PluginRegistry: Sendable {
    /// What a plugin is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case source
        case sink
        case converter
        case headerConverter = "header_converter"
        case transformation
        case predicate

        var aliasSuffix: String {
            switch self {
            case .source, .sink: "Connector"
            case .converter: "Converter"
            case .headerConverter: "HeaderConverter"
            case .transformation: "Transformation"
            case .predicate: "Predicate"
            }
        }
    }

    /// One plugin.
    public struct Entry: Sendable {
        /// The Java class name under which Kafka Connect knows it.
        public let className: String
        /// What it is.
        public let kind: Kind
        /// The Swift type.
        public let type: PluginType
        /// The keys it takes.
        public let configDefinition: ConfigDefinition
    }

    /// The Swift type of a plugin.
    public enum PluginType: Sendable {
        case source(any SourceConnector.Type)
        case sink(any SinkConnector.Type)
        case converter(any Converter.Type)
        case headerConverter(any HeaderConverter.Type)
        case transformation(any Transformation.Type)
        case predicate(any Predicate.Type)
    }

    /// All plugins, in the order they were added.
    public private(set) var entries: [Entry] = []

    /// An empty registry.
    public init() {}

    /// Adds a source connector under its Java class name.
    public mutating func add(source type: any SourceConnector.Type, as className: String) {
        entries.append(
            Entry(className: className, kind: .source, type: .source(type), configDefinition: type.configDefinition)
        )
    }

    /// Adds a sink connector under its Java class name.
    public mutating func add(sink type: any SinkConnector.Type, as className: String) {
        entries.append(
            Entry(className: className, kind: .sink, type: .sink(type), configDefinition: type.configDefinition)
        )
    }

    /// Adds a converter under its Java class name.
    public mutating func add(converter type: any Converter.Type, as className: String) {
        entries.append(
            Entry(
                className: className,
                kind: .converter,
                type: .converter(type),
                configDefinition: type.configDefinition
            )
        )
    }

    /// Adds a header converter under its Java class name.
    public mutating func add(headerConverter type: any HeaderConverter.Type, as className: String) {
        entries.append(
            Entry(
                className: className,
                kind: .headerConverter,
                type: .headerConverter(type),
                configDefinition: type.configDefinition
            )
        )
    }

    /// Adds a transformation under its Java class name.
    public mutating func add(transformation type: any Transformation.Type, as className: String) {
        entries.append(
            Entry(
                className: className,
                kind: .transformation,
                type: .transformation(type),
                configDefinition: type.configDefinition
            )
        )
    }

    /// Adds a predicate under its Java class name.
    public mutating func add(predicate type: any Predicate.Type, as className: String) {
        entries.append(
            Entry(
                className: className,
                kind: .predicate,
                type: .predicate(type),
                configDefinition: type.configDefinition
            )
        )
    }

    /// The plugin of a name (full or alias) among the given kinds. Throws ``ConnectError/Code/configuration`` that names the
    /// nearest known plugins when there is none.
    public func entry(named name: String, kinds: Set<Kind>) throws(ConnectError) -> Entry {
        let candidates = entries.filter { kinds.contains($0.kind) }
        if let exact = candidates.first(where: { $0.className == name }) { return exact }
        if let alias = candidates.first(where: { $0.aliases.contains(name) }) { return alias }
        let known = candidates.map(\.className).sorted()
        let nearest = NearestName.find(name, among: known + candidates.flatMap(\.aliases))
        let hint = nearest.map { "; did you mean \($0)?" } ?? "."
        let kindNames = kinds.map(\.rawValue).sorted().joined(separator: " or ")
        let all = known.isEmpty ? "It has none of that kind." : "Known: \(known.joined(separator: ", "))"
        throw ConnectError(
            .configuration,
            "\(name) is not a \(kindNames) plugin of this program\(hint) \(all)"
        )
    }
}

extension PluginRegistry.Entry {
    /// The short names under which the plugin is found too.
    ///
    /// A class that is a converter and a header converter has one set of aliases in Connect, hence `String` names
    /// `StringConverter` as a header converter too.
    public var aliases: [String] {
        let simple = String(className.split(separator: ".").last ?? Substring(className))
        let suffixes =
            kind == .headerConverter
            ? [kind.aliasSuffix, PluginRegistry.Kind.converter.aliasSuffix] : [kind.aliasSuffix]
        guard let suffix = suffixes.first(where: simple.hasSuffix), simple.count > suffix.count else { return [simple] }
        return [simple, String(simple.dropLast(suffix.count))]
    }
}
