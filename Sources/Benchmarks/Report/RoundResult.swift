import Engine

/// The figures of one measured run.
struct Figures: Sendable, Equatable {
    /// Millions of bytes of values in a second.
    var megabytesPerSecond: Double
    /// Records in a second.
    var recordsPerSecond: Double
    /// Seconds of CPU time, user and system, for 1,000,000,000 bytes of values. The broker's are not in it.
    var cpuSecondsPerGigabyte: Double
    /// Peak resident memory in millions of bytes.
    var peakResidentMegabytes: Double

    init(_ measurement: Measurement, _ workload: Workload) {
        let bytes = Double(workload.totalBytes)
        megabytesPerSecond = bytes / 1e6 / measurement.seconds
        recordsPerSecond = Double(workload.records) / measurement.seconds
        cpuSecondsPerGigabyte = measurement.cpuSeconds / (bytes / 1e9)
        peakResidentMegabytes = Double(measurement.peakResidentBytes) / 1e6
    }

    fileprivate init(medians all: [Figures]) {
        megabytesPerSecond = all.map(\.megabytesPerSecond).median
        recordsPerSecond = all.map(\.recordsPerSecond).median
        cpuSecondsPerGigabyte = all.map(\.cpuSecondsPerGigabyte).median
        peakResidentMegabytes = all.map(\.peakResidentMegabytes).median
    }
}

/// The figures of one round: what is measured, and what it is measured against.
struct RoundResult: Sendable {
    var scenario: Scenario
    var recordBytes: Int
    /// The engine's, or the first control's of an A/A run.
    var first: Figures
    var control: Figures?
    /// First over control, in MB/s. For several rounds the median of the rounds' ratios.
    var ratio: Double?
    /// Processes that wanted to run in the minute before, as the system counts them: above the number of cores, others had a
    /// part in the figures.
    var load: Double

    init(workload: Workload, first: Figures, control: Figures?) {
        scenario = workload.scenario
        recordBytes = workload.recordBytes
        self.first = first
        self.control = control
        ratio = control.map { first.megabytesPerSecond / $0.megabytesPerSecond }
        load = SystemLoad.lastMinute
    }

    /// The median of each figure by itself.
    static func medians(of rounds: [RoundResult]) -> RoundResult? {
        guard var result = rounds.first else { return nil }
        result.first = Figures(medians: rounds.map(\.first))
        let controls = rounds.compactMap(\.control)
        result.control = controls.isEmpty ? nil : Figures(medians: controls)
        let ratios = rounds.compactMap(\.ratio)
        result.ratio = ratios.isEmpty ? nil : ratios.median
        result.load = rounds.map(\.load).median
        return result
    }
}

extension [Double] {
    /// The middle one in order, or the mean of the two in the middle; 0 without any.
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        let middle = count / 2
        return count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
