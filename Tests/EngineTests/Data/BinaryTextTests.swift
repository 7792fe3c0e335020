import BigInt
import Engine
import Testing

@Suite("Base64 and two's complement")
struct BinaryTextTests {
    @Test(
        "Base64 by RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(plain: String, encoded: String) {
        #expect(String(decoding: Base64.encode(Array(plain.utf8)), as: UTF8.self) == encoded)
        #expect(decode(encoded) == Array(plain.utf8))
    }

    @Test("every byte comes back", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SplitMix(state: seed)
        let bytes = (0..<Int(seed * 13)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(decode(String(decoding: Base64.encode(bytes), as: UTF8.self)) == bytes)
    }

    @Test("white space between groups is skipped")
    func whitespace() {
        #expect(decode(" Zm9v\r\nYmFy ") == Array("foobar".utf8))
    }

    @Test(
        "what is not Base64 is refused",
        arguments: ["Z", "Zg", "Zg=", "Z===", "====", "Zm9v!", "Zm-v", "Zg=x", "Zm9vé"]
    )
    func refused(text: String) {
        #expect(decode(text) == nil)
    }

    @Test(
        "integers as BigInteger.toByteArray writes them",
        arguments: [
            (0, [0]), (1, [1]), (127, [0x7F]), (128, [0, 0x80]), (255, [0, 0xFF]), (256, [1, 0]), (-1, [0xFF]),
            (-128, [0x80]),
            (-129, [0xFF, 0x7F]), (-256, [0xFF, 0]), (Int.max, [0x7F] + Array(repeating: 0xFF, count: 7)),
            (Int.min, [0x80] + Array(repeating: 0, count: 7)),
        ] as [(Int, [UInt8])]
    )
    func complement(number: Int, bytes: [UInt8]) {
        #expect(TwosComplement.bytes(BigInt(number)) == bytes)
        #expect(TwosComplement.number(bytes) == BigInt(number))
        // A longer form of the same number is read too.
        #expect(TwosComplement.number([number < 0 ? 0xFF : 0] + bytes) == BigInt(number))
    }

    @Test("integers of any size come back", arguments: 0..<50 as Range<UInt64>)
    func complementRoundTrip(seed: UInt64) {
        var random = SplitMix(state: seed)
        var number = BigInt(Int64(bitPattern: random.next()))
        for _ in 0..<6 {
            #expect(TwosComplement.number(TwosComplement.bytes(number)) == number)
            number = number << Int(seed) + BigInt(Int64(bitPattern: random.next()))
        }
        #expect(TwosComplement.number([]) == nil)
    }

    private func decode(_ text: String) -> [UInt8]? { Array(text.utf8).withUnsafeBytes { Base64.decode($0) } }
}
