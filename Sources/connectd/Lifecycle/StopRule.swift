import UnixSignals

/// What a signal means for a running program. A pure state machine.
///
/// - *running*: SIGINT or SIGTERM asks for a drain → *draining*.
/// - *draining*: the same signal again within ``echoTime`` is taken for the first one's echo and changes nothing; any other
///   ends the process at once.
struct StopRule {
    /// timeout(1) and some supervisors signal the process and then its group: one wish, two signals.
    static let echoTime = Duration.milliseconds(100)

    /// What to do now.
    enum Action: Hashable {
        case drain
        case ignore
        case exit(ExitStatus)
    }

    /// The signal that asked for the drain, if one has.
    private(set) var first: UnixSignal?
    private var firstCame = Duration.zero

    /// A signal came.
    mutating func event(_ signal: UnixSignal, at now: Duration) -> Action {
        guard let first else {
            self.first = signal
            firstCame = now
            return .drain
        }
        if signal == first, now - firstCame < Self.echoTime { return .ignore }
        return .exit(Self.status(endedBy: signal))
    }

    /// The status of a program that a signal ended before its work was done.
    static func status(endedBy signal: UnixSignal) -> ExitStatus {
        signal == .sigterm ? .terminated : .interrupted
    }
}
