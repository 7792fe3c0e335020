/// Why the broker cannot start or do what it was told, in words for the person who runs it: what, where, and the fix.
public struct BrokerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    /// An error with its sentence.
    public init(_ description: String) {
        self.description = description
    }
}
