import Synchronization

/// An `AsyncStream` whose senders wait for a permit: the bounded joint between two actors (rule 4).
///
/// A send first takes permits in records and bytes, then yields; receiving gives them back. One receiver, any number of senders;
/// elements come out in the order their sends were granted. When the receiver goes away, or after ``finish()``, sends throw
/// ``ChannelFinished``.
public final class BoundedChannel<Element: Sendable>: Sendable {
    fileprivate typealias Parcel = (element: Element, cost: FlowCost)

    /// What the channel is called in metrics and logs.
    public let name: String
    /// What it holds at most.
    public let capacity: FlowCost

    private struct State {
        var permits: PermitMachine
        var nextID: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        // Waiters cancelled before their continuation was stored.
        var cancelledEarly: Set<UInt64> = []
        var sendsThatWaited = 0
    }

    private let state: Mutex<State>
    private let stream: AsyncStream<Parcel>
    private let continuation: AsyncStream<Parcel>.Continuation

    /// A channel that holds at most `capacity`, except for a single element that is larger by itself.
    public init(name: String, capacity: FlowCost) {
        self.name = name
        self.capacity = capacity
        self.state = Mutex(State(permits: PermitMachine(capacity: capacity)))
        // Unbounded, because the permits are the bound.
        (stream, continuation) = AsyncStream.makeStream(of: Parcel.self, bufferingPolicy: .unbounded)
        continuation.onTermination = { [weak self] _ in self?.finish() }
    }

    /// Sends, waiting for room if need be. Throws `CancellationError` when the task is cancelled while waiting and
    /// ``ChannelFinished`` when nobody will receive: in both cases nothing was sent and the caller still owns the element.
    public func send(_ element: Element, cost: FlowCost) async throws {
        try await acquire(cost)
        continuation.yield((element, cost))
    }

    /// Waits until there would be room for so much, without sending. Throws as ``send(_:cost:)`` does. For a sender that wants to
    /// begin again only when it is worth it.
    public func waitForRoom(_ cost: FlowCost) async throws {
        try await acquire(cost)
        release(cost)
    }

    /// Sends if there is room now and nobody waits; `false` means nothing was sent.
    public func trySend(_ element: Element, cost: FlowCost) -> Bool {
        guard state.withLock({ $0.permits.tryRequest(cost) }) else { return false }
        continuation.yield((element, cost))
        return true
    }

    /// No more elements: the receiver gets what is in the channel, then `nil`. Waiting senders throw. Idempotent.
    public func finish() {
        let refused = state.withLock { state in
            state.permits.finish().compactMap { state.waiting.removeValue(forKey: $0) }
        }
        for waiter in refused { waiter.resume(returning: false) }
        continuation.finish()
    }

    /// The receiving end. Take it once.
    public func makeReceiver() -> Receiver {
        Receiver(channel: self, iterator: stream.makeAsyncIterator())
    }

    /// What the channel holds now and how many sends had to wait so far: for metrics.
    public var snapshot: ChannelSnapshot {
        state.withLock {
            ChannelSnapshot(
                held: $0.permits.held,
                elements: $0.permits.heldElements,
                sendsThatWaited: $0.sendsThatWaited
            )
        }
    }

    /// The receiving end of a channel. One task at a time calls `next()`.
    public struct Receiver {
        private let channel: BoundedChannel
        private var iterator: AsyncStream<Parcel>.Iterator

        fileprivate init(channel: BoundedChannel, iterator: AsyncStream<Parcel>.Iterator) {
            self.channel = channel
            self.iterator = iterator
        }

        /// The next element; `nil` after the last, or when the receiving task is cancelled (the channel is finished then).
        public mutating func next(isolation: isolated (any Actor)? = #isolation) async -> Element? {
            guard let parcel = await iterator.next(isolation: isolation) else { return nil }
            channel.release(parcel.cost)
            return parcel.element
        }
    }

    private func release(_ cost: FlowCost) {
        let granted = state.withLock { state in
            state.permits.release(cost).compactMap { state.waiting.removeValue(forKey: $0) }
        }
        for waiter in granted { waiter.resume(returning: true) }
    }

    private func acquire(_ cost: FlowCost) async throws {
        let (answer, id) = state.withLock { state in
            state.nextID += 1
            return (state.permits.request(cost, id: state.nextID), state.nextID)
        }
        switch answer {
        case .granted: break
        case .refused: throw ChannelFinished(channel: name)
        case .wait:
            guard await waitForGrant(id) else {
                try Task.checkCancellation()
                throw ChannelFinished(channel: name)
            }
        }
    }

    /// True when granted, false when cancelled or refused.
    private func waitForGrant(_ id: UInt64) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let known: WaiterOutcome = state.withLock { state in
                    state.sendsThatWaited += 1
                    if state.cancelledEarly.remove(id) != nil { return .over }
                    // Granted or refused between the request and now: then the machine no longer lists it.
                    guard state.permits.isWaiting(id) else { return state.permits.isFinished ? .over : .granted }
                    state.waiting[id] = waiter
                    return .pending
                }
                switch known {
                case .granted: waiter.resume(returning: true)
                case .over: waiter.resume(returning: false)
                case .pending: break
                }
            }
        } onCancel: {
            cancelWaiter(id)
        }
    }

    private func cancelWaiter(_ id: UInt64) {
        let (own, granted) = state.withLock {
            state -> (CheckedContinuation<Bool, Never>?, [CheckedContinuation<Bool, Never>]) in
            let outcome = state.permits.cancel(id)
            guard outcome.wasWaiting else { return (nil, []) }
            let own = state.waiting.removeValue(forKey: id)
            if own == nil { state.cancelledEarly.insert(id) }
            return (own, outcome.granted.compactMap { state.waiting.removeValue(forKey: $0) })
        }
        own?.resume(returning: false)
        for waiter in granted { waiter.resume(returning: true) }
    }
}

/// What a sender finds when it comes to store its continuation.
private enum WaiterOutcome {
    case granted
    case over
    case pending
}

/// Nobody receives on the channel any more. Nothing was sent.
public struct ChannelFinished: Error, Sendable {
    /// The channel's name.
    public let channel: String
}

/// What a channel holds at one moment.
public struct ChannelSnapshot: Sendable, Hashable {
    /// Records and bytes in the channel.
    public let held: FlowCost
    /// Elements (batches) in the channel.
    public let elements: Int
    /// Sends that found the channel full since it was made.
    public let sendsThatWaited: Int
}
