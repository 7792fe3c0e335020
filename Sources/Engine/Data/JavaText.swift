public import BigInt
internal import OrderedCollections

/// Values as Java's `String.valueOf` and `toString` write them: what Kafka Connect's string converter, file sink and `Cast`
/// turn a value into.
///
/// Two deliberate differences: byte arrays are written as Base64 where Java writes an object's identity (`[B@6e33c391`), which
/// says nothing about the bytes; and dates are written in UTC, not in the time zone of whatever machine runs the worker.
public enum JavaText {
    /// The text of a value; `null` for none.
    public static func string(of value: Value) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text of a value as UTF-8. Walks containers.
    public static func append(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .int8(let number): appendInteger(Int64(number), to: &output)
        case .int16(let number): appendInteger(Int64(number), to: &output)
        case .int32(let number): appendInteger(Int64(number), to: &output)
        case .int64(let number): appendInteger(number, to: &output)
        case .float32(let number): append(number, to: &output)
        case .float64(let number): append(number, to: &output)
        case .boolean(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .string(let text): output.append(contentsOf: text.utf8)
        case .bytes(let bytes): output.append(contentsOf: Base64.encode(bytes))
        case .decimal(let unscaled, let scale):
            output.append(contentsOf: decimal(unscaled: unscaled, scale: scale).utf8)
        case .bigInteger(let number): output.append(contentsOf: String(number).utf8)
        case .date(let milliseconds): appendDate(milliseconds, to: &output)
        case .array(let elements): appendList(elements, to: &output)
        case .map(let pairs): appendMap(pairs, to: &output)
        case .structure(let structure): append(structure, to: &output)
        }
    }

    /// `java.math.BigDecimal.toString`: plain while the exponent is small, `1E+3` otherwise.
    public static func decimal(unscaled: BigInt, scale: Int32) -> String {
        let digits = String(unscaled.magnitude)
        let sign = unscaled.sign == .minus ? "-" : ""
        if scale == 0 { return sign + digits }
        let scale = Int64(scale)
        let count = Int64(digits.utf8.count)
        let exponent = count - 1 - scale
        if scale > 0, exponent >= -6 {
            // The scale is below count + 6 here, so padding stays small.
            let padded = String(repeating: "0", count: Int(max(0, scale - count + 1))) + digits
            return sign + padded.dropLast(Int(scale)) + "." + padded.suffix(Int(scale))
        }
        let mantissa = count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst())"
        return exponent == 0 ? sign + mantissa : "\(sign)\(mantissa)E\(exponent < 0 ? "" : "+")\(exponent)"
    }

    // MARK: Containers

    private static func appendList(_ elements: [Value], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { output.append(contentsOf: ", ".utf8) }
            isFirst = false
            append(element, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    private static func appendMap(_ pairs: OrderedDictionary<Value, Value>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in pairs {
            if !isFirst { output.append(contentsOf: ", ".utf8) }
            isFirst = false
            append(key, to: &output)
            output.append(UInt8(ascii: "="))
            append(value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    // Connect's Struct.toString leaves absent fields out and puts no space after a comma.
    private static func append(_ structure: Struct, to output: inout [UInt8]) {
        output.append(contentsOf: "Struct{".utf8)
        var isFirst = true
        for (field, value) in zip(structure.schema.fields, structure.values) where !value.isNull {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.append(contentsOf: field.name.utf8)
            output.append(UInt8(ascii: "="))
            append(value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    // MARK: Primitives

    private static func appendInteger(_ number: Int64, to output: inout [UInt8]) {
        if number < 0 { output.append(UInt8(ascii: "-")) }
        appendDigits(number.magnitude, width: 1, to: &output)
    }

    /// Decimal digits with zeros in front up to a width.
    static func appendDigits(_ number: UInt64, width: Int, to output: inout [UInt8]) {
        let start = output.count
        var rest = number
        while rest > 0 || output.count - start < width {
            output.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        output[start...].reverse()
    }
}
