import Engine

/// What one measured process found out about itself, and how it tells its parent: as one line of JSON.
struct Measurement: Sendable {
    /// file-to-kafka: from before the worker (or the control's clients) was made until the last record was acknowledged.
    /// kafka-to-file: from the first record that the client gave until the last one was written.
    var seconds: Double
    /// User and system time of the whole process in that time.
    var cpuSeconds: Double
    /// The most memory that was resident at one time until then.
    var peakResidentBytes: Int

    /// Where a measurement begins.
    struct Start: Sendable {
        private let watch = StopWatch()
        private let cpuSeconds = ProcessUsage.now.cpuSeconds

        var seconds: Double { watch.seconds }

        fileprivate func end() -> Measurement {
            let (seconds, usage) = (seconds, ProcessUsage.now)
            return Measurement(
                seconds: seconds,
                cpuSeconds: usage.cpuSeconds - cpuSeconds,
                peakResidentBytes: usage.peakResidentBytes
            )
        }
    }

    /// From `start` until now.
    init(since start: Start) {
        self = start.end()
    }

    init(seconds: Double, cpuSeconds: Double, peakResidentBytes: Int) {
        self.seconds = seconds
        self.cpuSeconds = cpuSeconds
        self.peakResidentBytes = peakResidentBytes
    }

    init(line: String) throws {
        let json = try JSONValue.parse(line)
        guard let seconds = json["seconds"]?.numberValue?.double, let cpu = json["cpu_seconds"]?.numberValue?.double,
            let peak = json["peak_resident_bytes"]?.int64Value
        else { throw ConnectError(.data, "a process of the benchmark said something else than its result: \(line)") }
        self.seconds = seconds
        cpuSeconds = cpu
        peakResidentBytes = Int(peak)
    }

    var line: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("seconds")
        writer.number(seconds)
        writer.name("cpu_seconds")
        writer.number(cpuSeconds)
        writer.name("peak_resident_bytes")
        writer.integer(Int64(peakResidentBytes))
        writer.endObject()
        return String(decoding: writer.bytes(), as: UTF8.self)
    }
}
