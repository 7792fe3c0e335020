import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Log cleaner")
struct LogCleanerTests {
    @Test("keeps what it must and nothing else, over many passes", arguments: 0..<4)
    func model(seed: UInt64) throws {
        let world = try CompactionWorld(seed: seed)
        for round in 0..<12 {
            try world.work(60)
            let end = world.log.logEndOffset
            let facts = world.producerFacts
            let cleaner = world.cleaner(mapCapacity: round % 3 == 0 ? 5 : 1000)
            var steps = 0
            while cleaner.step([world.log]) {
                steps += 1
                // Work goes on between the steps.
                if steps % 50 == 0 { try world.verify("round \(round), step \(steps)") }
                #expect(steps < 20_000)
            }
            #expect(world.log.logEndOffset == end)
            #expect(world.producerFacts == facts)
            try world.verify("round \(round)")
            try world.verifyCompacted("round \(round)")
            if round % 2 == 0 {
                try world.reopen(forgetful: round % 4 == 0)
                #expect(world.log.logEndOffset == end)
                #expect(world.producerFacts == facts)
                try world.verify("round \(round), reopened")
            }
        }
        #expect(try world.read(.readUncommitted).count < world.entries.count / 2)
    }

    @Test("stays true with appends between its steps", arguments: 20..<22)
    func interleaved(seed: UInt64) throws {
        let world = try CompactionWorld(seed: seed)
        try world.work(100)
        let cleaner = world.cleaner()
        for step in 0..<600 {
            if !cleaner.step([world.log]) { try world.work(10) }
            if step % 3 == 0 { try world.work(1) }
            if step % 20 == 0 { try world.verify("step \(step)") }
        }
        try world.verify("end")
    }

    @Test("leaves a whole log when it is interrupted between any two steps", arguments: [40])
    func crashesBetweenSteps(seed: UInt64) throws {
        var step = 0
        var isDone = false
        while !isDone {
            let world = try CompactionWorld(seed: seed)
            try world.work(90)
            let facts = world.producerFacts
            let cleaner = world.cleaner(stepBytes: 1500)
            for _ in 0..<step where !isDone { isDone = !cleaner.step([world.log]) }
            try world.reopen(forgetful: step % 2 == 0)
            #expect(world.producerFacts == facts)
            try world.verify("crash after step \(step)")
            try Self.finish(world, "crash after step \(step)")
            step += 1
        }
        #expect(step > 5)
    }

    @Test("leaves a whole log when the disk goes away at any change of a name", arguments: [60])
    func crashesInSwaps(seed: UInt64) throws {
        var changes = 0
        var isDone = false
        while !isDone {
            let world = try CompactionWorld(seed: seed)
            try world.work(120)
            let facts = world.producerFacts
            // From here on names change a number of times, and then no more.
            let storage = CrashingStorage(world.base)
            world.log = try CompactionWorld.open(storage, world.configuration, world.clock)
            storage.changesLeft = changes
            let cleaner = world.cleaner(stepBytes: 100_000)
            while cleaner.step([world.log]) {}
            isDone = storage.changesLeft > 0
            try world.verify("disk gone after \(changes) changes")
            try world.reopen(forgetful: changes % 2 == 0)
            #expect(world.producerFacts == facts)
            try world.verify("crash after \(changes) changes")
            try Self.finish(world, "crash after \(changes) changes")
            changes += 1
        }
        #expect(changes > 5)
    }

    private static func finish(_ world: CompactionWorld, _ context: String) throws {
        let cleaner = world.cleaner(stepBytes: 100_000)
        while cleaner.step([world.log]) {}
        try world.verify(context + ", cleaned")
        try world.verifyCompacted(context + ", cleaned")
        #expect(try !world.base.names(in: "t-0").contains { $0.hasSuffix(".cleaned") || $0.hasSuffix(".swap") })
    }

    @Test("lets tombstones and markers go when their time has come")
    func retention() throws {
        let world = try CompactionWorld(seed: 99)
        try world.work(300)
        try world.endAllTransactions()
        func compact() {
            world.log.roll()
            let cleaner = world.cleaner(stepBytes: 100_000)
            while cleaner.step([world.log]) {}
        }
        compact()
        let waiting = try world.read(.readUncommitted).filter { $0.value == nil }
        // A pass takes place when there is something new.
        func passWithSomethingNew() throws {
            _ = try world.log.append(
                try CompactionWorld.batch(
                    [PlainRecord(key: ByteBuffer(string: "new"), value: ByteBuffer(string: "v"))],
                    timestamp: world.clock.wall
                )
            )
            compact()
        }
        try passWithSomethingNew()
        let still = try world.read(.readUncommitted).filter { $0.value == nil && $0.key != "new" }
        #expect(still == waiting)
        #expect(!waiting.isEmpty)
        world.clock.advance(byMilliseconds: CompactionWorld.deleteRetentionMs + 1)
        try passWithSomethingNew()
        #expect(try world.read(.readUncommitted).allSatisfy { $0.value != nil })
        // Markers are met without batches by now, wait, and go.
        world.clock.advance(byMilliseconds: CompactionWorld.deleteRetentionMs + 1)
        try passWithSomethingNew()
        world.clock.advance(byMilliseconds: CompactionWorld.deleteRetentionMs + 1)
        try passWithSomethingNew()
        var markers = 0
        var batches = 0
        try world.log.scan(from: 0) { header, _ throws(ErrorCode) in
            if header.isControl { markers += 1 } else { batches += 1 }
        }
        // What is left of transactions tells of the producers' last batches.
        #expect(markers <= 4)
        #expect(batches <= 20)
        #expect(world.log.aborted.count <= 2)
    }

    @Test("keeps what is known of producers that have fallen silent, and whose records are superseded")
    func silentProducers() throws {
        let world = try CompactionWorld(seed: 5)
        for id in [1, 2, 3] as [Int64] { try world.append(id) }
        try world.endTransaction(2, commit: true)
        try world.endTransaction(3, commit: false)
        let facts = world.producerFacts
        for round in 0..<4 {
            for _ in 0..<60 { try world.append(0) }
            world.clock.advance(byMilliseconds: CompactionWorld.deleteRetentionMs + 1)
            let cleaner = world.cleaner()
            while cleaner.step([world.log]) {}
            try world.reopen(forgetful: true)
            #expect(world.producerFacts == facts)
            try world.verify("round \(round)")
        }
        #expect(try world.read(.readUncommitted).allSatisfy { $0.offset > 20 })
    }

    @Test("does nothing to logs that are not compacted, and stops when a topic ceases to be")
    func policies() throws {
        let world = try CompactionWorld(seed: 7)
        try world.work(150)
        world.log.configuration.isCompacted = false
        let cleaner = world.cleaner()
        #expect(!cleaner.step([world.log]))
        world.log.configuration.isCompacted = true
        #expect(cleaner.step([world.log]))
        world.log.configuration.isCompacted = false
        #expect(cleaner.step([world.log]))
        #expect(!cleaner.step([world.log]))
        try world.verify("stopped")
    }

    @Test("gives up a run whose log was closed or removed")
    func removedLog() throws {
        let world = try CompactionWorld(seed: 8)
        try world.work(150)
        let cleaner = world.cleaner()
        for _ in 0..<4 { #expect(cleaner.step([world.log])) }
        try world.log.remove()
        #expect(cleaner.step([world.log]))
        #expect(!cleaner.step([world.log]))
        #expect(try world.base.names(in: "t-0").isEmpty)
    }

    @Test("tries again later when the disk fails")
    func diskErrors() throws {
        let world = try CompactionWorld(seed: 9)
        try world.work(150)
        let storage = CrashingStorage(world.base)
        world.log = try CompactionWorld.open(storage, world.configuration, world.clock)
        storage.changesLeft = 0
        let cleaner = world.cleaner(stepBytes: 100_000)
        while cleaner.step([world.log]) {}
        #expect(!cleaner.step([world.log]))
        try world.reopen()
        // Not at once: a full disk does not heal by being written to.
        #expect(!cleaner.step([world.log]))
        world.clock.advance(byMilliseconds: LogCleaner.firstWaitMs)
        #expect(cleaner.step([world.log]))
        while cleaner.step([world.log]) {}
        try world.verifyCompacted("healed")
    }
}
