import Synchronization

/// A latched wake-up for one waiter: raising it before the wait is not lost, raising it twice wakes once.
final class Signal: Sendable {
    /// `clear` can go to `raised` when somebody raises it, to `waiting` when somebody waits; `raised` to `clear` by a wait that
    /// ends at once; `waiting` to `clear` when it is raised or the waiter's task is cancelled.
    private enum State {
        case clear
        case raised
        case waiting(CheckedContinuation<Void, any Error>)

        mutating func raise() -> CheckedContinuation<Void, any Error>? {
            switch self {
            case .clear, .raised:
                self = .raised
                return nil
            case .waiting(let continuation):
                self = .clear
                return continuation
            }
        }

        mutating func cancel() -> CheckedContinuation<Void, any Error>? {
            guard case .waiting(let continuation) = self else { return nil }
            self = .clear
            return continuation
        }

        /// True when the wait is over at once; otherwise the continuation is kept.
        mutating func wait(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
            guard case .raised = self else {
                self = .waiting(continuation)
                return false
            }
            self = .clear
            return true
        }
    }

    private let state = Mutex(State.clear)

    /// Wakes the waiter, now or when it comes. From any thread.
    func raise() {
        state.withLock { $0.raise() }?.resume()
    }

    /// Suspends until the signal is raised. One waiter at a time. Throws `CancellationError` soon after its task is cancelled.
    func wait() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Cancellation sets the task's flag before it calls the handler below: whichever comes first, one of the two
                // sees the other.
                let isOver: Bool? = state.withLock { Task.isCancelled ? nil : $0.wait(continuation) }
                switch isOver {
                case .none: continuation.resume(throwing: CancellationError())
                case .some(true): continuation.resume()
                case .some(false): break
                }
            }
        } onCancel: {
            state.withLock { $0.cancel() }?.resume(throwing: CancellationError())
        }
    }
}
