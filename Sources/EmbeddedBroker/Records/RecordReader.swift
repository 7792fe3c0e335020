import NIOCore

/// Gives the records of one batch one by one. Compressed batches are decompressed as reading goes on: what is held at a
/// time is one piece, or the largest record.
struct RecordReader {
    /// What a batch may have decompressed, in bytes, however small it came: 128 MiB. Batches that came larger may have
    /// as many bytes as they came with.
    static let defaultLimit = 128 << 20
    /// How much is decompressed at a time, in bytes.
    private static let pieceSize = 32 * 1024

    private var window: ByteBuffer
    private let decompressor: (any Decompressor)?
    private let limit: Int
    private var decompressed = 0
    private var left: Int32

    /// - Parameters:
    ///   - payload: What follows a batch's header.
    ///   - codec: How it is compressed.
    ///   - count: The number of records that the header declares.
    init(
        payload: ByteBuffer,
        codec: CompressionCodec,
        count: Int32,
        limit: Int = defaultLimit
    ) throws(RecordError) {
        guard count >= 0 else { throw .badCount(count) }
        left = count
        self.limit = max(limit, payload.readableBytes)
        // Java's clients write no byte for no record, whatever the codec.
        decompressor = payload.readableBytes == 0 ? nil : try codec.decompressor(of: payload)
        window = decompressor == nil ? payload : ByteBuffer()
    }

    /// The next record; `nil` after the last. Every record's layout is checked, and that nothing follows the last one.
    mutating func next() throws(RecordError) -> Record? {
        guard left > 0 else {
            guard try !fill(1) else { throw .trailingBytes }
            return nil
        }
        let length = try readLength()
        guard length <= limit else { throw decompressor == nil ? .truncated : .tooLarge(limit: limit) }
        guard try fill(length), let body = window.readSlice(length: length) else { throw .truncated }
        left -= 1
        return try Record(body: body)
    }

    private mutating func readLength() throws(RecordError) -> Int {
        // As many bytes as there are, up to the longest length.
        _ = try fill(5)
        var taken = 0
        let result = window.withUnsafeReadableBytes { bytes -> Result<Int32, RecordError> in
            do throws(RecordError) {
                var cursor = RecordCursor(bytes, at: 0)
                let length = try cursor.variableInt32()
                taken = cursor.position
                return .success(length)
            } catch {
                return .failure(error)
            }
        }
        let length = try result.get()
        guard length >= 0 else { throw .badLength }
        window.moveReaderIndex(forwardBy: taken)
        return Int(length)
    }

    /// Whether `count` bytes can be read, after decompressing what that takes.
    private mutating func fill(_ count: Int) throws(RecordError) -> Bool {
        guard let decompressor else { return window.readableBytes >= count }
        while window.readableBytes < count {
            if window.readerIndex >= Self.pieceSize || window.readableBytes == 0 { window.discardReadBytes() }
            var failure: RecordError?
            let given = window.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.pieceSize) { output in
                do throws(RecordError) {
                    return try decompressor.read(into: output)
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            if given == 0 { return false }
            decompressed += given
            guard decompressed <= limit else { throw .tooLarge(limit: limit) }
        }
        return true
    }
}
