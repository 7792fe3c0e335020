import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Record reader")
struct RecordReaderTests {
    static func read(
        _ payload: ByteBuffer,
        _ codec: CompressionCodec = .none,
        count: Int32,
        limit: Int = RecordReader.defaultLimit
    ) throws -> [PlainRecord] {
        var reader = try RecordReader(payload: payload, codec: codec, count: count, limit: limit)
        var records: [PlainRecord] = []
        while let record = try reader.next() {
            #expect(record.offsetDelta == Int32(records.count))
            records.append(PlainRecord(record))
        }
        return records
    }

    static func payload(_ records: [PlainRecord]) -> ByteBuffer {
        var payload = ByteBuffer()
        for (index, record) in records.enumerated() {
            payload.writeImmutableBuffer(record.encoded(offsetDelta: Int32(index)))
        }
        return payload
    }

    static let expected = (0..<ClientBatch.count).map(ClientBatch.expected)

    @Test("reads what clients sent, with every codec", arguments: ClientBatch.clients)
    func clients(name: String) throws {
        var batch = try ClientBatch.load(name)
        let attributes = try #require(batch.getInteger(at: 21, as: Int16.self))
        let codec = try CompressionCodec(attributes: attributes)
        #expect(name.hasSuffix(codec.description))
        batch.moveReaderIndex(forwardBy: 61)
        #expect(try Self.read(batch, codec, count: ClientBatch.count) == Self.expected)
    }

    @Test("reads what was compressed here", arguments: CompressionCodec.allCases)
    func ownCompression(codec: CompressionCodec) throws {
        let payload = try codec.compress(Self.payload(Self.expected))
        #expect(try Self.read(payload, codec, count: ClientBatch.count) == Self.expected)
        #expect(try Self.read(ByteBuffer(), codec, count: 0).isEmpty)
    }

    @Test("writes records as they were, or with another timestamp")
    func rewriting() throws {
        var reader = try RecordReader(payload: Self.payload(Self.expected), codec: .none, count: ClientBatch.count)
        var same = ByteBuffer()
        var moved = ByteBuffer()
        while let record = try reader.next() {
            record.write(into: &same)
            record.write(into: &moved, timestampDelta: record.timestampDelta - 1 << 40)
        }
        #expect(same == Self.payload(Self.expected))
        let shifted = Self.expected.map { record in
            var record = record
            record.timestampDelta -= 1 << 40
            return record
        }
        #expect(try Self.read(moved, count: ClientBatch.count) == shifted)
    }

    @Test("refuses more and fewer records than declared", arguments: CompressionCodec.allCases)
    func counts(codec: CompressionCodec) throws {
        let payload = try codec.compress(Self.payload(Self.expected))
        #expect(throws: RecordError.trailingBytes) { try Self.read(payload, codec, count: ClientBatch.count - 1) }
        #expect(throws: RecordError.truncated) { try Self.read(payload, codec, count: ClientBatch.count + 1) }
        #expect(throws: RecordError.badCount(-1)) { try Self.read(payload, codec, count: -1) }
    }

    @Test("refuses records that are cut, at any byte")
    func truncated() throws {
        let payload = Self.payload(Self.expected)
        for length in stride(from: 0, to: payload.readableBytes, by: 13) {
            let cut = try #require(payload.getSlice(at: 0, length: length))
            #expect(throws: RecordError.self) { try Self.read(cut, count: ClientBatch.count) }
        }
    }

    @Test("refuses lengths that no record can have")
    func lengths() {
        func body(_ parts: [Int64], attributes: UInt8 = 0) -> ByteBuffer {
            var body = ByteBuffer()
            body.writeInteger(attributes)
            for part in parts { body.writeVariableInteger(part) }
            var record = ByteBuffer()
            record.writeVariableInteger(Int64(body.readableBytes))
            record.writeImmutableBuffer(body)
            return record
        }
        // Timestamp, offset, key, value, headers.
        #expect(throws: Never.self) { try Self.read(body([0, 0, -1, -1, 0]), count: 1) }
        #expect(throws: RecordError.badLength) { try Self.read(body([0, 0, -2, -1, 0]), count: 1) }
        #expect(throws: RecordError.badLength) { try Self.read(body([0, 0, 100, -1, 0]), count: 1) }
        #expect(throws: RecordError.badLength) { try Self.read(body([0, 0, -1, -1, -1]), count: 1) }
        #expect(throws: RecordError.badLength) { try Self.read(body([0, 0, -1, -1, 1 << 30]), count: 1) }
        #expect(throws: RecordError.badLength) { try Self.read(body([0, 0, -1, -1, 1, -1, -1]), count: 1) }
        #expect(throws: RecordError.trailingBytes) { try Self.read(body([0, 0, -1, -1, 0, 0]), count: 1) }
        #expect(throws: RecordError.badVariableInteger) { try Self.read(body([0, 1 << 40, -1, -1, 0]), count: 1) }
        var endless = ByteBuffer(repeating: 0xff, count: 20)
        #expect(throws: RecordError.badVariableInteger) { try Self.read(endless, count: 1) }
        endless.clear()
        endless.writeVariableInteger(Int64(Int32.max))
        #expect(throws: RecordError.truncated) { try Self.read(endless, count: 1) }
        endless.clear()
        endless.writeVariableInteger(-1)
        #expect(throws: RecordError.badLength) { try Self.read(endless, count: 1) }
    }

    @Test("round-trips integers of any size")
    func integers() throws {
        for value in [0, 1, -1, 63, 64, -64, -65, 1 << 20, .max, .min, .max - 1] as [Int64] {
            var bytes = ByteBuffer()
            bytes.writeVariableInteger(value)
            #expect(bytes.readableBytes == ByteBuffer.variableIntegerSize(value))
            let read = try bytes.withUnsafeReadableBytes { bytes in
                var cursor = RecordCursor(bytes, at: 0)
                return try cursor.variableInt64()
            }
            #expect(read == value)
        }
    }

    @Test("stops a bomb at the limit", arguments: CodecTests.compressing)
    func bombs(codec: CompressionCodec) throws {
        // One record with a value of 40 MB of zeros.
        let size = 40_000_000
        var plain = ByteBuffer()
        var head = ByteBuffer()
        head.writeInteger(UInt8(0))
        for part in [0, 0, -1, Int64(size)] as [Int64] { head.writeVariableInteger(part) }
        plain.writeVariableInteger(Int64(head.readableBytes + size + 1))
        plain.writeImmutableBuffer(head)
        plain.writeRepeatingByte(0, count: size + 1)
        let bomb = try codec.compress(plain)
        #expect(bomb.readableBytes < 3_000_000)
        #expect(throws: RecordError.tooLarge(limit: 20_000_000)) {
            try Self.read(bomb, codec, count: 1, limit: 20_000_000)
        }
        // A length that lies is not believed either.
        var claim = ByteBuffer()
        claim.writeVariableInteger(Int64(Int32.max))
        #expect(throws: RecordError.tooLarge(limit: RecordReader.defaultLimit)) {
            try Self.read(try codec.compress(claim), codec, count: 1)
        }
        #expect(try Self.read(bomb, codec, count: 1).first?.value?.readableBytes == size)
    }

    @Test("takes memory for the largest record, not for the whole batch")
    func manySmallRecords() throws {
        let record = PlainRecord(key: nil, value: ByteBuffer(repeating: 7, count: 1000)).encoded(offsetDelta: 0)
        var plain = ByteBuffer()
        for _ in 0..<30_000 { plain.writeImmutableBuffer(record) }
        var reader = try RecordReader(payload: try CompressionCodec.zstd.compress(plain), codec: .zstd, count: 30_000)
        var largest = 0
        while let record = try reader.next() { largest = max(largest, record.body.storageCapacity) }
        #expect(largest <= 256 * 1024)
    }
}
