public import OrderedCollections

/// Keys and values as someone wrote them, with where they stand, before any meaning is given to them.
///
/// Made by ``PropertiesReader`` and ``ConnectorFile``, or from a map (a REST request).
public struct RawConfiguration: Sendable, Hashable {
    /// One value as written.
    public struct Entry: Sendable, Hashable {
        /// The value.
        public var value: String
        /// The line its key stands on, from 1; `nil` when not known.
        public var line: Int?
        /// True when the value came from a config provider: no message shows it.
        public var isHidden = false

        /// A value.
        public init(_ value: String, line: Int? = nil) {
            self.value = value
            self.line = line
        }
    }

    /// The name of the file, as the user gave it; `nil` when it came from elsewhere.
    public var file: String?
    /// What is in it, in the order written. A key written twice stands where it was first and has its last value and line.
    public var entries: OrderedDictionary<String, Entry>
    /// What the reader noticed.
    public var notices: [ConfigurationNotice] = []

    /// Keys and values with their places.
    public init(file: String? = nil, entries: OrderedDictionary<String, Entry> = [:]) {
        self.file = file
        self.entries = entries
    }

    /// A map without places, in the order of its keys' names.
    public init(_ map: [String: String], file: String? = nil) {
        self.init(file: file)
        for (key, value) in map.sorted(by: { $0.key < $1.key }) { entries[key] = Entry(value) }
    }

    /// The value of a key, or `nil`.
    public subscript(key: String) -> String? { entries[key]?.value }

    /// Keys and values alone.
    public var map: [String: String] {
        Dictionary(entries.map { ($0.key, $0.value.value) }, uniquingKeysWith: { _, last in last })
    }

    /// The entries whose keys begin with a prefix, without it.
    public func map(withPrefix prefix: String) -> [String: String] {
        var result: [String: String] = [:]
        for (key, entry) in entries where key.hasPrefix(prefix) && key.utf8.count > prefix.utf8.count {
            result[String(key.dropFirst(prefix.count))] = entry.value
        }
        return result
    }

    /// Where a key stands, for messages: `worker.properties:12`, the file alone, or `the configuration`.
    public func place(of key: String) -> String {
        guard let line = entries[key]?.line else { return subject }
        return "\(subject):\(line)"
    }

    /// A key's value for messages: in quotes, or `[hidden]` when it came from a config provider.
    func quoted(_ key: String) -> String {
        guard let entry = entries[key] else { return "\"\"" }
        return entry.isHidden ? Secret.hidden : entry.value.quotedForMessage
    }

    /// What the configuration is called in messages.
    public var subject: String { file ?? "the configuration" }
}
