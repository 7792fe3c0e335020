internal import Engine

/// The state of one mapping: what was given, and what has come of it so far.
struct MappingBuilder {
    let kind: ClientKind
    let library: ClientLibrary
    /// The Java keys that were written, with their values in normal form.
    private(set) var given: [String: String] = [:]
    /// The keys of librdkafka that were written and pass as they are.
    private(set) var native: [String: String] = [:]
    private(set) var properties: [ClientProperty] = []
    private(set) var notices: [ConfigurationNotice] = []
    var settings = ClientEngineSettings()

    init(kind: ClientKind, library: ClientLibrary) {
        self.kind = kind
        self.library = library
    }

    // MARK: What was given

    /// Takes in a value of a Java key, checked.
    mutating func take(_ key: JavaClientKey, _ text: String, writtenAs name: String) throws {
        guard let value = key.type.normalized(text) else {
            throw wrongValue(name, text, expected: key.type.expectation, isSecret: key.isSecret)
        }
        given[key.name] = value
    }

    /// Takes in a key of librdkafka.
    mutating func takeNative(_ name: String, _ text: String) {
        native[name] = text.trimmingWhitespace()
    }

    /// The value of a Java key as written, else its default here; `nil` when neither is there.
    func value(_ name: String) -> String? {
        if let value = given[name] { return value }
        return JavaClientKeys.find(name, kind: kind)?.effectiveDefault(for: kind)
    }

    /// Like ``value(_:)``, with an empty text taken for none.
    func text(_ name: String) -> String? {
        guard let value = value(name), !value.isEmpty else { return nil }
        return value
    }

    /// The number that a Java key holds, written or by default.
    func integer(_ name: String) throws -> Int64 {
        guard let text = value(name), let number = Int64(text) else {
            throw error("The \(kind.rawValue)'s key '\(name)' needs a whole number.")
        }
        return number
    }

    /// The truth value that a Java key holds, written or by default.
    func flag(_ name: String) -> Bool { value(name) == "true" }

    // MARK: What comes of it

    /// Sets a key of librdkafka, in place of an earlier value.
    mutating func set(_ name: String, _ value: String, isSecret: Bool = false) {
        let property = ClientProperty(name, value, isSecret: isSecret)
        if let index = properties.firstIndex(where: { $0.name == name }) {
            properties[index] = property
        } else {
            properties.append(property)
        }
    }

    /// Sets a number, moved into librdkafka's range; says so when the key was written.
    mutating func set(_ name: String, _ number: Int64, in range: ClosedRange<Int64>, for key: String) {
        let fitting = min(max(number, range.lowerBound), range.upperBound)
        if fitting != number, given[key] != nil {
            note(
                key,
                "librdkafka takes \(range.lowerBound) to \(range.upperBound) for its '\(name)': \(fitting) is used instead of "
                    + "\(number)."
            )
        }
        set(name, String(fitting))
    }

    mutating func note(_ key: String, _ message: String) {
        notices.append(ConfigurationNotice(.note, key: key, message))
    }

    mutating func warn(_ key: String, _ message: String) {
        notices.append(ConfigurationNotice(.warning, key: key, message))
    }

    // MARK: Errors

    /// An error about the configuration. The caller keeps secrets out of the text.
    func error(_ message: String) -> ConnectError { ConnectError(.configuration, message) }

    /// The error for a value that does not fit.
    func wrongValue(_ key: String, _ value: String, expected: String, isSecret: Bool = false) -> ConnectError {
        let shown = isSecret ? "an unusable value" : "the value '\(value)'"
        return error("The \(kind.rawValue)'s key '\(key)' has \(shown); expected \(expected).")
    }

    /// The result.
    func finished() -> MappedClientConfiguration {
        MappedClientConfiguration(kind: kind, properties: properties, notices: notices, settings: settings)
    }
}
