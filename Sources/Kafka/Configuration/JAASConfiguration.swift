/// A login module with its options, as `sasl.jaas.config` holds one.
struct JAASEntry: Sendable, Hashable {
    /// The class of the login module.
    let loginModule: String
    /// `required`, `requisite`, `sufficient` or `optional`.
    let controlFlag: String
    let options: [String: String]

    /// The last part of the class name.
    var simpleName: String { loginModule.split(separator: ".").last.map(String.init) ?? loginModule }
}

/// What is wrong with the text of a JAAS configuration. Never holds a part of the text, which has passwords in it (rule 7).
enum JAASSyntaxError: String, Error {
    case empty = "no login module is named"
    case missingControlFlag = "a control flag such as 'required' must follow the login module"
    case missingOptionName = "an option must begin with a name"
    case missingValue = "each option must be written as name=\"value\""
    case unterminatedText = "a quotation mark is not closed"
    case unterminatedComment = "a comment is not closed"
    case missingSemicolon = "it must end with ';'"
}

/// Reads `LoginModule flag name="value" …;`.
///
/// Source: the syntax of `javax.security.auth.login.Configuration` files as `org.apache.kafka.common.security.JaasConfig` reads it,
/// except that a single `/` in a value without quotation marks does not begin a comment.
struct JAASParser {
    private enum Token: Hashable {
        case word(String)
        case equals
        case semicolon
    }

    private var scalars: Substring.UnicodeScalarView

    private init(_ text: String) { scalars = text[...].unicodeScalars }

    /// All entries of a text.
    static func parse(_ text: String) throws(JAASSyntaxError) -> [JAASEntry] {
        var parser = JAASParser(text)
        var entries: [JAASEntry] = []
        while let token = try parser.next() {
            guard case .word(let module) = token else { throw .empty }
            entries.append(try parser.entry(of: module))
        }
        guard !entries.isEmpty else { throw .empty }
        return entries
    }

    private mutating func entry(of module: String) throws(JAASSyntaxError) -> JAASEntry {
        guard case .word(let flag)? = try next(),
            ["required", "requisite", "sufficient", "optional"].contains(flag.lowercased())
        else { throw .missingControlFlag }
        var options: [String: String] = [:]
        while true {
            guard let token = try next() else { throw .missingSemicolon }
            switch token {
            case .semicolon: return JAASEntry(loginModule: module, controlFlag: flag.lowercased(), options: options)
            case .equals: throw .missingOptionName
            case .word(let name):
                guard try next() == .equals, case .word(let value)? = try next() else { throw .missingValue }
                options[name] = value
            }
        }
    }

    private mutating func next() throws(JAASSyntaxError) -> Token? {
        try skipBlanks()
        guard let first = scalars.first else { return nil }
        switch first {
        case "=":
            scalars.removeFirst()
            return .equals
        case ";":
            scalars.removeFirst()
            return .semicolon
        case "\"", "'":
            scalars.removeFirst()
            return .word(try quoted(until: first))
        default:
            var word = String.UnicodeScalarView()
            while let scalar = scalars.first, scalar.value > 0x20, !"=;\"'".unicodeScalars.contains(scalar) {
                word.append(scalar)
                scalars.removeFirst()
            }
            return .word(String(word))
        }
    }

    private mutating func skipBlanks() throws(JAASSyntaxError) {
        while let first = scalars.first {
            if first.value <= 0x20 {
                scalars.removeFirst()
            } else if scalars.starts(with: "//".unicodeScalars) {
                scalars = scalars.drop { $0 != "\n" && $0 != "\r" }
            } else if scalars.starts(with: "/*".unicodeScalars) {
                scalars = scalars.dropFirst(2)
                while !scalars.starts(with: "*/".unicodeScalars) {
                    guard !scalars.isEmpty else { throw .unterminatedComment }
                    scalars.removeFirst()
                }
                scalars = scalars.dropFirst(2)
            } else {
                return
            }
        }
    }

    private mutating func quoted(until end: Unicode.Scalar) throws(JAASSyntaxError) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            if scalar == end { return String(text) }
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            guard let escaped = scalars.popFirst() else { break }
            text.append(escape(escaped))
        }
        throw .unterminatedText
    }

    /// The escapes of `java.io.StreamTokenizer`: C's letters and up to three octal digits; any other character stands for itself.
    private mutating func escape(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "a": return "\u{7}"
        case "b": return "\u{8}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{b}"
        case "0"..."7":
            var code = scalar.value - 0x30
            let longest = scalar <= "3" ? 2 : 1
            for _ in 0..<longest {
                guard let digit = scalars.first, ("0"..."7").contains(digit) else { break }
                code = code * 8 + digit.value - 0x30
                scalars.removeFirst()
            }
            return Unicode.Scalar(code) ?? scalar
        default: return scalar
        }
    }
}
