import CRdKafka
import ConnectTesting
import Engine
import OrderedCollections
import Testing

@testable import Kafka

/// The partition of a key, against Kafka's Java producer and against librdkafka.
@Suite struct MurmurTests {
    @Test func recordedKeysLandWhereJavaPutsThem() throws {
        let cases = try GoldenFolder().cases("murmur2-partition.jsonl")
        #expect(cases.count >= 40)
        for golden in cases {
            let key = try #require(Self.bytes(golden.json["key_hex"]?.stringValue))
            let hash = try #require(golden.json["murmur2"]?.int64Value)
            #expect(Int64(Murmur2.hash(key)) == hash, "id \(golden.id)")
            for (count, partition) in golden.json["partition"]?.objectValue ?? [:] {
                let count = try #require(Int32(count))
                let expected = try #require(partition.int64Value)
                #expect(Int64(Murmur2.partition(forKey: key, count: count)) == expected, "id \(golden.id)")
                // librdkafka takes a topic, which this partitioner does not look at.
                let byLibrary = key.withUnsafeBytes {
                    rd_kafka_msg_partitioner_murmur2_random(nil, $0.baseAddress, $0.count, count, nil, nil)
                }
                if !key.isEmpty { #expect(Int64(byLibrary) == expected, "id \(golden.id)") }
            }
        }
    }

    @Test func lengthsAroundABlock() {
        for length in 0..<9 {
            let key = [UInt8](repeating: 0xff, count: length)
            let byLibrary = key.withUnsafeBytes {
                rd_kafka_msg_partitioner_murmur2(nil, $0.baseAddress, $0.count, 1000, nil, nil)
            }
            #expect(Murmur2.partition(forKey: key, count: 1000) == byLibrary)
        }
    }

    @Test func noPartitionsGiveZero() {
        #expect(Murmur2.partition(forKey: [1], count: 0) == 0)
        #expect(Murmur2.partition(forKey: [1], count: -3) == 0)
    }

    private static func bytes(_ hex: String?) -> [UInt8]? {
        guard let hex, hex.utf8.count % 2 == 0 else { return nil }
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == hex.utf8.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
