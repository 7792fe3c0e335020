import Engine

/// What the demo says while it runs.
struct DemoProgress: Sendable {
    /// Bytes that the demo moves.
    let goal: Int

    /// The line for a moment: how far, how many records, how fast, how much is on its way.
    ///
    /// - Parameter columns: With a width, a bar fills what is left of it.
    func line(_ counts: DemoCounts, elapsed: Duration, columns: Int? = nil) -> String {
        let percent = goal == 0 ? 100 : min(100, counts.arrivedBytes * 100 / goal)
        let head = "\(Self.padded(String(percent), 3))%"
        let tail =
            "\(ByteSize(bytes: counts.arrivedBytes)) of \(ByteSize(bytes: goal))  "
            + "\(Self.grouped(counts.arrivedRecords)) records  \(Self.rate(counts.arrivedBytes, elapsed)) MB/s  "
            + "lag \(Self.grouped(counts.lag)) records"
        guard let columns else { return "\(head)  \(tail)" }
        let width = min(30, columns - head.count - tail.count - 6)
        guard width >= 5 else { return String("\(head)  \(tail)".prefix(max(0, columns - 1))) }
        let filled = width * percent / 100
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        return "\(head) [\(bar)] \(tail)"
    }

    /// The totals: how much, and how fast once the first line had arrived.
    func summary(_ counts: DemoCounts, elapsed: Duration) -> String {
        let seconds = max(Self.seconds(elapsed), 0.001)
        return
            "Moved \(ByteSize(bytes: counts.arrivedBytes)) in \(Self.grouped(counts.arrivedRecords)) records through Kafka and "
            + "back in \(Self.oneDigit(seconds)) s: \(Self.rate(counts.arrivedBytes, elapsed)) MB/s, "
            + "\(Self.grouped(Int(Double(counts.arrivedRecords) / seconds))) records/s."
    }

    /// What is said before the first line has arrived.
    static let waiting = "Waiting for the sink's consumer group to form …"

    /// What is said when the first line has arrived.
    static func firstArrival(after elapsed: Duration) -> String {
        "The first line has arrived after \(oneDigit(seconds(elapsed))) s: the sink's consumer group has formed. Now the rest:"
    }

    /// Digits in groups of three: `1,234,567`.
    static func grouped(_ number: Int) -> String {
        var groups: [String] = []
        var rest = String(number)
        while rest.count > 3 {
            groups.insert(String(rest.suffix(3)), at: 0)
            rest.removeLast(3)
        }
        return ([rest] + groups).joined(separator: ",")
    }

    private static func rate(_ bytes: Int, _ elapsed: Duration) -> String {
        oneDigit(Double(bytes) / 1_000_000 / max(seconds(elapsed), 0.001))
    }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    private static func oneDigit(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
