internal import OrderedCollections

/// The names and schemas of Connect's four logical types.
///
/// Source: `org.apache.kafka.connect.data.{Decimal,Date,Time,Timestamp}`.
public enum LogicalType {
    /// `bytes`: the two's-complement unscaled value, big endian; the scale is the parameter `scale`.
    public static let decimal = "org.apache.kafka.connect.data.Decimal"
    /// `int32`: days since 1970-01-01.
    public static let date = "org.apache.kafka.connect.data.Date"
    /// `int32`: milliseconds since midnight.
    public static let time = "org.apache.kafka.connect.data.Time"
    /// `int64`: milliseconds since 1970-01-01T00:00Z.
    public static let timestamp = "org.apache.kafka.connect.data.Timestamp"
    /// The parameter of a decimal schema that holds its scale.
    public static let scaleParameter = "scale"

    static let dateNames: Set<String> = [date, time, timestamp]

    /// A decimal schema of a scale.
    public static func decimalSchema(scale: Int32, isOptional: Bool = false) -> Schema {
        Schema(
            type: .bytes,
            isOptional: isOptional,
            name: decimal,
            version: 1,
            parameters: [scaleParameter: String(scale)]
        )
    }

    /// The schema of a date without time of day.
    public static let dateSchema = Schema(type: .int32, name: date, version: 1)
    /// The schema of a time of day.
    public static let timeSchema = Schema(type: .int32, name: time, version: 1)
    /// The schema of an instant.
    public static let timestampSchema = Schema(type: .int64, name: timestamp, version: 1)
}
