import CCRC32C
import Testing

@Suite("CRC-32C")
struct ChecksumTests {
    @Test("gives the check value of RFC 3720")
    func checkValue() {
        let bytes = Array("123456789".utf8)
        #expect(connectd_crc32c(0, bytes, bytes.count) == 0xe306_9283)
        #expect(connectd_crc32c_portable(0, bytes, bytes.count) == 0xe306_9283)
    }

    @Test("is the same with and without the instruction, in one piece and in two")
    func agreement() {
        // From three times 4096 bytes on, pieces are summed side by side.
        for count in Array(0..<200) + [12_287, 12_288, 12_289, 24_576, 50_001, 100_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let whole = connectd_crc32c(0, bytes, count)
            #expect(whole == connectd_crc32c_portable(0, bytes, count))
            let cut = Int.random(in: 0...count)
            let first = connectd_crc32c(0, bytes, cut)
            #expect(whole == connectd_crc32c(first, Array(bytes[cut...]), count - cut))
        }
    }
}
