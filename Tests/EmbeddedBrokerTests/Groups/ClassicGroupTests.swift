import NIOCore
import OrderedCollections
import Testing

@testable import EmbeddedBroker

@Suite struct ClassicGroupTests {
    @Test(arguments: 0..<100)
    func holdsWhateverClientsDo(seed: Int) {
        var simulation = GroupSimulation(seed: UInt64(seed))
        for _ in 0..<150 { simulation.step() }

        // Left alone, everyone is answered and gone in the end.
        var rounds = 0
        while !simulation.timers.isEmpty, rounds < 1000 {
            simulation.storeFails = false
            simulation.passTime()
            rounds += 1
        }
        #expect(simulation.timers.isEmpty)
        #expect(simulation.group.state == .empty)
        #expect(simulation.waitingJoins.isEmpty && simulation.waitingSyncs.isEmpty)
    }

    @Test func comesBackAsItWasWritten() {
        var compared = 0
        for seed in UInt64(10_000)..<10_100 { compared += compareWithWhatIsStored(seed: seed) }
        #expect(compared > 100)
    }

    /// How often a group was stable and could be compared.
    private func compareWithWhatIsStored(seed: UInt64) -> Int {
        var simulation = GroupSimulation(seed: seed)
        var compared = 0
        for _ in 0..<150 {
            simulation.step()
            let group = simulation.group
            guard group.state == .stable, !simulation.storeFails, let stored = simulation.lastStored else { continue }
            guard let loaded = ClassicGroup(id: "g", configuration: group.configuration, stored: stored) else {
                Issue.record("a group that was written cannot be read")
                return compared
            }
            compared += 1
            #expect(loaded.state == .stable)
            #expect(loaded.generation == group.generation)
            #expect(loaded.leader == group.leader)
            #expect(loaded.protocolName == group.protocolName)
            #expect(loaded.protocolType == group.protocolType)
            #expect(loaded.staticMembers == group.staticMembers)
            #expect(Set(loaded.members.keys) == Set(group.members.keys))
            for member in group.members.values {
                #expect(loaded.members[member.id]?.assignment == member.assignment)
                #expect(
                    loaded.members[member.id]?.metadata(for: group.protocolName)
                        == member.metadata(for: group.protocolName)
                )
                #expect(loaded.members[member.id]?.sessionTimeoutMs == member.sessionTimeoutMs)
                #expect(loaded.members[member.id]?.client == member.client)
            }
        }
        return compared
    }

    @Test func closingAnswersEveryone() {
        var simulation = GroupSimulation(seed: 5)
        var closed = 0
        for _ in 0..<300 {
            simulation.step()
            guard !simulation.waitingJoins.isEmpty || !simulation.waitingSyncs.isEmpty else { continue }
            var group = simulation.group
            var tickets: Set<UInt64> = []
            for action in group.closed(now: 0) {
                switch action {
                case .answerJoin(let ticket, let response):
                    tickets.insert(ticket)
                    #expect(response.errorCode == ErrorCode.notCoordinator.rawValue)
                case .answerSync(let ticket, let response):
                    tickets.insert(ticket)
                    #expect(response.errorCode == ErrorCode.notCoordinator.rawValue)
                default: break
                }
            }
            #expect(tickets == simulation.waitingJoins.union(simulation.waitingSyncs))
            closed += 1
        }
        #expect(closed > 0)
    }

    @Test func theProtocolMostMembersPreferWins() {
        var group = ClassicGroup(id: "g", configuration: GroupConfiguration(), now: 0)
        for (index, names) in [["a", "b", "c"], ["b", "a"], ["b", "a", "d"]].enumerated() {
            group.insert(
                GroupMember(
                    id: "\(index)",
                    instanceID: nil,
                    client: ClientIdentity(clientID: "", clientHost: ""),
                    rebalanceTimeoutMs: 1,
                    sessionTimeoutMs: 1,
                    protocols: names.map { GroupProtocol(name: $0, metadata: ByteBuffer()) }
                )
            )
        }
        #expect(group.selectProtocol() == "b")
    }

    @Test func topicsOfASubscriptionOfAnyVersion() {
        var bytes = ByteBuffer()
        bytes.writeInteger(Int16(3))
        bytes.writeInteger(Int32(2))
        for topic in ["a", "bc"] {
            bytes.writeInteger(Int16(topic.utf8.count))
            bytes.writeString(topic)
        }
        bytes.writeBytes([0, 0, 0, 0, 9, 9])
        #expect(ConsumerSubscription.topics(in: bytes) == ["a", "bc"])
        #expect(ConsumerSubscription.topics(in: ByteBuffer(string: "no")) == nil)
    }
}
