import BigInt
import Engine
import OrderedCollections

/// A small random generator with a seed, so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Random schemas with values that fit them, and random texts.
struct RandomData {
    var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func chance(_ one: Int) -> Bool { number(0..<one) == 0 }

    mutating func text() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "Z", "0", " ", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "漢", "😀", ":", ",", "{",
            "[",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<number(0..<40) { text.append(alphabet[number(0..<alphabet.count)]) }
        return String(text)
    }

    mutating func bytes() -> [UInt8] { (0..<number(0..<40)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }

    mutating func schema(depth: Int) -> Schema {
        let optional = chance(2)
        func made(
            _ type: SchemaType,
            fields: [Field] = [],
            keys: Schema? = nil,
            values: Schema? = nil,
            name: String? = nil
        ) -> Schema {
            Schema(
                type: type,
                isOptional: optional,
                name: name,
                version: name == nil ? nil : 2,
                documentation: name == nil ? nil : "of \(type.rawValue)",
                parameters: name == nil ? nil : ["p": "v"],
                fields: fields,
                keySchema: keys,
                valueSchema: values
            )
        }
        switch number(0..<(depth > 0 ? 19 : 15)) {
        case 0: return made(.int8)
        case 1: return made(.int16)
        case 2: return made(.int32)
        case 3: return made(.int64)
        case 4: return made(.float32)
        case 5: return made(.float64)
        case 6: return made(.boolean)
        case 7, 8: return made(.string)
        case 9: return made(.bytes)
        case 10: return made(.string, name: "com.example.Text")
        case 11: return LogicalType.decimalSchema(scale: Int32(number(-3..<6)), isOptional: optional)
        case 12: return Schema(type: .int32, isOptional: optional, name: LogicalType.date, version: 1)
        case 13: return Schema(type: .int32, isOptional: optional, name: LogicalType.time, version: 1)
        case 14: return Schema(type: .int64, isOptional: optional, name: LogicalType.timestamp, version: 1)
        case 15: return made(.array, values: schema(depth: depth - 1))
        case 16: return made(.map, keys: .string, values: schema(depth: depth - 1))
        case 17: return made(.map, keys: chance(2) ? .int32 : .optionalFloat64, values: schema(depth: depth - 1))
        default:
            let fields = (0..<number(0..<8)).map { index in
                Field(name: "f\(index)\(chance(3) ? "é" : "")", index: index, schema: schema(depth: depth - 1))
            }
            return made(.struct, fields: fields, name: chance(2) ? "com.example.S" : nil)
        }
    }

    /// A value of a schema; of floating-point numbers only what JSON keeps (neither NaN nor infinities nor -0).
    mutating func value(of schema: Schema) -> Value {
        if schema.isOptional, chance(4) { return .null }
        switch (schema.type, schema.name) {
        case (_, LogicalType.decimal):
            let scale = Int32(schema.parameters?[LogicalType.scaleParameter] ?? "0") ?? 0
            let unscaled = BigInt(Int64(bitPattern: random.next())) * BigInt(chance(2) ? 1 : Int64.max)
            return .decimal(unscaled: unscaled, scale: scale)
        case (_, LogicalType.date): return .date(Int64(number(-100_000..<100_000)) * 86_400_000)
        case (_, LogicalType.time): return .date(Int64(number(0..<86_400_000)))
        case (_, LogicalType.timestamp): return .date(Int64(bitPattern: random.next()) >> 10)
        case (.int8, _): return .int8(Int8(truncatingIfNeeded: random.next()))
        case (.int16, _): return .int16(Int16(truncatingIfNeeded: random.next()))
        case (.int32, _): return .int32(Int32(truncatingIfNeeded: random.next()))
        case (.int64, _): return .int64(Int64(bitPattern: random.next()))
        case (.float32, _):
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            return .float32(float.isFinite && float != 0 ? float : 1.5)
        case (.float64, _):
            let double = Double(bitPattern: random.next())
            return .float64(double.isFinite && double != 0 ? double : 1.5)
        case (.boolean, _): return .boolean(chance(2))
        case (.string, _): return .string(text())
        case (.bytes, _): return .bytes(bytes())
        case (.array, _):
            return .array((0..<number(0..<5)).map { _ in value(of: schema.valueSchema ?? .string) })
        case (.map, _):
            var pairs: OrderedDictionary<Value, Value> = [:]
            for _ in 0..<number(0..<5) {
                pairs[value(of: schema.keySchema ?? .string)] = value(of: schema.valueSchema ?? .string)
            }
            return .map(pairs)
        case (.struct, _):
            return .structure(
                Struct(uncheckedSchema: schema, values: schema.fields.map { value(of: $0.schema) })
            )
        }
    }

    /// A value without a schema, of what JSON gives back.
    mutating func schemaless(depth: Int) -> Value {
        switch number(0..<(depth > 0 ? 7 : 5)) {
        case 0: return .null
        case 1: return .boolean(chance(2))
        case 2: return .int64(Int64(bitPattern: random.next()))
        case 3: return .float64(Double(number(1..<1_000_000)) / 1024)
        case 4: return .string(text())
        case 5: return .array((0..<number(0..<5)).map { _ in schemaless(depth: depth - 1) })
        default:
            var pairs: OrderedDictionary<Value, Value> = [:]
            for _ in 0..<number(0..<5) { pairs[.string(text())] = schemaless(depth: depth - 1) }
            return .map(pairs)
        }
    }
}
