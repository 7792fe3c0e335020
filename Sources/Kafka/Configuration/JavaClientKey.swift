internal import Engine

/// One row of the table of Java client keys: what the key is in Java and what becomes of it here.
struct JavaClientKey: Sendable {
    /// What becomes of a key.
    enum Handling: Sendable, Hashable {
        /// Goes to librdkafka's key of the same name as it is.
        case sameName
        /// Goes to this key of librdkafka as it is.
        case renamed(String)
        /// A number for this key of librdkafka, moved into librdkafka's range if it lies outside.
        case number(String, ClosedRange<Int64>)
        /// A rule in code computes these keys of librdkafka, together with other Java keys.
        case rule([String])
        /// The engine follows it itself (``ClientEngineSettings``).
        case engine
        /// Accepted; it has no meaning here. A notice of this severity says so.
        case noEffect(ConfigurationNotice.Severity)
        /// Cannot work here: an error when set, except to its default.
        case unsupported

        static func rule(_ keys: String...) -> Handling { .rule(keys) }
    }

    /// The default that takes effect here when the key is not set.
    enum Default: Sendable, Hashable {
        /// Java's.
        case java
        /// Another one, which `about` explains.
        case value(String)
        /// librdkafka's own: nothing is set. `about` explains why.
        case library
    }

    /// Java's name of the key.
    let name: String
    /// The clients that have it.
    let clients: ClientKinds
    /// Its type in Java.
    let type: JavaValueType
    /// Java's default; `nil` for none.
    let javaDefault: String?
    /// Java's defaults of single clients where they differ from `javaDefault`.
    let javaDefaults: [ClientKind: String]
    /// What takes effect here.
    let ownDefault: Default
    /// What becomes of it.
    let handling: Handling
    /// True when its value may show nowhere.
    let isSecret: Bool
    /// True when only the worker's file may set it: its value reaches a shell or loads code.
    let isWorkerOnly: Bool
    /// What happens, for the reference and, where the key has no effect, for the notice.
    let about: String

    init(
        _ name: String,
        _ clients: ClientKinds,
        _ type: JavaValueType,
        default javaDefault: String? = nil,
        defaults javaDefaults: [ClientKind: String] = [:],
        own: Default = .java,
        _ handling: Handling,
        workerOnly: Bool = false,
        _ about: String
    ) {
        self.name = name
        self.clients = clients
        self.type = type
        self.javaDefault = javaDefault
        self.javaDefaults = javaDefaults
        self.ownDefault = own
        self.handling = handling
        self.isSecret = type == .password
        self.isWorkerOnly = workerOnly
        self.about = about
    }

    /// Java's default for one kind of client.
    func javaDefault(for kind: ClientKind) -> String? { javaDefaults[kind] ?? javaDefault }

    /// The value that takes effect when the key is not set; `nil` when nothing is set.
    func effectiveDefault(for kind: ClientKind) -> String? {
        switch ownDefault {
        case .java: javaDefault(for: kind)
        case .value(let value): value
        case .library: nil
        }
    }
}

/// The whole table.
enum JavaClientKeys {
    /// Every row, in the order in which properties are set.
    static let all: [JavaClientKey] = connection + producer + consumer + security + sasl

    private static let byKind: [ClientKind: [String: JavaClientKey]] = {
        var result: [ClientKind: [String: JavaClientKey]] = [:]
        for key in all {
            for kind in key.clients.kinds { result[kind, default: [:]][key.name] = key }
        }
        return result
    }()

    /// The row of a key, if this kind of client has it.
    static func find(_ name: String, kind: ClientKind) -> JavaClientKey? { byKind[kind]?[name] }

    /// The kinds of client that have a key of this name.
    static func kinds(of name: String) -> [ClientKind] {
        ClientKind.allCases.filter { byKind[$0]?[name] != nil }
    }

    /// The names of the keys of a kind of client, sorted.
    static func names(for kind: ClientKind) -> [String] { (byKind[kind] ?? [:]).keys.sorted() }
}
