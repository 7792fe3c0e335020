internal import OrderedCollections

extension Schema {
    /// Checks that a value is one of this schema. Walks containers.
    ///
    /// Errors: ``ConnectError/Code/data`` naming the field, the schema and what was found.
    ///
    /// Source: `org.apache.kafka.connect.data.ConnectSchema.validateValue`.
    public func validate(_ value: Value, fieldName: String? = nil) throws(ConnectError) {
        switch (type, value) {
        case (_, .null):
            guard isOptional else {
                throw mismatch(fieldName, "null is not allowed: the schema is not optional")
            }
        case (_, .date):
            guard let name, LogicalType.dateNames.contains(name) else {
                throw mismatch(fieldName, "a date needs a schema named \(LogicalType.timestamp), …Date or …Time")
            }
        case (_, .decimal):
            guard type == .bytes, name == LogicalType.decimal else {
                throw mismatch(fieldName, "a decimal needs a bytes schema named \(LogicalType.decimal)")
            }
        case (.int8, .int8), (.int16, .int16), (.int32, .int32), (.int64, .int64), (.float32, .float32),
            (.float64, .float64), (.boolean, .boolean), (.string, .string), (.bytes, .bytes):
            if let name, name == LogicalType.decimal || LogicalType.dateNames.contains(name) {
                throw mismatch(fieldName, "\(value.kindName) is not a value of the logical type \(name)")
            }
        case (.array, .array(let elements)):
            guard let valueSchema else { return }
            for element in elements { try valueSchema.validate(element, fieldName: fieldName) }
        case (.map, .map(let pairs)):
            guard let keySchema, let valueSchema else { return }
            for (key, value) in pairs {
                try keySchema.validate(key, fieldName: fieldName)
                try valueSchema.validate(value, fieldName: fieldName)
            }
        case (.struct, .structure(let structure)):
            guard structure.schema == self else {
                throw mismatch(fieldName, "the struct was made with another schema")
            }
        default:
            throw mismatch(fieldName, "found \(value.kindName)")
        }
    }

    private func mismatch(_ fieldName: String?, _ what: String) -> ConnectError {
        let field = fieldName.map { " for field \"\($0)\"" } ?? ""
        let named = name.map { " named \($0)" } ?? ""
        return ConnectError(.data, "invalid value\(field) of schema \(type.rawValue)\(named): \(what)")
    }
}

extension Value {
    /// What kind of value this is, for error texts; never its content.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .float32: "float32"
        case .float64: "float64"
        case .boolean: "boolean"
        case .string: "string"
        case .bytes: "bytes"
        case .decimal: "decimal"
        case .bigInteger: "big integer"
        case .date: "date"
        case .array: "array"
        case .map: "map"
        case .structure: "struct"
        }
    }
}
