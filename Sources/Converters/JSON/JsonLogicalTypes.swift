import BigInt
import Engine
import OrderedCollections

/// The names that schemas have for types in JSON.
///
/// Source: `org.apache.kafka.connect.json.JsonSchema`.
enum JsonSchemaTypes {
    static func name(of type: SchemaType) -> String {
        switch type {
        case .float32: "float"
        case .float64: "double"
        default: type.rawValue
        }
    }

    static func type(named name: String) -> SchemaType? {
        switch name {
        case "float": .float32
        case "double": .float64
        case "float32", "float64": nil
        default: SchemaType(rawValue: name)
        }
    }
}

/// The logical types as the numbers and bytes that stand for them.
///
/// Source: `org.apache.kafka.connect.data.{Decimal,Date,Time,Timestamp}`.
enum JsonLogicalTypes {
    static let millisecondsPerDay: Int64 = 86_400_000
    static let names: Set<String> = [LogicalType.decimal, LogicalType.date, LogicalType.time, LogicalType.timestamp]

    /// The scale that a decimal schema says.
    static func scale(of schema: Schema) throws(ConnectError) -> Int32 {
        guard let parameters = schema.parameters else {
            throw ConnectError(
                .missingParameter,
                "the schema named \(LogicalType.decimal) has no parameter \(LogicalType.scaleParameter)"
            )
        }
        guard let text = parameters[LogicalType.scaleParameter] else {
            throw ConnectError(
                .data,
                "the schema named \(LogicalType.decimal) has no parameter \(LogicalType.scaleParameter)"
            )
        }
        guard let scale = Int32(text) else {
            throw ConnectError(
                .data,
                "the parameter \(LogicalType.scaleParameter) of a decimal schema must be an integer of 32 bits",
                cause: ConnectError(.invalidNumber, "not an integer of 32 bits")
            )
        }
        return scale
    }

    /// The days of a date that has no time of day.
    static func days(_ milliseconds: Int64) throws(ConnectError) -> Int64 {
        guard milliseconds % millisecondsPerDay == 0 else {
            throw ConnectError(.data, "a value of the logical type \(LogicalType.date) must not have a time of day")
        }
        return Int64(Int32(truncatingIfNeeded: milliseconds / millisecondsPerDay))
    }

    /// The milliseconds of a time that has no date.
    static func timeOfDay(_ milliseconds: Int64) throws(ConnectError) -> Int64 {
        guard (0...millisecondsPerDay).contains(milliseconds) else {
            throw ConnectError(
                .data,
                "a value of the logical type \(LogicalType.time) must be between 0 and \(millisecondsPerDay) milliseconds"
            )
        }
        return milliseconds
    }
}
