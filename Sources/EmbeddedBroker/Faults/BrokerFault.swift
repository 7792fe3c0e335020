/// One thing that goes wrong on purpose, for tests of what a client does then. Handed to the broker, it stands until it has
/// struck ``times`` times or is removed.
///
/// A fault strikes requests that match all of ``api``, ``topic``, ``partition`` and ``clientID``; `nil` matches everything.
/// Faults that match the same request strike together when their effects are of different kinds; of one kind the oldest
/// strikes alone, so that several in a row make a sequence.
public struct BrokerFault: Sendable, Hashable {
    /// The request that is struck; `nil` for every request.
    public var api: APIKey?
    /// The topic that has to be in the request. An error then strikes only its partitions, the others are served.
    public var topic: String?
    /// The partition of ``topic`` that has to be in the request.
    public var partition: Int32?
    /// The `client.id` of the one who asks.
    public var clientID: String?
    /// What happens.
    public var effect: Effect
    /// How many matching requests are left alone first.
    public var skipping: Int
    /// How often it strikes; `nil` until it is removed.
    public var times: Int?

    /// What a fault does to a request.
    public enum Effect: Sendable, Hashable {
        /// The work is not done, this error is the answer.
        case error(ErrorCode)
        /// The work begins this much later, in ms.
        case delayWork(milliseconds: Int64)
        /// The work is done, its answer goes out this much later, in ms. Later requests of the connection wait as well.
        case delayAnswer(milliseconds: Int64)
        /// The work is done and no answer is ever sent; the connection stays.
        case loseAnswer
        /// The connection is cut before the work is done.
        case cutBeforeWork
        /// The work is done and the connection is cut without an answer.
        case cutBeforeAnswer
        /// The work is done and the connection is cut when half of the answer's bytes are sent.
        case cutInAnswer
    }

    /// A fault; see the properties.
    public init(
        _ effect: Effect,
        api: APIKey? = nil,
        topic: String? = nil,
        partition: Int32? = nil,
        clientID: String? = nil,
        skipping: Int = 0,
        times: Int? = 1
    ) {
        self.api = api
        self.topic = topic
        self.partition = partition
        self.clientID = clientID
        self.effect = effect
        self.skipping = skipping
        self.times = times
    }

    /// Names a fault that was handed to a broker.
    public struct ID: Sendable, Hashable {
        let number: UInt64
    }
}

extension BrokerFault.Effect {
    /// Effects of one kind exclude each other at one request.
    enum Kind {
        case delayOfWork, delayOfAnswer, outcome
    }

    var kind: Kind {
        switch self {
        case .delayWork: .delayOfWork
        case .delayAnswer: .delayOfAnswer
        case .error, .loseAnswer, .cutBeforeWork, .cutBeforeAnswer, .cutInAnswer: .outcome
        }
    }
}
