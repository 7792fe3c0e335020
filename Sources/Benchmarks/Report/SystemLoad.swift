import Glibc

/// How busy the machine is.
enum SystemLoad {
    /// The load average of the last minute; 0 when it is not known.
    static var lastMinute: Double {
        var average = 0.0
        return getloadavg(&average, 1) == 1 ? average : 0
    }
}
