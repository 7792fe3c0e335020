import Synchronization

/// Runs a client's closing once; whoever calls again waits for the first to end.
final class Closing: Sendable {
    private enum State {
        /// Can go to `running` when somebody closes.
        case open
        /// Can go to `done` when closing has ended.
        case running(waiters: [CheckedContinuation<Void, Never>])
        case done
    }

    private let state = Mutex(State.open)

    /// Runs `body` for the first caller; returns when it has ended, for every caller.
    func run(_ body: () async -> Void) async {
        let isFirst = state.withLock { state in
            guard case .open = state else { return false }
            state = .running(waiters: [])
            return true
        }
        if isFirst {
            await body()
            let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
                guard case .running(let waiters) = state else { return [] }
                state = .done
                return waiters
            }
            for waiter in waiters { waiter.resume() }
            return
        }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                guard case .running(let waiters) = state else { return true }
                state = .running(waiters: waiters + [continuation])
                return false
            }
            if isDone { continuation.resume() }
        }
    }
}
