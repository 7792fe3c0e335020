import NIOCore

/// What is known of a segment beside its bytes, as its `.index` file keeps it: written when the segment is sealed or the
/// log is closed, believed only when it fits the segment's size, so that a segment that grew since is scanned.
///
/// Layout: 8 bytes that say whether the segment is known to be durable; the checksum of head and aborted transactions;
/// the head; the aborted transactions; the entries. Numbers are big-endian.
struct SegmentIndexFile {
    /// In place of zeros once the segment's bytes and this file are synced.
    static let durableMark: UInt64 = 0x6475_7261_626c_6531
    private static let magic: UInt32 = 0x4349_4458
    private static let version: Int32 = 1
    private static let headSize = 8 + 4 + 4 + 4 + 8 * 8 + 4 + 4 + 4

    var baseOffset: Int64
    var nextOffset: Int64
    var size: Int64
    var firstTimestamp: Int64
    var maxTimestamp: Int64
    var maxTimestampOffset: Int64
    /// Wall clock, ms.
    var lastAppend: Int64
    /// Bytes of the segment after its last entry's batch began.
    var bytesSinceEntry: Int64
    var bootID: String
    var aborted: [AbortedTransaction]
    var entryCount: Int
    var isDurable = false
    /// Where the entries start, in bytes.
    var entriesStart: Int64 = 0

    func encode(_ entries: ContiguousArray<SegmentIndex.Entry>) -> ByteBuffer {
        var head = ByteBuffer()
        head.writeInteger(Self.magic)
        head.writeInteger(Self.version)
        for number in [
            baseOffset, nextOffset, size, firstTimestamp, maxTimestamp, maxTimestampOffset, lastAppend, bytesSinceEntry,
        ] { head.writeInteger(number) }
        head.writeInteger(UInt32(truncatingIfNeeded: bootID.utf8.count))
        head.writeInteger(UInt32(truncatingIfNeeded: aborted.count))
        head.writeInteger(UInt32(truncatingIfNeeded: entries.count))
        head.writeString(bootID)
        for transaction in aborted {
            head.writeInteger(transaction.producerID)
            head.writeInteger(transaction.firstOffset)
            head.writeInteger(transaction.lastOffset)
            head.writeInteger(transaction.lastStableOffset)
        }
        var file = ByteBuffer()
        file.reserveCapacity(12 + head.readableBytes + entries.count * SegmentIndex.Entry.size)
        file.writeInteger(UInt64(0))
        file.writeInteger(head.checksum())
        file.writeBuffer(&head)
        for entry in entries {
            file.writeInteger(entry.relativeOffset)
            file.writeInteger(entry.position)
            file.writeInteger(entry.maxTimestampBefore)
        }
        return file
    }

    /// Reads what comes before the entries. Nil when it is not whole or of another segment.
    init?(_ file: LogFile, fileSize: Int64, baseOffset: Int64) throws(StorageError) {
        guard fileSize >= Int64(Self.headSize) else { return nil }
        var first = try file.read(at: 0, count: Int(min(fileSize, 4096)))
        guard let mark = first.readInteger(as: UInt64.self), let checksum = first.readInteger(as: UInt32.self)
        else { return nil }
        var head = first
        guard first.readInteger(as: UInt32.self) == Self.magic, first.readInteger(as: Int32.self) == Self.version
        else { return nil }
        var numbers: [Int64] = []
        for _ in 0..<8 {
            guard let number = first.readInteger(as: Int64.self) else { return nil }
            numbers.append(number)
        }
        guard let bootLength = first.readInteger(as: UInt32.self),
            let abortedCount = first.readInteger(as: UInt32.self),
            let entryCount = first.readInteger(as: UInt32.self)
        else { return nil }
        let headLength = Self.headSize - 12 + Int(bootLength) + Int(abortedCount) * 32
        let entriesStart = Int64(12 + headLength)
        guard fileSize == entriesStart + Int64(entryCount) * Int64(SegmentIndex.Entry.size), numbers[0] == baseOffset
        else { return nil }
        if head.readableBytes < headLength { head = try file.read(at: 12, count: headLength) }
        guard let whole = head.readSlice(length: headLength), whole.checksum() == checksum else { return nil }
        var rest = whole
        rest.moveReaderIndex(forwardBy: Self.headSize - 12)
        guard let bootID = rest.readString(length: Int(bootLength)) else { return nil }
        var aborted: [AbortedTransaction] = []
        while let producerID = rest.readInteger(as: Int64.self), let firstOffset = rest.readInteger(as: Int64.self),
            let lastOffset = rest.readInteger(as: Int64.self), let stableOffset = rest.readInteger(as: Int64.self)
        {
            aborted.append(
                AbortedTransaction(
                    producerID: producerID,
                    firstOffset: firstOffset,
                    lastOffset: lastOffset,
                    lastStableOffset: stableOffset
                )
            )
        }
        self.init(
            baseOffset: numbers[0],
            nextOffset: numbers[1],
            size: numbers[2],
            firstTimestamp: numbers[3],
            maxTimestamp: numbers[4],
            maxTimestampOffset: numbers[5],
            lastAppend: numbers[6],
            bytesSinceEntry: numbers[7],
            bootID: bootID,
            aborted: aborted,
            entryCount: Int(entryCount),
            isDurable: mark == Self.durableMark,
            entriesStart: entriesStart
        )
    }

    init(
        baseOffset: Int64,
        nextOffset: Int64,
        size: Int64,
        firstTimestamp: Int64,
        maxTimestamp: Int64,
        maxTimestampOffset: Int64,
        lastAppend: Int64,
        bytesSinceEntry: Int64,
        bootID: String,
        aborted: [AbortedTransaction],
        entryCount: Int,
        isDurable: Bool = false,
        entriesStart: Int64 = 0
    ) {
        self.baseOffset = baseOffset
        self.nextOffset = nextOffset
        self.size = size
        self.firstTimestamp = firstTimestamp
        self.maxTimestamp = maxTimestamp
        self.maxTimestampOffset = maxTimestampOffset
        self.lastAppend = lastAppend
        self.bytesSinceEntry = bytesSinceEntry
        self.bootID = bootID
        self.aborted = aborted
        self.entryCount = entryCount
        self.isDurable = isDurable
        self.entriesStart = entriesStart
    }
}
