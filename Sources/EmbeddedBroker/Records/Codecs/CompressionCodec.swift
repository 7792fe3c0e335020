import NIOCore

/// How the records of a batch are compressed: the three lowest bits of its attributes (Kafka's `CompressionType`).
enum CompressionCodec: Int, CaseIterable, Sendable, CustomStringConvertible {
    case none = 0
    case gzip = 1
    case snappy = 2
    case lz4 = 3
    case zstd = 4

    init(attributes: Int16) throws(RecordError) {
        let number = Int(attributes & 0x7)
        guard let codec = CompressionCodec(rawValue: number) else { throw .unknownCodec(number) }
        self = codec
    }

    /// The name `compression.type` has for it.
    var description: String {
        switch self {
        case .none: "none"
        case .gzip: "gzip"
        case .snappy: "snappy"
        case .lz4: "lz4"
        case .zstd: "zstd"
        }
    }

    /// Reads `compressed` piece by piece; `nil` where nothing is to be decompressed.
    func decompressor(of compressed: ByteBuffer) throws(RecordError) -> (any Decompressor)? {
        switch self {
        case .none: nil
        case .gzip: try GzipDecompressor(compressed)
        case .snappy: SnappyDecompressor(compressed)
        case .lz4: try LZ4Decompressor(compressed)
        case .zstd: try ZstdDecompressor(compressed)
        }
    }

    /// `plain` in the form that Kafka's own producers send, at the codec's usual level.
    func compress(_ plain: ByteBuffer) throws(RecordError) -> ByteBuffer {
        switch self {
        case .none: plain
        case .gzip: try GzipCompression.compress(plain)
        case .snappy: try SnappyCompression.compress(plain)
        case .lz4: try LZ4Compression.compress(plain)
        case .zstd: try ZstdCompression.compress(plain)
        }
    }
}

/// Gives back what a codec compressed, a piece at a time, so that nobody has to believe how large the whole will be.
protocol Decompressor: AnyObject {
    /// Fills some of `output`, which is not empty. Returns how many bytes; 0 only at the end of what was compressed.
    func read(into output: UnsafeMutableRawBufferPointer) throws(RecordError) -> Int
}
