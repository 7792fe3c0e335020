/// Sixteen bytes that name something once and for all, such as a topic id (KIP-516).
struct UUID128: WireValue, Hashable, Sendable, CustomStringConvertible {
    var high: UInt64
    var low: UInt64

    /// What stands for "no id".
    static let zero = UUID128(high: 0, low: 0)

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A version-4 UUID (RFC 4122).
    static func random() -> UUID128 {
        UUID128(
            high: UInt64.random(in: 0...(.max)) & ~0xf000 | 0x4000,
            low: UInt64.random(in: 0...(.max)) & ~(0xc0 << 56) | (0x80 << 56)
        )
    }

    static func decode(from decoder: inout WireDecoder) throws(WireError) -> UUID128 {
        UUID128(high: try decoder.integer(), low: try decoder.integer())
    }

    func encode(into encoder: inout WireEncoder) {
        encoder.integer(high)
        encoder.integer(low)
    }

    /// URL-safe Base64 without padding, the form in which Kafka's tools print ids.
    var description: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var bits: UInt32 = 0
        var held = 0
        var text = ""
        for word in [high, low] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bits = bits << 8 | UInt32(truncatingIfNeeded: word >> shift & 0xff)
                held += 8
                while held >= 6 {
                    held -= 6
                    text.append(alphabet[Int(bits >> UInt32(held) & 63)])
                }
            }
        }
        if held > 0 { text.append(alphabet[Int(bits << UInt32(6 - held) & 63)]) }
        return text
    }
}
