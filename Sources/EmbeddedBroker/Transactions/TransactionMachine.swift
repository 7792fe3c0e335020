/// One transactional ID: who its producer is and how its transaction stands.
///
/// Pure: an event answers what to do and changes nothing. What the step names as the next machine takes the place of
/// this one once it is in the coordinator's log; when it cannot be written, nothing has happened. Behaviour follows
/// Kafka's TransactionMetadata and TransactionCoordinator (KIP-98, KIP-360) for clients before transaction version 2.
struct TransactionMachine: Equatable, Sendable {
    /// Where a transaction stands. The numbers are those of `__transaction_state`.
    enum Phase: Int8, Equatable, Sendable, CaseIterable {
        /// No transaction since the producer was initialized. Next: `ongoing`, `dead`.
        case empty = 0
        /// Has partitions. Next: `prepareCommit`, `prepareAbort`.
        case ongoing = 1
        /// Is committed, though not yet in every partition. Next: `completeCommit`.
        case prepareCommit = 2
        /// Is aborted, though not yet in every partition. Next: `completeAbort`.
        case prepareAbort = 3
        /// The last transaction is committed. Next: `empty`, `ongoing`, `dead`.
        case completeCommit = 4
        /// The last transaction is aborted. Next: `empty`, `ongoing`, `dead`.
        case completeAbort = 5
        /// Expired. Kafka has the number; a tombstone says it, so it is never written.
        case dead = 6
        /// The producer is being fenced. Kafka holds it in memory only; here fencing and `prepareAbort` are one step.
        case prepareEpochFence = 7

        /// Whether the outcome is decided and on its way to the partitions.
        var isEnding: Bool { self == .prepareCommit || self == .prepareAbort }

        /// Whether a transactional ID may be forgotten in this phase.
        var mayExpire: Bool { self == .empty || self == .completeCommit || self == .completeAbort }
    }

    /// A producer in one of its lives.
    struct Producer: Equatable, Hashable, Sendable {
        var id: Int64
        var epoch: Int16

        static let none = Producer(id: -1, epoch: -1)

        /// The last epoch is kept for fencing: a producer never gets it.
        var isExhausted: Bool { epoch >= Int16.max - 1 }
    }

    /// The producer that may use the transactional ID. Its epoch is -1 while the ID is new.
    private(set) var producer: Producer
    /// The producer before its last bump of its own, so that the same request asked again is answered the same.
    private(set) var previousProducer = Producer.none
    /// How long a transaction may be open, in ms.
    private(set) var timeout: Int32
    private(set) var phase = Phase.empty
    /// Where the transaction has, or may have, data; where its marker is still to be written once it is ending.
    private(set) var partitions: Set<TopicPartition> = []
    /// When the first partition was added, in ms since the Unix epoch; -1 for none since the producer was initialized.
    private(set) var startedAt: Int64 = -1
    /// When the last step was taken, in ms since the Unix epoch.
    private(set) var updatedAt: Int64

    /// A transactional ID that nobody used so far.
    init(producerID: Int64, timeout: Int32, now: Int64) {
        producer = Producer(id: producerID, epoch: -1)
        self.timeout = timeout
        updatedAt = now
    }

    /// As read from the coordinator's log.
    init(
        producer: Producer,
        previousProducer: Producer,
        timeout: Int32,
        phase: Phase,
        partitions: Set<TopicPartition>,
        startedAt: Int64,
        updatedAt: Int64
    ) {
        self.producer = producer
        self.previousProducer = previousProducer
        self.timeout = timeout
        self.phase = phase
        self.partitions = partitions
        self.startedAt = startedAt
        self.updatedAt = updatedAt
    }

    /// What an event asks for.
    enum Step: Equatable {
        /// Answer this; nothing changes.
        case answer(ErrorCode)
        /// Write this to the log, then go on with it.
        case become(TransactionMachine)
    }

    /// What InitProducerId asks for.
    enum InitializeStep: Equatable {
        case refuse(ErrorCode)
        /// Write this and answer its producer.
        case become(TransactionMachine)
        /// End the open transaction by this, whose epoch nobody gets, then ask again.
        case abortFirst(TransactionMachine)
        /// Epochs are used up: take a new producer ID, then go on with ``rotated(to:by:timeout:now:)``.
        case takeNewProducerID
    }

    // MARK: Events of the producer

    /// InitProducerId.
    ///
    /// - Parameter expected: the producer that the client takes itself for, when it asks for a bump (KIP-360).
    func initialize(expected: Producer?, timeout: Int32, now: Int64) -> InitializeStep {
        if let expected, producer.epoch >= 0, expected != producer, expected != previousProducer {
            return .refuse(.producerFenced)
        }
        switch phase {
        case .prepareCommit, .prepareAbort, .prepareEpochFence, .dead: return .refuse(.concurrentTransactions)
        case .ongoing: return .abortFirst(fenced(now: now))
        case .empty, .completeCommit, .completeAbort: break
        }
        if let expected, expected == previousProducer, producer.epoch >= 0 {
            return .become(emptied(producer, after: previousProducer, timeout: timeout, now: now))
        }
        if producer.isExhausted { return .takeNewProducerID }
        let next = Producer(id: producer.id, epoch: producer.epoch + 1)
        return .become(emptied(next, after: expected == nil ? .none : producer, timeout: timeout, now: now))
    }

    /// After ``InitializeStep/takeNewProducerID``.
    func rotated(to producerID: Int64, expected: Producer?, timeout: Int32, now: Int64) -> TransactionMachine {
        let next = Producer(id: producerID, epoch: 0)
        return emptied(next, after: expected == nil ? .none : producer, timeout: timeout, now: now)
    }

    /// AddPartitionsToTxn and AddOffsetsToTxn.
    func add(_ added: Set<TopicPartition>, by claimed: Producer, now: Int64) -> Step {
        if let refusal = refusal(of: claimed) { return .answer(refusal) }
        if phase.isEnding { return .answer(.concurrentTransactions) }
        if phase == .ongoing, added.isSubset(of: partitions) { return .answer(.none) }
        var next = self
        if phase != .ongoing { next.startedAt = now }
        next.phase = .ongoing
        next.partitions.formUnion(added)
        next.updatedAt = now
        return .become(next)
    }

    /// EndTxn.
    func end(commit: Bool, by claimed: Producer, now: Int64) -> Step {
        if let refusal = refusal(of: claimed) { return .answer(refusal) }
        switch phase {
        case .ongoing:
            var next = self
            next.phase = commit ? .prepareCommit : .prepareAbort
            next.updatedAt = now
            return .become(next)
        case .prepareCommit, .prepareAbort:
            return .answer(commit == (phase == .prepareCommit) ? .concurrentTransactions : .invalidTxnState)
        case .completeCommit, .completeAbort:
            return .answer(commit == (phase == .completeCommit) ? .none : .invalidTxnState)
        case .empty, .dead, .prepareEpochFence:
            return .answer(.invalidTxnState)
        }
    }

    /// Whether the producer's transaction is open in `partition`, so that records may be appended there.
    func mayWrite(_ partition: TopicPartition, by claimed: Producer) -> ErrorCode {
        if let refusal = refusal(of: claimed) { return refusal }
        if phase.isEnding { return .concurrentTransactions }
        return partitions.contains(partition) ? .none : .transactionAbortable
    }

    // MARK: Events of time and of the partitions

    /// When the open transaction is to be aborted, in ms since the Unix epoch; `nil` when none is open.
    var deadline: Int64? {
        guard phase == .ongoing else { return nil }
        let (sum, overflow) = startedAt.addingReportingOverflow(Int64(timeout))
        return overflow ? .max : sum
    }

    /// The open transaction took too long: its producer is fenced and the transaction aborted; `nil` when it did not.
    func timedOut(now: Int64) -> TransactionMachine? {
        guard let deadline, deadline <= now else { return nil }
        return fenced(now: now)
    }

    /// The marker is in `partition`, or the partition is gone. Kept in memory only: after a crash a marker is written again.
    mutating func markerWritten(to partition: TopicPartition) {
        guard phase.isEnding else { return }
        partitions.remove(partition)
    }

    /// Every marker is written; `nil` when that is not so.
    func completed(now: Int64) -> TransactionMachine? {
        guard phase.isEnding, partitions.isEmpty else { return nil }
        var next = self
        next.phase = phase == .prepareCommit ? .completeCommit : .completeAbort
        next.updatedAt = now
        return next
    }

    /// Whether the transactional ID was unused for `age` ms.
    func isExpired(now: Int64, age: Int64) -> Bool {
        guard phase.mayExpire else { return false }
        let (unused, overflow) = now.subtractingReportingOverflow(updatedAt)
        return !overflow && unused >= age
    }

    // MARK: Steps

    private func refusal(of claimed: Producer) -> ErrorCode? {
        if claimed.id != producer.id { return .invalidProducerIDMapping }
        return claimed.epoch == producer.epoch ? nil : .producerFenced
    }

    /// Epochs end at `Int16.max - 1` for producers, so there always is one more.
    private func fenced(now: Int64) -> TransactionMachine {
        var next = self
        if producer.epoch < .max { next.producer.epoch += 1 }
        next.previousProducer = .none
        next.phase = .prepareAbort
        next.updatedAt = now
        return next
    }

    private func emptied(
        _ producer: Producer,
        after previous: Producer,
        timeout: Int32,
        now: Int64
    ) -> TransactionMachine {
        var next = self
        next.producer = producer
        next.previousProducer = previous
        next.timeout = timeout
        next.phase = .empty
        next.partitions = []
        next.startedAt = -1
        next.updatedAt = now
        return next
    }
}
