import Synchronization

/// A value that a test can wait for: changed from anywhere, watched from the test.
public final class Watched<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var watchers: [(isDone: @Sendable (Value) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// Starts with a value.
    public init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    /// The value now.
    public var value: Value { state.withLock { $0.value } }

    /// Changes the value and wakes who waited for it. Returns what the change returns.
    @discardableResult
    public func update<Result: Sendable>(_ change: (inout Value) -> Result) -> Result {
        let (result, ready) = state.withLock { state in
            let result = change(&state.value)
            let ready = state.watchers.filter { $0.isDone(state.value) }.map(\.continuation)
            state.watchers.removeAll { $0.isDone(state.value) }
            return (result, ready)
        }
        for continuation in ready { continuation.resume() }
        return result
    }

    /// Suspends until the value satisfies a condition. The condition is asked under a lock: it only looks at the value.
    public func wait(until isDone: @escaping @Sendable (Value) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isDoneNow = state.withLock { state in
                if isDone(state.value) { return true }
                state.watchers.append((isDone, continuation))
                return false
            }
            if isDoneNow { continuation.resume() }
        }
    }
}
