import Synchronization

/// A result that is awaited once and fulfilled by whoever comes first: an answer, a cancellation or the client's close. Later
/// results are dropped. The continuation may be registered after the result is there.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        /// Can go to `waiting` when somebody awaits, to `fulfilled` when the result comes first.
        case new
        /// Can go to `fulfilled` when a result comes.
        case waiting(CheckedContinuation<Value, any Error>)
        /// Holds the result until somebody awaits, then nothing.
        case fulfilled(Result<Value, any Error>?)
    }

    private let state = Mutex(State.new)

    /// Hands in the continuation. False when the result was there already and has been delivered.
    @discardableResult
    func register(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
        let early: Result<Value, any Error>? = state.withLock { state in
            switch state {
            case .new, .waiting:
                state = .waiting(continuation)
                return nil
            case .fulfilled(let result):
                state = .fulfilled(nil)
                return result
            }
        }
        guard let early else { return true }
        continuation.resume(with: early)
        return false
    }

    /// Delivers the result, unless another came before.
    func fulfil(_ result: Result<Value, any Error>) {
        let continuation: CheckedContinuation<Value, any Error>? = state.withLock { state in
            switch state {
            case .new:
                state = .fulfilled(result)
                return nil
            case .waiting(let continuation):
                state = .fulfilled(nil)
                return continuation
            case .fulfilled:
                return nil
            }
        }
        continuation?.resume(with: result)
    }
}

extension Promise {
    /// Suspends until there is a result. Cancellation is a result too: `CancellationError`, unless another came before.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                _ = register(continuation)
            }
        } onCancel: {
            fulfil(.failure(CancellationError()))
        }
    }
}

extension Promise<Void> {
    /// Suspends until the promise is fulfilled, whatever happens to the task.
    func uncancelled() async {
        do {
            try await withCheckedThrowingContinuation { continuation in _ = register(continuation) }
        } catch {
            // How it ended is of no interest here.
        }
    }
}
