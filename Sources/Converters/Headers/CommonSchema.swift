import BigInt
import Engine

/// The one schema that the elements of an array, or the keys or values of a map, have in common: the widest of number types, else
/// the same type. Once there is none, there stays none.
///
/// Source: `org.apache.kafka.connect.data.Values` (the merging of schemas in `parseString`).
struct CommonSchema {
    private(set) var schema: Schema?
    private var isCompatible = true

    /// Takes one more schema in; `nil` (of a null) says nothing.
    mutating func add(_ next: Schema?) {
        guard let next, isCompatible else { return }
        guard let previous = schema else {
            schema = next
            return
        }
        schema = CommonSchema.merge(previous, next)
        isCompatible = schema != nil
    }

    private static func merge(_ previous: Schema, _ next: Schema) -> Schema? {
        if previous.type == next.type { return next }
        guard let left = rank(previous.type), let right = rank(next.type) else { return nil }
        return left > right ? previous : next
    }

    private static func rank(_ type: SchemaType) -> Int? {
        switch type {
        case .int8: 0
        case .int16: 1
        case .int32: 2
        case .int64: 3
        case .float32: 4
        case .float64: 5
        default: nil
        }
    }
}

extension ValueParser {
    /// An element as a value of the common schema. Throws ``Failure/notAContainer`` when it cannot be one; null never can.
    static func aligned(_ value: Value, with schema: Schema) throws -> Value {
        switch (schema.type, value) {
        case (_, .null): throw Failure.notAContainer
        case (.int8, .int8), (.int16, .int16), (.float32, .float32), (.float64, .float64), (.boolean, .boolean),
            (.string, .string), (.bytes, .decimal), (.array, .array), (.map, .map):
            return value
        case (.int32, .int32(let number)): return try temporal(Int64(number), schema) ?? value
        case (.int64, .int64(let number)): return try temporal(number, schema) ?? value
        case (.int32, .date), (.int64, .date):
            guard schema.name != nil else { throw Failure.notAContainer }
            return value
        default: break
        }
        guard let number = integer(value) else {
            if schema.type == .float64, case .float32(let float) = value { return .float64(Double(float)) }
            throw Failure.notAContainer
        }
        switch schema.type {
        case .int8: return .int8(Int8(truncatingIfNeeded: number))
        case .int16: return .int16(Int16(truncatingIfNeeded: number))
        case .int32:
            let narrow = Int32(truncatingIfNeeded: number)
            return try temporal(Int64(narrow), schema) ?? .int32(narrow)
        case .int64: return try temporal(number, schema) ?? .int64(number)
        case .float32: return .float32(Float(number))
        case .float64: return .float64(Double(number))
        default: throw Failure.notAContainer
        }
    }

    /// A number among dates counts as one.
    private static func temporal(_ number: Int64, _ schema: Schema) throws -> Value? {
        switch schema.name {
        case LogicalType.date: return .date(number * JsonLogicalTypes.millisecondsPerDay)
        case LogicalType.time:
            guard (0...JsonLogicalTypes.millisecondsPerDay).contains(number) else { throw Failure.notAContainer }
            return .date(number)
        case LogicalType.timestamp: return .date(number)
        default: return nil
        }
    }

    private static func integer(_ value: Value) -> Int64? {
        switch value {
        case .int8(let number): Int64(number)
        case .int16(let number): Int64(number)
        case .int32(let number): Int64(number)
        case .int64(let number): number
        default: nil
        }
    }
}
