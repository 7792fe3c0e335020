import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite struct GroupCoordinatorTests {
    @Test func aMemberIsToldItsIDThenJoinsAndLeads() throws {
        let world = try GroupWorld()
        let first = world.join().last
        #expect(first?.errorCode == ErrorCode.memberIDRequired.rawValue)
        let id = try #require(first?.memberID)
        #expect(id.hasPrefix("app-") && id.utf8.count == 4 + 36)
        #expect(first?.generationID == -1 && first?.protocolName == nil && first?.protocolType == nil)
        #expect(first?.leader == "" && first?.members == [])

        let second = world.join(id)
        world.pass(0)
        let joined = try #require(second.last)
        #expect(joined.errorCode == 0 && joined.generationID == 1 && joined.memberID == id && joined.leader == id)
        #expect(joined.protocolName == "range" && joined.protocolType == "consumer" && !joined.skipAssignment)
        #expect(joined.members.map(\.memberID) == [id])
        #expect(world.state() == "CompletingRebalance")

        let synced = world.sync(id, generation: 1, assignments: [id: "everything"]).last
        #expect(synced?.errorCode == 0 && synced?.assignment == ByteBuffer(string: "everything"))
        #expect(synced?.protocolName == "range" && synced?.protocolType == "consumer")
        #expect(world.state() == "Stable")
        #expect(world.heartbeat(id, generation: 1) == .none)
        #expect(world.heartbeat(id, generation: 2) == .illegalGeneration)
        #expect(world.heartbeat("other", generation: 1) == .unknownMemberID)
    }

    @Test func olderClientsAreToldNothingTheyDoNotKnow() throws {
        let world = try GroupWorld()
        // Before version 4 no id is asked for; before version 7 no protocol is an empty string.
        let joined = world.join(version: 3)
        world.pass(0)
        #expect(joined.last?.errorCode == 0 && joined.last?.generationID == 1)
        let refused = world.join(topics: [], protocols: ["else"], version: 6)
        #expect(refused.last?.errorCode == ErrorCode.inconsistentGroupProtocol.rawValue)
        #expect(refused.last?.protocolName == "" && refused.last?.memberID == "")
        #expect(world.join(protocols: ["else"], version: 7).last?.protocolName == nil)
    }

    @Test func whatIsWrongWithARequestIsSaid() throws {
        let world = try GroupWorld()
        #expect(world.join(group: "").last?.errorCode == ErrorCode.invalidGroupID.rawValue)
        let short = world.join("me", change: { $0.sessionTimeoutMs = 5999 }).last
        #expect(short?.errorCode == ErrorCode.invalidSessionTimeout.rawValue && short?.memberID == "me")
        let unknown = world.join("me").last
        #expect(unknown?.errorCode == ErrorCode.unknownMemberID.rawValue && unknown?.memberID == "me")
        #expect(world.join(protocols: []).last?.errorCode == ErrorCode.inconsistentGroupProtocol.rawValue)
        #expect(world.coordinator.listGroups(ListGroupsRequest()).groups == [])
        #expect(world.sync("me", generation: 1).last?.errorCode == ErrorCode.unknownMemberID.rawValue)
        #expect(world.sync("me", generation: 1, group: "").last?.errorCode == ErrorCode.invalidGroupID.rawValue)
        let untyped = world.sync("me", generation: 1, change: { $0.protocolName = nil })
        #expect(untyped.last?.errorCode == ErrorCode.inconsistentGroupProtocol.rawValue)

        let id = world.stableMember()
        #expect(world.sync(id, generation: 0).last?.errorCode == ErrorCode.illegalGeneration.rawValue)
        let other = world.sync(id, generation: 1, change: { $0.protocolName = "sticky" })
        #expect(other.last?.errorCode == ErrorCode.inconsistentGroupProtocol.rawValue)
        #expect(other.last?.protocolName == nil)
    }

    @Test func aSecondMemberStartsANewGeneration() throws {
        let world = try GroupWorld()
        let first = world.stableMember()
        let second = try #require(world.join().last?.memberID)
        let waiting = world.join(second)
        #expect(waiting.all.isEmpty && world.state() == "PreparingRebalance")
        #expect(world.heartbeat(first, generation: 1) == .rebalanceInProgress)
        let again = world.join(first)
        #expect(again.last?.generationID == 2 && again.last?.leader == first)
        #expect(again.last?.members.map(\.memberID) == [first, second])
        #expect(waiting.last?.members == [] && waiting.last?.leader == first)

        let follower = world.sync(second, generation: 2)
        #expect(follower.all.isEmpty)
        #expect(world.commit(1, member: first, generation: 2) == .rebalanceInProgress)
        let leader = world.sync(first, generation: 2, assignments: [first: "a", second: "b", "ghost": "c"])
        #expect(leader.last?.assignment == ByteBuffer(string: "a"))
        #expect(follower.last?.assignment == ByteBuffer(string: "b"))

        let left = world.coordinator.leave(
            LeaveGroupRequest(groupID: "g", members: [.init(memberID: first), .init(memberID: "nobody")]),
            version: 5
        )
        #expect(left.errorCode == 0)
        #expect(left.members.map(\.errorCode) == [0, ErrorCode.unknownMemberID.rawValue])
        #expect(world.heartbeat(second, generation: 2) == .rebalanceInProgress)
        #expect(world.join(second).last?.leader == second)
    }

    @Test func aSilentMemberIsRemoved() throws {
        let world = try GroupWorld()
        let id = world.stableMember()
        world.pass(9_000)
        #expect(world.heartbeat(id, generation: 1) == .none)
        world.pass(9_000)
        #expect(world.state() == "Stable")
        #expect(world.commit(5, member: id, generation: 1) == .none)
        world.pass(9_000)
        #expect(world.state() == "Stable")
        world.pass(1_001)
        #expect(world.state() == "Empty")
        #expect(world.heartbeat(id, generation: 1) == .unknownMemberID)
        #expect(world.fetch().offset == 5)
    }

    @Test func theFirstMembersAreWaitedForWhenTold() throws {
        let world = try GroupWorld { $0.initialRebalanceDelayMs = 3000 }
        let first = world.join(version: 3)
        world.pass(2000)
        let second = world.join(version: 3)
        world.pass(1000)
        #expect(first.all.isEmpty)
        world.pass(3000)
        #expect(first.last?.generationID == 1 && second.last?.generationID == 1)
        #expect(first.last?.members.count == 2)
    }

    @Test func aStaticMemberComesBackWithoutARebalance() throws {
        let world = try GroupWorld()
        let old = world.stableMember(instance: "i")
        #expect(old.hasPrefix("i-"))
        let back = try #require(world.join(instance: "i").last)
        #expect(back.errorCode == 0 && back.generationID == 1 && back.memberID != old)
        #expect(back.leader == back.memberID && back.skipAssignment && back.members.map(\.memberID) == [back.memberID])
        #expect(world.state() == "Stable")
        #expect(world.heartbeat(old, generation: 1, instance: "i") == .fencedInstanceID)
        #expect(world.heartbeat(back.memberID, generation: 1, instance: "i") == .none)
        let synced = world.sync(back.memberID, generation: 1, instance: "i").last
        #expect(synced?.assignment == ByteBuffer(string: "all"))

        // Before version 9 it is told that the old id leads, so that it assigns nothing.
        let older = try #require(world.join(instance: "i", version: 8).last)
        #expect(older.leader == back.memberID && older.memberID != back.memberID && older.members == [])

        // Its id is known after a restart, too.
        let next = try GroupWorld(log: world.log)
        #expect(next.heartbeat(older.memberID, generation: 1, instance: "i") == .none)

        // An administrator sends it away.
        let left = world.coordinator.leave(
            LeaveGroupRequest(groupID: "g", members: [.init(memberID: "", groupInstanceID: "i")]),
            version: 3
        )
        #expect(left.members.map(\.errorCode) == [0] && world.state() == "Empty")
    }

    @Test func aStaticMemberThatCannotBeWrittenDownStaysWhoItWas() throws {
        let world = try GroupWorld()
        let old = world.stableMember(instance: "i")
        world.log.failure = .kafkaStorageError
        let refused = try #require(world.join(instance: "i").last)
        #expect(refused.errorCode == ErrorCode.notCoordinator.rawValue && refused.memberID == "")
        #expect(world.heartbeat(old, generation: 1, instance: "i") == .none)
        world.log.failure = nil
        #expect(world.join(instance: "i").last?.errorCode == 0)
    }

    @Test func assignmentsThatCannotBeWrittenAreNotGivenOut() throws {
        let world = try GroupWorld()
        let id = try #require(world.join().last?.memberID)
        world.join(id)
        world.pass(0)
        world.log.failure = .kafkaStorageError
        let refused = world.sync(id, generation: 1, assignments: [id: "a"])
        #expect(refused.last?.errorCode == ErrorCode.notCoordinator.rawValue)
        #expect(world.state() == "PreparingRebalance")
        world.log.failure = nil
        let again = world.join(id)
        #expect(again.last?.generationID == 2)
        #expect(world.sync(id, generation: 2, assignments: [id: "a"]).last?.errorCode == 0)
    }

    @Test func membersGoOnAfterARestart() throws {
        let world = try GroupWorld()
        let id = world.stableMember()
        #expect(world.commit(42, member: id, generation: 1) == .none)

        let next = try GroupWorld(log: world.log)
        #expect(next.state() == "Stable")
        #expect(next.heartbeat(id, generation: 1) == .none)
        #expect(next.commit(43, member: id, generation: 1) == .none)
        #expect(next.fetch().offset == 43)
        next.pass(10_001)
        #expect(next.state() == "Empty")

        let last = try GroupWorld(log: world.log)
        #expect(last.state() == "Empty" && last.fetch().offset == 43)
        #expect(last.coordinator.listGroups(ListGroupsRequest()).groups.map(\.protocolType) == ["consumer"])
    }

    @Test func whoeverWaitsWhenTheBrokerGoesIsAnswered() throws {
        let world = try GroupWorld()
        world.stableMember()
        let waiting = world.join(version: 3)
        #expect(waiting.all.isEmpty)
        world.coordinator.shutDown()
        #expect(waiting.all.map(\.errorCode) == [ErrorCode.notCoordinator.rawValue])
        #expect(world.coordinator.waitingRequests == 0)
        #expect(world.join().last?.errorCode == ErrorCode.notCoordinator.rawValue)
        #expect(world.timers.nextDeadline == nil)
    }

    @Test func aRepeatedJoinLeavesNobodyWithoutAnswer() throws {
        let world = try GroupWorld()
        world.stableMember()
        let second = try #require(world.join().last?.memberID)
        let lost = world.join(second)
        let repeated = world.join(second)
        #expect(lost.all.map(\.errorCode) == [ErrorCode.rebalanceInProgress.rawValue])
        #expect(repeated.all.isEmpty)
    }

    @Test func groupsAreListedAndDescribed() throws {
        let world = try GroupWorld()
        let id = world.stableMember()
        #expect(world.commit(1, group: "simple") == .none)
        let all = world.coordinator.listGroups(ListGroupsRequest())
        #expect(all.groups.map(\.groupID) == ["g", "simple"])
        #expect(all.groups.map(\.groupState) == ["Stable", "Empty"])
        #expect(all.groups.map(\.protocolType) == ["consumer", ""])
        #expect(all.groups.map(\.groupType) == ["classic", "classic"])
        let stable = world.coordinator.listGroups(ListGroupsRequest(statesFilter: ["stable"], typesFilter: ["Classic"]))
        #expect(stable.groups.map(\.groupID) == ["g"])
        #expect(world.coordinator.listGroups(ListGroupsRequest(typesFilter: ["consumer"])).groups == [])

        let request = DescribeGroupsRequest(groups: ["g", "none"], includeAuthorizedOperations: true)
        let described = world.coordinator.describeGroups(request, version: 5).groups
        #expect(described[0].groupState == "Stable" && described[0].protocolData == "range")
        #expect(described[0].protocolType == "consumer" && described[0].authorizedOperations == 3400)
        let member = try #require(described[0].members.first)
        #expect(member.memberID == id && member.clientID == "app" && member.clientHost == "/127.0.0.1")
        #expect(member.memberMetadata == GroupWorld.subscription(["t"]))
        #expect(member.memberAssignment == ByteBuffer(string: "all"))
        #expect(described[1].groupState == "Dead" && described[1].errorCode == 0)
        let newer = world.coordinator.describeGroups(request, version: 6).groups[1]
        #expect(newer.errorCode == ErrorCode.groupIDNotFound.rawValue && newer.errorMessage == "Group none not found.")
    }

    @Test func onlyGroupsWithoutMembersAreDeleted() throws {
        let world = try GroupWorld()
        world.stableMember()
        #expect(world.commit(1, group: "simple") == .none)
        let deleted = world.coordinator.deleteGroups(DeleteGroupsRequest(groupsNames: ["g", "simple", "none", "g"]))
        #expect(deleted.results.map(\.groupID) == ["g", "simple", "none"])
        #expect(
            deleted.results.map(\.errorCode)
                == [ErrorCode.nonEmptyGroup.rawValue, 0, ErrorCode.groupIDNotFound.rawValue]
        )
        #expect(world.fetch(group: "simple").offset == -1)
        let next = try GroupWorld(log: world.log)
        #expect(next.coordinator.listGroups(ListGroupsRequest()).groups.map(\.groupID) == ["g"])
        #expect(next.fetch(group: "simple").offset == -1)
    }
}
