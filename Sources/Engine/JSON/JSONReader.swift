internal import Glibc

/// Reads a JSON text token by token: no memory of its own up to 64 levels, no recursion, no strings made.
///
/// The tokens come in a valid order (a name before each member's value, every begin with its end), so that a caller need not
/// check the grammar. After an error the reader must not be used. The caller keeps the text alive.
///
/// Source: RFC 8259; the options follow Jackson.
package struct JSONReader {
    package enum Token {
        case beginObject
        case endObject
        case beginArray
        case endArray
        case name(JSONText)
        case string(JSONText)
        case number(JSONNumberText)
        case bool(Bool)
        case null
        /// The text is at its end: there is no (further) value.
        case end
    }

    private enum Expectation {
        case value
        case elementOrEnd
        case nameOrEnd
        case name
        case commaOrEnd
        case nothing
    }

    private let bytes: UnsafeRawBufferPointer
    private let options: JSONOptions
    private var expectation = Expectation.value
    private var depth = 0
    // One bit a level, set for an object: the innermost 64 levels here, those outside of them put aside.
    private var levels: UInt64 = 0
    private var outerLevels: [UInt64] = []

    /// The byte to be read next.
    package private(set) var position = 0

    package init(_ bytes: UnsafeRawBufferPointer, options: JSONOptions = .strict) {
        self.bytes = bytes
        self.options = options
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    }

    /// A mistake at the current byte.
    package func error(_ kind: JSONError.Kind, at offset: Int? = nil, _ message: String) -> JSONError {
        JSONError(kind, in: bytes, at: offset ?? position, message)
    }

    /// The next token; ``Token/end`` when there is no value at all, or after the first one.
    package mutating func next() throws(JSONError) -> Token {
        skipWhitespace()
        if expectation == .commaOrEnd { try passComma() }
        switch expectation {
        case .nothing: return .end
        case .commaOrEnd: return closeLevel()
        case .name: return .name(try memberName())
        case .nameOrEnd:
            if position < bytes.count, bytes[position] == UInt8(ascii: "}") { return closeLevel() }
            return .name(try memberName())
        case .elementOrEnd:
            if position < bytes.count, bytes[position] == UInt8(ascii: "]") { return closeLevel() }
            return try value()
        case .value: return try value()
        }
    }

    /// Reads over the rest of the value that starts with `first`, checking it.
    package mutating func skip(_ first: Token) throws(JSONError) {
        var open = 0
        var token = first
        while true {
            switch token {
            case .beginObject, .beginArray: open += 1
            case .endObject, .endArray: open -= 1
            default: break
            }
            if open <= 0, !isName(token) { return }
            token = try next()
        }
    }

    /// Checks that nothing follows the value, unless the options allow it.
    package mutating func finish() throws(JSONError) {
        guard !options.allowsTrailingContent else { return }
        skipWhitespace()
        if position < bytes.count {
            throw error(.syntax, "found \(found) after the end of the value")
        }
    }

    private func isName(_ token: Token) -> Bool {
        if case .name = token { true } else { false }
    }

    /// Reads over the next value, if it is an object written exactly as `known`, a whole object that was read before.
    package mutating func skipKnownObject(_ known: UnsafeRawBufferPointer) -> Bool {
        guard case .value = expectation, depth > 0, known.count >= 2 else { return false }
        skipWhitespace()
        guard known.count <= bytes.count - position, let base = bytes.baseAddress, let start = known.baseAddress,
            memcmp(base + position, start, known.count) == 0
        else { return false }
        position += known.count
        expectation = .commaOrEnd
        return true
    }

    // MARK: Levels

    private mutating func open(object: Bool) throws(JSONError) {
        guard depth < options.maximumDepth else {
            throw error(.limit, "arrays and objects nest deeper than \(options.maximumDepth) levels")
        }
        if depth > 0, depth % 64 == 0 {
            outerLevels.append(levels)
            levels = 0
        }
        levels = levels << 1 | (object ? 1 : 0)
        depth += 1
        position += 1
        expectation = object ? .nameOrEnd : .elementOrEnd
    }

    private mutating func closeLevel() -> Token {
        let object = levels & 1 == 1
        position += 1
        depth -= 1
        levels >>= 1
        if depth > 0, depth % 64 == 0, let outer = outerLevels.popLast() { levels = outer }
        expectation = depth == 0 ? .nothing : .commaOrEnd
        return object ? .endObject : .endArray
    }

    /// Inside a container after a value: leaves the expectation at `commaOrEnd` when the container ends here.
    private mutating func passComma() throws(JSONError) {
        let object = levels & 1 == 1
        guard position < bytes.count else { throw ended(in: object ? "an object" : "an array") }
        switch bytes[position] {
        case UInt8(ascii: ","):
            position += 1
            skipWhitespace()
            expectation = object ? .name : .value
        case UInt8(ascii: "}") where object: break
        case UInt8(ascii: "]") where !object: break
        default:
            let what = object ? "\",\" or \"}\" after a member" : "\",\" or \"]\" after an element"
            throw error(.syntax, "found \(found) instead of \(what)")
        }
    }

    // MARK: Values

    private mutating func value() throws(JSONError) -> Token {
        guard position < bytes.count else {
            if depth == 0 {
                expectation = .nothing
                return .end
            }
            throw ended(in: levels & 1 == 1 ? "an object" : "an array")
        }
        let token: Token
        switch bytes[position] {
        case UInt8(ascii: "\""):
            token = .string(try text())
        case UInt8(ascii: "{"):
            try open(object: true)
            return .beginObject
        case UInt8(ascii: "["):
            try open(object: false)
            return .beginArray
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            token = .number(try number())
        case UInt8(ascii: "t"):
            try literal("true")
            token = .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            token = .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            token = .null
        default:
            throw error(.syntax, "found \(found) instead of a value")
        }
        expectation = depth == 0 ? .nothing : .commaOrEnd
        return token
    }

    private mutating func memberName() throws(JSONError) -> JSONText {
        guard position < bytes.count else { throw ended(in: "an object") }
        guard bytes[position] == UInt8(ascii: "\"") else {
            throw error(.syntax, "found \(found) instead of the name of a member, in double quotes")
        }
        let name = try text()
        skipWhitespace()
        guard position < bytes.count else { throw ended(in: "an object") }
        guard bytes[position] == UInt8(ascii: ":") else {
            throw error(.syntax, "found \(found) instead of \":\" after the name of a member")
        }
        position += 1
        expectation = .value
        return name
    }

    private mutating func text() throws(JSONError) -> JSONText {
        let start = position + 1
        var index = start
        var hasEscapes = false
        while true {
            index = ByteScan.jsonStop(bytes, from: index)
            guard index < bytes.count else {
                throw error(.unexpectedEnd, at: index, "the text ends inside a string: a double quote is missing")
            }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                position = index + 1
                return JSONText(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                index += try escapeLength(at: index)
            case 0x00..<0x20:
                throw error(.syntax, at: index, "a control character inside a string must be escaped")
            default:
                let length = ByteScan.sequenceLength(bytes, at: index)
                guard length > 0 else { throw error(.encoding, at: index, "the bytes are not valid UTF-8") }
                index += length
            }
        }
    }

    private func escapeLength(at index: Int) throws(JSONError) -> Int {
        guard index + 1 < bytes.count else {
            throw error(.unexpectedEnd, at: bytes.count, "the text ends inside an escape")
        }
        if bytes[index + 1] == UInt8(ascii: "u") {
            guard index + 6 <= bytes.count else {
                throw error(.unexpectedEnd, at: bytes.count, "the text ends inside an escape")
            }
            guard JSONText.hexadecimal(bytes, at: index + 2) != nil else {
                throw error(.syntax, at: index, "\\u needs four hexadecimal digits")
            }
            return 6
        }
        guard JSONText.character(of: bytes[index + 1]) != nil else {
            throw error(.syntax, at: index, "unknown escape: a backslash must be written as two")
        }
        return 2
    }

    private mutating func number() throws(JSONError) -> JSONNumberText {
        var start = position
        var index = position
        let negative = bytes[index] == UInt8(ascii: "-")
        if negative { index += 1 }
        let firstDigit = index
        if options.allowsLeadingZeros {
            while index + 1 < bytes.count, bytes[index] == UInt8(ascii: "0"), isDigit(bytes[index + 1]) { index += 1 }
            if !negative { start = index }
        }
        var magnitude: UInt64 = 0
        var overflow = false
        let firstKept = index
        while index < bytes.count, isDigit(bytes[index]) {
            let (product, high) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] & 0x0F))
            magnitude = sum
            overflow = overflow || high || carry
            index += 1
        }
        guard index > firstDigit else {
            throw error(.syntax, at: index, "a digit must follow the minus sign")
        }
        if index - firstKept > 1, bytes[firstKept] == UInt8(ascii: "0") {
            throw error(.syntax, at: firstKept, "a number cannot start with a zero")
        }
        var isInteger = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index = try digits(from: index + 1, after: "the decimal point")
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            index = try digits(from: index, after: "the exponent sign")
        }
        guard index - start <= options.maximumNumberLength else {
            throw error(.limit, "a number is longer than \(options.maximumNumberLength) characters")
        }
        position = index
        if depth == 0 { try checkRootEnd("a number") }
        return JSONNumberText(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<index]),
            isInteger: isInteger,
            int64: isInteger && !overflow ? JSONReader.int64(magnitude, negative: negative) : nil
        )
    }

    private static func int64(_ magnitude: UInt64, negative: Bool) -> Int64? {
        if !negative { return Int64(exactly: magnitude) }
        if magnitude == Int64.min.magnitude { return Int64.min }
        return Int64(exactly: magnitude).map { -$0 }
    }

    private func digits(from start: Int, after what: String) throws(JSONError) -> Int {
        var index = start
        while index < bytes.count, isDigit(bytes[index]) { index += 1 }
        guard index > start else {
            throw error(.syntax, at: index, "a digit must follow \(what)")
        }
        return index
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        let length = word.utf8CodeUnitCount
        for offset in 0..<length {
            guard position + offset < bytes.count, bytes[position + offset] == word.utf8Start[offset] else {
                throw error(.syntax, "found an unknown word instead of a value (null, true, false)")
            }
        }
        position += length
        if position < bytes.count, isWordCharacter(bytes[position]) {
            throw error(.syntax, at: position - length, "found an unknown word instead of a value (null, true, false)")
        }
        if depth == 0, !options.allowsTrailingContent { try checkRootEnd("\(word)") }
    }

    /// A number at the root must end where it ends: `1x` is not 1 followed by something else.
    private func checkRootEnd(_ what: String) throws(JSONError) {
        guard position < bytes.count else { return }
        switch bytes[position] {
        case 0x20, 0x09, 0x0A, 0x0D: return
        default: throw error(.syntax, "found \(found) right after \(what)")
        }
    }

    // MARK: Characters

    @inline(__always)
    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private func isWordCharacter(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "$") || byte >= 0x80
    }

    private func ended(in what: String) -> JSONError {
        error(.unexpectedEnd, at: bytes.count, "the text ends inside \(what)")
    }

    /// What stands at the current byte, for error texts: punctuation as it is, everything else by kind only (rule 7).
    private var found: String {
        switch bytes[position] {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
            UInt8(ascii: ":"):
            "\"\(Character(Unicode.Scalar(bytes[position])))\""
        case UInt8(ascii: "\""): "a string"
        case UInt8(ascii: "'"): "a single quote"
        case UInt8(ascii: "0")...UInt8(ascii: "9"): "a digit"
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): "a letter"
        case 0x00..<0x20, 0x7F: "a control character"
        case 0x80...0xFF: "a character outside of ASCII"
        default: "an unexpected character"
        }
    }
}
