import CZlib
import NIOCore

/// RFC 1952: one member after the other.
final class GzipDecompressor: Decompressor {
    private var input: ByteBuffer
    // On the heap because zlib checks that the structure stays where it was initialised.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Between two members, where the input may end.
    private var isBetween = true

    init(_ input: ByteBuffer) throws(RecordError) {
        self.input = input
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, the largest there is; 16 more ask for gzip's own header and trailer.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw .codecFailed(.gzip)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(into output: UnsafeMutableRawBufferPointer) throws(RecordError) -> Int {
        while true {
            if input.readableBytes == 0 && isBetween { return 0 }
            let (status, taken, given) = step(output)
            input.moveReaderIndex(forwardBy: taken)
            switch status {
            case Z_STREAM_END:
                isBetween = true
                guard inflateReset(stream) == Z_OK else { throw .codecFailed(.gzip) }
            case Z_OK:
                isBetween = false
            case Z_MEM_ERROR:
                throw .codecFailed(.gzip)
            default:
                throw .corruptCompression(.gzip)
            }
            if given > 0 { return given }
            // No progress at all: the input ends inside a member.
            if taken == 0 { throw .corruptCompression(.gzip) }
        }
    }

    private func step(_ output: UnsafeMutableRawBufferPointer) -> (status: Int32, taken: Int, given: Int) {
        input.withUnsafeReadableBytes { source in
            let offered = UInt32(clamping: source.count)
            let room = UInt32(clamping: output.count)
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
            stream.pointee.avail_in = offered
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = room
            let status = inflate(stream, Z_NO_FLUSH)
            return (status, Int(offered - stream.pointee.avail_in), Int(room - stream.pointee.avail_out))
        }
    }
}

enum GzipCompression {
    static func compress(_ plain: ByteBuffer) throws(RecordError) -> ByteBuffer {
        guard UInt32(exactly: plain.readableBytes) != nil else { throw .codecFailed(.gzip) }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        let opened = deflateInit2_(
            stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard opened == Z_OK else { throw .codecFailed(.gzip) }
        defer { deflateEnd(stream) }
        let bound = Int(deflateBound(stream, UInt(plain.readableBytes)))
        var result = ByteBuffer()
        var status = Z_OK
        result.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
            plain.withUnsafeReadableBytes { source in
                let room = UInt32(clamping: output.count)
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self)
                )
                stream.pointee.avail_in = UInt32(clamping: source.count)
                stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = room
                status = deflate(stream, Z_FINISH)
                return Int(room - stream.pointee.avail_out)
            }
        }
        guard status == Z_STREAM_END else { throw .codecFailed(.gzip) }
        return result
    }
}
