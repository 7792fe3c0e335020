import CRdKafka
import ConnectTesting
import Engine
import Glibc
import Testing

/// The embedded broker as a program, under load, killed with SIGKILL again and again: what it acknowledged is there.
@Suite("The embedded broker, killed with SIGKILL", .serialized)
struct EmbeddedKillTests {
    /// Ten by default; `CONNECT_KILLS` says otherwise.
    private static var kills: Int {
        getenv("CONNECT_KILLS").flatMap { Int(String(cString: $0)) } ?? 10
    }

    @Test(
        "No acknowledged record is lost, none is there twice, no transaction is half visible",
        .timeLimit(.minutes(60))
    )
    func kills() async throws {
        let folder = try TemporaryFolder()
        let broker = try KillableBroker(folder: folder.path("broker"))
        let producers = ["none", "lz4"].enumerated().map { number, compression in
            IdempotentLoad(
                name: "p\(number)",
                bootstrap: broker.bootstrap,
                topic: TransactionalLoad.input,
                partitions: 3,
                compression: compression
            )
        }
        let copiers = (0..<3).map { TransactionalLoad(partition: $0, bootstrap: broker.bootstrap) }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for producer in producers { group.addTask { await producer.run() } }
            for copier in copiers { group.addTask { await copier.run() } }
            let last: RunningProgram
            do {
                last = try await killRepeatedly(broker) { try Self.progress(producers, copiers) }
            } catch {
                // Without a broker the loads would wait for ever.
                for producer in producers { producer.abandon() }
                for copier in copiers { copier.abandon() }
                throw error
            }
            for producer in producers { producer.stop() }
            for copier in copiers { copier.stop() }
            try await group.waitForAll()
            let report = try await verify(broker, producers, copiers)
            last.kill(SIGTERM)
            #expect(await last.exitCode() == 0)
            print("\(Self.kills) kills: \(report)")
        }
    }

    /// What was acknowledged so far.
    private struct Progress {
        var records: Int
        var commits: Int
    }

    /// The program that was not killed in the end.
    private func killRepeatedly(
        _ broker: KillableBroker,
        progress: () throws -> Progress
    ) async throws -> RunningProgram {
        let clock = SystemClock()
        for kill in 0..<Self.kills {
            let before = try progress()
            let program = try broker.start()
            // In turn: while it starts, when it is ready, when records come in, when transactions do. The moment itself is
            // chance; nothing is decided by it.
            switch kill % 4 {
            case 0: break
            case 1: try await waitUntilReady(program)
            case 2:
                try await waitUntilReady(program)
                try await wait(program, clock) { try progress().records > before.records }
            default:
                try await waitUntilReady(program)
                let commits = before.commits + Int.random(in: 1...8)
                try await wait(program, clock) { try progress().commits >= commits }
            }
            try await clock.sleep(for: .microseconds(Int.random(in: 0...150_000)))
            program.kill(SIGKILL)
            let code = await program.exitCode()
            if code != 128 + SIGKILL { try await fail(program, "ended by itself with \(code)") }
        }
        let before = try progress()
        let program = try broker.start()
        try await waitUntilReady(program)
        try await wait(program, clock) {
            let now = try progress()
            return now.records > before.records && now.commits > before.commits
        }
        return program
    }

    private func waitUntilReady(_ program: RunningProgram) async throws {
        if await program.output.first(containing: "127.0.0.1:") == nil {
            try await fail(program, "did not start: \(await program.exitCode())")
        }
    }

    private func wait(_ program: RunningProgram, _ clock: SystemClock, until condition: () throws -> Bool) async throws
    {
        while try !condition() {
            if Glibc.kill(program.processID, 0) != 0 { try await fail(program, "ended by itself") }
            try await clock.sleep(for: .milliseconds(5))
        }
    }

    private func fail(_ program: RunningProgram, _ what: String) async throws {
        let log = await program.errors.all().suffix(20).joined(separator: "\n")
        throw ConnectError(.inputOutput, "the broker \(what)\n\(log)")
    }

    /// Throws when a load has met what must not happen, so that it is seen at the kill that did it.
    private static func progress(_ producers: [IdempotentLoad], _ copiers: [TransactionalLoad]) throws -> Progress {
        let problems = producers.flatMap(\.problems) + copiers.flatMap(\.snapshot.problems)
        try #require(problems.isEmpty)
        return Progress(
            records: producers.reduce(0) { $0 + $1.acknowledgements },
            commits: copiers.reduce(0) { $0 + $1.snapshot.commits }
        )
    }

    // MARK: What is there

    private func verify(
        _ broker: KillableBroker,
        _ producers: [IdempotentLoad],
        _ copiers: [TransactionalLoad]
    ) async throws -> String {
        _ = try Self.progress(producers, copiers)
        let input = try await BrokerContents.read("in", partitions: 3, isCommitted: true, bootstrap: broker.bootstrap)
        var acknowledged = 0
        for producer in producers { acknowledged += verify(producer, input) }

        var visible = 0
        var aborted = 0
        for output in TransactionalLoad.outputs {
            let all = try await BrokerContents.read(
                output.topic,
                partitions: output.partitions,
                isCommitted: false,
                bootstrap: broker.bootstrap
            )
            let committed = try await BrokerContents.read(
                output.topic,
                partitions: output.partitions,
                isCommitted: true,
                bootstrap: broker.bootstrap
            )
            // No transaction is open, so both kinds of readers come to the same end.
            #expect(all.ends == committed.ends)
            #expect(committed.records.isSubset(of: all.records))
            visible += committed.records.count
            aborted += all.records.count - committed.records.count
            for copier in copiers { try verify(copier, output.topic, committed, input) }
        }
        let states = copiers.map(\.snapshot)
        return """
            \(acknowledged) records acknowledged to idempotent producers, each there once and in its place; \
            \(states.reduce(0) { $0 + $1.commits }) commits acknowledged, \(states.reduce(0) { $0 + $1.aborts }) aborts asked \
            for, \(states.reduce(0) { $0 + $1.interruptions.count }) transactions that could not go on, \
            \(states.reduce(0) { $0 + $1.deaths }) producers dead in mid-transaction; \(visible) copies visible, \
            \(aborted) aborted ones hidden
            """
    }

    private func verify(_ producer: IdempotentLoad, _ input: BrokerContents) -> Int {
        let state = producer.snapshot
        #expect(state.acknowledged.count == state.sent, "\(producer.name) was left without answers")
        var places: [Int: [IdempotentLoad.Place]] = [:]
        for record in input.records where record.key == producer.name {
            let number = record.value.split(separator: " ").first.flatMap { Int($0) } ?? -1
            places[number, default: []].append(.init(partition: record.partition, offset: record.offset))
        }
        let lost = state.acknowledged.filter { places[$0.key] == nil }
        let repeated = places.filter { $0.value.count > 1 }
        let elsewhere = state.acknowledged.filter { number, place in places[number].map { $0 != [place] } ?? false }
        let unknown = places.keys.filter { !(0..<state.sent).contains($0) }
        #expect(lost.isEmpty, "\(producer.name): \(lost.count) lost, e.g. \(lost.prefix(5))")
        #expect(
            repeated.isEmpty,
            "\(producer.name): \(repeated.count) there more than once, e.g. \(repeated.prefix(5))"
        )
        #expect(elsewhere.isEmpty, "\(producer.name): \(elsewhere.count) elsewhere, e.g. \(elsewhere.prefix(5))")
        #expect(unknown.isEmpty, "\(producer.name): \(unknown.count) never sent, e.g. \(unknown.prefix(5))")
        // In each partition in the order they were sent.
        var last: [Int32: Int] = [:]
        var disorder = 0
        for (number, place) in places.compactMap({ entry in entry.value.first.map { (entry.key, $0) } })
            .sorted(by: { ($0.1.partition, $0.1.offset) < ($1.1.partition, $1.1.offset) })
        {
            if let before = last[place.partition], before > number { disorder += 1 }
            last[place.partition] = number
        }
        #expect(disorder == 0, "\(producer.name): \(disorder) out of order")
        return state.acknowledged.count
    }

    /// What a transaction shows and what it commits agree: exactly the input below the committed offset is copied, once.
    private func verify(
        _ copier: TransactionalLoad,
        _ topic: String,
        _ contents: BrokerContents,
        _ input: BrokerContents
    ) throws {
        let committed = max(try copier.committedOffset(), 0)
        #expect(committed >= copier.snapshot.committed, "\(copier.name): an acknowledged commit is lost")
        #expect(committed <= input.ends[copier.partition] ?? 0)
        let copied = contents.records.filter { $0.key == copier.name }.compactMap { Int64($0.value) }.sorted()
        let difference = Set(copied).symmetricDifference(0..<committed).sorted()
        #expect(
            difference.isEmpty,
            "\(copier.name) in \(topic): committed up to \(committed), visible does not agree at \(difference.prefix(10))"
        )
        #expect(copied.count == Set(copied).count, "\(copier.name) in \(topic): copies are visible twice")
    }
}
