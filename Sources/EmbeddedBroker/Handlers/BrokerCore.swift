import Logging

/// The broker without its sockets: topics, groups, transactions, and one method per request (in the files beside this one).
///
/// Lives on one event loop: nothing here locks or waits. What cannot be answered yet keeps its `reply`.
final class BrokerCore {
    /// This broker's id, and its cluster's only one.
    static let nodeID: Int32 = 1
    /// The leader epoch of every partition: its leader never changes.
    static let leaderEpoch: Int32 = 0

    let settings: BrokerSettings
    let clock: BrokerClock
    let timers: BrokerTimers
    let topics: TopicStore
    let groups: GroupCoordinator
    let transactions: TransactionCoordinator
    let faults: FaultInjector
    let logger: Logger
    let offsetsLog: InternalTopicLog
    let transactionsLog: InternalTopicLog
    var fetches = WaitingFetches()
    private let participants: Participants
    private let cleaner: LogCleaner
    private var upkeep: [BrokerTimers.ID] = []
    private var compaction: BrokerTimers.ID?

    /// Opens what `storage` holds and finishes what a crash left half done.
    init(
        settings: BrokerSettings,
        storage: any BrokerStorage,
        clock: BrokerClock,
        timers: BrokerTimers,
        logger: Logger
    ) throws(BrokerError) {
        self.settings = settings
        self.clock = clock
        self.timers = timers
        self.logger = logger
        faults = FaultInjector(clock: clock, timers: timers)
        let topics = try TopicStore(storage: storage, clock: clock, defaults: settings.topicDefaults, logger: logger)
        self.topics = topics
        offsetsLog = InternalTopicLog(topic: TopicName.offsets, topics: topics)
        transactionsLog = InternalTopicLog(topic: TopicName.transactions, topics: topics)
        groups = GroupCoordinator(
            clock: clock,
            timers: timers,
            log: offsetsLog,
            configuration: settings.groups,
            logger: logger,
            partitionExists: { [unowned topics] in topics.exists($0) }
        )
        participants = Participants(topics: topics, groups: groups, offsets: offsetsLog)
        transactions = TransactionCoordinator(
            clock: clock,
            timers: timers,
            log: transactionsLog,
            participants: participants,
            producerIDs: topics,
            configuration: settings.transactions,
            logger: logger
        )
        do {
            try groups.replay()
            try transactions.replay()
        } catch {
            throw BrokerError("What the groups and transactions left cannot be read; the log says which file: \(error)")
        }
        cleaner = LogCleaner(clock: clock, logger: logger)
        topics.onAppend = { [unowned self] in fetches.noteAppend(to: $0) }
        scheduleUpkeep()
    }

    /// Wakes the fetches that a request's appends have given something to read. Called after each request, so that one request's
    /// batches are read together.
    func afterRequest() {
        while let ready = fetches.takeReady() {
            for fetch in ready { fetch.attempt() }
        }
    }

    /// Does what is due by the clock.
    func fireTimers() {
        timers.fire(now: clock.monotonic)
        afterRequest()
    }

    /// Ends everything: waiting requests are let go, logs are flushed and closed.
    func shutDown() {
        for id in upkeep { timers.cancel(id) }
        if let compaction { timers.cancel(compaction) }
        groups.shutDown()
        transactions.close()
        for log in topics.openLogs {
            do {
                try log.close()
            } catch {
                logger.error(
                    "A partition could not be closed cleanly; the next start will scan it.",
                    metadata: ["partition": "\(log.partition)", "cause": "\(error)"]
                )
            }
        }
    }

    // MARK: Upkeep

    /// Drops old segments and forgets silent producers.
    func runUpkeep() {
        for log in topics.openLogs {
            attempt("drop old segments", of: log) { (log) throws(ErrorCode) in try log.runRetention(now: clock.wall) }
            log.expireProducers(now: clock.wall)
        }
    }

    private func scheduleUpkeep() {
        scheduleCompaction(after: settings.upkeepIntervalMs)
        every(settings.upkeepIntervalMs) { [unowned self] in runUpkeep() }
        every(settings.flushCheckIntervalMs) { [unowned self] in
            for log in topics.openLogs {
                attempt("flush", of: log) { (log) throws(ErrorCode) in try log.flushIfDue() }
            }
        }
    }

    /// Compacts everything that is due, however long that takes.
    func compact() {
        while cleaner.step(topics.openLogs) {}
    }

    /// Compacts a piece after so many ms, and goes on until there is nothing left; the loop does what else there is in
    /// between.
    private func scheduleCompaction(after milliseconds: Int64) {
        compaction = timers.schedule(at: clock.monotonic + milliseconds) { [unowned self] in
            let isBusy = cleaner.step(topics.openLogs)
            scheduleCompaction(after: isBusy ? 1 : settings.upkeepIntervalMs)
        }
    }

    /// Does `body` every so many ms, the first time after that long.
    private func every(_ milliseconds: Int64, _ body: @escaping () -> Void) {
        let slot = upkeep.count
        upkeep.append(
            timers.schedule(at: clock.monotonic + milliseconds) { [unowned self] in
                body()
                repeatUpkeep(slot, milliseconds, body)
            }
        )
    }

    private func repeatUpkeep(_ slot: Int, _ milliseconds: Int64, _ body: @escaping () -> Void) {
        upkeep[slot] = timers.schedule(at: clock.monotonic + milliseconds) { [unowned self] in
            body()
            repeatUpkeep(slot, milliseconds, body)
        }
    }

    /// Upkeep that fails is tried again in its next turn.
    private func attempt(
        _ what: String,
        of log: PartitionLog,
        _ body: (PartitionLog) throws(ErrorCode) -> Void
    ) {
        do {
            try body(log)
        } catch {
            logger.error(
                "A partition's upkeep failed; it is tried again.",
                metadata: ["partition": "\(log.partition)", "to": "\(what)", "error": "\(error.rawValue)"]
            )
        }
    }
}

/// What transactions reach beyond their own log.
private final class Participants: TransactionParticipants {
    private let topics: TopicStore
    private let groups: GroupCoordinator
    private let offsets: InternalTopicLog

    init(topics: TopicStore, groups: GroupCoordinator, offsets: InternalTopicLog) {
        self.topics = topics
        self.groups = groups
        self.offsets = offsets
    }

    func exists(_ partition: TopicPartition) -> Bool { topics.exists(partition) }

    func offsetsPartition(group: String) -> TopicPartition { offsets.partition }

    func writeMarker(
        _ partition: TopicPartition,
        producerID: Int64,
        epoch: Int16,
        coordinatorEpoch: Int32,
        commit: Bool
    ) throws(ErrorCode) {
        if partition == offsets.partition { try offsets.ensureTopic() }
        try topics.log(partition).writeMarker(
            producerID: producerID,
            epoch: epoch,
            coordinatorEpoch: coordinatorEpoch,
            commit: commit
        )
        if partition == offsets.partition {
            groups.transactionCompleted(producerID: producerID, committed: commit)
        }
    }
}
