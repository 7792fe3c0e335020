public import OrderedCollections

/// The typed values of all keys of a ``ConfigDefinition``, given or default.
///
/// Reading a key that the definition lacks, or as another type, is an error of the program that asks: it throws
/// ``ConnectError/Code/configuration`` and stops nothing else. The `optional…` readers give `nil` for Java's null.
public struct ParsedConfiguration: Sendable {
    /// The values; a key with Java's null is there with `nil`.
    public let values: OrderedDictionary<String, ConfigValue?>

    /// Values by key.
    public init(_ values: OrderedDictionary<String, ConfigValue?> = [:]) {
        self.values = values
    }

    /// The value of a key; `nil` when it is null or not defined.
    public func value(_ key: String) -> ConfigValue? { values[key] ?? nil }

    /// A Boolean.
    public func boolean(_ key: String) throws(ConnectError) -> Bool { try present(key, optionalBoolean(key)) }
    /// A text.
    public func string(_ key: String) throws(ConnectError) -> String { try present(key, optionalString(key)) }
    /// A number of type INT or SHORT.
    public func int(_ key: String) throws(ConnectError) -> Int { try present(key, optionalInt(key)) }
    /// A number of type LONG, INT or SHORT.
    public func long(_ key: String) throws(ConnectError) -> Int64 { try present(key, optionalLong(key)) }
    /// A number of type DOUBLE.
    public func double(_ key: String) throws(ConnectError) -> Double { try present(key, optionalDouble(key)) }
    /// A list.
    public func list(_ key: String) throws(ConnectError) -> [String] { try present(key, optionalList(key)) }
    /// The name of a class.
    public func className(_ key: String) throws(ConnectError) -> String { try present(key, optionalClassName(key)) }
    /// A secret.
    public func password(_ key: String) throws(ConnectError) -> Secret { try present(key, optionalPassword(key)) }
    /// A LONG or INT of milliseconds.
    public func milliseconds(_ key: String) throws(ConnectError) -> Duration { .milliseconds(try long(key)) }

    /// A Boolean or null.
    public func optionalBoolean(_ key: String) throws(ConnectError) -> Bool? {
        switch try defined(key) {
        case .boolean(let value)?: value
        case nil: nil
        case let other?: throw mismatch(key, other, "BOOLEAN")
        }
    }

    /// A text or null.
    public func optionalString(_ key: String) throws(ConnectError) -> String? {
        switch try defined(key) {
        case .string(let value)?, .class(let value)?: value
        case nil: nil
        case let other?: throw mismatch(key, other, "STRING")
        }
    }

    /// A number of type INT or SHORT, or null.
    public func optionalInt(_ key: String) throws(ConnectError) -> Int? {
        switch try defined(key) {
        case .int(let value)?: Int(value)
        case .short(let value)?: Int(value)
        case nil: nil
        case let other?: throw mismatch(key, other, "INT")
        }
    }

    /// A number of type LONG, INT or SHORT, or null.
    public func optionalLong(_ key: String) throws(ConnectError) -> Int64? {
        switch try defined(key) {
        case .long(let value)?: value
        case .int(let value)?: Int64(value)
        case .short(let value)?: Int64(value)
        case nil: nil
        case let other?: throw mismatch(key, other, "LONG")
        }
    }

    /// A number of type DOUBLE, or null.
    public func optionalDouble(_ key: String) throws(ConnectError) -> Double? {
        switch try defined(key) {
        case .double(let value)?: value
        case nil: nil
        case let other?: throw mismatch(key, other, "DOUBLE")
        }
    }

    /// A list or null.
    public func optionalList(_ key: String) throws(ConnectError) -> [String]? {
        switch try defined(key) {
        case .list(let value)?: value
        case nil: nil
        case let other?: throw mismatch(key, other, "LIST")
        }
    }

    /// The name of a class, or null.
    public func optionalClassName(_ key: String) throws(ConnectError) -> String? { try optionalString(key) }

    /// A secret or null.
    public func optionalPassword(_ key: String) throws(ConnectError) -> Secret? {
        switch try defined(key) {
        case .password(let value)?: value
        case nil: nil
        case let other?: throw mismatch(key, other, "PASSWORD")
        }
    }

    private func defined(_ key: String) throws(ConnectError) -> ConfigValue? {
        guard let value = values[key] else {
            throw ConnectError(
                .configuration,
                "\(key) was asked for but is not a key of this configuration's definition"
            )
        }
        return value
    }

    private func present<Value>(_ key: String, _ value: Value?) throws(ConnectError) -> Value {
        guard let value else {
            throw ConnectError(.configuration, "\(key) is not set and has no default: give it a value")
        }
        return value
    }

    private func mismatch(_ key: String, _ value: ConfigValue, _ asked: String) -> ConnectError {
        ConnectError(.configuration, "\(key) was asked for as \(asked) but is defined with another type")
    }
}
