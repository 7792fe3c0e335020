import Testing

@testable import Engine

@Suite("AckLedger")
struct AckLedgerTests {
    /// Rule 1 against a model that knows every record: an offset is storable only when no earlier record of its source partition
    /// is unacknowledged, and it is the latest such.
    @Test(arguments: 0..<200)
    func storesOnlyWhatIsAcknowledgedWithAllBeforeIt(seed: Int) {
        struct Batch {
            var id: UInt64
            var missing: Int
            var offsets: [(partition: OffsetMap, offset: OffsetMap)]
        }
        var random = SeededGenerator(seed: UInt64(seed))
        let partitions: [OffsetMap] = (0..<3).map { ["p": .int64(Int64($0))] }
        var ledger = AckLedger()
        var all: [Batch] = []
        var stored: [OffsetMap: OffsetMap] = [:]
        var position: Int64 = 0

        for _ in 0..<200 {
            if Bool.random(using: &random) || all.allSatisfy({ $0.missing == 0 }) {
                position += 1
                let touched = partitions.filter { _ in Bool.random(using: &random) }
                let batch = Batch(
                    id: UInt64(position),
                    missing: Int.random(in: 0...3, using: &random),
                    offsets: touched.map { ($0, ["position": .int64(position)]) }
                )
                all.append(batch)
                ledger.submit(batch.id, records: batch.missing, offsets: batch.offsets)
            } else if let index = all.indices.filter({ all[$0].missing > 0 }).randomElement(using: &random) {
                let count = Int.random(in: 1...all[index].missing, using: &random)
                all[index].missing -= count
                let isDone = ledger.acknowledge(all[index].id, count: count)
                #expect(isDone == (all[index].missing == 0))
            }
            var expected: [OffsetMap: OffsetMap] = [:]
            for partition in partitions {
                for batch in all {
                    guard let offset = batch.offsets.first(where: { $0.partition == partition })?.offset else {
                        continue
                    }
                    if batch.missing > 0 { break }
                    expected[partition] = offset
                }
            }
            var actual = stored
            actual.merge(ledger.storableOffsets) { $1 }
            #expect(actual == expected)
            #expect(ledger.pendingRecords == all.reduce(0) { $0 + $1.missing })
            if Int.random(in: 0..<5, using: &random) == 0 {
                stored.merge(ledger.storableOffsets) { $1 }
                ledger.markStored(ledger.storableOffsets)
                #expect(ledger.storableOffsets.isEmpty)
            }
        }
    }

    @Test func whatMovedOnWhileItWasBeingStoredStaysStorable() {
        var ledger = AckLedger()
        let partition: OffsetMap = ["f": .string("x")]
        ledger.submit(1, records: 1, offsets: [(partition, ["position": .int64(1)])])
        ledger.acknowledge(1, count: 1)
        let taken = ledger.storableOffsets
        ledger.submit(2, records: 1, offsets: [(partition, ["position": .int64(2)])])
        ledger.acknowledge(2, count: 1)
        ledger.markStored(taken)
        #expect(ledger.storableOffsets == [partition: ["position": .int64(2)]])
    }

    @Test func reportsOfUnknownBatchesChangeNothing() {
        var ledger = AckLedger()
        let isDone = ledger.acknowledge(7, count: 1)
        #expect(!isDone)
        #expect(ledger.pendingRecords == 0)
    }
}
