import Glibc

/// The broker's two times, in ms. Both can be moved on by tests, together.
///
/// Belongs to the broker's event loop, as all state of the broker does.
final class BrokerClock {
    private var shift: Int64 = 0

    /// Milliseconds since the Unix epoch: what timestamps are made of.
    var wall: Int64 { Self.read(CLOCK_REALTIME) + shift }

    /// Milliseconds that never go back: what deadlines are made of.
    var monotonic: Int64 { Self.read(CLOCK_MONOTONIC) + shift }

    /// Moves both times on.
    func advance(byMilliseconds milliseconds: Int64) {
        shift += milliseconds
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
