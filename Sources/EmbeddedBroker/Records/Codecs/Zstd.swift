import CZstd
import NIOCore

/// RFC 8878: one frame after the other. Windows are at most 128 MiB, as the library has it by itself; the system gives
/// that memory only as far as it is written to.
final class ZstdDecompressor: Decompressor {
    private var input: ByteBuffer
    private let context: OpaquePointer
    /// Between two frames, where the input may end.
    private var isBetween = true

    init(_ input: ByteBuffer) throws(RecordError) {
        self.input = input
        guard let context = ZSTD_createDCtx() else { throw .codecFailed(.zstd) }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    func read(into output: UnsafeMutableRawBufferPointer) throws(RecordError) -> Int {
        while true {
            if input.readableBytes == 0 && isBetween { return 0 }
            var sink = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            var taken = 0
            let status = input.withUnsafeReadableBytes { source in
                var piece = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                defer { taken = piece.pos }
                return ZSTD_decompressStream(context, &sink, &piece)
            }
            guard ZSTD_isError(status) == 0 else { throw .corruptCompression(.zstd) }
            input.moveReaderIndex(forwardBy: taken)
            isBetween = status == 0
            if sink.pos > 0 { return sink.pos }
            // No progress at all: the input ends inside a frame.
            if taken == 0 { throw .corruptCompression(.zstd) }
        }
    }
}

enum ZstdCompression {
    static func compress(_ plain: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var result = ByteBuffer()
        var failed = false
        let bound = ZSTD_compressBound(plain.readableBytes)
        guard ZSTD_isError(bound) == 0 else { throw .codecFailed(.zstd) }
        result.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
            let count = plain.withUnsafeReadableBytes { source in
                ZSTD_compress(output.baseAddress, output.count, source.baseAddress, source.count, ZSTD_CLEVEL_DEFAULT)
            }
            failed = ZSTD_isError(count) != 0
            return failed ? 0 : count
        }
        guard !failed else { throw .codecFailed(.zstd) }
        return result
    }
}
