import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite("Transaction log records")
struct TransactionLogRecordTests {
    @Test("come back as they went", arguments: TransactionMachine.Phase.allCases)
    func roundTrip(phase: TransactionMachine.Phase) throws {
        let machine = TransactionMachine(
            producer: .init(id: 4_000_000_000, epoch: 12),
            previousProducer: .init(id: 3, epoch: 11),
            timeout: 60_000,
            phase: phase,
            partitions: phase == .ongoing
                ? [.init(topic: "b", partition: 3), .init(topic: "a", partition: 0), .init(topic: "b", partition: 1)]
                : [],
            startedAt: 1_700_000_000_000,
            updatedAt: 1_700_000_000_001
        )
        let record = try TransactionLogRecord.encode("eine ID", machine)
        #expect(try TransactionLogRecord.decodeKey(record.key) == "eine ID")
        #expect(try TransactionLogRecord.decodeValue(#require(record.value)) == machine)
        #expect(try TransactionLogRecord.tombstone("eine ID") == CoordinatorRecord(key: record.key, value: nil))
    }

    @Test("of version 0 are read as Kafka wrote them")
    func versionZero() throws {
        // Version, producer ID 9, epoch 2, timeout 1000, Ongoing, [t: [0, 1]], two times.
        let bytes: [UInt8] =
            [0, 0] + [0, 0, 0, 0, 0, 0, 0, 9] + [0, 2] + [0, 0, 3, 232] + [1] + [0, 0, 0, 1, 0, 1, 116]
            + [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1] + [0, 0, 0, 0, 0, 0, 0, 6] + [0, 0, 0, 0, 0, 0, 0, 5]
        let machine = try TransactionLogRecord.decodeValue(ByteBuffer(bytes: bytes))
        #expect(machine.producer == .init(id: 9, epoch: 2))
        #expect(machine.previousProducer == .none)
        #expect(machine.timeout == 1000)
        #expect(machine.phase == .ongoing)
        #expect(machine.partitions == [.init(topic: "t", partition: 0), .init(topic: "t", partition: 1)])
        #expect(machine.updatedAt == 6)
        #expect(machine.startedAt == 5)
    }

    @Test("of version 1 are laid out as Kafka has them")
    func versionOne() throws {
        let machine = TransactionMachine(producerID: 9, timeout: 1000, now: 6)
        let record = try TransactionLogRecord.encode("x", machine)
        #expect(record.key == ByteBuffer(bytes: [0, 0, 0, 1, 120]))
        let expected: [UInt8] =
            [0, 1] + [0, 0, 0, 0, 0, 0, 0, 9] + [255, 255] + [0, 0, 3, 232] + [0] + [0]
            + [0, 0, 0, 0, 0, 0, 0, 6] + [255, 255, 255, 255, 255, 255, 255, 255] + [0]
        #expect(record.value == ByteBuffer(bytes: expected))
    }

    @Test("cut short or unknown are refused, tags of others are passed over")
    func damaged() throws {
        let machine = TransactionMachine(
            producer: .init(id: 1, epoch: 1),
            previousProducer: .init(id: 1, epoch: 0),
            timeout: 1,
            phase: .ongoing,
            partitions: [.init(topic: "t", partition: 0)],
            startedAt: 1,
            updatedAt: 1
        )
        let value = try #require(try TransactionLogRecord.encode("x", machine).value)
        for length in 0..<value.readableBytes {
            let cut = try #require(value.getSlice(at: value.readerIndex, length: length))
            #expect(throws: WireError.self) { try TransactionLogRecord.decodeValue(cut) }
        }
        var unknownPhase = value
        unknownPhase.setInteger(Int8(8), at: value.readerIndex + 16)
        #expect(throws: WireError.unknownNumber(8)) { try TransactionLogRecord.decodeValue(unknownPhase) }

        let plain = try #require(
            try TransactionLogRecord.encode("x", TransactionMachine(producerID: 9, timeout: 1, now: 6)).value
        )
        var tagged = try #require(plain.getSlice(at: plain.readerIndex, length: plain.readableBytes - 1))
        tagged.writeBytes([1, 2, 2, 0, 2])
        #expect(try TransactionLogRecord.decodeValue(tagged) == TransactionLogRecord.decodeValue(plain))
    }
}
