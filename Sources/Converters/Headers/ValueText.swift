import BigInt
import Engine
import OrderedCollections

/// Values as the text that Connect's `Values` class gives them: close to JSON, dates in ISO 8601, bytes as Base64.
///
/// Source: `org.apache.kafka.connect.data.Values.convertToString`.
enum ValueText {
    /// The text of a value. Throws ``ConnectError/Code/data`` when a struct cannot be read.
    static func string(of value: Value) throws(ConnectError) -> String {
        if case .string(let text) = value { return text }
        var text = ""
        try append(value, embedded: false, to: &text)
        return text
    }

    private static func append(_ value: Value, embedded: Bool, to text: inout String) throws(ConnectError) {
        switch value {
        case .string(let string) where embedded:
            text += "\"" + string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        case .bytes(let bytes):
            let quote = embedded ? "\"" : ""
            text += quote + String(decoding: Base64.encode(bytes), as: UTF8.self) + quote
        case .date(let milliseconds): text += TemporalText.string(of: milliseconds)
        case .array(let elements):
            try appendAll(elements, "[", "]", to: &text) { element, text throws(ConnectError) in
                try append(element, embedded: true, to: &text)
            }
        case .map(let pairs):
            try appendAll(pairs.elements, "{", "}", to: &text) { pair, text throws(ConnectError) in
                try append(pair.key, embedded: true, to: &text)
                text += ":"
                try append(pair.value, embedded: true, to: &text)
            }
        case .structure(let structure):
            try appendAll(structure.schema.fields, "{", "}", to: &text) { field, text throws(ConnectError) in
                try append(.string(field.name), embedded: true, to: &text)
                text += ":"
                try append(structure.get(field.name), embedded: true, to: &text)
            }
        default: text += JavaText.string(of: value)
        }
    }

    private static func appendAll<Elements: Sequence>(
        _ elements: Elements,
        _ begin: String,
        _ end: String,
        to text: inout String,
        _ append: (Elements.Element, inout String) throws(ConnectError) -> Void
    ) throws(ConnectError) {
        text += begin
        var isFirst = true
        for element in elements {
            if !isFirst { text += "," }
            isFirst = false
            try append(element, &text)
        }
        text += end
    }
}
