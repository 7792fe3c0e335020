import Glibc

/// What this process has used since it started.
struct ProcessUsage: Sendable {
    /// User and system time of all threads.
    let cpuSeconds: Double
    /// The most memory that was resident at one time.
    let peakResidentBytes: Int

    static var now: ProcessUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ProcessUsage(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            peakResidentBytes: peak ?? usage.ru_maxrss * 1024
        )
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }

    // ru_maxrss counts what the process was before it became this program; VmHWM does not.
    private static var peak: Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let line {
            let text = String(cString: line)
            guard text.hasPrefix("VmHWM:") else { continue }
            return Int(text.drop { !$0.isNumber }.prefix { $0.isNumber }).map { $0 * 1024 }
        }
        return nil
    }
}

/// A stop watch on the clock that never goes back.
struct StopWatch: Sendable {
    private let start = ContinuousClock.now

    var seconds: Double {
        let elapsed = (ContinuousClock.now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }
}
