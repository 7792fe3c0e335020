import NIOCore
import Testing

@testable import EmbeddedBroker

struct PartitionLogRecoveryTests {
    private static let firstFile = "00000000000000000000.log"

    /// A log of seven batches: ordinary ones, an aborted transaction and one that stays open.
    private func fill(_ world: LogWorld) throws -> PartitionLog {
        let log = try world.open()
        _ = try log.append(makeBatch(["a", "b"]))
        _ = try log.append(makeBatch(["c"], producer: 1, transactional: true))
        _ = try log.append(makeBatch(["d"], producer: 2))
        try log.writeMarker(producerID: 1, epoch: 0, coordinatorEpoch: 0, commit: false)
        _ = try log.append(makeBatch(["e"], producer: 3, transactional: true))
        _ = try log.append(makeBatch(["f", "g"]))
        _ = try log.append(makeBatch(["h"], producer: 2, sequence: 1))
        return log
    }

    @Test func findsEverythingAgainAfterACrash() throws {
        let world = LogWorld()
        let log = try fill(world)
        let again = try world.open()
        #expect(again.logEndOffset == log.logEndOffset)
        #expect(again.lastStableOffset == 5)
        #expect(again.aborted == log.aborted)
        #expect(again.producers.open == log.producers.open)
        #expect(try again.everything() == log.everything())
    }

    @Test func cutsATornTailAtEveryByte() throws {
        let world = LogWorld()
        let log = try fill(world)
        let bytes = try #require(try world.contents(Self.firstFile))
        let headers = bytes.batchHeaders
        for size in 0...bytes.readableBytes {
            let cut = LogWorld()
            try cut.put(Self.firstFile, bytes.getSlice(at: 0, length: size) ?? ByteBuffer())
            let found = try cut.open()
            var whole = headers
            while whole.reduce(0, { $0 + $1.sizeInBytes }) > size { whole.removeLast() }
            #expect(found.logEndOffset == whole.last?.nextOffset ?? 0)
            #expect(try found.everything().batchHeaders == whole)
            #expect(found.aborted == (whole.count > 3 ? log.aborted : []))
            let next = try found.append(makeBatch(["next"]))
            #expect(next.baseOffset == whole.last?.nextOffset ?? 0)
            #expect(try cut.open().everything().batchHeaders.count == whole.count + 1)
        }
    }

    @Test func cutsADamagedBatchAndAllAfterIt() throws {
        let world = LogWorld()
        _ = try fill(world)
        let bytes = try #require(try world.contents(Self.firstFile))
        let headers = bytes.batchHeaders
        let before = headers.prefix(5).reduce(0) { $0 + $1.sizeInBytes }
        // From the length on: no checksum covers a batch's offset, and a torn write cannot change it alone.
        for index in (before + 8)..<(before + headers[5].sizeInBytes) {
            let damaged = LogWorld()
            try damaged.put(Self.firstFile, bytes.flipping(index))
            let log = try damaged.open()
            // The leader's epoch is in no checksum and says nothing here.
            if (before + 12..<before + 16).contains(index) {
                #expect(log.logEndOffset == 9)
            } else {
                #expect(log.logEndOffset == headers[4].nextOffset, "byte \(index - before)")
            }
        }
    }

    @Test func opensAClosedLogWithoutScanning() throws {
        let world = LogWorld()
        world.configuration.segmentBytes = 250
        let log = try fill(world)
        try log.close()
        let expected = try log.everything()
        // With the first batch's records damaged, a scan would find less.
        let bytes = try #require(try world.contents(Self.firstFile))
        try world.put(Self.firstFile, bytes.flipping(70))
        let again = try world.open()
        #expect(again.logEndOffset == log.logEndOffset)
        #expect(again.aborted == log.aborted)
        #expect(again.producers == log.producers)
        try world.put(Self.firstFile, bytes)
        #expect(try again.everything() == expected)
        #expect(try again.append(makeBatch(["i"], producer: 2, sequence: 2)).baseOffset == 9)
        #expect(try world.open().logEndOffset == 10)
    }

    @Test func believesNoIndexOfAnEarlierBootUnlessItWasSynced() throws {
        for synced in [false, true] {
            let world = LogWorld()
            world.configuration.segmentBytes = 250
            let log = try fill(world)
            if synced { try log.flush() }
            let bytes = try #require(try world.contents(Self.firstFile))
            try world.put(Self.firstFile, bytes.flipping(70))
            #expect(try world.open().logEndOffset == 9)
            world.storage.bootID = "another"
            #expect(try world.open().logEndOffset == (synced ? 9 : 0))
        }
    }

    @Test func needsNeitherIndexesNorSnapshots() throws {
        let world = LogWorld()
        world.configuration.segmentBytes = 250
        let log = try fill(world)
        #expect(log.sealedSegments.count > 1)
        for name in try world.names(".index") + world.names(".snapshot") {
            try world.storage.remove(LogWorld.folder + "/" + name)
        }
        let again = try world.open()
        #expect(try again.everything() == log.everything())
        #expect(again.aborted == log.aborted)
        #expect(again.producers.open == log.producers.open)
        #expect(again.producers.producers.mapValues(\.batches) == log.producers.producers.mapValues(\.batches))
    }

    @Test func believesNoDamagedIndexOrSnapshot() throws {
        let world = LogWorld()
        world.configuration.segmentBytes = 250
        world.configuration.indexIntervalBytes = 0
        let log = try fill(world)
        let expected = try log.everything()
        for name in try world.names(".index") + world.names(".snapshot") {
            let bytes = try #require(try world.contents(name))
            for index in 0..<bytes.readableBytes {
                for damaged in [bytes.flipping(index), bytes.getSlice(at: 0, length: index) ?? ByteBuffer()] {
                    try world.put(name, damaged)
                    let again = try world.open()
                    #expect(again.logEndOffset == log.logEndOffset)
                    #expect(again.aborted == log.aborted)
                    #expect(again.producers.open == log.producers.open)
                    #expect(try again.everything() == expected)
                }
            }
            try world.put(name, bytes)
        }
    }

    @Test func forgetsSnapshotsBeyondTheEnd() throws {
        let world = LogWorld()
        let log = try fill(world)
        try log.close()
        let bytes = try #require(try world.contents(Self.firstFile))
        try world.put(Self.firstFile, bytes.getSlice(at: 0, length: bytes.readableBytes - 1) ?? bytes)
        let cut = try world.open()
        #expect(cut.logEndOffset == 8)
        #expect(try world.names(".snapshot").isEmpty)
        // The lost batch of producer 2 comes again, and is no duplicate.
        #expect(try !cut.append(makeBatch(["h"], producer: 2, sequence: 1)).isDuplicate)
    }

    // MARK: Compaction

    /// Replaces all sealed segments by one with every second batch, stopping the disk after some bytes or steps.
    private func compact(_ log: PartitionLog) throws -> Bool {
        let old = Array(log.sealedSegments)
        let cleaned = try log.beginCleaning(from: old[0])
        for segment in old {
            try log.scan(segment) { (header, batch) throws(ErrorCode) in
                guard header.baseOffset % 2 == 0 else { return }
                do throws(StorageError) { try cleaned.append(batch, now: 0) } catch { throw .kafkaStorageError }
            }
        }
        return try log.replace(old, with: cleaned)
    }

    @Test func putsACleanedSegmentInThePlaceOfOthers() throws {
        let world = LogWorld()
        world.configuration.segmentBytes = 200
        let log = try world.open()
        for number in 0..<10 { _ = try log.append(makeBatch(["v\(number)"])) }
        let end = try #require(log.sealedSegments.last).nextOffset
        #expect(end % 2 == 0)
        _ = try log.read(from: 3, maxBytes: 100, minOne: true, isolation: .readUncommitted)
        #expect(try compact(log))
        let expected = (0..<10).filter { $0 >= end || $0 % 2 == 0 }.map { "v\($0)" }
        #expect(log.sealedSegments.count == 1)
        #expect(try log.everything().recordValues == expected)
        // An offset that is gone is answered with the batch after it, also across the segment's end.
        #expect(
            try log.read(from: 3, maxBytes: 1, minOne: true, isolation: .readUncommitted).records.recordValues == ["v4"]
        )
        #expect(
            try log.read(from: end - 1, maxBytes: 1, minOne: true, isolation: .readUncommitted).records.recordValues
                == ["v\(end)"]
        )
        for boot in ["memory", "another"] {
            world.storage.bootID = boot
            let again = try world.open()
            #expect(try again.everything().recordValues == expected)
            #expect(again.logEndOffset == 10)
        }
    }

    @Test func finishesASwapThatWasInterrupted() throws {
        let world = LogWorld()
        world.configuration.segmentBytes = 200
        let log = try world.open()
        for number in 0..<10 { _ = try log.append(makeBatch(["v\(number)"])) }
        let old = try world.names(".log").filter { $0 != LogSegment.name(log.active.baseOffset, ".log") }
        let end = log.active.baseOffset
        let files = try old.map { ($0, try #require(try world.contents($0))) }
        #expect(try compact(log))
        let cleaned = try #require(try world.contents(Self.firstFile))
        let expected = try log.everything().recordValues
        // After each of the removals, with the new file still under its name of passage.
        for removed in 0...files.count {
            for name in try world.names(".index") { try world.storage.remove(LogWorld.folder + "/" + name) }
            try world.storage.remove(LogWorld.folder + "/" + Self.firstFile)
            for (name, contents) in files.dropFirst(removed) { try world.put(name, contents) }
            try world.put("0-\(end).swap", cleaned)
            try world.put("00000000000000000000.log.cleaned", ByteBuffer(string: "half"))
            #expect(try world.open().everything().recordValues == expected)
            #expect(try world.names(".swap").isEmpty)
            #expect(try world.names(".cleaned").isEmpty)
        }
    }

    @Test func leavesOutACleanedSegmentWhoseOldOnesAreGone() throws {
        let world = LogWorld()
        world.configuration.segmentBytes = 200
        let log = try world.open()
        for number in 0..<10 { _ = try log.append(makeBatch(["v\(number)"])) }
        let old = Array(log.sealedSegments)
        let cleaned = try log.beginCleaning(from: old[0])
        _ = try log.deleteRecords(before: old[0].nextOffset)
        let expected = try log.everything()
        #expect(try !log.replace(old, with: cleaned))
        #expect(try log.everything() == expected)
        #expect(try world.names(".cleaned").isEmpty)
    }

    // MARK: The coordinators' view

    @Test func replaysWhatCoordinatorsKeep() throws {
        let world = LogWorld()
        func record(_ key: String, _ value: String?) -> CoordinatorRecord {
            CoordinatorRecord(key: ByteBuffer(string: key), value: value.map { ByteBuffer(string: $0) })
        }
        let log = try world.open()
        let kept = PartitionCoordinatorLog(log)
        try kept.append([record("a", "1"), record("b", nil)], transaction: nil)
        try kept.append([record("c", "3")], transaction: (producerID: 5, epoch: 2))
        try log.writeMarker(producerID: 5, epoch: 2, coordinatorEpoch: 0, commit: true)
        try kept.append([], transaction: nil)
        try kept.append([record("d", "4")], transaction: (producerID: 5, epoch: 2))
        try log.writeMarker(producerID: 5, epoch: 3, coordinatorEpoch: 0, commit: false)
        #expect(throws: ErrorCode.invalidProducerEpoch) {
            try kept.append([record("e", "5")], transaction: (producerID: 5, epoch: 2))
        }
        var seen: [String] = []
        try PartitionCoordinatorLog(try world.open()).replay { entry in
            switch entry {
            case .record(let record, let offset, let transaction):
                let value = record.value.map { String(buffer: $0) } ?? "none"
                seen.append("\(offset) \(String(buffer: record.key))=\(value) \(transaction?.producerID ?? -1)")
            case .marker(let producerID, let epoch, let commit):
                seen.append("\(producerID)/\(epoch) \(commit)")
            }
        }
        #expect(seen == ["0 a=1 -1", "1 b=none -1", "2 c=3 5", "5/2 true", "4 d=4 5", "5/3 false"])
    }
}
