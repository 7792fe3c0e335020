import Engine

/// Deals parcels to the converter actors in turn; ``RoundRobinReceiver`` collects in the same turn, so order holds without
/// sequence numbers (rule 8).
struct RoundRobinSender {
    let channels: [BoundedChannel<Parcel>]
    private var turn = 0

    init(_ channels: [BoundedChannel<Parcel>]) {
        self.channels = channels
    }

    /// Sends to the actor whose turn it is, waiting for room. Only a send that happened moves the turn on.
    mutating func send(_ parcel: Parcel) async throws {
        try await channels[turn].send(parcel, cost: parcel.cost)
        turn = (turn + 1) % channels.count
    }

    /// Sends if there is room now.
    mutating func trySend(_ parcel: Parcel) -> Bool {
        guard channels[turn].trySend(parcel, cost: parcel.cost) else { return false }
        turn = (turn + 1) % channels.count
        return true
    }

    /// Waits until the channel whose turn it is has half of its room free.
    func waitForHalf() async throws {
        let channel = channels[turn]
        try await channel.waitForRoom(
            FlowCost(records: channel.capacity.records / 2, bytes: channel.capacity.bytes / 2)
        )
    }

    func finish() {
        for channel in channels { channel.finish() }
    }
}

/// Collects parcels from the converter actors in turn. Each actor sends exactly one parcel for each it received.
struct RoundRobinReceiver {
    private var receivers: [BoundedChannel<Parcel>.Receiver]
    private var turn = 0

    init(_ channels: [BoundedChannel<Parcel>]) {
        receivers = channels.map { $0.makeReceiver() }
    }

    /// The next parcel in order; `nil` after the last.
    mutating func next(isolation: isolated (any Actor)? = #isolation) async -> Parcel? {
        let parcel = await receivers[turn].next(isolation: isolation)
        turn = (turn + 1) % receivers.count
        return parcel
    }
}
