import NIOCore

/// The latest offset of every key in the part of a log that has not been compacted yet.
///
/// Keys are known by a digest of 128 bits, from a hash that is keyed anew in every process: that two keys of a log ever
/// share one is less likely than that the disk returns something else than was written.
struct CompactionMap {
    /// How many keys are taken in one pass: a bound on memory of about 60 MB. A log with more is compacted in several.
    static let defaultCapacity = 1 << 20

    private struct Digest: Hashable {
        let first: Int
        let second: Int

        init(_ key: ByteBuffer) {
            (first, second) = key.withUnsafeReadableBytes { bytes in
                var one = Hasher()
                one.combine(UInt8(1))
                one.combine(bytes: bytes)
                var two = Hasher()
                two.combine(UInt8(2))
                two.combine(bytes: bytes)
                return (one.finalize(), two.finalize())
            }
        }

        func hash(into hasher: inout Hasher) { hasher.combine(first) }
    }

    private let capacity: Int
    private var latest: [Digest: Int64] = [:]
    /// Offsets from here on are not in the map: nothing is known about their keys.
    private(set) var end: Int64

    init(from offset: Int64, capacity: Int = defaultCapacity) {
        end = offset
        self.capacity = capacity
    }

    var isEmpty: Bool { latest.isEmpty }

    /// Whether the keys of so many more records have room. An empty map has room for any batch.
    func hasRoom(for count: Int32) -> Bool { latest.isEmpty || latest.count + Int(count) <= capacity }

    /// Takes note of a batch's records from `start` on; batches come in the order of the log. A batch that cannot be read
    /// changes nothing.
    mutating func add(_ batch: ByteBuffer, _ header: RecordBatchHeader, from start: Int64) {
        var found: [(key: Digest, offset: Int64)] = []
        do throws(RecordError) {
            var reader = try RecordBatchContents.reader(of: batch, header)
            while let record = try reader.next() {
                let offset = header.baseOffset &+ Int64(record.offsetDelta)
                if offset >= start, let key = record.key { found.append((Digest(key), offset)) }
            }
        } catch {
            return
        }
        for record in found { latest[record.key] = record.offset }
    }

    /// Says that everything before `offset` is in the map.
    mutating func cover(upTo offset: Int64) { end = max(end, offset) }

    /// Whether the log has a record with this key after `offset`, as far as the map goes.
    func isSuperseded(_ key: ByteBuffer, at offset: Int64) -> Bool { (latest[Digest(key)] ?? -1) > offset }
}
