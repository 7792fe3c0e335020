import OrderedCollections

/// Reads the text of a properties file as Java does.
///
/// Logical lines (joined by a backslash at the end, comments and blank lines left out) of a key, a separator (`=`, `:` or white
/// space) and a value, with `\t \n \r \f` and `\uXXXX` escapes, in ISO-8859-1. A key written twice has its last value.
///
/// Source: `java.util.Properties.load(InputStream)`.
public enum PropertiesReader {
    /// What bytes beyond ASCII mean.
    public enum Encoding: Sendable, Hashable {
        /// Each byte is a character, as in the files that Kafka Connect is started with.
        case latin1
        /// As in the files that its config providers read.
        case utf8
    }

    /// Reads a file's bytes.
    ///
    /// - Parameter file: its name, for messages.
    /// - Throws: ``ConnectError/Code/configuration`` that names file and line for a malformed `\uXXXX`.
    public static func read(
        _ bytes: [UInt8],
        file: String,
        encoding: Encoding = .latin1
    ) throws(ConnectError) -> RawConfiguration {
        var lines = LogicalLines(bytes)
        var result = RawConfiguration(file: file)
        while let line = lines.next() {
            let parts = split(line.bytes)
            let place = "\(file):\(line.number)"
            let key = try text(of: line.bytes[parts.key], encoding, place: place)
            let value = try text(of: line.bytes[parts.value], encoding, place: place)
            if let earlier = result.entries[key] {
                result.notices.append(repeated(key, earlier: earlier.line, later: line.number, file: file))
            }
            result.entries[key] = RawConfiguration.Entry(value, line: line.number)
            if encoding == .latin1, line.bytes.contains(where: { $0 >= 0x80 }) {
                result.notices.append(notASCII(key, line: line.number, file: file))
            }
        }
        return result
    }

    private static func repeated(_ key: String, earlier: Int?, later: Int, file: String) -> ConfigurationNotice {
        let place = earlier.map { " in line \($0)" } ?? ""
        return ConfigurationNotice(
            .warning,
            key: key,
            "\(file):\(later): \(key) was already given\(place); this later value counts"
        )
    }

    private static func notASCII(_ key: String, line: Int, file: String) -> ConfigurationNotice {
        ConfigurationNotice(
            .warning,
            key: key,
            "\(file):\(line): \(key) holds characters beyond ASCII, which properties files hold as ISO-8859-1 and not as "
                + "UTF-8; write them as \\uXXXX to be sure"
        )
    }

    /// Where key and value stand in a logical line.
    private static func split(_ line: [UInt8]) -> (key: Range<Int>, value: Range<Int>) {
        var end = 0
        var isEscaped = false
        while end < line.count {
            let byte = line[end]
            if !isEscaped, isSeparator(byte) || isBlank(byte) { break }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            end += 1
        }
        var start = end
        var hasSeparator = false
        while start < line.count {
            if isSeparator(line[start]), !hasSeparator {
                hasSeparator = true
            } else if !isBlank(line[start]) {
                break
            }
            start += 1
        }
        return (0..<end, start..<line.count)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") }

    fileprivate static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0C }

    /// The characters that a key or value stands for. UTF-16 as Java has it, so that a pair of `\u` escapes makes one character.
    private static func text(
        of bytes: ArraySlice<UInt8>,
        _ encoding: Encoding,
        place: String
    ) throws(ConnectError) -> String {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\\"), bytes.index(after: index) < bytes.endIndex else {
                let end = bytes[bytes.index(after: index)...].firstIndex(of: UInt8(ascii: "\\")) ?? bytes.endIndex
                units += try plain(bytes[index..<end], encoding, place: place)
                index = end
                continue
            }
            index += 1
            let escaped = bytes[index]
            index += 1
            switch escaped {
            case UInt8(ascii: "u"):
                let digits = bytes[index...].prefix(4)
                guard let unit = hexadecimal(digits) else {
                    throw malformed(digits, place: place)
                }
                units.append(unit)
                index += 4
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "f"): units.append(0x0C)
            default: units.append(UInt16(escaped))
            }
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw ConnectError(
                .configuration,
                "\(place): a \\uXXXX escape is one half of a surrogate pair without the other: expected both halves, "
                    + "such as \\ud83d\\ude00"
            )
        }
        return text
    }

    /// The characters of bytes that hold no escape.
    private static func plain(
        _ bytes: ArraySlice<UInt8>,
        _ encoding: Encoding,
        place: String
    ) throws(ConnectError) -> [UInt16] {
        switch encoding {
        case .latin1: return bytes.map(UInt16.init)
        case .utf8:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ConnectError(.configuration, "\(place): the line is not UTF-8 text: save the file as UTF-8")
            }
            return Array(text.utf16)
        }
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// The value around may be a secret, so the message shows no more than how many good digits there were.
    private static func malformed(_ digits: ArraySlice<UInt8>, place: String) -> ConnectError {
        let good = digits.prefix { Character(Unicode.Scalar($0)).isHexDigit }.count
        return ConnectError(
            .configuration,
            "\(place): malformed \\uXXXX escape: expected four hexadecimal digits after \\u, found \(good); for a "
                + "backslash followed by the letter u write \\\\u"
        )
    }
}

/// The logical lines of a properties file: leading white space, comments, blank lines and continuations are dealt with; other
/// escapes are left in.
///
/// Source: `java.util.Properties.LineReader`.
private struct LogicalLines {
    private let bytes: [UInt8]
    private var position = 0
    private var lineNumber = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> (bytes: [UInt8], number: Int)? {
        var line: [UInt8] = []
        var number = lineNumber
        var skipsBlanks = true
        var isFresh = true
        var isContinuation = false
        var endsInBackslash = false
        while position < bytes.count {
            let byte = bytes[position]
            let isLineEnd = byte == 0x0A || byte == 0x0D
            if skipsBlanks {
                if PropertiesReader.isBlank(byte) {
                    position += 1
                    continue
                }
                if !isContinuation, isLineEnd {
                    skipLineEnd()
                    continue
                }
                skipsBlanks = false
                isContinuation = false
            }
            if isFresh {
                isFresh = false
                number = lineNumber
                if byte == UInt8(ascii: "#") || byte == UInt8(ascii: "!") {
                    skipComment()
                    isFresh = true
                    skipsBlanks = true
                    continue
                }
            }
            guard isLineEnd else {
                line.append(byte)
                endsInBackslash = byte == UInt8(ascii: "\\") && !endsInBackslash
                position += 1
                continue
            }
            skipLineEnd()
            if line.isEmpty {
                isFresh = true
                skipsBlanks = true
            } else if endsInBackslash {
                line.removeLast()
                skipsBlanks = true
                isContinuation = true
                endsInBackslash = false
            } else {
                return (line, number)
            }
        }
        if endsInBackslash { line.removeLast() }
        // Java reads a lone backslash at the end of the file as an empty key; so does this.
        return line.isEmpty && !endsInBackslash ? nil : (line, number)
    }

    private mutating func skipLineEnd() {
        if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
        position += 1
        lineNumber += 1
    }

    private mutating func skipComment() {
        while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
        if position < bytes.count { skipLineEnd() }
    }
}
