/// The type of a ``Schema``: the eight primitives, `bytes`, and the three containers of Connect's data model.
///
/// Source: `org.apache.kafka.connect.data.Schema.Type`.
public enum SchemaType: String, Sendable, Hashable, CaseIterable {
    case int8
    case int16
    case int32
    case int64
    case float32
    case float64
    case boolean
    case string
    case bytes
    case array
    case map
    case `struct`

    /// True for everything but `array`, `map` and `struct`.
    public var isPrimitive: Bool {
        switch self {
        case .array, .map, .struct: false
        default: true
        }
    }
}
