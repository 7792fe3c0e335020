import Testing

@testable import Engine

@Suite("BoundedChannel")
struct BoundedChannelTests {
    private static let one = FlowCost(records: 1, bytes: 1)

    @Test func deliversEverythingInOrderAndNeverHoldsMoreThanItsCapacity() async throws {
        let channel = BoundedChannel<Int>(name: "test", capacity: FlowCost(records: 4, bytes: 4))
        let sending = Task {
            for number in 0..<10_000 { try await channel.send(number, cost: Self.one) }
            channel.finish()
        }
        var receiver = channel.makeReceiver()
        var expected = 0
        while let number = await receiver.next() {
            #expect(number == expected)
            expected += 1
            #expect(channel.snapshot.held.records <= 4)
        }
        #expect(expected == 10_000)
        try await sending.value
    }

    @Test func severalSendersLoseNothing() async throws {
        let channel = BoundedChannel<Int>(name: "test", capacity: FlowCost(records: 3, bytes: 100))
        let senders = Task {
            await withTaskGroup(of: Void.self) { group in
                for sender in 0..<8 {
                    group.addTask {
                        for number in 0..<500 { try? await channel.send(sender * 1000 + number, cost: Self.one) }
                    }
                }
            }
            channel.finish()
        }
        var seen: Set<Int> = []
        var receiver = channel.makeReceiver()
        while let number = await receiver.next() { #expect(seen.insert(number).inserted) }
        await senders.value
        #expect(seen.count == 4000)
    }

    @Test func aCancelledSendHasSentNothing() async throws {
        let channel = BoundedChannel<String>(name: "test", capacity: FlowCost(records: 1, bytes: 1))
        try await channel.send("first", cost: Self.one)
        let waiting = Task { try await channel.send("never", cost: Self.one) }
        while channel.snapshot.sendsThatWaited == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        var receiver = channel.makeReceiver()
        let first = await receiver.next()
        try await channel.send("second", cost: Self.one)
        channel.finish()
        let second = await receiver.next()
        let end = await receiver.next()
        #expect(first == "first")
        #expect(second == "second")
        #expect(end == nil)
    }

    @Test func finishRefusesWhoWaits() async throws {
        let channel = BoundedChannel<Int>(name: "test", capacity: FlowCost(records: 1, bytes: 1))
        #expect(channel.trySend(1, cost: Self.one))
        #expect(!channel.trySend(2, cost: Self.one))
        let waiting = Task { try await channel.send(3, cost: Self.one) }
        while channel.snapshot.sendsThatWaited == 0 { await Task.yield() }
        channel.finish()
        await #expect(throws: ChannelFinished.self) { try await waiting.value }
        await #expect(throws: ChannelFinished.self) { try await channel.send(4, cost: Self.one) }
    }

    @Test func aReceiverThatGoesAwayEndsTheSenders() async throws {
        let channel = BoundedChannel<Int>(name: "test", capacity: FlowCost(records: 1, bytes: 1))
        let receiving = Task {
            var receiver = channel.makeReceiver()
            while await receiver.next() != nil {}
        }
        receiving.cancel()
        await receiving.value
        await #expect(throws: ChannelFinished.self) {
            while true { try await channel.send(1, cost: Self.one) }
        }
    }
}
