import NIOCore

/// Kafka's records of `__transaction_state`: one per change of a transactional ID, its newest one counts.
///
/// Keys have version 0. Values are written with version 1, which has tagged fields, and read with versions 0 and 1. A
/// tag of our own, far from Kafka's, keeps the epoch before a bump: with it a producer whose answer was lost in a crash
/// gets the same answer again, where Kafka's coordinator fences it. Other readers pass over tags they do not know.
enum TransactionLogRecord {
    private static let previousProducerIDTag: UInt32 = 0
    private static let previousEpochTag: UInt32 = 1_000

    static func encode(_ transactionalID: String, _ machine: TransactionMachine) throws(WireError) -> CoordinatorRecord
    {
        var encoder = WireEncoder(version: 1, isFlexible: true)
        encoder.integer(Int16(1))
        encoder.integer(machine.producer.id)
        encoder.integer(machine.producer.epoch)
        encoder.integer(machine.timeout)
        encoder.integer(machine.phase.rawValue)
        if machine.phase == .empty {
            [Topic].encodeNull(into: &encoder)
        } else {
            try topics(of: machine.partitions).encode(into: &encoder)
        }
        encoder.integer(machine.updatedAt)
        encoder.integer(machine.startedAt)
        encodeTags(of: machine.previousProducer, into: &encoder)
        return CoordinatorRecord(key: try key(transactionalID), value: encoder.joined())
    }

    static func tombstone(_ transactionalID: String) throws(WireError) -> CoordinatorRecord {
        CoordinatorRecord(key: try key(transactionalID), value: nil)
    }

    /// The transactional ID; `nil` for a key of another version, which belongs to something else.
    static func decodeKey(_ key: ByteBuffer) throws(WireError) -> String? {
        var decoder = WireDecoder(key, version: 0, isFlexible: false)
        guard try decoder.integer(Int16.self) == 0 else { return nil }
        return try String.decode(from: &decoder)
    }

    static func decodeValue(_ value: ByteBuffer) throws(WireError) -> TransactionMachine {
        var rest = value
        guard let version = rest.readInteger(as: Int16.self) else { throw .truncated }
        guard (0...1).contains(version) else { throw .unknownNumber(Int(version)) }
        var decoder = WireDecoder(rest, version: version, isFlexible: version >= 1)
        let producer = TransactionMachine.Producer(id: try decoder.integer(), epoch: try decoder.integer())
        let timeout = try decoder.integer(Int32.self)
        let status = try decoder.integer(Int8.self)
        guard let phase = TransactionMachine.Phase(rawValue: status) else { throw .unknownNumber(Int(status)) }
        let topics = try [Topic].decodeNullable(from: &decoder) ?? []
        let updatedAt = try decoder.integer(Int64.self)
        let startedAt = try decoder.integer(Int64.self)
        let previous = version >= 1 ? try decodeTags(from: &decoder) : .none
        var partitions: Set<TopicPartition> = []
        for topic in topics {
            for partition in topic.partitionIDs {
                partitions.insert(TopicPartition(topic: topic.topic, partition: partition))
            }
        }
        return TransactionMachine(
            producer: producer,
            previousProducer: previous,
            timeout: timeout,
            phase: phase,
            partitions: partitions,
            startedAt: startedAt,
            updatedAt: updatedAt
        )
    }

    private static func key(_ transactionalID: String) throws(WireError) -> ByteBuffer {
        var encoder = WireEncoder(version: 0, isFlexible: false, capacity: 4 + transactionalID.utf8.count)
        encoder.integer(Int16(0))
        try transactionalID.encode(into: &encoder)
        return encoder.joined()
    }

    /// In one order, so that equal machines have equal bytes.
    private static func topics(of partitions: Set<TopicPartition>) -> [Topic] {
        Dictionary(grouping: partitions, by: \.topic)
            .map { topic, partitions in Topic(topic: topic, partitionIDs: partitions.map(\.partition).sorted()) }
            .sorted { $0.topic < $1.topic }
    }

    private static func encodeTags(of previous: TransactionMachine.Producer, into encoder: inout WireEncoder) {
        guard previous != .none else { return encoder.writeUnsignedVariableInteger(0) }
        encoder.writeUnsignedVariableInteger(2)
        encoder.writeUnsignedVariableInteger(previousProducerIDTag)
        encoder.writeUnsignedVariableInteger(UInt32(MemoryLayout<Int64>.size))
        encoder.integer(previous.id)
        encoder.writeUnsignedVariableInteger(previousEpochTag)
        encoder.writeUnsignedVariableInteger(UInt32(MemoryLayout<Int16>.size))
        encoder.integer(previous.epoch)
    }

    private static func decodeTags(from decoder: inout WireDecoder) throws(WireError) -> TransactionMachine.Producer {
        var id: Int64?
        var epoch: Int16?
        var left = try decoder.unsignedVariableInteger()
        while left > 0 {
            let tag = try decoder.unsignedVariableInteger()
            let size = try decoder.unsignedVariableInteger()
            switch (tag, size) {
            case (previousProducerIDTag, 8): id = try decoder.integer(Int64.self)
            case (previousEpochTag, 2): epoch = try decoder.integer(Int16.self)
            default:
                for _ in 0..<size { _ = try decoder.integer(UInt8.self) }
            }
            left -= 1
        }
        guard let id, let epoch else { return .none }
        return TransactionMachine.Producer(id: id, epoch: epoch)
    }

    /// The partitions of one topic in a value.
    private struct Topic: WireStruct {
        var topic: String = ""
        var partitionIDs: [Int32] = []

        mutating func fields(_ coder: inout some WireCoder) throws(WireError) {
            try coder.field(&topic)
            try coder.field(&partitionIDs)
        }
    }
}
