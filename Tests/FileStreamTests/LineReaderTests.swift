import Engine
import Testing

@testable import FileStream

@Suite struct LineReaderTests {
    /// Feeds bytes in random chunks, takes lines in random batches and compares with the model. Every batch is kept to the end:
    /// its cells must still hold what they held when it was made.
    @Test(arguments: 0..<300)
    func randomChunksGiveTheModelsLines(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let bytes = LineModel.randomText(using: &random)
        var reader = LineReader(name: "test", topic: "t", position: 0)
        var batches: [RecordBatch] = []
        var fed = 0
        while true {
            var isFull = true
            while isFull {
                var batch = RecordBatch()
                let limits = LineReader.Limits(
                    recordCount: Int.random(in: 1...8, using: &random),
                    byteCount: Int.random(in: 1...500, using: &random)
                )
                isFull = try reader.takeLines(into: &batch, limits: limits)
                #expect(batch.count <= limits.recordCount)
                batches.append(batch)
            }
            #expect(reader.readPosition == Int64(fed))
            if fed == bytes.count { break }
            if Bool.random(using: &random) { reader.rest() }
            let count = min(
                bytes.count - fed,
                Int.random(in: 1...Int.random(in: 1...9000, using: &random), using: &random)
            )
            let expected = Bool.random(using: &random) ? count : Int.random(in: -1...1_000_000, using: &random)
            let read = try reader.fill(expected: expected) { room in
                let fitting = min(count, room.count)
                room.copyBytes(from: bytes[fed..<(fed + fitting)])
                return fitting
            }
            #expect(read > 0)
            fed += read
        }
        let model = LineModel.lines(bytes)
        #expect(batches.flatMap(\.lines) == model)
        #expect(reader.position == model.last?.position ?? 0)

        var rest = RecordBatch()
        reader.takeRest(into: &rest)
        var left = Array(bytes[Int(model.last?.position ?? 0)...])
        let hasRest = !left.isEmpty
        if left.last == 0x0D { left.removeLast() }
        let last = Line(text: String(decoding: left, as: UTF8.self), position: Int64(bytes.count))
        #expect(rest.lines == (hasRest ? [last] : []))
    }

    @Test func invalidBytesAreReplacedInTheirRecordAlone() throws {
        let batch = try batch(of: Array("é1\n".utf8) + [0x61, 0xFF, 0x62, 0x0A] + Array("é2\r\n€\n".utf8))
        #expect(batch.texts == ["é1", "a\u{FFFD}b", "é2", "€"])
        #expect(batch.lines.map(\.position) == [4, 8, 13, 17])
    }

    @Test func recordsPointIntoOneBufferAndCarryTheSchema() throws {
        let batch = try batch(of: Array("one\ntwo\n\n".utf8))
        #expect(batch.memories.count == 1)
        #expect(batch.byteCount == 6)
        #expect(batch.records.allSatisfy { $0.value.kind == .text && batch.schema(of: $0.value) == .string })
        #expect(batch.records.allSatisfy { $0.key.kind == .null && $0.partition == -1 })
        #expect(batch.topics == ["t"])
    }

    @Test func lineAboveTheLimitIsAnErrorWithItsPosition() throws {
        var reader = LineReader(name: "/x/y", topic: "t", position: 100, maximumLineByteCount: 10_000)
        let error = #expect(throws: ConnectError.self) {
            for _ in 0..<10 {
                _ = try reader.fill(expected: 5000) { room in
                    room.copyBytes(from: [UInt8](repeating: 0x61, count: min(5000, room.count)))
                    return min(5000, room.count)
                }
                var batch = RecordBatch()
                _ = try reader.takeLines(into: &batch, limits: .init(recordCount: 1, byteCount: 1))
            }
        }
        #expect(error?.message.contains("starts at byte 100 of /x/y is longer than 10000 bytes") == true)
        #expect(error?.code.errorClass == .configuration)
    }

    @Test func longLineArrivesWhole() throws {
        let line = [UInt8](repeating: 0x61, count: 3_000_000)
        let batch = try batch(of: line + [0x0A] + Array("b\n".utf8), chunk: 70_000)
        #expect(batch.lines.map(\.position) == [3_000_001, 3_000_003])
        #expect(batch.records.first?.value.count == 3_000_000)
    }

    private func batch(of bytes: [UInt8], chunk: Int = .max) throws -> RecordBatch {
        var reader = LineReader(name: "test", topic: "t", position: 0)
        var batch = RecordBatch()
        var fed = 0
        while fed < bytes.count {
            fed += try reader.fill(expected: min(chunk, bytes.count - fed)) { room in
                let count = min(room.count, chunk, bytes.count - fed)
                room.copyBytes(from: bytes[fed..<(fed + count)])
                return count
            }
            _ = try reader.takeLines(into: &batch, limits: .init(recordCount: .max, byteCount: .max))
        }
        return batch
    }
}
