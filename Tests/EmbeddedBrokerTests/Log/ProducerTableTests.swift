import NIOCore
import Testing

@testable import EmbeddedBroker

/// Sequence numbers, epochs and transactions as Kafka judges them.
struct ProducerTableTests {
    /// A batch's head: `count` records from `sequence` on, at `offset`.
    private func header(
        _ sequence: Int32,
        count: Int32 = 1,
        epoch: Int16 = 0,
        offset: Int64 = 0,
        producer: Int64 = 7,
        transactional: Bool = false
    ) -> RecordBatchHeader {
        var header = RecordBatchHeader()
        header.baseOffset = offset
        header.lastOffsetDelta = count - 1
        header.recordCount = count
        header.producerID = producer
        header.producerEpoch = epoch
        header.baseSequence = sequence
        header.attributes = transactional ? 0x10 : 0
        return header
    }

    private func refusal(_ table: ProducerTable, _ header: RecordBatchHeader) -> ErrorCode? {
        do throws(ErrorCode) {
            _ = try table.check(header, isClient: true)
            return nil
        } catch {
            return error
        }
    }

    @Test func acceptsAnySequenceOfAnUnknownProducer() {
        #expect(refusal(ProducerTable(), header(41)) == nil)
    }

    @Test func acceptsOnlyTheNextSequence() {
        var table = ProducerTable()
        table.appended(header(0, count: 3), now: 0)
        #expect(refusal(table, header(3)) == nil)
        #expect(refusal(table, header(4)) == .outOfOrderSequenceNumber)
        #expect(refusal(table, header(1)) == .outOfOrderSequenceNumber)
    }

    @Test func wrapsSequences() {
        var table = ProducerTable()
        table.appended(header(.max - 1, count: 2), now: 0)
        #expect(refusal(table, header(0)) == nil)
        var wrapped = ProducerTable()
        wrapped.appended(header(.max, count: 3), now: 0)
        #expect(refusal(wrapped, header(2)) == nil)
        #expect(refusal(wrapped, header(1)) == .outOfOrderSequenceNumber)
    }

    @Test func recognisesTheLastFiveBatches() throws {
        var table = ProducerTable()
        for number in 0..<6 { table.appended(header(Int32(number), offset: Int64(number * 10)), now: 0) }
        for number in 1..<6 {
            guard case .duplicate(let known) = try table.check(header(Int32(number)), isClient: true) else {
                Issue.record("batch \(number) is not recognised")
                continue
            }
            #expect(known.firstOffset == Int64(number * 10))
        }
        #expect(refusal(table, header(0)) == .outOfOrderSequenceNumber)
        // The same first sequence with another count is another batch.
        #expect(refusal(table, header(5, count: 2)) == .outOfOrderSequenceNumber)
    }

    @Test func fencesOlderEpochsAndStartsNewOnesAtZero() {
        var table = ProducerTable()
        table.appended(header(0, count: 5, epoch: 3), now: 0)
        #expect(refusal(table, header(5, epoch: 2)) == .invalidProducerEpoch)
        #expect(refusal(table, header(5, epoch: 4)) == .outOfOrderSequenceNumber)
        #expect(refusal(table, header(0, epoch: 4)) == nil)
        table.appended(header(0, epoch: 4), now: 0)
        #expect(refusal(table, header(1, epoch: 4)) == nil)
        // A batch of the old epoch is fenced though it was known once.
        #expect(refusal(table, header(0, count: 5, epoch: 3)) == .invalidProducerEpoch)
    }

    @Test func aMarkerOfANewEpochFencesTheProducer() throws {
        var table = ProducerTable()
        table.appended(header(0, offset: 10, transactional: true), now: 0)
        _ = table.ended(7, epoch: 1, coordinatorEpoch: 0, commit: false, at: 11, now: 0)
        #expect(refusal(table, header(1, epoch: 0, transactional: true)) == .invalidProducerEpoch)
        #expect(refusal(table, header(1, epoch: 1, transactional: true)) == .outOfOrderSequenceNumber)
        #expect(refusal(table, header(0, epoch: 1, transactional: true)) == nil)
        #expect(throws: ErrorCode.invalidProducerEpoch) {
            try table.checkMarker(producerID: 7, epoch: 0, coordinatorEpoch: 0)
        }
    }

    @Test func aMarkerOfTheSameEpochKeepsTheSequence() {
        var table = ProducerTable()
        table.appended(header(0, count: 2, transactional: true), now: 0)
        _ = table.ended(7, epoch: 0, coordinatorEpoch: 0, commit: true, at: 2, now: 0)
        #expect(refusal(table, header(2, transactional: true)) == nil)
        #expect(refusal(table, header(0, transactional: true)) == .outOfOrderSequenceNumber)
    }

    @Test func fencesOlderCoordinators() throws {
        var table = ProducerTable()
        _ = table.ended(7, epoch: 0, coordinatorEpoch: 5, commit: true, at: 0, now: 0)
        #expect(throws: ErrorCode.transactionCoordinatorFenced) {
            try table.checkMarker(producerID: 7, epoch: 0, coordinatorEpoch: 4)
        }
        try table.checkMarker(producerID: 7, epoch: 0, coordinatorEpoch: 5)
    }

    @Test func refusesOrdinaryBatchesInATransaction() {
        var table = ProducerTable()
        table.appended(header(0, transactional: true), now: 0)
        #expect(refusal(table, header(1)) == .invalidTxnState)
        #expect(refusal(table, header(1, transactional: true)) == nil)
    }

    @Test func tellsTheFirstOpenOffsetAndAbortedTransactions() {
        var table = ProducerTable()
        table.appended(header(0, offset: 10, producer: 1, transactional: true), now: 0)
        table.appended(header(0, offset: 11, producer: 2, transactional: true), now: 0)
        table.appended(header(1, offset: 12, producer: 1, transactional: true), now: 0)
        #expect(table.firstOpenOffset == 10)
        #expect(
            table.ended(2, epoch: 0, coordinatorEpoch: 0, commit: false, at: 13, now: 0)
                == AbortedTransaction(producerID: 2, firstOffset: 11, lastOffset: 13, lastStableOffset: 10)
        )
        #expect(table.firstOpenOffset == 10)
        #expect(table.ended(1, epoch: 0, coordinatorEpoch: 0, commit: true, at: 14, now: 0) == nil)
        #expect(table.firstOpenOffset == nil)
        // A marker without a transaction changes nothing for readers.
        #expect(table.ended(1, epoch: 0, coordinatorEpoch: 0, commit: false, at: 15, now: 0) == nil)
    }

    @Test func forgetsSilentProducersButNotOpenTransactions() {
        var table = ProducerTable()
        table.appended(header(0, producer: 1), now: 100)
        table.appended(header(0, producer: 2, transactional: true), now: 100)
        table.appended(header(0, producer: 3), now: 150)
        table.expire(now: 1100, afterMs: 1000)
        #expect(table.producers.keys.sorted() == [2, 3])
        table.expire(now: .min, afterMs: .max)
        #expect(table.producers.count == 2)
    }

    @Test func snapshotsComeBackWholeOrNotAtAll() {
        var table = ProducerTable()
        for number in 0..<7 { table.appended(header(Int32(number), offset: Int64(number), producer: 1), now: 5) }
        table.appended(header(0, count: 4, epoch: 9, offset: 7, producer: 2, transactional: true), now: 6)
        _ = table.ended(3, epoch: 2, coordinatorEpoch: 8, commit: true, at: 12, now: 7)
        let file = ProducerSnapshot.encode(table, at: 13)
        #expect(ProducerSnapshot.decode(file, at: 13) == table)
        #expect(ProducerSnapshot.decode(file, at: 14) == nil)
        for index in 0..<file.readableBytes {
            #expect(ProducerSnapshot.decode(file.flipping(index), at: 13) == nil)
            #expect(ProducerSnapshot.decode(file.getSlice(at: 0, length: index) ?? file, at: 13) == nil)
        }
    }
}
