public import OrderedCollections

/// A JSON document as a tree. Numbers are exact, objects keep their order.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(OrderedDictionary<String, JSONValue>)
}

extension JSONValue {
    /// The member of an object; `nil` when this is no object or has no such member.
    public subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// True for ``null``.
    public var isNull: Bool { self == .null }
    /// The string, if it is one.
    public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
    /// The truth value, if it is one.
    public var boolValue: Bool? { if case .bool(let bool) = self { bool } else { nil } }
    /// The number, if it is one.
    public var numberValue: JSONNumber? { if case .number(let number) = self { number } else { nil } }
    /// The integer, if it is one of 64 bits.
    public var int64Value: Int64? { numberValue?.int64 }
    /// The elements, if it is an array.
    public var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// The members, if it is an object.
    public var objectValue: OrderedDictionary<String, JSONValue>? {
        if case .object(let members) = self { members } else { nil }
    }

    /// What it is, in JSON's words, for error texts.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A number.
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object; of two members of one name the last counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(OrderedDictionary(elements) { _, last in last })
    }
    /// Null.
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
    /// Reads one document. A UTF-8 byte-order mark before it is skipped; of two members of one name the last counts.
    ///
    /// Takes time in proportion to the text and no stack in proportion to its depth.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer,
        options: JSONOptions = .strict
    ) throws(JSONError) -> JSONValue {
        var reader = JSONReader(bytes, options: options)
        let value = try JSONValue(next: &reader)
        try reader.finish()
        return value
    }

    /// Reads one document.
    public static func parse(_ bytes: [UInt8], options: JSONOptions = .strict) throws(JSONError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            try parse(UnsafeRawBufferPointer(buffer), options: options)
        }
    }

    /// Reads one document.
    public static func parse(_ text: String, options: JSONOptions = .strict) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), options: options)
    }

    /// The next value of a reader as a tree.
    package init(next reader: inout JSONReader) throws(JSONError) {
        self = try JSONValue.read(&reader, first: reader.next())
    }

    /// The value that starts with a token just read, as a tree.
    package static func read(_ reader: inout JSONReader, first: JSONReader.Token) throws(JSONError) -> JSONValue {
        struct Level {
            var isObject: Bool
            var name = ""
            var members: OrderedDictionary<String, JSONValue> = [:]
            var elements: [JSONValue] = []
        }
        var levels: [Level] = []
        var token = first
        while true {
            var value: JSONValue
            switch token {
            case .beginObject, .beginArray:
                if case .beginObject = token {
                    levels.append(Level(isObject: true))
                } else {
                    levels.append(Level(isObject: false))
                }
                token = try reader.next()
                continue
            case .name(let name):
                levels[levels.count - 1].name = name.string
                token = try reader.next()
                continue
            case .endObject, .endArray, .end:
                guard let level = levels.popLast() else {
                    throw reader.error(.unexpectedEnd, "the text ends before a value")
                }
                value = level.isObject ? .object(level.members) : .array(level.elements)
            case .string(let text): value = .string(text.string)
            case .number(let number): value = .number(number.number)
            case .bool(let bool): value = .bool(bool)
            case .null: value = .null
            }
            guard let top = levels.indices.last else { return value }
            if levels[top].isObject {
                levels[top].members[levels[top].name] = value
            } else {
                levels[top].elements.append(value)
            }
            token = try reader.next()
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The document as text on one line.
    public var description: String { String(decoding: serialized(), as: UTF8.self) }

    /// The document as bytes, without white space.
    public func serialized() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes()
    }
}
