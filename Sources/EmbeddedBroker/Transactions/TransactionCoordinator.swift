import Logging

/// Keeps the transactional IDs: who may use them, which partitions their transactions are in, how those end.
///
/// Everything is done at once, on the broker's event loop: an answer is given when the change it speaks of is in the
/// log. A transaction ends in three writes: the decision, the markers, the completion. Once the decision is written it
/// holds; what then cannot be written (a full disk) is tried again until it is, and after a crash by ``replay()``.
final class TransactionCoordinator {
    /// There is one broker, so the coordinator never moves.
    private static let coordinatorEpoch: Int32 = 0

    private let clock: BrokerClock
    private let timers: BrokerTimers
    private let log: any CoordinatorLog
    private let participants: any TransactionParticipants
    private let producerIDs: any ProducerIDs
    private let configuration: TransactionConfiguration
    private let logger: Logger

    private var machines: [String: TransactionMachine] = [:]
    /// At most one timer for each ID, for its open transaction's timeout or its markers' next try.
    private var watches: [String: Watch] = [:]
    /// The IDs whose transactions cannot be ended for now: said once, not at every try.
    private var troubled: Set<String> = []
    private var expirationTimer: BrokerTimers.ID?

    private struct Watch {
        /// ms, monotonic.
        var deadline: Int64
        var timer: BrokerTimers.ID
    }

    init(
        clock: BrokerClock,
        timers: BrokerTimers,
        log: any CoordinatorLog,
        participants: any TransactionParticipants,
        producerIDs: any ProducerIDs,
        configuration: TransactionConfiguration = TransactionConfiguration(),
        logger: Logger
    ) {
        self.clock = clock
        self.timers = timers
        self.log = log
        self.participants = participants
        self.producerIDs = producerIDs
        self.configuration = configuration
        self.logger = logger
    }

    /// Reads the log and ends what a crash left undecided in the partitions. Called once, when the partitions can be
    /// written and before the first request.
    func replay() throws(ErrorCode) {
        var read: [String: TransactionMachine] = [:]
        var broken: (transactionalID: String, error: WireError)?
        try log.replay { entry in
            guard case .record(let record, _, _) = entry else { return }
            do throws(WireError) {
                guard let id = try TransactionLogRecord.decodeKey(record.key) else { return }
                do throws(WireError) {
                    read[id] = try record.value.map { value throws(WireError) in
                        try TransactionLogRecord.decodeValue(value)
                    }
                } catch {
                    broken = (id, error)
                }
            } catch {
                broken = ("?", error)
            }
        }
        if let broken {
            logger.error(
                """
                The log of transactions has a record that this version cannot read, of transactional.id \
                \(broken.transactionalID): \(broken.error). Start the version that wrote it.
                """
            )
            throw .kafkaStorageError
        }
        machines = read
        for id in read.keys.sorted() {
            finish(id)
            watch(id)
        }
        scheduleExpiration()
    }

    /// Takes back every timer.
    func close() {
        for watch in watches.values { timers.cancel(watch.timer) }
        watches = [:]
        if let expirationTimer { timers.cancel(expirationTimer) }
        expirationTimer = nil
    }

    // MARK: Requests

    func initProducerID(_ request: InitProducerIdRequest, version: Int16) -> InitProducerIdResponse {
        var response = InitProducerIdResponse()
        do throws(ErrorCode) {
            let producer = try initialize(request)
            response.producerID = producer.id
            response.producerEpoch = producer.epoch
        } catch {
            let code = error == .producerFenced && version < 4 ? .invalidProducerEpoch : error
            response.errorCode = code.rawValue
            response.producerEpoch = -1
        }
        return response
    }

    func addPartitions(_ request: AddPartitionsToTxnRequest, version: Int16) -> AddPartitionsToTxnResponse {
        var asked: Set<TopicPartition> = []
        for topic in request.v3AndBelowTopics {
            for partition in topic.partitions {
                asked.insert(TopicPartition(topic: topic.name, partition: partition))
            }
        }
        let unknown = asked.filter { !participants.exists($0) }
        // All or none, as Kafka has it: nothing is added when one of them cannot be.
        let code =
            unknown.isEmpty
            ? add(
                asked,
                to: request.v3AndBelowTransactionalID,
                by: .init(id: request.v3AndBelowProducerID, epoch: request.v3AndBelowProducerEpoch),
                version: version
            ) : ErrorCode.operationNotAttempted

        var response = AddPartitionsToTxnResponse()
        response.resultsByTopicV3AndBelow = request.v3AndBelowTopics.map { topic in
            let results = topic.partitions.map { partition in
                let isUnknown = unknown.contains(TopicPartition(topic: topic.name, partition: partition))
                return AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult(
                    partitionIndex: partition,
                    partitionErrorCode: (isUnknown ? .unknownTopicOrPartition : code).rawValue
                )
            }
            return .init(name: topic.name, resultsByPartition: results)
        }
        return response
    }

    func addOffsets(_ request: AddOffsetsToTxnRequest, version: Int16) -> AddOffsetsToTxnResponse {
        let code = add(
            [participants.offsetsPartition(group: request.groupID)],
            to: request.transactionalID,
            by: .init(id: request.producerID, epoch: request.producerEpoch),
            version: version
        )
        return AddOffsetsToTxnResponse(errorCode: code.rawValue)
    }

    func end(_ request: EndTxnRequest, version: Int16) -> EndTxnResponse {
        let producer = TransactionMachine.Producer(id: request.producerID, epoch: request.producerEpoch)
        let code = end(request.transactionalID, commit: request.committed, by: producer)
        return EndTxnResponse(errorCode: Self.code(code, version: version).rawValue)
    }

    // MARK: Questions of the other handlers

    /// Whether a transactional batch may be appended to `partition`: only to one that is in the producer's open
    /// transaction, so that none is left hanging (KIP-890). Called for each transactional batch.
    ///
    /// - Parameter version: the version of the Produce request, which decides what the client understands.
    func mayProduce(
        transactionalID: String?,
        producerID: Int64,
        epoch: Int16,
        partition: TopicPartition,
        version: Int16
    ) -> ErrorCode {
        guard let transactionalID, let machine = machines[transactionalID] else { return .invalidProducerIDMapping }
        let code = machine.mayWrite(partition, by: .init(id: producerID, epoch: epoch))
        switch code {
        case .producerFenced: return .invalidProducerEpoch
        case .concurrentTransactions: return .notEnoughReplicas
        case .transactionAbortable: return version >= 11 ? code : .invalidTxnState
        default: return code
        }
    }

    /// Whether TxnOffsetCommit may keep offsets of `group` for the producer's open transaction.
    func mayCommitOffsets(transactionalID: String, producerID: Int64, epoch: Int16, group: String) -> ErrorCode {
        guard let machine = machines[transactionalID] else { return .invalidProducerIDMapping }
        let partition = participants.offsetsPartition(group: group)
        let code = machine.mayWrite(partition, by: .init(id: producerID, epoch: epoch))
        switch code {
        case .producerFenced: return .invalidProducerEpoch
        case .concurrentTransactions: return .coordinatorLoadInProgress
        case .transactionAbortable: return .invalidTxnState
        default: return code
        }
    }

    // MARK: Doing it

    private func initialize(_ request: InitProducerIdRequest) throws(ErrorCode) -> TransactionMachine.Producer {
        guard (request.producerID < 0) == (request.producerEpoch < 0) else { throw .invalidRequest }
        guard let transactionalID = request.transactionalID else {
            return TransactionMachine.Producer(id: try producerIDs.next(), epoch: 0)
        }
        guard !transactionalID.isEmpty else { throw .invalidRequest }
        let timeout = request.transactionTimeoutMs
        guard timeout > 0, timeout <= configuration.maximumTimeout else { throw .invalidTransactionTimeout }
        let expected: TransactionMachine.Producer? =
            request.producerID < 0 ? nil : .init(id: request.producerID, epoch: request.producerEpoch)

        // Twice at most: the first time may only abort what the producer before left open. Kafka has the client ask
        // again meanwhile; here the abort is over at once.
        for _ in 0..<2 {
            let machine: TransactionMachine
            if let known = machines[transactionalID] {
                machine = known
            } else {
                machine = TransactionMachine(producerID: try producerIDs.next(), timeout: timeout, now: clock.wall)
            }
            switch machine.initialize(expected: expected, timeout: timeout, now: clock.wall) {
            case .refuse(let code):
                throw code
            case .become(let next):
                try write(next, as: transactionalID)
                return next.producer
            case .takeNewProducerID:
                let id = try producerIDs.next()
                let next = machine.rotated(to: id, expected: expected, timeout: timeout, now: clock.wall)
                try write(next, as: transactionalID)
                return next.producer
            case .abortFirst(let aborting):
                try write(aborting, as: transactionalID)
                finish(transactionalID)
                watch(transactionalID)
            }
        }
        throw .concurrentTransactions
    }

    private func add(
        _ partitions: Set<TopicPartition>,
        to transactionalID: String,
        by producer: TransactionMachine.Producer,
        version: Int16
    ) -> ErrorCode {
        guard !transactionalID.isEmpty else { return .invalidRequest }
        guard let machine = machines[transactionalID] else { return .invalidProducerIDMapping }
        switch machine.add(partitions, by: producer, now: clock.wall) {
        case .answer(let code):
            return Self.code(code, version: version)
        case .become(let next):
            do throws(ErrorCode) {
                try write(next, as: transactionalID)
                watch(transactionalID)
                return .none
            } catch {
                return error
            }
        }
    }

    private func end(_ transactionalID: String, commit: Bool, by producer: TransactionMachine.Producer) -> ErrorCode {
        guard !transactionalID.isEmpty else { return .invalidRequest }
        guard let machine = machines[transactionalID] else { return .invalidProducerIDMapping }
        switch machine.end(commit: commit, by: producer, now: clock.wall) {
        case .answer(let code):
            return code
        case .become(let next):
            do throws(ErrorCode) {
                try write(next, as: transactionalID)
            } catch {
                return error
            }
            // The decision is written and holds, also when a marker has to wait.
            finish(transactionalID)
            watch(transactionalID)
            return .none
        }
    }

    /// PRODUCER_FENCED is known to the second version of these requests and later ones.
    private static func code(_ code: ErrorCode, version: Int16) -> ErrorCode {
        code == .producerFenced && version < 2 ? .invalidProducerEpoch : code
    }

    /// Writes the markers that are missing, then the completion, as far as that goes.
    private func finish(_ transactionalID: String) {
        guard var machine = machines[transactionalID], machine.phase.isEnding else { return }
        let commit = machine.phase == .prepareCommit
        var failure: (place: String, error: ErrorCode)?
        for partition in machine.partitions.sorted(by: { ($0.topic, $0.partition) < ($1.topic, $1.partition) }) {
            do throws(ErrorCode) {
                if participants.exists(partition) {
                    try participants.writeMarker(
                        partition,
                        producerID: machine.producer.id,
                        epoch: machine.producer.epoch,
                        coordinatorEpoch: Self.coordinatorEpoch,
                        commit: commit
                    )
                }
                machine.markerWritten(to: partition)
            } catch .unknownTopicOrPartition {
                machine.markerWritten(to: partition)
            } catch {
                failure = (partition.description, error)
            }
        }
        machines[transactionalID] = machine
        if let completed = machine.completed(now: clock.wall) {
            do throws(ErrorCode) {
                try write(completed, as: transactionalID)
            } catch {
                failure = ("the coordinator's log", error)
            }
        }
        guard let failure else {
            if troubled.remove(transactionalID) != nil {
                logger.info("The transaction of transactional.id \(transactionalID) is ended now")
            }
            return
        }
        if troubled.insert(transactionalID).inserted {
            logger.warning(
                """
                The end of a transaction of transactional.id \(transactionalID) cannot be written to \(failure.place) \
                (error code \(failure.error.rawValue)); trying every \(configuration.markerRetryInterval) ms
                """
            )
        }
    }

    private func write(_ machine: TransactionMachine, as transactionalID: String) throws(ErrorCode) {
        let record: CoordinatorRecord
        do throws(WireError) {
            record = try TransactionLogRecord.encode(transactionalID, machine)
        } catch {
            throw .invalidRequest
        }
        try log.append([record], transaction: nil)
        machines[transactionalID] = machine
    }

    // MARK: Time

    /// Sees to it that the ID's timer fires when something is to be done for it. A timer outlives the transaction it was
    /// set for, so that short transactions do not set one each; it looks again when it fires.
    private func watch(_ transactionalID: String) {
        guard let machine = machines[transactionalID] else { return }
        if machine.phase.isEnding {
            wake(transactionalID, after: configuration.markerRetryInterval)
        } else if let deadline = machine.deadline {
            // Never longer than the timeout, wherever the wall clock was set meanwhile.
            let (left, overflow) = deadline.subtractingReportingOverflow(clock.wall)
            wake(transactionalID, after: overflow ? 0 : min(max(left, 0), Int64(machine.timeout)))
        }
    }

    private func wake(_ transactionalID: String, after wait: Int64) {
        let deadline = clock.monotonic &+ wait
        if let set = watches[transactionalID] {
            guard deadline < set.deadline else { return }
            timers.cancel(set.timer)
        }
        let timer = timers.schedule(at: deadline) { [weak self] in self?.timerFired(transactionalID) }
        watches[transactionalID] = Watch(deadline: deadline, timer: timer)
    }

    private func timerFired(_ transactionalID: String) {
        watches[transactionalID] = nil
        if let aborting = machines[transactionalID]?.timedOut(now: clock.wall) {
            do throws(ErrorCode) {
                try write(aborting, as: transactionalID)
                logger.info("Aborting a transaction of transactional.id \(transactionalID): it took too long")
            } catch {
                if troubled.insert(transactionalID).inserted {
                    logger.warning(
                        """
                        A transaction of transactional.id \(transactionalID) took too long and its abort cannot be \
                        written (error code \(error.rawValue)); trying every \(configuration.markerRetryInterval) ms
                        """
                    )
                }
                return wake(transactionalID, after: configuration.markerRetryInterval)
            }
        }
        finish(transactionalID)
        watch(transactionalID)
    }

    private func scheduleExpiration() {
        let next = clock.monotonic &+ configuration.expirationCheckInterval
        expirationTimer = timers.schedule(at: next) { [weak self] in
            self?.expire()
            self?.scheduleExpiration()
        }
    }

    /// Forgets unused IDs, so many at a time that a batch stays small.
    private func expire() {
        let now = clock.wall
        let expired = machines.filter { $0.value.isExpired(now: now, age: configuration.idExpiration) }.keys.sorted()
        do throws(ErrorCode) {
            for start in stride(from: 0, to: expired.count, by: 500) {
                let chunk = expired[start..<min(start + 500, expired.count)]
                var tombstones: [CoordinatorRecord] = []
                for id in chunk {
                    do throws(WireError) {
                        tombstones.append(try TransactionLogRecord.tombstone(id))
                    } catch {
                        throw ErrorCode.invalidRequest
                    }
                }
                try log.append(tombstones, transaction: nil)
                for id in chunk {
                    machines[id] = nil
                    if let watch = watches.removeValue(forKey: id) { timers.cancel(watch.timer) }
                }
            }
        } catch {
            logger.warning(
                """
                Expired transactional.ids cannot be removed (error \(error.rawValue)); trying again in \
                \(configuration.expirationCheckInterval) ms
                """
            )
        }
    }
}
