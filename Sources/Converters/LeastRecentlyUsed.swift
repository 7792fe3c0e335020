import Synchronization

/// A bounded map that drops what was asked for longest ago when it is full. Safe to call from several threads.
final class LeastRecentlyUsed<Key: Hashable & Sendable, Element: Sendable>: Sendable {
    private struct State {
        var entries: [Key: (element: Element, lastUse: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// A map of at most `capacity` entries; one of 0 or less keeps nothing.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The element of a key, made and kept when it is not there yet.
    func element(for key: Key, make: () throws -> Element) rethrows -> Element {
        let known = state.withLock { state -> Element? in
            state.clock += 1
            guard let index = state.entries.index(forKey: key) else { return nil }
            state.entries.values[index].lastUse = state.clock
            return state.entries.values[index].element
        }
        if let known { return known }
        let made = try make()
        guard capacity > 0 else { return made }
        state.withLock { state in
            if state.entries.count >= capacity, state.entries[key] == nil,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.entries[oldest.key] = nil
            }
            state.entries[key] = (made, state.clock)
        }
        return made
    }
}
