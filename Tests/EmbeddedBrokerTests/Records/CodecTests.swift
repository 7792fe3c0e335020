import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Codecs")
struct CodecTests {
    static func decompress(_ bytes: ByteBuffer, _ codec: CompressionCodec, piece: Int = 1000) throws -> ByteBuffer {
        var result = ByteBuffer()
        let decompressor = try #require(try codec.decompressor(of: bytes))
        while true {
            var failure: RecordError?
            let given = result.writeWithUnsafeMutableBytes(minimumWritableBytes: piece) { output in
                do throws(RecordError) {
                    return try decompressor.read(into: UnsafeMutableRawBufferPointer(rebasing: output[..<piece]))
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            if given == 0 { return result }
        }
    }

    static let compressing = CompressionCodec.allCases.filter { $0 != .none }

    static func text(_ count: Int) -> ByteBuffer {
        var bytes = ByteBuffer()
        var state: UInt64 = 88_172_645_463_325_252
        while bytes.readableBytes < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            bytes.writeString(state % 3 == 0 ? "abcabcabc" : "word \(state >> 40) ")
        }
        bytes.moveWriterIndex(to: count)
        return bytes
    }

    @Test("give back what they took, in any piece size", arguments: compressing)
    func roundTrip(codec: CompressionCodec) throws {
        for count in [0, 1, 100, 32 * 1024, 32 * 1024 + 1, 300_000] {
            let plain = Self.text(count)
            let compressed = try codec.compress(plain)
            for piece in [1, 7, 1000, 70_000, 400_000] where count / piece < 40_000 {
                #expect(try Self.decompress(compressed, codec, piece: piece) == plain)
            }
            if count > 1000 { #expect(compressed.readableBytes < count) }
        }
    }

    @Test("read streams that follow each other", arguments: compressing)
    func concatenated(codec: CompressionCodec) throws {
        var compressed = try codec.compress(Self.text(50_000))
        compressed.writeImmutableBuffer(try codec.compress(ByteBuffer(string: "the rest")))
        var plain = Self.text(50_000)
        plain.writeString("the rest")
        #expect(try Self.decompress(compressed, codec) == plain)
    }

    @Test("refuse a stream that ends early, at any byte", arguments: compressing)
    func truncated(codec: CompressionCodec) throws {
        let plain = Self.text(70_000)
        let compressed = try codec.compress(plain)
        for count in stride(from: 1, to: compressed.readableBytes, by: 97) {
            let cut = try #require(compressed.getSlice(at: 0, length: count))
            // A snappy stream has no end mark: cut between two blocks it is whole, only shorter.
            if let given = try? Self.decompress(cut, codec, piece: 60_000) {
                #expect(codec == .snappy && given.readableBytes < plain.readableBytes)
            }
        }
    }

    @Test("survive bytes that were changed", arguments: compressing)
    func damaged(codec: CompressionCodec) throws {
        let compressed = try codec.compress(Self.text(5000))
        for _ in 0..<2000 {
            var damaged = compressed
            for _ in 0..<Int.random(in: 1...4) {
                damaged.setInteger(
                    UInt8.random(in: 0...255),
                    at: damaged.readerIndex + Int.random(in: 0..<damaged.readableBytes)
                )
            }
            // Either refused, or something else of a size in proportion.
            if let given = try? Self.decompress(damaged, codec) {
                #expect(given.readableBytes < 40_000_000)
            }
        }
    }

    @Test("refuse what is not theirs", arguments: compressing)
    func foreign(codec: CompressionCodec) {
        #expect(throws: RecordError.corruptCompression(codec)) {
            try Self.decompress(ByteBuffer(bytes: [UInt8](repeating: 0xff, count: 100)), codec)
        }
    }

    @Test("read bare snappy blocks, as librdkafka writes them, and refuse one that claims more than it has")
    func bareSnappy() throws {
        // A literal of five bytes.
        let block = ByteBuffer(bytes: [5, 4 << 2] + Array("hello".utf8))
        #expect(try Self.decompress(block, .snappy) == ByteBuffer(string: "hello"))
        let claim = ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 0x0f, 4 << 2] + Array("hello".utf8))
        #expect(throws: RecordError.corruptCompression(.snappy)) { try Self.decompress(claim, .snappy) }
    }

    @Test("are found by the attributes' lowest bits")
    func attributes() throws {
        #expect(try CompressionCodec(attributes: 0x7ff8 | 3) == .lz4)
        #expect(throws: RecordError.unknownCodec(5)) { try CompressionCodec(attributes: 5) }
    }
}
