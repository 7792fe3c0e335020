/// Fetches that wait for more to read, by the partitions they read.
struct WaitingFetches {
    private var byPartition: [TopicPartition: [ObjectIdentifier: WaitingFetch]] = [:]
    private var ready: [ObjectIdentifier: WaitingFetch] = [:]
    private var order: [WaitingFetch] = []

    mutating func add(_ fetch: WaitingFetch) {
        for partition in fetch.partitions { byPartition[partition, default: [:]][ObjectIdentifier(fetch)] = fetch }
    }

    mutating func remove(_ fetch: WaitingFetch) {
        let id = ObjectIdentifier(fetch)
        ready[id] = nil
        for partition in fetch.partitions {
            byPartition[partition]?[id] = nil
            if byPartition[partition]?.isEmpty == true { byPartition[partition] = nil }
        }
    }

    /// A partition has more to read, or is no more: whoever waits for it looks again after the request.
    mutating func noteAppend(to partition: TopicPartition) {
        guard let waiting = byPartition[partition] else { return }
        for (id, fetch) in waiting where ready.updateValue(fetch, forKey: id) == nil { order.append(fetch) }
    }

    /// Who has to look again, in the order of what woke them; `nil` when nobody has.
    mutating func takeReady() -> [WaitingFetch]? {
        guard !order.isEmpty else { return nil }
        let woken = order.filter { ready[ObjectIdentifier($0)] != nil }
        order = []
        ready = [:]
        return woken
    }
}

/// One fetch that waits: until there is enough, or its time is over.
final class WaitingFetch {
    let partitions: [TopicPartition]
    /// Reads again; answers when there is enough.
    let attempt: () -> Void

    init(partitions: [TopicPartition], attempt: @escaping () -> Void) {
        self.partitions = partitions
        self.attempt = attempt
    }
}
