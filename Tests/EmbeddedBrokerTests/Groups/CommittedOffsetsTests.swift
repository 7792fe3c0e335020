import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite struct CommittedOffsetsTests {
    @Test func whoMayCommit() throws {
        let world = try GroupWorld()
        #expect(world.commit(1, group: "new") == .none)
        #expect(world.commit(1, group: "none", generation: 3) == .groupIDNotFound)
        #expect(world.commit(1, group: "none", generation: 3, version: 8) == .illegalGeneration)
        let id = world.stableMember()
        #expect(world.commit(1, member: id, generation: 1) == .none)
        #expect(world.commit(1, member: id, generation: 2) == .illegalGeneration)
        #expect(world.commit(1, member: "other", generation: 1) == .unknownMemberID)
        #expect(world.commit(1) == .unknownMemberID)
        #expect(world.commit(1, member: id, generation: 1, metadata: String(repeating: "x", count: 4096)) == .none)
        let large = String(repeating: "x", count: 4097)
        #expect(world.commit(1, member: id, generation: 1, metadata: large) == .offsetMetadataTooLarge)
        world.missing = [TopicPartition(topic: "t", partition: 9)]
        #expect(world.commit(1, partition: 9, member: id, generation: 1) == .unknownTopicOrPartition)
        world.log.failure = .kafkaStorageError
        #expect(world.commit(9, member: id, generation: 1) == .notCoordinator)
        world.log.failure = .messageTooLarge
        #expect(world.commit(9, member: id, generation: 1) == .invalidCommitOffsetSize)
        #expect(world.fetch().offset == 1)
    }

    @Test func theLastCommitIsFoundByEveryVersion() throws {
        let world = try GroupWorld()
        #expect(world.commit(1) == .none)
        #expect(world.commit(2) == .none)
        #expect(world.commit(3, topic: "u", partition: 2, metadata: nil) == .none)
        let all = world.coordinator.fetchOffsets(
            OffsetFetchRequest(groups: [.init(groupID: "g", topics: nil), .init(groupID: "none", topics: nil)]),
            version: 8
        )
        #expect(all.groups.map(\.groupID) == ["g", "none"])
        #expect(all.groups[0].topics.map(\.name) == ["t", "u"] && all.groups[1].topics == [])
        #expect(all.groups[0].topics[1].partitions[0].metadata == "")
        let some = world.coordinator.fetchOffsets(
            OffsetFetchRequest(groupID: "g", topics: [.init(name: "t", partitionIndexes: [0, 1])]),
            version: 7
        )
        #expect(some.errorCode == 0)
        let found = some.topics[0].partitions
        #expect(found.map(\.committedOffset) == [2, -1] && found.map(\.metadata) == ["m", ""])
        #expect(found.map(\.committedLeaderEpoch) == [0, -1] && found.map(\.errorCode) == [0, 0])
    }

    @Test func transactionalOffsetsWaitForTheMarker() throws {
        let world = try GroupWorld()
        #expect(world.commit(1) == .none)
        #expect(world.transactionalCommit(5) == .none)
        #expect(world.fetch().offset == 1)
        #expect(world.fetch(requireStable: true) == (-1, .unstableOffsetCommit))
        world.endTransaction(commit: false)
        #expect(world.fetch(requireStable: true) == (1, .none))

        #expect(world.transactionalCommit(6) == .none)
        world.endTransaction(commit: true)
        #expect(world.fetch(requireStable: true) == (6, .none))

        // A later commit of another stands, whenever the transaction ends.
        #expect(world.transactionalCommit(7) == .none)
        #expect(world.commit(8) == .none)
        world.endTransaction(commit: true)
        #expect(world.fetch().offset == 8)

        // What is pending is pending after a restart.
        #expect(world.transactionalCommit(9) == .none)
        let next = try GroupWorld(log: world.log)
        #expect(next.fetch() == (8, .none))
        #expect(next.fetch(requireStable: true).error == .unstableOffsetCommit)
        next.endTransaction(commit: true)
        #expect(next.fetch().offset == 9)
        #expect(try GroupWorld(log: world.log).fetch().offset == 9)
    }

    @Test func aTransactionOfAStrangerIsRefused() throws {
        let world = try GroupWorld()
        let id = world.stableMember()
        #expect(world.transactionalCommit(1, member: id, generation: 1) == .none)
        #expect(world.transactionalCommit(1, member: id, generation: 2) == .illegalGeneration)
        #expect(world.transactionalCommit(1, member: "other", generation: 1) == .unknownMemberID)
        #expect(world.transactionalCommit(1, group: "none", generation: 1) == .illegalGeneration)
        #expect(world.transactionalCommit(1, group: "") == .invalidGroupID)
        // Clients of old say nothing of their member.
        #expect(world.transactionalCommit(1) == .none)
        world.log.failure = .invalidProducerEpoch
        #expect(world.transactionalCommit(1) == .invalidProducerEpoch)
    }

    @Test func offsetsOfTopicsInUseAreNotDeleted() throws {
        let world = try GroupWorld()
        let id = world.stableMember()
        #expect(world.commit(1, member: id, generation: 1) == .none)
        #expect(world.commit(2, topic: "old", member: id, generation: 1) == .none)
        world.missing = [TopicPartition(topic: "t", partition: 5)]
        let request = OffsetDeleteRequest(
            groupID: "g",
            topics: [
                .init(name: "t", partitions: [.init(partitionIndex: 0), .init(partitionIndex: 5)]),
                .init(name: "old", partitions: [.init(partitionIndex: 0), .init(partitionIndex: 1)]),
            ]
        )
        let response = world.coordinator.deleteOffsets(request)
        #expect(response.errorCode == 0)
        #expect(
            response.topics.map { $0.partitions.map(\.errorCode) } == [
                [ErrorCode.groupSubscribedToTopic.rawValue, ErrorCode.unknownTopicOrPartition.rawValue], [0, 0],
            ]
        )
        #expect(world.fetch().offset == 1 && world.fetch(topic: "old").offset == -1)
        #expect(try GroupWorld(log: world.log).fetch(topic: "old").offset == -1)
        var other = request
        other.groupID = "none"
        #expect(world.coordinator.deleteOffsets(other).errorCode == ErrorCode.groupIDNotFound.rawValue)
    }

    @Test func offsetsOfDeletedTopicsVanishAlsoWhenTheDiskIsFull() throws {
        let world = try GroupWorld()
        #expect(world.commit(1) == .none)
        #expect(world.commit(2, topic: "u") == .none)
        world.log.failure = .kafkaStorageError
        world.coordinator.topicsDeleted(["t"])
        #expect(world.fetch().offset == -1 && world.fetch(topic: "u").offset == 2)
        #expect(try GroupWorld(log: copy(of: world.log)).fetch().offset == 1)
        world.log.failure = nil
        world.pass(1000)
        #expect(try GroupWorld(log: world.log).fetch().offset == -1)
    }

    private func copy(of log: RecordedLog) -> RecordedLog {
        let copy = RecordedLog()
        copy.items = log.items
        return copy
    }

    @Test func unusedOffsetsExpire() throws {
        let world = try GroupWorld { $0.offsetsRetentionMs = 3_600_000 }
        #expect(world.commit(1, group: "simple") == .none)
        #expect(world.commit(1, group: "asked", version: 2, retention: 1_800_000) == .none)
        let id = world.stableMember()
        #expect(world.commit(1, member: id, generation: 1) == .none)
        #expect(world.commit(2, topic: "old", member: id, generation: 1) == .none)
        world.pass(1_800_000)
        // Silence has emptied the group by now: its hour has begun.
        #expect(world.state() == "Empty")
        #expect(world.fetch(group: "asked").offset == -1)
        world.pass(1_800_000)
        #expect(world.fetch(group: "simple").offset == -1)
        #expect(world.fetch().offset == 1)
        world.pass(1_800_000)
        #expect(world.fetch().offset == -1)
        #expect(world.coordinator.listGroups(ListGroupsRequest()).groups == [])
        let next = try GroupWorld(log: world.log)
        #expect(next.coordinator.listGroups(ListGroupsRequest()).groups == [])
    }

    @Test func recordsAreThoseOfKafka() throws {
        let world = try GroupWorld()
        #expect(world.commit(258, group: "g", topic: "t", partition: 1, metadata: "m") == .none)
        let record = try #require(world.log.records.first)
        #expect(Array(record.key.readableBytesView) == [0, 1, 0, 1, 103, 0, 1, 116, 0, 0, 0, 1])
        let value = try #require(record.value).readableBytesView
        #expect(
            Array(value.prefix(17)) == [0, 3, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 1, 109]
        )
        #expect(value.count == 25)

        let group = try GroupWorld()
        let id = group.stableMember()
        let stored = try #require(group.log.records.last)
        #expect(Array(stored.key.readableBytesView) == [0, 2, 0, 1, 103])
        guard case .group("g", let kept?) = try GroupRecord(stored) else {
            Issue.record("not a group's record")
            return
        }
        #expect(kept.generation == 1 && kept.leader == id && kept.protocolName == "range")
        #expect(kept.protocolType == "consumer" && kept.members.map(\.memberID) == [id])
        #expect(try GroupRecord(stored).encoded() == stored)
    }

    @Test func recordsThatMakeNoSenseArePassedOver() throws {
        let log = RecordedLog()
        let world = try GroupWorld(log: log)
        #expect(world.commit(1) == .none)
        let strange: [CoordinatorRecord] = [
            CoordinatorRecord(key: ByteBuffer(), value: nil),
            CoordinatorRecord(key: ByteBuffer(bytes: [0, 1, 0, 9]), value: nil),
            CoordinatorRecord(key: ByteBuffer(bytes: [0, 11, 1, 2]), value: ByteBuffer(bytes: [0, 0])),
            CoordinatorRecord(key: ByteBuffer(bytes: [0, 2, 0, 1, 103]), value: ByteBuffer(bytes: [0, 3, 0])),
        ]
        try log.append(strange, transaction: nil)
        #expect(try GroupWorld(log: log).fetch().offset == 1)
    }

    /// Whatever the order of commits, transactions and deletions: a restart finds what was there before.
    @Test(arguments: 0..<50)
    func aRestartFindsTheSameOffsets(seed: Int) throws {
        var numbers = SeededNumbers(state: UInt64(seed))
        let world = try GroupWorld()
        for step in 0..<60 {
            let group = ["g", "h"].randomElement(using: &numbers) ?? "g"
            let producer = Int64.random(in: 1...3, using: &numbers)
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0..<4: _ = world.commit(Int64(step), group: group)
            case 4..<7: _ = world.transactionalCommit(Int64(step), producerID: producer, group: group)
            case 7: world.endTransaction(producerID: producer, commit: true)
            case 8: world.endTransaction(producerID: producer, commit: false)
            default:
                _ = world.coordinator.deleteGroups(DeleteGroupsRequest(groupsNames: [group]))
            }
        }
        let next = try GroupWorld(log: world.log)
        for (before, after) in zip(visible(world), visible(next)) { #expect(before == after) }
        // What is pending stays in its place between the commits around it.
        for world in [world, next] {
            for producer in 1...3 {
                world.coordinator.transactionCompleted(producerID: Int64(producer), committed: true)
            }
        }
        for (before, after) in zip(visible(world), visible(next)) { #expect(before == after) }
    }

    private func visible(_ world: GroupWorld) -> [String] {
        ["g", "h"].map { "\(world.fetch(group: $0)) \(world.fetch(group: $0, requireStable: true))" }
    }
}
