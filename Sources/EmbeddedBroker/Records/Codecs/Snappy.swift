import CSnappy
import NIOCore

/// Snappy as Java clients write it (snappy-java's stream: a header of 16 bytes, then blocks with a length before each)
/// and as librdkafka does (one bare block).
final class SnappyDecompressor: Decompressor {
    /// `0x82 SNAPPY 0x00`, a version and the oldest version that can read it, both 4 bytes.
    static let magic: [UInt8] = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]
    static let headerSize = 16
    /// The magic's first four bytes, where a block's length would be: streams that follow each other.
    private static let magicHead = Int32(bitPattern: 0x8253_4e41)

    private var input: ByteBuffer
    private let isFramed: Bool
    private var block = ByteBuffer()

    init(_ input: ByteBuffer) {
        self.input = input
        isFramed =
            input.readableBytes >= Self.headerSize && input.readableBytesView.prefix(8).elementsEqual(Self.magic)
        if isFramed { self.input.moveReaderIndex(forwardBy: Self.headerSize) }
    }

    func read(into output: UnsafeMutableRawBufferPointer) throws(RecordError) -> Int {
        while block.readableBytes == 0 {
            guard input.readableBytes > 0 else { return 0 }
            if isFramed {
                guard let length: Int32 = input.readInteger() else { throw .corruptCompression(.snappy) }
                if length == Self.magicHead {
                    guard input.readSlice(length: Self.headerSize - 4) != nil else {
                        throw .corruptCompression(.snappy)
                    }
                    continue
                }
                guard let piece = input.readSlice(length: max(-1, Int(length))) else {
                    throw .corruptCompression(.snappy)
                }
                block = try Self.uncompress(piece)
            } else {
                let piece = input
                input.clear()
                block = try Self.uncompress(piece)
            }
        }
        let count = min(output.count, block.readableBytes)
        block.readWithUnsafeReadableBytes { source in
            output.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
            return count
        }
        return count
    }

    /// One block. Its claimed length is believed only once the block is known to be whole: a walk over it that writes
    /// nothing. A block cannot claim more than 22 times its size and be whole.
    private static func uncompress(_ piece: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var result = ByteBuffer()
        let isWhole = piece.withUnsafeReadableBytes { source in
            let bytes = source.baseAddress?.assumingMemoryBound(to: CChar.self)
            var length = 0
            guard let bytes, snappy_validate_compressed_buffer(bytes, source.count) == SNAPPY_OK,
                snappy_uncompressed_length(bytes, source.count, &length) == SNAPPY_OK
            else { return false }
            var status = SNAPPY_OK
            result.writeWithUnsafeMutableBytes(minimumWritableBytes: max(1, length)) { output in
                var written = output.count
                let target = output.baseAddress?.assumingMemoryBound(to: CChar.self)
                status = snappy_uncompress(bytes, source.count, target, &written)
                return status == SNAPPY_OK ? written : 0
            }
            return status == SNAPPY_OK
        }
        guard isWhole else { throw .corruptCompression(.snappy) }
        return result
    }
}

enum SnappyCompression {
    /// The block size of Java's clients, in bytes.
    private static let blockSize = 32 * 1024

    static func compress(_ plain: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var plain = plain
        var result = ByteBuffer()
        result.writeBytes(SnappyDecompressor.magic)
        result.writeInteger(Int32(1))
        result.writeInteger(Int32(1))
        while let piece = plain.readSlice(length: min(blockSize, plain.readableBytes)), piece.readableBytes > 0 {
            let place = result.writerIndex
            result.writeInteger(Int32(0))
            let bound = snappy_max_compressed_length(piece.readableBytes)
            var status = SNAPPY_OK
            let count = result.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
                piece.withUnsafeReadableBytes { source in
                    var written = output.count
                    status = snappy_compress(
                        source.baseAddress?.assumingMemoryBound(to: CChar.self),
                        source.count,
                        output.baseAddress?.assumingMemoryBound(to: CChar.self),
                        &written
                    )
                    return status == SNAPPY_OK ? written : 0
                }
            }
            guard status == SNAPPY_OK else { throw .codecFailed(.snappy) }
            result.setInteger(Int32(truncatingIfNeeded: count), at: place)
        }
        return result
    }
}
