import Synchronization

/// What one task has done since it was made, across its restarts. Written once per batch by the task's actors, read by statuses
/// and metrics at any time.
///
/// Rule 3: for a source, polled = filtered + tolerated + delivered + in flight; for a sink likewise, with what is in the
/// pipeline. Records of a failed generation that were in flight are polled again after the restart.
public final class TaskCounters: Sendable {
    /// One reading of all counters.
    public struct Snapshot: Sendable, Hashable {
        /// Records that came in: from the source's `poll`, or from Kafka.
        public var polled = 0
        /// Records dropped by a transformation, as configured.
        public var filtered = 0
        /// Records that failed and were skipped because `errors.tolerance=all`.
        public var tolerated = 0
        /// Source: records that Kafka acknowledged. Sink: records that `put` accepted.
        public var delivered = 0
        /// Bytes of keys and values in `delivered`.
        public var deliveredBytes = 0
        /// Times that offsets were stored or committed.
        public var offsetCommits = 0
        /// Times that storing or committing offsets failed (it is tried again).
        public var offsetCommitFailures = 0
    }

    private let state = Mutex(Snapshot())

    /// All counters at zero.
    public init() {}

    /// The counters now.
    public var snapshot: Snapshot { state.withLock { $0 } }

    /// Changes several counters at once.
    public func update(_ change: (inout Snapshot) -> Void) {
        state.withLock { change(&$0) }
    }
}
