import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Faults between connections and handlers")
struct FaultInjectorTests {
    private let clock = BrokerClock()
    private let timers = BrokerTimers()
    private let faults: FaultInjector

    init() {
        faults = FaultInjector(clock: clock, timers: timers)
    }

    /// Sends requests through the injector and notes what happened, in order.
    private final class Desk {
        var events: [String] = []
        var worked: [ProduceRequest] = []
        var answers: [ProduceResponse] = []
    }

    private func request(_ partitions: [TopicPartition]) -> ProduceRequest {
        var request = ProduceRequest(acks: -1)
        for partition in partitions {
            request.topicData.append(
                .init(name: partition.topic, partitionData: [.init(index: partition.partition, records: nil)])
            )
        }
        return request
    }

    private func response(to request: ProduceRequest, error: ErrorCode) -> ProduceResponse {
        ProduceResponse(
            responses: request.topicData.map { topic in
                .init(
                    name: topic.name,
                    partitionResponses: topic.partitionData.map { .init(index: $0.index, errorCode: error.rawValue) }
                )
            }
        )
    }

    private func send(_ request: ProduceRequest, to desk: Desk) {
        faults.pass(
            request,
            clientID: "test",
            topicName: { _ in nil },
            refuse: response(to:error:),
            work: { request, reply in
                desk.events.append("work")
                desk.worked.append(request)
                reply(response(to: request, error: .none))
            },
            finish: { outcome in
                switch outcome {
                case .answer(let answer):
                    desk.events.append("answer")
                    desk.answers.append(answer)
                case .lost: desk.events.append("lost")
                case .cut(partOf: nil): desk.events.append("cut")
                case .cut(partOf: .some): desk.events.append("cut in answer")
                }
            }
        )
    }

    private let anything = [TopicPartition(topic: "a", partition: 0)]

    @Test(
        "does or leaves the work as the effect says",
        arguments: [
            (BrokerFault.Effect.error(.requestTimedOut), ["answer"]), (.loseAnswer, ["work", "lost"]),
            (.cutBeforeWork, ["cut"]), (.cutBeforeAnswer, ["work", "cut"]), (.cutInAnswer, ["work", "cut in answer"]),
        ]
    )
    func outcomes(effect: BrokerFault.Effect, events: [String]) {
        let desk = Desk()
        let id = faults.add(BrokerFault(effect, api: .produce))
        send(request(anything), to: desk)
        #expect(desk.events == events)
        #expect(faults.strikes(of: id) == 1)
        send(request(anything), to: desk)
        #expect(desk.events == events + ["work", "answer"])
    }

    @Test("delays the work, or the answer")
    func delays() {
        let desk = Desk()
        _ = faults.add(BrokerFault(.delayWork(milliseconds: 60_000)))
        _ = faults.add(BrokerFault(.delayAnswer(milliseconds: 60_000)))
        send(request(anything), to: desk)
        timers.fire(now: clock.monotonic)
        #expect(desk.events == [])
        clock.advance(byMilliseconds: 60_000)
        timers.fire(now: clock.monotonic)
        #expect(desk.events == ["work"])
        clock.advance(byMilliseconds: 60_000)
        timers.fire(now: clock.monotonic)
        #expect(desk.events == ["work", "answer"])
    }

    @Test("waits for a delay beyond all times without overflowing")
    func endlessDelay() {
        let desk = Desk()
        _ = faults.add(BrokerFault(.delayWork(milliseconds: .max)))
        send(request(anything), to: desk)
        clock.advance(byMilliseconds: 1 << 40)
        timers.fire(now: clock.monotonic)
        #expect(desk.events == [])
    }

    @Test("fails one partition and has the others served")
    func onePartition() {
        let desk = Desk()
        let first = TopicPartition(topic: "a", partition: 0)
        let second = TopicPartition(topic: "a", partition: 1)
        _ = faults.add(BrokerFault(.error(.notLeaderOrFollower), topic: "a", partition: 1))
        var both = request([first])
        both.topicData[0].partitionData.append(.init(index: 1, records: nil))
        send(both, to: desk)
        #expect(desk.worked == [request([first])])
        #expect(desk.answers.count == 1)
        var errors: [TopicPartition: Int16] = [:]
        for topic in desk.answers.first?.responses ?? [] {
            for partition in topic.partitionResponses {
                errors[TopicPartition(topic: topic.name, partition: partition.index)] = partition.errorCode
            }
        }
        #expect(errors == [first: 0, second: ErrorCode.notLeaderOrFollower.rawValue])
        #expect(desk.answers.first?.responses.count == 1)
    }

    @Test("holds everything while paused, and goes on in order")
    func pause() {
        let desk = Desk()
        faults.pause()
        #expect(faults.isPaused)
        send(request(anything), to: desk)
        _ = faults.add(BrokerFault(.cutBeforeWork))
        send(request(anything), to: desk)
        #expect(desk.events == [])
        faults.resume()
        #expect(desk.events == ["work", "answer", "cut"])
    }

    @Test("holds an answer that comes while paused")
    func pauseDuringWork() {
        var reply: ((ProduceResponse) -> Void)?
        var answered = 0
        faults.pass(
            request(anything),
            clientID: nil,
            topicName: { _ in nil },
            refuse: response(to:error:),
            work: { reply = $1 },
            finish: { _ in answered += 1 }
        )
        faults.pause()
        reply?(ProduceResponse())
        #expect(answered == 0)
        faults.resume()
        #expect(answered == 1)
    }

    @Test("tells when a fault has struck so many times")
    func struck() {
        let desk = Desk()
        let id = faults.add(BrokerFault(.loseAnswer, times: nil))
        var told = 0
        faults.whenStruck(id, times: 2) { told += $0 ? 1 : 100 }
        send(request(anything), to: desk)
        #expect(told == 0)
        send(request(anything), to: desk)
        #expect(told == 1)
        send(request(anything), to: desk)
        #expect(told == 1)
        faults.whenStruck(id, times: 3) { told += $0 ? 1 : 100 }
        #expect(told == 2)
    }
}

@Suite("Requests as faults see them")
struct FaultableRequestTests {
    @Test("take out one partition of a fetch by name or by topic id, and put its error back")
    func fetch() {
        let id = UUID128(high: 1, low: 2)
        for topic in [FetchRequest.FetchTopic(topic: "a"), FetchRequest.FetchTopic(topicID: id)] {
            var request = FetchRequest(maxWaitMs: 500, minBytes: 1)
            request.topics = [topic]
            request.topics[0].partitions = [.init(partition: 0), .init(partition: 1)]
            let name = { (asked: UUID128) in asked == id ? "a" : nil }
            #expect(
                request.partitions(topicName: name) == [
                    .init(topic: "a", partition: 0), .init(topic: "a", partition: 1),
                ]
            )
            let part = request.take(TopicPartition(topic: "a", partition: 1), topicName: name)
            #expect(part?.topics.first?.partitions.map(\.partition) == [1])
            #expect(request.topics.first?.partitions.map(\.partition) == [0])
            #expect(request.minBytes == 0)
            #expect(request.take(TopicPartition(topic: "b", partition: 1), topicName: name) == nil)

            var whole = FetchResponse()
            whole.responses = [
                .init(topic: topic.topic, topicID: topic.topicID, partitions: [.init(partitionIndex: 0)])
            ]
            var failed = whole
            failed.responses[0].partitions = [.init(partitionIndex: 1, errorCode: 6)]
            FetchRequest.merge(failed, into: &whole)
            #expect(whole.responses.count == 1)
            #expect(whole.responses[0].partitions.map(\.errorCode) == [0, 6])
        }
    }

    @Test("take one topic out of a metadata request, and leave a request for all topics whole")
    func metadata() {
        var request = MetadataRequest()
        request.topics = [.init(name: "a"), .init(name: "b")]
        let part = request.take(.whole("a"), topicName: { _ in nil })
        #expect(part?.topics?.map(\.name) == ["a"])
        #expect(request.topics?.map(\.name) == ["b"])
        var all = MetadataRequest()
        all.topics = nil
        #expect(all.take(.whole("a"), topicName: { _ in nil }) == nil)
        #expect(all.topics == nil)
    }
}
