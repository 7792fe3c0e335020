import CCRC32C
import NIOCore

/// The head of a record batch of format 2 (Kafka: "Record Batch"): its first 61 bytes.
struct RecordBatchHeader: Equatable, Sendable {
    /// The size of the head in bytes; records follow.
    static let size = 61
    /// The bytes before the batch's length counts: base offset and the length itself.
    static let lengthOverhead = 12
    /// Where the checksum begins to count.
    static let checksummedFrom = 21

    var baseOffset: Int64 = 0
    /// In bytes, from after this field on.
    var batchLength: Int32 = 0
    var partitionLeaderEpoch: Int32 = 0
    var magic: Int8 = 2
    var checksum: UInt32 = 0
    var attributes: Int16 = 0
    var lastOffsetDelta: Int32 = 0
    var baseTimestamp: Int64 = -1
    var maxTimestamp: Int64 = -1
    var producerID: Int64 = -1
    var producerEpoch: Int16 = -1
    var baseSequence: Int32 = -1
    var recordCount: Int32 = 0

    /// The whole batch in bytes.
    var sizeInBytes: Int { Int(batchLength) + Self.lengthOverhead }
    var lastOffset: Int64 { baseOffset &+ Int64(lastOffsetDelta) }
    var nextOffset: Int64 { lastOffset &+ 1 }
    /// 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.
    var codec: Int { Int(attributes & 0x07) }
    var isLogAppendTime: Bool { attributes & 0x08 != 0 }
    var isTransactional: Bool { attributes & 0x10 != 0 }
    var isControl: Bool { attributes & 0x20 != 0 }
    /// ``baseTimestamp`` is the time from which on tombstones and markers of the batch may be removed (KIP-534).
    var hasDeleteHorizon: Bool { attributes & 0x40 != 0 }
    var hasProducerID: Bool { producerID >= 0 }
    /// The sequence number of the last record; they wrap from `Int32.max` to 0.
    var lastSequence: Int32 {
        baseSequence < 0 ? -1 : Sequences.advance(baseSequence, by: lastOffsetDelta)
    }

    init() {}

    /// The head at the start of `bytes`; nil when there are fewer than 61.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size else { return nil }
        func read<Integer: FixedWidthInteger>(_ offset: Int, _: Integer.Type = Integer.self) -> Integer {
            Integer(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self))
        }
        baseOffset = read(0)
        batchLength = read(8)
        partitionLeaderEpoch = read(12)
        magic = read(16)
        checksum = read(17)
        attributes = read(21)
        lastOffsetDelta = read(23)
        baseTimestamp = read(27)
        maxTimestamp = read(35)
        producerID = read(43)
        producerEpoch = read(51)
        baseSequence = read(53)
        recordCount = read(57)
    }

    /// The head of the batch that starts at `buffer`'s reader index.
    init?(_ buffer: ByteBuffer) {
        guard let header = buffer.withUnsafeReadableBytes({ RecordBatchHeader($0) }) else { return nil }
        self = header
    }

    /// Whether the sizes and counts of a batch in a log make sense: what recovery and scans believe it by, with the checksum.
    var isPlausible: Bool {
        magic == 2 && batchLength >= Int32(Self.size - Self.lengthOverhead) && baseOffset >= 0 && lastOffsetDelta >= 0
            && recordCount >= 0 && baseOffset <= Int64.max - Int64(Int32.max) - 1
    }

    /// Writes the 61 bytes.
    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(baseOffset)
        buffer.writeInteger(batchLength)
        buffer.writeInteger(partitionLeaderEpoch)
        buffer.writeInteger(magic)
        buffer.writeInteger(checksum)
        buffer.writeInteger(attributes)
        buffer.writeInteger(lastOffsetDelta)
        buffer.writeInteger(baseTimestamp)
        buffer.writeInteger(maxTimestamp)
        buffer.writeInteger(producerID)
        buffer.writeInteger(producerEpoch)
        buffer.writeInteger(baseSequence)
        buffer.writeInteger(recordCount)
    }

    /// The CRC-32C that a whole batch should have.
    static func checksum(of batch: UnsafeRawBufferPointer) -> UInt32 {
        guard batch.count > checksummedFrom, let start = batch.baseAddress else { return 0 }
        return connectd_crc32c(0, start + checksummedFrom, batch.count - checksummedFrom)
    }
}

/// Arithmetic of an idempotent producer's sequence numbers, which wrap from `Int32.max` to 0.
enum Sequences {
    static func advance(_ sequence: Int32, by count: Int32) -> Int32 {
        Int32(truncatingIfNeeded: (Int64(sequence) + Int64(count)) & Int64(Int32.max))
    }

    /// Whether `next` comes right after `last`; -1 is before the first.
    static func follows(_ next: Int32, after last: Int32) -> Bool {
        last < 0 ? next == 0 : next == advance(last, by: 1)
    }
}
