import Logging
import NIOCore

@testable import EmbeddedBroker

/// A storage in memory, a clock, and one partition's log on them that can be opened again and again.
final class LogWorld {
    static let folder = "orders-0"
    let faults = StorageFaults()
    let storage: MemoryStorage
    let clock = BrokerClock()
    var configuration = LogConfiguration()

    var logger: Logger {
        var logger = Logger(label: "log")
        logger.logLevel = .critical
        return logger
    }

    init() {
        storage = MemoryStorage(faults: faults)
        // The records of tests are old, markers are not: no segment is to end for that.
        configuration.segmentMs = .max
    }

    /// As a start of the broker finds the log: also after a crash, when the one before was not closed.
    func open() throws -> PartitionLog {
        try PartitionLog(
            partition: TopicPartition(topic: "orders", partition: 0),
            storage: storage,
            folder: Self.folder,
            configuration: configuration,
            clock: clock,
            logger: logger
        )
    }

    func names(_ suffix: String) throws -> [String] {
        try storage.names(in: Self.folder).filter { $0.hasSuffix(suffix) }.sorted()
    }

    func contents(_ name: String) throws -> ByteBuffer? {
        try storage.contents(of: Self.folder + "/" + name)
    }

    func put(_ name: String, _ contents: ByteBuffer) throws {
        try storage.createFolder(Self.folder)
        try storage.replace(Self.folder + "/" + name, with: contents, isDurable: false)
    }
}

/// A batch as a producer sends it.
func makeBatch(
    _ values: [String],
    timestamps: [Int64]? = nil,
    timestamp: Int64 = 1_000_000,
    producer: Int64 = -1,
    epoch: Int16 = 0,
    sequence: Int32 = 0,
    transactional: Bool = false,
    keyed: Bool = true
) -> ByteBuffer {
    RecordBatchBuilder.batch(
        values.map { (keyed ? ByteBuffer(string: "key") : nil, ByteBuffer(string: $0), []) },
        timestamp: timestamp,
        producerID: producer,
        producerEpoch: producer < 0 ? -1 : epoch,
        baseSequence: producer < 0 ? -1 : sequence,
        isTransactional: transactional
    )
}

extension ByteBuffer {
    /// The heads of the batches that follow each other here; what is no whole batch has none.
    var batchHeaders: [RecordBatchHeader] {
        var rest = self
        var headers: [RecordBatchHeader] = []
        while let header = RecordBatchHeader(rest), rest.readSlice(length: header.sizeInBytes) != nil {
            headers.append(header)
        }
        return headers
    }

    /// The values of the records of all batches but the markers; an unreadable or damaged batch gives none.
    var recordValues: [String] {
        var rest = self
        var values: [String] = []
        while let header = RecordBatchHeader(rest), let batch = rest.readSlice(length: header.sizeInBytes) {
            guard !header.isControl,
                batch.withUnsafeReadableBytes({ RecordBatchHeader.checksum(of: $0) }) == header.checksum,
                var reader = try? RecordBatchContents.reader(of: batch, header)
            else { continue }
            while let record = try? reader.next() { values.append(record.value.map { String(buffer: $0) } ?? "") }
        }
        return values
    }

    /// With one byte changed.
    func flipping(_ index: Int) -> ByteBuffer {
        var copy = self
        let byte = getInteger(at: readerIndex + index, as: UInt8.self) ?? 0
        copy.setInteger(byte ^ 0x55, at: readerIndex + index)
        return copy
    }
}

extension PartitionLog {
    /// Everything a read_uncommitted reader gets, read by read.
    func everything(maxBytes: Int = 1 << 20) throws -> ByteBuffer {
        var all = ByteBuffer()
        var offset = logStartOffset
        while offset < logEndOffset {
            let part = try read(from: offset, maxBytes: maxBytes, minOne: true, isolation: .readUncommitted).records
            guard let last = part.batchHeaders.last else { break }
            all.writeImmutableBuffer(part)
            offset = last.nextOffset
        }
        return all
    }
}

/// A generator of numbers that gives the same ones for the same seed (SplitMix64).
struct LogRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
