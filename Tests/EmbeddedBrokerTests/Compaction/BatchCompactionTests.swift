import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Compaction of a batch")
struct BatchCompactionTests {
    private static let nothing = BatchCompaction.Standing(isObsolete: false, isLastOfProducer: false)
    private static let last = BatchCompaction.Standing(isObsolete: false, isLastOfProducer: true)

    /// Records a (value), b (tombstone), c (value) at offsets 100 to 102.
    private static func sample(_ codec: CompressionCodec = .lz4) throws -> (
        batch: ByteBuffer, header: RecordBatchHeader
    ) {
        let records = [
            PlainRecord(timestampDelta: 5, key: ByteBuffer(string: "a"), value: ByteBuffer(string: "1")),
            PlainRecord(timestampDelta: 9, key: ByteBuffer(string: "b"), value: nil),
            PlainRecord(timestampDelta: 7, key: ByteBuffer(string: "c"), value: ByteBuffer(string: "2")),
        ]
        var batch = try CompactionWorld.batch(records, codec: codec, timestamp: 1000, producer: (7, 2, 40, false))
        batch.setInteger(Int64(100), at: 0)
        return (batch, try #require(RecordBatchHeader(batch)))
    }

    /// A map that knows later records of these keys.
    private static func compaction(superseding keys: [String], now: Int64 = 5000) throws -> BatchCompaction {
        var map = CompactionMap(from: 0)
        let later = keys.map { PlainRecord(key: ByteBuffer(string: $0), value: ByteBuffer(string: "later")) }
        if !later.isEmpty {
            var batch = try CompactionWorld.batch(later, timestamp: 1)
            batch.setInteger(Int64(500), at: 0)
            map.add(batch, try #require(RecordBatchHeader(batch)), from: 0)
        }
        map.cover(upTo: 1000)
        return BatchCompaction(map: map, now: now, deleteRetentionMs: 300)
    }

    private static func replaced(_ outcome: BatchCompaction.Outcome) throws -> (
        ByteBuffer, RecordBatchHeader, [PlainRecord]
    ) {
        guard case .replace(let batch) = outcome else { throw Unexpected(outcome: "\(outcome)") }
        let header = try #require(RecordBatchHeader(batch))
        #expect(header.sizeInBytes == batch.readableBytes)
        #expect(batch.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) } == header.checksum)
        var reader = try RecordBatchContents.reader(of: batch, header)
        var records: [PlainRecord] = []
        while let record = try reader.next() {
            var plain = PlainRecord(record)
            plain.timestampDelta = header.place(of: record).timestamp
            records.append(plain)
        }
        return (batch, header, records)
    }

    private struct Unexpected: Error { let outcome: String }

    @Test(
        "sets the time at which tombstones may go, once, and keeps every timestamp",
        arguments: CompressionCodec.allCases
    )
    func tombstones(codec: CompressionCodec) throws {
        let (batch, header) = try Self.sample(codec)
        let first = try Self.compaction(superseding: []).outcome(of: batch, header, Self.nothing)
        let (waiting, waitingHeader, records) = try Self.replaced(first)
        #expect(waitingHeader.hasDeleteHorizon && waitingHeader.baseTimestamp == 5300)
        #expect(records.map(\.timestampDelta) == [1005, 1009, 1007])
        #expect(waitingHeader.codec == codec.rawValue)
        #expect(waitingHeader.maxTimestamp == 1009)
        // Until then the batch is left alone; from then on the tombstone is gone.
        for now in [5000, 5299] as [Int64] {
            let outcome = try Self.compaction(superseding: [], now: now).outcome(
                of: waiting,
                waitingHeader,
                Self.nothing
            )
            #expect(outcome == .keep)
        }
        let later = try Self.compaction(superseding: [], now: 5300).outcome(of: waiting, waitingHeader, Self.nothing)
        let (_, goneHeader, left) = try Self.replaced(later)
        #expect(left.map(\.key) == [ByteBuffer(string: "a"), ByteBuffer(string: "c")])
        #expect(left.map(\.timestampDelta) == [1005, 1007])
        #expect(goneHeader.maxTimestamp == 1007)
    }

    @Test("keeps offsets, sequence numbers and codec of what is left", arguments: CompressionCodec.allCases)
    func partial(codec: CompressionCodec) throws {
        let (batch, header) = try Self.sample(codec)
        let outcome = try Self.compaction(superseding: ["a", "b"]).outcome(of: batch, header, Self.nothing)
        let (_, new, records) = try Self.replaced(outcome)
        #expect(records.map(\.value) == [ByteBuffer(string: "2")])
        #expect(new.baseOffset == 100 && new.lastOffset == 102 && new.recordCount == 1)
        #expect(new.baseSequence == 40 && new.lastSequence == 42 && new.producerID == 7 && new.producerEpoch == 2)
        #expect(new.codec == codec.rawValue && !new.hasDeleteHorizon && new.maxTimestamp == 1007)
    }

    @Test("drops what is superseded, but for a producer's last batch")
    func superseded() throws {
        let (batch, header) = try Self.sample()
        let compaction = try Self.compaction(superseding: ["a", "b", "c"])
        #expect(compaction.outcome(of: batch, header, Self.nothing) == .drop)
        let (empty, emptyHeader, records) = try Self.replaced(compaction.outcome(of: batch, header, Self.last))
        #expect(records.isEmpty && emptyHeader.recordCount == 0 && emptyHeader.codec == 0)
        #expect(emptyHeader.lastOffset == 102 && emptyHeader.lastSequence == 42)
        #expect(compaction.outcome(of: empty, emptyHeader, Self.last) == .keep)
        #expect(compaction.outcome(of: empty, emptyHeader, Self.nothing) == .drop)
    }

    @Test("leaves records alone that the map does not reach, and batches that cannot be read")
    func untouched() throws {
        let (batch, header) = try Self.sample()
        let short = BatchCompaction(map: CompactionMap(from: 0), now: 0, deleteRetentionMs: 0)
        let (_, _, records) = try Self.replaced(short.outcome(of: batch, header, Self.nothing))
        // Only the tombstone's time is set.
        #expect(records.count == 3)
        var broken = header
        broken.attributes = broken.attributes & ~7 | 6
        let compaction = try Self.compaction(superseding: ["a", "b", "c"])
        #expect(compaction.outcome(of: batch, broken, Self.nothing) == .keep)
    }

    @Test("lets a marker go some time after its transaction's batches")
    func markers() throws {
        var marker = RecordBatchBuilder.marker(
            producerID: 7,
            producerEpoch: 2,
            coordinatorEpoch: 0,
            commit: true,
            timestamp: 1000
        )
        marker.setInteger(Int64(103), at: 0)
        let header = try #require(RecordBatchHeader(marker))
        let obsolete = BatchCompaction.Standing(isObsolete: true, isLastOfProducer: false)
        #expect(try Self.compaction(superseding: []).outcome(of: marker, header, Self.nothing) == .keep)
        let outcome = try Self.compaction(superseding: []).outcome(of: marker, header, obsolete)
        let (waiting, waitingHeader, _) = try Self.replaced(outcome)
        #expect(waitingHeader.hasDeleteHorizon && waitingHeader.isControl && waitingHeader.maxTimestamp == 1000)
        #expect(ControlRecord(waiting, waitingHeader) == ControlRecord(marker, header))
        let before = try Self.compaction(superseding: [], now: 5299)
        #expect(before.outcome(of: waiting, waitingHeader, obsolete) == .keep)
        let after = try Self.compaction(superseding: [], now: 5300)
        #expect(after.outcome(of: waiting, waitingHeader, obsolete) == .drop)
        #expect(after.outcome(of: waiting, waitingHeader, Self.nothing) == .keep)
    }

    @Test("knows obsolete markers, and forgets aborted transactions without batches")
    func transactions() {
        func header(_ offset: Int64, isControl: Bool = false) -> RecordBatchHeader {
            var header = RecordBatchHeader()
            header.baseOffset = offset
            header.producerID = 7
            header.attributes = isControl ? 0x30 : 0x10
            return header
        }
        let first = AbortedTransaction(producerID: 7, firstOffset: 10, lastOffset: 20, lastStableOffset: 21)
        let second = AbortedTransaction(producerID: 7, firstOffset: 40, lastOffset: 50, lastStableOffset: 51)
        var transactions = CompactionTransactions(aborted: [first, second])
        #expect(transactions.isAborted(header(15)) && !transactions.isAborted(header(25)))
        #expect(!transactions.isAborted(header(20, isControl: true)))
        // The first one's batches are gone, the committed one's and the second one's are not.
        let first20 = transactions.sawMarker(header(20, isControl: true))
        #expect(first20)
        #expect(transactions.forgotten == [first])
        transactions.sawBatch(header(25))
        let committed30 = transactions.sawMarker(header(30, isControl: true))
        transactions.sawBatch(header(45))
        let second50 = transactions.sawMarker(header(50, isControl: true))
        let empty60 = transactions.sawMarker(header(60, isControl: true))
        #expect(!committed30 && !second50 && empty60)
        #expect(transactions.forgotten == [first])
    }
}
