import BigInt
import Engine
import OrderedCollections

/// Guesses the schema and the value that a text stands for: null, Booleans, the smallest number type that fits, dates, arrays and
/// maps; whatever is none of them is a string.
///
/// Source: `org.apache.kafka.connect.data.Values.parseString`.
struct ValueParser {
    enum Failure: Error {
        /// The text is no array or map after all.
        case notAContainer
        /// Arrays and maps nest deeper than ``maximumDepth``.
        case tooDeep
    }

    /// Java runs out of stack at some depth and Connect then keeps the bytes; this program stops before.
    static let maximumDepth = 500

    /// What a text stands for. Throws ``Failure/tooDeep`` only.
    static func parse(_ text: String) throws -> SchemaAndValue {
        if text.isEmpty { return SchemaAndValue(schema: .string, value: .string("")) }
        var parser = ValueParser(tokens: ValueTokens(text), original: text)
        return try parser.value(embedded: false, depth: 0) ?? .null
    }

    /// Longer numbers stay text: the time to read one grows with the square of its length.
    static let maximumNumberLength = 10_000

    private var tokens: ValueTokens
    private let original: String

    private init(tokens: ValueTokens, original: String) {
        self.tokens = tokens
        self.original = original
    }

    /// The next value; `nil` for null.
    private mutating func value(embedded: Bool, depth: Int) throws -> SchemaAndValue? {
        guard depth <= ValueParser.maximumDepth else { throw Failure.tooDeep }
        guard tokens.hasNext else { return nil }
        if embedded, tokens.take("\"") { return try quoted() }
        if takeLiteral("null", embedded: embedded) { return nil }
        if takeLiteral("true", embedded: embedded) {
            return SchemaAndValue(schema: .boolean, value: .boolean(true))
        }
        if takeLiteral("false", embedded: embedded) {
            return SchemaAndValue(schema: .boolean, value: .boolean(false))
        }
        let start = tokens.mark
        do {
            if tokens.take("[") { return try array(depth: depth) }
            if tokens.take("{") { return try map(depth: depth) }
        } catch Failure.notAContainer {
            tokens.rewind(to: start)
        }
        return try scalar(embedded: embedded)
    }

    /// Takes a word that is the whole text, or an element on its own.
    private mutating func takeLiteral(_ word: StaticString, embedded: Bool) -> Bool {
        let start = tokens.mark
        if tokens.take(word), embedded || !tokens.hasNext { return true }
        tokens.rewind(to: start)
        return false
    }

    /// A string after its opening quote. One that holds a date, a time or a timestamp is one.
    private mutating func quoted() throws -> SchemaAndValue {
        let start = tokens.mark
        var end = start
        while tokens.hasNext {
            // White space before the closing quote belongs to the string.
            let token = tokens.take()
            if tokens.text[token] == [0x22] { break }
            end = token.upperBound
        }
        let content = tokens.string(start..<end)
        let first = tokens.trimmed(start..<end).first
        if first.map({ ValueParser.isDigit(tokens.text[$0]) }) ?? false {
            let guessed = try ValueParser.parse(content)
            if case .date = guessed.value { return guessed }
        }
        return SchemaAndValue(schema: .string, value: .string(content))
    }

    // MARK: Containers

    private mutating func array(depth: Int) throws -> SchemaAndValue {
        var elements: [Value] = []
        var common = CommonSchema()
        while tokens.hasNext {
            if tokens.take("]") {
                if let schema = common.schema {
                    elements = try elements.map { try ValueParser.aligned($0, with: schema) }
                }
                return SchemaAndValue(schema: Schema(type: .array, valueSchema: common.schema), value: .array(elements))
            }
            if tokens.take(",") { throw Failure.notAContainer }
            let element = try value(embedded: true, depth: depth + 1)
            common.add(element?.schema)
            elements.append(element?.value ?? .null)
            let mark = tokens.mark
            if tokens.take("]") {
                tokens.rewind(to: mark)
            } else if !tokens.take(",") {
                throw Failure.notAContainer
            }
        }
        throw Failure.notAContainer
    }

    private mutating func map(depth: Int) throws -> SchemaAndValue {
        var pairs: OrderedDictionary<Value, Value> = [:]
        var keys = CommonSchema()
        var values = CommonSchema()
        while tokens.hasNext {
            if tokens.take("}") { return try finished(pairs, keys: keys.schema, values: values.schema) }
            if tokens.take(",") { throw Failure.notAContainer }
            guard let key = try value(embedded: true, depth: depth + 1), !key.value.isNull else {
                throw Failure.notAContainer
            }
            guard tokens.take(":") else { throw Failure.notAContainer }
            let element = try value(embedded: true, depth: depth + 1)
            pairs[key.value] = element?.value ?? .null
            // A missing comma between entries is forgiven.
            _ = tokens.take(",")
            keys.add(key.schema)
            values.add(element?.schema)
        }
        throw Failure.notAContainer
    }

    private func finished(
        _ pairs: OrderedDictionary<Value, Value>,
        keys: Schema?,
        values: Schema?
    ) throws -> SchemaAndValue {
        // Without a common type of the keys nothing is known of the values either.
        guard let keys else {
            return SchemaAndValue(schema: Schema(type: .map), value: .map(pairs))
        }
        var aligned: OrderedDictionary<Value, Value> = [:]
        for (key, value) in pairs {
            let newValue = try values.map { try ValueParser.aligned(value, with: $0) } ?? value
            aligned[try ValueParser.aligned(key, with: keys)] = newValue
        }
        return SchemaAndValue(schema: Schema(type: .map, keySchema: keys, valueSchema: values), value: .map(aligned))
    }

    // MARK: Scalars

    private mutating func scalar(embedded: Bool) throws -> SchemaAndValue {
        let token = tokens.take()
        let content = tokens.trimmed(token)
        guard let firstIndex = content.first else {
            return SchemaAndValue(schema: .string, value: .string(tokens.string(token)))
        }
        let first = tokens.text[firstIndex]
        if ValueParser.isDigit(first) {
            // An unescaped colon cuts a time or a timestamp into five tokens.
            let mark = tokens.mark
            if let end = takeFour() {
                let joined = tokens.text[content] + tokens.text[token.upperBound..<end]
                if let temporal = TemporalText.parse(ValueParser.unescapedColons(joined)) { return temporal }
            }
            tokens.rewind(to: mark)
            if let temporal = TemporalText.parse(ValueParser.unescapedColons(tokens.text[content])) { return temporal }
        }
        if ValueParser.isDigit(first) || first == 0x2B || first == 0x2D,
            let number = ValueParser.number(tokens.string(content))
        {
            return number
        }
        if embedded { throw Failure.notAContainer }
        return SchemaAndValue(schema: .string, value: .string(original))
    }

    /// Takes four tokens and gives the place after them; `nil` when there are fewer.
    private mutating func takeFour() -> Int? {
        for _ in 0..<4 {
            guard tokens.hasNext else { return nil }
            _ = tokens.take()
        }
        return tokens.end
    }

    private static func isDigit(_ unit: UInt16) -> Bool { (0x30...0x39).contains(unit) }

    private static func unescapedColons(_ text: ArraySlice<UInt16>) -> [UInt16] {
        var result: [UInt16] = []
        for index in text.indices {
            if text[index] == 0x5C, index + 1 < text.endIndex, text[index + 1] == 0x3A { continue }
            result.append(text[index])
        }
        return result
    }

    /// The smallest type that holds a number exactly; a float or a double for fractions that fit one, else a decimal.
    private static func number(_ text: String) -> SchemaAndValue? {
        guard text.utf8.count <= maximumNumberLength, let (unscaled, scale) = DecimalText.parse(text) else {
            return nil
        }
        if let integer = whole(unscaled, scale) {
            if let value = Int8(exactly: integer) { return SchemaAndValue(schema: .int8, value: .int8(value)) }
            if let value = Int16(exactly: integer) { return SchemaAndValue(schema: .int16, value: .int16(value)) }
            if let value = Int32(exactly: integer) { return SchemaAndValue(schema: .int32, value: .int32(value)) }
            return SchemaAndValue(schema: .int64, value: .int64(integer))
        }
        if scale != 0, let value = Float(text), value.isFinite {
            return SchemaAndValue(schema: .float32, value: .float32(value))
        }
        if scale != 0, let value = Double(text), value.isFinite {
            return SchemaAndValue(schema: .float64, value: .float64(value))
        }
        return SchemaAndValue(
            schema: LogicalType.decimalSchema(scale: scale),
            value: .decimal(unscaled: unscaled, scale: scale)
        )
    }

    /// The number when it is whole and of 64 bits.
    private static func whole(_ unscaled: BigInt, _ scale: Int32) -> Int64? {
        if unscaled.isZero { return 0 }
        if scale == 0 { return Int64(exactly: unscaled) }
        // No whole number of 64 bits has more than 19 digits.
        if scale < 0 { return scale < -19 ? nil : Int64(exactly: unscaled * BigInt(10).power(-Int(scale))) }
        guard Int(scale) <= unscaled.magnitude.bitWidth else { return nil }
        let (quotient, remainder) = unscaled.quotientAndRemainder(dividingBy: BigInt(10).power(Int(scale)))
        return remainder.isZero ? Int64(exactly: quotient) : nil
    }
}
