import BigInt
import Engine
import OrderedCollections
import Testing

/// The texts that Java 17 prints for the same values.
@Suite struct JavaTextTests {
    @Test(
        arguments: [
            (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (100, "100.0"), (0.1, "0.1"), (0.001, "0.001"),
            (9.999e-4, "9.999E-4"), (0.002, "0.002"), (9_999_999, "9999999.0"), (1e7, "1.0E7"),
            (12_345_678, "1.2345678E7"),
            (123_456_789.125, "1.23456789125E8"), (1e21, "1.0E21"), (1e22, "1.0E22"), (1e100, "1.0E100"),
            (.greatestFiniteMagnitude, "1.7976931348623157E308"), (.leastNonzeroMagnitude, "4.9E-324"),
            (-123.456, "-123.456"), (1_000_000.5, "1000000.5"), (10, "10.0"), (.nan, "NaN"), (.infinity, "Infinity"),
            (-.infinity, "-Infinity"),
        ] as [(Double, String)]
    )
    func doubles(number: Double, text: String) {
        #expect(JavaText.string(of: .float64(number)) == text)
    }

    @Test(
        arguments: [
            (0, "0.0"), (-0.0, "-0.0"), (1.5, "1.5"), (0.1, "0.1"), (3.4028235e38, "3.4028235E38"),
            (.leastNonzeroMagnitude, "1.4E-45"), (1e10, "1.0E10"), (16_777_216, "1.6777216E7"), (1e-5, "1.0E-5"),
            (123_456.79, "123456.79"), (.nan, "NaN"), (-.infinity, "-Infinity"),
        ] as [(Float, String)]
    )
    func floats(number: Float, text: String) {
        #expect(JavaText.string(of: .float32(number)) == text)
    }

    @Test(
        arguments: [
            ("0", 0, "0"), ("12345", 2, "123.45"), ("-12345", 2, "-123.45"), ("0", 2, "0.00"), ("1", -3, "1E+3"),
            ("1", 1, "0.1"), ("-1", 2, "-0.01"), ("1", 6, "0.000001"), ("1", 7, "1E-7"), ("123", 9, "1.23E-7"),
            ("123", -2, "1.23E+4"), ("12345678901234567890123456789", 9, "12345678901234567890.123456789"),
            ("0", Int32.max, "0E-2147483647"), ("0", Int32.min, "0E+2147483648"),
        ] as [(String, Int32, String)]
    )
    func decimals(unscaled: String, scale: Int32, text: String) throws {
        #expect(JavaText.decimal(unscaled: try #require(BigInt(unscaled)), scale: scale) == text)
    }

    @Test(
        arguments: [
            (0, "Thu Jan 01 00:00:00 UTC 1970"), (-1, "Wed Dec 31 23:59:59 UTC 1969"),
            (1_483_228_861_123, "Sun Jan 01 00:01:01 UTC 2017"), (253_402_300_799_999, "Fri Dec 31 23:59:59 UTC 9999"),
            (951_782_400_000, "Tue Feb 29 00:00:00 UTC 2000"), (-12_219_292_800_000, "Fri Oct 15 00:00:00 UTC 1582"),
            (-12_219_292_800_001, "Thu Oct 04 23:59:59 UTC 1582"), (-62_135_769_600_000, "Sat Jan 01 00:00:00 UTC 1"),
            (-62_135_769_600_001, "Fri Dec 31 23:59:59 UTC 1"),
        ] as [(Int64, String)]
    )
    func dates(milliseconds: Int64, text: String) {
        #expect(JavaText.string(of: .date(milliseconds)) == text)
    }

    @Test func extremeDatesDoNotTrap() {
        #expect(JavaText.string(of: .date(.max)) == "Sun Aug 17 07:12:55 UTC 292278994")
        #expect(JavaText.string(of: .date(.min)).hasSuffix(" UTC 292269055"))
    }

    @Test func containers() throws {
        var builder = SchemaBuilder(.struct)
        try builder.field("x", .int32)
        try builder.field("y", .optionalString)
        try builder.field("z", .int64)
        var nested = try Struct(schema: try builder.build())
        try nested.put("x", .int32(1))
        try nested.put("z", .int64(.min))
        #expect(JavaText.string(of: .structure(nested)) == "Struct{x=1,z=-9223372036854775808}")
        #expect(
            JavaText.string(of: .array([.int8(1), .null, .boolean(true), .structure(nested), .array([])]))
                == "[1, null, true, Struct{x=1,z=-9223372036854775808}, []]"
        )
        #expect(
            JavaText.string(of: .map([.string("a"): .int32(1), .null: .map([:]), .int8(-2): .string("€")]))
                == "{a=1, null={}, -2=€}"
        )
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar\u{3ff}", "Zm9vYmFyz78=")])
    func bytesAreBase64(bytes: String, text: String) {
        #expect(JavaText.string(of: .bytes(Array(bytes.utf8))) == text)
    }

    @Test func bigIntegers() {
        #expect(JavaText.string(of: .bigInteger(BigInt(10).power(30))) == "1000000000000000000000000000000")
    }
}
