import Logging

/// One JSON object per line, for log collectors: `time`, `level`, `message`, then the fields as members of the same object.
struct JSONLogFormat {
    private static let reserved: Set<String> = ["time", "level", "message"]

    /// The line, with its newline.
    func line(_ entry: LogEntry) -> String {
        var line = "{\"time\":\"" + UTCTime.format(epochMilliseconds: entry.epochMilliseconds) + "\",\"level\":"
        Self.append(entry.level.rawValue, to: &line)
        line += ",\"message\":"
        Self.append(entry.message, to: &line)
        for (name, value) in entry.fields {
            line += ","
            // A field may not hide one of the three that every line has.
            Self.append(Self.reserved.contains(name) ? "field." + name : name, to: &line)
            line += ":"
            Self.append(value, to: &line)
        }
        line += "}\n"
        return line
    }

    private static func append(_ value: Logger.MetadataValue, to line: inout String) {
        switch value {
        case .string(let text): append(text, to: &line)
        case .stringConvertible(let convertible): append(String(describing: convertible), to: &line)
        case .array(let values):
            line += "["
            for (index, value) in values.enumerated() {
                if index > 0 { line += "," }
                append(value, to: &line)
            }
            line += "]"
        case .dictionary(let pairs):
            line += "{"
            for (index, pair) in pairs.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line += "," }
                append(pair.key, to: &line)
                line += ":"
                append(pair.value, to: &line)
            }
            line += "}"
        }
    }

    /// A JSON string (RFC 8259, section 7).
    private static func append(_ text: String, to line: inout String) {
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                line += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\""
    }
}
