/// The type of a Java client key, with the values it takes.
///
/// Source: `org.apache.kafka.common.config.ConfigDef.Type` and its validators.
enum JavaValueType: Sendable, Hashable {
    case boolean
    case int(ClosedRange<Int64>)
    case long(ClosedRange<Int64>)
    case short(ClosedRange<Int64>)
    case double(ClosedRange<Double>)
    case string
    case nonEmptyString
    /// One of these words.
    case choice([String], ignoringCase: Bool)
    case list
    case className
    case password

    static let maxInt = Int64(Int32.max)

    static let int = JavaValueType.int(Int64(Int32.min)...maxInt)
    static let long = JavaValueType.long(.min ... .max)
    static let double = JavaValueType.double(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude)

    static func int(atLeast lowest: Int64) -> JavaValueType { .int(lowest...maxInt) }
    static func long(atLeast lowest: Int64) -> JavaValueType { .long(lowest ... .max) }
    static func choice(_ words: String...) -> JavaValueType { .choice(words, ignoringCase: false) }

    /// The name in `ConfigDef`.
    var configDefName: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int: "INT"
        case .long: "LONG"
        case .short: "SHORT"
        case .double: "DOUBLE"
        case .string, .nonEmptyString, .choice: "STRING"
        case .list: "LIST"
        case .className: "CLASS"
        case .password: "PASSWORD"
        }
    }

    /// The value as the rules take it: trimmed, numbers and booleans in their plain form, words as spelled in the table. `nil` when it
    /// does not fit.
    func normalized(_ text: String) -> String? {
        let text = text.trimmingWhitespace()
        switch self {
        case .boolean:
            let word = text.lowercased()
            return word == "true" || word == "false" ? word : nil
        case .int(let range), .long(let range), .short(let range):
            guard let number = Int64(text), range.contains(number) else { return nil }
            return String(number)
        case .double(let range):
            guard let number = Double(text), range.contains(number) else { return nil }
            return String(number)
        case .choice(let words, let ignoringCase):
            return words.first { ignoringCase ? $0.lowercased() == text.lowercased() : $0 == text }
        case .nonEmptyString:
            return text.isEmpty ? nil : text
        case .string, .list, .className, .password:
            return text
        }
    }

    /// What is expected, to complete "expected …".
    var expectation: String {
        switch self {
        case .boolean: "true or false"
        case .int(let range), .long(let range), .short(let range): "a whole number\(Self.bounds(range))"
        case .double(let range):
            range.lowerBound == -.greatestFiniteMagnitude
                ? "a number" : "a number from \(range.lowerBound) to \(range.upperBound)"
        case .string: "text"
        case .nonEmptyString: "text that is not empty"
        case .choice(let words, _): "one of \(words.joined(separator: ", "))"
        case .list: "names separated by commas"
        case .className: "the name of a class"
        case .password: "a secret"
        }
    }

    private static func bounds(_ range: ClosedRange<Int64>) -> String {
        let highest = range.upperBound == .max ? "" : " to \(range.upperBound)"
        if range.lowerBound <= Int64(Int32.min) { return highest.isEmpty ? "" : " up to \(range.upperBound)" }
        return highest.isEmpty ? " of at least \(range.lowerBound)" : " from \(range.lowerBound)\(highest)"
    }
}

extension StringProtocol {
    /// Without the characters at both ends that Java's `String.trim` removes (space and control characters).
    func trimmingWhitespace() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
            let last = scalars.lastIndex(where: { $0.value > 0x20 })
        else { return "" }
        return String(String.UnicodeScalarView(scalars[first...last]))
    }

    /// The entries of a list as Kafka writes it: separated by commas, trimmed, empty ones left out.
    func listEntries() -> [String] {
        split(separator: ",").map { $0.trimmingWhitespace() }.filter { !$0.isEmpty }
    }
}
