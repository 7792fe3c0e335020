import NIOCore

/// One file of a partition's log: the batches from ``baseOffset`` up to ``nextOffset``.
final class LogSegment {
    let baseOffset: Int64
    let file: LogFile
    /// The offset after the last one that belongs here.
    private(set) var nextOffset: Int64
    /// In bytes.
    private(set) var size: Int64 = 0
    /// The largest timestamp of the first batch, ms; -1 when there is none.
    private(set) var firstTimestamp: Int64 = -1
    /// ms; -1 when there is none.
    private(set) var maxTimestamp: Int64 = -1
    /// The base offset of the first batch with that timestamp.
    private(set) var maxTimestampOffset: Int64 = -1
    /// When the last batch came: wall clock, ms.
    private(set) var lastAppend: Int64 = 0
    /// Up to where the bytes are known to be durable.
    var syncedSize: Int64 = 0
    /// Whether an index file lies beside the segment.
    var hasIndexFile = false
    private var index = SegmentIndex()
    private var bytesSinceEntry: Int64 = 0
    private let storage: any BrokerStorage

    init(baseOffset: Int64, path: String, storage: any BrokerStorage) {
        self.baseOffset = baseOffset
        nextOffset = baseOffset
        self.storage = storage
        file = storage.file(path)
    }

    /// The name of a segment's file: 20 digits, then what kind it is.
    static func name(_ offset: Int64, _ suffix: String) -> String {
        let digits = String(offset)
        return String(repeating: "0", count: max(0, 20 - digits.count)) + digits + suffix
    }

    var isSynced: Bool { syncedSize >= size }
    var indexSize: Int { index.count * SegmentIndex.Entry.size }
    private var indexPath: String { file.path.dropSuffix(".log") + ".index" }

    // MARK: Growing

    /// Takes note of a batch that was written at the end, with its own offsets.
    func added(_ header: RecordBatchHeader, indexInterval: Int32, now: Int64) {
        if size > 0, bytesSinceEntry > Int64(indexInterval) {
            if let relative = UInt32(exactly: header.baseOffset - baseOffset), let position = UInt32(exactly: size) {
                index.append(
                    SegmentIndex.Entry(relativeOffset: relative, position: position, maxTimestampBefore: maxTimestamp)
                )
            }
            bytesSinceEntry = 0
        }
        if size == 0 { firstTimestamp = header.maxTimestamp }
        if header.maxTimestamp > maxTimestamp {
            maxTimestamp = header.maxTimestamp
            maxTimestampOffset = header.baseOffset
        }
        size += Int64(header.sizeInBytes)
        bytesSinceEntry += Int64(header.sizeInBytes)
        nextOffset = header.nextOffset
        lastAppend = now
    }

    /// Says that the offsets up to `offset` belong here though no batch has them: compaction took them.
    func cover(upTo offset: Int64) {
        nextOffset = max(nextOffset, offset)
    }

    /// Whether `header`'s offsets can be told relative to the base.
    func canHold(_ header: RecordBatchHeader) -> Bool {
        header.lastOffset - baseOffset <= Int64(Int32.max)
    }

    // MARK: Sealing

    /// Writes the index file, and from then on looks things up in it.
    func writeIndex(aborted: [AbortedTransaction]) throws(StorageError) {
        guard let entries = index.entries else { return }
        let description = SegmentIndexFile(
            baseOffset: baseOffset,
            nextOffset: nextOffset,
            size: size,
            firstTimestamp: firstTimestamp,
            maxTimestamp: maxTimestamp,
            maxTimestampOffset: maxTimestampOffset,
            lastAppend: lastAppend,
            bytesSinceEntry: bytesSinceEntry,
            bootID: storage.bootID,
            aborted: aborted,
            entryCount: entries.count
        )
        let contents = description.encode(entries)
        try storage.replace(indexPath, with: contents, isDurable: false)
        hasIndexFile = true
        let start = contents.readableBytes - entries.count * SegmentIndex.Entry.size
        index = SegmentIndex(file: storage.file(indexPath), start: Int64(start), count: entries.count)
        if isSynced { try markDurable() }
    }

    /// Notes in the index file that the segment survives the machine's end.
    private func markDurable() throws(StorageError) {
        guard hasIndexFile else { return }
        let file = storage.file(indexPath)
        try file.sync()
        var mark = ByteBuffer()
        mark.writeInteger(SegmentIndexFile.durableMark)
        var failure: StorageError?
        mark.withUnsafeReadableBytes { bytes in
            do throws(StorageError) { try file.write(bytes, at: 0) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Makes the bytes durable.
    func sync() throws(StorageError) {
        guard !isSynced else { return }
        try file.sync()
        syncedSize = size
        try markDurable()
    }

    /// Writes the bytes that are not known to be durable once more. Linux drops the "dirty" of pages that it could not
    /// write, so that a second sync succeeds without writing them.
    func rewriteUnsynced() throws(StorageError) {
        var position = syncedSize
        while position < size {
            let bytes = try file.read(at: position, count: Int(min(size - position, Int64(BatchScan.chunkSize))))
            guard bytes.readableBytes > 0 else { return }
            var failure: StorageError?
            bytes.withUnsafeReadableBytes { bytes in
                do throws(StorageError) { try file.write(bytes, at: position) } catch { failure = error }
            }
            if let failure { throw failure }
            position += Int64(bytes.readableBytes)
        }
    }

    /// Makes ready to grow again after a restart: what the index file says would soon be wrong.
    func dropIndexFile() throws(StorageError) {
        guard hasIndexFile else { return }
        try index.load()
        try storage.remove(indexPath)
        hasIndexFile = false
    }

    /// Removes an index file that is not to be believed.
    func discardIndexFile() throws(StorageError) {
        try storage.remove(indexPath)
        hasIndexFile = false
    }

    /// Removes the segment's files.
    func remove() throws(StorageError) {
        try storage.remove(file.path)
        try storage.remove(indexPath)
    }

    // MARK: Opening

    /// Takes what the index file says, when it is about a segment of `fileSize` bytes and nothing can have been lost since.
    /// Answers the aborted transactions that ended here; nil when the segment has to be scanned.
    func openByIndex(fileSize: Int64) throws(StorageError) -> [AbortedTransaction]? {
        guard let indexSize = try storage.size(of: indexPath) else { return nil }
        hasIndexFile = true
        let indexFile = storage.file(indexPath)
        guard let known = try SegmentIndexFile(indexFile, fileSize: indexSize, baseOffset: baseOffset),
            known.size == fileSize, known.isDurable || known.bootID == storage.bootID
        else { return nil }
        nextOffset = known.nextOffset
        size = known.size
        firstTimestamp = known.firstTimestamp
        maxTimestamp = known.maxTimestamp
        maxTimestampOffset = known.maxTimestampOffset
        lastAppend = known.lastAppend
        bytesSinceEntry = known.bytesSinceEntry
        syncedSize = known.isDurable ? known.size : 0
        index = SegmentIndex(file: indexFile, start: known.entriesStart, count: known.entryCount)
        return known.aborted
    }

    // MARK: Looking up

    /// A position at or before the batch that holds `offset`.
    func position(of offset: Int64) throws(StorageError) -> Int64 {
        try index.position(ofRelativeOffset: offset - baseOffset)
    }

    /// A position at or before the first batch whose largest timestamp is `timestamp` or later.
    func position(ofTimestamp timestamp: Int64) throws(StorageError) -> Int64 {
        try index.position(ofTimestamp: timestamp)
    }
}

extension String {
    fileprivate func dropSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
