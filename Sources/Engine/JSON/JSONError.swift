/// JSON text that cannot be read: what is wrong and where.
///
/// The message names the kind of character found, never a piece of the text (rule 7: the text may be a record).
public struct JSONError: Error, Sendable, Hashable {
    /// What kind of mistake.
    public enum Kind: String, Sendable, Hashable {
        /// The text breaks JSON's grammar.
        case syntax
        /// The text stops in the middle of a value.
        case unexpectedEnd
        /// The bytes are not valid UTF-8.
        case encoding
        /// A limit of ``JSONOptions`` is passed.
        case limit
    }

    /// What kind of mistake.
    public let kind: Kind
    /// The line of the mistake, from 1.
    public let line: Int
    /// The character in that line, from 1.
    public let column: Int
    /// The byte of the mistake, from 0.
    public let offset: Int
    /// What is wrong, in a few words, without the place.
    public let message: String

    /// A mistake at a known place.
    public init(kind: Kind, line: Int, column: Int, offset: Int, message: String) {
        self.kind = kind
        self.line = line
        self.column = column
        self.offset = offset
        self.message = message
    }

    /// A mistake at a byte of a text; counts lines and characters up to it.
    package init(_ kind: Kind, in text: UnsafeRawBufferPointer, at offset: Int, _ message: String) {
        var line = 1
        var column = 1
        for byte in text[..<min(max(offset, 0), text.count)] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(kind: kind, line: line, column: column, offset: offset, message: message)
    }
}

extension JSONError: CustomStringConvertible {
    /// The message with its place.
    public var description: String { "\(message) at line \(line), column \(column) (byte \(offset))" }
}
