import NIOCore
import Testing

@testable import EmbeddedBroker

private typealias Producer = TransactionMachine.Producer

private let p0 = TopicPartition(topic: "t", partition: 0)
private let p1 = TopicPartition(topic: "t", partition: 1)
private let p2 = TopicPartition(topic: "t", partition: 2)

@Suite("Transaction coordinator")
struct TransactionCoordinatorTests {
    @Test("without transactional.id every producer gets an ID of its own and epoch 0")
    func idempotent() throws {
        let world = try TransactionWorld()
        let first = world.initialize(nil)
        let second = world.initialize(nil)
        #expect(first.code == .none && second.code == .none)
        #expect(first.producer.epoch == 0 && second.producer.epoch == 0)
        #expect(first.producer.id != second.producer.id)
    }

    @Test("what cannot be initialized is refused with Kafka's codes")
    func badInitialization() throws {
        let world = try TransactionWorld()
        #expect(world.initialize("").code == .invalidRequest)
        #expect(world.initialize("a", timeout: 0).code == .invalidTransactionTimeout)
        #expect(world.initialize("a", timeout: -1).code == .invalidTransactionTimeout)
        #expect(world.initialize("a", timeout: 900_001).code == .invalidTransactionTimeout)
        #expect(world.initialize("a", timeout: 900_000).code == .none)
        #expect(world.initialize("a", as: Producer(id: 5, epoch: -1)).code == .invalidRequest)
        #expect(world.initialize("a", as: Producer(id: -1, epoch: 5)).code == .invalidRequest)
        #expect(world.initialize("a", timeout: 0).producer == .none)
    }

    @Test("a commit puts its marker into every partition of the transaction and no other")
    func commit() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        #expect(world.add([p0, p1], to: "a", producer) == [.none, .none])
        #expect(world.produce("a", producer, to: p0, transaction: 1) == .none)
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.partitions[p0] == [.data(producer, transaction: 1), .marker(producer, commit: true)])
        #expect(world.partitions[p1] == [.marker(producer, commit: true)])
        #expect(world.partitions[p2] == [])
        // Asked again, also after a restart, the answer is the same and nothing is written.
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.end("a", producer, commit: false) == .invalidTxnState)
        try world.restart()
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.partitions[p1] == [.marker(producer, commit: true)])
    }

    @Test("an abort, and ends of what never began")
    func abort() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        #expect(world.end("a", producer, commit: false) == .invalidTxnState)
        #expect(world.end("a", producer, commit: true) == .invalidTxnState)
        #expect(world.end("nobody", producer, commit: true) == .invalidProducerIDMapping)
        #expect(world.end("", producer, commit: true) == .invalidRequest)
        _ = world.add([p2], to: "a", producer)
        #expect(world.end("a", producer, commit: false) == .none)
        #expect(world.partitions[p2] == [.marker(producer, commit: false)])
        #expect(world.end("a", producer, commit: false) == .none)
        #expect(world.end("a", producer, commit: true) == .invalidTxnState)
    }

    @Test("offsets of a group end with the transaction, in the partition that keeps them")
    func offsets() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        #expect(mayCommit(world, producer) == .invalidTxnState)
        #expect(world.addOffsets("group", to: "a", producer) == .none)
        #expect(mayCommit(world, producer) == .none)
        #expect(mayCommit(world, Producer(id: producer.id, epoch: 7)) == .invalidProducerEpoch)
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.partitions[world.offsetsPartition(group: "group")] == [.marker(producer, commit: true)])
    }

    @Test("partitions are added all or none")
    func unknownPartition() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        let unknown = TopicPartition(topic: "t", partition: 9)
        #expect(
            world.add([p0, unknown], to: "a", producer) == [.operationNotAttempted, .unknownTopicOrPartition]
        )
        #expect(world.produce("a", producer, to: p0, transaction: 1) == .invalidTxnState)
        #expect(world.add([p0], to: "nobody", producer) == [.invalidProducerIDMapping])
        #expect(world.add([p0], to: "a", Producer(id: 3, epoch: 0)) == [.invalidProducerIDMapping])
    }

    @Test("partitions that are in already cost no write")
    func repeatedAdd() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        _ = world.add([p0, p1], to: "a", producer)
        let writes = world.writes
        #expect(world.add([p1], to: "a", producer) == [.none])
        #expect(world.writes == writes)
    }

    @Test("records go only where the open transaction is")
    func mayProduce() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        #expect(world.produce("a", producer, to: p0, transaction: 1) == .invalidTxnState)
        _ = world.add([p0], to: "a", producer)
        #expect(world.produce("a", producer, to: p0, transaction: 1) == .none)
        #expect(world.produce("a", producer, to: p1, transaction: 1) == .invalidTxnState)
        #expect(world.produce("b", producer, to: p0, transaction: 1) == .invalidProducerIDMapping)
        _ = world.end("a", producer, commit: true)
        #expect(world.produce("a", producer, to: p0, transaction: 2) == .invalidTxnState)
        let newest = world.coordinator.mayProduce(
            transactionalID: "a",
            producerID: producer.id,
            epoch: producer.epoch,
            partition: p0,
            version: 11
        )
        #expect(newest == .transactionAbortable)
    }

    @Test("a second producer fences the first and ends what it left open")
    func fencing() throws {
        let world = try TransactionWorld()
        let zombie = world.initialize("a").producer
        _ = world.add([p0], to: "a", zombie)
        _ = world.produce("a", zombie, to: p0, transaction: 1)
        let answer = world.initialize("a")
        #expect(answer.code == .none)
        #expect(answer.producer.id == zombie.id)
        #expect(answer.producer.epoch > zombie.epoch)
        guard case .marker(let marker, commit: false) = world.partitions[p0]?.last else {
            Issue.record("the transaction is not aborted")
            return
        }
        #expect(marker.epoch > zombie.epoch && marker.epoch < answer.producer.epoch)

        #expect(world.add([p1], to: "a", zombie) == [.producerFenced])
        #expect(world.add([p1], to: "a", zombie, version: 1) == [.invalidProducerEpoch])
        #expect(world.addOffsets("g", to: "a", zombie) == .producerFenced)
        #expect(world.end("a", zombie, commit: true) == .producerFenced)
        #expect(world.end("a", zombie, commit: true, version: 1) == .invalidProducerEpoch)
        #expect(world.produce("a", zombie, to: p0, transaction: 1) == .invalidProducerEpoch)
        #expect(world.initialize("a", as: zombie).code == .producerFenced)
        #expect(world.initialize("a", as: zombie, version: 3).code == .invalidProducerEpoch)
        try world.restart()
        #expect(world.end("a", zombie, commit: true) == .producerFenced)
        #expect(world.add([p0], to: "a", answer.producer) == [.none])
    }

    @Test("a zombie's bump does not abort its successor's transaction")
    func zombieBump() throws {
        let world = try TransactionWorld()
        let zombie = world.initialize("a").producer
        let successor = world.initialize("a").producer
        _ = world.add([p0], to: "a", successor)
        #expect(world.initialize("a", as: zombie).code == .producerFenced)
        #expect(world.end("a", successor, commit: true) == .none)
    }

    @Test("a producer bumps its own epoch; asked again, also after a restart, it gets the same one")
    func bump() throws {
        let world = try TransactionWorld()
        let first = world.initialize("a").producer
        let second = world.initialize("a", as: first)
        #expect(second.code == .none)
        #expect(second.producer == Producer(id: first.id, epoch: first.epoch + 1))
        #expect(world.initialize("a", as: first).producer == second.producer)
        try world.restart()
        #expect(world.initialize("a", as: first).producer == second.producer)
        #expect(world.initialize("a", as: second.producer).producer.epoch == second.producer.epoch + 1)
        #expect(world.initialize("a", as: first).code == .producerFenced)
        // Nobody knows this ID: the producer goes on with a new one.
        #expect(world.initialize("b", as: Producer(id: 4, epoch: 4)).producer.epoch == 0)
    }

    @Test("when epochs are used up there is a new producer ID")
    func exhaustion() throws {
        let world = try TransactionWorld()
        let last = try worn(world, epoch: .max - 1)
        let rotated = world.initialize("worn", as: last)
        #expect(rotated.code == .none)
        #expect(rotated.producer.id != last.id && rotated.producer.epoch == 0)
        #expect(world.initialize("worn", as: last).producer == rotated.producer)
        try world.restart()
        #expect(world.initialize("worn", as: last).producer == rotated.producer)
        #expect(world.end("worn", last, commit: true) == .invalidProducerIDMapping)
        // The epoch after the last belongs to fencing; the next producer has a new ID then, too.
        let fenced = try worn(world, epoch: .max)
        let next = world.initialize("worn")
        #expect(next.code == .none)
        #expect(next.producer.id != fenced.id && next.producer.epoch == 0)
    }

    @Test("fencing at the last epoch ends the transaction and rotates the ID")
    func fencingAtTheEnd() throws {
        let world = try TransactionWorld()
        let last = try worn(world, epoch: .max - 1)
        #expect(world.add([p0], to: "worn", last) == [.none])
        let next = world.initialize("worn")
        #expect(next.code == .none)
        #expect(next.producer.id != last.id && next.producer.epoch == 0)
        #expect(world.partitions[p0] == [.marker(Producer(id: last.id, epoch: .max), commit: false)])
    }

    @Test("a transaction that takes too long is aborted and its producer fenced")
    func timeout() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a", timeout: 600_000).producer
        _ = world.add([p0], to: "a", producer)
        world.advance(byMilliseconds: 300_000)
        #expect(world.partitions[p0] == [])
        #expect(world.add([p1], to: "a", producer) == [.none])
        world.advance(byMilliseconds: 300_001)
        let marker = TransactionWorld.Entry.marker(Producer(id: producer.id, epoch: producer.epoch + 1), commit: false)
        #expect(world.partitions[p0] == [marker])
        #expect(world.partitions[p1] == [marker])
        #expect(world.end("a", producer, commit: true) == .producerFenced)
        #expect(world.initialize("a").code == .none)
    }

    @Test("each transaction has its own time, whatever timer the one before left")
    func laterTimeout() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a", timeout: 600_000).producer
        for _ in 0..<5 {
            _ = world.add([p0], to: "a", producer)
            world.advance(byMilliseconds: 400_000)
            #expect(world.end("a", producer, commit: true) == .none)
        }
        // A shorter timeout counts although the timer of the longer one still stands.
        let hasty = world.initialize("a", timeout: 10).producer
        _ = world.add([p0], to: "a", hasty)
        world.advance(byMilliseconds: 11)
        #expect(world.end("a", hasty, commit: true) == .producerFenced)
    }

    @Test("a transaction left open by a crash is aborted in its time")
    func timeoutAfterCrash() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a", timeout: 600_000).producer
        _ = world.add([p0], to: "a", producer)
        world.clock.advance(byMilliseconds: 400_000)
        try world.restart()
        world.advance(byMilliseconds: 100_000)
        #expect(world.partitions[p0] == [])
        world.advance(byMilliseconds: 100_001)
        #expect(world.partitions[p0]?.count == 1)
        #expect(world.add([p0], to: "a", producer) == [.producerFenced])
    }

    @Test("a marker that cannot be written is tried until it is; the decision holds")
    func brokenPartition() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        _ = world.add([p0, p1], to: "a", producer)
        world.broken = [p1]
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.end("a", producer, commit: true) == .concurrentTransactions)
        #expect(world.end("a", producer, commit: false) == .invalidTxnState)
        #expect(world.add([p2], to: "a", producer) == [.concurrentTransactions])
        #expect(world.produce("a", producer, to: p0, transaction: 1) == .notEnoughReplicas)
        #expect(world.initialize("a").code == .concurrentTransactions)
        world.advance(byMilliseconds: 101)
        #expect(world.partitions[p1] == [])
        world.broken = []
        world.advance(byMilliseconds: 101)
        #expect(world.partitions[p0] == [.marker(producer, commit: true)])
        #expect(world.partitions[p1] == [.marker(producer, commit: true)])
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.add([p2], to: "a", producer) == [.none])
    }

    @Test("a decision that cannot be written is no decision")
    func brokenLog() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a", timeout: 600_000).producer
        _ = world.add([p0], to: "a", producer)
        world.isLogBroken = true
        #expect(world.end("a", producer, commit: true) == .kafkaStorageError)
        #expect(world.add([p1], to: "a", producer) == [.kafkaStorageError])
        #expect(world.initialize("a").code == .kafkaStorageError)
        #expect(world.partitions[p0] == [])
        world.advance(byMilliseconds: 600_001)
        #expect(world.partitions[p0] == [])
        world.isLogBroken = false
        world.advance(byMilliseconds: 101)
        #expect(world.partitions[p0]?.count == 1)
        #expect(world.end("a", producer, commit: true) == .producerFenced)
    }

    @Test("a topic deleted meanwhile does not hold up the end")
    func deletedTopic() throws {
        let world = try TransactionWorld()
        let producer = world.initialize("a").producer
        _ = world.add([p0, p1], to: "a", producer)
        world.remove(p0)
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.end("a", producer, commit: true) == .none)
        #expect(world.partitions[p1] == [.marker(producer, commit: true)])
    }

    @Test("an unused ID is forgotten, one with an open transaction is not")
    func expiration() throws {
        var configuration = TransactionConfiguration()
        configuration.maximumTimeout = 5_000_000
        configuration.idExpiration = 1_000_000
        configuration.expirationCheckInterval = 100_000
        let world = try TransactionWorld(configuration: configuration)
        let unused = world.initialize("unused").producer
        let open = world.initialize("open", timeout: 5_000_000).producer
        _ = world.add([p0], to: "open", open)
        for _ in 0..<9 { world.advance(byMilliseconds: 100_000) }
        #expect(world.add([p1], to: "unused", unused) == [.none])
        #expect(world.end("unused", unused, commit: true) == .none)
        for _ in 0..<9 { world.advance(byMilliseconds: 100_000) }
        #expect(world.end("unused", unused, commit: true) == .none)
        for _ in 0..<3 { world.advance(byMilliseconds: 100_000) }
        #expect(world.end("unused", unused, commit: true) == .invalidProducerIDMapping)
        #expect(world.end("open", open, commit: true) == .none)
        try world.restart()
        #expect(world.end("unused", unused, commit: true) == .invalidProducerIDMapping)
        #expect(world.end("open", open, commit: true) == .none)
    }

    @Test("a record of an unknown version stops the start, a key of another kind does not")
    func unreadable() throws {
        let world = try TransactionWorld()
        _ = world.initialize("a")
        var records = world.records
        var key = ByteBuffer()
        key.writeInteger(Int16(9))
        records.append(CoordinatorRecord(key: key, value: ByteBuffer(string: "?")))
        world.replaceRecords(records)
        try world.restart()
        var value = ByteBuffer()
        value.writeInteger(Int16(2))
        records.append(CoordinatorRecord(key: records[0].key, value: value))
        world.replaceRecords(records)
        #expect(throws: ErrorCode.kafkaStorageError) { try world.restart() }
    }

    private func mayCommit(_ world: TransactionWorld, _ producer: Producer) -> ErrorCode {
        world.coordinator.mayCommitOffsets(
            transactionalID: "a",
            producerID: producer.id,
            epoch: producer.epoch,
            group: "group"
        )
    }

    /// A transactional ID whose producer has used so many epochs.
    private func worn(_ world: TransactionWorld, epoch: Int16) throws -> Producer {
        let producer = Producer(id: 77 + Int64(epoch), epoch: epoch)
        let machine = TransactionMachine(
            producer: producer,
            previousProducer: .none,
            timeout: 1000,
            phase: .completeAbort,
            partitions: [],
            startedAt: world.clock.wall,
            updatedAt: world.clock.wall
        )
        world.replaceRecords(world.records + [try TransactionLogRecord.encode("worn", machine)])
        try world.restart()
        return producer
    }
}
