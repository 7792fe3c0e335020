import CLZ4
import NIOCore

/// The LZ4 frame format, 1.6: one frame after the other.
final class LZ4Decompressor: Decompressor {
    private var input: ByteBuffer
    private let context: OpaquePointer
    /// Between two frames, where the input may end.
    private var isBetween = true

    init(_ input: ByteBuffer) throws(RecordError) {
        self.input = input
        var context: OpaquePointer?
        let status = LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let context else { throw .codecFailed(.lz4) }
        self.context = context
    }

    deinit { LZ4F_freeDecompressionContext(context) }

    func read(into output: UnsafeMutableRawBufferPointer) throws(RecordError) -> Int {
        while true {
            if input.readableBytes == 0 && isBetween { return 0 }
            var given = output.count
            var taken = 0
            let status = input.withUnsafeReadableBytes { source in
                taken = source.count
                return LZ4F_decompress(context, output.baseAddress, &given, source.baseAddress, &taken, nil)
            }
            guard LZ4F_isError(status) == 0 else { throw .corruptCompression(.lz4) }
            input.moveReaderIndex(forwardBy: taken)
            isBetween = status == 0
            if given > 0 { return given }
            // No progress at all: the input ends inside a frame.
            if taken == 0 { throw .corruptCompression(.lz4) }
        }
    }
}

enum LZ4Compression {
    static func compress(_ plain: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var preferences = LZ4F_preferences_t()
        // Java's consumer reads no blocks that lean on earlier ones.
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.frameInfo.blockSizeID = LZ4F_max64KB
        let bound = LZ4F_compressFrameBound(plain.readableBytes, &preferences)
        var result = ByteBuffer()
        var failed = false
        result.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
            let count = plain.withUnsafeReadableBytes { source in
                LZ4F_compressFrame(output.baseAddress, output.count, source.baseAddress, source.count, &preferences)
            }
            failed = LZ4F_isError(count) != 0
            return failed ? 0 : count
        }
        guard !failed else { throw .codecFailed(.lz4) }
        return result
    }
}
