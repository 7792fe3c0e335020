import Testing

@testable import Engine

@Suite("PermitMachine")
struct PermitMachineTests {
    /// Against a model: a plain list of who holds what and who waits, under random events.
    @Test(arguments: 0..<200)
    func neverExceedsItsCapacityAndGrantsInOrder(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let capacity = FlowCost(
            records: Int.random(in: 1...20, using: &random),
            bytes: Int.random(in: 1...200, using: &random)
        )
        var machine = PermitMachine(capacity: capacity)
        var held: [UInt64: FlowCost] = [:]
        var waiting: [(id: UInt64, cost: FlowCost)] = []
        var grantOrder: [UInt64] = []
        var nextID: UInt64 = 0

        func settle(_ granted: [UInt64]) {
            for id in granted {
                #expect(waiting.first?.id == id, "granted out of order")
                let waiter = waiting.removeFirst()
                held[waiter.id] = waiter.cost
                grantOrder.append(id)
            }
        }

        for _ in 0..<300 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                nextID += 1
                let cost = FlowCost(
                    records: Int.random(in: 0...25, using: &random),
                    bytes: Int.random(in: 0...250, using: &random)
                )
                switch machine.request(cost, id: nextID) {
                case .granted:
                    #expect(waiting.isEmpty, "overtook a waiter")
                    held[nextID] = cost
                case .wait: waiting.append((nextID, cost))
                case .refused: Issue.record("refused while open")
                }
            case 5..<8:
                guard let (id, cost) = held.randomElement(using: &random) else { continue }
                held[id] = nil
                settle(machine.release(cost))
            default:
                guard let victim = waiting.randomElement(using: &random) else { continue }
                let outcome = machine.cancel(victim.id)
                #expect(outcome.wasWaiting)
                waiting.removeAll { $0.id == victim.id }
                settle(outcome.granted)
            }
            let records = held.values.reduce(0) { $0 + $1.records }
            let bytes = held.values.reduce(0) { $0 + $1.bytes }
            #expect(machine.held == FlowCost(records: records, bytes: bytes))
            #expect(machine.waiterCount == waiting.count)
            if held.count > 1 { #expect(records <= capacity.records && bytes <= capacity.bytes) }
            // Whoever waits first could not be let in: otherwise the machine sleeps on free permits.
            if let first = waiting.first {
                #expect(!held.isEmpty, "a waiter although nothing is held")
                #expect(records + first.cost.records > capacity.records || bytes + first.cost.bytes > capacity.bytes)
            }
        }
        let refused = machine.finish()
        #expect(refused == waiting.map(\.id))
        let afterwards = machine.request(FlowCost(records: 0, bytes: 0), id: nextID + 1)
        let tried = machine.tryRequest(FlowCost(records: 0, bytes: 0))
        #expect(afterwards == .refused)
        #expect(!tried)
    }

    @Test func anOversizedElementGoesAlone() {
        var machine = PermitMachine(capacity: FlowCost(records: 10, bytes: 10))
        let answers = [
            machine.request(FlowCost(records: 1, bytes: 1), id: 1),
            machine.request(FlowCost(records: 1, bytes: 1000), id: 2),
            machine.request(FlowCost(records: 1, bytes: 1), id: 3),
        ]
        let afterFirst = machine.release(FlowCost(records: 1, bytes: 1))
        let afterSecond = machine.release(FlowCost(records: 1, bytes: 1000))
        #expect(answers == [.granted, .wait, .wait])
        #expect(afterFirst == [2])
        #expect(afterSecond == [3])
    }
}

/// A small generator with a seed (SplitMix64), so that a failing case can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
