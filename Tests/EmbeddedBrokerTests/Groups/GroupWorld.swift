import Logging
import NIOCore

@testable import EmbeddedBroker

/// A ``GroupCoordinator`` with a log in memory and time that goes on when told.
final class GroupWorld {
    let clock = BrokerClock()
    let timers = BrokerTimers()
    let log: RecordedLog
    let coordinator: GroupCoordinator
    var missing: Set<TopicPartition> = []

    init(log: RecordedLog = RecordedLog(), _ change: (inout GroupConfiguration) -> Void = { _ in }) throws {
        self.log = log
        var configuration = GroupConfiguration()
        change(&configuration)
        var logger = Logger(label: "groups")
        logger.logLevel = .critical
        weak var world: GroupWorld?
        coordinator = GroupCoordinator(
            clock: clock,
            timers: timers,
            log: log,
            configuration: configuration,
            logger: logger,
            partitionExists: { world?.missing.contains($0) != true }
        )
        world = self
        try coordinator.replay()
    }

    /// Time goes on, and what is due happens.
    func pass(_ milliseconds: Int64) {
        clock.advance(byMilliseconds: milliseconds)
        timers.fire(now: clock.monotonic)
    }

    static let client = ClientIdentity(clientID: "app", clientHost: "/127.0.0.1")

    static func subscription(_ topics: [String]) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(Int16(0))
        bytes.writeInteger(Int32(topics.count))
        for topic in topics {
            bytes.writeInteger(Int16(topic.utf8.count))
            bytes.writeString(topic)
        }
        bytes.writeInteger(Int32(-1))
        return bytes
    }

    /// Keeps the answers to joins by who asked.
    final class Answers<Response> {
        var all: [Response] = []
        var last: Response? { all.last }
    }

    @discardableResult
    func join(
        _ memberID: String = "",
        group: String = "g",
        instance: String? = nil,
        topics: [String] = ["t"],
        protocols: [String] = ["range"],
        version: Int16 = 9,
        change: (inout JoinGroupRequest) -> Void = { _ in }
    ) -> Answers<JoinGroupResponse> {
        var request = JoinGroupRequest(
            groupID: group,
            sessionTimeoutMs: 10_000,
            rebalanceTimeoutMs: 30_000,
            memberID: memberID,
            groupInstanceID: instance,
            protocolType: "consumer",
            protocols: protocols.map { .init(name: $0, metadata: Self.subscription(topics)) }
        )
        change(&request)
        let answers = Answers<JoinGroupResponse>()
        coordinator.join(request, version: version, client: Self.client) { answers.all.append($0) }
        return answers
    }

    @discardableResult
    func sync(
        _ memberID: String,
        generation: Int32,
        group: String = "g",
        instance: String? = nil,
        assignments: [String: String] = [:],
        version: Int16 = 5,
        change: (inout SyncGroupRequest) -> Void = { _ in }
    ) -> Answers<SyncGroupResponse> {
        var request = SyncGroupRequest(
            groupID: group,
            generationID: generation,
            memberID: memberID,
            groupInstanceID: instance,
            protocolType: "consumer",
            protocolName: "range",
            assignments: assignments.map { .init(memberID: $0.key, assignment: ByteBuffer(string: $0.value)) }
        )
        change(&request)
        let answers = Answers<SyncGroupResponse>()
        coordinator.sync(request, version: version) { answers.all.append($0) }
        return answers
    }

    func heartbeat(_ memberID: String, generation: Int32, instance: String? = nil) -> ErrorCode {
        let response = coordinator.heartbeat(
            HeartbeatRequest(groupID: "g", generationID: generation, memberID: memberID, groupInstanceID: instance)
        )
        return ErrorCode(rawValue: response.errorCode)
    }

    /// One dynamic member, alone and assigned; gives its id.
    @discardableResult
    func stableMember(instance: String? = nil) -> String {
        let first = join(instance: instance)
        let id: String
        if instance == nil {
            id = first.last?.memberID ?? ""
            let second = join(id)
            pass(0)
            _ = sync(id, generation: second.last?.generationID ?? -9, assignments: [id: "all"])
        } else {
            pass(0)
            id = first.last?.memberID ?? ""
            _ = sync(id, generation: first.last?.generationID ?? -9, instance: instance, assignments: [id: "all"])
        }
        return id
    }

    func state(_ group: String = "g") -> String {
        coordinator.describeGroups(DescribeGroupsRequest(groups: [group]), version: 5).groups[0].groupState
    }

    func commit(
        _ offset: Int64,
        group: String = "g",
        topic: String = "t",
        partition: Int32 = 0,
        member: String = "",
        generation: Int32 = -1,
        metadata: String? = "m",
        version: Int16 = 9,
        retention: Int64 = -1
    ) -> ErrorCode {
        let response = coordinator.commitOffsets(
            OffsetCommitRequest(
                groupID: group,
                generationIDOrMemberEpoch: generation,
                memberID: member,
                retentionTimeMs: retention,
                topics: [
                    .init(
                        name: topic,
                        partitions: [
                            .init(
                                partitionIndex: partition,
                                committedOffset: offset,
                                committedLeaderEpoch: 0,
                                committedMetadata: metadata
                            )
                        ]
                    )
                ]
            ),
            version: version
        )
        return ErrorCode(rawValue: response.topics[0].partitions[0].errorCode)
    }

    func transactionalCommit(
        _ offset: Int64,
        producerID: Int64 = 7,
        group: String = "g",
        member: String = "",
        generation: Int32 = -1
    ) -> ErrorCode {
        let response = coordinator.commitTransactionalOffsets(
            TxnOffsetCommitRequest(
                transactionalID: "x",
                groupID: group,
                producerID: producerID,
                producerEpoch: 0,
                generationID: generation,
                memberID: member,
                topics: [.init(name: "t", partitions: [.init(partitionIndex: 0, committedOffset: offset)])]
            )
        )
        return ErrorCode(rawValue: response.topics[0].partitions[0].errorCode)
    }

    func endTransaction(producerID: Int64 = 7, commit: Bool) {
        log.items.append(.marker(producerID: producerID, epoch: 0, commit: commit))
        coordinator.transactionCompleted(producerID: producerID, committed: commit)
    }

    /// The committed offset and the error.
    func fetch(
        group: String = "g",
        topic: String = "t",
        partition: Int32 = 0,
        requireStable: Bool = false
    ) -> (offset: Int64, error: ErrorCode) {
        let response = coordinator.fetchOffsets(
            OffsetFetchRequest(
                groups: [.init(groupID: group, topics: [.init(name: topic, partitionIndexes: [partition])])],
                requireStable: requireStable
            ),
            version: 9
        )
        let found = response.groups[0].topics[0].partitions[0]
        return (found.committedOffset, ErrorCode(rawValue: found.errorCode))
    }
}
