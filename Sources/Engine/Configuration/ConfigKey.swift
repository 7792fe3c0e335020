/// One key of a ``ConfigDefinition``.
///
/// Source: `org.apache.kafka.common.config.ConfigDef.ConfigKey`.
public struct ConfigKey: Sendable {
    /// The key's name.
    public private(set) var name: String
    /// The type of its value.
    public let type: ConfigType
    /// True when the key must be given.
    public let isRequired: Bool
    /// The value when the key is not given; `nil` is Java's null.
    public let defaultValue: ConfigValue?
    /// A check beyond the type.
    public let validator: ConfigValidator?
    /// How much the key matters to most users.
    public let importance: ConfigImportance
    /// What it does, for people.
    public let documentation: String
    /// The heading under which a form shows it.
    public let group: String?
    /// Its place under that heading; -1 without a heading.
    public let orderInGroup: Int
    /// How wide a form shows it.
    public let width: ConfigWidth
    /// Its name in a form.
    public let displayName: String
    /// Keys whose meaning depends on this one.
    public let dependents: [String]
    /// True for keys that are not for users.
    public let isInternal: Bool

    /// A key.
    ///
    /// - Parameter default: a literal (`nil`, text, number, Boolean or list) or ``ConfigDefault/required``. It must be a value of
    ///   `type`: a program that defines another one stops here.
    public init(
        _ name: String,
        _ type: ConfigType,
        default defaultText: ConfigDefault = .required,
        validator: ConfigValidator? = nil,
        importance: ConfigImportance,
        documentation: String,
        group: String? = nil,
        orderInGroup: Int = -1,
        width: ConfigWidth = .none,
        displayName: String? = nil,
        dependents: [String] = [],
        isInternal: Bool = false
    ) {
        self.name = name
        self.type = type
        self.validator = validator
        self.importance = importance
        self.documentation = documentation
        self.group = group
        self.orderInGroup = orderInGroup
        self.width = width
        self.displayName = displayName ?? name
        self.dependents = dependents
        self.isInternal = isInternal
        switch defaultText {
        case .required:
            isRequired = true
            defaultValue = nil
        case .null:
            isRequired = false
            defaultValue = nil
        case .text(let text):
            isRequired = false
            guard let value = try? type.parse(text) else {
                preconditionFailure("the default of \(name), \(text), is not \(type.expectation)")
            }
            defaultValue = value
        }
    }
}

extension ConfigKey {
    /// The same key under a longer name, as it stands in the configuration around its owner's.
    func prefixed(_ prefix: String) -> ConfigKey {
        var key = self
        key.name = prefix + name
        return key
    }
}

/// What a key's value is when it is not given.
public enum ConfigDefault: Sendable, Hashable {
    /// Nothing: the key must be given.
    case required
    /// Java's null.
    case null
    /// The value this text stands for.
    case text(String)
}

extension ConfigDefault: ExpressibleByNilLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// The value a text stands for.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A number.
    public init(integerLiteral value: Int64) { self = .text(String(value)) }
    /// A number.
    public init(floatLiteral value: Double) { self = .text(String(value)) }
    /// A Boolean.
    public init(booleanLiteral value: Bool) { self = .text(String(value)) }
    /// A list.
    public init(arrayLiteral elements: String...) { self = .text(elements.joined(separator: ",")) }
}

/// How much a key matters to most users.
public enum ConfigImportance: String, Sendable, Hashable, CaseIterable {
    case high = "HIGH"
    case medium = "MEDIUM"
    case low = "LOW"
}

/// How wide a form shows a key.
public enum ConfigWidth: String, Sendable, Hashable, CaseIterable {
    case none = "NONE"
    case short = "SHORT"
    case medium = "MEDIUM"
    case long = "LONG"
}
