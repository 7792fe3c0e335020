import Engine
import Glibc

/// Where figures go.
protocol Report {
    /// Called once, first.
    func begin(_ title: String)
    /// Called after each round.
    func round(_ result: RoundResult, number: Int)
    /// Called once, last.
    func summary(_ medians: RoundResult?, rounds: Int)
}

/// One JSON object per line.
struct JSONReport: Report {
    func begin(_ title: String) {}

    func round(_ result: RoundResult, number: Int) {
        output(Self.line(result, isSummary: false, round: number))
    }

    func summary(_ medians: RoundResult?, rounds: Int) {
        if let medians { output(Self.line(medians, isSummary: true, round: rounds)) }
    }

    /// - Parameter round: the round's number, from 1; for the summary their count.
    static func line(_ result: RoundResult, isSummary: Bool, round: Int) -> String {
        var writer = JSONWriter()
        func add(_ name: String, _ value: Double?, digits: Double) {
            writer.name(name)
            if let value { writer.number((value * digits).rounded() / digits) } else { writer.null() }
        }
        writer.beginObject()
        writer.name("scenario")
        writer.string(result.scenario.rawValue)
        writer.name("record_bytes")
        writer.integer(Int64(result.recordBytes))
        add("mb_per_s", result.first.megabytesPerSecond, digits: 100)
        writer.name("records_per_s")
        writer.integer(Int64(result.first.recordsPerSecond))
        add("cpu_s_per_gb", result.first.cpuSecondsPerGigabyte, digits: 1000)
        add("peak_rss_mb", result.first.peakResidentMegabytes, digits: 10)
        add("control_mb_per_s", result.control?.megabytesPerSecond, digits: 100)
        add("ratio", result.ratio, digits: 1000)
        add("control_cpu_s_per_gb", result.control?.cpuSecondsPerGigabyte, digits: 1000)
        add("control_peak_rss_mb", result.control?.peakResidentMegabytes, digits: 10)
        add("load", result.load, digits: 100)
        writer.name(isSummary ? "rounds" : "round")
        writer.integer(Int64(round))
        if isSummary {
            writer.name("summary")
            writer.bool(true)
        }
        writer.endObject()
        return String(decoding: writer.bytes(), as: UTF8.self)
    }
}

/// A table to read.
struct TableReport: Report {
    func begin(_ title: String) {
        output(title)
        output(
            Self.row([
                "", "MB/s", "records/s", "CPU s/GB", "peak MB", "control", "CPU s/GB", "peak MB", "ratio", "load",
            ])
        )
    }

    func round(_ result: RoundResult, number: Int) {
        output(Self.line(result, name: "\(number)"))
    }

    func summary(_ medians: RoundResult?, rounds: Int) {
        if let medians { output(Self.line(medians, name: "median")) }
    }

    static func line(_ result: RoundResult, name: String) -> String {
        let control = result.control
        return row([
            name, fixed(result.first.megabytesPerSecond, 1), "\(Int(result.first.recordsPerSecond))",
            fixed(result.first.cpuSecondsPerGigabyte, 2), fixed(result.first.peakResidentMegabytes, 1),
            fixed(control?.megabytesPerSecond, 1), fixed(control?.cpuSecondsPerGigabyte, 2),
            fixed(control?.peakResidentMegabytes, 1), fixed(result.ratio, 3), fixed(result.load, 1),
        ])
    }

    private static func row(_ cells: [String]) -> String {
        cells.map { String(repeating: " ", count: max(0, 10 - $0.count)) + $0 }.joined(separator: " ")
    }

    /// A number with so many digits after the point; a dash for none.
    static func fixed(_ value: Double?, _ digits: Int) -> String {
        guard let value, value.isFinite else { return "-" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

/// Prints a line at once, also into a pipe.
private func output(_ line: String) {
    print(line)
    fflush(nil)
}
