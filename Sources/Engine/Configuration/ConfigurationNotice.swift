/// Something a reader of a configuration wants the user to know, though it stops nothing. The caller logs it.
public struct ConfigurationNotice: Sendable, Hashable {
    /// How much the user should care.
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        /// For information: an accepted key has no meaning here.
        case note
        /// Likely a mistake: a key that nothing knows.
        case warning
    }

    /// How much the user should care.
    public let severity: Severity
    /// The key it is about, if it is about one.
    public let key: String?
    /// What, where and what to do, in one or two sentences.
    public let message: String

    /// A notice.
    public init(_ severity: Severity, key: String? = nil, _ message: String) {
        self.severity = severity
        self.key = key
        self.message = message
    }
}

/// What is wrong with one key of a configuration.
public struct ConfigurationProblem: Sendable, Hashable {
    /// The key.
    public let key: String
    /// What is wrong and what is expected. Names the value, unless it is a secret; does not name file and line.
    public let message: String

    /// A problem.
    public init(key: String, _ message: String) {
        self.key = key
        self.message = message
    }
}

extension [ConfigurationProblem] {
    /// One error for all of them, each with the file and line of its key, or `nil` when there are none.
    ///
    /// - Parameter notices: the warnings among them follow the errors: a mistyped key is often why another one is missing.
    public func error(in configuration: RawConfiguration, notices: [ConfigurationNotice] = []) -> ConnectError? {
        guard let first else { return nil }
        let warnings = notices.filter { $0.severity == .warning }.map { "\n  warning: \($0.message)" }.joined()
        if count == 1 {
            return ConnectError(.configuration, "\(configuration.place(of: first.key)): \(first.message)\(warnings)")
        }
        let lines = map { "\n  \(configuration.place(of: $0.key)): \($0.message)" }.joined()
        return ConnectError(.configuration, "\(configuration.subject) has \(count) errors:\(lines)\(warnings)")
    }
}
