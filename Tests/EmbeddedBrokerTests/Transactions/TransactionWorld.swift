import Logging

@testable import EmbeddedBroker

/// What is around a coordinator: a log, partitions, producer IDs; all of it survives a crash, the coordinator does not.
final class TransactionWorld: CoordinatorLog, TransactionParticipants, ProducerIDs {
    enum Entry: Equatable {
        case data(TransactionMachine.Producer, transaction: Int)
        case marker(TransactionMachine.Producer, commit: Bool)
    }

    private(set) var records: [CoordinatorRecord] = []
    private(set) var partitions: [TopicPartition: [Entry]] = [:]
    private var nextProducerID: Int64 = 1000

    /// How many more writes reach the disk; `nil` for all.
    var writesLeft: Int?
    /// Partitions that take no marker for now.
    var broken: Set<TopicPartition> = []
    var isLogBroken = false
    /// Writes so far, of any kind.
    private(set) var writes = 0

    let clock = BrokerClock()
    private(set) var timers = BrokerTimers()
    private(set) var coordinator: TransactionCoordinator
    let configuration: TransactionConfiguration

    init(partitions: Int = 3, configuration: TransactionConfiguration = TransactionConfiguration()) throws {
        self.configuration = configuration
        for number in 0..<partitions { self.partitions[TopicPartition(topic: "t", partition: Int32(number))] = [] }
        for number in 0..<2 {
            self.partitions[TopicPartition(topic: "__consumer_offsets", partition: Int32(number))] = []
        }
        // Any stand-in will do until all of self is there.
        coordinator = TransactionCoordinator(
            clock: clock,
            timers: timers,
            log: NothingKept(),
            participants: NothingKept(),
            producerIDs: NothingKept(),
            logger: Logger(label: "test")
        )
        try restart()
    }

    /// The process is killed and started again.
    func restart() throws {
        writesLeft = nil
        timers = BrokerTimers()
        coordinator = TransactionCoordinator(
            clock: clock,
            timers: timers,
            log: self,
            participants: self,
            producerIDs: self,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try coordinator.replay()
    }

    func advance(byMilliseconds milliseconds: Int64) {
        clock.advance(byMilliseconds: milliseconds)
        timers.fire(now: clock.monotonic)
    }

    func remove(_ partition: TopicPartition) {
        partitions[partition] = nil
    }

    /// Takes on records as another broker left them.
    func replaceRecords(_ records: [CoordinatorRecord]) {
        self.records = records
    }

    private func write() throws(ErrorCode) {
        if let left = writesLeft {
            guard left > 0 else { throw .kafkaStorageError }
            writesLeft = left - 1
        }
        writes += 1
    }

    // MARK: A log

    func append(_ records: [CoordinatorRecord], transaction: (producerID: Int64, epoch: Int16)?) throws(ErrorCode) {
        if isLogBroken { throw .kafkaStorageError }
        try write()
        self.records += records
    }

    func replay(_ body: (CoordinatorEntry) -> Void) throws(ErrorCode) {
        for (offset, record) in records.enumerated() { body(.record(record, offset: Int64(offset), transaction: nil)) }
    }

    // MARK: Partitions

    func exists(_ partition: TopicPartition) -> Bool { partitions[partition] != nil }

    func offsetsPartition(group: String) -> TopicPartition {
        TopicPartition(topic: "__consumer_offsets", partition: Int32(group.utf8.count % 2))
    }

    func writeMarker(
        _ partition: TopicPartition,
        producerID: Int64,
        epoch: Int16,
        coordinatorEpoch: Int32,
        commit: Bool
    ) throws(ErrorCode) {
        if broken.contains(partition) { throw .kafkaStorageError }
        try write()
        partitions[partition]?.append(.marker(.init(id: producerID, epoch: epoch), commit: commit))
    }

    /// Appends a record of the producer's transaction where the coordinator allows it, as a Produce handler does.
    func produce(
        _ transactionalID: String,
        _ producer: TransactionMachine.Producer,
        to partition: TopicPartition,
        transaction: Int
    ) -> ErrorCode {
        let code = coordinator.mayProduce(
            transactionalID: transactionalID,
            producerID: producer.id,
            epoch: producer.epoch,
            partition: partition,
            version: 9
        )
        guard code == .none else { return code }
        do throws(ErrorCode) {
            try write()
            partitions[partition]?.append(.data(producer, transaction: transaction))
            return .none
        } catch {
            return error
        }
    }

    // MARK: Producer IDs

    func next() throws(ErrorCode) -> Int64 {
        try write()
        nextProducerID += 1
        return nextProducerID
    }

    // MARK: Requests in short

    func initialize(
        _ transactionalID: String?,
        timeout: Int32 = 60_000,
        as expected: TransactionMachine.Producer = .none,
        version: Int16 = 4
    ) -> (code: ErrorCode, producer: TransactionMachine.Producer) {
        let response = coordinator.initProducerID(
            InitProducerIdRequest(
                transactionalID: transactionalID,
                transactionTimeoutMs: timeout,
                producerID: expected.id,
                producerEpoch: expected.epoch
            ),
            version: version
        )
        return (
            ErrorCode(rawValue: response.errorCode), .init(id: response.producerID, epoch: response.producerEpoch)
        )
    }

    func add(
        _ partitions: [TopicPartition],
        to transactionalID: String,
        _ producer: TransactionMachine.Producer,
        version: Int16 = 3
    ) -> [ErrorCode] {
        let response = coordinator.addPartitions(
            AddPartitionsToTxnRequest(
                v3AndBelowTransactionalID: transactionalID,
                v3AndBelowProducerID: producer.id,
                v3AndBelowProducerEpoch: producer.epoch,
                v3AndBelowTopics: partitions.map { .init(name: $0.topic, partitions: [$0.partition]) }
            ),
            version: version
        )
        return response.resultsByTopicV3AndBelow.flatMap(\.resultsByPartition)
            .map { ErrorCode(rawValue: $0.partitionErrorCode) }
    }

    func addOffsets(_ group: String, to transactionalID: String, _ producer: TransactionMachine.Producer) -> ErrorCode {
        let response = coordinator.addOffsets(
            AddOffsetsToTxnRequest(
                transactionalID: transactionalID,
                producerID: producer.id,
                producerEpoch: producer.epoch,
                groupID: group
            ),
            version: 3
        )
        return ErrorCode(rawValue: response.errorCode)
    }

    func end(
        _ transactionalID: String,
        _ producer: TransactionMachine.Producer,
        commit: Bool,
        version: Int16 = 3
    ) -> ErrorCode {
        let response = coordinator.end(
            EndTxnRequest(
                transactionalID: transactionalID,
                producerID: producer.id,
                producerEpoch: producer.epoch,
                committed: commit
            ),
            version: version
        )
        return ErrorCode(rawValue: response.errorCode)
    }
}

private final class NothingKept: CoordinatorLog, TransactionParticipants, ProducerIDs {
    func append(_: [CoordinatorRecord], transaction: (producerID: Int64, epoch: Int16)?) throws(ErrorCode) {
        throw .notCoordinator
    }

    func replay(_: (CoordinatorEntry) -> Void) {}

    func exists(_: TopicPartition) -> Bool { false }

    func offsetsPartition(group: String) -> TopicPartition { TopicPartition(topic: group, partition: 0) }

    func writeMarker(
        _: TopicPartition,
        producerID: Int64,
        epoch: Int16,
        coordinatorEpoch: Int32,
        commit: Bool
    ) throws(ErrorCode) {
        throw .notCoordinator
    }

    func next() throws(ErrorCode) -> Int64 { throw .notCoordinator }
}
