import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Record batches under fuzzing")
struct RecordFuzzTests {
    /// What a fuzzed batch may have decompressed, in bytes.
    static let limit = 1 << 20

    @Test("damaged batches are refused or read, never beyond the limit")
    func damaged() throws {
        let samples = try ClientBatch.clients.map { try Array(ClientBatch.load($0).readableBytesView) }.filter {
            $0.count < 1000
        }
        #expect(samples.count > 8)
        var mutator = Mutator(generator: FuzzGenerator(seed: FuzzSettings.seed))
        var readWhole = 0
        var refused: Set<String> = []
        let start = ContinuousClock.now
        // A batch takes longer than a request: decompressors are set up for each.
        let inputs = max(1, FuzzSettings.inputs / 4)
        for _ in 0..<inputs {
            let sample = samples[mutator.below(samples.count)]
            var header = Array(sample[..<RecordBatchHeader.size])
            var payload = Array(sample[RecordBatchHeader.size...])
            if mutator.below(4) == 0 {
                mutator.mutate(&header)
            } else if mutator.below(2) == 0, let plain = try? Self.plain(header, payload) {
                // Damage beneath the compression.
                var records = plain
                mutator.mutate(&records)
                let codec = try CompressionCodec(attributes: Int16(header[22]))
                payload = Array(try codec.compress(ByteBuffer(bytes: records)).readableBytesView)
            } else {
                mutator.mutate(&payload)
            }
            do throws(RecordError) {
                try Self.read(header, payload)
                readWhole += 1
            } catch {
                refused.insert("\(error)".prefix { $0 != "(" }.description)
            }
        }
        #expect(readWhole < inputs)
        #expect(inputs < 1000 || refused.count >= 6)
        print(
            "fuzzed \(inputs) batches in \(ContinuousClock.now - start): \(readWhole) read whole, refused as",
            "\(refused.sorted()), peak memory \(FuzzSettings.peakMemory) KiB"
        )
    }

    @Test("a log takes or refuses damaged batches, and reads what it took")
    func appended() throws {
        let samples = try ClientBatch.clients.map { try Array(ClientBatch.load($0).readableBytesView) }.filter {
            $0.count < 1000
        }
        let world = try CompactionWorld(seed: FuzzSettings.seed)
        world.log.configuration.segmentBytes = 1 << 20
        world.log.configuration.timestampAfterMaxMs = .max
        var mutator = Mutator(generator: FuzzGenerator(seed: FuzzSettings.seed &+ 1))
        var taken = 0
        let start = ContinuousClock.now
        let inputs = max(1, FuzzSettings.inputs / 20)
        for _ in 0..<inputs {
            var bytes = samples[mutator.below(samples.count)]
            mutator.mutate(&bytes)
            // Half of them with lengths and a checksum that fit, so that what comes after those is reached.
            if mutator.below(2) == 0, bytes.count >= RecordBatchHeader.size { Self.mend(&bytes) }
            world.log.configuration.isCompacted = mutator.below(2) == 0
            let end = world.log.logEndOffset
            if let appended = try? world.log.append(ByteBuffer(bytes: bytes)) {
                if !appended.isDuplicate { taken += 1 }
                #expect(appended.isDuplicate || appended.baseOffset == end)
                #expect(appended.isDuplicate || world.log.logEndOffset == appended.lastOffset + 1)
            } else {
                #expect(world.log.logEndOffset == end)
            }
        }
        #expect(taken > 0 && taken < inputs)
        let end = world.log.logEndOffset
        var batches = 0
        try world.log.scan(from: 0) { _, _ throws(ErrorCode) in batches += 1 }
        #expect(batches == taken)
        try world.reopen(forgetful: true)
        #expect(world.log.logEndOffset == end)
        print("fuzzed a log with \(inputs) batches in \(ContinuousClock.now - start): \(taken) taken")
    }

    private static func mend(_ bytes: inout [UInt8]) {
        var batch = ByteBuffer(bytes: bytes)
        batch.setInteger(Int32(truncatingIfNeeded: bytes.count - RecordBatchHeader.lengthOverhead), at: 8)
        batch.setInteger(batch.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) }, at: 17)
        bytes = Array(batch.readableBytesView)
    }

    private static func plain(_ header: [UInt8], _ payload: [UInt8]) throws -> [UInt8] {
        let codec = try CompressionCodec(attributes: Int16(header[22]))
        guard codec != .none else { return payload }
        return Array(try CodecTests.decompress(ByteBuffer(bytes: payload), codec).readableBytesView)
    }

    private static func read(_ header: [UInt8], _ payload: [UInt8]) throws(RecordError) {
        guard var head = RecordBatchHeader(ByteBuffer(bytes: header)) else { throw .truncated }
        let bytes = ByteBuffer(bytes: payload)
        let codec = try CompressionCodec(attributes: head.attributes)
        var reader = try RecordReader(payload: bytes, codec: codec, count: head.recordCount, limit: limit)
        var total = 0
        while let record = try reader.next() {
            total += record.body.readableBytes
            #expect(record.headers.count == Int(record.headerCount))
            #expect((record.key?.readableBytes ?? 0) + (record.value?.readableBytes ?? 0) <= record.body.readableBytes)
            _ = head.place(of: record)
        }
        #expect(total <= max(limit, payload.count))
        // The same by the whole batch, whose length field may lie.
        var batch = ByteBuffer(bytes: header)
        batch.writeImmutableBuffer(bytes)
        _ = try? RecordBatchContents.validate(batch, head, requiresKeys: true)
        head.batchLength = Int32(truncatingIfNeeded: batch.readableBytes - RecordBatchHeader.lengthOverhead)
        _ = try? RecordBatchContents.firstRecord(atOrAfter: 0, in: batch, head)
        _ = try? RecordBatchContents.latestRecord(in: batch, head)
    }
}
