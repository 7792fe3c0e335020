/// Makes any bytes into lines that come back from Kafka as they were: valid UTF-8 that ends with a newline and holds no carriage
/// return (a line reader takes that as the end of a line too).
struct LineCleaner {
    /// A line longer than this is cut in two: Kafka takes no record without bound.
    static let longestLine = 64 * 1024

    private var incomplete: [UInt8] = []

    /// The lines that are complete with these bytes.
    mutating func add(_ bytes: [UInt8]) -> [UInt8] {
        incomplete += bytes
        if incomplete.count > Self.longestLine, !incomplete.suffix(Self.longestLine).contains(UInt8(ascii: "\n")) {
            return finish()
        }
        guard let newline = incomplete.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let lines = Array(incomplete[...newline])
        incomplete.removeSubrange(...newline)
        return Self.clean(lines)
    }

    /// The last line, when it had no newline.
    mutating func finish() -> [UInt8] {
        guard !incomplete.isEmpty else { return [] }
        defer { incomplete = [] }
        return Self.clean(incomplete + [UInt8(ascii: "\n")])
    }

    private static func clean(_ lines: [UInt8]) -> [UInt8] {
        var lines = lines
        if String(validating: lines, as: UTF8.self) == nil {
            lines = Array(String(decoding: lines, as: UTF8.self).utf8)
        }
        if lines.contains(UInt8(ascii: "\r")) { lines.removeAll { $0 == UInt8(ascii: "\r") } }
        return lines
    }
}
