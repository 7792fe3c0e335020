/// The faults that stand, and how often each has struck. A pure machine: a request comes in, what is to happen to it comes out.
struct FaultPlan {
    /// What is to happen to one request.
    struct Decision: Equatable {
        /// How much later the work begins, in ms.
        var workDelay: Int64 = 0
        /// How much later the answer goes out, in ms.
        var answerDelay: Int64 = 0
        /// What happens to the request as a whole.
        var outcome = Outcome.served
        /// Partitions that are answered with an error while the others are served.
        var refused: [TopicPartition: ErrorCode] = [:]
        /// The faults that struck.
        var struck: [BrokerFault.ID] = []
    }

    /// What happens to a request as a whole.
    enum Outcome: Equatable {
        case served, refused(ErrorCode), answerLost, cutBeforeWork, cutBeforeAnswer, cutInAnswer
    }

    private struct Standing {
        let id: BrokerFault.ID
        let fault: BrokerFault
        var toSkip: Int
        var strikes = 0

        var isSpent: Bool { fault.times.map { strikes >= $0 } ?? false }
    }

    /// Oldest first.
    private var standing: [Standing] = []
    private var next: UInt64 = 0

    /// Whether every request is served as if there were no plan.
    var isEmpty: Bool { standing.isEmpty }

    mutating func add(_ fault: BrokerFault) -> BrokerFault.ID {
        let id = BrokerFault.ID(number: next)
        next += 1
        standing.append(Standing(id: id, fault: fault, toSkip: fault.skipping))
        standing.removeAll(where: \.isSpent)
        return id
    }

    /// A fault that is spent or removed already is left alone.
    mutating func remove(_ id: BrokerFault.ID) {
        standing.removeAll { $0.id == id }
    }

    mutating func removeAll() {
        standing.removeAll()
    }

    /// Decides about one request.
    ///
    /// - Parameters:
    ///   - failsByPartition: whether the answer has a place for an error per partition; without one an error strikes all.
    ///   - partitions: asked only when a fault names a topic.
    mutating func decide(
        api: APIKey,
        clientID: String?,
        failsByPartition: Bool,
        partitions: () -> [TopicPartition]
    ) -> Decision {
        var decision = Decision()
        var named: [TopicPartition]?
        for index in standing.indices {
            let fault = standing[index].fault
            guard fault.api == nil || fault.api == api, fault.clientID == nil || fault.clientID == clientID else {
                continue
            }
            var touched: [TopicPartition] = []
            if fault.topic != nil || fault.partition != nil {
                let all = named ?? partitions()
                named = all
                touched = all.filter(fault.names)
                guard !touched.isEmpty else { continue }
            }
            if !failsByPartition { touched = [] }
            guard decision.leavesRoom(for: fault.effect, on: touched) else { continue }
            guard standing[index].toSkip == 0 else {
                standing[index].toSkip -= 1
                continue
            }
            standing[index].strikes += 1
            decision.take(fault.effect, on: touched)
            decision.struck.append(standing[index].id)
        }
        standing.removeAll(where: \.isSpent)
        return decision
    }
}

extension BrokerFault {
    fileprivate func names(_ candidate: TopicPartition) -> Bool {
        (topic == nil || topic == candidate.topic)
            && (partition == nil || partition == candidate.partition || candidate.partition == -1)
    }
}

extension FaultPlan.Decision {
    /// Whether nothing that excludes `effect` was decided before.
    fileprivate func leavesRoom(for effect: BrokerFault.Effect, on touched: [TopicPartition]) -> Bool {
        switch effect.kind {
        case .delayOfWork: workDelay == 0
        case .delayOfAnswer: answerDelay == 0
        case .outcome:
            if case .error = effect, !touched.isEmpty {
                outcome == .served && touched.contains { refused[$0] == nil }
            } else {
                outcome == .served && refused.isEmpty
            }
        }
    }

    fileprivate mutating func take(_ effect: BrokerFault.Effect, on touched: [TopicPartition]) {
        switch effect {
        case .delayWork(let milliseconds): workDelay = milliseconds
        case .delayAnswer(let milliseconds): answerDelay = milliseconds
        case .error(let code):
            if touched.isEmpty { outcome = .refused(code) }
            for partition in touched where refused[partition] == nil { refused[partition] = code }
        case .loseAnswer: outcome = .answerLost
        case .cutBeforeWork: outcome = .cutBeforeWork
        case .cutBeforeAnswer: outcome = .cutBeforeAnswer
        case .cutInAnswer: outcome = .cutInAnswer
        }
    }
}
