/// Damages bytes the way that finds mistakes in decoders: lengths and counts that lie, ends that come early, parts that
/// stand twice.
struct Mutator {
    private static let interesting: [[UInt8]] = [
        [0], [1], [0x7f], [0x80], [0xff],
        [0, 0], [0x7f, 0xff], [0x80, 0], [0xff, 0xff], [0xff, 0xfe],
        [0, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xfe],
        [0, 0, 0xff, 0xff], [0, 1, 0, 0],
        [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0, 0, 0, 0, 0],
        [0xff, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0xff], [0x80, 0x80, 0x80, 0x80, 0x08],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ]

    var generator: FuzzGenerator

    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: generator.next() >> 1) % max(1, bound)
    }

    mutating func mutate(_ bytes: inout [UInt8]) {
        for _ in 0...below(4) { mutateOnce(&bytes) }
    }

    private mutating func mutateOnce(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        switch below(9) {
        case 0 where place < bytes.count:
            bytes[place] ^= 1 << UInt8(below(8))
        case 1 where place < bytes.count:
            bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 2, 3:
            let piece = Self.interesting[below(Self.interesting.count)]
            bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
        case 4:
            bytes.insert(contentsOf: Self.interesting[below(Self.interesting.count)], at: place)
        case 5:
            bytes.removeSubrange(place...)
        case 6:
            bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
        case 7 where bytes.count < 4096:
            let end = min(bytes.count, place + 1 + below(32))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count + 1))
        default:
            for _ in 0...below(8) { bytes.append(UInt8(truncatingIfNeeded: generator.next())) }
        }
    }
}
