import Testing

@testable import Kafka

struct FetchStallTests {
    @Test func aQueueBelowItsLimitsIsLeftAlone() {
        let polls = [(10, 800), (10, 400), (10, 10), (10, 0), (10, 300), (0, 0)]
        #expect(wakes(recordLimit: 1000, byteLimit: 1_000_000, recordBytes: 100, polls).isEmpty)
    }

    @Test func aQueueThatWasFullWakesOnceWhenHalfOfItIsGone() {
        let polls = [(100, 950), (400, 550), (100, 450), (450, 0), (0, 0)]
        #expect(wakes(recordLimit: 1000, byteLimit: 1_000_000, recordBytes: 100, polls) == [2])
    }

    @Test func onePollThatTakesAllWakes() {
        let polls = [(1000, 0), (5000, 0), (10, 0)]
        #expect(wakes(recordLimit: 1000, byteLimit: 1_000_000, recordBytes: 100, polls) == [0, 1])
    }

    @Test func bytesCountToo() {
        // 100 records reach the limit of bytes.
        let polls = [(10, 95), (10, 60), (20, 40)]
        #expect(wakes(recordLimit: 1_000_000, byteLimit: 100_000, recordBytes: 1000, polls) == [2])
    }

    @Test func recordsWithoutBytesAreCounted() {
        #expect(wakes(recordLimit: 10, byteLimit: 100, recordBytes: 0, [(1, 10), (6, 4)]) == [1])
    }

    /// The polls, by index, that had fetching woken.
    private func wakes(
        recordLimit: Int,
        byteLimit: Int,
        recordBytes: Int,
        _ polls: [(records: Int, queued: Int)]
    ) -> [Int] {
        var stall = FetchStall(recordLimit: recordLimit, byteLimit: byteLimit)
        return polls.indices.filter {
            stall.polled(
                records: polls[$0].records,
                bytes: polls[$0].records * recordBytes,
                queued: polls[$0].queued
            )
        }
    }
}
