import Testing

@testable import EmbeddedBroker

@Suite("A plan of faults")
struct FaultPlanTests {
    private let a0 = TopicPartition(topic: "a", partition: 0)
    private let a1 = TopicPartition(topic: "a", partition: 1)
    private let b0 = TopicPartition(topic: "b", partition: 0)

    private func produce(_ plan: inout FaultPlan, client: String? = nil, _ partitions: [TopicPartition] = [])
        -> FaultPlan.Decision
    {
        plan.decide(api: .produce, clientID: client, failsByPartition: true) { partitions }
    }

    @Test("leaves requests alone that it does not name")
    func others() {
        var plan = FaultPlan()
        #expect(plan.isEmpty)
        _ = plan.add(BrokerFault(.loseAnswer, api: .fetch))
        _ = plan.add(BrokerFault(.loseAnswer, api: .produce, clientID: "x"))
        _ = plan.add(BrokerFault(.loseAnswer, api: .produce, topic: "b"))
        #expect(produce(&plan, client: "y", [a0]) == FaultPlan.Decision())
        #expect(!plan.isEmpty)
    }

    @Test("strikes as often as it says, after as many as it skips")
    func counts() {
        var plan = FaultPlan()
        let id = plan.add(BrokerFault(.error(.notLeaderOrFollower), api: .produce, skipping: 2, times: 2))
        let outcomes = (0..<5).map { _ in produce(&plan).outcome }
        #expect(
            outcomes == [
                .served, .served, .refused(.notLeaderOrFollower), .refused(.notLeaderOrFollower), .served,
            ]
        )
        #expect(plan.isEmpty)
        plan.remove(id)
    }

    @Test("goes on until it is removed when it has no count; zero times is never")
    func endless() {
        var plan = FaultPlan()
        _ = plan.add(BrokerFault(.loseAnswer, times: 0))
        #expect(plan.isEmpty)
        let id = plan.add(BrokerFault(.loseAnswer, times: nil))
        for _ in 0..<100 { #expect(produce(&plan).outcome == .answerLost) }
        plan.remove(id)
        #expect(plan.isEmpty)
        _ = plan.add(BrokerFault(.loseAnswer, times: nil))
        plan.removeAll()
        #expect(plan.isEmpty)
    }

    @Test("makes a sequence of outcomes, and adds delays to them")
    func sequence() {
        var plan = FaultPlan()
        let first = plan.add(BrokerFault(.error(.requestTimedOut), times: 1))
        let second = plan.add(BrokerFault(.cutInAnswer, times: 1))
        let slow = plan.add(BrokerFault(.delayWork(milliseconds: 5), times: 2))
        let late = plan.add(BrokerFault(.delayAnswer(milliseconds: 7), times: 1))
        #expect(
            produce(&plan)
                == FaultPlan.Decision(
                    workDelay: 5,
                    answerDelay: 7,
                    outcome: .refused(.requestTimedOut),
                    struck: [first, slow, late]
                )
        )
        #expect(produce(&plan) == FaultPlan.Decision(workDelay: 5, outcome: .cutInAnswer, struck: [second, slow]))
        #expect(plan.isEmpty)
    }

    @Test("fails the partitions that are named and no others")
    func partitions() {
        var plan = FaultPlan()
        _ = plan.add(BrokerFault(.error(.corruptMessage), api: .produce, topic: "a", partition: 1, times: nil))
        _ = plan.add(BrokerFault(.error(.messageTooLarge), api: .produce, topic: "a", times: nil))
        let decision = produce(&plan, [a0, a1, b0])
        #expect(decision.outcome == .served)
        #expect(decision.refused == [a1: .corruptMessage, a0: .messageTooLarge])
        #expect(produce(&plan, [b0]) == FaultPlan.Decision())
    }

    @Test("fails the whole request where an answer has no place for a partition's error")
    func wholeRequest() {
        var plan = FaultPlan()
        _ = plan.add(BrokerFault(.error(.unknownServerError), topic: "a"))
        let other = plan.decide(api: .createTopics, clientID: nil, failsByPartition: false) { [.whole("b")] }
        #expect(other.outcome == .served)
        let same = plan.decide(api: .createTopics, clientID: nil, failsByPartition: false) {
            [.whole("b"), .whole("a")]
        }
        #expect(same.outcome == .refused(.unknownServerError))
    }

    @Test("asks for partitions only when a fault names some")
    func lazily() {
        var plan = FaultPlan()
        _ = plan.add(BrokerFault(.loseAnswer, api: .fetch, topic: "a"))
        _ = plan.add(BrokerFault(.loseAnswer, api: .produce))
        var asked = 0
        _ = plan.decide(api: .produce, clientID: nil, failsByPartition: true) {
            asked += 1
            return [a0]
        }
        #expect(asked == 0)
    }
}
