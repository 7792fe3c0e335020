import BigInt
import Engine
import Testing

@Suite("JSON: writing")
struct JSONWriterTests {
    @Test("escapes what Jackson escapes, and nothing else")
    func escapes() {
        let text = "a\"\\/\u{8}\t\n\u{c}\r\u{0}\u{1f}\u{7f}é😀\u{2028}"
        let expected = #""a\"\\/\b\t\n\f\r\u0000\u001F"# + "\u{7f}é\\uD83D\\uDE00\u{2028}\""
        #expect(JSONValue.string(text).description == expected)
        // At every position relative to the eight bytes that are looked at together.
        for padding in 0..<20 {
            let pad = String(repeating: "x", count: padding)
            #expect(JSONValue.string(pad + "\n" + pad).description == "\"\(pad)\\n\(pad)\"")
            #expect(JSONValue.string(pad + "é\u{1}").description == "\"\(pad)é\\u0001\"")
            #expect(JSONValue.string(pad + "漢𐀀\u{10FFFF}x").description == "\"\(pad)漢\\uD800\\uDC00\\uDBFF\\uDFFFx\"")
        }
    }

    @Test("puts commas by itself, and starts anew after a reset")
    func structure() {
        var writer = JSONWriter(capacity: 1)
        for _ in 0..<2 {
            writer.beginObject()
            writer.name("a")
            writer.beginArray()
            writer.integer(1)
            writer.null()
            writer.beginArray()
            writer.endArray()
            writer.bool(true)
            writer.endArray()
            writer.name("b\u{1}" as String)
            writer.string("x")
            writer.endObject()
            #expect(String(decoding: writer.bytes(), as: UTF8.self) == #"{"a":[1,null,[],true],"b\u0001":"x"}"#)
            writer.reset()
        }
        #expect(writer.count == 0)
    }

    @Test(
        "integers",
        arguments: [0, 1, -1, 9, 10, 99, 100, 12345, -98765, Int64.max, Int64.min]
    )
    func integers(value: Int64) {
        #expect(JSONValue.number(JSONNumber(value)).description == String(value))
    }

    @Test(
        "doubles as Java writes them",
        arguments: [
            (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-1, "-1.0"), (0.1, "0.1"), (100, "100.0"), (123.456, "123.456"),
            (0.001, "0.001"), (9.999e-4, "9.999E-4"), (0.0001, "1.0E-4"), (1e7, "1.0E7"), (9_999_999, "9999999.0"),
            (9999999.5, "9999999.5"), (12345678.9, "1.23456789E7"), (1e21, "1.0E21"), (1e22, "1.0E22"),
            (1e100, "1.0E100"),
            (1.23456789125e8, "1.23456789125E8"), (.leastNonzeroMagnitude, "4.9E-324"),
            (Double(bitPattern: 4), "2.0E-323"),
            (.greatestFiniteMagnitude, "1.7976931348623157E308"), (2.2250738585072014E-308, "2.2250738585072014E-308"),
            (.nan, "NaN"), (.infinity, "Infinity"), (-.infinity, "-Infinity"), (1e16, "1.0E16"), (-0.00123, "-0.00123"),
            (1_000_001.5, "1000001.5"), (0.002, "0.002"), (3e10, "3.0E10"),
        ] as [(Double, String)]
    )
    func doubles(value: Double, expected: String) {
        #expect(text(of: value) == expected)
    }

    @Test(
        "floats as Java writes them",
        arguments: [
            (0, "0.0"), (-0.0, "-0.0"), (1.5, "1.5"), (0.1, "0.1"), (.greatestFiniteMagnitude, "3.4028235E38"),
            (.leastNonzeroMagnitude, "1.4E-45"), (1e10, "1.0E10"), (16_777_216, "1.6777216E7"), (1e-5, "1.0E-5"),
            (123456.79, "123456.79"), (.nan, "NaN"), (-.infinity, "-Infinity"), (0.001, "0.001"),
        ] as [(Float, String)]
    )
    func floats(value: Float, expected: String) {
        #expect(text(of: value) == expected)
    }

    @Test("every finite double comes back from its text", arguments: 0..<10 as Range<UInt64>)
    func doubleRoundTrip(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            let value = Double(bitPattern: random.next())
            if value.isFinite { #expect(Double(text(of: value)) == value) }
            let small = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if small.isFinite { #expect(Float(text(of: small)) == small) }
        }
    }

    private func text(of value: Double) -> String {
        var writer = JSONWriter()
        writer.number(value)
        return String(decoding: writer.bytes(), as: UTF8.self).filter { $0 != "\"" }
    }

    private func text(of value: Float) -> String {
        var writer = JSONWriter()
        writer.number(value)
        return String(decoding: writer.bytes(), as: UTF8.self).filter { $0 != "\"" }
    }

    @Test(
        "decimals as text",
        arguments: [
            ("0", "0", "0"), ("1.10", "1.10", "1.10"), ("-0.001", "-0.001", "-0.001"), ("1E3", "1000", "1E+3"),
            ("1.5E+3", "1500", "1.5E+3"), ("0.0000001", "0.0000001", "1E-7"), ("-12.3e-9", "-0.0000000123", "-1.23E-8"),
            (".5", "0.5", "0.5"), ("5.", "5", "5"), ("+7", "7", "7"), ("0.00", "0.00", "0.00"), ("0E3", "0", "0E+3"),
        ] as [(String, String, String)]
    )
    func decimals(text: String, plain: String, canonical: String) throws {
        let (unscaled, scale) = try #require(DecimalText.parse(text))
        #expect(DecimalText.plain(unscaled: unscaled, scale: scale) == plain)
        #expect(JavaText.decimal(unscaled: unscaled, scale: scale) == canonical)
    }

    @Test(
        "what is no decimal",
        arguments: [
            "", "-", ".", "e5", "1e", "1e+", "1e2.5", "1.2.3", "--1", "1 ", "0x1", "1e99999999999", "1e-3000000000",
        ]
    )
    func notDecimals(text: String) {
        #expect(DecimalText.parse(text) == nil)
    }
}
