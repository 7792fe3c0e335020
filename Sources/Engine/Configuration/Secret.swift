/// A value that must not be seen: a password, a key, a token.
///
/// It prints, dumps and interpolates as `[hidden]` (rule 7); only ``reveal()`` gives the text, to the client that needs it.
///
/// Source: `org.apache.kafka.common.config.types.Password`.
public struct Secret: Sendable, Hashable {
    /// What is shown in its place.
    public static let hidden = "[hidden]"

    private let text: String

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
    }

    /// The text itself. For the one place that hands it to a client library; never for a message.
    public func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `[hidden]`.
    public var description: String { Self.hidden }
    /// `[hidden]`.
    public var debugDescription: String { Self.hidden }
    /// Shows nothing of the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
