import Engine
import Logging
import Synchronization

/// The actors' loops of one generation: started together, ended together, the first failure ends them all.
///
/// Not a task group: a group would wait for a plugin that hangs. Here the wait has a deadline, and what has not ended by then is
/// left behind, cancelled; the generation's guard keeps it from touching status or offsets.
final class ChildTasks: Sendable {
    private struct State {
        var running: [String: Task<Void, Never>] = [:]
    }

    private enum Event: Sendable {
        case ended(String)
        case failed(String, any Error)
    }

    private let state = Mutex(State())
    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init() {
        (events, continuation) = AsyncStream.makeStream(of: Event.self)
    }

    /// Starts a loop. It runs where its body puts it: each body enters its actor at once.
    func start(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { state in
            state.running[name] = Task { [continuation] in
                do {
                    try await body()
                    continuation.yield(.ended(name))
                } catch {
                    continuation.yield(.failed(name, error))
                }
            }
        }
    }

    /// Waits until every loop has ended. Throws the first failure as soon as it is known, leaving the others running.
    func waitForAll() async throws {
        guard !isEmpty else { return }
        for await event in events {
            if case .failed(_, let error) = settle(event) { throw error }
            if isEmpty { return }
        }
        throw CancellationError()
    }

    /// Cancels what still runs and waits for it, at most for the grace time. Returns the names of loops that have not ended.
    func cancelAndWait(grace: Duration, clock: any WorkerClock) async -> [String] {
        cancelAll()
        guard !isEmpty else { return [] }
        let waiter = Task { [self] in
            for await event in events {
                settle(event)
                if isEmpty { return }
            }
        }
        let deadline = clock.now() + grace
        let timer = Task {
            try await clock.sleep(until: deadline)
            waiter.cancel()
        }
        await waiter.value
        timer.cancel()
        return state.withLock { $0.running.keys.sorted() }
    }

    /// ``cancelAndWait(grace:clock:)``, with a word about what is left behind and what it can do no more.
    func end(grace: Duration, clock: any WorkerClock, logger: Logger, leftBehind consequence: String) async {
        let left = await cancelAndWait(grace: grace, clock: clock)
        guard !left.isEmpty else { return }
        logger.error(
            """
            not stopped within task.shutdown.graceful.timeout.ms (\(grace.text)): left behind, cancelled; \(consequence). \
            Not ended: \(left.joined(separator: ", "))
            """
        )
    }

    /// Cancels some loops by name.
    func cancel(_ names: [String]) {
        for task in state.withLock({ state in names.compactMap { state.running[$0] } }) { task.cancel() }
    }

    /// Cancels all loops.
    func cancelAll() {
        for task in state.withLock({ Array($0.running.values) }) { task.cancel() }
    }

    private var isEmpty: Bool { state.withLock { $0.running.isEmpty } }

    @discardableResult
    private func settle(_ event: Event) -> Event {
        let name =
            switch event {
            case .ended(let name), .failed(let name, _): name
            }
        state.withLock { $0.running[name] = nil }
        return event
    }
}
