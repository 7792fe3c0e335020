import NIOCore

/// Walks over the batches of a segment file.
enum BatchScan {
    /// How much is read at a time, in bytes.
    static let chunkSize = 1 << 20

    /// Hands every batch from position `start` on to `body`, with its bytes (a slice of a larger read) and its position,
    /// until `end` or until something is no batch. Answers where that is: `end` when all is well.
    ///
    /// - Parameter verify: whether a batch counts as one only when its checksum is right.
    static func run(
        _ file: LogFile,
        from start: Int64,
        to end: Int64,
        verify: Bool,
        _ body: (RecordBatchHeader, ByteBuffer, Int64) -> Bool
    ) throws(StorageError) -> Int64 {
        var position = start
        var chunk = ByteBuffer()
        while end - position >= Int64(RecordBatchHeader.size) {
            var needed = RecordBatchHeader.size
            if let header = RecordBatchHeader(chunk) {
                guard header.isPlausible, Int64(header.sizeInBytes) <= end - position else { return position }
                needed = header.sizeInBytes
                if let batch = chunk.readSlice(length: needed) {
                    if verify, batch.withUnsafeReadableBytes({ RecordBatchHeader.checksum(of: $0) }) != header.checksum
                    {
                        return position
                    }
                    guard body(header, batch, position) else { return position }
                    position += Int64(needed)
                    continue
                }
            }
            chunk = try file.read(at: position, count: Int(min(end - position, Int64(max(needed, chunkSize)))))
            guard chunk.readableBytes >= needed else { return position }
        }
        return position
    }
}
