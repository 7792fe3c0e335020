/// A check of a key's value beyond its type. It sees the default too, which may be Java's null (`nil`).
///
/// Source: `org.apache.kafka.common.config.ConfigDef.Validator` and the checks nested in `ConfigDef`.
public struct ConfigValidator: Sendable {
    /// What values pass, to follow the word "expected" and for documentation: `at least 1`.
    public let expectation: String
    /// What is wrong with a value, as a description of what is expected; `nil` when it passes.
    let problem: @Sendable (ConfigValue?) -> String?
    /// True for lists whose repeated elements are dropped with a warning before they are checked.
    private(set) var dropsDuplicates = false

    /// A check of one's own.
    ///
    /// - Parameter accepts: true when the value passes.
    public init(_ expectation: String, accepts: @escaping @Sendable (ConfigValue?) -> Bool) {
        self.expectation = expectation
        self.problem = { accepts($0) ? nil : expectation }
    }

    /// A check that says for each value what is wrong with it.
    ///
    /// - Parameter problem: what is expected instead, to follow the word "expected"; `nil` when the value passes.
    public init(_ expectation: String, problem: @escaping @Sendable (ConfigValue?) -> String?) {
        self.expectation = expectation
        self.problem = problem
    }
}

extension ConfigValidator {
    /// A number not below `minimum`. Null passes.
    public static func atLeast(_ minimum: Double) -> ConfigValidator {
        ConfigValidator("a number of at least \(plain(minimum))") { number($0).map { $0 >= minimum } ?? true }
    }

    /// A number from `range`, bounds included. Null passes.
    public static func between(_ range: ClosedRange<Double>) -> ConfigValidator {
        ConfigValidator("a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))") {
            number($0).map(range.contains) ?? true
        }
    }

    /// One of these texts.
    public static func oneOf(_ texts: [String]) -> ConfigValidator {
        ConfigValidator("one of \(texts.joined(separator: ", "))") { value in
            guard let text = value?.validatedText else { return false }
            return texts.contains(text)
        }
    }

    /// One of these texts in upper or lower case. Null passes when `allowsNull`.
    public static func oneOfIgnoringCase(_ texts: [String], allowsNull: Bool = false) -> ConfigValidator {
        let known = Set(texts.map { $0.lowercased() })
        return ConfigValidator("one of \(texts.joined(separator: ", ")) (upper or lower case)") { value in
            guard let text = value?.validatedText else { return allowsNull }
            return known.contains(text.lowercased())
        }
    }

    /// A text that is not empty. Null passes.
    public static let nonEmptyString = ConfigValidator("a text that is not empty") { value in
        value?.validatedText?.isEmpty != true
    }

    /// A text that is not empty and holds no control characters. Null passes: a required key is missed elsewhere.
    public static let nonEmptyStringWithoutControlCharacters = ConfigValidator(
        "a text that is not empty and holds no control characters"
    ) { value in
        guard let text = value?.validatedText else { return true }
        return !text.isEmpty && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// A list without empty elements. Duplicates are not checked here: reading drops them with a warning.
    ///
    /// - Parameters:
    ///   - allowsEmpty: whether the list may have no elements.
    ///   - allowsNull: whether null passes.
    ///   - values: the only elements that pass, if given.
    ///
    /// Source: `ConfigDef.ValidList`.
    public static func list(
        allowsEmpty: Bool = true,
        allowsNull: Bool = false,
        of values: [String]? = nil
    ) -> ConfigValidator {
        let elements = values.map { "of \($0.joined(separator: ", "))" } ?? "of names that are not empty"
        let expectation = (allowsEmpty ? "a list " : "a list, not empty, ") + elements + ", separated by commas"
        var validator = ConfigValidator(expectation) { value in
            guard case .list(let list)? = value else { return value == nil && allowsNull }
            if list.isEmpty { return allowsEmpty }
            return list.allSatisfy { !$0.isEmpty && values?.contains($0) != false }
        }
        validator.dropsDuplicates = true
        return validator
    }

    /// Every one of these checks.
    public static func all(_ validators: [ConfigValidator]) -> ConfigValidator {
        let expectation = validators.map(\.expectation).joined(separator: ", ")
        var validator = ConfigValidator(expectation) { (value: ConfigValue?) -> String? in
            for validator in validators {
                if let problem = validator.problem(value) { return problem }
            }
            return nil
        }
        validator.dropsDuplicates = validators.contains(where: \.dropsDuplicates)
        return validator
    }

    private static func number(_ value: ConfigValue?) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .short(let number): Double(number)
        case .long(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    private static func plain(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String(number)
    }
}

extension ConfigValue {
    /// The text that checks of texts look at, also a secret's.
    fileprivate var validatedText: String? {
        switch self {
        case .string(let text), .class(let text): text
        case .password(let secret): secret.reveal()
        default: nil
        }
    }
}
