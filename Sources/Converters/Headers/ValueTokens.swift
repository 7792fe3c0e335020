/// Cuts a text at the delimiters of Connect's value syntax (`: , { } [ ] "`); a backslash takes their meaning away.
///
/// Works on UTF-16 because the forms of dates are told apart by their length in Java's characters.
///
/// Source: `org.apache.kafka.connect.data.Values.Parser`.
struct ValueTokens {
    let text: [UInt16]
    private var position = 0
    // The next token when it was looked at and not taken.
    private var next: Range<Int>?

    init(_ text: String) {
        self.text = Array(text.utf16)
    }

    /// Where the next token begins.
    var mark: Int { next?.lowerBound ?? position }

    /// True while there is a token.
    var hasNext: Bool { next != nil || position < text.count }

    /// Goes back, or on, to a place that was marked.
    mutating func rewind(to mark: Int) {
        position = mark
        next = nil
    }

    /// Takes the next token; empty at the end.
    mutating func take() -> Range<Int> {
        if let token = next {
            next = nil
            return token
        }
        return read()
    }

    /// Takes the next token if it is `expected`, leaving white space around it out of account.
    mutating func take(_ expected: StaticString) -> Bool {
        guard hasNext else { return false }
        var token = next ?? read()
        while trimmed(token).isEmpty, position < text.count { token = read() }
        next = token
        let content = trimmed(token)
        guard content.count == expected.utf8CodeUnitCount,
            content.indices.allSatisfy({ text[$0] == UInt16(expected.utf8Start[$0 - content.lowerBound]) })
        else { return false }
        next = nil
        return true
    }

    /// The place after the token taken last.
    var end: Int { position }

    /// A token without the control characters and spaces at its ends, as Java's `trim`.
    func trimmed(_ token: Range<Int>) -> Range<Int> {
        var (start, end) = (token.lowerBound, token.upperBound)
        while start < end, text[start] <= 0x20 { start += 1 }
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        return start..<end
    }

    /// A part of the text.
    func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF16.self) }

    private mutating func read() -> Range<Int> {
        let start = position
        var isEscaped = false
        while position < text.count {
            switch text[position] {
            case 0x5C: isEscaped.toggle()
            case 0x3A, 0x2C, 0x7B, 0x7D, 0x5B, 0x5D, 0x22:
                if !isEscaped {
                    if start == position { position += 1 }
                    return start..<position
                }
                isEscaped = false
            default: isEscaped = false
            }
            position += 1
        }
        return start..<position
    }
}
