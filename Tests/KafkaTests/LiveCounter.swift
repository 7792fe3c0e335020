import Synchronization

/// Counts what is alive; waits until nothing is.
final class LiveCounter: Sendable {
    private struct State {
        var count = 0
        var peak = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }
    var peak: Int { state.withLock { $0.peak } }

    func add(_ difference: Int) {
        let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.count += difference
            state.peak = max(state.peak, state.count)
            guard state.count == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func waitForNone() async {
        await withCheckedContinuation { continuation in
            let isNone = state.withLock { state in
                if state.count == 0 { return true }
                state.waiters.append(continuation)
                return false
            }
            if isNone { continuation.resume() }
        }
    }
}
