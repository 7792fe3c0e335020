import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Record batch contents")
struct RecordBatchContentsTests {
    static func load(_ name: String) throws -> (batch: ByteBuffer, header: RecordBatchHeader) {
        let batch = try ClientBatch.load(name)
        return (batch, try #require(RecordBatchHeader(batch)))
    }

    /// A batch of `records`, checksum and all.
    static func batch(
        _ records: [PlainRecord],
        codec: CompressionCodec = .none,
        offsetDeltas: [Int32]? = nil
    ) throws -> (batch: ByteBuffer, header: RecordBatchHeader) {
        var payload = ByteBuffer()
        for (index, record) in records.enumerated() {
            payload.writeImmutableBuffer(record.encoded(offsetDelta: offsetDeltas?[index] ?? Int32(index)))
        }
        payload = try codec.compress(payload)
        var header = RecordBatchHeader()
        header.batchLength = Int32(RecordBatchHeader.size - RecordBatchHeader.lengthOverhead + payload.readableBytes)
        header.attributes = Int16(codec.rawValue)
        header.lastOffsetDelta = Int32(records.count - 1)
        header.recordCount = Int32(records.count)
        header.baseTimestamp = 1000
        header.maxTimestamp = 1000 + (records.map(\.timestampDelta).max() ?? 0)
        var batch = ByteBuffer()
        header.write(into: &batch)
        batch.writeImmutableBuffer(payload)
        return (batch, header)
    }

    @Test("of clients pass validation; keys are demanded only where asked for", arguments: ClientBatch.clients)
    func clients(name: String) throws {
        let (batch, header) = try Self.load(name)
        try RecordBatchContents.validate(batch, header, requiresKeys: false)
        #expect(throws: RecordError.missingKeys([3, 10, 17])) {
            try RecordBatchContents.validate(batch, header, requiresKeys: true)
        }
    }

    @Test("are refused when offsets do not count up from zero", arguments: CompressionCodec.allCases)
    func offsets(codec: CompressionCodec) throws {
        let records = (0..<3).map { _ in PlainRecord(key: ByteBuffer(string: "k"), value: nil) }
        let right = try Self.batch(records, codec: codec)
        try RecordBatchContents.validate(right.batch, right.header, requiresKeys: true)
        for deltas in [[1, 2, 3], [0, 2, 3], [0, 0, 1], [0, 1, -1]] as [[Int32]] {
            let wrong = try Self.batch(records, codec: codec, offsetDeltas: deltas)
            #expect(throws: RecordError.self) {
                try RecordBatchContents.validate(wrong.batch, wrong.header, requiresKeys: true)
            }
        }
    }

    @Test("are refused when the header is not theirs")
    func headers() throws {
        let (batch, header) = try Self.load("librdkafka-lz4")
        var other = header
        other.attributes = 5
        #expect(throws: RecordError.unknownCodec(5)) {
            try RecordBatchContents.validate(batch, other, requiresKeys: false)
        }
        other = header
        other.batchLength += 1
        #expect(throws: RecordError.truncated) { try RecordBatchContents.validate(batch, other, requiresKeys: false) }
        other.batchLength = 10
        #expect(throws: RecordError.truncated) { try RecordBatchContents.validate(batch, other, requiresKeys: false) }
        #expect(RecordError.unknownCodec(5).errorCode == .unsupportedCompressionType)
        #expect(RecordError.truncated.errorCode == .invalidRecord)
    }

    @Test("are found by their timestamps", arguments: ClientBatch.clients)
    func timestamps(name: String) throws {
        var (batch, header) = try Self.load(name)
        header.baseOffset = 500
        // More bytes may follow a batch.
        batch.writeString("the next batch")
        let base = ClientBatch.firstTimestamp
        let deltas = (0..<20).map { Int64(($0 * 37) % 11) * 1000 }
        for wanted in stride(from: Int64(-500), through: 10_500, by: 500) {
            for from in [Int64(0), 505, 519, 520] {
                let found = try RecordBatchContents.firstRecord(atOrAfter: base + wanted, from: from, in: batch, header)
                let expected = deltas.indices.first { deltas[$0] >= wanted && Int64($0) + 500 >= from }
                #expect(found?.offset == expected.map { Int64($0) + 500 })
                #expect(found?.timestamp == expected.map { base + deltas[$0] })
            }
        }
        let latest = try #require(try RecordBatchContents.latestRecord(in: batch, header))
        #expect(latest.timestamp == base + 10_000)
        #expect(latest.offset == deltas.firstIndex(of: 10_000).map { Int64($0) + 500 })
        // LogAppendTime: the batch's time is that of every record.
        header.attributes |= 0x08
        header.maxTimestamp = base + 77
        let first = try RecordBatchContents.firstRecord(atOrAfter: base + 77, from: 503, in: batch, header)
        #expect(first?.offset == 503)
        #expect(first?.timestamp == base + 77)
        #expect(try RecordBatchContents.firstRecord(atOrAfter: base + 78, in: batch, header) == nil)
    }
}
