import Glibc
import NIOCore
import Testing

@testable import EmbeddedBroker

struct PartitionLogAppendTests {
    private let world = LogWorld()

    @Test func givesOffsetsAndKeepsTheBytes() throws {
        let log = try world.open()
        let first = makeBatch(["a", "b", "c"])
        let second = makeBatch(["d"])
        #expect(try log.append(first) == Appended(baseOffset: 0, lastOffset: 2, logStartOffset: 0))
        #expect(try log.append(second) == Appended(baseOffset: 3, lastOffset: 3, logStartOffset: 0))
        let read = try log.read(from: 0, maxBytes: 1 << 20, minOne: true, isolation: .readUncommitted)
        #expect(read.highWatermark == 4)
        #expect(read.abortedTransactions == nil)
        #expect(read.records.recordValues == ["a", "b", "c", "d"])
        #expect(read.records.batchHeaders.map(\.baseOffset) == [0, 3])
        #expect(read.records.batchHeaders.map(\.partitionLeaderEpoch) == [0, 0])
        // Only the offset, the length and the leader's epoch may differ from what was sent.
        #expect(
            read.records.getSlice(at: 16, length: first.readableBytes - 16)
                == first.getSlice(at: 16, length: first.readableBytes - 16)
        )
    }

    @Test func refusesWhatIsNoBatchOfAProducer() throws {
        world.configuration.maxMessageBytes = 500
        let log = try world.open()
        let good = makeBatch(["a", "b"])
        func refusal(_ change: (inout ByteBuffer) -> Void, fixingChecksum: Bool = true) -> ErrorCode? {
            var batch = good
            change(&batch)
            if fixingChecksum {
                let checksum = batch.withUnsafeReadableBytes { RecordBatchHeader.checksum(of: $0) }
                batch.setInteger(checksum, at: 17)
            }
            do throws(ErrorCode) {
                _ = try log.append(batch)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal({ $0.clear() }, fixingChecksum: false) == .invalidRecord)
        #expect(refusal({ $0.moveWriterIndex(to: 60) }, fixingChecksum: false) == .corruptMessage)
        #expect(refusal({ $0.moveWriterIndex(to: $0.writerIndex - 1) }) == .corruptMessage)
        #expect(refusal({ $0.setInteger(Int8(1), at: 16) }) == .invalidRecord)
        #expect(refusal({ $0.setInteger(Int32(48), at: 8) }) == .corruptMessage)
        #expect(refusal({ $0.setInteger(Int32.min, at: 8) }) == .corruptMessage)
        #expect(refusal({ $0.setInteger(Int32.max, at: 8) }) == .corruptMessage)
        #expect(refusal({ $0.writeImmutableBuffer(good) }) == .invalidRecord)
        #expect(refusal({ $0.setInteger(Int64(5), at: 0) }) == .invalidRecord)
        #expect(refusal({ $0.setInteger(UInt8(0xff), at: 62) }, fixingChecksum: false) == .corruptMessage)
        #expect(refusal({ $0.setInteger(Int32(2), at: 57) }) == nil)
        #expect(refusal({ $0.setInteger(Int32(3), at: 57) }) == .invalidRecord)
        #expect(refusal({ $0.setInteger(Int32(0), at: 57) }) == .invalidRecord)
        #expect(
            refusal({
                $0.setInteger(Int32.max, at: 57); $0.setInteger(Int32.max - 1, at: 23)
            }) == .invalidRecord
        )
        #expect(refusal({ $0.setInteger(Int16(0x20), at: 21) }) == .invalidRecord)
        #expect(refusal({ $0.setInteger(Int16(0x10), at: 21) }) == .invalidRecord)
        #expect(refusal({ $0.setInteger(Int16(0x08), at: 21) }) == .invalidTimestamp)
        #expect(refusal({ $0.setInteger(Int16(0x05), at: 21) }) == .unsupportedCompressionType)
        #expect(refusal({ $0.setInteger(Int64(9), at: 43) }) == .invalidRecord)
        #expect(refusal({ $0.setInteger(Int64.max, at: 35) }) == .invalidTimestamp)
        #expect(throws: ErrorCode.messageTooLarge) { try log.append(makeBatch([String(repeating: "x", count: 500)])) }
        #expect(log.logEndOffset == 2)
    }

    @Test func refusesTimesTooFarAway() throws {
        world.configuration = try LogConfiguration([
            "message.timestamp.before.max.ms": "10000", "message.timestamp.after.max.ms": "5000",
        ])
        let log = try world.open()
        let now = world.clock.wall
        _ = try log.append(makeBatch(["a"], timestamp: now))
        #expect(throws: ErrorCode.invalidTimestamp) { try log.append(makeBatch(["a"], timestamp: now - 60_000)) }
        #expect(throws: ErrorCode.invalidTimestamp) { try log.append(makeBatch(["a"], timestamp: now + 60_000)) }
    }

    @Test func refusesKeylessRecordsInACompactedTopic() throws {
        world.configuration = try LogConfiguration(["cleanup.policy": "compact"])
        let log = try world.open()
        #expect(throws: ErrorCode.invalidRecord) { try log.append(makeBatch(["a", "b"], keyed: false)) }
        #expect(log.lastRefusal == .missingKeys([0, 1]))
        _ = try log.append(makeBatch(["a"]))
        #expect(log.lastRefusal == nil)
    }

    @Test func stampsTheTimeOfAppend() throws {
        world.configuration = try LogConfiguration(["message.timestamp.type": "LogAppendTime"])
        let log = try world.open()
        let before = world.clock.wall
        let appended = try log.append(makeBatch(["a", "b"], timestamp: 5, producer: 4))
        #expect(appended.logAppendTime >= before)
        let read = try log.read(from: 0, maxBytes: 1000, minOne: true, isolation: .readUncommitted).records
        let header = try #require(read.batchHeaders.first)
        #expect(header.isLogAppendTime)
        #expect(header.maxTimestamp == appended.logAppendTime)
        #expect(header.baseTimestamp == 5)
        #expect(read.recordValues == ["a", "b"])
        let again = try log.append(makeBatch(["a", "b"], timestamp: 5, producer: 4))
        #expect(again.isDuplicate)
        #expect(again.logAppendTime == appended.logAppendTime)
        #expect(try log.offset(forTimestamp: 6, isolation: .readUncommitted)?.offset == 0)
    }

    @Test func answersDuplicatesWithTheirFirstOffsets() throws {
        let log = try world.open()
        let batch = makeBatch(["a", "b"], producer: 4)
        _ = try log.append(makeBatch(["x"]))
        #expect(try log.append(batch).baseOffset == 1)
        _ = try log.append(makeBatch(["y"]))
        let again = try log.append(batch)
        #expect(again == Appended(baseOffset: 1, lastOffset: 2, logStartOffset: 0, isDuplicate: true))
        #expect(log.logEndOffset == 4)
        #expect(throws: ErrorCode.outOfOrderSequenceNumber) {
            try log.append(makeBatch(["c"], producer: 4, sequence: 3))
        }
        // Also after a crash.
        #expect(try world.open().append(batch) == again)
    }

    @Test func tellsWaitingReaders() throws {
        let log = try world.open()
        var calls = 0
        log.onAppend = { calls += 1 }
        _ = try log.append(makeBatch(["a"], producer: 1, transactional: true))
        try log.writeMarker(producerID: 1, epoch: 0, coordinatorEpoch: 0, commit: true)
        #expect(throws: ErrorCode.self) { try log.append(ByteBuffer()) }
        #expect(calls == 2)
    }

    @Test func beginsSegmentsBySizeAndTime() throws {
        let batch = makeBatch(["a"])
        world.configuration = try LogConfiguration([
            "segment.bytes": "\(batch.readableBytes * 3)", "segment.ms": "1000",
        ])
        let log = try world.open()
        for _ in 0..<7 { _ = try log.append(batch) }
        #expect(log.sealedSegments.map(\.baseOffset) == [0, 3])
        _ = try log.append(makeBatch(["b"], timestamp: 1_001_000))
        #expect(log.sealedSegments.count == 2)
        _ = try log.append(makeBatch(["b"], timestamp: 1_001_001))
        #expect(log.sealedSegments.map(\.baseOffset) == [0, 3, 6])
        #expect(try log.everything().batchHeaders.map(\.baseOffset) == Array(0..<9))
    }

    // MARK: A device that fails

    @Test func outlivesAFullDeviceAtEveryByte() throws {
        let batch = makeBatch(["abc", "def"], producer: 3)
        for room in 0..<batch.readableBytes {
            let world = LogWorld()
            let log = try world.open()
            _ = try log.append(makeBatch(["first"]))
            world.faults.bytesLeft = room
            #expect(throws: ErrorCode.kafkaStorageError) { try log.append(batch) }
            #expect(log.logEndOffset == 1)
            #expect(try log.everything().recordValues == ["first"])
            // A crash now loses nothing.
            #expect(try world.open().everything().recordValues == ["first"])
            world.faults.bytesLeft = nil
            #expect(try log.append(batch).baseOffset == 1)
            #expect(try world.open().everything().recordValues == ["first", "abc", "def"])
        }
    }

    @Test func keepsWhatWasAcknowledgedThroughRollsOnAFullDevice() throws {
        let world = LogWorld()
        world.configuration.segmentBytes = 400
        world.configuration.indexIntervalBytes = 0
        let log = try world.open()
        var kept: [String] = []
        var generator = LogRandom(seed: 3)
        for number in 0..<300 {
            world.faults.bytesLeft = Bool.random(using: &generator) ? nil : Int.random(in: 0..<1200, using: &generator)
            do throws(ErrorCode) {
                _ = try log.append(makeBatch(["v\(number)"], producer: Int64(number)))
                kept.append("v\(number)")
            } catch {
                #expect(error == .kafkaStorageError)
            }
        }
        world.faults.bytesLeft = nil
        #expect(kept.count > 100 && kept.count < 300)
        #expect(try log.everything().recordValues == kept)
        #expect(try world.open().everything().recordValues == kept)
    }

    @Test func answersOnlyWhatIsSynced() throws {
        world.configuration = try LogConfiguration(["flush.messages": "1"])
        let log = try world.open()
        world.faults.syncError = EIO
        let batch = makeBatch(["a"], producer: 4)
        #expect(throws: ErrorCode.kafkaStorageError) { try log.append(batch) }
        // The producer tries again: the batch is here, but still not safe.
        #expect(throws: ErrorCode.kafkaStorageError) { try log.append(batch) }
        world.faults.syncError = nil
        #expect(try log.append(batch).isDuplicate)
        #expect(log.active.isSynced)
    }

    @Test func flushesByCountAndTimeWhenAsked() throws {
        world.configuration = try LogConfiguration(["flush.messages": "3", "flush.ms": "500"])
        let log = try world.open()
        _ = try log.append(makeBatch(["a", "b"]), flush: false)
        try log.flushIfDue()
        #expect(!log.active.isSynced)
        _ = try log.append(makeBatch(["c"]), flush: false)
        #expect(!log.active.isSynced)
        try log.flushIfDue()
        #expect(log.active.isSynced)
        _ = try log.append(makeBatch(["d"]))
        #expect(!log.active.isSynced)
        world.clock.advance(byMilliseconds: 500)
        try log.flushIfDue()
        #expect(log.active.isSynced)
    }
}
