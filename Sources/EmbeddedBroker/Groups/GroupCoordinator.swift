import Logging
import NIOCore
import OrderedCollections

/// Keeps the consumer groups of the broker and their committed offsets, as Kafka's group coordinator does for the classic
/// protocol. One method for each request; what has to wait for other members answers through `reply`, everything else at
/// once. Whatever an answer acknowledges is in the ``CoordinatorLog`` before.
///
/// Belongs to the broker's event loop. Replies are called when the coordinator's state is settled, so they may call it.
final class GroupCoordinator {
    /// A group and the timers that run for it.
    final class Entry {
        var group: ClassicGroup
        fileprivate var timers: [GroupTimer: RunningTimer] = [:]

        init(_ group: ClassicGroup) { self.group = group }
    }

    /// A timer is left running when its time moves on, as heartbeats do: when it fires early, it is set again.
    fileprivate struct RunningTimer {
        var id: BrokerTimers.ID
        var firesAt: Int64
        var deadline: Int64
    }

    let clock: BrokerClock
    let configuration: GroupConfiguration
    let logger: Logger
    let partitionExists: (TopicPartition) -> Bool
    var entries: [String: Entry] = [:]
    var offsets = OffsetStore()
    var isClosed = false
    private let timers: BrokerTimers
    private let log: any CoordinatorLog
    private var joins: [GroupMember.Ticket: (JoinGroupResponse) -> Void] = [:]
    private var syncs: [GroupMember.Ticket: (SyncGroupResponse) -> Void] = [:]
    private var nextTicket: GroupMember.Ticket = 0
    /// Where the next offset stands in the log, for ``OffsetStore``.
    private var nextOrder: Int64 = 0
    private var expiryTimer: BrokerTimers.ID?
    private var retryTimer: BrokerTimers.ID?
    /// Offsets of deleted topics whose tombstones are not written yet.
    private var unwrittenTombstones: Set<OffsetCommitKey> = []

    /// - Parameter partitionExists: offsets are only kept of partitions that are there.
    init(
        clock: BrokerClock,
        timers: BrokerTimers,
        log: any CoordinatorLog,
        configuration: GroupConfiguration = GroupConfiguration(),
        logger: Logger,
        partitionExists: @escaping (TopicPartition) -> Bool
    ) {
        self.clock = clock
        self.timers = timers
        self.log = log
        self.configuration = configuration
        self.logger = logger
        self.partitionExists = partitionExists
    }

    // MARK: Beginning and end

    /// Takes up what the log holds, so that members go on where they were. Called once, before the first request.
    func replay() throws(ErrorCode) {
        var unreadable = 0
        var foreign: Set<Int16> = []
        try log.replay { entry in
            switch entry {
            case .record(let record, let offset, let transaction):
                nextOrder = max(nextOrder, offset &+ 1)
                do throws(WireError) {
                    let understood = try GroupRecord(record)
                    if case .foreign(let version) = understood { foreign.insert(version) }
                    if !take(understood, order: offset, producerID: transaction?.producerID) { unreadable += 1 }
                } catch {
                    unreadable += 1
                }
            case .marker(let producerID, _, let commit):
                transactionCompleted(producerID: producerID, committed: commit)
            }
        }
        if unreadable > 0 {
            logger.error("the offsets topic has records that make no sense; they are passed over: \(unreadable)")
        }
        if !foreign.isEmpty {
            logger.warning("the offsets topic has records of kinds that this broker does not know: \(foreign.sorted())")
        }
        let now = clock.wall
        for entry in entries.values { perform(entry.group.resumed(now: now), on: entry) }
        scheduleExpiry()
    }

    /// Takes up one record; false when it makes no sense.
    private func take(_ record: GroupRecord, order: Int64, producerID: Int64?) -> Bool {
        switch record {
        case .offset(let key, nil):
            offsets.remove(key)
        case .offset(let key, let value?):
            ensureGroup(key.group)
            offsets.put(key, OffsetStore.Offset(value, order: order), producerID: producerID)
        case .group(let id, nil):
            entries[id] = nil
        case .group(let id, let value?):
            guard let group = ClassicGroup(id: id, configuration: configuration, stored: value) else { return false }
            entries[id] = Entry(group)
        case .foreign:
            break
        }
        return true
    }

    /// Answers everyone who waits with NOT_COORDINATOR and takes no further request.
    func shutDown() {
        guard !isClosed else { return }
        isClosed = true
        if let expiryTimer { timers.cancel(expiryTimer) }
        if let retryTimer { timers.cancel(retryTimer) }
        for entry in entries.values {
            perform(entry.group.closed(now: clock.wall), on: entry)
            for timer in entry.timers.values { timers.cancel(timer.id) }
            entry.timers = [:]
        }
    }

    // MARK: Groups

    /// The group of that id; one that only keeps offsets when there is none.
    @discardableResult
    func ensureGroup(_ id: String) -> Entry {
        if let entry = entries[id] { return entry }
        let entry = Entry(ClassicGroup(id: id, configuration: configuration, now: clock.wall))
        entries[id] = entry
        return entry
    }

    /// Lets go of a group and what runs for it.
    func drop(_ id: String) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        for timer in entry.timers.values { timers.cancel(timer.id) }
        entry.timers = [:]
    }

    func ticket(_ reply: @escaping (JoinGroupResponse) -> Void) -> GroupMember.Ticket {
        nextTicket += 1
        joins[nextTicket] = reply
        return nextTicket
    }

    func ticket(_ reply: @escaping (SyncGroupResponse) -> Void) -> GroupMember.Ticket {
        nextTicket += 1
        syncs[nextTicket] = reply
        return nextTicket
    }

    /// How many requests wait for their answer.
    var waitingRequests: Int { joins.count + syncs.count }

    /// Does what an event of the group has brought about. Answers go out last, when the state is settled.
    func perform(_ actions: [GroupAction], on entry: Entry) {
        var answers: [() -> Void] = []
        var left = actions[...]
        while let action = left.popFirst() {
            switch action {
            case .answerJoin(let ticket, let response):
                if let reply = joins.removeValue(forKey: ticket) { answers.append { reply(response) } }
            case .answerSync(let ticket, let response):
                if let reply = syncs.removeValue(forKey: ticket) { answers.append { reply(response) } }
            case .store(let value):
                let error = store(.group(entry.group.id, value))
                left = (entry.group.stored(error, now: clock.wall) + left)[...]
            case .schedule(let timer, let milliseconds):
                schedule(timer, on: entry, at: clock.monotonic &+ milliseconds)
            case .cancel(let timer):
                if let running = entry.timers.removeValue(forKey: timer) { timers.cancel(running.id) }
            case .note(let text):
                logger.info("group \(entry.group.id): \(text)")
            }
        }
        for answer in answers { answer() }
    }

    private func schedule(_ timer: GroupTimer, on entry: Entry, at deadline: Int64) {
        if let running = entry.timers[timer] {
            if running.firesAt <= deadline {
                entry.timers[timer]?.deadline = deadline
                return
            }
            timers.cancel(running.id)
        }
        let id = timers.schedule(at: deadline) { [weak self, weak entry] in
            guard let self, let entry else { return }
            self.fired(timer, on: entry)
        }
        entry.timers[timer] = RunningTimer(id: id, firesAt: deadline, deadline: deadline)
    }

    private func fired(_ timer: GroupTimer, on entry: Entry) {
        guard let running = entry.timers.removeValue(forKey: timer) else { return }
        guard running.deadline <= clock.monotonic else {
            return schedule(timer, on: entry, at: running.deadline)
        }
        let now = clock.wall
        let actions =
            switch timer {
            case .member(let memberID): entry.group.memberTimedOut(memberID, now: now)
            case .join: entry.group.joinTimedOut(now: now)
            case .sync: entry.group.syncTimedOut(now: now)
            }
        perform(actions, on: entry)
    }

    // MARK: Records

    /// Writes one record.
    func store(_ record: GroupRecord) -> ErrorCode {
        do throws(ErrorCode) {
            try append([record], transaction: nil)
            return .none
        } catch {
            return error
        }
    }

    /// Writes `records` as one batch and takes offsets among them into the store.
    func append(_ records: [GroupRecord], transaction: (producerID: Int64, epoch: Int16)?) throws(ErrorCode) {
        guard !records.isEmpty else { return }
        var encoded: [CoordinatorRecord] = []
        encoded.reserveCapacity(records.count)
        do throws(WireError) {
            for record in records { encoded.append(try record.encoded()) }
        } catch {
            logger.error("a record for the offsets topic cannot be written: \(error); a name in it is too long")
            throw .recordListTooLarge
        }
        do throws(ErrorCode) {
            try log.append(encoded, transaction: transaction)
        } catch {
            logger.error("the offsets topic takes no records: error \(error.rawValue); the client is told to try again")
            throw error
        }
        for record in records {
            guard case .offset(let key, let value) = record else { continue }
            if let value {
                ensureGroup(key.group)
                offsets.put(
                    key,
                    OffsetStore.Offset(value, order: nextOrder),
                    producerID: transaction?.producerID
                )
                unwrittenTombstones.remove(key)
            } else {
                offsets.remove(key)
            }
            nextOrder &+= 1
        }
    }

    /// Writes tombstones, a bounded number in each batch.
    func appendTombstones(_ keys: [OffsetCommitKey]) throws(ErrorCode) {
        var left = keys[...]
        while !left.isEmpty {
            try append(left.prefix(500).map { .offset($0, nil) }, transaction: nil)
            left = left.dropFirst(500)
        }
    }

    // MARK: What time does

    private func scheduleExpiry() {
        guard !isClosed else { return }
        expiryTimer = timers.schedule(at: clock.monotonic &+ configuration.offsetsRetentionCheckIntervalMs) {
            [weak self] in
            self?.expireOffsets()
            self?.scheduleExpiry()
        }
    }

    /// Forgets offsets that nobody has used for `offsets.retention.minutes`, and groups that are left with nothing.
    func expireOffsets() {
        let now = clock.wall
        for id in entries.keys.sorted() {
            guard let group = entries[id]?.group else { continue }
            let expired = offsets.expiredKeys(of: group, now: now)
            do throws(ErrorCode) {
                try appendTombstones(expired)
                guard group.state == .empty, group.pendingMembers.isEmpty, offsets.keys(of: id).isEmpty else {
                    continue
                }
                try append([.group(id, nil)], transaction: nil)
                drop(id)
            } catch {
                logger.warning("group \(id): what has expired could not be removed; it is tried again later")
            }
        }
    }

    /// Forgets the offsets of topics that are no more. When their tombstones cannot be written now, they are later.
    func topicsDeleted(_ topics: [String]) {
        let keys = topics.flatMap { offsets.keys(ofTopic: $0) }
        for key in keys { offsets.remove(key) }
        unwrittenTombstones.formUnion(keys)
        writeTombstones()
    }

    private func writeTombstones() {
        guard !isClosed, !unwrittenTombstones.isEmpty else { return }
        do throws(ErrorCode) {
            try appendTombstones(unwrittenTombstones.sorted())
            unwrittenTombstones = []
        } catch {
            logger.warning("offsets of deleted topics could not be removed from the offsets topic; tried again in 1 s")
            guard retryTimer == nil else { return }
            retryTimer = timers.schedule(at: clock.monotonic &+ 1000) { [weak self] in
                self?.retryTimer = nil
                self?.writeTombstones()
            }
        }
    }

    /// A marker of this producer was written to the offsets' partition: its pending offsets become valid or vanish.
    func transactionCompleted(producerID: Int64, committed: Bool) {
        offsets.endTransaction(producerID: producerID, committed: committed)
    }
}

extension OffsetStore.Offset {
    init(_ value: OffsetCommitValue, order: Int64) {
        self.init(
            offset: value.offset,
            leaderEpoch: value.leaderEpoch,
            metadata: value.metadata,
            commitTimestamp: value.commitTimestamp,
            expireTimestamp: value.expireTimestamp == -1 ? nil : value.expireTimestamp,
            order: order
        )
    }
}

extension OffsetStore {
    /// The offsets of a group whose time is over (KIP-211, Kafka: `ClassicGroup.offsetExpirationCondition`).
    func expiredKeys(of group: ClassicGroup, now: Int64) -> [OffsetCommitKey] {
        let hasMembers = group.state != .empty
        // Offsets of a group with members are in use, but for topics that its consumers have given up.
        if hasMembers, group.state != .stable || group.subscribedTopics == nil { return [] }
        let retention = group.configuration.offsetsRetentionMs
        return keys(of: group.id).filter { key in
            guard let offset = self.offset(key.group, key.topic, key.partition),
                !isPending(key.group, key.topic, key.partition),
                !group.isSubscribed(to: key.topic)
            else { return false }
            if let expireTimestamp = offset.expireTimestamp { return now >= expireTimestamp }
            let isLeft = group.protocolType != nil && !hasMembers
            let since = isLeft ? group.stateTimestamp ?? offset.commitTimestamp : offset.commitTimestamp
            return now &- since >= retention
        }
    }
}
