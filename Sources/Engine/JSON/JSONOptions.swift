/// What a JSON reader takes and where it stops.
public struct JSONOptions: Sendable, Hashable {
    /// How deep arrays and objects may nest. Jackson's limit.
    public var maximumDepth: Int
    /// How many characters one number may have. Jackson's limit.
    public var maximumNumberLength: Int
    /// Takes `007` as 7, as Kafka Connect's JsonConverter does.
    public var allowsLeadingZeros: Bool
    /// Leaves whatever follows the first value unread, as Kafka Connect's JsonConverter does.
    public var allowsTrailingContent: Bool

    /// Options; as left out, those of ``strict``.
    public init(
        maximumDepth: Int = 1000,
        maximumNumberLength: Int = 1000,
        allowsLeadingZeros: Bool = false,
        allowsTrailingContent: Bool = false
    ) {
        self.maximumDepth = maximumDepth
        self.maximumNumberLength = maximumNumberLength
        self.allowsLeadingZeros = allowsLeadingZeros
        self.allowsTrailingContent = allowsTrailingContent
    }

    /// One value by RFC 8259, nothing after it.
    public static let strict = JSONOptions()
}
