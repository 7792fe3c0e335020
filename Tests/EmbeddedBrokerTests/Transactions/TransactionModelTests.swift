import Testing

@testable import EmbeddedBroker

/// Random producers, zombies, crashes and broken disks against one coordinator; what it told its clients is held against
/// what is in the partitions in the end.
@Suite("Transaction model")
struct TransactionModelTests {
    @Test("no transaction is half visible whatever happens", arguments: 0..<60)
    func random(seed: Int) throws {
        var run = try Run(seed: UInt64(seed))
        for _ in 0..<400 { try run.step() }
        try run.finish()
        run.check()
    }

    @Test("a crash between any two writes of a commit leaves all or nothing", arguments: [true, false])
    func everyCrash(commit: Bool) throws {
        // Writes of the end: decision, three markers, completion.
        for survived in 0...5 {
            let world = try TransactionWorld()
            let producer = world.initialize("a").producer
            let partitions = (0..<3).map { TopicPartition(topic: "t", partition: $0) }
            _ = world.add(partitions, to: "a", producer)
            for partition in partitions { _ = world.produce("a", producer, to: partition, transaction: 1) }
            world.writesLeft = survived
            let answer = world.end("a", producer, commit: commit)
            #expect(answer == (survived == 0 ? .kafkaStorageError : .none))
            try world.restart()
            let ends = partitions.map { world.partitions[$0]?.dropFirst() ?? [] }
            if survived == 0 {
                #expect(ends.allSatisfy { $0.isEmpty })
                #expect(world.end("a", producer, commit: commit) == .none)
            } else {
                #expect(ends.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 == .marker(producer, commit: commit) } })
                #expect(world.end("a", producer, commit: commit) == .none)
            }
            #expect(world.add(partitions, to: "a", producer).allSatisfy { $0 == .none })
        }
    }

    @Test("a crash between any two writes of fencing lets the next producer in and the zombie out")
    func everyCrashOfFencing() throws {
        for survived in 0...6 {
            let world = try TransactionWorld()
            let zombie = world.initialize("a").producer
            let partition = TopicPartition(topic: "t", partition: 0)
            _ = world.add([partition], to: "a", zombie)
            _ = world.produce("a", zombie, to: partition, transaction: 1)
            world.writesLeft = survived
            let first = world.initialize("a")
            try world.restart()
            let second = world.initialize("a")
            #expect(second.code == .none)
            #expect(second.producer.epoch > zombie.epoch)
            if first.code == .none { #expect(second.producer.epoch > first.producer.epoch) }
            #expect(world.end("a", zombie, commit: true) == .producerFenced)
            let ends = world.partitions[partition]?.dropFirst() ?? []
            #expect(!ends.isEmpty)
            for end in ends {
                guard case .marker(_, commit: false) = end else {
                    Issue.record("not aborted: \(end)")
                    continue
                }
            }
        }
    }
}

/// What one client of the model knows of itself.
private struct Client {
    var transactionalID: String
    var producer: TransactionMachine.Producer
    /// The number of its open transaction.
    var transaction: Int?
    /// What it asked for last, when the answer left it open whether it happened.
    var asked: Bool?
    /// Was refused for good: a real client stops then.
    var isFenced = false
}

private struct Run {
    enum Outcome { case committed, aborted }

    let world: TransactionWorld
    let partitions: [TopicPartition]
    var random: SplitMix
    var clients: [Client] = []
    var lastTransaction = 0
    /// What clients were told.
    var told: [Int: Outcome] = [:]
    /// What was acknowledged, by transaction.
    var written: [Int: Int] = [:]
    var handedOut: Set<TransactionMachine.Producer> = []

    init(seed: UInt64) throws {
        world = try TransactionWorld()
        partitions = (0..<3).map { TopicPartition(topic: "t", partition: $0) }
        random = SplitMix(state: seed)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: initialize()
        case 8..<10: bump()
        case 10..<80: act()
        case 80..<88: world.advance(byMilliseconds: .random(in: 0..<400, using: &random))
        case 88..<91: world.writesLeft = .random(in: 0..<6, using: &random)
        case 91..<94: try world.restart()
        case 94..<96: world.broken = [partitions[.random(in: 0..<3, using: &random)]]
        case 96..<97: world.isLogBroken = true
        default:
            world.broken = []
            world.isLogBroken = false
        }
    }

    /// Everything heals, and time passes until nothing is open.
    mutating func finish() throws {
        world.broken = []
        world.isLogBroken = false
        try world.restart()
        for _ in 0..<20 { world.advance(byMilliseconds: 200) }
        for id in ["a", "b"] { #expect(world.initialize(id).code == .none) }
    }

    mutating func initialize() {
        let id = Bool.random(using: &random) ? "a" : "b"
        let (code, producer) = world.initialize(id, timeout: 1000)
        guard code == .none else { return }
        #expect(handedOut.insert(producer).inserted, "\(producer) is handed out twice")
        clients.append(Client(transactionalID: id, producer: producer))
    }

    mutating func bump() {
        guard let index = clients.indices.randomElement(using: &random) else { return }
        let client = clients[index]
        guard client.transaction == nil, !client.isFenced else { return }
        let (code, producer) = world.initialize(client.transactionalID, timeout: 1000, as: client.producer)
        if code == .none {
            clients[index].producer = producer
            // A repeated request may be answered with the same producer, though only to the client that had asked.
            handedOut.insert(producer)
        }
    }

    mutating func act() {
        // Mostly the newest client, at times a zombie.
        guard !clients.isEmpty else { return }
        let index =
            Int.random(in: 0..<4, using: &random) > 0
            ? clients.count - 1 : Int.random(in: 0..<clients.count, using: &random)
        var client = clients[index]
        defer { clients[index] = client }
        guard !client.isFenced else {
            // It tries all the same; nothing may come of it.
            let code = world.end(client.transactionalID, client.producer, commit: true)
            #expect(code != .none)
            return
        }
        let choice = Int.random(in: 0..<10, using: &random)
        if let commit = client.asked {
            end(&client, commit: commit)
        } else if client.transaction == nil || choice < 3 {
            add(&client)
        } else if choice < 7 {
            produce(&client)
        } else {
            end(&client, commit: choice < 9)
        }
    }

    private mutating func add(_ client: inout Client) {
        let chosen = partitions.filter { _ in Bool.random(using: &random) }
        guard !chosen.isEmpty else { return }
        let codes = world.add(chosen, to: client.transactionalID, client.producer)
        note(codes, &client)
        if codes.allSatisfy({ $0 == .none }), client.transaction == nil {
            lastTransaction += 1
            client.transaction = lastTransaction
        }
    }

    private mutating func produce(_ client: inout Client) {
        guard let transaction = client.transaction, let partition = partitions.randomElement(using: &random) else {
            return
        }
        let code = world.produce(client.transactionalID, client.producer, to: partition, transaction: transaction)
        if code == .none { written[transaction, default: 0] += 1 }
    }

    private mutating func end(_ client: inout Client, commit: Bool) {
        guard let transaction = client.transaction else { return }
        let code = world.end(client.transactionalID, client.producer, commit: commit)
        switch code {
        case .none:
            told[transaction] = commit ? .committed : .aborted
            client.transaction = nil
            client.asked = nil
        case .kafkaStorageError, .concurrentTransactions:
            client.asked = commit
        default:
            note([code], &client)
        }
    }

    private func note(_ codes: [ErrorCode], _ client: inout Client) {
        for code in codes
        where code == .producerFenced || code == .invalidProducerIDMapping || code == .invalidTxnState {
            client.isFenced = true
        }
    }

    func check() {
        var outcomes: [Int: Set<Bool>] = [:]
        var found: [Int: Int] = [:]
        for partition in partitions {
            let entries = world.partitions[partition] ?? []
            for (position, entry) in entries.enumerated() {
                guard case .data(let producer, let transaction) = entry else { continue }
                found[transaction, default: 0] += 1
                let end = entries[(position + 1)...].lazy.compactMap { later -> Bool? in
                    guard case .marker(let ended, let commit) = later, ended.id == producer.id else { return nil }
                    return commit
                }.first
                guard let end else {
                    Issue.record("transaction \(transaction) is open for ever in \(partition)")
                    continue
                }
                outcomes[transaction, default: []].insert(end)
            }
        }
        for (transaction, count) in written { #expect(found[transaction] == count) }
        for (transaction, ends) in outcomes {
            #expect(ends.count == 1, "transaction \(transaction) is half visible")
            if let told = told[transaction] { #expect(ends == [told == .committed]) }
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
