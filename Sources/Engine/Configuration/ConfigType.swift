/// The type of a configuration key's value.
///
/// Source: `org.apache.kafka.common.config.ConfigDef.Type`.
public enum ConfigType: String, Sendable, Hashable, CaseIterable {
    case boolean = "BOOLEAN"
    case string = "STRING"
    case int = "INT"
    case short = "SHORT"
    case long = "LONG"
    case double = "DOUBLE"
    case list = "LIST"
    case `class` = "CLASS"
    case password = "PASSWORD"
}

/// The value of a configuration key, typed. A key whose value is Java's null has no ``ConfigValue``.
public enum ConfigValue: Sendable, Hashable {
    case boolean(Bool)
    case string(String)
    case int(Int32)
    case short(Int16)
    case long(Int64)
    case double(Double)
    case list([String])
    /// The name of a class or an alias of it, as written.
    case `class`(String)
    case password(Secret)
}

extension ConfigValue {
    /// The value as it would be written in a file; a secret is `[hidden]`. For messages, REST answers and documentation.
    public var text: String {
        switch self {
        case .boolean(let value): String(value)
        case .string(let value), .class(let value): value
        case .int(let value): String(value)
        case .short(let value): String(value)
        case .long(let value): String(value)
        case .double(let value): String(value)
        case .list(let values): values.joined(separator: ",")
        case .password(let secret): secret.description
        }
    }
}

/// Why a text is no value of a ``ConfigType``.
public struct ConfigTypeMismatch: Error, Sendable, Hashable {
    /// What was expected, to follow the word "expected": `a whole number from -32768 to 32767`.
    public let expected: String
}

extension ConfigType {
    /// What a value of this type looks like, to follow the word "expected".
    public var expectation: String {
        switch self {
        case .boolean: "true or false"
        case .string: "a text"
        case .int: "a whole number from \(Int32.min) to \(Int32.max)"
        case .short: "a whole number from \(Int16.min) to \(Int16.max)"
        case .long: "a whole number from \(Int64.min) to \(Int64.max)"
        case .double: "a number such as 0.5"
        case .list: "names separated by commas"
        case .class: "a class name or an alias of one"
        case .password: "a text"
        }
    }

    /// Reads a value from text; `nil` stays `nil`, white space around the text does not count.
    ///
    /// - Parameter isKnownClass: asked for ``class`` values. Java would load the class; here a name must at least look like one.
    ///
    /// Source: `org.apache.kafka.common.config.ConfigDef.parseType`.
    public func parse(
        _ text: String?,
        isKnownClass: (String) -> Bool = ConfigType.looksLikeClassName
    ) throws(ConfigTypeMismatch) -> ConfigValue? {
        guard let text else { return nil }
        let trimmed = text.trimmingJavaWhitespace()
        let value: ConfigValue? =
            switch self {
            case .boolean:
                switch trimmed.lowercased() {
                case "true": .boolean(true)
                case "false": .boolean(false)
                default: nil
                }
            case .string: .string(trimmed)
            case .int: JavaNumber.integer(trimmed).map(ConfigValue.int)
            case .short: JavaNumber.integer(trimmed).map(ConfigValue.short)
            case .long: JavaNumber.integer(trimmed).map(ConfigValue.long)
            case .double: JavaNumber.double(trimmed).map(ConfigValue.double)
            case .list: .list(Self.splitList(trimmed))
            case .class: isKnownClass(trimmed) ? .class(trimmed) : nil
            case .password: .password(Secret(trimmed))
            }
        guard let value else { throw ConfigTypeMismatch(expected: expectation) }
        return value
    }

    /// True for names that could be a Java class or an alias: no white space, no comma, not empty.
    @Sendable public static func looksLikeClassName(_ text: String) -> Bool {
        !text.isEmpty && !text.unicodeScalars.contains { $0 == "," || $0.properties.isWhitespace }
    }

    /// The elements of a list; white space around commas does not count. An empty text is an empty list.
    static func splitList(_ text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { element in
            String(element).trimming { $0 == " " || ("\t"..."\r").contains($0) }
        }
    }
}

extension String {
    /// Without the control characters and spaces (up to U+0020) at both ends.
    ///
    /// Source: `java.lang.String.trim`.
    func trimmingJavaWhitespace() -> String {
        trimming { $0.value <= 0x20 }
    }

    /// Without the scalars at both ends that match.
    func trimming(_ matches: (Unicode.Scalar) -> Bool) -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !matches($0) }),
            let last = scalars.lastIndex(where: { !matches($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
