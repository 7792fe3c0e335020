/// What is to be done later, by ``BrokerClock/monotonic`` time. Whoever drives the broker calls ``fire(now:)`` when
/// ``nextDeadline`` has come.
final class BrokerTimers {
    /// Names one timer.
    struct ID: Hashable, Comparable, Sendable {
        fileprivate let deadline: Int64
        fileprivate let number: UInt64

        static func < (left: ID, right: ID) -> Bool {
            (left.deadline, left.number) < (right.deadline, right.number)
        }
    }

    /// Called when the next deadline may have become earlier.
    var onEarlierDeadline: (() -> Void)?

    private var waiting: [ID: () -> Void] = [:]
    private var order = Heap()
    private var next: UInt64 = 0

    /// Runs `body` once, at `deadline` (ms, monotonic) or soon after. Timers of one deadline run in the order they were set.
    @discardableResult
    func schedule(at deadline: Int64, _ body: @escaping () -> Void) -> ID {
        let id = ID(deadline: deadline, number: next)
        next += 1
        waiting[id] = body
        let isFirst = nextDeadline.map { deadline < $0 } ?? true
        order.insert(id)
        if isFirst { onEarlierDeadline?() }
        return id
    }

    /// A timer that has run or was cancelled is left alone.
    func cancel(_ id: ID) {
        waiting[id] = nil
    }

    /// When ``fire(now:)`` has something to do next, in ms, monotonic.
    var nextDeadline: Int64? {
        while let first = order.first {
            if waiting[first] != nil { return first.deadline }
            order.removeFirst()
        }
        return nil
    }

    /// Runs what is due, also what becomes due while it runs.
    func fire(now: Int64) {
        while let first = order.first, first.deadline <= now {
            order.removeFirst()
            waiting.removeValue(forKey: first)?()
        }
    }

    /// A binary heap, smallest first. Cancelled timers stay in it until their turn: cancelling is common (every heartbeat) and cheap.
    private struct Heap {
        private var items: [ID] = []

        var first: ID? { items.first }

        mutating func insert(_ id: ID) {
            items.append(id)
            var child = items.count - 1
            while child > 0 {
                let parent = (child - 1) / 2
                guard items[child] < items[parent] else { return }
                items.swapAt(child, parent)
                child = parent
            }
        }

        mutating func removeFirst() {
            guard let last = items.popLast(), !items.isEmpty else { return }
            items[0] = last
            var parent = 0
            while true {
                var smallest = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < items.count && items[child] < items[smallest] {
                    smallest = child
                }
                guard smallest != parent else { return }
                items.swapAt(parent, smallest)
                parent = smallest
            }
        }
    }
}
