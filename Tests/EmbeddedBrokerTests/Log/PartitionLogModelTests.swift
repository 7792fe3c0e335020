import NIOCore
import Testing

@testable import EmbeddedBroker

/// A log in plain arrays: what a ``PartitionLog`` must look like after any row of events.
private struct LogModel {
    struct Entry {
        var base: Int64
        var last: Int64
        var bytes: ByteBuffer
    }

    struct Producer {
        var epoch: Int16 = 0
        var next: Int32 = 0
        var start: Int64?
        /// What it sent last, to send again.
        var batch: ByteBuffer?
        var base: Int64 = 0
    }

    var entries: [Entry] = []
    var start: Int64 = 0
    var end: Int64 = 0
    var producers: [Int64: Producer] = [:]
    var aborted: [(producer: Int64, first: Int64, last: Int64)] = []

    var stable: Int64 { producers.values.compactMap(\.start).min().map { max($0, start) } ?? end }

    mutating func append(_ batch: ByteBuffer, count: Int64) -> Int64 {
        var bytes = batch
        bytes.setInteger(end, at: 0)
        entries.append(Entry(base: end, last: end + count - 1, bytes: bytes))
        end += count
        return end - count
    }

    /// The whole batches from `offset` on, as far as one segment may have them all.
    func records(from offset: Int64, to limit: Int64) -> [ByteBuffer] {
        entries.filter { $0.last >= offset && $0.base < limit }.map(\.bytes)
    }
}

struct PartitionLogModelTests {
    @Test(arguments: 0..<40)
    func behavesAsTheModelDoes(seed: Int) throws {
        var random = LogRandom(seed: UInt64(seed))
        let world = LogWorld()
        world.configuration.segmentBytes = Int32.random(in: 700...3000, using: &random)
        world.configuration.indexIntervalBytes = [0, 200, 4096].randomElement(using: &random) ?? 0
        if seed % 4 == 0 { world.configuration.flushMessages = 1 }
        var log = try world.open()
        var model = LogModel()
        for step in 0..<400 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<45: try append(&log, &model, &random, step)
            case 45..<52: try appendAgain(log, model, &random)
            case 52..<62: try endTransaction(log, &model, &random)
            case 62..<66:
                let target = Int64.random(in: model.start...model.end, using: &random)
                #expect(try log.deleteRecords(before: target) == target)
                model.start = target
                model.entries.removeAll { $0.last < target }
            case 66..<69:
                log = try world.open()
            case 69..<71:
                try log.close()
                if Bool.random(using: &random) { world.storage.bootID += "x" }
                log = try world.open()
            case 71..<72:
                log.roll()
            default: try read(log, model, &random)
            }
            #expect(log.logStartOffset == model.start)
            #expect(log.logEndOffset == model.end)
            #expect(log.lastStableOffset == model.stable)
        }
        let all = try log.everything(maxBytes: 500)
        #expect(all.batchHeaders.map(\.baseOffset) == model.entries.map(\.base))
    }

    private func append(
        _ log: inout PartitionLog,
        _ model: inout LogModel,
        _ random: inout LogRandom,
        _ step: Int
    ) throws {
        let count = Int.random(in: 1...4, using: &random)
        let values = (0..<count).map { "\(step)-\($0)-" + String(repeating: "x", count: (step * 31) % 90) }
        let id = Int64.random(in: -1...4, using: &random)
        guard id >= 0 else {
            let batch = makeBatch(values)
            let appended = try log.append(batch)
            #expect(appended.baseOffset == model.append(batch, count: Int64(count)))
            return
        }
        var producer = model.producers[id] ?? LogModel.Producer()
        // Even ones are transactional; some begin a new epoch.
        if producer.start == nil, Int.random(in: 0..<10, using: &random) == 0 {
            producer.epoch += 1
            producer.next = 0
        }
        let batch = makeBatch(
            values,
            producer: id,
            epoch: producer.epoch,
            sequence: producer.next,
            transactional: id % 2 == 0
        )
        let appended = try log.append(batch)
        producer.base = model.append(batch, count: Int64(count))
        #expect(appended.baseOffset == producer.base)
        #expect(!appended.isDuplicate)
        if id % 2 == 0, producer.start == nil { producer.start = producer.base }
        producer.next += Int32(count)
        producer.batch = batch
        model.producers[id] = producer
    }

    /// A batch comes again, and one that skips a sequence number.
    private func appendAgain(_ log: PartitionLog, _ model: LogModel, _ random: inout LogRandom) throws {
        guard let (id, producer) = model.producers.min(by: { $0.key < $1.key }), let batch = producer.batch,
            producer.base >= model.start
        else { return }
        let again = try log.append(batch)
        #expect(again.isDuplicate)
        #expect(again.baseOffset == producer.base)
        #expect(throws: ErrorCode.outOfOrderSequenceNumber) {
            try log.append(
                makeBatch(
                    ["skipped"],
                    producer: id,
                    epoch: producer.epoch,
                    sequence: producer.next + 1,
                    transactional: id % 2 == 0
                )
            )
        }
    }

    private func endTransaction(_ log: PartitionLog, _ model: inout LogModel, _ random: inout LogRandom) throws {
        let open = model.producers.filter { $0.value.start != nil }.keys.sorted()
        guard let id = open.randomElement(using: &random), var producer = model.producers[id],
            let start = producer.start
        else { return }
        let commit = Bool.random(using: &random)
        // A timeout's abort fences: the marker has the next epoch.
        if !commit, Bool.random(using: &random) {
            producer.epoch += 1
            producer.next = 0
            producer.batch = nil
        }
        try log.writeMarker(producerID: id, epoch: producer.epoch, coordinatorEpoch: 0, commit: commit)
        let marker = model.append(ByteBuffer(repeating: 0, count: 16), count: 1)
        producer.start = nil
        model.producers[id] = producer
        if !commit { model.aborted.append((id, start, marker)) }
    }

    private func read(_ log: PartitionLog, _ model: LogModel, _ random: inout LogRandom) throws {
        let offset = Int64.random(in: model.start...model.end, using: &random)
        let isolation: IsolationLevel = Bool.random(using: &random) ? .readCommitted : .readUncommitted
        let maxBytes = Int.random(in: 0...2000, using: &random)
        let minOne = Bool.random(using: &random)
        let found = try log.read(from: offset, maxBytes: maxBytes, minOne: minOne, isolation: isolation)
        let limit = isolation == .readCommitted ? model.stable : model.end
        let expected = offset < limit ? model.records(from: offset, to: limit) : []
        let headers = found.records.batchHeaders
        #expect(headers.reduce(0) { $0 + $1.sizeInBytes } == found.records.readableBytes)
        #expect(found.records.readableBytes <= maxBytes || (minOne && headers.count == 1))
        if minOne { #expect(headers.isEmpty == expected.isEmpty) }
        if let first = expected.first, minOne || first.readableBytes <= maxBytes, maxBytes > 0 {
            // Markers are in the model without their bytes.
            if RecordBatchHeader(first) != nil, first.readableBytes > 16 { #expect(!headers.isEmpty) }
        }
        #expect(headers.map(\.baseOffset) == expected.prefix(headers.count).map { $0.getInteger(at: 0) ?? -1 })
        var rest = found.records
        for (header, bytes) in zip(headers, expected) {
            let batch = rest.readSlice(length: header.sizeInBytes)
            if !header.isControl { #expect(batch == bytes) }
        }
        guard isolation == .readCommitted else { return }
        let end = headers.last?.nextOffset ?? 0
        let overlapping = model.aborted.filter { $0.first < end && $0.last >= offset }
        let answered = found.abortedTransactions ?? []
        #expect(answered.map(\.firstOffset).sorted() == overlapping.map(\.first).sorted())
    }
}
