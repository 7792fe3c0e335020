import Engine
import Testing

@testable import Kafka

@Suite struct InFlightBatchesTests {
    @Test func tokensCarrySlotAndRecord() throws {
        for (slot, record) in [(0, 0), (1, 0), (0, 1), (123_456, 7), (7, 4_000_000_000)] {
            let parsed = try #require(InFlightBatches.parse(InFlightBatches.token(slot: slot, record: record)))
            #expect(parsed == (slot, record))
        }
        #expect(InFlightBatches.parse(nil) == nil)
    }

    @Test func aBatchIsKeptUntilItsLastReport() {
        let live = LiveCounter()
        var batches = InFlightBatches()
        let slot = batches.open(makeBatch(["a", "b", "c"], topic: "t", counter: live), id: 9)
        batches.handedOver(3, slot: slot)
        #expect(batches.count == 3)
        batches.reported(2, slot: slot)
        #expect(delivered(batches.takeReports()) == [9: 2])
        #expect(live.count == 1)
        #expect(batches.takeReports().isEmpty)
        batches.failed(RecordFailure(index: 2, error: ConnectError(.kafkaTransient, "x")), slot: slot)
        batches.reported(1, slot: slot)
        let events = batches.takeReports()
        guard case .delivered(let id, let count, let failures) = events.first else {
            Issue.record("no report")
            return
        }
        #expect(id == 9)
        #expect(count == 0)
        #expect(failures.map(\.index) == [2])
        #expect(live.count == 0)
        #expect(batches.isEmpty)
        #expect(batches.count == 0)
    }

    @Test func slotsAreUsedAgain() {
        let live = LiveCounter()
        var batches = InFlightBatches()
        let first = batches.open(makeBatch(["a"], topic: "t", counter: live), id: 1)
        batches.handedOver(0, slot: first)
        #expect(live.count == 0)
        let second = batches.open(makeBatch(["a"], topic: "t", counter: live), id: 2)
        #expect(second == first)
        batches.handedOver(1, slot: second)
        batches.reported(1, slot: second)
        #expect(delivered(batches.takeReports()) == [2: 1])
    }

    private func delivered(_ events: [ProducerEvent]) -> [UInt64: Int] {
        var counts: [UInt64: Int] = [:]
        for case .delivered(let id, let count, _) in events { counts[id, default: 0] += count }
        return counts
    }
}
