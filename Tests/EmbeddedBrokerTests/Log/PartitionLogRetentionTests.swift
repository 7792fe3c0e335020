import NIOCore
import Testing

@testable import EmbeddedBroker

struct PartitionLogRetentionTests {
    private let world = LogWorld()

    /// Ten batches of one record in segments of two, a second apart from `world.clock.wall - 10 s` on.
    private func fill() throws -> PartitionLog {
        let now = world.clock.wall
        world.configuration.segmentBytes = 200
        let log = try world.open()
        for number in 0..<10 {
            _ = try log.append(makeBatch(["v\(number)"], timestamp: now - 10_000 + Int64(number) * 1000))
        }
        #expect(log.sealedSegments.map(\.baseOffset) == [0, 2, 4, 6])
        return log
    }

    @Test func keepsEverythingUnlessToldOtherwise() throws {
        let log = try fill()
        try log.runRetention(now: world.clock.wall + 1_000_000_000_000)
        #expect(log.logStartOffset == 0)
    }

    @Test func deletesWhatIsTooOld() throws {
        let log = try fill()
        log.configuration.retentionMs = 6500
        try log.runRetention(now: world.clock.wall)
        #expect(log.logStartOffset == 4)
        #expect(try log.everything().recordValues == ["v4", "v5", "v6", "v7", "v8", "v9"])
        #expect(try world.names(".log").count == 3)
        #expect(throws: ErrorCode.offsetOutOfRange) {
            try log.read(from: 3, maxBytes: 100, minOne: true, isolation: .readUncommitted)
        }
        try log.runRetention(now: world.clock.wall + 1_000_000)
        #expect(log.logStartOffset == 10)
        #expect(log.logEndOffset == 10)
        #expect(try world.names(".log").isEmpty)
        // The offsets go on, also after a crash.
        #expect(try world.open().append(makeBatch(["next"])).baseOffset == 10)
    }

    @Test func deletesWhatIsTooMuch() throws {
        let log = try fill()
        let segment = log.segments[0].size
        log.configuration.retentionBytes = segment * 3
        try log.runRetention(now: world.clock.wall)
        #expect(log.logStartOffset == 4)
        #expect(log.sizeInBytes == segment * 3)
        log.configuration.retentionBytes = 0
        try log.runRetention(now: world.clock.wall)
        #expect(log.logStartOffset == 8)
    }

    @Test func deletesNothingOfACompactedTopic() throws {
        let log = try fill()
        log.configuration = try LogConfiguration(["cleanup.policy": "compact", "retention.ms": "1"])
        try log.runRetention(now: world.clock.wall)
        #expect(log.logStartOffset == 0)
        #expect(throws: ErrorCode.policyViolation) { try log.deleteRecords(before: 1) }
    }

    @Test func movesTheStartWhereItIsTold() throws {
        let log = try fill()
        #expect(try log.deleteRecords(before: 3) == 3)
        #expect(try log.deleteRecords(before: 1) == 3)
        #expect(throws: ErrorCode.offsetOutOfRange) { try log.deleteRecords(before: 11) }
        #expect(throws: ErrorCode.offsetOutOfRange) { try log.deleteRecords(before: -2) }
        #expect(throws: ErrorCode.offsetOutOfRange) {
            try log.read(from: 2, maxBytes: 100, minOne: true, isolation: .readUncommitted)
        }
        let again = try world.open()
        #expect(again.logStartOffset == 3)
        #expect(again.segments[0].baseOffset == 2)
        #expect(try again.deleteRecords(before: -1) == 10)
        #expect(try world.open().logEndOffset == 10)
    }

    @Test func finishesADeletionThatWasInterrupted() throws {
        let log = try fill()
        try log.writeLogStart(7)
        let again = try world.open()
        #expect(again.logStartOffset == 7)
        #expect(again.segments[0].baseOffset == 6)
        #expect(try world.names(".log").count == 2)
    }

    @Test func startsAnewWhenTheMachineLostTheLogButNotItsStart() throws {
        let log = try fill()
        try log.writeLogStart(9)
        for name in try world.names(".log") where name.hasSuffix("8.log") {
            try world.storage.remove(LogWorld.folder + "/" + name)
        }
        let again = try world.open()
        #expect(again.logStartOffset == 9)
        #expect(again.logEndOffset == 9)
    }

    @Test func producersAreKnownAfterTheirBatchesAreGone() throws {
        let log = try fill()
        _ = try log.append(makeBatch(["a"], producer: 3))
        _ = try log.deleteRecords(before: -1)
        #expect(throws: ErrorCode.outOfOrderSequenceNumber) {
            try world.open().append(makeBatch(["b"], producer: 3, sequence: 2))
        }
        let again = try world.open()
        again.expireProducers(now: world.clock.wall + 1001, afterMs: 1000)
        #expect(try again.append(makeBatch(["b"], producer: 3, sequence: 2)).baseOffset == 11)
    }

    @Test func isGoneWhenRemoved() throws {
        let log = try fill()
        try log.remove()
        #expect(try world.storage.names(in: "").isEmpty)
        #expect(try world.open().logEndOffset == 0)
    }

    // MARK: By time

    @Test(arguments: 0..<20)
    func findsOffsetsByTime(seed: Int) throws {
        var random = LogRandom(seed: UInt64(seed))
        world.configuration.segmentBytes = 600
        world.configuration.indexIntervalBytes = 100
        let log = try world.open()
        var records: [(offset: Int64, timestamp: Int64)] = []
        for _ in 0..<60 {
            // Out of order now and then.
            let timestamp = Int64(records.count * 10) + Int64.random(in: -40...40, using: &random)
            let count = Int.random(in: 1...3, using: &random)
            _ = try log.append(makeBatch(Array(repeating: "v", count: count), timestamp: max(0, timestamp)))
            for _ in 0..<count { records.append((Int64(records.count), max(0, timestamp))) }
        }
        let start = Int64.random(in: 0..<30, using: &random)
        _ = try log.deleteRecords(before: start)
        let there = records.filter { $0.offset >= start }
        for log in [log, try world.open()] {
            for timestamp in stride(from: Int64(0), to: 1500, by: 7) {
                let expected = there.first { $0.timestamp >= timestamp }
                let found = try log.offset(forTimestamp: timestamp, isolation: .readUncommitted)
                #expect(found?.offset == expected?.offset)
                #expect(found?.timestamp == expected?.timestamp)
            }
            let largest = there.map(\.timestamp).max()
            #expect(try log.maxTimestampOffset()?.timestamp == largest)
            #expect(try log.maxTimestampOffset()?.offset == there.first { $0.timestamp == largest }?.offset)
        }
    }

    @Test func hidesOpenTransactionsFromCommittedReaders() throws {
        let log = try world.open()
        _ = try log.append(makeBatch(["a"], timestamp: 10))
        _ = try log.append(makeBatch(["b"], timestamp: 20, producer: 1, transactional: true))
        #expect(try log.offset(forTimestamp: 15, isolation: .readUncommitted)?.offset == 1)
        #expect(try log.offset(forTimestamp: 15, isolation: .readCommitted) == nil)
        #expect(try log.maxTimestampOffset()?.offset == 1)
        #expect(try world.open().offset(forTimestamp: 5, isolation: .readCommitted)?.offset == 0)
    }

    // MARK: Configuration

    @Test func readsATopicsConfiguration() throws {
        let configuration = try LogConfiguration([
            "cleanup.policy": "compact, delete", "retention.ms": "5", "segment.bytes": "1000", "preallocate": "TRUE",
            "min.cleanable.dirty.ratio": "0.25", "message.timestamp.type": "LogAppendTime", "compression.type": "lz4",
        ])
        #expect(configuration.isCompacted && configuration.isDeleted && configuration.preallocate)
        #expect(configuration.retentionMs == 5 && configuration.segmentBytes == 1000)
        #expect(configuration.minCleanableDirtyRatio == 0.25 && configuration.timestampType == .logAppendTime)
        for (name, text) in [
            ("cleanup.policy", "keep"), ("cleanup.policy", ""), ("retention.ms", "-2"), ("retention.ms", "x"),
            ("segment.bytes", "99999999999"), ("preallocate", "yes"), ("min.cleanable.dirty.ratio", "2"),
            ("min.cleanable.dirty.ratio", "nan"), ("message.timestamp.type", "logappendtime"), ("no.such.key", "1"),
        ] {
            #expect(throws: TopicConfigurationError.self, "\(name)") { try LogConfiguration([name: text]) }
        }
    }

    @Test func everyDefaultIsAValueOfItsEntry() throws {
        for definition in LogConfiguration.definitions {
            #expect(try LogConfiguration([definition.name: definition.defaultText]) == LogConfiguration())
        }
    }
}
