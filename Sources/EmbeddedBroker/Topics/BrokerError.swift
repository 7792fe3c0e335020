/// Why the broker cannot start or do what it was told, in words for the person who runs it: what, where, and the fix.
public struct BrokerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence.
    public let description: String
    /// Which setting has to change.
    public let subject: Subject

    /// What an error is about, for callers that have names of their own for it.
    public enum Subject: Sendable {
        /// The address to listen on.
        case listener
        /// The folder.
        case folder
        /// The description says.
        case other
    }

    /// An error with its sentence.
    public init(_ description: String, about subject: Subject = .other) {
        self.description = description
        self.subject = subject
    }
}
