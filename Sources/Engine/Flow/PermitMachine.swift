import DequeModule

/// What an element costs, and what a channel can hold: records and bytes.
public struct FlowCost: Sendable, Hashable {
    /// Number of records.
    public var records: Int
    /// Number of bytes.
    public var bytes: Int

    /// A cost in both measures.
    public init(records: Int, bytes: Int) {
        self.records = records
        self.bytes = bytes
    }

    static func + (left: FlowCost, right: FlowCost) -> FlowCost {
        FlowCost(records: left.records + right.records, bytes: left.bytes + right.bytes)
    }

    static func - (left: FlowCost, right: FlowCost) -> FlowCost {
        FlowCost(records: left.records - right.records, bytes: left.bytes - right.bytes)
    }
}

/// Who may send next on a bounded channel: a pure state machine over permits in records and bytes.
///
/// States and arrows:
/// - *open, nobody waits*: a request that fits is granted; one that does not begins to wait → *open, some wait*.
/// - *open, some wait*: a new request waits behind the others (no overtaking); a release grants from the front as far as it
///   fits → *nobody waits* when the last is granted or cancelled.
/// - *finished*: from either, by ``finish()``; every request is refused from then on. There is no way back.
///
/// An element larger than the whole capacity is granted alone, when nothing else is held: it can never fit, and must not hang.
struct PermitMachine {
    typealias WaiterID = UInt64

    enum Answer: Equatable {
        case granted
        case wait
        case refused
    }

    let capacity: FlowCost
    private(set) var held = FlowCost(records: 0, bytes: 0)
    private(set) var heldElements = 0
    private(set) var isFinished = false
    private var waiters: Deque<(id: WaiterID, cost: FlowCost)> = []

    init(capacity: FlowCost) {
        self.capacity = capacity
    }

    var waiterCount: Int { waiters.count }

    func isWaiting(_ id: WaiterID) -> Bool { waiters.contains { $0.id == id } }

    /// A sender wants permits. `wait` means that `id` will be among a later event's grants or refusals.
    mutating func request(_ cost: FlowCost, id: WaiterID) -> Answer {
        if isFinished { return .refused }
        if waiters.isEmpty, fits(cost) {
            grant(cost)
            return .granted
        }
        waiters.append((id, cost))
        return .wait
    }

    /// As ``request(_:id:)``, but never waits: `false` leaves the machine as it was.
    mutating func tryRequest(_ cost: FlowCost) -> Bool {
        guard !isFinished, waiters.isEmpty, fits(cost) else { return false }
        grant(cost)
        return true
    }

    /// The receiver has taken an element out. Returns the waiters whose turn has come.
    mutating func release(_ cost: FlowCost) -> [WaiterID] {
        held = held - cost
        heldElements -= 1
        return grantFromFront()
    }

    /// A waiting sender was cancelled. Returns the waiters whose turn has come because it no longer stands before them, and
    /// whether it was waiting at all (`false`: it was granted or refused before).
    mutating func cancel(_ id: WaiterID) -> (wasWaiting: Bool, granted: [WaiterID]) {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return (false, []) }
        waiters.remove(at: index)
        return (true, grantFromFront())
    }

    /// No more elements. Returns the waiters, which are refused.
    mutating func finish() -> [WaiterID] {
        isFinished = true
        defer { waiters.removeAll() }
        return waiters.map(\.id)
    }

    private func fits(_ cost: FlowCost) -> Bool {
        if heldElements == 0 { return true }
        let sum = held + cost
        return sum.records <= capacity.records && sum.bytes <= capacity.bytes
    }

    private mutating func grant(_ cost: FlowCost) {
        held = held + cost
        heldElements += 1
    }

    private mutating func grantFromFront() -> [WaiterID] {
        var granted: [WaiterID] = []
        while let first = waiters.first, fits(first.cost) {
            waiters.removeFirst()
            grant(first.cost)
            granted.append(first.id)
        }
        return granted
    }
}
