import Logging
import NIOCore
import Testing

@testable import EmbeddedBroker

/// A compacted log under random work, with a model beside it that remembers everything.
final class CompactionWorld {
    struct Entry: Equatable {
        var offset: Int64
        var timestamp: Int64
        var key: String
        var value: String?
        /// Of a transaction; -1 outside.
        var producer: Int64 = -1
    }

    private struct Producer {
        var epoch: Int16 = 0
        var sequence: Int32 = 0
        var isTransactional: Bool
        /// Places in ``CompactionWorld/entries`` of the open transaction's records.
        var open: [Int] = []
        var hasOpenTransaction = false
    }

    static let deleteRetentionMs: Int64 = 1000

    let base = MemoryStorage()
    var storage: any BrokerStorage
    let clock = BrokerClock()
    var log: PartitionLog
    var generator: FuzzGenerator
    var configuration: LogConfiguration
    /// Everything ever appended, in order.
    private(set) var entries: [Entry] = []
    private(set) var abortedOffsets: Set<Int64> = []
    private var producers: [Int64: Producer] = [
        1: Producer(isTransactional: false), 2: Producer(isTransactional: true), 3: Producer(isTransactional: true),
    ]

    init(seed: UInt64) throws {
        generator = FuzzGenerator(seed: seed)
        configuration = LogConfiguration()
        configuration.isCompacted = true
        configuration.isDeleted = false
        configuration.segmentBytes = 1500
        configuration.indexIntervalBytes = 200
        configuration.deleteRetentionMs = Self.deleteRetentionMs
        configuration.minCleanableDirtyRatio = 0
        storage = base
        log = try Self.open(base, configuration, clock)
    }

    static func open(
        _ storage: any BrokerStorage,
        _ configuration: LogConfiguration,
        _ clock: BrokerClock
    ) throws -> PartitionLog {
        try PartitionLog(
            partition: TopicPartition(topic: "t", partition: 0),
            storage: storage,
            folder: "t-0",
            configuration: configuration,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Opens the log anew on what the files are, as after a crash. `forgetful`: without what only saves time.
    func reopen(forgetful: Bool = false) throws {
        storage = base
        if forgetful {
            for name in try base.names(in: "t-0") where name.hasSuffix(".index") || name.hasSuffix(".snapshot") {
                try base.remove("t-0/" + name)
            }
        }
        log = try Self.open(base, configuration, clock)
    }

    func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: generator.next() >> 1) % bound }

    func cleaner(stepBytes: Int = 300, mapCapacity: Int = 1000) -> LogCleaner {
        LogCleaner(
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            mapCapacity: mapCapacity,
            stepBytes: stepBytes
        )
    }

    // MARK: Work

    func work(_ count: Int) throws {
        for _ in 0..<count {
            switch below(20) {
            case 0: clock.advance(byMilliseconds: Int64(below(900)))
            case 1: log.roll()
            case 2, 3: try endTransaction(Int64(2 + below(2)))
            default: try append(Int64(below(4)))
            }
        }
    }

    /// Appends a batch of producer 1, 2 or 3, or of none.
    func append(_ id: Int64) throws {
        var producer = producers[id]
        let now = clock.wall
        var records: [PlainRecord] = []
        var added: [Entry] = []
        for _ in 0...below(5) {
            let key = "key-\(below(12))"
            let value = below(5) == 0 ? nil : "value \(generator.next() % 100_000)"
            let delta = Int64(below(50)) - 25
            records.append(
                PlainRecord(
                    timestampDelta: delta,
                    key: ByteBuffer(string: key),
                    value: value.map { ByteBuffer(string: $0) },
                    headers: below(4) == 0 ? [("h", ByteBuffer(string: key))] : []
                )
            )
            added.append(Entry(offset: 0, timestamp: now + delta, key: key, value: value, producer: id))
        }
        let batch = try Self.batch(
            records,
            codec: CompressionCodec.allCases[below(5)],
            timestamp: now,
            producer: producer.map { (id, $0.epoch, $0.sequence, $0.isTransactional) }
        )
        let appended = try log.append(batch)
        if producer?.isTransactional == true {
            producer?.open += entries.count..<(entries.count + added.count)
            producer?.hasOpenTransaction = true
        }
        producer?.sequence += Int32(records.count)
        producers[id] = producer
        for index in added.indices {
            added[index].offset = appended.baseOffset + Int64(index)
            if producers[id]?.isTransactional != true { added[index].producer = -1 }
        }
        entries += added
    }

    func endTransaction(_ id: Int64, commit: Bool? = nil) throws {
        guard var producer = producers[id], producer.hasOpenTransaction else { return }
        let commit = commit ?? (below(2) == 0)
        try log.writeMarker(producerID: id, epoch: producer.epoch, coordinatorEpoch: 0, commit: commit)
        if !commit { abortedOffsets.formUnion(producer.open.map { entries[$0].offset }) }
        producer.open = []
        producer.hasOpenTransaction = false
        if below(4) == 0 {
            producer.epoch += 1
            producer.sequence = 0
        }
        producers[id] = producer
    }

    func endAllTransactions() throws {
        for id in [2, 3] as [Int64] { try endTransaction(id) }
    }

    static func batch(
        _ records: [PlainRecord],
        codec: CompressionCodec = .none,
        timestamp: Int64,
        producer: (id: Int64, epoch: Int16, sequence: Int32, isTransactional: Bool)? = nil
    ) throws -> ByteBuffer {
        var payload = ByteBuffer()
        for (index, record) in records.enumerated() {
            payload.writeImmutableBuffer(record.encoded(offsetDelta: Int32(index)))
        }
        payload = try codec.compress(payload)
        var header = RecordBatchHeader()
        header.batchLength = Int32(RecordBatchHeader.size - RecordBatchHeader.lengthOverhead + payload.readableBytes)
        header.attributes = Int16(codec.rawValue) | (producer?.isTransactional == true ? 0x10 : 0)
        header.lastOffsetDelta = Int32(records.count - 1)
        header.recordCount = Int32(records.count)
        header.baseTimestamp = timestamp
        header.maxTimestamp = timestamp + (records.map(\.timestampDelta).max() ?? 0)
        if let producer {
            header.producerID = producer.id
            header.producerEpoch = producer.epoch
            header.baseSequence = producer.sequence
        }
        var batch = ByteBuffer()
        header.write(into: &batch)
        batch.writeImmutableBuffer(payload)
        batch.setInteger(batch.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) }, at: 17)
        return batch
    }

    // MARK: What is in the log

    /// Every record, as a consumer gets them: with read_committed it leaves out aborted ones by the list that comes along.
    func read(_ isolation: IsolationLevel) throws -> [Entry] {
        var found: [Entry] = []
        var offset = log.logStartOffset
        var aborting: Set<Int64> = []
        while true {
            let result = try log.read(from: offset, maxBytes: 1 + below(3000), minOne: true, isolation: isolation)
            guard result.records.readableBytes > 0 else { return found }
            var pending = (result.abortedTransactions ?? []).sorted { $0.firstOffset < $1.firstOffset }
            var rest = result.records
            while let header = RecordBatchHeader(rest), let batch = rest.readSlice(length: header.sizeInBytes) {
                #expect(batch.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) } == header.checksum)
                #expect(header.baseOffset >= offset || header.lastOffset >= offset)
                offset = header.nextOffset
                while let next = pending.first, next.firstOffset <= header.lastOffset {
                    aborting.insert(next.producerID)
                    pending.removeFirst()
                }
                if header.isControl {
                    if let marker = ControlRecord(batch, header), !marker.commit { aborting.remove(header.producerID) }
                    continue
                }
                if isolation == .readCommitted, header.isTransactional, aborting.contains(header.producerID) {
                    continue
                }
                var reader = try RecordBatchContents.reader(of: batch, header)
                while let record = try reader.next() { found.append(entry(record, header)) }
            }
        }
    }

    private func entry(_ record: Record, _ header: RecordBatchHeader) -> Entry {
        let place = header.place(of: record)
        return Entry(
            offset: place.offset,
            timestamp: place.timestamp,
            key: record.key.map { String(buffer: $0) } ?? "",
            value: record.value.map { String(buffer: $0) },
            producer: header.isTransactional ? header.producerID : -1
        )
    }

    // MARK: The model

    /// Checks that readers find what they must, and nothing that never was.
    func verify(_ context: String) throws {
        let byOffset = Dictionary(uniqueKeysWithValues: entries.map { ($0.offset, $0) })
        let uncommitted = try read(.readUncommitted)
        for entry in uncommitted where byOffset[entry.offset] != entry {
            Issue.record(
                "\(context): offset \(entry.offset) holds \(entry), was \(String(describing: byOffset[entry.offset]))"
            )
        }
        #expect(uncommitted.map(\.offset) == uncommitted.map(\.offset).sorted(), "\(context)")
        let stable = log.lastStableOffset
        let committed = try read(.readCommitted)
        let visible = entries.filter { $0.offset < stable && !abortedOffsets.contains($0.offset) }
        #expect(Self.state(committed) == Self.state(visible), "\(context)")
        for entry in committed where abortedOffsets.contains(entry.offset) || entry.offset >= stable {
            Issue.record("\(context): a reader of committed records got offset \(entry.offset)")
        }
        // The newest record of each key is there; a tombstone for as long as it has to.
        let kept = Set(committed.map(\.offset))
        for entry in Self.newest(visible).values where !kept.contains(entry.offset) {
            if entry.value != nil || clock.wall - entry.timestamp < Self.deleteRetentionMs - 50 {
                Issue.record("\(context): the newest record of \(entry.key), offset \(entry.offset), is gone")
            }
        }
    }

    /// Checks that nothing is left in the compacted part that should have gone.
    func verifyCompacted(_ context: String) throws {
        let end = log.compactedUpTo ?? 0
        var seen: Set<String> = []
        for entry in try read(.readUncommitted) where entry.offset < end {
            if abortedOffsets.contains(entry.offset) {
                Issue.record("\(context): the aborted record at \(entry.offset) is still there")
            }
            if !seen.insert(entry.key).inserted { Issue.record("\(context): \(entry.key) is there twice") }
        }
    }

    static func newest(_ entries: [Entry]) -> [String: Entry] {
        Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    }

    static func state(_ entries: [Entry]) -> [String: String] {
        newest(entries).compactMapValues(\.value)
    }

    /// What the log knows of its producers, as far as it has to survive: epochs, last sequence numbers, open transactions.
    var producerFacts: [String] {
        log.producers.producers.map {
            "\($0) \($1.epoch) \($1.batches.last?.lastSequence ?? -1) \($1.transactionStart ?? -1)"
        }.sorted()
    }
}
