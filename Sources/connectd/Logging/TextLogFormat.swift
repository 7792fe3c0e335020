import Logging

/// One readable line per entry: time, level, message, `name=value` fields.
struct TextLogFormat {
    /// Escape sequences for levels and fields; only for a terminal.
    var colour: Bool

    /// The line, with its newline.
    func line(_ entry: LogEntry) -> String {
        var line = paint(UTCTime.format(epochMilliseconds: entry.epochMilliseconds), .faint)
        line += " " + paint(Self.name(of: entry.level), Self.paint(of: entry.level)) + " "
        Self.append(entry.message, to: &line)
        for (name, value) in entry.fields {
            var field = ""
            Self.append(name, to: &field)
            field += "="
            let text = Self.text(of: value)
            // Quotes only where a reader could not tell where the value ends.
            let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
            if isPlain {
                Self.append(text, to: &field)
            } else {
                field += "\""
                Self.append(text, to: &field, quoted: true)
                field += "\""
            }
            line += " " + paint(field, .faint)
        }
        line += "\n"
        return line
    }

    private static func text(of value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let convertible): String(describing: convertible)
        case .array(let values): "[" + values.map(text(of:)).joined(separator: ",") + "]"
        case .dictionary(let pairs):
            "{" + pairs.sorted { $0.key < $1.key }.map { $0.key + ":" + text(of: $0.value) }.joined(separator: ",")
                + "}"
        }
    }

    /// Control characters are written out: an entry stays one line, and a message cannot play with the terminal.
    private static func append(_ text: String, to line: inout String, quoted: Bool = false) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += quoted ? "\\t" : " "
            case "\"" where quoted: line += "\\\""
            case "\\" where quoted: line += "\\\\"
            case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
                line += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: line.unicodeScalars.append(scalar)
            }
        }
    }

    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO "
        case .notice: "NOTE "
        case .warning: "WARN "
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }

    private enum Paint: String {
        case plain = ""
        case faint = "\u{1b}[2m"
        case green = "\u{1b}[32m"
        case yellow = "\u{1b}[33m"
        case red = "\u{1b}[31m"
        case boldRed = "\u{1b}[1;31m"
    }

    private static func paint(of level: Logger.Level) -> Paint {
        switch level {
        case .trace, .debug: .faint
        case .info: .green
        case .notice: .plain
        case .warning: .yellow
        case .error: .red
        case .critical: .boldRed
        }
    }

    private func paint(_ text: String, _ paint: Paint) -> String {
        colour && paint != .plain ? paint.rawValue + text + "\u{1b}[0m" : text
    }
}
