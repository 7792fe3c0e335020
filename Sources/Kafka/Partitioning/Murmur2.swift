/// The hash by which Kafka's Java producer spreads keys over partitions.
///
/// librdkafka's `murmur2_random` partitioner computes the same; this one is for the places where the engine chooses a partition
/// itself.
///
/// Source: Austin Appleby's MurmurHash2; `org.apache.kafka.common.utils.Utils.murmur2` (seed, sign) and
/// `BuiltInPartitioner.partitionForKey`.
public enum Murmur2 {
    private static let seed: UInt32 = 0x9747_b28c
    private static let multiplier: UInt32 = 0x5bd1_e995

    /// The hash of some bytes, signed as in Java.
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        let count = bytes.count
        var hash = seed ^ UInt32(truncatingIfNeeded: count)
        let blocks = count & ~3
        var index = 0
        while index < blocks {
            var block = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            block &*= multiplier
            block ^= block &>> 24
            block &*= multiplier
            hash &*= multiplier
            hash ^= block
            index += 4
        }
        if index < count {
            if count & 3 == 3 { hash ^= UInt32(bytes[index + 2]) &<< 16 }
            if count & 3 >= 2 { hash ^= UInt32(bytes[index + 1]) &<< 8 }
            hash ^= UInt32(bytes[index])
            hash &*= multiplier
        }
        hash ^= hash &>> 13
        hash &*= multiplier
        hash ^= hash &>> 15
        return Int32(bitPattern: hash)
    }

    /// The hash of some bytes, signed as in Java.
    public static func hash(_ bytes: [UInt8]) -> Int32 {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The partition of a key among `count` partitions; 0 when there are none.
    public static func partition(forKey key: UnsafeRawBufferPointer, count: Int32) -> Int32 {
        guard count > 0 else { return 0 }
        return (hash(key) & Int32.max) % count
    }

    /// The partition of a key among `count` partitions; 0 when there are none.
    public static func partition(forKey key: [UInt8], count: Int32) -> Int32 {
        key.withUnsafeBytes { partition(forKey: $0, count: count) }
    }
}
