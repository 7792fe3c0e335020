import Glibc

/// Time as the engine sees it: handed in at construction, never read from a global, so that tests decide what time it is.
public protocol WorkerClock: Sendable {
    /// Time since some fixed point; never goes back.
    func now() -> Duration
    /// Milliseconds since 1970-01-01T00:00Z; may jump.
    func epochMilliseconds() -> Int64
    /// Suspends until `now()` reaches the deadline. Throws `CancellationError` when the task is cancelled.
    func sleep(until deadline: Duration) async throws
}

extension WorkerClock {
    /// Suspends for a duration. Throws `CancellationError` when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: now() + duration)
    }
}

/// The machine's own clock.
public struct SystemClock: WorkerClock {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    /// A clock that counts from now.
    public init() {
        start = clock.now
    }

    /// See ``WorkerClock``.
    public func now() -> Duration { start.duration(to: clock.now) }

    /// See ``WorkerClock``.
    public func epochMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// See ``WorkerClock``.
    public func sleep(until deadline: Duration) async throws {
        try await clock.sleep(until: start.advanced(by: deadline), tolerance: nil)
    }
}
