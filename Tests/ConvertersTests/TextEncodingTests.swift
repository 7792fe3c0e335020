import Engine
import Testing

@testable import Converters

@Suite("Encodings of text")
struct TextEncodingTests {
    @Test(
        "names and aliases, in any case",
        arguments: [
            ("UTF-8", TextEncoding.utf8), ("utf8", .utf8), ("us-ascii", .ascii), ("ASCII", .ascii), ("latin1", .latin1),
            ("ISO8859_1", .latin1), ("utf-16", .utf16), ("UnicodeBigUnmarked", .utf16BigEndian),
            ("utf-16le", .utf16LittleEndian),
            ("UTF_32", .utf32), ("x-utf-32be", .utf32BigEndian), ("UTF-32LE", .utf32LittleEndian),
        ] as [(String, TextEncoding)]
    )
    func names(name: String, encoding: TextEncoding) {
        #expect(TextEncoding(name: name) == encoding)
    }

    @Test("an unknown name is none", arguments: ["", "bogus", "utf", "UTF-7"])
    func unknown(name: String) {
        #expect(TextEncoding(name: name) == nil)
    }

    @Test(
        "bytes of a text",
        arguments: [
            (.utf8, [0x68, 0xC3, 0xA9, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80]), (.ascii, [0x68, 0x3F, 0x3F, 0x3F]),
            (.latin1, [0x68, 0xE9, 0x3F, 0x3F]),
            (.utf16, [0xFE, 0xFF, 0, 0x68, 0, 0xE9, 0x20, 0xAC, 0xD8, 0x3D, 0xDE, 0]),
            (.utf16BigEndian, [0, 0x68, 0, 0xE9, 0x20, 0xAC, 0xD8, 0x3D, 0xDE, 0]),
            (.utf16LittleEndian, [0x68, 0, 0xE9, 0, 0xAC, 0x20, 0x3D, 0xD8, 0, 0xDE]),
            (.utf32, [0, 0, 0, 0x68, 0, 0, 0, 0xE9, 0, 0, 0x20, 0xAC, 0, 1, 0xF6, 0]),
            (.utf32LittleEndian, [0x68, 0, 0, 0, 0xE9, 0, 0, 0, 0xAC, 0x20, 0, 0, 0, 0xF6, 1, 0]),
        ] as [(TextEncoding, [UInt8])]
    )
    func encode(encoding: TextEncoding, bytes: [UInt8]) {
        #expect(encoding.encode("hé€😀") == bytes)
        let lossy: [TextEncoding: String] = [.ascii: "h???", .latin1: "hé??"]
        #expect(bytes.withUnsafeBytes { encoding.decode($0) } == lossy[encoding] ?? "hé€😀")
        #expect(encoding.encode("").isEmpty)
    }

    @Test("malformed bytes of wide encodings become U+FFFD")
    func malformedWide() {
        func decode(_ encoding: TextEncoding, _ bytes: [UInt8]) -> String {
            bytes.withUnsafeBytes { encoding.decode($0) }
        }
        #expect(decode(.utf16, [0xFF, 0xFE, 0x61, 0]) == "a")
        #expect(decode(.utf16, [0, 0x61, 0]) == "a\u{FFFD}")
        #expect(decode(.utf16BigEndian, [0xD8, 0x3D, 0, 0x61]) == "\u{FFFD}a")
        #expect(decode(.utf32, [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]) == "a")
        #expect(decode(.utf32, [0, 0x11, 0, 0, 0, 0, 0]) == "\u{FFFD}\u{FFFD}")
        #expect(decode(.ascii, [0x61, 0x80]) == "a\u{FFFD}")
    }

    /// What `new String(bytes, UTF_8)` of JDK 17 gives.
    @Test(
        "malformed UTF-8 is replaced as in Java",
        arguments: [
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xC3], "\u{FFFD}"), ([0xC3, 0x28], "\u{FFFD}("),
            ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"), ([0xE2, 0x82], "\u{FFFD}"), ([0xE2, 0x28, 0xA1], "\u{FFFD}(\u{FFFD}"),
            ([0xE2, 0x82, 0x28], "\u{FFFD}("), ([0xE0, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}"), ([0xED, 0xA0, 0x80, 0x61], "\u{FFFD}a"),
            ([0xF0, 0x9F, 0x98], "\u{FFFD}"),
            ([0xF0, 0x9F], "\u{FFFD}"), ([0xF0], "\u{FFFD}"), ([0xF0, 0x9F, 0x98, 0x61], "\u{FFFD}a"),
            ([0xF0, 0x80, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xF0, 0x9F, 0x41], "\u{FFFD}A"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xF8, 0x88], "\u{FFFD}\u{FFFD}"),
            ([0xFF, 0xFE], "\u{FFFD}\u{FFFD}"), ([0xC3, 0xA9, 0x80, 0xC3, 0xA9], "é\u{FFFD}é"),
        ] as [([UInt8], String)]
    )
    func malformedUTF8(bytes: [UInt8], expected: String) {
        #expect(bytes.withUnsafeBytes { JavaUTF8.string($0) } == expected)
        // Wherever it stands among valid text.
        for padding in [1, 7, 8, 31, 40] {
            let pad = String(repeating: "x", count: padding)
            let padded = Array(pad.utf8) + bytes + [UInt8(ascii: "("), UInt8(ascii: "y")]
            let text = padded.withUnsafeBytes { JavaUTF8.string($0) }
            #expect(text.hasPrefix(pad) && text.hasSuffix("(y"))
        }
    }
}
