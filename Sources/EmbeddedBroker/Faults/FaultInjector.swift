/// Stands between a connection and the handlers: every request passes it, most untouched.
final class FaultInjector {
    /// What a connection does with an answer.
    enum Outcome<Response> {
        /// It is sent.
        case answer(Response)
        /// It is never sent; the connection stays.
        case lost
        /// The connection is closed; of `partOf` the first half of the frame's bytes is sent before.
        case cut(partOf: Response?)
    }

    private let clock: BrokerClock
    private let timers: BrokerTimers
    private var plan = FaultPlan()
    private var strikes: [BrokerFault.ID: Int] = [:]
    private var waiting: [(id: BrokerFault.ID, times: Int, body: (Bool) -> Void)] = []
    private var held: [() -> Void] = []

    /// While paused, requests are taken in but neither worked on nor answered, as if the process were stopped.
    private(set) var isPaused = false

    init(clock: BrokerClock, timers: BrokerTimers) {
        self.clock = clock
        self.timers = timers
    }

    // MARK: What tests say

    func add(_ fault: BrokerFault) -> BrokerFault.ID {
        let id = plan.add(fault)
        strikes[id] = 0
        return id
    }

    func remove(_ id: BrokerFault.ID) {
        plan.remove(id)
    }

    func removeAll() {
        plan.removeAll()
    }

    /// How often a fault has struck.
    func strikes(of id: BrokerFault.ID) -> Int {
        strikes[id] ?? 0
    }

    /// Runs `body` once the fault has struck so many times, at once when it has; with false when the broker ends before.
    func whenStruck(_ id: BrokerFault.ID, times: Int, _ body: @escaping (Bool) -> Void) {
        if strikes(of: id) >= times {
            body(true)
        } else {
            waiting.append((id, times, body))
        }
    }

    /// Tells all who wait for a fault that it will not strike any more: the broker ends.
    func end() {
        let waiting = waiting
        self.waiting = []
        for entry in waiting { entry.body(false) }
    }

    func pause() {
        isPaused = true
    }

    /// Goes on with what came in during the pause, in its order.
    func resume() {
        isPaused = false
        let bodies = held
        held = []
        for body in bodies { body() }
    }

    // MARK: What connections say

    /// Has `work` done on the request unless a fault keeps it from that, and tells the connection through `finish` what to
    /// do with the answer: once, also when that is nothing.
    ///
    /// - Parameters:
    ///   - topicName: the name of a topic that a request gives by its id.
    ///   - refuse: the answer that says one error for everything a request asks.
    func pass<Request: FaultableRequest>(
        _ request: Request,
        clientID: String?,
        topicName: @escaping (UUID128) -> String?,
        refuse: @escaping (Request, ErrorCode) -> Request.Response,
        work: @escaping (Request, @escaping (Request.Response) -> Void) -> Void,
        finish: @escaping (Outcome<Request.Response>) -> Void
    ) {
        guard isPaused || !plan.isEmpty else {
            return work(request) { response in self.unlessPaused { finish(.answer(response)) } }
        }
        let decision = plan.decide(api: Request.apiKey, clientID: clientID, failsByPartition: Request.failsByPartition)
        {
            request.partitions(topicName: topicName)
        }
        note(decision.struck)
        after(decision.workDelay) {
            self.unlessPaused {
                let send = { (outcome: Outcome<Request.Response>) -> Void in
                    self.after(decision.answerDelay) { self.unlessPaused { finish(outcome) } }
                }
                self.carryOut(decision, on: request, topicName: topicName, refuse: refuse, work: work, finish: send)
            }
        }
    }

    private func carryOut<Request: FaultableRequest>(
        _ decision: FaultPlan.Decision,
        on request: Request,
        topicName: (UUID128) -> String?,
        refuse: (Request, ErrorCode) -> Request.Response,
        work: (Request, @escaping (Request.Response) -> Void) -> Void,
        finish: @escaping (Outcome<Request.Response>) -> Void
    ) {
        switch decision.outcome {
        case .refused(let code): return finish(.answer(refuse(request, code)))
        case .cutBeforeWork: return finish(.cut(partOf: nil))
        case .served, .answerLost, .cutBeforeAnswer, .cutInAnswer: break
        }
        var served = request
        var refusals: [Request.Response] = []
        for (partition, code) in decision.refused {
            guard let part = served.take(partition, topicName: topicName) else { continue }
            refusals.append(refuse(part, code))
        }
        work(served) { [refusals] response in
            var whole = response
            for refusal in refusals { Request.merge(refusal, into: &whole) }
            switch decision.outcome {
            case .answerLost: finish(.lost)
            case .cutBeforeAnswer: finish(.cut(partOf: nil))
            case .cutInAnswer: finish(.cut(partOf: whole))
            case .served, .refused, .cutBeforeWork: finish(.answer(whole))
            }
        }
    }

    private func note(_ struck: [BrokerFault.ID]) {
        guard !struck.isEmpty else { return }
        for id in struck { strikes[id, default: 0] += 1 }
        let ready = waiting.filter { strikes(of: $0.id) >= $0.times }
        waiting.removeAll { strikes(of: $0.id) >= $0.times }
        for entry in ready { entry.body(true) }
    }

    private func after(_ milliseconds: Int64, _ body: @escaping () -> Void) {
        guard milliseconds > 0 else { return body() }
        let (deadline, overflows) = clock.monotonic.addingReportingOverflow(milliseconds)
        timers.schedule(at: overflows ? .max : deadline, body)
    }

    private func unlessPaused(_ body: @escaping () -> Void) {
        if isPaused {
            held.append(body)
        } else {
            body()
        }
    }
}
